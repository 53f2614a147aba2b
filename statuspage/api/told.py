"""What people told of trouble and of work, as incidents and maintenances for programs; and what of the measured it makes double."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.incidents import course
from monitor.incidents.book import Book
from monitor.incidents.course import Turn
from monitor.incidents.incident import Incident as Told
from monitor.incidents.lifecycle import UNDER_MAINTENANCE, Phase, Stage
from monitor.timeline.record import Notice
from monitor.timeline.span import Span
from statuspage.api.ids import public_id
from statuspage.api.incident import Change, Incident, Update, incident_id
from statuspage.api.standing import Standing
from statuspage.pages.told import WORDS, spoken

STATUSES = {
    "operational": "operational",
    "degraded": "degraded_performance",
    "partial": "partial_outage",
    "down": "major_outage",
    UNDER_MAINTENANCE: "under_maintenance",
}
_KNOWN: dict[str, str] = {Stage.CANCELLED: "completed", Phase.MERGED: "resolved"}  # the contract has no words for these


def told_incident_id(incident: Told) -> str:
    """Its public id: that of the outage whose name it bears, so that programs know it again from before it was told of."""
    if incident.id in incident.outages:
        return incident_id(incident.id)
    return public_id("told-incident", incident.id)


def told_maintenance_id(name: str) -> str:
    """The public id of the maintenance of that name."""
    return public_id("maintenance", name)


def told_incidents(book: Book) -> tuple[Incident, ...]:
    """All incidents of people."""
    return tuple(
        Incident(
            told_incident_id(each),
            spoken(each.titles, "en")[0],
            each.impact,
            each.start,
            _updates(f"incident/{each.id}", course.of_incident(each), _elsewhere(each, book)),
            tuple(each.components),
        )
        for each in book.incidents
    )


def _elsewhere(incident: Told, book: Book) -> str:
    """What is said of one that is told of in another."""
    other = book.incident(incident.merged) if incident.merged else None
    return f'Told of in another incident: "{spoken(other.titles, "en")[0]}".' if other else ""


def told_maintenances(book: Book, now: int) -> tuple[Incident, ...]:
    """All maintenance. What began or ended by its plan says so in the second of the plan."""
    return tuple(
        Incident(
            told_maintenance_id(each.id),
            spoken(each.titles, "en")[0],
            "maintenance",
            each.events[0].at,
            _updates(f"maintenance/{each.id}", course.of_maintenance(each, now)),
            tuple(each.components),
            Span(each.start, each.end),
        )
        for each in book.maintenances
    )


def uncovered(notices: Iterable[Notice], book: Book) -> tuple[Notice, ...]:
    """Without the outages that an incident of people tells of: the same component in the same time."""
    everything = tuple(notices)
    newest: dict[str, Notice] = {}
    for each in everything:
        if each.outage not in newest or newest[each.outage].at < each.at:
            newest[each.outage] = each
    double = {name for name, each in newest.items() if book.about(each.component, each.start, each.end)}
    return tuple(each for each in everything if each.outage not in double)


def touched(standings: Sequence[Standing], incidents: Iterable[Incident]) -> tuple[Standing, ...]:
    """The standings, changed too when something was told of the component."""
    latest: dict[str, int] = {}
    for each in incidents:
        for update in each.updates:
            for change in update.changes:
                latest[change.component] = max(latest.get(change.component, 0), update.at)
    return tuple(replace(each, changed=max(each.changed, latest.get(each.component.id, 0))) for each in standings)


def _updates(subject: str, turns: Iterable[Turn], elsewhere: str = "") -> tuple[Update, ...]:
    return tuple(_update(subject, each, elsewhere) for each in turns)[::-1]


def _update(subject: str, turn: Turn, elsewhere: str) -> Update:
    status = _KNOWN.get(turn.stands, turn.stands)
    changes = tuple(Change(name, STATUSES[old], STATUSES[new]) for name, (old, new) in turn.changes.items())
    usual = elsewhere if turn.step == Phase.MERGED else ""
    body = spoken(turn.texts, "en")[0] or usual or f"{WORDS[turn.step]}."
    return Update(public_id("update", f"{subject}/{turn.key}"), turn.at, str(status), body, changes)
