"""Does a port accept connections?"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Annotated

from monitor.probes import Course, Probe, Tools
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.timeline.model import Verdict
from monitor.values import host, port


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``host`` is a name or an address, ``port`` a TCP port. A pass is an accepted connection."""

    host: Annotated[str, host]
    port: Annotated[int, port]

    def target(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Connect, and close again."""
    begun = tools.clock.ticks_us()
    addresses = await tools.resolver.addresses(probe.host)
    course.dns_us, course.phase = tools.clock.ticks_us() - begun, "connection"
    begun = tools.clock.ticks_us()
    try:
        writer = await reach(addresses, lambda address: _connected(address, probe.port), _closed)
    except OSError as error:
        raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error
    course.connect_us = tools.clock.ticks_us() - begun
    await _closed(writer)
    return Verdict.passed()


async def _connected(address: str, at: int) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection(address, at)
    return writer


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Closed without waiting for what the target still has to say."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
