"""Maintenance that a configuration plans, and what is still to be said about it in the record.

The configuration says what is planned; the record says what was announced, and when it knew. So a plan is told to the record when a
monitor first reads it, once more when it changes, and cancelled when it is taken out. What has begun, and what a person has spoken
of by hand, is no longer touched. A plan that is put back after it was cancelled so is another maintenance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.incidents.book import Book
from monitor.incidents.event import MAINTENANCE, Event, Said
from monitor.incidents.lifecycle import UNDER_MAINTENANCE, Stage
from monitor.incidents.maintenance import Maintenance
from monitor.incidents.recurrence import occurrences
from monitor.timeline.span import Span

BY = "meetlat.toml"
AHEAD = 60 * 86_400


@dataclass(frozen=True)
class Planned:
    """One ``[[maintenance]]``; with a rule it is the first of many. ``titles`` and ``texts`` are by language."""

    id: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    components: tuple[str, ...]
    span: Span
    announced: int | None = None
    kind: str = "maintenance"
    repeat: str = ""


def due(plans: Sequence[Planned], zone: str, book: Book, now: int) -> Iterator[Event]:
    """What is to be told now, so that the record knows of all that is planned in the next sixty days."""
    wanted: set[str] = set()
    for plan in plans:
        for own, span in _spans(plan, zone, now):
            name = _current(own, span, book, now)
            wanted.add(name)
            event = _news(plan, name, span, book.maintenance(name), now)
            if event:
                yield event
    for known in book.maintenances:
        if known.id not in wanted and _is_ours(known) and _is_ahead(known, now):
            yield Event(MAINTENANCE, known.id, len(known.events) + 1, now, BY, Stage.CANCELLED)


def _current(own: str, span: Span, book: Book, now: int) -> str:
    """The name of a plan, or of its successor when it was taken out and is there again."""
    name, number = own, 1
    while now < span.start and (known := book.maintenance(name)) and known.stage is Stage.CANCELLED and _is_ours(known):
        number += 1
        name = f"{own}-{number}"
    return name


def _is_ours(known: Maintenance) -> bool:
    return all(event.by == BY for event in known.events)


def _is_ahead(known: Maintenance, now: int) -> bool:
    return known.stage is Stage.SCHEDULED and now < known.start


def _spans(plan: Planned, zone: str, now: int) -> Iterator[tuple[str, Span]]:
    if not plan.repeat:
        yield plan.id, plan.span
        return
    for span in occurrences(plan.repeat, plan.span, zone, Span(now - plan.span.seconds, now + AHEAD)):
        yield f"{plan.id}-{datetime.fromtimestamp(span.start, ZoneInfo(zone)):%Y%m%d}", span


def _news(plan: Planned, name: str, span: Span, known: Maintenance | None, now: int) -> Event | None:
    announced = None if plan.announced is None else min(plan.announced, now)
    components = dict.fromkeys(plan.components, UNDER_MAINTENANCE)
    if known is None:
        said = Said(plan.titles, None, None, components, span.start, span.end, announced, plan.kind)
        return Event(MAINTENANCE, name, 1, now, BY, Stage.SCHEDULED, plan.texts, said)
    if not _is_ours(known) or not _is_ahead(known, now):
        return None
    moved = (known.start, known.end) != (span.start, span.end)
    # What was announced before the plan changed was another plan; only a newer announcement can be of this one.
    fresh = announced if moved and announced != known.plans[-1].claimed else None
    said = Said(
        titles=dict(plan.titles) if dict(known.titles) != dict(plan.titles) else None,
        components=components if dict(known.components) != components else None,
        start=span.start if moved else None,
        end=span.end if moved else None,
        announced=fresh,
    )
    is_changed = moved or said.titles or said.components
    return Event(MAINTENANCE, name, len(known.events) + 1, now, BY, Stage.SCHEDULED, {}, said) if is_changed else None
