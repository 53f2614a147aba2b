"""Does a database answer a question in SQL?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from monitor.aside import BusyError
from monitor.json_rules import JsonRule, Plain, number, plain
from monitor.probes import Course, Probe, Tools
from monitor.probes._database import PORTS, Call, Found, NotMadeError, is_remote, may_hang, parsed
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.values import whole, words
from monitor.wire import connect, hang_up

LEAST = 5000
MOST = 10_000


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
        return any(each is not None for each in (self.equals, self.differs, self.above, self.below))

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

    try:
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
    return _judged(probe, found)


async def _addresses(host: str, tools: Tools, course: Course) -> Sequence[str]:
    """Where the host is, by the name servers that all probes ask."""
    begun = tools.clock.ticks_us()
    found = await tools.resolver.addresses(host)
    course.dns_us = tools.clock.ticks_us() - begun
    return found


async def _accuse(addresses: Sequence[str], port: int | None) -> None:
    """Knock where the driver did not come in: an operating system says more clearly than a driver whose fault it is."""
    if not addresses or not port:
        return
    try:
        await hang_up(await reach(addresses, lambda address: connect(address, port), hang_up))
    except OSError as error:
        raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error


def _judged(probe: Settings, found: Found) -> Verdict:
    if probe.rows is not None and found.rows != probe.rows:
        many = "more" if found.rows > probe.rows else found.rows
        return Verdict.failed(Reason.BODY, f"{many} rows, not {probe.rows}")
    if probe.is_compared and not found.rows:
        return Verdict.failed(Reason.BODY, "no row, and so no value")
    if probe.is_compared and not _passes(probe, found.first):
        return Verdict.failed(Reason.BODY, "the first value is not as wanted")
    return Verdict.passed()


def _passes(probe: Settings, value: Any) -> bool:
    rule = JsonRule(path="$", equals=probe.equals, differs=probe.differs, above=probe.above, below=probe.below)
    return not rule.fault(_plain(value))


def _plain(value: Any) -> Any:
    """A value as TOML has it: a number without rounding, and as text what is neither text nor number."""
    if value is None or isinstance(value, (str, int, Decimal)):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else str(value)
