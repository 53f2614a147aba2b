"""What may be given at most and from when, worked out on paper: caps, triggers, ladders, and outages over the edge of a month."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper import AMOUNT, GIVE, MEASURE, VERDICT, Case, comes, lasting

CASES = {
    "two of three outages in a month": Case(
        {GIVE: "20"},
        ('per = "incident"\nflat = "10"\ncap = [{ count = 2, over = "month" }]',),
        tuple(lasting(3600, f"2026-06-1{n}T10:00") for n in range(3)),
    ),
    "one a day, and two of them a month": Case(
        {GIVE: "20"},
        ('per = "incident"\nflat = "10"\ncap = [{ count = 1, over = "day" }, { count = 2, over = "month" }]',),
        tuple(lasting(600, f"2026-06-1{n}T{hour}:00") for n in range(3) for hour in (10, 20)),
    ),
    "what a quarter's cap leaves in its third month": Case(
        {GIVE: "5"},  # 5 % of one, two, three months: 5, then 10 less 5, then 15 less 10
        ('flat = "10"\ncap = [{ percent = "5", over = "quarter" }]',),
        tuple(lasting(3600, f"2026-0{n}-10T10:00") for n in (4, 5, 6)),
    ),
    "the first month of a quarter has its own": Case(
        {GIVE: "5"},
        ('flat = "10"\ncap = [{ percent = "5", over = "quarter", of = "base" }]',),
        tuple(lasting(3600, f"2026-0{n}-10T10:00") for n in (5, 6, 7)),
        label="2026-07",
    ),
    "hours of a year in which two months used them up": Case(
        {GIVE: "1"},
        ('kind = "support"\nunit = "hours"\nflat = "4"\ncap = [{ hours = "9", over = "12-months" }]',),
        tuple(lasting(3600, f"2026-0{n}-10T10:00") for n in (4, 5, 6)),
    ),
    "two misses of the last three": Case(
        {"remedies.0.due": True},
        ('kind = "termination"\nwhen = { misses = 2, of = 3 }',),
        (lasting(3600), lasting(3600, "2026-04-10T10:00")),
    ),
    "the third last but one is too long ago": Case(
        {"remedies.0.due": False},
        ('kind = "termination"\nwhen = { misses = 2, of = 3 }',),
        (lasting(3600), lasting(3600, "2026-03-10T10:00")),
    ),
    "the third miss in six months": Case(
        {GIVE: "20"},
        ('ladder = { give = ["report", "10", "20", "30"], over = "6-months" }',),
        tuple(lasting(3600, f"2026-0{n}-10T10:00") for n in (1, 3, 6)),
    ),
    "the first of them is seven months ago": Case(
        {GIVE: "10"},
        ('ladder = { give = ["report", "10", "20", "30"], over = "6-months" }',),
        tuple(lasting(3600, f"2026-0{n}-10T10:00") for n in (1, 3, 7)),
        label="2026-07",
    ),
    "held in May and paid in June": Case(
        {AMOUNT: "600.00", "remedies.0.payable": "1200.00"},
        ('flat = "10"\nhold_until = { money = "1000" }',),
        (lasting(3600), lasting(3600, "2026-05-10T10:00")),
        "api,2026-05,6000\napi,2026-06,6000",
    ),
    "one long outage is a miss that tiers do not see": Case(
        {VERDICT: "missed", GIVE: "0"},
        ('tiers = [{ below = "99", give = "10" }]',),
        (lasting(4 * 3600 + 1),),
        keys={"target": "99", "more": 'also = { single_outage_over = "4h" }'},
    ),
    "one of exactly that length is none": Case(
        {VERDICT: "met"},
        ('tiers = [{ below = "99", give = "10" }]',),
        (lasting(4 * 3600),),
        keys={"target": "99", "more": 'also = { single_outage_over = "4h" }'},
    ),
    "it is paid in the month in which it began": Case(
        {GIVE: "5", "outages.0.down_seconds": 5 * 3600},
        ('per = "incident"\ntiers = [{ down_from = "4h", give = "5" }]',),
        (lasting(5 * 3600, "2026-06-30T22:00"),),
    ),
    "and not in the one in which it ended": Case(
        {GIVE: "0"},
        ('per = "incident"\ntiers = [{ down_from = "4h", give = "5" }]',),
        (lasting(5 * 3600, "2026-06-30T22:00"),),
        label="2026-07",
    ),
    "a month that nobody can judge breaks a row of misses": Case(
        {"remedies.0.due": False},
        ('kind = "termination"\nwhen = { below = "99", consecutive = 2 }',),
        (
            lasting(86_400),
            lasting(86_400, "2026-05-02T00:00"),
            lasting(20 * 86_400, "2026-05-05T00:00") + ",unknown",
        ),
        keys={"more": MEASURE.format('min_coverage = "90"')},
    ),
    "without that month's silence there are two": Case(
        {"remedies.0.due": True},
        ('kind = "termination"\nwhen = { below = "99", consecutive = 2 }',),
        (lasting(86_400), lasting(86_400, "2026-05-02T00:00")),
        keys={"more": MEASURE.format('min_coverage = "90"')},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_limit_from_paper(tmp_path: Path, name: str) -> None:
    """What the command says is what was worked out by hand."""
    assert comes(tmp_path, CASES[name]) == CASES[name].right
