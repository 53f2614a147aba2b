"""Does a port accept connections?"""

from __future__ import annotations

import asyncio
import contextlib
import errno
from dataclasses import dataclass
from typing import Annotated

from monitor.http_client import OURS
from monitor.probes import Course, Probe, Tools
from monitor.timeline.model import Reason, Verdict


def _port(value: object) -> int:
    if type(value) is not int or not 1 <= value <= 65_535:
        raise ValueError("allowed is a whole number from 1 to 65535")
    return value


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``host`` is a name or an address, ``port`` a TCP port. A pass is an accepted connection."""

    host: str
    port: Annotated[int, _port]

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
        return _refused(error)
    course.connect_us = tools.clock.ticks_us() - begun
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return Verdict.passed()


def _refused(error: OSError) -> Verdict:
    if error.errno in OURS:
        return Verdict.unknown(Reason.INTERNAL, str(error))
    if error.errno == errno.ENETUNREACH:
        return Verdict.unknown(Reason.NETWORK, "no route")
    return Verdict.failed(Reason.CONNECT, error.strerror or "refused")
