"""Whom a window excuses: of components that are all needed each answers for itself, redundant ones answer together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from monitor.sla.agreement import Objective
from monitor.sla.combine import by_slices
from monitor.sla.exclude import Part
from monitor.sla.facts import Line, Report
from monitor.sla.outage import Found, find, weighed
from monitor.timeline.span import Span, union


def parts(
    objective: Objective,
    lines: Mapping[str, Line],
    whole: Found,
    resolution: int,
    reports: Sequence[Report],
    midnight: int,
    *,
    has_windows: bool,
) -> tuple[Part, ...]:
    """What is excused by itself. ``whole`` are the outages of all the components put together."""
    if len(lines) == 1 or objective.of.mode != "all" or not has_windows:
        return (Part(tuple(lines), whole.outages),)
    # A minimum is for the outages of the whole: what falls into one of these counts, however short it was by itself.
    measure = replace(objective.measure, min_outage=0)
    found: list[Part] = []
    for name, line in lines.items():
        judged = by_slices(line, measure, midnight) if measure.partial_slice == "whole" else line
        own = find(judged, measure, resolution, [each for each in reports if each.component == name])
        down: dict[Fraction, list[Span]] = {}
        for piece, part in weighed(own.line, measure):
            down.setdefault(part, []).append(piece.span)
        found.append(Part((name,), own.outages, tuple((part, union(each)) for part, each in down.items() if part)))
    return tuple(found)
