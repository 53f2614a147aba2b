"""Drafts: incidents that are kept and not published. They stand apart from all that was said, so that nothing public can show one.

A draft is a fold over events as an incident is. It ends when its subject is published, as an incident of the same name, or when
somebody discards it.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.incidents import incident as incidents
from monitor.incidents.book import Book
from monitor.incidents.event import INCIDENT, Event, Said, StepError
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import Phase

DISCARDED = "discarded"


def drafted(before: Incident | None, event: Event) -> Incident:
    """The draft after one more event. StepError when the event does not follow, or when it is no draft of an incident."""
    if event.account != INCIDENT:
        raise StepError("only incidents are drafted")
    return incidents.told(before, event)


def waiting(rows: Iterable[Event], told: Book) -> tuple[Incident, ...]:
    """The drafts that are neither published nor discarded, newest first. None of the monitor's, when people tell of all that it is
    about: that would be told twice.
    """
    found: dict[str, Incident] = {}
    gone: set[str] = set()
    for event in rows:
        if event.step == DISCARDED:
            gone.add(event.subject)
        else:
            found[event.subject] = drafted(found.get(event.subject), event)
    kept = [each for each in found.values() if each.id not in gone and not _is_told(each, told)]
    return tuple(sorted(kept, key=lambda each: (-each.opened, each.id)))


def _is_told(draft: Incident, told: Book) -> bool:
    if told.incident(draft.id):
        return True
    return draft.is_own and all(told.about(name, draft.start, draft.end) for name in draft.components)


def published(draft: Incident, at: int, by: str, titles: dict[str, str] | None = None) -> Event:
    """The first event of the incident that a draft becomes: all that the draft says, said by whoever publishes it, now."""
    first = draft.events[0].said
    words = next(event.texts for event in reversed(draft.events) if event.texts or event is draft.events[0])
    said = Said(
        titles={**draft.titles, **(titles or {})},
        impact=draft.impact,
        severity=draft.severity,
        components=first.components,
        start=draft.start,
        end=draft.end,
        outages=draft.outages or None,
    )
    step = draft.phase if draft.phase.is_open else Phase.RESOLVED
    return Event(INCIDENT, draft.id, 1, at, by, step, words, said)
