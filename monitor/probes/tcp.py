"""Does a port accept connections?"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Annotated

from monitor.http_client import NoAnswerError, fault_of
from monitor.probes import Course, Probe, Tools, verdict_of
from monitor.timeline.model import Verdict
from monitor.values import port


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``host`` is a name or an address, ``port`` a TCP port. A pass is an accepted connection."""

    host: str
    port: Annotated[int, port]

    def target(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Connect, and close again."""
    begun = tools.clock.ticks_us()
    address = await tools.resolver.address(probe.host)
    course.dns_us, course.phase = tools.clock.ticks_us() - begun, "connection"
    begun = tools.clock.ticks_us()
    try:
        _, writer = await asyncio.open_connection(address, probe.port)
    except OSError as error:
        kind = fault_of({error.errno or 0}) or "internal"
        return verdict_of(NoAnswerError(kind, error.strerror or type(error).__name__))
    course.connect_us = tools.clock.ticks_us() - begun
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return Verdict.passed()
