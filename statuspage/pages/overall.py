"""The whole page in one word."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from monitor.timeline.model import State


class Overall(StrEnum):
    """The state of all components together. Only here an outage is partial or major: a single component is down or it is not."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL = "partial"
    MAJOR = "down"
    UNKNOWN = "unknown"


def overall(states: Iterable[State]) -> Overall:
    """Major when all are down, partial when some are; else the worst of them, and unknown when there are none."""
    found = set(states)
    if State.DOWN in found:
        return Overall.MAJOR if found == {State.DOWN} else Overall.PARTIAL
    for state in (State.DEGRADED, State.UNKNOWN, State.OPERATIONAL):
        if state in found:
            return Overall(state.value)
    return Overall.UNKNOWN
