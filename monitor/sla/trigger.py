"""Triggers: remedies that fall due only after misses in a row, or after some number of misses among the last periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.sla.periods import day_of, months_on
from monitor.sla.remedies import Ladder, When
from monitor.timeline.period import Period, midnight


@dataclass(frozen=True)
class Past:
    """An objective's outcome in an earlier period: ``percentage`` None and ``verdict`` undetermined when there was no figure."""

    period: Period
    verdict: str
    percentage: Fraction | None


def fires(when: Sequence[When], past: Sequence[Past]) -> int | None:
    """The place of the first trigger that fires at the last of these outcomes (oldest first); None when none does."""
    for n, trigger in enumerate(when):
        if len(past) and _misses(trigger, past[-1]) and _enough(trigger, past):
            return n
    return None


def _misses(trigger: When, past: Past) -> bool:
    if trigger.below is not None:
        return past.percentage is not None and past.percentage < trigger.below
    return past.verdict == "missed"


def _enough(trigger: When, past: Sequence[Past]) -> bool:
    return sum(_misses(trigger, each) for each in past[-trigger.reach :]) >= trigger.needed


def unpaid(when: Sequence[When], past: Sequence[Past]) -> tuple[Period, ...]:
    """The earlier misses that a retroactive trigger now pays: those it counts, and that no trigger had fired for yet."""
    n = fires(when, past)
    if n is None or not when[n].retroactive:
        return ()
    first = len(past) - when[n].reach
    return tuple(
        past[i].period
        for i in range(max(0, first), len(past) - 1)
        if _misses(when[n], past[i]) and fires(when, past[: i + 1]) is None
    )


def misses_within(ladder: Ladder, past: Sequence[Past]) -> int:
    """How many of the periods that lie in the ladder's span were missed; it ends with the last one, which is always in it."""
    last = past[-1].period
    since = midnight(months_on(day_of(last.span.end, last.zone), -ladder.over), last.zone)
    return sum(each.verdict == "missed" for each in past if each.period == last or each.period.span.start >= since)
