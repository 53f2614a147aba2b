"""Caps, from narrow to wide, over what is given now and what was given before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from monitor.sla.entitle import NOTHING, Given
from monitor.sla.facts import Granted
from monitor.sla.figure import Incident
from monitor.sla.money import Tariff
from monitor.sla.periods import Rule, day_of, months_on
from monitor.sla.remedies import Cap, Remedy
from monitor.timeline.period import Period, midnight
from monitor.timeline.span import Span


@dataclass(frozen=True)
class Purse:
    """What caps are measured against: the base in money (None: unknown), the seconds it pays for, fees, earlier grants.

    ``begin`` and ``finish`` are those of the subscription; ``finish`` is None when nobody told.
    """

    base: Fraction | None
    seconds: int
    names: tuple[str, ...]
    tariff: Tariff
    granted: Sequence[Granted]
    period: Period
    begin: int
    finish: int | None = None


def limit(cap: Cap, remedy: Remedy, purse: Purse) -> Fraction | None:
    """The most that may be given now, in the remedy's unit; None when this cap cannot be expressed in it without a fee."""
    if cap.over == "incident":
        return _alone(cap, remedy, purse)
    window = span_of(cap, purse)
    before = [
        each for each in purse.granted if window.start <= each.span.start and each.span.end <= purse.period.span.start
    ]
    if cap.percent is not None or cap.money is not None:
        return _money_limit(cap, remedy, purse, window, before)
    most = _alone(cap, remedy, purse)
    if most is None:
        return None
    given = sum((each.give for each in before), NOTHING)
    return max(NOTHING, most - given)


def _alone(cap: Cap, remedy: Remedy, purse: Purse) -> Fraction | None:
    """A cap as an amount in the remedy's unit, without a look at what was given before."""
    if cap.share is not None:
        return _from_share(cap.share, remedy, purse)
    if cap.money is not None:
        return _from_money(cap.money, remedy, purse)
    seconds = cap.seconds or NOTHING
    if remedy.unit in ("days", "days-of-fee"):
        return seconds / 86_400
    if remedy.unit in ("hours", "hours-of-fee"):
        return seconds / 3600
    month = remedy.month_hours * 3600 if remedy.month_hours else Fraction(purse.seconds)
    return _from_share(seconds / month, remedy, purse)


def one_by_one(remedy: Remedy, gives: Sequence[tuple[Incident, Given]], purse: Purse) -> list[tuple[Incident, Given]]:
    """What is given for each outage, hour or day under the caps on one of them, on a day, and by count; the earliest go first."""
    for place, cap in enumerate(remedy.cap):
        if cap.count is None and cap.over not in ("incident", "day"):
            continue
        most = Fraction(cap.count) if cap.count is not None else _alone(cap, remedy, purse)
        used: dict[int, Fraction] = {}
        kept: list[tuple[Incident, Given]] = []
        for n, (case, given) in enumerate(gives):
            unit = n if cap.over == "incident" else _unit(cap, purse, case.span.start)
            spent = used.get(unit, Fraction(_before(cap, purse, unit)))
            left = None if most is None else max(NOTHING, most - spent)
            takes = given.amount if cap.count is None else Fraction(bool(given.amount))
            used[unit] = spent + takes
            if left is None or takes <= left:
                kept.append((case, given))
            elif cap.count is None:
                kept.append((case, replace(given, amount=left, clause=f"cap[{place}]")))
        gives = kept
    return [each for each in gives if each[1].amount]


def _unit(cap: Cap, purse: Purse, at: int) -> int:
    """Where the unit of the calendar begins that a cap by count or on a day looks at; one longer than that ends with the period."""
    kind = {"day": "day", "month": "calendar-month", "quarter": "calendar-quarter"}.get(cap.over)
    if kind is None:
        return span_of(cap, purse).start
    return Rule(kind, purse.period.zone).holding(at).span.start


def _before(cap: Cap, purse: Purse, start: int) -> int:
    """How many were given from there up to the period, for a cap by count over longer than the outage itself."""
    if cap.count is None or cap.over == "incident":
        return 0
    return sum(each.count for each in purse.granted
               if start <= each.span.start and each.span.end <= purse.period.span.start)  # fmt: skip


def _money_limit(cap: Cap, remedy: Remedy, purse: Purse, window: Span, before: Sequence[Granted]) -> Fraction | None:
    amounts = [each.amount for each in before]
    if purse.base is not None and all(amount is not None for amount in amounts):
        spent = sum((amount for amount in amounts if amount is not None), NOTHING)
        most = cap.money if cap.money is not None else (cap.share or NOTHING) * _fees(cap, purse, window)
        return _from_money(max(NOTHING, most - spent), remedy, purse)
    if cap.money is not None:
        if remedy.unit != "money":
            return None
        return max(NOTHING, cap.money - sum((each.give for each in before), NOTHING))
    periods = _periods(cap, purse, window, before)
    total = _from_share((cap.share or NOTHING) * periods, remedy, purse)
    return None if total is None else max(NOTHING, total - sum((each.give for each in before), NOTHING))


def _periods(cap: Cap, purse: Purse, window: Span, before: Sequence[Granted]) -> Fraction:
    """How many periods the cap's span holds: without fees each is taken to cost the same."""
    if cap.of == "base":
        return Fraction(1)
    start = min(max(window.start, purse.begin), purse.period.span.start)
    months = purse.tariff.months(Span(start, max(window.end, _finish(cap, purse))))
    of_period = purse.tariff.months(purse.period.span)
    if months and of_period:
        return Fraction(months, of_period)
    return Fraction(len({each.period for each in before}) + 1)


def _finish(cap: Cap, purse: Purse) -> int:
    """Where the time that a cap is over ends: a subscription at its own end, where that is known."""
    end = purse.period.span.end
    return max(end, purse.finish) if cap.over == "subscription" and purse.finish is not None else end


def _fees(cap: Cap, purse: Purse, window: Span) -> Fraction:
    """The fees over the cap's span: those of this period are the base itself; only a subscription reaches beyond it."""
    assert purse.base is not None  # noqa: S101 -- the caller looked
    if cap.of == "base":
        return purse.base
    around = [
        Span(start, end)
        for start, end in (
            (window.start, purse.period.span.start),
            (purse.period.span.end, _finish(cap, purse)),
        )
        if start < end
    ]
    return purse.base + sum((_cost(purse, span) for span in around), NOTHING)


def _cost(purse: Purse, span: Span) -> Fraction:
    own = purse.tariff.of(purse.names, span)
    return own if own is not None else purse.tariff.of(("",), span) or NOTHING


def _from_share(share: Fraction, remedy: Remedy, purse: Purse) -> Fraction | None:
    month = remedy.month_hours * 3600 if remedy.month_hours else Fraction(purse.seconds)
    units = {
        "percent": Fraction(100),
        "fraction": Fraction(1),
        "days-of-fee": month / 86_400,
        "hours-of-fee": month / 3600,
    }
    if remedy.unit == "money":
        return share * purse.base if purse.base is not None else None
    return share * units[remedy.unit] if remedy.unit in units else None


def _from_money(amount: Fraction, remedy: Remedy, purse: Purse) -> Fraction | None:
    if remedy.unit == "money":
        return amount
    return _from_share(amount / purse.base, remedy, purse) if purse.base else None


def span_of(cap: Cap, purse: Purse) -> Span:
    """The time a cap is over, up to the end of the period; never shorter than the period itself."""
    period, zone = purse.period.span, purse.period.zone
    last = period.end - 1
    starts = {
        "day": period.start,
        "period": period.start,
        "month": Rule("calendar-month", zone).holding(last).span.start,
        "30-days": Rule("rolling", zone, days=30).holding(last).span.start,
        "quarter": Rule("calendar-quarter", zone).holding(last).span.start,
        "12-months": midnight(months_on(day_of(period.end, zone), -12), zone),
        "subscription": purse.begin,
    }
    return Span(min(period.start, starts[cap.over]), period.end)
