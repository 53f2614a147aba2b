"""The course of an incident or a maintenance: each thing that was said of it, and what it came to by its plan, oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from monitor.incidents import incident as incidents
from monitor.incidents import maintenance as maintenances
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import STOPPED, Stage
from monitor.incidents.maintenance import Maintenance

BEGINS, ENDS = "begins", "ends"  # the steps that nobody took: it went by its plan
REMINDER, OVERRUNS = "reminder", "overruns"  # it is about to begin; it goes on past its plan
_UNTOUCHED = (Stage.SCHEDULED, STOPPED)
_WORKING = (Stage.IN_PROGRESS, Stage.VERIFYING)


@dataclass(frozen=True)
class Turn:
    """One thing that happened. ``key`` is its own for ever; ``step`` is what was said or done, ``stands`` where it stood then.

    ``changes`` holds the components that came to another state: from which to which. ``then`` is all that was said until then.
    """

    key: str
    at: int
    step: str
    stands: str
    texts: Mapping[str, str]
    changes: Mapping[str, tuple[str, str]]
    then: Incident | Maintenance


def of_incident(incident: Incident) -> tuple[Turn, ...]:
    """Each event of it, oldest first."""
    found: list[Turn] = []
    told: Incident | None = None
    for event in incident.events:
        before = told.components if told else {}
        told = incidents.told(told, event)
        changes = _changes(before, told.components)
        found.append(Turn(str(event.number), event.at, event.step, told.phase, event.texts, changes, told))
    return tuple(found)


def of_maintenance(maintenance: Maintenance, now: int) -> tuple[Turn, ...]:
    """Each event of it, oldest first; and what nobody had to say: reminders, its beginning and its end where it went by its plan,
    and that it goes on past its end.
    """
    found: list[tuple[int, str, str, Stage, Mapping[str, str], Maintenance]] = []
    told: Maintenance | None = None
    for event in maintenance.events:
        told = maintenances.told(told, event)
        row = (event.at, str(event.number), event.step, told.standing(event.at), event.texts, told)
        found.append(row)
        until = now + 1 if event is maintenance.newest else maintenance.events[event.number].at
        unsaid = [*_by_plan(maintenance, now), *_overrun(told, until)]
        found += [(at, f"{step}-{at}", step, stage, {}, told) for at, step, stage in unsaid if event.at < at < until]
    turns: list[Turn] = []
    before: Mapping[str, str] = {}
    for at, key, step, stage, texts, then in found:
        after = then.components if stage in _WORKING else {}
        turns.append(Turn(key, at, step, stage, texts, _changes(before, after), then))
        before = after
    return tuple(turns)


def _by_plan(maintenance: Maintenance, now: int) -> Iterator[tuple[int, str, Stage]]:
    """When it began and ended with nobody saying so, by the plan that stood at that moment."""
    by_hand = next((event.at for event in maintenance.events if event.step not in _UNTOUCHED), now + 1)
    for plan, later in zip_longest(maintenance.plans, maintenance.plans[1:]):
        until = min(by_hand, now + 1, later.recorded if later else now + 1)
        for lead in maintenance.remind:
            if plan.recorded < plan.span.start - lead < until:
                yield plan.span.start - lead, REMINDER, Stage.SCHEDULED
        if plan.recorded < plan.span.start < until:
            yield plan.span.start, BEGINS, Stage.IN_PROGRESS
        if plan.recorded < plan.span.end < until:
            yield plan.span.end, ENDS, Stage.COMPLETED


def _overrun(told: Maintenance, until: int) -> Iterator[tuple[int, str, Stage]]:
    """The end of the plan, when it goes on by hand until then and no other end was announced before."""
    if told.began is not None and told.ended is None and told.end < until:
        yield told.end, OVERRUNS, told.stage


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    pairs = {each: (before.get(each, "operational"), after.get(each, "operational")) for each in {**before, **after}}
    return {each: (old, new) for each, (old, new) in pairs.items() if old != new}
