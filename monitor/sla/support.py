"""Support service levels: response and resolution clocks over tickets, in business time, with pauses and priorities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.sla.agreement import Agreement, Goal, Objective
from monitor.sla.assess import Assessment
from monitor.sla.award import Setting, award
from monitor.sla.claimable import claimable
from monitor.sla.facts import Facts, Granted, Ticket
from monitor.sla.figure import Figure
from monitor.sla.hours import Hours
from monitor.sla.ledger import Ledger
from monitor.sla.money import Tariff
from monitor.sla.quantity import floored
from monitor.sla.step import Step, step
from monitor.sla.trigger import Past
from monitor.timeline.period import Period
from monitor.timeline.span import Span

REPLIES = {"human-reply": ("human-reply",), "any-reply": ("human-reply", "auto-reply")}
NEVER = 2**40  # later than any period
NOT_A_STATUS = ("created", "auto-reply", "human-reply", "priority", "resolved", "reopened")


@dataclass(frozen=True)
class Clocked:
    """One ticket under one goal: when it was due, and when its clock stopped, None while it runs. On the dot is in time.

    A ticket that rests in a pause is due at ``NEVER`` as yet.
    """

    ticket: str
    goal: Goal
    start: int
    due: int
    stopped: int | None

    @property
    def is_met(self) -> bool:
        """True when it stopped in time."""
        return self.stopped is not None and self.stopped <= self.due

    @property
    def counts_at(self) -> int:
        """When it is decided: at its stop, or at its due moment if that comes first."""
        return self.due if self.stopped is None else min(self.stopped, self.due)


def clocked(agreement: Agreement, objective: Objective, ticket: Ticket) -> Clocked | None:
    """The clock of a ticket; None when no goal is about its priority."""
    created = next((event for event in ticket.events if event.kind == "created"), None)
    if created is None:
        return None
    start, priority = created.at, created.priority
    stop = _stop(objective, ticket)
    for event in ticket.events:
        if event.kind == "priority" and (stop is None or event.at < stop):
            priority = event.priority
            start = event.at if objective.on_priority_change == "from-change" else start
    goal = next((goal for goal in objective.targets if goal.priority == priority), None)
    if goal is None:
        return None
    hours = agreement.hours(goal.clock or objective.clock)
    return Clocked(ticket.id, goal, start, _due(objective, ticket, hours, start, goal.within), stop)


def _stop(objective: Objective, ticket: Ticket) -> int | None:
    kinds = ("resolved",) if objective.metric == "resolution" else REPLIES[objective.stops_on]
    return next((event.at for event in ticket.events if event.kind in kinds), None)


def _due(objective: Objective, ticket: Ticket, hours: Hours, start: int, within: int) -> int:
    """The moment at which the clock has run down: it stands still while the ticket is in a status that pauses it."""
    for begin, end in _running(objective, ticket, start):
        open_seconds = hours.seconds(begin, end) if end is not None else within
        if open_seconds >= within:
            return _run_down(hours, begin, within)
        within -= open_seconds
    return NEVER


def _run_down(hours: Hours, begin: int, within: int) -> int:
    try:
        return hours.after(begin, within)
    except (ValueError, OverflowError):  # its calendar is closed for good
        return NEVER


def _running(objective: Objective, ticket: Ticket, start: int) -> Iterator[tuple[int, int | None]]:
    """The stretches in which the clock runs, from the start on; the last has no end unless the ticket rests in a pause."""
    at: int | None = start
    for event in ticket.events:
        if event.kind in NOT_A_STATUS:
            continue
        is_pause = event.kind in objective.pause_on
        if is_pause and at is not None:
            yield at, event.at
            at = None
        elif not is_pause and at is None:
            at = max(event.at, start)
    if at is not None:
        yield at, None


def assess(
    agreement: Agreement,
    objective: Objective,
    period: Period,
    facts: Facts,
    now: int,
    begin: int,
    past: list[Past],
    granted: Sequence[Granted],
) -> Assessment:
    """The share of the tickets decided in the period that were in time; without tickets there is nothing to judge.

    ``begin`` is that of the subscription. ``past`` holds the outcomes of earlier periods, and is given this one's.
    """
    until = min(now, period.span.end)
    span = Span(period.span.start, until)
    found = [each for each in (clocked(agreement, objective, ticket) for ticket in facts.tickets or ()) if each]
    decided = [each for each in found if each.counts_at in span]
    common = [each for each in decided if each.goal.share is None]
    share = Fraction(sum(each.is_met for each in common), len(common)) if common else None
    word, clause, steps = _verdict(objective, decided, share)
    overall = share if share is not None else _overall(decided)
    figure = Figure(
        objective.id,
        Ledger(span, ()),
        overall,
        overall,
        overall,
        overall,
        0,
        Fraction(0),
        0,
        Fraction(1),
        (),
        good=sum(each.is_met for each in decided),
        requests=len(decided),
        source="tickets",
    )
    past.append(Past(period, word, overall * 100 if overall is not None else None))
    tariff = Tariff(facts.fees, agreement.names(), agreement.timezone)
    setting = Setting(
        agreement, objective, figure, word, period, tuple(past), tuple(granted), tariff, agreement.names(), (), begin,
        facts.term_end,
    )  # fmt: skip
    awards = tuple(claimable(award(remedy, setting), setting, facts) for remedy in objective.remedies)
    return Assessment(
        objective, objective.id, period, now >= period.span.end, until, figure, word, clause, False, steps, awards
    )


def _overall(decided: Sequence[Clocked]) -> Fraction | None:
    return Fraction(sum(each.is_met for each in decided), len(decided)) if decided else None


def _verdict(
    objective: Objective, decided: Sequence[Clocked], share: Fraction | None
) -> tuple[str, str, tuple[Step, ...]]:
    key = f"objective.{objective.id}"
    if not decided:
        return "not-applicable", f"{key}.targets", (step(f"{key}.targets", "no-tickets"),)
    steps = [step(f"{key}.targets", "tickets", met=sum(each.is_met for each in decided), total=len(decided))]
    for n, goal in enumerate(objective.targets):
        mine = [each for each in decided if each.goal == goal]
        if goal.share is not None and mine:
            met = Fraction(sum(each.is_met for each in mine), len(mine))
            steps.append(
                step(
                    f"{key}.targets[{n}]",
                    "availability",
                    exact=f"{met.numerator}/{met.denominator}",
                    percent=floored(met),
                )
            )
            if met * 100 < goal.share:
                steps.append(step(f"{key}.targets[{n}].share", "verdict", target=goal.share, verdict="missed"))
                return "missed", f"{key}.targets[{n}].share", tuple(steps)
    word = "met" if share is None or objective.meets_target(share * 100) else "missed"
    if share is not None:
        steps.append(
            step(
                f"{key}.targets", "availability", exact=f"{share.numerator}/{share.denominator}", percent=floored(share)
            )
        )
    steps.append(step(f"{key}.target", "verdict", target=objective.target, verdict=word))
    return word, f"{key}.target", tuple(steps)
