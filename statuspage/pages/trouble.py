"""Outages by the calendar days that they touched."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from monitor.timeline.model import Outage
from monitor.timeline.period import Period


def by_day(outages: Iterable[Outage], days: Sequence[Period], now: int) -> dict[Period, list[Outage]]:
    """Of each of these days, which come oldest first and without a gap, its outages in the order given. Quiet days are left out."""
    starts = [each.span.start for each in days]
    found: dict[int, list[Outage]] = defaultdict(list)
    for outage in outages:
        last = (now if outage.end is None else outage.end) - 1
        first, after = bisect_right(starts, outage.start) - 1, bisect_right(starts, max(last, outage.start))
        for n in range(max(first, 0), after):
            found[n].append(outage)
    return {days[n]: found[n] for n in sorted(found, reverse=True)}


def days_of_each(days: Mapping[Period, Iterable[Outage]]) -> dict[str, list[Period]]:
    """The days on which each component had an outage."""
    found: dict[str, list[Period]] = defaultdict(list)
    for day, outages in days.items():
        for component in dict.fromkeys(each.component for each in outages):
            found[component].append(day)
    return dict(found)
