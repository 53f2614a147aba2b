"""Periods have their true length in every time zone there is."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from monitor.sla.periods import KINDS, Rule
from monitor.timeline.span import Span

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
YEARS = (1999, 2011, 2024, 2026)


def local(instant: int, zone: ZoneInfo) -> datetime:
    """The wall clock."""
    return datetime.fromtimestamp(instant, zone)


def offset(instant: int, zone: ZoneInfo) -> int:
    """Seconds ahead of UTC."""
    ahead = local(instant, zone).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds())


def test_months_have_their_true_length_in_every_zone() -> None:
    """Days times 24 hours, more or less what the clocks were moved: for each month of four years, leap ones too, everywhere."""
    for name in ZONES:
        zone = ZoneInfo(name)
        for year in YEARS:
            begin = int(datetime(year, 1, 15, tzinfo=UTC).timestamp())
            months = Rule("calendar-month", name).overlapping(Span(begin, begin + 345 * 86_400))
            assert [each.label for each in months] == [f"{year}-{n:02d}" for n in range(1, 13)]
            assert all(a.span.end == b.span.start for a, b in pairwise(months))
            for n, each in enumerate(months, 1):
                # Time runs on while clocks jump: the wall shows the length of the month, the second hand the true one.
                last = each.span.end - 1
                moved = offset(last, zone) - offset(each.span.start, zone)
                wall = local(last, zone).replace(tzinfo=None) - local(each.span.start, zone).replace(tzinfo=None)
                assert each.span.seconds == wall.total_seconds() + 1 - moved, (name, each)
                assert abs(each.span.seconds - monthrange(year, n)[1] * 86_400) <= 86_400, (name, each)
                assert (local(each.span.start, zone).date(), local(last, zone).month) == (date(year, n, 1), n), (
                    name,
                    each,
                )


def test_years_of_utc() -> None:
    """Without clock changes a year has 365 days, or 366."""
    for year in range(1990, 2041):
        span = Rule("calendar-year", "UTC").holding(int(datetime(year, 6, 1, tzinfo=UTC).timestamp())).span
        assert span.seconds == (366 if isleap(year) else 365) * 86_400


@given(
    st.sampled_from(ZONES),
    st.sampled_from([kind for kind in KINDS if kind != "rolling"]),
    st.integers(0, 2**31 - 1),
    st.integers(1, 31),
    st.integers(1, 12),
    st.dates(date(1996, 1, 1), date(2030, 12, 31)),
)
def test_periods_of_any_kind_partition_time(
    name: str, kind: str, instant: int, billing_day: int, month: int, anchor: date
) -> None:
    """A period holds each of its seconds, begins and ends at local midnight, and the next one begins where it ends."""
    rule, zone = Rule(kind, name, billing_day, month, 30, anchor), ZoneInfo(name)
    found = rule.holding(instant)
    assert instant in found.span
    assert rule.holding(found.span.start) == rule.holding(found.span.end - 1) == found
    assert rule.holding(found.span.end).span.start == found.span.end
    assert rule.before(found).span.end == found.span.start
    assert rule.overlapping(Span(instant, found.span.end + 1)) == (found, rule.holding(found.span.end))
    for edge in (found.span.start, found.span.end):
        assert local(edge - 1, zone).date() != local(edge, zone).date(), (name, edge)


@given(st.sampled_from(ZONES), st.integers(0, 2**31 - 1), st.integers(1, 400))
def test_a_rolling_period_ends_with_its_day(name: str, instant: int, days: int) -> None:
    """So many local days, the last of which holds the instant: true hours, so that a clock change inside it shows."""
    zone = ZoneInfo(name)
    found = Rule("rolling", name, days=days).holding(instant).span
    assert instant in found
    today = Rule("day", name).holding(instant).span
    assert found.end == today.end
    first = local(instant, zone).date() - timedelta(days=days - 1)
    assert local(found.start, zone).date() >= first > local(found.start - 1, zone).date()
