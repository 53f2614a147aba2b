"""The whole page in one word."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from monitor.timeline.model import State


class Overall(StrEnum):
    """The state of all components together. Only here an outage is partial or major: a single component is down or it is not."""

    OPERATIONAL = "operational"
    MAINTENANCE = "maintenance"
    DEGRADED = "degraded"
    PARTIAL = "partial"
    MAJOR = "down"
    UNKNOWN = "unknown"


_IMPACTS = {"minor": Overall.DEGRADED, "major": Overall.PARTIAL, "critical": Overall.MAJOR}
_GRAVITY = (
    Overall.OPERATIONAL,
    Overall.MAINTENANCE,
    Overall.UNKNOWN,
    Overall.DEGRADED,
    Overall.PARTIAL,
    Overall.MAJOR,
)


def overall(states: Iterable[State]) -> Overall:
    """Major when all are down, partial when some are; else the worst of them, and unknown when there are none."""
    found = set(states)
    if State.DOWN in found:
        return Overall.MAJOR if found == {State.DOWN} else Overall.PARTIAL
    for state in (State.DEGRADED, State.UNKNOWN, State.OPERATIONAL):
        if state in found:
            return Overall(state.value)
    return Overall.UNKNOWN


def told(states: Iterable[tuple[State, bool]], impacts: Iterable[str]) -> Overall:
    """The same with what people said: each state with whether maintenance lies over it, and the impacts of open incidents.

    What is under maintenance is not held against the whole. An open incident never stands beside a word that is better than it.
    """
    pairs = list(states)
    others = [state for state, is_maintained in pairs if not is_maintained]
    found = overall(others)
    if len(others) < len(pairs) and (not others or found is Overall.OPERATIONAL):
        found = Overall.MAINTENANCE
    return max([found, *(_IMPACTS[each] for each in impacts if each in _IMPACTS)], key=_GRAVITY.index)
