"""An incident: the fold of what was said about it. What the machine measured stands beside it and never changes by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.incidents.event import INCIDENT, Event, StepError, check_words
from monitor.incidents.lifecycle import IMPACTS, SEVERITIES, STATES, Note, Phase, check_step, proposed_impact


@dataclass(frozen=True)
class Correction:
    """A time that was told wrong: who corrected it, when, from what to what."""

    at: int
    by: str
    what: str
    old: int
    new: int


@dataclass(frozen=True)
class Incident:
    """What people say of trouble. ``start`` and ``end`` are when it is said to have begun and ended.

    ``opened`` is when the first word of it was published. ``backfilled``: it was told when it was over. ``outages`` are the names
    of measured outages that it is known to tell of; ``merged`` is the incident that tells of it from then on.
    """

    id: str
    phase: Phase
    titles: Mapping[str, str]
    impact: str
    severity: str | None
    components: Mapping[str, str]
    start: int
    end: int | None
    opened: int
    acknowledged: int | None
    backfilled: bool
    corrections: tuple[Correction, ...]
    events: tuple[Event, ...]
    outages: tuple[str, ...] = ()
    merged: str | None = None

    @property
    def is_own(self) -> bool:
        """Whether the monitor tells it by itself: no person took it over by saying more of it than that somebody works on it."""
        return all(each.said.automatic or each.step == Note.ACKNOWLEDGED for each in self.events)

    @property
    def newest(self) -> Event:
        """The last thing that was said."""
        return self.events[-1]

    def shares(self, component: str, start: int, end: int | None) -> bool:
        """Whether it speaks of the component and shares a second with the time, which is open when it has no end."""
        touched = component in self.components
        return touched and (end is None or self.start < end) and (self.end is None or start < self.end)


def told(before: Incident | None, event: Event) -> Incident:
    """The incident after one more event. StepError when the event does not follow."""
    check_words(event)
    if event.account != INCIDENT or event.number != (len(before.events) if before else 0) + 1:
        raise StepError(f"this is not event {event.number} of an incident")
    if before and before.id != event.subject:
        raise StepError(f"{event.subject} is another incident than {before.id}")
    if not (before and _takes_back(before, event)):
        check_step(INCIDENT, event.subject, before.phase if before else "", event.step)
    _check_values(event)
    made = _noted(before, event) if before else _opened(event)
    if made.end is not None and made.end < made.start:
        raise StepError(f"the incident {event.subject} would end before it starts")
    outages = dict.fromkeys((*made.outages, *(event.said.outages or ())))
    return replace(made, events=(*(before.events if before else ()), event), outages=tuple(outages))


def _takes_back(before: Incident, event: Event) -> bool:
    """Whether the monitor says that what it told to be over goes on."""
    is_again = before.phase is Phase.RESOLVED and event.step == Phase.INVESTIGATING
    return is_again and bool(event.said.automatic) and before.is_own


def _check_values(event: Event) -> None:
    said = event.said
    for word, value, allowed in (("impact", said.impact, IMPACTS), ("severity", said.severity, SEVERITIES)):
        if value is not None and value not in allowed:
            raise StepError(f"{value!r} is no {word}; allowed: {', '.join(allowed)}")
    for component, state in (said.components or {}).items():
        if state not in STATES:
            raise StepError(f"{component}: {state!r} is no state; allowed: {', '.join(STATES)}")
    for word, moment in (("start", said.start), ("end", said.end)):
        if moment is not None and moment > event.at:
            raise StepError(f"the {word} of an incident cannot lie in the future")


def _opened(event: Event) -> Incident:
    said = event.said
    if not said.titles:
        raise StepError("an incident needs a title")
    if not said.components:
        raise StepError("an incident needs at least one affected component")
    phase = Phase(event.step)
    if said.end is not None and phase.is_open:
        raise StepError("only an incident that is resolved has an end")
    start = event.at if said.start is None else said.start
    end = None if phase.is_open else event.at if said.end is None else said.end
    impact = said.impact or proposed_impact(said.components)
    # What it was stays readable in the first event; at the end all is well again, unless that is said otherwise too.
    backfilled = bool(said.backfilled) or not phase.is_open
    return Incident(
        event.subject, phase, said.titles, impact, said.severity, said.components, start, end, event.at, None, backfilled,
        (), (),
    )  # fmt: skip


def _noted(before: Incident, event: Event) -> Incident:
    said = event.said
    if event.step == Note.CORRECTED:
        return _corrected(before, event)
    if said.start is not None:
        raise StepError("when it started is corrected by a correction, which keeps the old time")
    if event.step == Note.ACKNOWLEDGED:
        if before.acknowledged is not None:
            raise StepError(f"the incident {before.id} was acknowledged already")
        return replace(before, acknowledged=event.at)
    phase = Phase(event.step)
    if phase is Phase.MERGED:
        end = event.at if before.end is None else before.end
        return replace(before, phase=phase, end=max(end, before.start), merged=said.merged)
    ends = before.phase.is_open and not phase.is_open
    if said.end is not None and not ends:
        raise StepError("only resolving an incident gives it an end")
    states = dict(before.components) | dict(said.components or {})
    if ends:
        states = dict.fromkeys(before.components, "operational") | dict(said.components or {})
    return replace(
        before,
        phase=phase,
        titles={**before.titles, **(said.titles or {})},
        impact=said.impact or before.impact,
        severity=said.severity or before.severity,
        components=states,
        end=(event.at if said.end is None else said.end) if ends else None if phase.is_open else before.end,
    )


def _corrected(before: Incident, event: Event) -> Incident:
    start, end = event.said.start, event.said.end
    if start is None and end is None:
        raise StepError("a correction says a start or an end")
    if end is not None and before.end is None:
        raise StepError(f"the incident {before.id} has not ended yet; resolve it")
    found = list(before.corrections)
    if start is not None:
        found.append(Correction(event.at, event.by, "start", before.start, start))
    if end is not None and before.end is not None:
        found.append(Correction(event.at, event.by, "end", before.end, end))
    return replace(
        before,
        start=before.start if start is None else start,
        end=before.end if end is None else end,
        corrections=tuple(found),
    )
