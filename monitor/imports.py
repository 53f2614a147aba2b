"""Tables that people bring: outages, fees, counts, past credits, tickets, as CSV with a header. Bad rows are all listed at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from monitor.rows import Row, amount, local, moment, table, whole
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
from monitor.table import did_you_mean
from monitor.timeline.span import Span, Spans, union

STATES = ("down", "partial", "degraded", "unknown", "maintenance")


@dataclass(frozen=True)
class Place:
    """How labels and local times in the tables are read: the agreement's zone, its fiscal year, its components.

    ``priced`` are the components that may have a fee; empty where any may.
    """

    zone: str
    rules: tuple[Rule, ...] = ()
    components: tuple[str, ...] = ()
    priced: tuple[str, ...] = ()


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
        good, total = whole(row, "good"), whole(row, "total")
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
