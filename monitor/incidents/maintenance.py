"""Maintenance: the fold of what was said about it, and which time it may take out of an agreement.

What was announced, and when, is never improved in hindsight. An announcement counts from the moment at which it is said to have
been made only if it stood in the record before the window began; otherwise from when it was recorded. Time that a later
announcement adds to a window counts from that later announcement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.incidents.event import MAINTENANCE, Event, StepError, check_words
from monitor.incidents.lifecycle import STATES, STOPPED, UNDER_MAINTENANCE, Stage, check_step
from monitor.incidents.recurrence import rule
from monitor.timeline.span import Span, Spans, intersect, subtract

KINDS = ("maintenance", "emergency")
LONGEST_LEAD = 90 * 86_400


@dataclass(frozen=True)
class Plan:
    """A window as it was announced at one moment, and when the record had it."""

    span: Span
    announced: int
    recorded: int
    claimed: int | None


@dataclass(frozen=True)
class Maintenance:
    """Work that was announced. ``began`` and ``ended`` are None as long as nobody said so by hand.

    It is the first of many when it comes back by the rule ``repeat``, until ``is_stopped``; each further time is a maintenance of
    its own. ``remind`` is how many seconds ahead customers are reminded of it, the longest first.
    """

    id: str
    stage: Stage
    titles: Mapping[str, str]
    kind: str
    components: Mapping[str, str]
    plans: tuple[Plan, ...]
    began: int | None
    ended: int | None
    events: tuple[Event, ...]
    repeat: str = ""
    is_stopped: bool = False
    remind: tuple[int, ...] = ()

    @property
    def start(self) -> int:
        """When it is to begin, by the newest plan."""
        return self.plans[-1].span.start

    @property
    def end(self) -> int:
        """When it is to end, by the newest plan."""
        return self.plans[-1].span.end

    @property
    def newest(self) -> Event:
        """The last thing that was said."""
        return self.events[-1]

    def standing(self, now: int) -> Stage:
        """Where it stands at a moment: what nobody began by hand begins and ends by its plan."""
        if self.stage is not Stage.SCHEDULED or now < self.start:
            return self.stage
        return Stage.IN_PROGRESS if now < self.end else Stage.COMPLETED

    def is_running(self, now: int) -> bool:
        """Whether its components are under maintenance."""
        return self.standing(now) in (Stage.IN_PROGRESS, Stage.VERIFYING)

    def over(self, now: int) -> int | None:
        """The second in which it ended, by hand or by plan; None while it goes on, and when it was cancelled."""
        if self.stage is Stage.CANCELLED:
            return None
        return self.ended if self.ended is not None else self.end if self.standing(now) is Stage.COMPLETED else None

    def overrun(self, now: int) -> int:
        """Seconds past the end of the plan in which it went on."""
        going_on = self.began is not None and self.ended is None
        return max(0, (now if going_on else self.ended or 0) - self.end)

    def shares(self, component: str, span: Span) -> bool:
        """Whether it is about the component and was not cancelled, and its time and the span meet."""
        begin = self.start if self.began is None else min(self.start, self.began)
        end = max(self.end, self.ended or 0)
        return (
            self.stage is not Stage.CANCELLED and component in self.components and begin < span.end and span.start < end
        )

    def windows(self) -> tuple[tuple[Span, int], ...]:
        """The announced time that it may take out of an agreement, each part with the moment since which it was announced.

        Nothing when it was cancelled, nothing past its end. An overrun is not announced: what it is worth, the agreement says.
        """
        end = self.end if self.ended is None else min(self.end, self.ended)
        if self.stage is Stage.CANCELLED or end <= self.start:
            return ()
        left: Spans = (Span(self.start, end),)
        found: list[tuple[Span, int]] = []
        for number, plan in reversed(list(enumerate(self.plans))):
            still = intersect(left, (self.plans[number - 1].span,)) if number else ()
            found += [(span, plan.announced) for span in subtract(left, still)]
            left = still
        return tuple(sorted(found, key=lambda each: each[0].start))


def told(before: Maintenance | None, event: Event) -> Maintenance:
    """The maintenance after one more event. StepError when the event does not follow."""
    check_words(event)
    if event.account != MAINTENANCE or event.number != (len(before.events) if before else 0) + 1:
        raise StepError(f"this is not event {event.number} of a maintenance")
    if before and before.id != event.subject:
        raise StepError(f"{event.subject} is another maintenance than {before.id}")
    check_step(MAINTENANCE, event.subject, before.stage if before else "", event.step)
    for component, state in (event.said.components or {}).items():
        if state not in (*STATES, UNDER_MAINTENANCE):
            raise StepError(f"{component}: {state!r} is no state")
    made = _moved(before, event) if before else _scheduled(event)
    return replace(made, events=(*(before.events if before else ()), event))


def _scheduled(event: Event) -> Maintenance:
    said = event.said
    if not said.titles or not said.components:
        raise StepError("a maintenance needs a title and at least one component")
    if said.start is None or said.end is None:
        raise StepError("a maintenance needs a start and an end")
    kind = said.kind or KINDS[0]
    if kind not in KINDS:
        raise StepError(f"{kind!r} is no kind of maintenance; allowed: {', '.join(KINDS)}")
    remind = tuple(sorted(set(said.remind or ()), reverse=True))
    if any(not 0 < each <= LONGEST_LEAD for each in remind):
        raise StepError(f"a reminder comes 1 to {LONGEST_LEAD} seconds ahead")
    try:
        repeat = rule(said.repeat) if said.repeat else ""
    except ValueError as error:
        raise StepError(str(error)) from error
    plans = (_plan(event, said.start, said.end),)
    return Maintenance(
        event.subject, Stage.SCHEDULED, said.titles, kind, said.components, plans, None, None, (), repeat, False, remind
    )


def _plan(event: Event, start: int, end: int) -> Plan:
    claimed = event.said.announced
    if end <= start:
        raise StepError(f"the maintenance {event.subject} would end before it starts")
    if claimed is not None and claimed > event.at:
        raise StepError("it cannot have been announced in the future")
    believed = claimed is not None and event.at < start
    return Plan(Span(start, end), claimed if believed and claimed is not None else event.at, event.at, claimed)


def _moved(before: Maintenance, event: Event) -> Maintenance:
    said = event.said
    if event.step == STOPPED:
        if not before.repeat or before.is_stopped:
            raise StepError(f"the maintenance {before.id} does not come back")
        return replace(before, is_stopped=True)
    if said.repeat or said.remind:
        raise StepError("that it comes back, and what it is reminded of, is said when it is announced")
    stage = Stage(event.step)
    if stage is Stage.COMPLETED and before.began is None and event.at < before.start:
        raise StepError(f"the maintenance {before.id} has not begun; cancel it")
    plans = before.plans
    if said.start is not None or said.end is not None:
        start = before.start if said.start is None else said.start
        if start != before.start and (before.began is not None or before.start <= event.at):
            raise StepError(f"the maintenance {before.id} has begun: its start stands")
        if stage in (Stage.COMPLETED, Stage.CANCELLED):
            raise StepError(f"a window does not move when it is {stage}")
        plans = (*plans, _plan(event, start, before.end if said.end is None else said.end))
    working = stage in (Stage.IN_PROGRESS, Stage.VERIFYING)
    return replace(
        before,
        stage=stage,
        titles={**before.titles, **(said.titles or {})},
        components=said.components or before.components,
        plans=plans,
        began=event.at if working and before.began is None else before.began,
        ended=event.at if stage is Stage.COMPLETED else None,
    )
