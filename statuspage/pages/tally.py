"""How long each state lasted: in a day, in ninety days, in a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from monitor.timeline.model import State, Timeline
from monitor.timeline.period import Period, days
from monitor.timeline.span import Span


@dataclass(frozen=True, slots=True)
class Tally:
    """Seconds in each state. Degraded time is known and available: what was asked was done."""

    up: int = 0
    degraded: int = 0
    down: int = 0
    unknown: int = 0

    @property
    def known(self) -> int:
        """The seconds of which the state is known."""
        return self.up + self.degraded + self.down

    @property
    def seconds(self) -> int:
        """All seconds looked at."""
        return self.known + self.unknown

    @property
    def availability(self) -> Fraction | None:
        """The share of the known time that was not down; None when nothing is known."""
        return Fraction(self.known - self.down, self.known) if self.known else None

    @property
    def known_share(self) -> Fraction:
        """The share of the time of which the state is known."""
        return Fraction(self.known, self.seconds) if self.seconds else Fraction(0)

    @property
    def worst(self) -> State:
        """What to call this span of time in one word: unknown only when nothing is known."""
        if self.down:
            return State.DOWN
        if self.degraded:
            return State.DEGRADED
        return State.OPERATIONAL if self.up else State.UNKNOWN

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.up + other.up, self.degraded + other.degraded, self.down + other.down, self.unknown + other.unknown
        )


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day of the page's zone and what was seen of it so far."""

    period: Period
    tally: Tally

    @property
    def start(self) -> int:
        """Its first second."""
        return self.period.span.start


def tally(timeline: Timeline, spans: Sequence[Span]) -> tuple[Tally, ...]:
    """The tally of each span. The spans are in order and do not overlap; what lies outside the timeline is not counted."""
    found: list[Tally] = []
    first = 0
    for span in spans:
        seconds = dict.fromkeys(State, 0)
        while first < len(timeline) and timeline[first].span.end <= span.start:
            first += 1
        place = first
        while place < len(timeline) and timeline[place].span.start < span.end:
            part = timeline[place].span.clip(span)
            seconds[timeline[place].state] += part.seconds if part else 0
            place += 1
        found.append(
            Tally(seconds[State.OPERATIONAL], seconds[State.DEGRADED], seconds[State.DOWN], seconds[State.UNKNOWN])
        )
    return tuple(found)


def daily(timeline: Timeline, now: int, count: int, zone: str) -> tuple[Day, ...]:
    """The last ``count`` calendar days up to and with the day of ``now``, oldest first."""
    periods = _days(now, count, zone)
    return tuple(map(Day, periods, tally(timeline, [period.span for period in periods])))


@lru_cache(maxsize=8)
def _days(now: int, count: int, zone: str) -> tuple[Period, ...]:
    """Cut once for all components of a page."""
    return days(now, count, zone)


def total(of: Iterable[Day]) -> Tally:
    """The days together."""
    return sum((day.tally for day in of), Tally())
