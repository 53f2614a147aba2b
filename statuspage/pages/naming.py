"""What a measured outage is called: by the notices that were told in its time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.timeline.model import Outage
from monitor.timeline.record import Notice


@dataclass(frozen=True, slots=True)
class Telling:
    """What was told under one name: from ``start`` on, until ``end`` or until now."""

    outage: str
    start: int
    end: int | None

    def tells_of(self, outage: Outage) -> bool:
        """Whether they share a second. A component that goes up and down is told of once for several of its outages."""
        begins_in_time = self.end is None or outage.start < self.end
        return begins_in_time and (outage.end is None or self.start < outage.end)


def tellings(notices: Iterable[Notice]) -> dict[str, list[Telling]]:
    """By component what was told, newest first, from notices that come so: the newest of an outage says how it ended."""
    found: dict[str, dict[str, Telling]] = {}
    for notice in notices:
        told = found.setdefault(notice.component, {})
        before = told.get(notice.outage)
        start = min(notice.start, before.start) if before else notice.start
        told[notice.outage] = Telling(notice.outage, start, before.end if before else notice.end)
    return {component: list(told.values()) for component, told in found.items()}
