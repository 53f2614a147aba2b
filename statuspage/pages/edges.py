"""Outages over the edges of what is shown: how far to look past them.

An outage goes on through time without evidence, so it may reach over an edge wherever nothing good was seen between that edge
and it. Time in which nobody watched ends it.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.timeline.model import Reason, State, Stretch, Timeline


def begins_earlier(timeline: Timeline) -> bool:
    """True when an outage of the timeline may have begun ahead of it."""
    return _is_cut(timeline)


def ends_later(timeline: Timeline) -> bool:
    """True when an outage of the timeline may end after it."""
    return _is_cut(reversed(timeline))


def _is_cut(stretches: Iterable[Stretch]) -> bool:
    """Whether down comes before anything that ends an outage; or nothing at all comes that says otherwise."""
    empty = True
    for stretch in stretches:
        empty = False
        if stretch.state is State.DOWN:
            return True
        if stretch.state is not State.UNKNOWN or stretch.reason is Reason.NOT_WATCHED:
            return False
    return not empty


def standing(timeline: Timeline, silence: int) -> Stretch | None:
    """The stretch that a component is in at the end of its timeline; None for an empty one.

    What was observed in the last moments is on its way to the record: so many seconds without an observation are no change yet.
    """
    if not timeline:
        return None
    last = timeline[-1]
    is_silence = last.state is State.UNKNOWN and last.reason is Reason.NO_OBSERVATION and last.span.seconds <= silence
    return timeline[-2] if is_silence and len(timeline) > 1 else last
