"""A statement: what an agreement says about a period, objective by objective, with every step on the way.

The order of computation: states are put together, outages found, short ones dropped, exclusions applied, then hours and period; the
fraction decides; then tier, trigger, caps, minimum and the one rounding of money. Earlier periods are computed first, as far
back as a trigger, a ladder or a cap looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from monitor.sla import support
from monitor.sla.agreement import Agreement, Objective
from monitor.sla.assess import Assessment
from monitor.sla.award import Award
from monitor.sla.chain import Course, Memory, last
from monitor.sla.facts import Facts
from monitor.sla.history import back, grants, looks_back, review
from monitor.sla.periods import Rule
from monitor.sla.step import step
from monitor.sla.trigger import Past
from monitor.timeline.period import Period, midnight
from monitor.timeline.span import Span

LEAD = 40 * 86_400  # seconds ahead of a period in which an outage that reaches into it may have begun


@dataclass(frozen=True)
class Statement:
    """What an agreement says about ``period``, as far as it has passed by ``until``."""

    agreement: Agreement
    period: Period
    is_closed: bool
    until: int
    assessments: tuple[Assessment, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """All versions of one agreement, oldest first; never empty."""

    every: tuple[Agreement, ...]

    @property
    def newest(self) -> Agreement:
        """The last version."""
        return self.every[-1]

    @property
    def begin(self) -> int:
        """The first second of the first version."""
        first = self.every[0]
        return midnight(first.effective_from, first.timezone)

    def in_force(self, instant: int) -> Agreement:
        """The version that holds at an instant; before the first one, the first."""
        held = [each for each in self.every if midnight(each.effective_from, each.timezone) <= instant]
        return held[-1] if held else self.every[0]

    def parts(self, period: Period) -> tuple[tuple[Agreement, Period], ...]:
        """A period under the terms that hold for it: one version, or two and more where a new one splits it."""
        cuts = [
            (midnight(each.effective_from, each.timezone), each)
            for each in self.every[1:]
            if each.version.mid_period == "split" and midnight(each.effective_from, each.timezone) in period.span
        ]
        edges = [at for at, _ in cuts if at > period.span.start]
        if not edges:
            return ((self.in_force(period.span.start), period),)
        starts = [period.span.start, *edges]
        ends = [*edges, period.span.end]
        return tuple(
            (self.in_force(start), Period(f"{period.label}.{n}", period.zone, Span(start, end)))
            for n, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
        )


def statement(
    versions: Versions,
    period: Period,
    facts: Facts,
    now: int,
    only: Rule | None = None,
    memory: Memory | None = None,
) -> Statement:
    """The statement of a period as far as it has passed: each objective over its own periods that share time with it.

    ``only``: just the objectives whose periods are cut by that rule. ``memory`` is for statements of several periods by the same
    versions, facts and moment. ValueError for a period that has not begun.
    """
    memory = Memory() if memory is None else memory
    until = min(now, period.span.end)
    if until <= period.span.start:
        raise ValueError(f"{period.label} has not begun")
    agreement = versions.in_force(period.span.start)
    found: list[Assessment] = []
    for objective in agreement.objectives:
        rule = agreement.rule(objective)
        if only is not None and rule != only:
            continue
        for each in rule.overlapping(Span(period.span.start, until)):
            for terms, part in versions.parts(each):
                mine = next((o for o in terms.objectives if o.id == objective.id), None)
                if mine and part.span.start < until:
                    found += _assessments(versions, terms, mine, part, facts, now, memory)
    settled = _combined(agreement, found)
    return Statement(agreement, period, now >= period.span.end, until, settled)


def _assessments(
    versions: Versions,
    agreement: Agreement,
    objective: Objective,
    period: Period,
    facts: Facts,
    now: int,
    memory: Memory,
) -> list[Assessment]:
    earliest = max(versions.begin, looks_back(agreement, objective, period))
    if objective.is_support:
        first = min((event.at for ticket in facts.tickets or () for event in ticket.events), default=now)
        chain = back(agreement, objective, period, max(earliest, first))
        return [_tickets(versions, agreement, objective, chain, facts, now)]
    names = objective.of.components
    groups = [(name,) for name in names] if objective.of.mode == "each" else [names]
    chain = back(agreement, objective, period, max(earliest, _known(objective, facts)))
    span = _whole(facts, Span(chain[0].span.start, min(now, period.span.end)))
    found: list[Assessment] = []
    for group in groups:
        legs = [
            (Course(versions.begin, terms, mine, group, facts, span, now, memory), each)
            for each in chain
            for terms, mine in [_terms(versions, agreement, objective, each, period)]
        ]
        found.append(last(legs))
    return found


def _terms(
    versions: Versions, agreement: Agreement, objective: Objective, each: Period, period: Period
) -> tuple[Agreement, Objective]:
    """The terms that an earlier period is judged by: those that held then, where they had the same objective."""
    held = agreement if each is period else versions.in_force(each.span.start)
    mine = next((o for o in held.objectives if o.id == objective.id and o.of == objective.of), None)
    return (held, mine) if mine else (agreement, objective)


def _tickets(
    versions: Versions, agreement: Agreement, objective: Objective, chain: Sequence[Period], facts: Facts, now: int
) -> Assessment:
    """The last period of a chain of support, with what came before it."""
    past: list[Past] = []
    granted = [g for g in facts.granted if g.objective == objective.id]
    recorded = {(each.remedy, each.period) for each in granted}
    made: Assessment | None = None
    for period in chain:
        made = support.assess(agreement, objective, period, facts, now, versions.begin, past, granted)
        granted += grants(made, recorded)
    assert made  # noqa: S101 -- a chain has a last period
    return replace(made, steps=made.steps + review(objective, past))


def reach(versions: Versions, period: Period) -> int:
    """The earliest instant that the statement of a period needs facts of: what its terms look back to, exclusions included."""
    agreement = versions.in_force(period.span.start)
    starts = [period.span.start - LEAD]
    for objective in agreement.objectives:
        first = agreement.rule(objective).overlapping(period.span)[0]
        starts.append(max(versions.begin, looks_back(agreement, objective, first)))
        if any(clause.max_per in ("calendar-year", "calendar-quarter") for clause in objective.exclude):
            starts.append(Rule("calendar-year", agreement.timezone).holding(period.span.start).span.start)
    return min(starts)


def _whole(facts: Facts, span: Span) -> Span:
    """The span and all that is known around it, so that an outage over an edge has its true length."""
    starts = [line[0].span.start for line in facts.lines.values() if line]
    ends = [line[-1].span.end for line in facts.lines.values() if line]
    return Span(min([span.start, *starts]), max([span.end, *ends]))


def _known(objective: Objective, facts: Facts) -> int:
    """The first instant that anything is known of: nothing is given for the time before, unless that counts as down."""
    if objective.measure.no_data == "down":
        return 0
    starts = [line[0].span.start for line in facts.lines.values() if line]
    starts += [counts[0].start for counts in facts.counts.values() if counts]
    return min([*starts, *(each.span.start for each in facts.granted)], default=0)


def _combined(agreement: Agreement, found: list[Assessment]) -> tuple[Assessment, ...]:
    """Under ``combine = "highest"`` only the highest credit for the same components in the same period is paid."""
    if agreement.head.combine != "highest":
        return tuple(found)
    settled: list[Assessment] = []
    for made in found:
        rivals = [o for o in found if o is not made and o.period == made.period and _share_components(o, made)]
        others = [(-_worth(each), o.objective.id) for o in rivals for each in o.awards]
        awards = tuple(_highest(each, made.objective.id, others) for each in made.awards)
        settled.append(replace(made, awards=awards))
    return tuple(settled)


def _highest(made: Award, objective: str, others: list[tuple[Fraction, str]]) -> Award:
    """The award, or the award that gives way to a higher one; of equal ones the objective whose id comes first pays."""
    mine = -_worth(made), objective
    best = min([mine, *others])
    return made if best == mine or not _worth(made) else _superseded(made, best[1])


def _share_components(one: Assessment, other: Assessment) -> bool:
    return bool(set(one.component.split("+")) & set(other.component.split("+")))


def _worth(made: Award) -> Fraction:
    if made.remedy.kind not in ("credit", "penalty") or not made.is_due:
        return Fraction(0)
    return made.amount if made.amount is not None else made.give


def _superseded(made: Award, other: str) -> Award:
    note = step("agreement.combine", "superseded", other=other)
    amount = None if made.amount is None else Fraction(0)
    return replace(made, kept_by=other, payable=amount, steps=(*made.steps, note))
