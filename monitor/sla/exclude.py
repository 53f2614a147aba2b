"""Exclusions: which time an agreement does not hold against its provider, and under which clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.sla.clauses import Exclude
from monitor.sla.facts import Window
from monitor.sla.hours import Hours, position
from monitor.sla.periods import Rule
from monitor.timeline.span import Span, Spans, intersect, subtract, union


@dataclass(frozen=True)
class Excluded:
    """What one clause takes out. ``refused`` is announced time that it does not take, with the key of the reason."""

    index: int
    clause: Exclude
    spans: Spans
    refused: tuple[tuple[Span, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """What is excused by itself: a component, or redundant ones together.

    ``outages`` are those that may run past an announced end. ``down`` is when it is down by itself, by how much of the time counts;
    empty where no others are judged with it.
    """

    names: tuple[str, ...]
    outages: Spans
    down: tuple[tuple[Fraction, Spans], ...] = ()


@dataclass(frozen=True)
class Taken:
    """What each clause takes out of the whole, and what all of them excuse of each component.

    ``eased`` is time in which one component is excused and another, that is not, weighs no more than this.
    """

    every: tuple[Excluded, ...]
    of: Mapping[str, Spans]
    eased: tuple[tuple[Fraction, Spans], ...] = ()


def excluded(
    clauses: Sequence[Exclude],
    windows: Sequence[Window],
    parts: Sequence[Part],
    down: Spans,
    hours: Mapping[str, Hours],
    agreed: Spans,
    periods: Rule,
) -> Taken:
    """What each clause takes out, in their order; what an earlier one took of a part is not taken of it again.

    ``down`` is the time that counts as down, ``agreed`` the hours in which it would. A maximum holds for the parts together, and
    is filled from its beginning on. No part is excused by what was announced for another.
    """
    own: list[list[Spans]] = []
    late: list[tuple[tuple[Span, str], ...]] = []
    before: list[Spans] = [()] * len(parts)
    for clause in clauses:
        held, refused = _announced(clause, windows)
        spans = [_inside(_of(part, held, clause), hours[clause.within]) for part in parts]
        spans = [subtract(each, earlier) for each, earlier in zip(spans, before, strict=True)]
        if clause.max is not None:
            room = _limited(clause, union(*spans), down, agreed, periods)
            spans = [intersect(each, room) for each in spans]
        before = [union(each, earlier) for each, earlier in zip(spans, before, strict=True)]
        own.append(spans)
        late.append(refused)
    guilt = _guilt(parts, before)
    found: list[Excluded] = []
    gone = union(
        *(spans for _, spans in guilt)
    )  # a part that is excused has no guilt: what stands against it is others'
    for index, (clause, spans, refused) in enumerate(zip(clauses, own, late, strict=True)):
        common = subtract(union(*spans), gone)
        gone = union(gone, common)
        found.append(Excluded(index, clause, common, refused))
    excused = {name: each for part, each in zip(parts, before, strict=True) for name in part.names}
    eased = ((weight, intersect(spans, union(*before))) for weight, spans in guilt)
    return Taken(tuple(found), excused, tuple(each for each in eased if each[1]))


def _guilt(parts: Sequence[Part], excused: Sequence[Spans]) -> list[tuple[Fraction, Spans]]:
    """When a part is down that nothing excuses, by the weight of the worst of them; heaviest first."""
    every = [(w, subtract(spans, of)) for part, of in zip(parts, excused, strict=True) for w, spans in part.down]
    found: list[tuple[Fraction, Spans]] = []
    heavier: Spans = ()
    for weight in sorted({w for w, _ in every}, reverse=True):
        mine = subtract(union(*(spans for w, spans in every if w == weight)), heavier)
        heavier = union(heavier, mine)
        found.append((weight, mine))
    return found


def _announced(clause: Exclude, windows: Sequence[Window]) -> tuple[list[Window], tuple[tuple[Span, str], ...]]:
    held: list[Window] = []
    refused: list[tuple[Span, str]] = []
    for window in windows:
        if window.kind != clause.kind:
            continue
        if clause.notice and (window.announced is None or window.announced > window.span.start - clause.notice):
            refused.append((window.span, "notice"))
        else:
            held.append(window)
    return held, tuple(refused)


def _of(part: Part, windows: Sequence[Window], clause: Exclude) -> Spans:
    """What was announced for the part: for each of its components, where they are redundant."""
    found, *others = (union(w.span for w in windows if w.component in ("", name)) for name in part.names)
    for each in others:
        found = intersect(found, each)
    if clause.overrun == "excluded":
        found = union(Span(span.start, _overrun(span, part.outages)) for span in found)
    return found


def _overrun(span: Span, outages: Spans) -> int:
    """The end of a window, or of the outage that began before it and goes on."""
    during = position(outages, span.end - 1)
    return max(span.end, during.end) if during else span.end


def _inside(spans: Spans, hours: Hours) -> Spans:
    if hours.calendar is None:
        return spans
    return union(*(hours.within(span) for span in spans))


def _limited(clause: Exclude, spans: Spans, down: Spans, agreed: Spans, periods: Rule) -> Spans:
    """What of the spans fits under the maximum, per period or calendar unit. Forgiving uses up downtime, removing all time."""
    assert clause.max is not None  # noqa: S101 -- the caller looked
    using = intersect(spans, agreed)
    if clause.treat == "forgive":
        using = intersect(using, down)
    kept: list[Span] = []
    for unit in _units(clause, spans, periods):
        left = clause.max
        for span in intersect(using, (unit,)):
            if left > 0:
                kept.append(Span(span.start, min(span.end, span.start + left)))
            left -= span.seconds
    return tuple(kept)


def _units(clause: Exclude, spans: Spans, periods: Rule) -> Iterable[Span]:
    if not spans:
        return ()
    rule = periods if clause.max_per in (None, "period") else Rule(str(clause.max_per), periods.zone)
    return (each.span for each in rule.overlapping(Span(spans[0].start, spans[-1].end)))
