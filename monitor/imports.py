"""Tables that people bring: outages, fees, counts, past credits, tickets, as CSV with a header. Bad rows are all listed at once."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitor.sla.clauses import KINDS
from monitor.sla.facts import (
    Count,
    Facts,
    Fee,
    Granted,
    Piece,
    Report,
    Share,
    Ticket,
    TicketEvent,
    Window,
    drawn,
)
from monitor.sla.periods import Rule, asked
from monitor.sla.quantity import number
from monitor.table import ConfigError, Fault, did_you_mean
from monitor.timeline.span import Span, Spans, union

STATES = ("down", "partial", "degraded", "unknown", "maintenance")
EARLIEST, LATEST = 1971, 8999  # the years in which every zone and every span around them can be computed
Row = Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """How labels and local times in the tables are read: the agreement's zone, its fiscal year, its components.

    ``priced`` are the components that may have a fee; empty where any may.
    """

    zone: str
    rules: tuple[Rule, ...] = ()
    components: tuple[str, ...] = ()
    priced: tuple[str, ...] = ()


@dataclass
class Table:
    """The rows of one file, and what is wrong with them."""

    name: str
    rows: list[tuple[int, Row]]
    faults: list[Fault] = field(default_factory=list)

    def each(self, read: Callable[[Row], object]) -> Iterator[object]:
        """What ``read`` makes of each row; a ValueError becomes a fault with the number of the line."""
        for line, row in self.rows:
            try:
                yield read(row)
            except ValueError as error:
                self.faults.append(Fault(self.name, f"line {line}", str(error)))
        if self.faults:
            raise ConfigError(self.faults)


def table(file: Path, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Table:
    """A CSV file with a header; semicolons or tabs may stand in the place of commas.

    ConfigError when it cannot be read, or when a column is missing or unknown.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Fault(str(file), "", f"cannot be read: {error}")]) from error
    first = text.partition("\n")[0]
    between = next((mark for mark in ";\t" if mark in first and "," not in first), ",")
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=between != "\t", delimiter=between, strict=True)
    try:
        reader.fieldnames = header = [name.strip() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise ConfigError([Fault(file.name, "line 1", str(error))]) from error
    known = (*required, *optional)
    found = [Fault(file.name, name, "missing column") for name in required if name not in header]
    found += [
        Fault(file.name, name, f"unknown column; known: {', '.join(known)}") for name in header if name not in known
    ]
    found += [
        Fault(file.name, name, "stands there more than once") for name in {n for n in header if header.count(n) > 1}
    ]
    if found:
        raise ConfigError(found)
    rows: list[tuple[int, Row]] = []
    for row in _rows(reader, file.name):
        plain = {
            key: (value or "").strip()
            for key, value in row.items()
            if isinstance(key, str) and not isinstance(value, list)
        }
        if None in row:
            found.append(Fault(file.name, f"line {reader.line_num}", "has more values than there are columns"))
        elif any(plain.values()):
            rows.append((reader.line_num, plain))
    return Table(file.name, rows, found)


def _rows(reader: csv.DictReader[str], name: str) -> Iterator[dict[str | Any, str | Any]]:
    """The rows. ConfigError for one that no table can have."""
    try:
        yield from reader
    except csv.Error as error:
        raise ConfigError([Fault(name, f"line {reader.reader.line_num}", str(error))]) from error


def moment(text: str, name: str) -> int:
    """An ISO 8601 time with zone or offset, in whole seconds."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name}: {text!r} is not a time; write it as 2026-10-03T10:12:00+02:00") from error
    if found.tzinfo is None:
        raise ValueError(f"{name}: {text!r} has no zone; add Z or an offset such as +02:00")
    if not EARLIEST <= found.year <= LATEST:
        raise ValueError(f"{name}: {text!r} is out of reach; years go from {EARLIEST} to {LATEST}")
    if found.microsecond:
        raise ValueError(f"{name}: {text!r} has a part of a second; write whole seconds")
    return int(found.timestamp())


def amount(row: Row, name: str) -> Fraction:
    """The exact number in a column."""
    try:
        return number(row[name])
    except ValueError:
        raise ValueError(f"{name}: {row[name][:40]!r} is not an exact number; write it as 10, 0.5 or 1/30") from None


def _whole(row: Row, name: str) -> int:
    if not re.fullmatch("[0-9]{1,18}", row[name]):
        raise ValueError(f"{name}: {row[name][:40]!r} is not a whole number")
    return int(row[name])


def local(text: str, zone: str, name: str) -> int:
    """A time with offset, or a local one in the zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return moment(text, name)
    return moment((found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).isoformat(), name)


@dataclass(frozen=True)
class Told:
    """What a table of outages tells: pieces by component, windows, shares and reports."""

    pieces: Mapping[str, tuple[Piece, ...]]
    windows: tuple[Window, ...]
    shares: tuple[Share, ...]
    reports: tuple[Report, ...]

    def facts(self, span: Span, components: tuple[str, ...]) -> Facts:
        """As facts over a span in which everything else was up."""
        names = dict.fromkeys((*components, *self.pieces))
        ends = [piece.span for pieces in self.pieces.values() for piece in pieces]
        whole = Span(min([span.start, *(e.start for e in ends)]), max([span.end, *(e.end for e in ends)]))
        lines = {name: drawn(whole, self.pieces.get(name, ())) for name in names}
        return Facts(lines, self.windows, shares=self.shares, reports=self.reports, source="table")


def outages(file: Path, place: Place) -> Told:
    """``component,start,end,state,label`` and, where they matter, ``announced,affected,reported,by,why``.

    Maintenance that an agreement does not excuse (announced too late, over the maximum, outside its hours) is downtime. Where
    other rows of the component fall into it they tell how much of it was.
    """
    optional = ("state", "label", "announced", "affected", "reported", "by", "why")
    found = table(file, ("component", "start", "end"), optional)
    rows = [each for each in found.each(lambda row: _outage(row, place)) if isinstance(each, _Outage)]
    pieces: dict[str, list[Piece]] = {}
    for row in rows:
        if row.state != "maintenance":
            pieces.setdefault(row.component, []).append(row.piece(row.state))
    told = {name: union(piece.span for piece in each) for name, each in pieces.items()}
    for row in rows:
        if row.state == "maintenance" and not _touches(told.get(row.component, ()), row.span):
            pieces.setdefault(row.component, []).append(
                Piece(row.span, "down", row.window.kind if row.window else None)
            )
    return Told(
        {name: tuple(each) for name, each in pieces.items()},
        tuple(row.window for row in rows if row.window),
        tuple(Share(row.component, row.span, row.affected) for row in rows if row.affected is not None),
        tuple(Report(row.component, row.reported) for row in rows if row.reported is not None),
    )


@dataclass(frozen=True)
class _Outage:
    component: str
    span: Span
    state: str
    window: Window | None
    affected: Fraction | None
    reported: int | None

    def piece(self, severity: str) -> Piece:
        return Piece(self.span, severity, self.window.kind if self.window else None)


def _touches(spans: Spans, span: Span) -> bool:
    place = bisect_right(spans, span.start, key=lambda each: each.end)
    return place < len(spans) and spans[place].start < span.end


def _outage(row: Row, place: Place) -> _Outage:
    component = _component(row["component"], place)
    start, end = moment(row["start"], "start"), moment(row["end"], "end")
    if end <= start:
        raise ValueError(f"end: {row['end']!r} is not after the start")
    state, label = row.get("state") or "down", row.get("label") or ""
    _known("state", state, STATES)
    _known("label", label, ("", *KINDS))
    affected = amount(row, "affected") if row.get("affected") else None
    if affected is not None and affected > 1:
        raise ValueError("affected: a share is at most 1")
    reported = max(start, moment(row["reported"], "reported")) if row.get("reported") else None
    window = _window(row, component, Span(start, end), state, label)
    return _Outage(component, Span(start, end), state, window, affected, reported)


def _window(row: Row, component: str, span: Span, state: str, label: str) -> Window | None:
    announced = moment(row["announced"], "announced") if row.get("announced") else None
    if state == "maintenance":
        return Window(component, span, label or "maintenance", announced)
    return Window(component, span, label, announced, True, row.get("by") or "", row.get("why") or "") if label else None


def _known(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{name}: {value!r} is not one of: {', '.join(filter(None, known))}")


def _component(name: str, place: Place) -> str:
    if place.components and name not in place.components:
        raise ValueError(f"component: {name!r} is not in this agreement, which is about: {', '.join(place.components)}")
    return name


class _Once:
    """Refuses a second row about the same thing: it would be counted twice, and which of two is right nobody knows."""

    def __init__(self, *columns: str) -> None:
        self._columns = columns
        self._seen: set[tuple[str, ...]] = set()

    def check(self, row: Row) -> None:
        """ValueError for a row that there was before."""
        key = tuple(row.get(name, "") for name in self._columns)
        if key in self._seen:
            raise ValueError(f"there is a row before it with the same {', '.join(self._columns)}: {', '.join(key)}")
        self._seen.add(key)


def fees(file: Path, place: Place) -> tuple[Fee, ...]:
    """``component,period,amount``; an empty component is the fee of the whole agreement. Amounts are exact decimals."""
    found = table(file, ("component", "period", "amount"))
    once = _Once("component", "period")

    def read(row: Row) -> Fee:
        once.check(row)
        if place.priced and row["component"] and row["component"] not in place.priced:
            raise ValueError(
                f"component: there is no {row['component']!r}; {did_you_mean(row['component'], place.priced)}"
            )
        return Fee(row["component"], asked(row["period"], place.zone, place.rules), amount(row, "amount"))

    return tuple(each for each in found.each(read) if isinstance(each, Fee))


def counts(file: Path, place: Place) -> dict[str, tuple[Count, ...]]:
    """``component,start,good,total``: how many requests were good in the slice that begins at ``start``."""
    found = table(file, ("component", "start", "good", "total"))
    made: dict[str, list[Count]] = {}
    once = _Once("component", "start")

    def read(row: Row) -> None:
        once.check(row)
        good, total = _whole(row, "good"), _whole(row, "total")
        if not 0 <= good <= total:
            raise ValueError("good is from 0 to total")
        made.setdefault(_component(row["component"], place), []).append(
            Count(moment(row["start"], "start"), good, total)
        )

    list(found.each(read))
    return {name: tuple(sorted(each, key=lambda count: count.start)) for name, each in made.items()}


def granted(file: Path, place: Place) -> tuple[Granted, ...]:
    """``objective,remedy,component,period,give,amount``: remedies given for earlier periods, which caps and triggers look at."""
    found = table(file, ("objective", "remedy", "period"), ("component", "give", "amount"))
    once = _Once("objective", "remedy", "component", "period")

    def read(row: Row) -> Granted:
        once.check(row)
        span = asked(row["period"], place.zone, place.rules)
        give = amount(row, "give") if row.get("give") else Fraction(0)
        paid = amount(row, "amount") if row.get("amount") else None
        return Granted(row["objective"], row["remedy"], row.get("component", ""), row["period"], span, give, paid)

    return tuple(each for each in found.each(read) if isinstance(each, Granted))


def tickets(file: Path, place: Place) -> tuple[Ticket, ...]:
    """``ticket,at,event,priority``: one line for each thing that happened; local times are in the agreement's zone.

    Events: created, auto-reply, human-reply, priority, resolved, reopened, or the status a ticket came into (on-hold, open, ...).
    """
    found = table(file, ("ticket", "at", "event"), ("priority",))
    made: dict[str, list[TicketEvent]] = {}

    def read(row: Row) -> None:
        if not row["ticket"] or not row["event"]:
            raise ValueError("ticket and event cannot be empty")
        event = TicketEvent(local(row["at"], place.zone, "at"), row["event"], row.get("priority") or None)
        made.setdefault(row["ticket"], []).append(event)

    list(found.each(read))
    return tuple(Ticket(name, tuple(sorted(events, key=lambda event: event.at))) for name, events in made.items())
