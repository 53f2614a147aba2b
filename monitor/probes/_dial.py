"""From a name to a connection, in TLS where that is wanted, with each phase measured. For the kinds that speak for themselves."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from monitor.probes import Course, Probe, Tools
from monitor.probes._web import Days
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.table import Secret
from monitor.timeline.model import Verdict
from monitor.trust import Trust, end_of
from monitor.values import host, one_of, port
from monitor.wire import Wire, connect, hang_up


@dataclass(frozen=True, kw_only=True)
class Dialled(Probe):
    """``host`` is a name or an address, ``port`` a TCP port."""

    host: Annotated[str, host]
    port: Annotated[int, port]

    def target(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Secured(Dialled):
    """What may be said of TLS: ``ca``, in PEM, ``verify = false``, the least ``version``, and ``certificate_days``."""

    ca: Secret | None = None
    verify: bool = True
    version: Annotated[str, one_of("1.2", "1.3")] = "1.2"
    certificate_days: Days | None = None

    def __post_init__(self) -> None:
        if self.certificate_days and not self.verify:
            raise ValueError("certificate_days needs verify = true")
        if self.ca:
            try:
                self.trust().context()
            except ValueError as error:
                raise ValueError(f"ca {error}") from None

    def trust(self) -> Trust:
        """Whom to believe."""
        return Trust(self.ca.reveal() if self.ca else None, self.verify, self.version)

    def warnings(self) -> tuple[str, ...]:
        """That anybody could answer in the name of the target."""
        return () if self.verify else ("verify = false: any certificate is believed",)


@asynccontextmanager
async def dialled(probe: Dialled, tools: Tools, course: Course) -> AsyncIterator[Wire]:
    """A connection, which is gone afterwards."""
    begun = tools.clock.ticks_us()
    addresses = await tools.resolver.addresses(probe.host)
    course.dns_us, course.phase = tools.clock.ticks_us() - begun, "connection"
    begun = tools.clock.ticks_us()
    try:
        wire = await reach(addresses, lambda address: connect(address, probe.port), hang_up)
    except OSError as error:
        raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error
    ended = tools.clock.ticks_us()
    course.connect_us, course.phase = ended - begun, "answer"
    course.note(lambda: f"connected to port {probe.port}")
    _time_first_byte(wire, tools, course)
    try:
        yield wire
    finally:
        course.note(lambda: heard(wire.first))
        await hang_up(wire)


def heard(first: bytes) -> str:
    """What a target says at first, in words."""
    return f"heard: {' / '.join(first.decode('utf-8', 'replace').splitlines())}" if first else "heard nothing"


def _time_first_byte(wire: Wire, tools: Tools, course: Course) -> None:
    begun = tools.clock.ticks_us()

    def note() -> None:
        course.first_byte_us = tools.clock.ticks_us() - begun

    wire.on_first = note


async def secure(wire: Wire, probe: Secured, name: str, tools: Tools, course: Course) -> None:
    """Go on in TLS with a server of that name."""
    course.phase = "TLS handshake"
    begun = tools.clock.ticks_us()
    await wire.start_tls(tools.contexts.of(probe.trust()), server_name(name))
    course.tls_us, course.phase = tools.clock.ticks_us() - begun, "answer"
    course.note(lambda: _secured(wire))
    if course.first_byte_us is None:
        _time_first_byte(wire, tools, course)


def _secured(wire: Wire) -> str:
    """What was agreed on, and until when the certificate is good."""
    end = end_of(wire.tls.getpeercert()) if wire.tls else None
    until = "not verified" if end is None else f"certificate ends {datetime.fromtimestamp(end, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{wire.tls.version() if wire.tls else 'no TLS'}, {until}"


def server_name(name: str) -> str:
    """A host as TLS has it: without the dot behind it, an address as it is."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.rstrip(".")


def certificate(wire: Wire, probe: Secured, tools: Tools, usual: Days | None = None) -> Verdict | None:
    """What the days that the certificate has left say; None when nothing. One that was not verified is not looked at."""
    days = probe.certificate_days or usual
    return days.verdict(end_of(wire.tls.getpeercert()), tools.clock.now()) if days and wire.tls else None
