"""The laws of days on a page: counted together or one by one, they are the same days."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.timeline.model import Reason, State, Stretch, Timeline, extend
from monitor.timeline.period import days
from statuspage.pages.tally import Day, Tally, runs, tally, total

ZONES = st.sampled_from(["UTC", "Europe/Amsterdam", "America/Santiago", "Pacific/Apia", "Australia/Lord_Howe"])
LAST = st.integers(1_300_000_000, 1_900_000_000)
REASONS = {
    State.OPERATIONAL: None,
    State.DEGRADED: Reason.SLOW,
    State.DOWN: Reason.TIMEOUT,
    State.UNKNOWN: Reason.NO_OBSERVATION,
}


@st.composite
def drawings(draw: st.DrawFn) -> tuple[Timeline, int, str]:
    """A timeline of some weeks, the last second it tells of, and a zone."""
    zone, last = draw(ZONES), draw(LAST)
    begin = days(last, 30, zone)[0].span.start - draw(st.sampled_from([0, 5, 86_400]))
    edges = sorted(draw(st.sets(st.integers(begin + 1, last), max_size=12)))
    stretches: list[Stretch] = []
    for start, end in pairwise([begin, *edges, last + 1]):
        state = draw(st.sampled_from(list(State)))
        extend(stretches, start, end, state, REASONS[state])
    return tuple(stretches), last, zone


@given(drawings())
def test_days_counted_together_are_the_days_counted_one_by_one(drawn: tuple[Timeline, int, str]) -> None:
    """Each run holds the seconds of its days, days of 23 and 25 hours too, and no day is in two runs or in none."""
    timeline, last, zone = drawn
    periods = days(last, 30, zone)
    singly = tally(timeline, [each.span for each in periods])
    found = runs(timeline, periods)
    assert [n for run in found for n in range(run.first, run.first + run.count)] == list(range(len(periods)))
    for run in found:
        assert run.tally == sum(singly[run.first : run.first + run.count], Tally())
    assert total(found) == total(map(Day, periods, singly))


@given(drawings())
def test_a_second_counted_is_a_second_of_the_timeline(drawn: tuple[Timeline, int, str]) -> None:
    """The seconds of a day are those that its stretches share with it, looked up one stretch at a time."""
    timeline, last, zone = drawn
    for period, found in zip(
        days(last, 30, zone), tally(timeline, [p.span for p in days(last, 30, zone)]), strict=True
    ):
        down = [each.span.clip(period.span) for each in timeline if each.state is State.DOWN]
        assert found.down == sum(each.seconds for each in down if each)
