"""From a timeline to a statement."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sla.agreement import Agreement, Objective, Remedy, Tier
from monitor.sla.statement import Assessment, document, statement
from monitor.timeline.model import Reason, State, Stretch, Timeline, extend
from monitor.timeline.period import Period, parse_month

TIERS = (Tier(Fraction("99.9"), Fraction(10)), Tier(Fraction(99), Fraction(25)), Tier(Fraction(95), Fraction(50)))
REASONS = {
    State.OPERATIONAL: None,
    State.DEGRADED: Reason.SLOW,
    State.DOWN: Reason.CONNECT,
    State.UNKNOWN: Reason.BLOCKED,
}


def agreement(no_data: str = "exclude", zone: str = "UTC") -> Agreement:
    """One objective of 99.9 percent with three tiers."""
    objective = Objective("uptime", "api", Fraction("99.9"), "", no_data, (Remedy("credit", "credit", TIERS),))
    return Agreement("acme", "Acme", "Acme B.V.", zone, date(2026, 1, 1), (objective,))


def month_with(down: int, unknown: int = 0, zone: str = "UTC", label: str = "2026-04") -> tuple[Period, Timeline]:
    """A month that begins with so many seconds down, then unknown, then up."""
    period = parse_month(label, zone)
    stretches: list[Stretch] = []
    begin = period.span.start
    extend(stretches, begin, begin + down, State.DOWN, Reason.CONNECT)
    extend(stretches, begin + down, begin + down + unknown, State.UNKNOWN)
    extend(stretches, begin + down + unknown, period.span.end, State.OPERATIONAL, None)
    return period, tuple(stretches)


def judged(down: int, unknown: int = 0, no_data: str = "exclude") -> Assessment:
    """The assessment of April 2026, thirty days."""
    period, timeline = month_with(down, unknown)
    return statement(agreement(no_data), period, {"api": timeline}, period.span.end).assessments[0]


@pytest.mark.parametrize(
    ("down", "exact", "verdict", "credit"),
    [
        (0, "1/1", "met", 0),
        (2592, "999/1000", "met", 0),  # exactly on target is met
        (2593, "2589407/2592000", "missed", 10),
        (3600, "719/720", "missed", 10),
        (25_920, "99/100", "missed", 10),  # exactly 99 is not below 99
        (25_921, "2566079/2592000", "missed", 25),
        (2_592_000, "0/1", "missed", 50),
    ],
)
def test_availability_verdict_and_credit(down: int, exact: str, verdict: str, credit: int) -> None:
    """Thirty days, one outage: the fraction is exact, edges are half-open, the deepest tier pays."""
    made = judged(down)
    assert made.availability == Fraction(exact)
    assert made.verdict == verdict
    assert made.credit == Fraction(credit)


@pytest.mark.parametrize(
    ("no_data", "share"), [("exclude", "2580000/2588400"), ("up", "2583600/2592000"), ("down", "2580000/2592000")]
)
def test_unknown_time_counts_as_the_agreement_says(no_data: str, share: str) -> None:
    """An hour without data beside 8,400 seconds down: left out, counted up or counted down, with the same bounds each time."""
    made = judged(8400, 3600, no_data)
    assert made.availability == Fraction(share)
    assert made.worst == Fraction(2_580_000, 2_592_000)
    assert made.best == Fraction(2_583_600, 2_592_000)


def test_unknown_time_that_could_change_the_verdict_is_said() -> None:
    """2,000 seconds down is within the target, but another 1,000 unknown ones might not be."""
    assert judged(2000, 1000).could_change
    assert not judged(100, 10).could_change


def test_the_month_worked_out_in_the_readme() -> None:
    """The ledger that a reader follows by hand is what the calculator says."""
    made = judged(3600, 3600)
    assert (made.availability, made.verdict, made.credit) == (Fraction(718, 719), "missed", Fraction(10))
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert "718/719, 99.860 %" in readme
    assert "the credit is 10 %" in readme


def test_nothing_known_is_undetermined() -> None:
    """A month without a single observation has no figure, is neither met nor missed, and pays nothing by itself."""
    period = parse_month("2026-04", "UTC")
    made = statement(agreement(), period, {}, period.span.end).assessments[0]
    assert (made.availability, made.verdict, made.credit) == (None, "undetermined", None)
    assert made.ledger.seconds("unknown") == period.span.seconds


def test_a_running_month_is_divided_by_the_time_that_passed() -> None:
    """One hour down in the first ten: ninety percent, not ninety-nine point eight."""
    period, timeline = month_with(3600)
    made = statement(agreement(), period, {"api": timeline}, period.span.start + 36_000)
    assert made.assessments[0].availability == Fraction(9, 10)
    assert not made.is_closed


def test_a_month_that_has_not_begun_has_no_statement() -> None:
    """The future is refused."""
    period, _ = month_with(0)
    with pytest.raises(ValueError, match="has not begun"):
        statement(agreement(), period, {}, period.span.start)


@pytest.mark.parametrize(("label", "hours"), [("2026-03", 743), ("2026-10", 745)])
def test_months_with_a_change_of_the_clocks(label: str, hours: int) -> None:
    """The ledger sums to 743 hours in March and 745 in October, Amsterdam time."""
    period, timeline = month_with(60, 5, "Europe/Amsterdam", label)
    made = statement(agreement(zone="Europe/Amsterdam"), period, {"api": timeline}, period.span.end)
    found: dict[str, Any] = document(made)
    accounts = found["objectives"][0]["accounts"]
    assert accounts["total"] == hours * 3600 == sum(entry["seconds"] for entry in found["objectives"][0]["ledger"])
    assert found["objectives"][0]["availability"]["exact"] == str(Fraction(hours * 3600 - 65, hours * 3600 - 5))


drawn = st.lists(st.tuples(st.sampled_from(State), st.integers(1, 400_000)), max_size=12)


def timeline_from(parts: list[tuple[State, int]], period: Period) -> Timeline:
    """Stretches one after the other from the beginning of the period, cut at its end."""
    stretches: list[Stretch] = []
    at = period.span.start
    for state, seconds in parts:
        extend(stretches, at, min(at + seconds, period.span.end), state, REASONS[state])
        at = min(at + seconds, period.span.end)
    return tuple(stretches)


@given(drawn, st.integers(1, 2_592_000), st.sampled_from(["exclude", "up", "down"]))
def test_the_ledger_partitions_the_period(parts: list[tuple[State, int]], passed: int, no_data: str) -> None:
    """Every second that passed is posted once; bounds hold the availability; a miss and its credit agree."""
    period = parse_month("2026-04", "UTC")
    timeline = timeline_from(parts, period)
    made = statement(agreement(no_data), period, {"api": timeline}, period.span.start + passed).assessments[0]
    assert sum(entry.span.seconds for entry in made.ledger.entries) == passed
    edges = [entry.span.end for entry in made.ledger.entries]
    assert [entry.span.start for entry in made.ledger.entries] == [period.span.start, *edges[:-1]]
    if made.availability is not None:
        assert made.worst is not None
        assert made.best is not None
        assert made.worst <= made.availability <= made.best
        assert (made.verdict == "missed") == bool(made.credit)


@given(drawn, st.integers(0, 11), st.sampled_from(["exclude", "up", "down"]))
def test_more_downtime_never_earns_less(parts: list[tuple[State, int]], which: int, no_data: str) -> None:
    """Turning a stretch of up into down never raises the availability and never lowers the credit."""
    period = parse_month("2026-04", "UTC")
    worse = [(State.DOWN if i == which and s is State.OPERATIONAL else s, n) for i, (s, n) in enumerate(parts)]
    before, after = (
        statement(agreement(no_data), period, {"api": timeline_from(p, period)}, period.span.end).assessments[0]
        for p in (parts, worse)
    )
    if before.availability is not None:
        assert after.availability is not None
        assert after.availability <= before.availability
        assert (after.credit or 0) >= (before.credit or 0)
