"""Several probes, one component: which states of its probes make which state of the component.

With ``k`` of ``n`` probes needed, the component is down once so many are down that ``k`` cannot be up; it is up when ``k`` are
up; it is degraded when it is up only by counting degraded ones; in between nobody can say, and it is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from monitor.timeline.model import Reason, State, Stretch, Timeline, Watch, extend
from monitor.timeline.span import Span

Part = tuple[Watch, Timeline]


def combine(parts: Sequence[Part], span: Span) -> Timeline:
    """The timeline of a component over the span from its probes' timelines, each heeded only while its watch was in force.

    Time in which nobody watched is unknown, with the reason ``not-watched``.
    """
    watched = [(watch, _during(watch, timeline, span)) for watch, timeline in parts]
    watched = [(watch, timeline) for watch, timeline in watched if timeline]
    if len(watched) == 1:
        return _alone(watched[0][1], span)
    edges = sorted(
        {span.start, span.end, *(s.span.start for _, t in watched for s in t), *(t[-1].span.end for _, t in watched)}
    )
    places = [0] * len(watched)
    stretches: list[Stretch] = []
    for start, end in pairwise(edges):
        present: list[tuple[Watch, Stretch]] = []
        for i, (watch, timeline) in enumerate(watched):
            while places[i] < len(timeline) and timeline[places[i]].span.end <= start:
                places[i] += 1
            if places[i] < len(timeline) and timeline[places[i]].span.start <= start:
                present.append((watch, timeline[places[i]]))
        state, reason = _decide(present)
        extend(stretches, start, end, state, reason)
    return tuple(stretches)


def _alone(timeline: Timeline, span: Span) -> Timeline:
    """What most components have: one probe, which decides."""
    stretches: list[Stretch] = []
    extend(stretches, span.start, timeline[0].span.start, State.UNKNOWN, Reason.NOT_WATCHED)
    stretches.extend(timeline)
    extend(stretches, timeline[-1].span.end, span.end, State.UNKNOWN, Reason.NOT_WATCHED)
    return tuple(stretches)


def _decide(present: Sequence[tuple[Watch, Stretch]]) -> tuple[State, Reason | None]:
    if not present:
        return State.UNKNOWN, Reason.NOT_WATCHED
    count = len(present)
    need = min(present[-1][0].need or count, count)
    tally = {state: [stretch for _, stretch in present if stretch.state is state] for state in State}
    up, degraded, down = tally[State.OPERATIONAL], tally[State.DEGRADED], tally[State.DOWN]
    if count - len(down) < need:
        return State.DOWN, down[0].reason
    if len(up) >= need:
        return State.OPERATIONAL, None
    if len(up) + len(degraded) >= need:
        return State.DEGRADED, degraded[0].reason
    return State.UNKNOWN, tally[State.UNKNOWN][0].reason


def _during(watch: Watch, timeline: Timeline, span: Span) -> Timeline:
    """The part of a probe's timeline in which the watch was in force."""
    start, end = max(watch.start, span.start), min(watch.end if watch.end is not None else span.end, span.end)
    if start >= end:
        return ()
    force = Span(start, end)
    return tuple(
        Stretch(kept, stretch.state, stretch.reason)
        for stretch in timeline
        if (kept := stretch.span.clip(force)) is not None
    )
