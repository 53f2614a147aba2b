"""Outages, caps and ladders that reach over the edge of a period, a day or a month."""

from __future__ import annotations

from pathlib import Path

import pytest
from told import FEE, HOUR, agreement, promise, told, value

GIVE, AMOUNT = "0.remedies.0.number", "0.remedies.0.amount"
EACH = 'per = "incident"\ntiers = [{ down_from = "1h", give = "10" }]\ncap = [%s]'
MIDNIGHT = "api,2026-06-30T22:00Z,2026-07-01T12:00Z"
THREE = "api,2026-06-10T02:00Z,2026-06-10T03:00Z\napi,2026-06-10T05:00Z,2026-06-10T06:00Z\napi,2026-06-11T05:00Z,2026-06-11T06:00Z"
APRIL = "\napi,2026-04-10T10:00Z,2026-04-10T11:00Z"
MAY = "\napi,2026-05-10T10:00Z,2026-05-10T11:00Z"
KPN = 'per = "incident"\nunit = "fraction"\ntiers = [{ down_over = "12h", give = "1/30" }]'


def test_an_outage_over_the_end_of_a_period_keeps_its_length(tmp_path: Path) -> None:
    """Fourteen hours over midnight are one outage of more than twelve, of the month in which it began; the figures share it."""
    june = told(tmp_path, agreement(promise(KPN)), "2026-06", outages=MIDNIGHT)["objectives"]
    assert value(june, GIVE) == "1/30"
    assert value(june, "0.outages.0.down_seconds") == 14 * 3600
    assert value(june, "0.down_seconds") == 2 * 3600
    july = told(tmp_path, agreement(promise(KPN)), "2026-07", outages=MIDNIGHT)["objectives"]
    assert value(july, GIVE) == "0"
    assert value(july, "0.down_seconds") == 12 * 3600


def test_one_long_outage_over_the_end_of_a_period_is_a_miss(tmp_path: Path) -> None:
    """A single outage over four hours misses the objective, also when two hours of it are of the next month."""
    terms = agreement(promise('flat = "10"', target="90", more='also = { single_outage_over = "4h" }'))
    assert value(told(tmp_path, terms, outages=MIDNIGHT)["objectives"], "0.verdict") == "missed"


@pytest.mark.parametrize(
    ("cap", "outages", "give"),
    [
        ('{ percent = "15", over = "day" }', THREE, "25"),
        ('{ money = "15", over = "day" }', THREE, "25"),
        ('{ percent = "5", over = "incident" }', THREE, "15"),
        ('{ percent = "5", over = "incident" }, { percent = "8", over = "day" }', THREE, "13"),
        ('{ count = 1, over = "day" }', THREE, "20"),
        ('{ count = 1, over = "day" }, { percent = "12", over = "month" }', THREE, "12"),
        ('{ count = 2, over = "month" }', THREE + MAY, "20"),
        ('{ count = 2, over = "quarter" }', THREE, "20"),
        ('{ count = 2, over = "quarter" }', THREE + MAY, "10"),
        ('{ count = 2, over = "12-months" }', THREE + APRIL + MAY, "0"),
        ('{ count = 4, over = "subscription" }', THREE + APRIL, "30"),
        ('{ count = 3, over = "subscription" }', THREE + APRIL, "20"),
    ],
)
def test_caps_of_one_outage_a_day_and_by_count(tmp_path: Path, cap: str, outages: str, give: str) -> None:
    """Ten percent for each of two outages on one day and one on the next: a cap over a day is of that day, not of the month,
    and a cap by count looks as far back as it says."""
    found = told(tmp_path, agreement(promise(EACH % cap)), outages=outages, fees=FEE)["objectives"]
    assert value(found, GIVE) == give


def test_a_ladder_looks_over_months_and_not_over_so_many_periods(tmp_path: Path) -> None:
    """Of weekly periods a ladder over six months sees the miss of nine weeks ago, not only those of the last six."""
    terms = agreement(promise('ladder = { give = ["0", "10"], over = "6-months" }', period="week"))
    assert value(told(tmp_path, terms, "2026-W24", outages=HOUR + APRIL)["objectives"], GIVE) == "10"


def test_a_cap_over_a_month_holds_for_all_its_weeks(tmp_path: Path) -> None:
    """Two weeks of one month give ten percent each; a cap of 12.50 a month leaves 2.50 for the second."""
    terms = agreement(promise('flat = "10"\ncap = [{ money = "12.50", over = "month" }]', period="week"))
    weeks = "api,2026-W24,100\napi,2026-W25,100"
    found = told(tmp_path, terms, "2026-W25", outages=f"{HOUR}\napi,2026-06-17T10:00Z,2026-06-17T11:00Z", fees=weeks)
    assert value(found["objectives"], AMOUNT) == "2.50"


def test_an_outage_reported_before_it_was_seen_counts_from_its_start(tmp_path: Path) -> None:
    """A customer who noticed it a minute before the probes did reported this outage; an outage nobody reported does not count."""
    terms = agreement(promise('flat = "10"', more='[objective.measure]\noutage_starts = "reported"'))
    rows = (
        "component,start,end,reported\n"
        "api,2026-06-10T10:00Z,2026-06-10T11:00Z,2026-06-10T09:59Z\n"
        "api,2026-06-11T10:00Z,2026-06-11T11:00Z,\n"
        "api,2026-06-12T10:00Z,2026-06-12T11:00Z,2026-06-12T10:15Z\n"
    )
    assert value(told(tmp_path, terms, outages=rows)["objectives"], "0.down_seconds") == 3600 + 2700
