"""Periods: calendar days and months, cut at local midnight in a time zone and held as UTC spans.

A month has the hours that the zone gives it: March 2026 has 743 in Amsterdam, October 2026 has 745.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from monitor.timeline.span import Span


@dataclass(frozen=True, slots=True)
class Period:
    """A named span of local time: ``2026-03`` (a month) or ``2026-03-29`` (a day), and the zone that cut it."""

    label: str
    zone: str
    span: Span


def month(year: int, number: int, zone: str) -> Period:
    """The calendar month, in the zone."""
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    return Period(f"{year:04d}-{number:02d}", zone, Span(midnight(first, zone), midnight(after, zone)))


def parse_month(label: str, zone: str) -> Period:
    """``2026-03`` as a period. ValueError for anything else."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", label)
    if not found or not 1970 < int(found[1]) < 9999:
        raise ValueError(f"{label!r} is not a month; write it as 2026-03")
    return month(int(found[1]), int(found[2]), zone)


def month_of(instant: int, zone: str) -> Period:
    """The calendar month in which the instant (seconds, UTC) falls in the zone."""
    local = datetime.fromtimestamp(instant, ZoneInfo(zone))
    return month(local.year, local.month, zone)


def months(span: Span, zone: str) -> Iterator[Period]:
    """Each calendar month that shares at least a second with the span, oldest first."""
    current = month_of(span.start, zone)
    while current.span.start < span.end:
        yield current
        current = month_of(current.span.end, zone)


def days(last: int, count: int, zone: str) -> tuple[Period, ...]:
    """The ``count`` calendar days that end with the day of instant ``last``, oldest first; 23 to 25 hours each."""
    today = datetime.fromtimestamp(last, ZoneInfo(zone)).date()
    dates = [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
    edges = [midnight(day, zone) for day in [*dates, today + timedelta(days=1)]]
    return tuple(
        Period(day.isoformat(), zone, Span(start, end))
        for day, (start, end) in zip(dates, pairwise(edges), strict=True)
        if start < end
    )


def days_of(period: Period) -> tuple[Period, ...]:
    """The calendar days of a month."""
    last = datetime.fromtimestamp(period.span.end - 1, ZoneInfo(period.zone))
    return tuple(
        each for each in days(period.span.end - 1, last.day, period.zone) if each.span.start >= period.span.start
    )


def midnight(day: date, zone: str) -> int:
    """The first instant of the local day: the first midnight when there are two, the jump when there is none (PEP 495)."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())
