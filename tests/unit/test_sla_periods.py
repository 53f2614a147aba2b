"""Periods by their names and edges, as contracts cut them."""

from __future__ import annotations

from datetime import date

import pytest
from calculated import at, day

from monitor.sla.periods import KINDS, Rule, asked, day_of, instant, months_on
from monitor.timeline.span import Span


def dates(span: Span, zone: str = "UTC") -> tuple[str, str]:
    """The first day of a span and the day after its last."""
    return day_of(span.start, zone).isoformat(), day_of(span.end, zone).isoformat()


@pytest.mark.parametrize(
    ("rule", "held", "label", "first", "after"),
    [
        (Rule("day", "UTC"), "2026-02-28", "2026-02-28", "2026-02-28", "2026-03-01"),
        (Rule("week", "UTC"), "2027-01-01", "2026-W53", "2026-12-28", "2027-01-04"),
        (Rule("week", "UTC"), "2026-01-05", "2026-W02", "2026-01-05", "2026-01-12"),
        (Rule("calendar-month", "UTC"), "2026-12-31", "2026-12", "2026-12-01", "2027-01-01"),
        (Rule("calendar-quarter", "UTC"), "2026-03-31", "2026-Q1", "2026-01-01", "2026-04-01"),
        (Rule("calendar-quarter", "UTC"), "2026-10-01", "2026-Q4", "2026-10-01", "2027-01-01"),
        (Rule("calendar-year", "UTC"), "2026-07-01", "2026", "2026-01-01", "2027-01-01"),
        (Rule("billing-month", "UTC"), "2026-02-15", "2026-02", "2026-02-01", "2026-03-01"),
        (Rule("billing-month", "UTC", 15), "2026-01-14", "2025-12-15", "2025-12-15", "2026-01-15"),
        (Rule("billing-month", "UTC", 15), "2026-01-15", "2026-01-15", "2026-01-15", "2026-02-15"),
        (Rule("billing-month", "UTC", 31), "2026-02-15", "2026-01-31", "2026-01-31", "2026-02-28"),
        (Rule("billing-month", "UTC", 31), "2026-02-28", "2026-02-28", "2026-02-28", "2026-03-31"),
        (Rule("billing-month", "UTC", 31), "2024-03-30", "2024-02-29", "2024-02-29", "2024-03-31"),
        (Rule("fiscal-quarter", "UTC", fiscal_start_month=2), "2026-01-15", "2025-F4", "2025-11-01", "2026-02-01"),
        (Rule("fiscal-quarter", "UTC", fiscal_start_month=2), "2026-02-01", "2026-F1", "2026-02-01", "2026-05-01"),
        (Rule("fiscal-quarter", "UTC", fiscal_start_month=2), "2026-09-30", "2026-F3", "2026-08-01", "2026-11-01"),
        (
            Rule("contract-year", "UTC", anchor=date(2024, 2, 29)),
            "2025-02-27",
            "2024-02-29",
            "2024-02-29",
            "2025-02-28",
        ),
        (
            Rule("contract-year", "UTC", anchor=date(2024, 2, 29)),
            "2025-02-28",
            "2025-02-28",
            "2025-02-28",
            "2026-02-28",
        ),
        (
            Rule("contract-year", "UTC", anchor=date(2024, 2, 29)),
            "2028-02-28",
            "2027-02-28",
            "2027-02-28",
            "2028-02-29",
        ),
        (
            Rule("contract-year", "UTC", anchor=date(2024, 2, 29)),
            "2026-06-01",
            "2026-02-28",
            "2026-02-28",
            "2027-02-28",
        ),
        (Rule("rolling", "UTC", days=30), "2026-03-30", "2026-03-30", "2026-03-01", "2026-03-31"),
        (Rule("rolling", "UTC"), "2026-06-30", "2026-06-30", "2026-06-01", "2026-07-01"),
    ],
)
def test_the_period_that_holds_a_day(rule: Rule, held: str, label: str, first: str, after: str) -> None:
    """Weeks of ISO 8601, months that bill on a day they may not have, fiscal and contract years: first day, last day, name."""
    found = rule.holding(day(held))
    assert (found.label, found.zone) == (label, "UTC")
    assert dates(found.span) == (first, after)


@pytest.mark.parametrize(
    ("label", "first", "after"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2026-10-05", "2026-10-05", "2026-10-06"),
        ("2026-F1", "2026-02-01", "2026-05-01"),
        ("2026-F4", "2026-11-01", "2027-02-01"),
        ("1971", "1971-01-01", "1972-01-01"),
        ("8999-12", "8999-12-01", "9000-01-01"),
    ],
)
def test_a_period_is_asked_for_by_its_name(label: str, first: str, after: str) -> None:
    """Years, quarters, months, weeks, days, and fiscal quarters of a year that begins in February."""
    rules = (Rule("calendar-month", "UTC"), Rule("fiscal-quarter", "UTC", fiscal_start_month=2))
    assert dates(asked(label, "UTC", rules)) == (first, after)


def test_fiscal_quarters_without_a_rule_are_those_of_the_calendar() -> None:
    """Where no objective has a fiscal year of its own, it begins in January."""
    assert asked("2026-F2", "UTC") == asked("2026-Q2", "UTC")


@pytest.mark.parametrize("label", ["", "26", "2026-13", "2026-00", "2026-Q5", "2026-F0", "2026-W00", "2026-W54", "2026-02-30",
                                   "1970", "9000", "2026-1", "2026-10-05-1", "2027-W53", "x2026", "2026x"])  # fmt: skip
def test_a_name_that_is_no_period_is_refused(label: str) -> None:
    """The refusal shows how names are written."""
    with pytest.raises(ValueError, match="write it as 2026-10, 2026-Q4, 2026, 2026-W40 or 2026-10-05"):
        asked(label, "UTC")


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "2026-01-31"),
        (1, "2026-02-28"),
        (3, "2026-04-30"),
        (-1, "2025-12-31"),
        (-2, "2025-11-30"),
        (25, "2028-02-29"),
        (11, "2026-12-31"),
    ],
)
def test_so_many_months_later(count: int, expected: str) -> None:
    """The same day of the month, or the last one where there is no such day."""
    assert months_on(date(2026, 1, 31), count).isoformat() == expected


def test_periods_that_share_time_with_a_span() -> None:
    """Each of them, oldest first; a span that ends at an edge does not reach over it. A rolling period is the one at its end."""
    month = Rule("calendar-month", "UTC")
    assert [p.label for p in month.overlapping(Span(day("2026-01-31"), day("2026-03-01")))] == ["2026-01", "2026-02"]
    assert [p.label for p in month.overlapping(Span(day("2026-01-31"), day("2026-03-01") + 1))] == [
        "2026-01",
        "2026-02",
        "2026-03",
    ]
    rolling = Rule("rolling", "UTC", days=7)
    assert [dates(p.span) for p in rolling.overlapping(Span(day("2026-01-01"), day("2026-02-01")))] == [
        ("2026-01-25", "2026-02-01")
    ]
    assert month.before(month.holding(day("2026-01-15"))).label == "2025-12"


def test_periods_are_cut_at_local_midnight() -> None:
    """In Amsterdam October 2026 has an hour more, and begins two hours before that of UTC."""
    for kind in KINDS:
        found = Rule(kind, "Europe/Amsterdam", days=1).holding(at("2026-10-25T12:00")).span
        assert dates(found, "Europe/Amsterdam") != dates(found)
    assert Rule("day", "Europe/Amsterdam").holding(at("2026-10-25T12:00")).span.seconds == 25 * 3600
    assert asked("2026-10", "Europe/Amsterdam").seconds == 745 * 3600


def test_instants_are_written_in_utc() -> None:
    """ISO 8601, to the second."""
    assert instant(at("2026-03-02T10:12:09")) == "2026-03-02T10:12:09Z"
