"""Maintenance that a configuration plans, and what is still to be said about it in the record.

The configuration says what is planned; the record says what was announced, and when it knew. So a plan is told to the record when a
monitor first reads it, once more when it changes, and cancelled when it is taken out. What has begun, and what a person has spoken
of by hand, is no longer touched. A plan that is put back after it was cancelled so is another maintenance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.incidents.book import Book
from monitor.incidents.event import MAINTENANCE, Event, Said, StepError
from monitor.incidents.lifecycle import STOPPED, UNDER_MAINTENANCE, Stage
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
    remind: tuple[int, ...] = ()


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


def recurring(book: Book, components: Collection[str], zone: str, now: int) -> Iterator[Event]:
    """What is to be told now of work that people announced to come back: each time of it in the next sixty days, under a name of
    its own, by whoever announced the first. Of a time that is known, nothing; of components that are no longer there, neither.
    """
    for first in book.maintenances:
        states = {name: state for name, state in first.components.items() if name in components}
        if not first.repeat or first.is_stopped or not states:
            continue
        original, span = first.events[0], first.plans[0].span
        for each in occurrences(first.repeat, span, zone, Span(now, now + AHEAD)):
            name = occurrence(first.id, each, zone)
            if each.start != span.start and book.maintenance(name) is None:
                said = Said(
                    titles=first.titles,
                    components=states,
                    start=each.start,
                    end=each.end,
                    kind=first.kind,
                    remind=first.remind or None,
                )
                yield Event(MAINTENANCE, name, 1, now, original.by, Stage.SCHEDULED, original.texts, said)


def occurrence(first: str, span: Span, zone: str) -> str:
    """The name of one time of work that comes back."""
    return f"{first}-{datetime.fromtimestamp(span.start, ZoneInfo(zone)):%Y%m%d}"


def stopping(book: Book, first: str, at: int, by: str) -> tuple[Event, ...]:
    """What is to be said so that work comes back no more: of the first time of it, and of each further one that has not begun."""
    known = book.maintenance(first)
    if known is None:
        raise StepError(f"there is no maintenance {first!r}")
    ahead = [
        each
        for each in book.maintenances
        if re.fullmatch(re.escape(first) + r"-\d{8}", each.id) and each.stage is Stage.SCHEDULED and at < each.start
    ]
    stop = Event(MAINTENANCE, first, len(known.events) + 1, at, by, STOPPED)
    cancelled = (Event(MAINTENANCE, each.id, len(each.events) + 1, at, by, Stage.CANCELLED) for each in ahead)
    return (stop, *cancelled)


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
        yield occurrence(plan.id, span, zone), span


def _news(plan: Planned, name: str, span: Span, known: Maintenance | None, now: int) -> Event | None:
    announced = None if plan.announced is None else min(plan.announced, now)
    components = dict.fromkeys(plan.components, UNDER_MAINTENANCE)
    if known is None:
        said = Said(
            titles=plan.titles,
            components=components,
            start=span.start,
            end=span.end,
            announced=announced,
            kind=plan.kind,
            remind=plan.remind or None,
        )
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
