"""One trouble is told of in one incident: what a person opens takes over what the monitor told, and one is merged into another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from monitor.incidents import incident as incidents
from monitor.incidents.book import Book
from monitor.incidents.event import INCIDENT, Event, Said, StepError
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import Phase


def opening(told: Book, opened: Event) -> tuple[Event, ...]:
    """All that is to be said when a person opens an incident: it, and that what the monitor tells of the same trouble by itself is
    told of there. StepError when another incident tells of one of its outages already.
    """
    fresh = incidents.told(None, opened)
    for each in told.incidents:
        if known := set(each.outages) & set(fresh.outages):
            raise StepError(f"the incident {each.id} tells of the outage {min(known)} already; say more of that one")
    parts = tuple(each for each in told.open() if each.is_own and _is_part(each, fresh))
    outages = dict.fromkeys((*fresh.outages, *(name for each in parts for name in each.outages)))
    first = replace(opened, said=replace(opened.said, outages=tuple(outages) or None))
    return (first, *(_merged(each, fresh.id, opened) for each in parts))


def merging(told: Book, source: str, target: str, at: int, by: str) -> tuple[Event, ...]:
    """What is to be said so that the incident ``target`` tells of ``source`` too.

    An open target speaks from then on of the source's components as well. StepError when there are no such two, when one of them
    was merged itself, and when the target is over and does not speak of all that the source does.
    """
    found = [told.incident(name) for name in (source, target)]
    for name, each in zip((source, target), found, strict=True):
        if each is None:
            raise StepError(f"there is no incident {name!r}")
    one, other = (each for each in found if each is not None)
    if one.id == other.id:
        raise StepError("an incident cannot be merged into itself")
    if other.phase is Phase.MERGED:
        raise StepError(f"the incident {target} was merged into {other.merged} itself")
    if any(each.merged == source for each in told.incidents):
        raise StepError(f"others were merged into {source}: it cannot be merged itself")
    more = {name: state for name, state in one.components.items() if name not in other.components}
    if more and not other.phase.is_open:
        raise StepError(f"the incident {target} is {other.phase} and does not speak of {', '.join(more)}")
    last = Event(INCIDENT, source, len(one.events) + 1, at, by, Phase.MERGED, {}, Said(merged=target))
    incidents.told(one, last)
    return (last, *_added(other, one, more, at, by))


def _added(target: Incident, source: Incident, more: dict[str, str], at: int, by: str) -> Iterator[Event]:
    if target.phase.is_open:
        said = Said(components=more or None, outages=source.outages or None)
        yield Event(INCIDENT, target.id, len(target.events) + 1, at, by, target.phase, {}, said)


def _is_part(told: Incident, fresh: Incident) -> bool:
    names = set(told.components)
    return names <= set(fresh.components) and any(told.shares(name, fresh.start, fresh.end) for name in names)


def _merged(source: Incident, target: str, opened: Event) -> Event:
    return Event(
        INCIDENT, source.id, len(source.events) + 1, opened.at, opened.by, Phase.MERGED, {}, Said(merged=target)
    )
