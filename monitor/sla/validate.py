"""What is wrong with an agreement as a whole, and what real contracts get wrong: faults refuse it, warnings do not.

Each function yields ``(dotted path, message)``; a path that begins with ``~`` is a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from monitor.sla.agreement import Agreement, Claim, Objective
from monitor.sla.bands import WARNING as WARNING
from monitor.sla.bands import Finding, tiled
from monitor.sla.clauses import SLICED
from monitor.sla.hours import ALWAYS
from monitor.sla.remedies import BASES, MONEY_KINDS, SPANS, Form, Remedy
from monitor.table import did_you_mean, join


def faults(agreement: Agreement, components: Collection[str] | None) -> Iterator[Finding]:
    """All findings. ``components`` are those of the configuration; None when there is none to check against."""
    yield from _head(agreement)
    known = None if components is None else {*components, *(each.id for each in agreement.components)}
    calendars = {ALWAYS, *(each.id for each in agreement.calendars)}
    for kind, ids in (
        ("objective", [each.id for each in agreement.objectives]),
        ("calendar", [each.id for each in agreement.calendars]),
        ("component", [each.id for each in agreement.components]),
    ):
        for name, times in Counter(ids).items():
            if times > 1:
                yield kind, f"{name!r} is the id of {times}"
    for i, calendar in enumerate(agreement.calendars):
        if calendar.is_empty:
            yield f"calendar[{i}]", "never opens: give at least one day"
    for i, objective in enumerate(agreement.objectives):
        path = f"objective[{i}]"
        yield from _objective(objective, path, known, calendars)
        for n, remedy in enumerate(objective.remedies):
            yield from _remedy(remedy, objective, agreement, join(path, f"remedy[{n}]"))
    yield from _claim(agreement, calendars)
    yield from _clocks(agreement)


def _clocks(agreement: Agreement) -> Iterator[Finding]:
    """Clocks and deadlines run by a calendar that opens again and again: by one of single dates they would stand still for good."""
    once = {each.id for each in agreement.calendars if not each.is_weekly and not each.is_empty}
    named: list[tuple[str, str | None]] = []
    for i, objective in enumerate(agreement.objectives):
        named.append((f"objective[{i}].clock", objective.clock))
        named += [(f"objective[{i}].targets[{n}].clock", goal.clock) for n, goal in enumerate(objective.targets)]
    for key, due in (("notify", agreement.claim.notify), ("submit", agreement.claim.submit)):
        named.append((f"claim.{key}.calendar", due.calendar if due else None))
    for path, calendar in named:
        if calendar in once:
            yield path, f"the calendar {calendar!r} opens on single dates only: give it at least one day of the week"


def _head(agreement: Agreement) -> Iterator[Finding]:
    head = agreement.head
    if not agreement.objectives:
        yield "objective", "there must be at least one"
    if head.kind == "customer" and not head.customers:
        yield "agreement.customers", 'missing: an agreement of kind "customer" names them'
    if head.currency is None and any(_has_money(remedy) for each in agreement.objectives for remedy in each.remedies):
        yield "agreement.currency", "missing: there are amounts of money below"


def _has_money(remedy: Remedy) -> bool:
    sums = (remedy.floor, remedy.pay_if_over, remedy.hold_until, *(c for c in remedy.cap if c.money is not None))
    return remedy.unit == "money" or any(sums)


def _objective(
    objective: Objective, path: str, known: Collection[str] | None, calendars: Collection[str]
) -> Iterator[Finding]:
    for name in objective.of.components if known is not None else ():
        if name not in (known or ()):
            yield join(path, "of"), f"there is no component {name!r}; {did_you_mean(name, known or ())}"
    yield from _subject(objective, path, calendars)
    yield from _calendars(objective, path, calendars)
    if objective.kpi and objective.remedies:
        yield join(path, "remedy"), "a kpi is reported only and has no remedy"
    if objective.target == 100 and objective.meets == ">":
        yield join(path, "meets"), "more than 100 can never be met"
    yield from _measure(objective, path)
    for name, times in Counter(remedy.id for remedy in objective.remedies).items():
        if times > 1:
            yield join(path, "remedy"), f"{name!r} is the id of {times}"
    groups = Counter(remedy.choice_group for remedy in objective.remedies if remedy.choice_group)
    for n, remedy in enumerate(objective.remedies):
        if remedy.choice_group and groups[remedy.choice_group] == 1:
            yield join(path, f"remedy[{n}].choice_group"), "there is nothing to choose: the group has one remedy"


def _subject(objective: Objective, path: str, calendars: Collection[str]) -> Iterator[Finding]:
    if not objective.is_support:
        if not objective.of.components:
            yield join(path, "of"), "missing"
        return
    if objective.clock is None:
        yield join(path, "clock"), f"missing: {did_you_mean('', calendars)}"
    if not objective.targets:
        yield join(path, "targets"), "missing: how soon, by priority"


def _calendars(objective: Objective, path: str, calendars: Collection[str]) -> Iterator[Finding]:
    named: list[tuple[str, str | None]] = [("hours", objective.hours), ("clock", objective.clock)]
    named += [(f"targets[{n}].clock", goal.clock) for n, goal in enumerate(objective.targets)]
    named += [(f"exclude[{n}].within", each.within) for n, each in enumerate(objective.exclude)]
    for key, calendar in named:
        if calendar is not None and calendar not in calendars:
            yield join(path, key), f"there is no calendar {calendar!r}; {did_you_mean(calendar, calendars)}"


def _measure(objective: Objective, path: str) -> Iterator[Finding]:
    measure = objective.measure
    if measure.method in SLICED and measure.slice is None:
        yield join(path, "measure.slice"), f'missing: method = "{measure.method}" judges slices of the clock'
    if measure.method == "bad-slices" and measure.bad_slice is None:
        yield join(path, "measure.bad_slice"), 'missing: "whole-slice-down" or { error_rate_over = "5" }'
    if measure.method != "bad-slices" and measure.partial_slice != "exact":
        yield join(path, "measure.partial_slice"), 'only method = "bad-slices" judges a slice as a whole'
    if measure.slice == 0:
        yield join(path, "measure.slice"), "allowed is more than zero"
    if objective.metric == "latency" and measure.good_under is None:
        yield join(path, "measure.good_under"), "missing: how fast is good"
    if measure.confirm and measure.confirm.locations > measure.confirm.of:
        yield join(path, "measure.confirm.locations"), "cannot be more than of"
    for n, each in enumerate(objective.exclude):
        if (each.max is None) != (each.max_per is None):
            yield join(path, f"exclude[{n}]"), "max and max_per belong together"


def _remedy(remedy: Remedy, objective: Objective, agreement: Agreement, path: str) -> Iterator[Finding]:
    yield from _form(remedy, remedy, objective, path)
    yield from _unit(remedy, path)
    order = [SPANS.index(cap.over) for cap in remedy.cap]
    if order != sorted(order):
        yield join(path, "cap"), f"must go from narrow to wide: {', '.join(SPANS)}"
    if remedy.kind == "penalty" and not remedy.statutory:
        caps = [cap.percent for cap in remedy.cap if cap.percent is not None and cap.over not in ("incident", "day")]
        if not caps or min(caps) >= 100:
            yield join(path, "cap"), "a penalty needs a cap below 100 percent: it may never amount to a full refund"
    for n, cap in enumerate(remedy.cap):
        if remedy.kind in ("extension", "support") and (cap.money is not None or cap.percent is not None):
            yield join(path, f"cap[{n}]"), "time is capped in days or hours, not in money"
        if cap.count is not None and remedy.per == "period":
            yield join(path, f"cap[{n}].count"), 'counts what is given per incident: set per = "incident"'
    if remedy.per in ("clock-hour", "day") and objective.of.mode == "mean":
        yield join(path, "per"), f'a mean is of a period, not per = "{remedy.per}": use each'
    if remedy.kind == "credit" and agreement.claim.settle == "cash":
        yield "claim.settle", "a service credit is never cash"


def _form(form: Form, remedy: Remedy, objective: Objective, path: str) -> Iterator[Finding]:
    names = form.names + (("greater_of",) if form is remedy and remedy.greater_of else ())
    if len(names) > 1:
        yield path, f"takes one of these, not several: {', '.join(names)}"
    if not names and remedy.kind not in ("termination", "report"):
        yield path, "needs one of: tiers, steps, prorata, flat, ladder, greater_of"
    if form is remedy and remedy.greater_of:
        if len(remedy.greater_of) == 1:
            yield join(path, "greater_of"), "needs at least two forms"
        for n, each in enumerate(remedy.greater_of):
            yield from _form(each, remedy, objective, join(path, f"greater_of[{n}]"))
    if form.tiers:
        yield from tiled(form.tiers, objective, join(path, "tiers"), is_part=form is not remedy)
    top = {"percent": 100, "fraction": 1}.get(remedy.unit)
    if top is not None and any(tier.give > top for tier in form.tiers):
        yield join(path, "tiers"), f"gives more than all of the fee, {top}"
    if form.prorata and remedy.unit == "money":
        yield join(path, "unit"), "pro rata is a part of the fee, not a fixed amount of money"
    if remedy.per != "period":
        yield from _per_case(form, remedy, path)


def _per_case(form: Form, remedy: Remedy, path: str) -> Iterator[Finding]:
    if any(not tier.is_time for tier in form.tiers):
        yield join(path, "tiers"), f'availability is of a period, not per = "{remedy.per}": use down_from or down_over'
    if form.steps and form.steps.of == "shortfall":
        yield join(path, "steps.of"), f'a shortfall is of a period, not per = "{remedy.per}"'
    if form.ladder:
        yield join(path, "ladder"), "counts missed periods"


def _unit(remedy: Remedy, path: str) -> Iterator[Finding]:
    if remedy.kind in MONEY_KINDS and remedy.unit in ("days", "hours"):
        yield (
            join(path, "unit"),
            f"a {remedy.kind} is a part of the fee: percent, fraction, money, days-of-fee or hours-of-fee",
        )
    if remedy.kind in ("extension", "support") and remedy.unit not in ("days", "hours"):
        yield join(path, "unit"), f"an {remedy.kind} is given in days or hours"
    if remedy.unit == "money" and remedy.base != BASES[0]:
        yield join(path, "base"), "an amount of money has no base"
    sums = {"floor": remedy.floor, "pay_if_over": remedy.pay_if_over, "hold_until": remedy.hold_until}
    for key, least in sums.items():
        if least and remedy.kind not in MONEY_KINDS:
            yield join(path, key), "only a credit or a penalty is an amount of money"
    if remedy.month_hours == 0:
        yield join(path, "month_hours"), "allowed is more than zero"


def _claim(agreement: Agreement, calendars: Collection[str]) -> Iterator[Finding]:
    claim: Claim = agreement.claim
    for key, due in (("notify", claim.notify), ("submit", claim.submit)):
        if due is None:
            continue
        if due.calendar is not None and due.calendar not in calendars:
            yield (
                join("claim", f"{key}.calendar"),
                f"there is no calendar {due.calendar!r}; {did_you_mean(due.calendar, calendars)}",
            )
        if claim.automatic:
            yield WARNING + f"claim.{key}", "is not needed: remedies are automatic"
    needs = [
        r
        for each in agreement.objectives
        for r in each.remedies
        if not (claim.automatic if r.automatic is None else r.automatic)
    ]
    if needs and claim.submit is None:
        yield WARNING + "claim.submit", "is not stated: no deadline can be told to the customer"
