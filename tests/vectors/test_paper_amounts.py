"""What a remedy gives, worked out on paper: edges of tiers, steps, multiples, fees and the rounding of money."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper import AMOUNT, FLAT, GIVE, SHARE, VERDICT, Case, comes, lasting

CASES = {
    "exactly on the target is met": Case({VERDICT: "met", GIVE: "0", SHARE: "99.900"}, outages=(lasting(2592),)),
    "a second under the target": Case({VERDICT: "missed", GIVE: "10", SHARE: "99.899"}, outages=(lasting(2593),)),
    "exactly on the second tier": Case({GIVE: "10", SHARE: "99.000"}, outages=(lasting(25_920),)),
    "a second under the second tier": Case({GIVE: "25"}, outages=(lasting(25_921),)),
    "more than the target is asked": Case(
        {VERDICT: "missed", GIVE: "10"},
        ('tiers = [{ at_most = "99.9", give = "10" }]',),
        (lasting(2592),),
        keys={"more": 'meets = ">"'},
    ),
    "half a cent up": Case({AMOUNT: "12.53"}, ('flat = "12.5"',), (lasting(3600),), "api,2026-06,100.20"),
    "half a cent to even": Case(
        {AMOUNT: "12.52"}, ('flat = "12.5"\nmoney_rounding = "half-even"',), (lasting(3600),), "api,2026-06,100.20"
    ),
    "any part of a cent up": Case(
        {AMOUNT: "10.01"}, ('flat = "10"\nmoney_rounding = "up"',), (lasting(3600),), "api,2026-06,100.01"
    ),
    "rounded a component": Case(
        {AMOUNT: "2.02"},
        ('flat = "10"\nmoney_rounding_on = "line"',),
        (lasting(3600),),
        "api,2026-06,10.05\nweb,2026-06,10.05",
        {"of": '{ all = ["api", "web"] }'},
    ),
    "rounded together": Case(
        {AMOUNT: "2.01"},
        (FLAT,),
        (lasting(3600),),
        "api,2026-06,10.05\nweb,2026-06,10.05",
        {"of": '{ all = ["api", "web"] }'},
    ),
    "exactly the least is not paid": Case(
        {AMOUNT: "0.00", "remedies.0.due": False},
        ('flat = "10"\npay_if_over = { money = "1.00" }',),
        (lasting(3600),),
        "api,2026-06,10.00",
    ),
    "just over the least is paid": Case(
        {AMOUNT: "1.00"},
        ('flat = "10"\npay_if_over = { money = "1.00" }',),
        (lasting(3600),),
        "api,2026-06,10.01",
    ),
    "raised to the floor": Case(
        {AMOUNT: "1.00"}, ('flat = "10"\nfloor = { money = "1.00" }',), (lasting(3600),), "api,2026-06,0.04"
    ),
    "no floor under nothing": Case(
        {AMOUNT: "0.00"}, ('flat = "10"\nfloor = { money = "1.00" }',), (), "api,2026-06,100"
    ),
    "three tenths short are three steps": Case(
        {GIVE: "15"},
        ('steps = { of = "shortfall", every = "0.1", count = "started", give = "5" }',),
        (lasting(10_368),),
    ),
    "a second more starts the fourth": Case(
        {GIVE: "20"},
        ('steps = { of = "shortfall", every = "0.1", count = "started", give = "5" }',),
        (lasting(10_369),),
    ),
    "59 minutes complete one half hour": Case(
        {GIVE: "5"},
        ('steps = { of = "downtime", every = "30m", count = "completed", give = "5" }',),
        (lasting(59 * 60),),
    ),
    "the allowance itself is free": Case(
        {GIVE: "0"},
        ('allowance = "60m"\nsteps = { of = "excess", every = "60m", count = "started", give = "5" }',),
        (lasting(3600),),
    ),
    "a second over the allowance starts an hour": Case(
        {GIVE: "5"},
        ('allowance = "60m"\nsteps = { of = "excess", every = "60m", count = "started", give = "5" }',),
        (lasting(3601),),
    ),
    "ten times the hour of 720": Case(
        {AMOUNT: "10.00"},
        ('prorata = { multiple = "10", of = "downtime" }',),
        (lasting(3600),),
        "api,2026-06,720",
    ),
    "a hundred times what is over the target": Case(
        {AMOUNT: "10.08"},  # 3600 - 2592 = 1008 s; 1008 / 2592000 x 259.20 x 100
        ('prorata = { multiple = "100", of = "excess" }',),
        (lasting(3600),),
        "api,2026-06,259.20",
    ),
    "an hour of a month of 730": Case(
        {AMOUNT: "2.00"},
        ('prorata = { multiple = "1", of = "downtime" }\nmonth_hours = "730"',),
        (lasting(7200),),
        "api,2026-06,730",
    ),
    "half a day is a thirtieth": Case(
        {AMOUNT: "1.00"},
        ('per = "incident"\nunit = "fraction"\ntiers = [{ down_from = "12h", give = "1/30" }]',),
        (lasting(12 * 3600),),
        "api,2026-06,30",
    ),
    "a second less is nothing": Case(
        {AMOUNT: "0.00"},
        ('per = "incident"\nunit = "fraction"\ntiers = [{ down_from = "12h", give = "1/30" }]',),
        (lasting(12 * 3600 - 1),),
        "api,2026-06,30",
    ),
    "the greater of ten and what it cost": Case(
        {GIVE: "20"},  # six days of thirty
        ('greater_of = [{ flat = "10" }, { prorata = { multiple = "1", of = "downtime" } }]',),
        (lasting(6 * 86_400),),
    ),
    "a quarter hit of one customer in four": Case(
        {AMOUNT: "0.25"},  # an hour of 720 euros is one; a quarter of the customers
        ('affected = true\nprorata = { multiple = "1", of = "downtime" }',),
        ("component,start,end,affected", lasting(3600) + ",0.25"),
        "api,2026-06,720",
    ),
    "three days of fee of a month of thirty": Case(
        {AMOUNT: "100000.00"},
        ('unit = "days-of-fee"\nflat = "3"',),
        (lasting(3600),),
        "api,2026-06,1000000",
    ),
    "a twelfth of the year": Case(
        {AMOUNT: "10.00"},
        ('base = "annual/12"\nflat = "10"',),
        (lasting(3600),),
        "api,2026,1200",
    ),
    "the fee of the quarter that the month is in": Case(
        {AMOUNT: "10.00"},
        (FLAT,),
        (lasting(3600),),
        "api,2026-Q2,300",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_amount_from_paper(tmp_path: Path, name: str) -> None:
    """What the command says is what was worked out by hand."""
    assert comes(tmp_path, CASES[name]) == CASES[name].right
