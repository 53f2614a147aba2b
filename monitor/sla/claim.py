"""Claim deadlines: so many hours, days, business days or months after an anchor, the last day included, in the agreement's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.sla.agreement import Agreement, Deadline, Objective
from monitor.sla.figure import Incident
from monitor.sla.periods import Rule, day_of, instant, months_on
from monitor.timeline.period import Period, midnight


@dataclass(frozen=True)
class Due:
    """The last day (``"2026-03-31"``) or, for deadlines in hours, the last instant; ``until`` is the second after which it is late.

    ``text`` is None when the anchor is not known; ``anchor`` is the key of what it runs from.
    """

    text: str | None
    until: int | None
    anchor: str


@dataclass(frozen=True)
class Anchors:
    """What deadlines can run from. ``second_miss`` and ``term_end`` are instants, None when there is none."""

    period: Period
    incidents: Sequence[Incident]
    second_miss: int | None = None
    term_end: int | None = None


def deadline(terms: Deadline | None, agreement: Agreement, objective: Objective, anchors: Anchors) -> Due | None:
    """When it is due; of several outages the one that is due first. None without such terms."""
    if terms is None:
        return None
    starts = _anchor(terms.from_, objective, agreement.timezone, anchors)
    if not starts:
        return Due(None, None, terms.from_)
    dues = [_after(terms, start, agreement) for start in starts]
    return min(dues, key=lambda due: due.until or 0)


def _anchor(name: str, objective: Objective, zone: str, anchors: Anchors) -> list[int]:
    """The instants of the anchor; of an end, the last second before it."""
    end = anchors.period.span.end
    if name in ("incident-start", "awareness"):
        return [each.span.start for each in anchors.incidents]
    if name == "incident-end":
        return [each.span.end - 1 for each in anchors.incidents]
    if name in ("period-end", "eligibility"):
        return [end - 1]
    if name == "quarter-end":
        own = Rule("fiscal-quarter", zone, fiscal_start_month=objective.fiscal_start_month)
        rule = own if objective.period == "fiscal-quarter" else Rule("calendar-quarter", zone)
        return [rule.holding(end - 1).span.end - 1]
    if name == "second-miss":
        return [anchors.second_miss - 1] if anchors.second_miss is not None else []
    if name == "term-end":
        return [anchors.term_end - 1] if anchors.term_end is not None else []
    if name == "following-period-end":
        rule = Rule(
            objective.period,
            zone,
            objective.billing_day,
            objective.fiscal_start_month,
            objective.period_days,
            day_of(anchors.period.span.start, zone),
        )
        return [rule.holding(end).span.end - 1]
    if name == "invoice-date":
        return []
    billing = Rule("billing-month", zone, billing_day=objective.billing_day)
    after = {"billing-cycle-end": 0, "following-billing-cycle-end": 1, "second-billing-cycle-end": 2}[name]
    cycle = billing.holding(end - 1)
    for _ in range(after):
        cycle = billing.holding(cycle.span.end)
    return [cycle.span.end - 1]


def _after(terms: Deadline, start: int, agreement: Agreement) -> Due:
    if terms.unit == "hours":
        # An end is held as its last second; hours run from the end itself.
        begin = start if terms.from_ in ("incident-start", "awareness") else start + 1
        until = begin + terms.within * 3600
        return Due(instant(until), until, terms.from_)
    day = day_of(start, agreement.timezone)
    if terms.unit == "months":
        last = months_on(day, terms.within)
    elif terms.unit == "days":
        last = day + timedelta(days=terms.within)
    else:
        last = _business_days(day, terms, agreement)
    return Due(last.isoformat(), midnight(last + timedelta(days=1), agreement.timezone), terms.from_)


def _business_days(day: date, terms: Deadline, agreement: Agreement) -> date:
    hours = agreement.hours(terms.calendar)
    left = terms.within
    while left:
        day += timedelta(days=1)
        left -= hours.is_business_day(day)
    return day
