"""Everything that people said, as incidents and maintenance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.incidents import incident as incidents
from monitor.incidents import maintenance as maintenances
from monitor.incidents.event import INCIDENT, Event
from monitor.incidents.incident import Incident
from monitor.incidents.maintenance import Maintenance
from monitor.timeline.span import Span


@dataclass(frozen=True)
class Book:
    """All accounts, newest first: incidents by when they were opened, maintenance by when it begins."""

    incidents: tuple[Incident, ...] = ()
    maintenances: tuple[Maintenance, ...] = ()

    def incident(self, name: str) -> Incident | None:
        """The incident of that id."""
        return next((each for each in self.incidents if each.id == name), None)

    def maintenance(self, name: str) -> Maintenance | None:
        """The maintenance of that id."""
        return next((each for each in self.maintenances if each.id == name), None)

    def open(self) -> tuple[Incident, ...]:
        """The incidents that go on."""
        return tuple(each for each in self.incidents if each.phase.is_open)

    def impacts(self) -> tuple[str, ...]:
        """How bad people say that it is now. What the monitor tells by itself makes nothing worse than it measures."""
        return tuple(each.impact for each in self.open() if not each.is_own)

    def running(self, now: int) -> tuple[Maintenance, ...]:
        """The maintenance that goes on."""
        return tuple(each for each in self.maintenances if each.is_running(now))

    def upcoming(self, now: int) -> tuple[Maintenance, ...]:
        """The maintenance that is to come, the next first."""
        return tuple(each for each in reversed(self.maintenances) if each.standing(now) == "scheduled")

    def about(self, component: str, start: int, end: int | None) -> Incident | None:
        """The incident that tells of the component at that time; the newest when several do. Not one that was merged."""
        found = next((each for each in self.incidents if each.shares(component, start, end)), None)
        return (self.incident(found.merged) or found) if found and found.merged else found

    def apart(self) -> tuple[Incident, ...]:
        """The incidents that are not told of in another one."""
        return tuple(each for each in self.incidents if not self._is_elsewhere(each))

    def _is_elsewhere(self, incident: Incident) -> bool:
        return incident.merged is not None and self.incident(incident.merged) is not None

    def within(self, span: Span) -> tuple[tuple[Incident, ...], tuple[Maintenance, ...]]:
        """What shares a second with the span; not what was merged."""
        work = [
            each for each in self.maintenances if each.start < span.end and max(each.end, each.ended or 0) > span.start
        ]
        return tuple(each for each in self.touching(span) if not self._is_elsewhere(each)), tuple(work)

    def touching(self, span: Span) -> tuple[Incident, ...]:
        """The incidents that share a second with the span, merged ones too."""
        return tuple(
            each for each in self.incidents if each.start < span.end and (each.end is None or each.end >= span.start)
        )


def book(events: Iterable[Event]) -> Book:
    """The fold over the events, which come in the order in which they were appended."""
    open_book: dict[str, Incident] = {}
    planned: dict[str, Maintenance] = {}
    for event in events:
        if event.account == INCIDENT:
            open_book[event.subject] = incidents.told(open_book.get(event.subject), event)
        else:
            planned[event.subject] = maintenances.told(planned.get(event.subject), event)
    return Book(
        tuple(sorted(open_book.values(), key=lambda each: (-each.opened, each.id))),
        tuple(sorted(planned.values(), key=lambda each: (-each.start, each.id))),
    )
