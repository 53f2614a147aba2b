"""What an agreement is applied to: measured states, announced windows, labels, counts, tickets, fees, past credits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from monitor.timeline.model import State, Timeline
from monitor.timeline.span import Span

# From good to bad, unknown among them where it stands when several components are put together.
SEVERITIES = ("up", "degraded", "unknown", "partial", "down")
_STATES = {State.OPERATIONAL: "up", State.DEGRADED: "degraded", State.DOWN: "down", State.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A span in which a component was this bad. ``share`` is the part of it (of its requests, its users) that was hit."""

    span: Span
    severity: str
    reason: str | None = None
    share: Fraction = Fraction(1)


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Time that was announced, or that a person labelled. ``announced`` None: not announced, or not told when.

    ``by`` and ``why`` are who labelled it and the reason given; both empty for a window from the configuration.
    """

    component: str
    span: Span
    kind: str
    announced: int | None = None
    is_label: bool = False
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many requests were good, of how many, in a slice that begins at ``start``."""

    start: int
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class Fee:
    """What a component costs over a span of time; the component is empty for the fee of the whole agreement."""

    component: str
    span: Span
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the customers that an outage hit."""

    component: str
    span: Span
    share: Fraction


@dataclass(frozen=True, slots=True)
class Report:
    """When a customer reported an outage."""

    component: str
    at: int


@dataclass(frozen=True, slots=True)
class Granted:
    """A remedy that was given for an earlier period: ``give`` in the unit of the remedy, ``amount`` in money where it is any.

    ``count`` is of how many outages, hours or days.
    """

    objective: str
    remedy: str
    component: str
    period: str
    span: Span
    give: Fraction
    amount: Fraction | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One thing that happened to a ticket: created, auto-reply, human-reply, resolved, reopened, or a status it came into."""

    at: int
    kind: str
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request for support, its events oldest first."""

    id: str
    events: tuple[TicketEvent, ...]


@dataclass(frozen=True)
class Facts:
    """Everything that is known.

    Counts are by component, or by ``objective/component`` when made for one objective. ``resolution`` is by how many seconds an
    edge of a component's outages may be off, 0 where they were told exactly. ``term_end`` is the second after the contract's last.
    ``source`` is where the lines come from: probes, or a table that somebody brought.
    """

    lines: Mapping[str, Line] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    counts: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    fees: tuple[Fee, ...] = ()
    shares: tuple[Share, ...] = ()
    reports: tuple[Report, ...] = ()
    tickets: tuple[Ticket, ...] | None = None
    granted: tuple[Granted, ...] = ()
    resolution: Mapping[str, int] = field(default_factory=dict)
    term_end: int | None = None
    source: str = "probes"


def line(timeline: Timeline) -> Line:
    """A timeline in the words of the ledger."""
    return tuple(Piece(each.span, _STATES[each.state], each.reason.word if each.reason else None) for each in timeline)


def drawn(span: Span, rows: Iterable[Piece]) -> Line:
    """A line that is up over the span except for the rows; where rows overlap the worse one holds."""
    edges: list[tuple[int, int, Piece]] = []
    for row in rows:
        part = row.span.clip(span)
        if part:
            edges += [(part.start, 1, row), (part.end, 0, row)]
    edges.sort(key=lambda edge: (edge[0], edge[1]))
    found: list[Piece] = []
    active: list[Piece] = []
    at = span.start
    for instant, is_start, row in edges:
        _post(found, at, instant, active)
        at = max(at, instant)
        if is_start:
            active.append(row)
        else:
            active.remove(row)
    _post(found, at, span.end, active)
    return tuple(found)


def _post(found: list[Piece], start: int, end: int, active: list[Piece]) -> None:
    if start >= end:
        return
    worst = max(active, key=lambda piece: (SEVERITIES.index(piece.severity), piece.share), default=None)
    if worst is None:
        extend(found, start, end, "up")
    else:
        extend(found, start, end, worst.severity, worst.reason, worst.share)


def extend(
    found: list[Piece], start: int, end: int, severity: str, reason: str | None = None, share: Fraction = Fraction(1)
) -> None:
    """Append a piece, or lengthen the last one when it says the same."""
    if start >= end:
        return
    last = found[-1] if found else None
    if last and last.span.end == start and (last.severity, last.reason, last.share) == (severity, reason, share):
        found[-1] = Piece(Span(last.span.start, end), severity, reason, share)
    else:
        found.append(Piece(Span(start, end), severity, reason, share))
