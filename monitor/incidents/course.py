"""The course of an incident or a maintenance: each thing that was said of it, and what it came to by its plan, oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from monitor.incidents import incident as incidents
from monitor.incidents import maintenance as maintenances
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import Stage
from monitor.incidents.maintenance import Maintenance

BEGINS, ENDS = "begins", "ends"  # the steps that nobody took: it went by its plan
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
    """Each event of it, and its beginning and its end where it went by its plan, oldest first."""
    found: list[tuple[int, str, str, Stage, Mapping[str, str], Maintenance]] = []
    told: Maintenance | None = None
    for event in maintenance.events:
        told = maintenances.told(told, event)
        row = (event.at, str(event.number), event.step, told.standing(event.at), event.texts, told)
        found.append(row)
        found += [
            (at, f"{step}-{at}", step, stage, {}, told)
            for at, step, stage in _by_plan(maintenance, now)
            if event.at < at and (event is maintenance.newest or at < maintenance.events[event.number].at)
        ]
    turns: list[Turn] = []
    before: Mapping[str, str] = {}
    for at, key, step, stage, texts, then in found:
        after = then.components if stage in _WORKING else {}
        turns.append(Turn(key, at, step, stage, texts, _changes(before, after), then))
        before = after
    return tuple(turns)


def _by_plan(maintenance: Maintenance, now: int) -> Iterator[tuple[int, str, Stage]]:
    """When it began and ended with nobody saying so, by the plan that stood at that moment."""
    by_hand = next((event.at for event in maintenance.events if event.step != Stage.SCHEDULED), now + 1)
    for plan, later in zip_longest(maintenance.plans, maintenance.plans[1:]):
        until = min(by_hand, now + 1, later.recorded if later else now + 1)
        if plan.recorded < plan.span.start < until:
            yield plan.span.start, BEGINS, Stage.IN_PROGRESS
        if plan.recorded < plan.span.end < until:
            yield plan.span.end, ENDS, Stage.COMPLETED


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    pairs = {each: (before.get(each, "operational"), after.get(each, "operational")) for each in {**before, **after}}
    return {each: (old, new) for each, (old, new) in pairs.items() if old != new}
