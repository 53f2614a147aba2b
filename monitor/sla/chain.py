"""One objective over one period after another: figures, verdicts and awards, each with what came before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.sla.agreement import Agreement, Objective
from monitor.sla.assess import Assessment, could_change, explained, verdict
from monitor.sla.award import Setting, award
from monitor.sla.claimable import claimable
from monitor.sla.facts import Facts, Granted, Window
from monitor.sla.figure import Figure, Measured, figure, mean, measured, spent
from monitor.sla.history import grants, review
from monitor.sla.money import Tariff
from monitor.sla.periods import instant
from monitor.sla.quantity import floored
from monitor.sla.step import Step, step
from monitor.sla.trigger import Past
from monitor.timeline.period import Period
from monitor.timeline.span import Span

Key = tuple[date, str, tuple[str, ...], Span]


@dataclass
class Memory:
    """Lines and figures that were made of the same facts before: statements of several periods share them."""

    lines: dict[Key, list[Measured]] = field(default_factory=dict)
    figures: dict[tuple[Key, Span], list[Figure]] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """An objective for one component, or for several put together, over the span of all that is known."""

    begin: int
    agreement: Agreement
    objective: Objective
    names: tuple[str, ...]
    facts: Facts
    span: Span
    now: int
    memory: Memory

    @property
    def key(self) -> Key:
        """What its lines depend on, beside the facts."""
        return self.agreement.effective_from, self.objective.id, self.names, self.span

    def lines(self) -> list[Measured]:
        """What was measured: one line, or one of each component where their mean is taken."""
        if self.key not in self.memory.lines:
            self.memory.lines[self.key] = self.measured(self.facts)
        return self.memory.lines[self.key]

    def measured(self, facts: Facts) -> list[Measured]:
        """The lines, of these facts."""
        parts = [(name,) for name in self.names] if self.objective.of.mode == "mean" else [self.names]
        return [measured(self.agreement, self.objective, part, facts, self.span) for part in parts]

    def figures(self, period: Period) -> list[Figure]:
        """The figure of a period, one a line."""
        until = min(self.now, period.span.end)
        key = self.key, Span(period.span.start, until)
        if key not in self.memory.figures:
            self.memory.figures[key] = [figure(each, period, self.begin, until) for each in self.lines()]
        return self.memory.figures[key]


def last(legs: Sequence[tuple[Course, Period]]) -> Assessment:
    """The last of some periods, each under the terms of its own time, with what came before it."""
    course = legs[-1][0]
    objective, agreement, facts = course.objective, course.agreement, course.facts
    tariff = Tariff(facts.fees, agreement.names(), agreement.timezone)
    past: list[Past] = []
    title = "+".join(course.names)
    granted = [g for g in facts.granted if g.objective == objective.id and g.component in ("", title)]
    recorded = {(each.remedy, each.period) for each in granted}
    for leg, period in legs:
        made = _one(leg, period, past, granted, tariff)
        granted += grants(made, recorded)
    parts = made.parts or (made.figure,)
    steps = tuple(explained(agreement, course.lines(), made.figure, parts, made.period, made.until))
    return _unlabelled(course, replace(made, steps=steps + review(objective, past)))


def _unlabelled(course: Course, made: Assessment) -> Assessment:
    """With the figure as it would be had nobody labelled anything, where somebody did: both are shown."""
    inside, names = made.figure.ledger.span, ("", *course.names)
    kinds = {clause.kind for clause in made.objective.exclude}
    windows = course.facts.windows
    labels = [w for w in windows if w.is_label and w.kind in kinds and w.component in names and w.span.clip(inside)]
    if not labels:
        return made
    bare = course.measured(replace(course.facts, windows=tuple(w for w in windows if not w.is_label)))
    parts = [figure(each, made.period, course.begin, made.until) for each in bare]
    share = mean(parts).used
    shown = "-" if share is None else floored(share)
    key = f"objective.{made.objective.id}.exclude"
    notes = tuple(_note(key, each, shown) for each in labels)
    return replace(made, without_labels=share, steps=(*made.steps, *notes))


def _note(key: str, label: Window, without: str) -> Step:
    said = {"kind": label.kind, "by": label.by or "-", "why": label.why or "-", "without": without}
    if label.announced is None:
        return step(key, "labelled", (label.span,), **said)
    return step(key, "labelled-at", (label.span,), at=instant(label.announced), **said)


def _one(course: Course, period: Period, past: list[Past], granted: list[Granted], tariff: Tariff) -> Assessment:
    objective, agreement, facts = course.objective, course.agreement, course.facts
    until = min(course.now, period.span.end)
    parts = course.figures(period)
    found = mean(parts)
    word, clause = verdict(objective, found)
    past.append(Past(period, word, found.used * 100 if found.used is not None and word in ("met", "missed") else None))
    full = replace(found, scope=found.scope + agreement.hours(objective.hours).seconds(until, period.span.end))
    hours = {
        unit: spent(course.lines()[0], period, course.begin, until, unit, agreement.timezone)
        for unit in ("clock-hour", "day")
        if any(remedy.per == unit for remedy in objective.remedies)
    }
    awards = []
    for remedy in objective.remedies:
        setting = Setting(
            agreement, objective, full, word, period, tuple(past), tuple(granted), tariff, course.names,
            hours.get(remedy.per, ()), course.begin, facts.term_end,
        )  # fmt: skip
        awards.append(claimable(award(remedy, setting), setting, facts))
    return Assessment(
        objective,
        found.component,
        period,
        course.now >= period.span.end,
        until,
        found,
        word,
        clause,
        could_change(objective, found) if word != "not-applicable" else False,
        (),
        tuple(awards),
        tuple(parts) if len(parts) > 1 else (),
    )
