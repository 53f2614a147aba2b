"""Calendar months and days in a zone."""

from __future__ import annotations

from itertools import pairwise

import pytest

from monitor.timeline.period import days, month, month_of, months, parse_month
from monitor.timeline.span import Span


@pytest.mark.parametrize(
    ("label", "zone", "hours"),
    [
        ("2026-03", "Europe/Amsterdam", 743),
        ("2026-10", "Europe/Amsterdam", 745),
        ("2026-03", "UTC", 744),
        ("2024-02", "Europe/Amsterdam", 29 * 24),
        ("2026-02", "Europe/Amsterdam", 28 * 24),
        ("2026-12", "Pacific/Auckland", 744),
    ],
)
def test_a_month_has_the_hours_its_zone_gives_it(label: str, zone: str, hours: int) -> None:
    """The clocks go forward in March and back in October: 743 and 745 hours."""
    assert parse_month(label, zone).span.seconds == hours * 3600


def test_a_half_hour_of_summer_time() -> None:
    """Lord Howe Island moves its clocks by thirty minutes."""
    assert month(2026, 4, "Australia/Lord_Howe").span.seconds == 720 * 3600 + 1800


def test_a_midnight_that_does_not_exist() -> None:
    """In São Paulo the clocks once went forward at midnight: the day begins at one o'clock and has 23 hours."""
    fourth = next(day for day in days(1_541_340_000, 3, "America/Sao_Paulo") if day.label == "2018-11-04")
    assert fourth.span.seconds == 23 * 3600
    assert fourth.span.start == 1_541_300_400  # 2018-11-04T03:00:00Z


def test_days_follow_each_other_without_hole() -> None:
    """Ninety days in a row, also over a change of the clocks."""
    found = days(1_774_800_000, 90, "Europe/Amsterdam")  # 2026-03-29
    assert len(found) == 90
    assert all(a.span.end == b.span.start for a, b in pairwise(found))
    assert {day.span.seconds // 3600 for day in found} == {23, 24}


@pytest.mark.parametrize("label", ["2026-13", "2026-00", "2026", "26-01", "2026-1", "2026-01-01", "9999-12", "x"])
def test_a_label_that_is_no_month(label: str) -> None:
    """Anything else than year and month is refused with an example."""
    with pytest.raises(ValueError, match="2026-03"):
        parse_month(label, "UTC")


def test_the_month_of_an_instant_depends_on_the_zone() -> None:
    """Half past eleven in the evening of the 31st in London is February in Amsterdam."""
    instant = 1_769_902_200  # 2026-01-31T23:30:00Z
    assert month_of(instant, "Europe/Amsterdam").label == "2026-02"
    assert month_of(instant, "UTC").label == "2026-01"


def test_months_over_a_span() -> None:
    """Each month that is touched, once, oldest first."""
    span = Span(1_767_225_600, 1_775_000_000)
    assert [m.label for m in months(span, "UTC")] == ["2026-01", "2026-02", "2026-03"]


def test_a_span_is_never_empty() -> None:
    """Start and end in the wrong order are a mistake of ours."""
    with pytest.raises(ValueError, match="must end after it starts"):
        Span(5, 5)
