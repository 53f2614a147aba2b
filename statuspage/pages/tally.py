"""How long each state lasted: in a day, in ninety days, in a month."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice

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

    def share(self, seconds: int) -> Tally:
        """The same of so many seconds, where all of them were in one state."""
        return Tally(*(seconds if each else 0 for each in (self.up, self.degraded, self.down, self.unknown)))

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
        while first < len(timeline) and timeline[first].span.end <= span.start:
            first += 1
        found.append(_counted(timeline, first, span.start, span.end))
    return tuple(found)


def _counted(timeline: Timeline, first: int, begin: int, end: int) -> Tally:
    """The tally of ``[begin, end)``, to which nothing ahead of the ``first`` stretch belongs."""
    seconds = dict.fromkeys(State, 0)
    for stretch in islice(timeline, first, None):
        if stretch.span.start >= end:
            break
        seconds[stretch.state] += min(stretch.span.end, end) - max(stretch.span.start, begin)
    return Tally(seconds[State.OPERATIONAL], seconds[State.DEGRADED], seconds[State.DOWN], seconds[State.UNKNOWN])


@lru_cache(maxsize=200)
def _whole(state: State, seconds: int) -> Tally:
    """So many seconds in one state: what most days are."""
    return Tally(
        *(seconds if state is each else 0 for each in (State.OPERATIONAL, State.DEGRADED, State.DOWN, State.UNKNOWN))
    )


@dataclass(frozen=True, slots=True)
class Run:
    """``count`` days from the ``first`` one on, and their tally together: one day, or several that were whole in one state."""

    first: int
    count: int
    tally: Tally


def runs(timeline: Timeline, periods: Sequence[Period]) -> tuple[Run, ...]:
    """Days that follow one another, first to last, without a gap. The cost is that of what happened, not of the days."""
    ends = [each.span.end for each in periods]
    found: list[Run] = []
    day = place = 0
    while day < len(periods):
        begin = periods[day].span.start
        while place < len(timeline) and timeline[place].span.end <= begin:
            place += 1
        stretch = timeline[place] if place < len(timeline) else None
        after = bisect_right(ends, stretch.span.end) if stretch and stretch.span.start <= begin else day
        if stretch is not None and after > day:
            found.append(Run(day, after - day, _whole(stretch.state, ends[after - 1] - begin)))
        else:
            after = day + 1
            found.append(Run(day, 1, _counted(timeline, place, begin, ends[day])))
        day = after
    return tuple(found)


@lru_cache(maxsize=8)
def calendar(now: int, count: int, zone: str) -> tuple[Period, ...]:
    """The last ``count`` calendar days up to and with the day of ``now``, oldest first: cut once for all components of a page."""
    return days(now, count, zone)


def total(of: Iterable[Run | Day]) -> Tally:
    """The days together."""
    tallies = [each.tally for each in of]
    return Tally(
        sum(each.up for each in tallies),
        sum(each.degraded for each in tallies),
        sum(each.down for each in tallies),
        sum(each.unknown for each in tallies),
    )
