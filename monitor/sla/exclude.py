"""Exclusions: which time an agreement does not hold against its provider, and under which clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


def excluded(
    clauses: Sequence[Exclude],
    windows: Sequence[Window],
    outages: Spans,
    presumed: Spans,
    hours: Mapping[str, Hours],
    agreed: Spans,
    periods: Rule,
    redundant: Sequence[str] = (),
) -> tuple[Excluded, ...]:
    """What each clause takes out, in their order; what an earlier one took is not taken again.

    ``outages`` are those that count, ``presumed`` time without data that counts as down, ``agreed`` the hours in which they would.
    A maximum is filled from its beginning on. Of ``redundant`` components only what all of them were excused from is excused.
    """
    taken: Spans = ()
    found: list[Excluded] = []
    for index, clause in enumerate(clauses):
        spans, refused = _announced(clause, windows, outages, redundant)
        spans = _inside(spans, hours[clause.within])
        spans = subtract(spans, taken)
        if clause.max is not None:
            spans = _limited(clause, spans, union(outages, presumed), agreed, periods)
        taken = union(taken, spans)
        found.append(Excluded(index, clause, spans, refused))
    return tuple(found)


def _announced(
    clause: Exclude, windows: Sequence[Window], outages: Spans, redundant: Sequence[str]
) -> tuple[Spans, tuple[tuple[Span, str], ...]]:
    held: list[Window] = []
    refused: list[tuple[Span, str]] = []
    for window in windows:
        if window.kind != clause.kind:
            continue
        if clause.notice and (window.announced is None or window.announced > window.span.start - clause.notice):
            refused.append((window.span, "notice"))
        else:
            held.append(window)
    spans = _common(held, redundant) if redundant else union(window.span for window in held)
    if clause.overrun == "excluded":
        spans = union(Span(span.start, _overrun(span, outages)) for span in spans)
    return spans, tuple(refused)


def _common(windows: Sequence[Window], names: Sequence[str]) -> Spans:
    """What was announced for each of the components."""
    found, *others = (union(w.span for w in windows if w.component in ("", name)) for name in names)
    for each in others:
        found = intersect(found, each)
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
