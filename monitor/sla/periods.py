"""The periods an agreement is settled over: days to years, billing and fiscal ones, contract years and rolling windows.

All are cut at local midnight in the agreement's zone and held as UTC spans, so that they have the length they really have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.timeline.period import Period, midnight
from monitor.timeline.span import Span

KINDS = (
    "day",
    "week",
    "calendar-month",
    "billing-month",
    "calendar-quarter",
    "fiscal-quarter",
    "calendar-year",
    "contract-year",
    "rolling",
)


@dataclass(frozen=True)
class Rule:
    """How periods of one kind are cut. ``anchor`` is the day from which contract years are counted."""

    kind: str
    zone: str
    billing_day: int = 1
    fiscal_start_month: int = 1
    days: int = 30
    anchor: date = date(2000, 1, 1)

    def holding(self, instant: int) -> Period:
        """The period in which the instant lies; of a rolling kind the one that ends with its day."""
        day = datetime.fromtimestamp(instant, ZoneInfo(self.zone)).date()
        first, after, label = _CUT[self.kind](self, day)
        return Period(label, self.zone, Span(midnight(first, self.zone), midnight(after, self.zone)))

    def before(self, period: Period) -> Period:
        """The period that ends where this one begins."""
        return self.holding(period.span.start - 1)

    def overlapping(self, span: Span) -> tuple[Period, ...]:
        """The periods that share time with the span, oldest first; of a rolling kind only the one that ends with it."""
        if self.kind == "rolling":
            return (self.holding(span.end - 1),)
        found = [self.holding(span.start)]
        while found[-1].span.end < span.end:
            found.append(self.holding(found[-1].span.end))
        return tuple(found)


def months_on(day: date, count: int) -> date:
    """So many months later: the same day of the month, or the month's last where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError  # every month has a 28th


def _billing(rule: Rule, day: date) -> tuple[date, date, str]:
    base = date(2000, 1, rule.billing_day)
    first = months_on(base, (day.year - 2000) * 12 + day.month - 1)
    if first > day:
        first = months_on(base, (day.year - 2000) * 12 + day.month - 2)
    after = months_on(base, (first.year - 2000) * 12 + first.month)
    return first, after, first.strftime("%Y-%m") if rule.billing_day == 1 else first.isoformat()


def _months(day: date, size: int) -> tuple[date, date]:
    """The calendar unit of so many months that the day lies in."""
    first = date(day.year, day.month - (day.month - 1) % size, 1)
    return first, months_on(first, size)


def _month(_rule: Rule, day: date) -> tuple[date, date, str]:
    return *_months(day, 1), day.strftime("%Y-%m")


def _quarter(_rule: Rule, day: date) -> tuple[date, date, str]:
    return *_months(day, 3), f"{day.year}-Q{(day.month + 2) // 3}"


def _year(_rule: Rule, day: date) -> tuple[date, date, str]:
    return *_months(day, 12), str(day.year)


def _fiscal(rule: Rule, day: date) -> tuple[date, date, str]:
    months = (day.month - rule.fiscal_start_month) % 12
    first = months_on(day.replace(day=1), -(months % 3))
    year = months_on(day.replace(day=1), -months).year
    return first, months_on(first, 3), f"{year}-F{months // 3 + 1}"


def _contract(rule: Rule, day: date) -> tuple[date, date, str]:
    years = day.year - rule.anchor.year
    first = months_on(rule.anchor, 12 * years)
    if first > day:
        first = months_on(rule.anchor, 12 * (years - 1))
    return first, months_on(rule.anchor, 12 * (first.year - rule.anchor.year + 1)), first.isoformat()


def _week(_rule: Rule, day: date) -> tuple[date, date, str]:
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=7), f"{day.isocalendar().year}-W{day.isocalendar().week:02d}"


def _day(_rule: Rule, day: date) -> tuple[date, date, str]:
    return day, day + timedelta(days=1), day.isoformat()


def _rolling(rule: Rule, day: date) -> tuple[date, date, str]:
    after = day + timedelta(days=1)
    return after - timedelta(days=rule.days), after, day.isoformat()


_CUT: dict[str, Callable[[Rule, date], tuple[date, date, str]]] = {
    "day": _day,
    "week": _week,
    "calendar-month": _month,
    "billing-month": _billing,
    "calendar-quarter": _quarter,
    "fiscal-quarter": _fiscal,
    "calendar-year": _year,
    "contract-year": _contract,
    "rolling": _rolling,
}


def asked(label: str, zone: str, rules: tuple[Rule, ...] = ()) -> Span:
    """The time that a label names: ``2026-10``, ``2026-Q4``, ``2026``, ``2026-W40``, ``2026-10-05``, ``2026-F1``. ValueError.

    The labels of fiscal quarters mean what the first rule of that kind says.
    """
    found = re.fullmatch(r"(\d{4})(?:-(?:(Q|F)([1-4])|W(\d\d)|(\d\d)(?:-(\d\d))?))?", label)
    try:
        if found:
            return _named(found, zone, rules)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{label!r} is not a period; write it as 2026-10, 2026-Q4, 2026, 2026-W40 or 2026-10-05")


def _named(found: re.Match[str], zone: str, rules: tuple[Rule, ...]) -> Span:
    year = int(found[1])
    if not 1970 < year < 9000:
        raise ValueError
    kind, day = "calendar-year", date(year, 1, 1)
    if found[2]:
        kind, day = "calendar-quarter", date(year, int(found[3]) * 3 - 2, 1)
    elif found[4]:
        kind, day = "week", date.fromisocalendar(year, int(found[4]), 1)
    elif found[5]:
        kind, day = "day" if found[6] else "calendar-month", date(year, int(found[5]), int(found[6] or 1))
    if found[2] == "F":
        rule = next((rule for rule in rules if rule.kind == "fiscal-quarter"), Rule("fiscal-quarter", zone))
        day = months_on(date(year, rule.fiscal_start_month, 1), 3 * int(found[3]) - 3)
        return rule.holding(midnight(day, zone)).span
    return Rule(kind, zone).holding(midnight(day, zone)).span


def instant(second: int) -> str:
    """``2026-03-02T10:12:00Z``."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(second: int, zone: str) -> date:
    """The local date of an instant."""
    return datetime.fromtimestamp(second, ZoneInfo(zone)).date()


def into_the_hour(second: int, zone: str) -> int:
    """The seconds since the clock there last struck the hour; not all zones strike it together."""
    local = datetime.fromtimestamp(second, ZoneInfo(zone))
    return local.minute * 60 + local.second
