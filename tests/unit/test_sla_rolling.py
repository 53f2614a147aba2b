"""Rolling periods that look back: those before it lie side by side, each ending where the next begins."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import at, computed, spans, terms

from monitor.sla.facts import Piece

TERMS = """
[[objective]]
id = "uptime"
of = "api"
target = "99"
period = "rolling"
period_days = {days}
[[objective.remedy]]
{remedy}
"""


def remedy(text: str, *down: tuple[str, str], days: int = 30) -> dict[str, Any]:
    """The remedy of the window that ends with 30 June 2026."""
    found = computed(
        terms(TERMS.format(days=days, remedy=text)),
        "2026-06-30",
        pieces={"api": [Piece(s, "down") for s in spans(*down)]},
    )
    made: dict[str, Any] = found["objectives"][0]["remedies"][0]
    return made


JUNE = ("2026-06-10T00:00", "2026-06-11T00:00")
MAY = ("2026-05-10T00:00", "2026-05-11T00:00")  # in the window from 2 May up to 1 June
APRIL = ("2026-04-10T00:00", "2026-04-11T00:00")  # in the one before that, from 2 April


@pytest.mark.parametrize(
    ("down", "is_due"),
    [((JUNE,), False), ((JUNE, MAY), True), ((MAY, APRIL), False), ((JUNE, APRIL), False)],
)
def test_a_trigger_sees_the_windows_before_this_one(down: tuple[tuple[str, str], ...], is_due: bool) -> None:
    """Two windows of thirty days in a row."""
    text = 'kind = "termination"\nwhen = [{ consecutive = 2 }]'
    assert remedy(text, *down)["due"] == is_due


@pytest.mark.parametrize(
    ("down", "number"), [((JUNE,), "10"), ((JUNE, MAY), "5"), ((JUNE, MAY, APRIL), "0"), ((JUNE, APRIL), "5")]
)
def test_a_cap_over_a_year_sees_what_earlier_windows_gave(down: tuple[tuple[str, str], ...], number: str) -> None:
    """Ten percent each, fifteen in twelve months: of the third window nothing is left, of the second five."""
    assert remedy('flat = "10"\ncap = [{ percent = "15", over = "12-months", of = "base" }]', *down)["number"] == number


def test_short_windows_are_many_in_a_month() -> None:
    """Windows of seven days: a cap by the month sees those of June before this one, which begins on the 24th."""
    text = 'flat = "10"\ncap = [{ percent = "15", over = "month", of = "base" }]'
    last, before = ("2026-06-25T00:00", "2026-06-26T00:00"), ("2026-06-18T00:00", "2026-06-19T00:00")
    assert at("2026-06-24T00:00") < at(last[0])
    assert remedy(text, last, days=7)["number"] == "10"
    assert remedy(text, last, before, days=7)["number"] == "5"


def test_long_windows_reach_back_whole_windows() -> None:
    """Two windows of a year in a row: the one before this one ended a year ago."""
    text = 'kind = "termination"\nwhen = [{ consecutive = 2 }]'
    now, ago = ("2026-06-01T00:00", "2026-06-06T00:00"), ("2025-01-01T00:00", "2025-01-06T00:00")
    assert remedy(text, now, ago, days=365)["due"]
    assert not remedy(text, now, days=365)["due"]
