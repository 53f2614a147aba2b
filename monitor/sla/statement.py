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
from monitor.sla.assess import Assessment, could_change, explained, verdict
from monitor.sla.award import Award, Setting, award
from monitor.sla.claimable import claimable
from monitor.sla.facts import Facts, Granted
from monitor.sla.figure import Measured, figure, mean, measured, spent
from monitor.sla.history import back, grants, looks_back
from monitor.sla.money import Tariff
from monitor.sla.periods import Rule, midnight
from monitor.sla.quantity import floored
from monitor.sla.step import step
from monitor.sla.trigger import Past
from monitor.timeline.period import Period
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


def statement(versions: Versions, period: Period, facts: Facts, now: int, only: Rule | None = None) -> Statement:
    """The statement of a period as far as it has passed: each objective over its own periods that share time with it.

    ``only``: just the objectives whose periods are cut by that rule. ValueError for a period that has not begun.
    """
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
                    found += _assessments(versions, terms, mine, part, facts, now)
    settled = _combined(agreement, found)
    return Statement(agreement, period, now >= period.span.end, until, settled)


def _assessments(
    versions: Versions, agreement: Agreement, objective: Objective, period: Period, facts: Facts, now: int
) -> list[Assessment]:
    earliest = max(versions.begin, looks_back(agreement, objective, period))
    if objective.is_support:
        first = min((event.at for ticket in facts.tickets or () for event in ticket.events), default=now)
        chain = back(agreement, objective, period, max(earliest, first))
        return [_tickets(versions, agreement, objective, chain, facts, now)]
    names = objective.of.components
    groups = [(name,) for name in names] if objective.of.mode == "each" else [names]
    chain = back(agreement, objective, period, earliest)
    span = _whole(facts, Span(chain[0].span.start, max(period.span.end, min(now, period.span.end))))
    return [_chain(versions, agreement, objective, group, chain, facts, span, now) for group in groups]


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
    return made


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


def _chain(
    versions: Versions,
    agreement: Agreement,
    objective: Objective,
    names: tuple[str, ...],
    chain: Sequence[Period],
    facts: Facts,
    span: Span,
    now: int,
) -> Assessment:
    """The last period of a chain, with what came before it."""
    lines = _measured(agreement, objective, names, facts, span)
    tariff = Tariff(facts.fees, agreement.names(), agreement.timezone)
    past: list[Past] = []
    title = "+".join(names)
    granted = [g for g in facts.granted if g.objective == objective.id and g.component in ("", title)]
    recorded = {(each.remedy, each.period) for each in granted}
    made: Assessment | None = None
    for period in chain:
        made = _one(versions, agreement, objective, names, period, lines, past, granted, tariff, facts, now)
        granted += grants(made, recorded)
    assert made  # noqa: S101 -- a chain has a last period
    return _unlabelled(versions, agreement, made, names, facts, span)


def _unlabelled(
    versions: Versions, agreement: Agreement, made: Assessment, names: tuple[str, ...], facts: Facts, span: Span
) -> Assessment:
    """With the figure as it would be had nobody labelled anything, where somebody did: both are shown."""
    inside = made.figure.ledger.span
    kinds = {clause.kind for clause in made.objective.exclude}
    labels = [
        w
        for w in facts.windows
        if w.is_label and w.kind in kinds and w.component in ("", *names) and w.span.clip(inside)
    ]
    if not labels:
        return made
    bare = replace(facts, windows=tuple(w for w in facts.windows if not w.is_label))
    parts = [figure(each, made.period, versions.begin, made.until)
             for each in _measured(agreement, made.objective, names, bare, span)]  # fmt: skip
    share = (mean(parts) if len(parts) > 1 else parts[0]).used
    shown = "-" if share is None else floored(share)
    key = f"objective.{made.objective.id}.exclude"
    notes = tuple(
        step(key, "labelled", (w.span,), kind=w.kind, by=w.by or "-", why=w.why or "-", without=shown) for w in labels
    )
    return replace(made, without_labels=share, steps=(*made.steps, *notes))


def _measured(
    agreement: Agreement, objective: Objective, names: tuple[str, ...], facts: Facts, span: Span
) -> list[Measured]:
    if objective.of.mode == "mean":
        return [measured(agreement, objective, (name,), facts, span) for name in names]
    return [measured(agreement, objective, names, facts, span)]


def _one(
    versions: Versions,
    agreement: Agreement,
    objective: Objective,
    names: tuple[str, ...],
    period: Period,
    lines: Sequence[Measured],
    past: list[Past],
    granted: list[Granted],
    tariff: Tariff,
    facts: Facts,
    now: int,
) -> Assessment:
    until = min(now, period.span.end)
    parts = [figure(each, period, versions.begin, until) for each in lines]
    found = mean(parts) if len(parts) > 1 else parts[0]
    word, clause = verdict(objective, found)
    past.append(Past(period, word, found.used * 100 if found.used is not None else None))
    full = replace(found, scope=found.scope + _ahead(agreement, objective, period, until))
    hours = {unit: spent(lines[0], period, versions.begin, until, unit, agreement.timezone)
             for unit in ("clock-hour", "day") if any(remedy.per == unit for remedy in objective.remedies)}  # fmt: skip
    awards = []
    for remedy in objective.remedies:
        setting = Setting(
            agreement, objective, full, word, period, tuple(past), tuple(granted), tariff, names,
            hours.get(remedy.per, ()), versions.begin, facts.term_end,
        )  # fmt: skip
        awards.append(claimable(award(remedy, setting), setting, facts))
    return Assessment(
        objective,
        found.component,
        period,
        now >= period.span.end,
        until,
        found,
        word,
        clause,
        could_change(objective, found) if word != "not-applicable" else False,
        tuple(explained(agreement, lines, found, period, until)),
        tuple(awards),
        tuple(parts) if len(parts) > 1 else (),
    )


def _ahead(agreement: Agreement, objective: Objective, period: Period, until: int) -> int:
    """The agreed seconds of the period that are still to come."""
    return agreement.hours(objective.hours).seconds(until, period.span.end)


def _combined(agreement: Agreement, found: list[Assessment]) -> tuple[Assessment, ...]:
    """Under ``combine = "highest"`` only the highest credit for the same components in the same period is paid."""
    if agreement.head.combine != "highest":
        return tuple(found)
    settled: list[Assessment] = []
    for made in found:
        rivals = [o for o in found if o is not made and o.period == made.period and _share_components(o, made)]
        best = max(((_worth(a), o.objective.id) for o in rivals for a in o.awards), default=(Fraction(0), ""))
        awards = tuple(
            _superseded(each, best[1])
            if each.is_due and (_worth(each) < best[0] or (_worth(each) == best[0] and best[1] < made.objective.id))
            and _worth(each) else each
            for each in made.awards
        )  # fmt: skip
        settled.append(replace(made, awards=awards))
    return tuple(settled)


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
