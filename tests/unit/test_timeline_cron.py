"""Moments of cron expressions, also where clocks jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.timeline.cron import expression, latest, moments

MINUTE = timedelta(minutes=1)
ZONES = [
    *("Europe/Amsterdam", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Africa/Casablanca", "UTC"),
    *("Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Asia/Beirut", "Pacific/Chatham", "Europe/Dublin"),
]


def ms(text: str) -> int:
    """Milliseconds since the epoch."""
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def texts(cron: str, zone: str, after: str, count: int) -> list[str]:
    """The first moments after an instant, in UTC."""
    found = islice(moments(cron, zone, ms(after)), count)
    return [datetime.fromtimestamp(at // 1000, UTC).strftime("%d %H:%M") for at in found]


def walked(cron: str, zone: str, start: datetime, end: datetime) -> list[int]:
    """The same by looking at each minute of UTC, and of the clocks, in turn. Slow, and too simple to be wrong."""
    minute, hour, _, _, day = cron.split()
    clocks = ZoneInfo(zone)

    def fits(local: datetime) -> bool:
        step = minute.startswith("*/") and local.minute % int(minute[2:]) == 0
        fits_minute = minute == "*" or step or minute.split(",").count(str(local.minute)) > 0
        fits_hour = hour == "*" or hour.split(",").count(str(local.hour)) > 0
        return fits_minute and fits_hour and (day == "*" or local.isoweekday() % 7 == int(day))

    found: set[datetime] = set()
    if minute.startswith("*") or hour.startswith("*"):
        at = start
        while at < end:
            if fits(at.astimezone(clocks)):
                found.add(at)
            at += MINUTE
    else:
        local = (start - timedelta(days=2)).replace(tzinfo=None)
        while local < (end + timedelta(days=2)).replace(tzinfo=None):
            if fits(local):
                there = local
                while (
                    datetime.fromtimestamp(there.replace(tzinfo=clocks).timestamp(), clocks).replace(tzinfo=None)
                    != there
                ):  # the clocks never show it
                    there += MINUTE
                found.add(there.replace(tzinfo=clocks).astimezone(UTC))
            local += MINUTE
    return sorted(int(at.timestamp()) * 1000 for at in found if start <= at < end)


crons = st.builds(
    "{} {} * * {}".format,
    st.one_of(
        st.just("*/15"),
        st.just("*/7"),
        st.lists(st.integers(0, 59), min_size=1, max_size=3).map(lambda found: ",".join(map(str, found))),
    ),
    st.one_of(
        st.just("*"), st.lists(st.integers(0, 23), min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))
    ),
    st.one_of(st.just("*"), st.integers(0, 6).map(str)),
)
changes = st.sampled_from(
    [
        "2026-03-29T01:00",
        "2026-10-25T01:00",
        "2026-03-08T07:00",
        "2026-11-01T06:00",
        "2026-04-04T15:00",
        "2026-10-03T15:30",
        "2026-02-15T02:00",
        "2018-11-04T03:00",
        "2011-12-30T10:00",
        "2026-03-28T22:00",
    ]
)


@given(crons, st.sampled_from(ZONES), changes, st.integers(-1800, 1800), st.integers(0, 59))
def test_moments_are_those_of_a_walk_over_all_minutes(cron: str, zone: str, change: str, off: int, second: int) -> None:
    """In any zone, around any change of the clocks, from any second on: the moments, and the latest of them."""
    start = datetime.fromisoformat(change).replace(tzinfo=UTC) + timedelta(minutes=off)
    end = start + timedelta(days=2)
    begin = int(start.timestamp()) * 1000 + second * 1000
    expected = [at for at in walked(cron, zone, start, end) if at > begin]
    until = int(end.timestamp()) * 1000 - 1
    found = []
    for at in moments(cron, zone, begin):
        if at > until:
            break
        found.append(at)
    assert found == expected
    assert latest(cron, zone, until, begin) == (expected[-1] if expected else None)


def test_what_the_clocks_skip_is_due_right_after_the_gap() -> None:
    """A job at half past two is due at three (01:00 UTC) in the night in which there is no half past two, and once."""
    assert texts("30 2 * * *", "Europe/Amsterdam", "2026-03-28T12:00Z", 2) == ["29 01:00", "30 00:30"]
    assert texts("15,45 2 * * *", "Europe/Amsterdam", "2026-03-28T12:00Z", 2) == ["29 01:00", "30 00:15"]


def test_what_the_clocks_show_twice_is_due_once() -> None:
    """A job at half past two is due at the first of the two, and not again an hour later; one of each hour is due each hour."""
    assert texts("30 2 * * *", "Europe/Amsterdam", "2026-10-24T12:00Z", 2) == ["25 00:30", "26 01:30"]
    assert texts("30 2 * * *", "Europe/Amsterdam", "2026-10-25T00:30Z", 1) == ["26 01:30"]
    assert texts("30 * * * *", "Europe/Amsterdam", "2026-10-24T23:45Z", 3) == ["25 00:30", "25 01:30", "25 02:30"]


@pytest.mark.parametrize(
    "wrong", ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *", "@daily", "x" * 300, 5, "\x00 * * * *"]
)
def test_an_expression_that_never_comes_true_is_refused(wrong: object) -> None:
    """Five fields, and a moment that exists."""
    with pytest.raises(ValueError, match="five fields"):
        expression(wrong)
    assert expression(" 0  3 * * MON-FRI ") == "0 3 * * MON-FRI"
