"""Outages: the measured spans of down in a component's timeline."""

from __future__ import annotations

from monitor.timeline.model import Outage, Reason, State, Timeline


def outages(component: str, timeline: Timeline) -> tuple[Outage, ...]:
    """The outages in a timeline, oldest first.

    Time without evidence does not end an outage: down, unknown, down is one outage, and the unknown seconds are not counted as
    down. An outage after which nothing but unknown follows is still open; it ends where nobody watches any more. One that reaches
    over an edge of the timeline is cut there.
    """
    found: list[Outage] = []
    start: int | None = None
    end = down = 0
    reason = Reason.UNCONFIRMED
    for stretch in timeline:
        if stretch.state is State.DOWN:
            if start is None:
                start, down, reason = stretch.span.start, 0, stretch.reason or reason
            down += stretch.span.seconds
            end = stretch.span.end
        elif start is not None and (stretch.state is not State.UNKNOWN or stretch.reason is Reason.NOT_WATCHED):
            found.append(Outage(component, start, end, down, reason))
            start = None
    if start is not None:
        found.append(Outage(component, start, None, down, reason))
    return tuple(found)
