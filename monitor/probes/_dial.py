"""From a name to a connection, in TLS where that is wanted, with each phase measured. For the kinds that speak for themselves."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._web import Days
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.trust import DAY, Trust, end_of
from monitor.values import host, one_of, port
from monitor.wire import FIRST, Wire, connect, hang_up

TLS = ("verify", "version", "certificate_days")


@dataclass(frozen=True, kw_only=True)
class Dialled(Probe):
    """``host`` is a name or an address, ``port`` a TCP port."""

    host: Annotated[str, host]
    port: Annotated[int, port]

    asserted: ClassVar[tuple[str, ...]] = ("connection",)

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

    asserted: ClassVar[tuple[str, ...]] = (*Dialled.asserted, *TLS)

    def __post_init__(self) -> None:
        if self.certificate_days and not self.verify:
            raise ValueError("certificate_days needs verify = true")
        if self.ca:
            try:
                self.trust().context()
            except ValueError as error:
                raise ValueError(f"ca {error}") from None

    @property
    def is_secured(self) -> bool:
        """Whether there is TLS, at once or later."""
        return True

    @property
    def days(self) -> Days | None:
        """How many days the certificate must still have."""
        return self.certificate_days

    def assertions(self) -> tuple[str, ...]:
        """What is said of TLS is wanted only where there is TLS."""
        return tuple(key for key in super().assertions() if self.is_secured or key not in TLS)

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
    with course.look("connection") as look:
        try:
            wire = await reach(addresses, lambda address: connect(address, probe.port), hang_up)
        except OSError as error:
            raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error
        ended = tools.clock.ticks_us()
        course.connect_us, course.phase = ended - begun, "answer"
        look.saw(lambda: f"connected to port {probe.port}")
    if course.listener:
        wire.on_sent = lambda words: course.note(lambda: _words("sent", words))
    _time_first_byte(wire, tools, course)
    try:
        yield wire
    finally:
        course.note(lambda: heard(wire.first))
        await hang_up(wire)


def heard(first: bytes) -> str:
    """What a target says at first, in words; with … behind it when it may have been cut."""
    return _words("heard", first[:FIRST]) + ("…" if len(first) >= FIRST else "") if first else "heard nothing"


def _words(what: str, words: bytes) -> str:
    return f"{what}: {' / '.join(words.decode('utf-8', 'replace').splitlines())}"


def _time_first_byte(wire: Wire, tools: Tools, course: Course) -> None:
    begun = tools.clock.ticks_us()

    def note() -> None:
        course.first_byte_us = tools.clock.ticks_us() - begun

    wire.on_first = note


async def secure(wire: Wire, probe: Secured, name: str, tools: Tools, course: Course) -> None:
    """Go on in TLS with a server of that name."""
    course.phase = "TLS handshake"
    context, begun = tools.contexts.of(probe.trust()), tools.clock.ticks_us()
    with course.look("tls") as look:
        await wire.start_tls(context, server_name(name))
        look.saw(lambda: str(wire.tls.version()) if wire.tls else "")
    course.tls_us, course.phase = tools.clock.ticks_us() - begun, "answer"
    if course.listener:
        certificate(wire, probe, tools, course)
    if course.first_byte_us is None:
        _time_first_byte(wire, tools, course)


def expected(wanted: str, said: bytes, what: str) -> Check:
    """Whether that is in what the server said first."""
    is_there = wanted.encode() in said
    wrong = None if is_there else Verdict.failed(Reason.BODY, f"{what} is not the one that was expected")
    return Check("expect", wrong, heard(said))


def server_name(name: str) -> str:
    """A host as TLS has it: without the dot behind it, an address as it is."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.rstrip(".")


def certificate(wire: Wire, probe: Secured, tools: Tools, course: Course) -> Verdict | None:
    """What the days that the certificate has left say; None when nothing. One that was not verified is not looked at."""
    if not probe.days or not wire.tls:
        return None
    end, now = end_of(wire.tls.getpeercert()), tools.clock.now()
    found = f"{(end - now) // DAY} days left" if end is not None else ""
    return course.judged([Check("certificate_days", probe.days.verdict(end, now), found)])
