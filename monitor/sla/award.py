"""One remedy over one period: what is given, through triggers, caps and minimum, to an amount of money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from monitor.sla.agreement import Agreement, Objective
from monitor.sla.caps import Purse, limit, one_by_one
from monitor.sla.claim import Due
from monitor.sla.entitle import Case, Given, entitled
from monitor.sla.facts import Granted
from monitor.sla.figure import Figure, Incident
from monitor.sla.money import Base, Tariff, base, cents, paid_for, share
from monitor.sla.periods import instant
from monitor.sla.quantity import clock, plain
from monitor.sla.remedies import MONEY_KINDS, Cap, Remedy
from monitor.sla.step import Step, step
from monitor.sla.trigger import Past, fires, misses_within, unpaid
from monitor.timeline.period import Period


@dataclass(frozen=True)
class Award:
    """What a remedy comes to. ``give`` is in the remedy's unit; ``amount`` is money, rounded, None when there is no fee to go by.

    ``payable`` is what is paid of it now: less than the amount while it is held until more has come together. ``is_due`` is
    False when nothing is given. ``kept_by`` names the remedy that goes before this one under ``combine = "highest"``.
    """

    remedy: Remedy
    give: Fraction
    clause: str
    is_due: bool
    amount: Fraction | None
    payable: Fraction | None
    is_report: bool
    steps: tuple[Step, ...]
    notify: Due | None = None
    submit: Due | None = None
    kept_by: str = ""
    would: Fraction = Fraction(0)
    is_automatic: bool = False
    count: int = 1


@dataclass(frozen=True)
class Setting:
    """What an award is made in: the period's figure and verdict, the past (this period included), and what was granted before."""

    agreement: Agreement
    objective: Objective
    figure: Figure
    verdict: str
    period: Period
    past: Sequence[Past]
    granted: Sequence[Granted]
    tariff: Tariff
    names: tuple[str, ...]
    units: Sequence[Incident] = ()
    begin: int = 0
    finish: int | None = None


def award(remedy: Remedy, setting: Setting) -> Award:
    """Amount, trigger, caps, minimum, rounding: in that order."""
    key = f"objective.{setting.objective.id}.remedy.{remedy.id}"
    steps: list[Step] = []
    if setting.verdict in ("undetermined", "not-applicable"):
        return Award(remedy, Fraction(0), f"objective.{setting.objective.id}", False, None, None, False, ())
    priced = base(remedy, setting.names, setting.period, setting.tariff)
    given = _given(remedy, setting, priced, steps, key)
    would = given.amount
    given = _triggered(remedy, setting, given, steps, key)
    given = _affected(remedy, setting, given, steps, key)
    purse = _purse(remedy, setting, priced)
    for place, cap in enumerate(remedy.cap):
        if cap.over != "incident" and (cap.over != "day" or remedy.per == "period"):
            given = _capped(given, cap, remedy, purse, steps, f"{key}.cap[{place}]")
    is_right = remedy.kind in ("termination", "report")
    is_due = bool(given.amount) or given.is_report
    if is_right and not is_due and not remedy.names and not remedy.greater_of:
        is_due = fires(remedy.when, setting.past) is not None if remedy.when else setting.verdict == "missed"
        if is_due:
            steps.append(step(f"{key}.when" if remedy.when else key, "right", kind=remedy.kind))
    money = _money(remedy, setting, given, priced, steps, key)
    amount, payable = (None, None) if money is None else _minimum(remedy, setting, *money, steps, key)
    if amount is not None and given.amount and not amount:
        is_due = is_due and remedy.pay_if_over is None
    clause = f"{key}.{given.clause}" if given.clause else (f"{key}.when" if remedy.when else key)
    return Award(
        remedy, given.amount, clause, is_due, amount, payable, given.is_report, tuple(steps),
        would=would, count=given.count,
    )  # fmt: skip


def _case(remedy: Remedy, setting: Setting, down: Fraction, priced: Fraction, *, is_period: bool) -> Case:
    figure = setting.figure
    allowed = (
        Fraction(remedy.allowance) if remedy.allowance is not None else _implied(setting) if is_period else Fraction(0)
    )
    misses = misses_within(remedy.ladder, setting.past) if remedy.ladder else 0
    seconds = remedy.month_hours * 3600 if remedy.month_hours else priced
    return Case(
        figure.used * 100 if figure.used is not None else None,
        setting.objective.target,
        down,
        allowed,
        seconds,
        setting.verdict == "missed",
        misses,
        is_period,
        setting.objective.measure.min_outage,
    )


def _implied(setting: Setting) -> Fraction:
    """The downtime that the target allows: its shortfall from 100 percent, of the denominator."""
    return (100 - setting.objective.target) / 100 * setting.figure.counted


def _given(remedy: Remedy, setting: Setting, priced: Base | None, steps: list[Step], key: str) -> Given:
    if remedy.per == "period":
        case = _case(remedy, setting, setting.figure.down, _scope(remedy, setting), is_period=True)
        given = entitled(remedy, case)
        if given.clause:
            steps.append(
                step(f"{key}.{given.clause}", "give", give=plain(given.amount), unit=remedy.unit, number=given.amount)
            )
        return given
    return _each(remedy, setting, priced, steps, key)


def _scope(remedy: Remedy, setting: Setting) -> Fraction:
    """The agreed seconds that one base pays for: those of the period, in proportion when the base is of another length."""
    return Fraction(setting.figure.scope * paid_for(remedy, setting.period), setting.period.span.seconds)


def _each(remedy: Remedy, setting: Setting, priced: Base | None, steps: list[Step], key: str) -> Given:
    """Give for each outage, clock hour or day; caps on one of them, on a day and by count come before the sum."""
    gives: list[tuple[Incident, Given]] = []
    purse = _purse(remedy, setting, priced)
    scope = _scope(remedy, setting)
    for case in setting.figure.incidents if remedy.per == "incident" else setting.units:
        if remedy.per != "incident" and not _lasts(case, setting.objective):
            continue
        given = entitled(remedy, _case(remedy, setting, case.down, scope, is_period=False))
        if remedy.per != "incident" and remedy.unit in ("percent", "fraction") and scope:
            given = replace(given, amount=given.amount * case.span.seconds / scope)
        gives.append((case, given))
    gives = one_by_one(remedy, gives, purse)
    for case, given in gives:
        steps.append(
            step(
                f"{key}.{given.clause}",
                "give-each",
                (case.span,),
                give=plain(given.amount),
                unit=remedy.unit,
                time=clock(case.down),
            )
        )
    total = sum((given.amount for _, given in gives), Fraction(0))
    last = gives[-1][1].clause if gives else (remedy.names or ("greater_of",))[0]
    return Given(total, last, count=len(gives))


def _lasts(case: Incident, objective: Objective) -> bool:
    measure = objective.measure
    return case.down > measure.min_outage or (measure.min_outage_inclusive and case.down == measure.min_outage)


def _triggered(remedy: Remedy, setting: Setting, given: Given, steps: list[Step], key: str) -> Given:
    if not remedy.when or not (remedy.names or remedy.greater_of):
        return given
    place = fires(remedy.when, setting.past)
    if place is None:
        if given.amount or given.is_report:
            steps.append(step(f"{key}.when", "not-triggered"))
        return Given(Fraction(0), "when", count=0)
    steps.append(step(f"{key}.when[{place}]", "triggered"))
    owed = unpaid(remedy.when, setting.past)
    if owed:
        labels = {period.label for period in owed}
        earlier = [g for g in setting.granted if g.remedy == f"{remedy.id}?" and g.period in labels]
        extra = sum((each.give for each in earlier), Fraction(0))
        steps.append(step(f"{key}.when[{place}].retroactive", "retroactive", give=plain(extra), unit=remedy.unit))
        return replace(given, amount=given.amount + extra)
    return given


def _affected(remedy: Remedy, setting: Setting, given: Given, steps: list[Step], key: str) -> Given:
    if not remedy.affected or not given.amount:
        return given
    amount = given.amount * setting.figure.share
    steps.append(
        step(
            f"{key}.affected",
            "affected",
            share=plain(setting.figure.share),
            before=plain(given.amount),
            after=plain(amount),
        )
    )
    return replace(given, amount=amount)


def _purse(remedy: Remedy, setting: Setting, priced: Base | None) -> Purse:
    return Purse(
        priced.cost if priced else None,
        priced.seconds if priced else paid_for(remedy, setting.period),
        setting.names,
        setting.tariff,
        [each for each in setting.granted if each.remedy == remedy.id],
        setting.period,
        setting.begin,
        setting.finish,
    )


def _capped(given: Given, cap: Cap, remedy: Remedy, purse: Purse, steps: list[Step], key: str) -> Given:
    if cap.count is not None:
        return given
    most = limit(cap, remedy, purse)
    if most is None or given.amount <= most:
        return given
    steps.append(step(key, "capped", before=plain(given.amount), after=plain(most), unit=remedy.unit))
    return replace(given, amount=most, clause=key.rpartition(".")[2])


def _money(
    remedy: Remedy, setting: Setting, given: Given, priced: Base | None, steps: list[Step], key: str
) -> tuple[Fraction, Fraction] | None:
    """The amount of money, exactly and rounded; None when there is no fee to go by."""
    currency = setting.agreement.head.currency
    if remedy.kind not in MONEY_KINDS or given.is_report:
        return None
    if remedy.unit == "money":
        return given.amount, cents(given.amount, remedy, currency)
    if priced is None:
        return None
    part = share(given.amount, remedy, priced.seconds)
    exact = part * priced.cost
    if remedy.money_rounding_on == "line":
        amount = sum((cents(part * line, remedy, currency) for line in priced.lines), Fraction(0))
    else:
        amount = cents(exact, remedy, currency)
    if given.amount:
        steps += _priced(priced, key)
        steps.append(step(f"{key}.base", "money", base=plain(priced.cost), exact=plain(exact), amount=plain(amount)))
    return exact, amount


def _priced(priced: Base, key: str) -> Iterator[Step]:
    """What is to be said of a fee that is not just that of the time it is for."""
    if priced.unpaid:
        yield step(f"{key}.base", "fee-short", unpaid=priced.unpaid, seconds=priced.span.seconds)
    for row in priced.around:
        yield step(f"{key}.base", "fee-part", (row.span,), amount=row.amount, component=row.component or "-",
                   start=instant(row.span.start), end=instant(row.span.end))  # fmt: skip


def _minimum(
    remedy: Remedy, setting: Setting, exact: Fraction, amount: Fraction, steps: list[Step], key: str
) -> tuple[Fraction, Fraction]:
    """The amount and what is paid of it now. A minimum looks at the exact amount: it comes before the rounding."""
    if remedy.floor and exact and amount < remedy.floor.money:
        steps.append(step(f"{key}.floor", "floor", before=plain(exact), after=plain(remedy.floor.money)))
        exact = amount = remedy.floor.money
    if remedy.pay_if_over and 0 < exact <= remedy.pay_if_over.money:
        steps.append(
            step(f"{key}.pay_if_over", "too-small", before=plain(exact), least=plain(remedy.pay_if_over.money))
        )
        amount = Fraction(0)
    if remedy.hold_until is None:
        return amount, amount
    held = sum((each.amount or Fraction(0) for each in setting.granted if each.remedy == f"{remedy.id}!"), Fraction(0))
    if held + amount < remedy.hold_until.money:
        steps.append(step(f"{key}.hold_until", "held", held=plain(held + amount), least=plain(remedy.hold_until.money)))
        return amount, Fraction(0)
    return amount, held + amount
