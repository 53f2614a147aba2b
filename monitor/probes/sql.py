"""Does a database answer a question in SQL?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from monitor.aside import BusyError
from monitor.json_rules import JsonRule, Plain, number, plain
from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._database import PORTS, Call, Found, NotMadeError, is_remote, may_hang, parsed
from monitor.probes._dial import server_name
from monitor.probes._starttls import agree
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.trust import Trust
from monitor.values import whole, words
from monitor.wire import connect, hang_up

LEAST = 5000
MOST = 10_000
COMPARED = ("equals", "differs", "above", "below")


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``query`` is asked of the database at ``url``, written as SQLAlchemy has it. A pass is an answer;
    if so asked with exactly ``rows`` rows, of which the first begins with a value that ``equals`` or ``differs`` from a text or a
    number, or is ``above`` or ``below`` a number.

    The connection is fresh each time and, for PostgreSQL, MySQL, MariaDB and SQLite, read only. The driver that ``url`` names
    must be installed: meetlat[postgresql] brings that of PostgreSQL. The interval is at least 5 seconds.
    """

    url: Secret
    query: Annotated[str, words] = "SELECT 1"
    rows: Annotated[int, whole(0, MOST)] | None = None
    equals: Annotated[Plain, plain] | None = None
    differs: Annotated[Plain, plain] | None = None
    above: Annotated[int | Decimal, number] | None = None
    below: Annotated[int | Decimal, number] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("connection", "answer", "rows", *COMPARED)

    def __post_init__(self) -> None:
        if self.interval < LEAST:
            raise ValueError("interval is at least 5s for this kind: drivers give up in whole seconds")
        if self.rows == 0 and self.is_compared:
            raise ValueError("with rows = 0 there is no value to compare")
        try:
            parsed(self.url.reveal())
        except ValueError as error:
            raise ValueError(f"url {error}") from None

    @property
    def is_compared(self) -> bool:
        """Whether the first value matters."""
        return any(getattr(self, key) is not None for key in COMPARED)

    def target(self) -> str:
        """The database, without user, password and options."""
        url = parsed(self.url.reveal())
        at = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
        return f"{url.get_backend_name()}://{at}/{url.database or ''}"

    def shown(self) -> dict[str, object]:
        """The settings in force, of the address what is no secret."""
        return super().shown() | {"url": self.target()}

    def warnings(self) -> tuple[str, ...]:
        """That the driver may hang for longer than anybody waits."""
        url = parsed(self.url.reveal())
        said = f"the driver {url.get_driver_name()} cannot be told when to give up: while it hangs the probe is unknown"
        return (said,) if may_hang(url) else ()


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Connect, ask, and look at what came. A thread of the probe's own waits for the driver."""
    url = parsed(probe.url.reveal())
    addresses = await _addresses(url.host, tools, course) if url.host and is_remote(url) else ()
    course.phase = "connection"
    call = Call(url, probe.query, max(1, probe.rows or 0) + 1, probe.deadline, addresses[:2])
    begun = tools.clock.ticks_us()

    def note() -> None:
        course.connect_us, course.phase = tools.clock.ticks_us() - begun, "answer"
        look.then("answer")

    try:
        with course.look("connection") as look:
            found = await tools.aside.run(probe, lambda: call.made(note))
    except asyncio.CancelledError:
        call.cut()
        raise
    except BusyError:
        return Verdict.unknown(Reason.INTERNAL, "the question before this one still hangs in its driver")
    except NotMadeError as error:
        await _accuse(addresses, url.port or PORTS.get(url.get_backend_name()))
        raise NoAnswerError("status", f"the database takes nobody in: {error}") from None
    course.first_byte_us = tools.clock.ticks_us() - begun - (course.connect_us or 0)
    if course.listener and addresses and url.get_backend_name() == "postgresql":
        await _show_certificate(str(url.host), addresses, url.port or PORTS["postgresql"], tools)
    return course.judged(_checks(probe, found)) or Verdict.passed()


async def _addresses(host: str, tools: Tools, course: Course) -> Sequence[str]:
    """Where the host is, by the name servers that all probes ask."""
    begun = tools.clock.ticks_us()
    found = await tools.resolver.addresses(host)
    course.dns_us = tools.clock.ticks_us() - begun
    return found


async def _show_certificate(host: str, addresses: Sequence[str], port: int, tools: Tools) -> None:
    """Have the server show its certificate on a connection of its own, to who listens: a driver tells nothing of it."""
    with suppress(OSError, NoAnswerError):
        wire = await reach(addresses, lambda address: connect(address, port), hang_up)
        try:
            await agree(wire, "postgresql", Course())
            await wire.start_tls(tools.contexts.of(Trust(is_verified=False)), server_name(host))
        finally:
            await hang_up(wire)


async def _accuse(addresses: Sequence[str], port: int | None) -> None:
    """Knock where the driver did not come in: an operating system says more clearly than a driver whose fault it is."""
    if not addresses or not port:
        return
    try:
        await hang_up(await reach(addresses, lambda address: connect(address, port), hang_up))
    except OSError as error:
        raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error


def _checks(probe: Settings, found: Found) -> Iterator[Check]:
    if probe.rows is not None:
        many = "more" if found.rows > probe.rows else found.rows
        wrong = Verdict.failed(Reason.BODY, f"{many} rows, not {probe.rows}") if found.rows != probe.rows else None
        yield Check("rows", wrong, f"{many} rows")
    wanted = {key: getattr(probe, key) for key in COMPARED if getattr(probe, key) is not None}
    for key, value in wanted.items():
        if not found.rows:
            yield Check(key, Verdict.failed(Reason.BODY, "no row, and so no value"))
        else:
            is_so = not JsonRule(path="$", **{key: value}).fault(_plain(found.first))
            yield Check(
                key,
                None if is_so else Verdict.failed(Reason.BODY, "the first value is not as wanted"),
                str(_plain(found.first)),
            )


def _plain(value: Any) -> Any:
    """A value as TOML has it: a number without rounding, and as text what is neither text nor number."""
    if value is None or isinstance(value, (str, int, Decimal)):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else str(value)
