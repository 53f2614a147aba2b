"""Exclusions: which time an agreement does not hold against its provider, and under which clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.sla.clauses import Exclude
from monitor.sla.excuse import is_announced
from monitor.sla.facts import Window
from monitor.sla.hours import Hours
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
    hours: Mapping[str, Hours],
    agreed: Spans,
    periods: Rule,
) -> tuple[Excluded, ...]:
    """What each clause takes out, in their order; what an earlier one took is not taken again.

    ``outages`` are those that count, ``agreed`` the hours in which they would. A maximum is filled from its beginning on.
    """
    taken: Spans = ()
    found: list[Excluded] = []
    for index, clause in enumerate(clauses):
        spans, refused = _announced(clause, windows, outages)
        spans = _inside(spans, hours[clause.within])
        spans = subtract(spans, taken)
        if clause.max is not None:
            spans = _limited(clause, spans, outages, agreed, periods)
        taken = union(taken, spans)
        found.append(Excluded(index, clause, spans, refused))
    return tuple(found)


def _announced(
    clause: Exclude, windows: Sequence[Window], outages: Spans
) -> tuple[Spans, tuple[tuple[Span, str], ...]]:
    spans: list[Span] = []
    refused: list[tuple[Span, str]] = []
    for window in windows:
        if window.kind != clause.kind:
            continue
        if not is_announced(clause, window):
            refused.append((window.span, "notice"))
            continue
        end = window.span.end
        if clause.overrun == "excluded":
            end = max(
                [end, *(o.end for o in outages if o.start < window.span.end < o.end and o.end > window.span.start)]
            )
        spans.append(Span(window.span.start, end))
    return union(spans), tuple(refused)


def _inside(spans: Spans, hours: Hours) -> Spans:
    if hours.calendar is None:
        return spans
    return union(*(hours.within(span) for span in spans))


def _limited(clause: Exclude, spans: Spans, outages: Spans, agreed: Spans, periods: Rule) -> Spans:
    """What of the spans fits under the maximum, per period or calendar unit. Forgiving uses up downtime, removing all time."""
    assert clause.max is not None  # noqa: S101 -- the caller looked
    using = intersect(spans, agreed)
    if clause.treat == "forgive":
        using = intersect(using, outages)
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
