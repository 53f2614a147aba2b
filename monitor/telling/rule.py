"""A rule of the operators: of what it speaks, to which channels, when, and who is called when nobody answers. Times in seconds."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.incidents.lifecycle import SEVERITIES
from monitor.sla.hours import Hours
from monitor.telling.message import INCIDENT, OUTAGE
from monitor.telling.trouble import Trouble
from monitor.timeline.span import Span


@dataclass(frozen=True)
class Level:
    """Who is called when nobody has acknowledged it for so long."""

    after: int
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """``components`` are those it speaks of, all when it is None; ``severity`` the mildest that it speaks of.

    What happens within ``together`` is told as one. ``remind`` is how often it is said again while it goes on. Without ``recovery``
    nobody is told that it is over.
    """

    id: str
    channels: tuple[str, ...]
    components: frozenset[str] | None = None
    severity: str = SEVERITIES[-1]
    kinds: tuple[str, ...] = (OUTAGE, INCIDENT)
    hours: Hours | None = None
    together: int = 20
    remind: int | None = None
    recovery: bool = True
    escalate: tuple[Level, ...] = ()

    def speaks_of(self, trouble: Trouble) -> bool:
        """Whether it is for this rule, at any hour."""
        if trouble.kind not in self.kinds or SEVERITIES.index(trouble.severity) > SEVERITIES.index(self.severity):
            return False
        if trouble.kind == INCIDENT and OUTAGE in self.kinds and trouble.covers:
            return False
        return self.touches(trouble.components)

    def touches(self, components: tuple[str, ...]) -> bool:
        """Whether it speaks of one of them."""
        return self.components is None or not self.components.isdisjoint(components)

    def is_awake(self, now: int) -> bool:
        """Whether it is within its hours."""
        return self.hours is None or bool(self.hours.within(Span(now, now + 1)))
