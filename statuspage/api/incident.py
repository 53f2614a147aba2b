"""Incidents and maintenances as they are told to programs, whoever told them.

``from_notices`` makes incidents of what the machine told. What people tell becomes the same values and joins the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.timeline.record import Notice
from monitor.timeline.span import Span
from statuspage.api.ids import public_id
from statuspage.i18n import Language
from statuspage.pages.sentences import SENTENCES

RESOLVED = ("resolved", "postmortem")
ACTIVE = ("in_progress", "verifying")
UPCOMING = ("scheduled",)
OVER = (*RESOLVED, "completed")


@dataclass(frozen=True)
class Change:
    """What an update says of a component, by the id in the configuration: from which status to which."""

    component: str
    old: str
    new: str


@dataclass(frozen=True)
class Update:
    """One thing that was told, in a second of its own."""

    id: str
    at: int
    status: str
    body: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Incident:
    """An incident, or a maintenance when it has a ``window``. ``updates`` are newest first and never none."""

    id: str
    name: str
    impact: str
    started: int
    updates: tuple[Update, ...]
    components: tuple[str, ...]
    window: Span | None = None

    @property
    def status(self) -> str:
        """What the newest update says."""
        return self.updates[0].status

    @property
    def created(self) -> int:
        """When it was first told of."""
        return self.updates[-1].at

    @property
    def updated(self) -> int:
        """When it was last told of."""
        return self.updates[0].at

    @property
    def is_open(self) -> bool:
        """True while something is still to come."""
        return self.status not in OVER

    def since(self, *statuses: str) -> int | None:
        """When it last came to one of these statuses; None while it is in another one."""
        found = None
        for update in self.updates:
            if update.status not in statuses:
                break
            found = update.at
        return found


def incident_id(outage: str) -> str:
    """The public id of the incident that an outage of this name opens."""
    return public_id("incident", outage)


def from_notices(notices: Iterable[Notice], names: Mapping[str, str], language: Language) -> tuple[Incident, ...]:
    """The incidents that measured outages opened and closed by themselves, newest first. An outage may open once more."""
    by_outage: dict[str, list[Notice]] = {}
    for notice in sorted(notices, key=lambda each: each.at, reverse=True):
        by_outage.setdefault(notice.outage, []).append(notice)
    found = [_measured(each, names.get(each[0].component, each[0].component), language) for each in by_outage.values()]
    return newest_first(found)


def newest_first(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """In the order in which lists are published."""
    return tuple(sorted(incidents, key=lambda each: (each.created, each.id), reverse=True))


def _measured(notices: list[Notice], name: str, language: Language) -> Incident:
    newest = notices[0]
    updates = tuple(
        Update(
            public_id("update", f"{each.outage}/{each.at}"),
            each.at,
            "investigating" if each.kind == "opened" else "resolved",
            _told(each, name, language),
            (_change(each),),
        )
        for each in notices
    )
    return Incident(
        incident_id(newest.outage), f"Outage of {name}", "critical", newest.start, updates, (newest.component,)
    )


def _change(notice: Notice) -> Change:
    up, down = "operational", "major_outage"
    return Change(notice.component, up, down) if notice.kind == "opened" else Change(notice.component, down, up)


def _told(notice: Notice, name: str, language: Language) -> str:
    reason = SENTENCES[notice.reason]
    start = language.precise(notice.start)
    if notice.end is None:
        return f"{name} is down since {start}. {reason}"
    time = language.duration(notice.down_seconds)
    return f"{name} was down from {start} to {language.precise(notice.end)}. {reason} Down time: {time}."
