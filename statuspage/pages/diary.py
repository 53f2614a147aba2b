"""The last two weeks, day by day: what people told, what was measured, and the days on which there was nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from monitor.incidents.book import Book
from monitor.incidents.incident import Incident
from monitor.incidents.maintenance import Maintenance
from monitor.timeline.model import Outage
from monitor.timeline.period import Period
from statuspage.pages.tally import Run

DAYS = 14
MOST = 10  # outages that are listed under one day


@dataclass(frozen=True)
class Page:
    """A calendar day of the page's zone. ``more`` is how many outages it had besides those that are listed; ``told`` says which
    incident tells of an outage.

    ``is_known``: of any component anything was seen on that day. Else nobody can say that nothing happened.
    """

    period: Period
    incidents: tuple[Incident, ...]
    maintenances: tuple[Maintenance, ...]
    outages: tuple[Outage, ...]
    more: int
    is_known: bool
    told: Mapping[Outage, str] = field(default_factory=dict)

    @property
    def stories(self) -> tuple[tuple[Incident, tuple[Outage, ...]], ...]:
        """The incidents, each with the outages that it tells of: what is one trouble is listed once."""
        return tuple((each, tuple(o for o in self.outages if self.told.get(o) == each.id)) for each in self.incidents)

    @property
    def untold(self) -> tuple[Outage, ...]:
        """The outages of which no incident of this day tells."""
        names = {each.id for each in self.incidents}
        return tuple(each for each in self.outages if self.told.get(each) not in names)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be listed."""
        return not (self.incidents or self.maintenances or self.outages)


def diary(
    now: int, days: Sequence[Period], told: Book, measured: Iterable[Sequence[Outage]], known: set[int]
) -> tuple[Page, ...]:
    """The days, which come oldest first, newest first. What lasted longer than a day stands under each day it touched.

    ``measured`` are the outages of each component, newest first; ``known`` the places of the days of which anything is known.
    """
    begin = days[0].span.start
    recent = [
        each for outages in measured for each in takewhile(lambda one: one.end is None or one.end > begin, outages)
    ]
    recent.sort(key=lambda each: (-each.start, each.component))
    return tuple(_page(now, days[n], told, recent, n in known) for n in range(len(days) - 1, -1, -1))


def _page(now: int, day: Period, told: Book, recent: Sequence[Outage], is_known: bool) -> Page:
    span = day.span
    incidents, works = told.within(span)
    found = [each for each in recent if each.start < span.end and (each.end is None or each.end > span.start)]
    done = tuple(each for each in works if each.over(now) is not None or each.is_running(now))
    listed = tuple(found[:MOST])
    stories = {each: story.id for each in listed if (story := told.about(each.component, each.start, each.end))}
    return Page(day, incidents, done, listed, max(0, len(found) - MOST), is_known, stories)


def seen(runs: Iterable[Sequence[Run]], first: int, count: int) -> set[int]:
    """The places among ``count`` days, from the ``first`` of the runs on, of which any of these rows knows anything."""
    found: set[int] = set()
    for row in runs:
        for run in reversed(row):
            if len(found) == count or run.first + run.count <= first:
                break
            if run.tally.known:
                found.update(range(max(0, run.first - first), run.first + run.count - first))
    return found
