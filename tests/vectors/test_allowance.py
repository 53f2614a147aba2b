"""How much downtime a percentage allows, as published, and as it really is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from calculated import month, objective

from monitor.sla.budget import YEAR, allowance, averages, parallel, serial
from monitor.sla.quantity import clock
from monitor.timeline.period import Period

DAY = 86_400


def test_the_often_quoted_month_is_an_average_one() -> None:
    """A01: 99.9 percent of an average month is 43 minutes 50 seconds, which is true of no month there is."""
    assert allowance(Fraction("99.9"), YEAR / 12) == Fraction(1_314_873, 500)
    assert averages(Fraction("99.9"))["month"] == "43m 50s"
    assert {clock(allowance(Fraction("99.9"), days * DAY)) for days in (28, 29, 30, 31)} == {
        "40m 19s", "41m 46s", "43m 12s", "44m 38s",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "seconds", "shown"),
    [("2026-06", "2592", "43m 12s"), ("2026-07", "13392/5", "44m 38s"), ("2026-02", "12096/5", "40m 19s")],
)
def test_months_of_30_31_and_28_days(label: str, seconds: str, shown: str) -> None:
    """A02, A03, A04: the allowance of 99.9 percent by the month's own length."""
    found = allowance(Fraction("99.9"), month(label).seconds)
    assert (found, clock(found)) == (Fraction(seconds), shown)


def test_a_table_of_averages() -> None:
    """A06: 99 percent of an average day, week, month, quarter and year."""
    assert averages(Fraction(99)) == {
        "day": "14m 24s",
        "week": "1h 40m 48s",
        "month": "7h 18m 17s",
        "quarter": "21h 54m 52s",
        "year": "3d 15h 39m 30s",
    }


def test_printed_minutes_decide_nothing() -> None:
    """A08: a contract that prints 4.32 and 43.8 minutes uses two kinds of month; we take the percentage of the real one."""
    thirty = [allowance(Fraction(target), 30 * DAY) / 60 for target in ("99.99", "99.9")]
    assert thirty == [Fraction("4.32"), Fraction("43.2")]
    assert allowance(Fraction("99.9"), Fraction(365 * DAY, 12)) / 60 == Fraction("43.8")


def test_a_year_and_a_month() -> None:
    """A09, A11: 99.5 percent a year hides a lost weekend; a month of 31 days allows 3.72 hours."""
    assert clock(allowance(Fraction("99.5"), 365 * DAY)) == "1d 19h 48m 0s"
    assert allowance(Fraction("99.5"), 31 * DAY) / 3600 == Fraction("3.72")


def test_budgets_in_slices() -> None:
    """B21, B22: 95 percent of two weeks allows 16 h 48 m down, or 13 h 42 m 51 s at 1 percent beside 99 percent."""
    assert clock(allowance(Fraction(95), 20_160 * 60)) == "16h 48m 0s"
    found = allowance(Fraction(95), 20_160 * 60, Fraction(99), Fraction(1))
    assert (found / 60, clock(found)) == (Fraction(5760, 7), "13h 42m 51s")


def test_products_of_targets_are_for_planning() -> None:
    """B23, B24, B25: serial and parallel targets, and a region that does not count the shared part twice."""
    eight = [Fraction(each) for each in ["99.99", "99.99", "99.95", "99.9", "99.995", "99.9", "99.99", "99.9"]]
    assert round(serial(eight), 6) == Fraction("99.615577")
    assert round(serial([Fraction("99.99"), Fraction("99.95")]), 4) == Fraction("99.94")
    assert parallel([Fraction("99.9")] * 2) == Fraction("99.9999")
    shared = serial([Fraction("99.99"), Fraction("99.99"), Fraction(100)])
    regional = serial(
        [Fraction(each) for each in
         ["99.99", "99.95", "99.99", "99.9", "99.99", "99.995", "99.99", "99.9", "99.99", "99.99", "99.99", "99.9", "99.99"]]
    )  # fmt: skip
    combined = serial([shared, parallel([regional, regional])])
    single = serial([shared, regional])
    assert [round(each, 6) for each in (shared, regional, single, combined)] == [
        Fraction(each) for each in ("99.980001", "99.565779", "99.545867", "99.978116")
    ]


@pytest.mark.parametrize(
    ("period", "label", "days", "minutes"),
    [
        ("calendar-quarter", "2026-Q1", 90, "12.960"),
        ('fiscal-quarter"\nfiscal_start_month = 2\nid = "x', "2026-F1", 89, "12.816"),
    ],
)
def test_quarters(period: str, label: str, days: int, minutes: str) -> None:
    """B35: the first calendar quarter has 90 days, a fiscal one that begins in February 89."""
    text = f'[[objective]]\nof = "api"\ntarget = "99.99"\nperiod = "{period}"\n'
    text += "" if "\nid" in text else 'id = "x"\n'
    found = objective(text, period=label)
    assert found["counted_seconds"] == days * DAY
    assert allowance(Fraction("99.99"), found["counted_seconds"]) / 60 == Fraction(minutes)


def test_a_period_has_its_own_length() -> None:
    """A02: the label of a month is its length, whatever the average says."""
    assert Period("2026-06", "UTC", month("2026-06")).span.seconds == 30 * DAY
