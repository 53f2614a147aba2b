"""Contracts on requests, users, tickets and several components, worked out on paper from the tables that parties would bring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from office import OFFICE
from told import agreement, promise, refused, told, value

A = "remedies.0.amount"
LATENCY = '[[objective]]\nid = "fast"\nmetric = "latency"\nof = {}\ntarget = "95"\n[objective.measure]\ngood_under = "800ms"\n'
FIVE = '[[objective.remedy]]\ntiers = [{ below = "95", give = "5" }]\n'
COUNTS = "api,2026-06-10T10:00Z,90,100\nweb,2026-06-10T10:05Z,10,10"
USERS = """[objective.measure]
method = "user-minutes"
"""
THREE = 'tiers = [{ below = "99.9", give = "25" }, { below = "99", give = "50" }, { below = "95", give = "100" }]'
REPLY = """[[objective]]
id = "reply"
metric = "response"
clock = "office"
target = "90"
targets = [{ priority = "P1", within = "8h" }]
[[objective.remedy]]
kind = "penalty"
base = "agreement-month"
flat = "5"
cap = [{ percent = "20", over = "month" }]
"""
NETCODE = (
    'per = "incident"\nunit = "money"\nautomatic = true\nstatutory = true\nallowance = "4h"\n'
    'steps = { of = "downtime", every = "4h", count = "started", give = "20", after = "8h", base = "35" }'
)
CASES: dict[str, tuple[str, dict[str, str], list[dict[str, Any]]]] = {
    "fast enough in 950 of 1001": (
        LATENCY.format('"api"') + FIVE,
        {"counts": "api,2026-06-10T10:00Z,949,1000\napi,2026-06-10T10:05Z,1,1"},
        [{"verdict": "missed", "availability.exact": "950/1001", "remedies.0.number": "5"}],
    ),
    "the mean of nine tenths and all": (
        LATENCY.format('{ mean = ["api", "web"] }') + FIVE,
        {"counts": COUNTS},
        [{"verdict": "met", "availability.exact": "19/20", "remedies.0.number": "0"}],
    ),
    "each by itself": (
        LATENCY.format('{ each = ["api", "web"] }') + FIVE,
        {"counts": COUNTS},
        [
            {"component": "api", "verdict": "missed", "remedies.0.number": "5"},
            {"component": "web", "verdict": "met", "remedies.0.number": "0"},
        ],
    ),
    "each has its own cap": (
        promise('flat = "10"\ncap = [{ percent = "5", over = "month" }]', of='{ each = ["api", "web"] }'),
        {
            "outages": "api,2026-06-10T10:00Z,2026-06-10T11:00Z\nweb,2026-06-10T10:00Z,2026-06-10T10:10Z",
            "fees": "api,2026-06,100\nweb,2026-06,50",
        },
        [{"component": "api", A: "5.00"}, {"component": "web", A: "0.00"}],
    ),
    "half of the users, then 22 percent of them, are just one percent of the time": (
        promise(THREE, more=USERS),
        {
            "outages": "component,start,end,affected\n"
            "api,2026-06-10T10:00Z,2026-06-10T20:00Z,0.5\napi,2026-06-11T10:00Z,2026-06-11T20:00Z,0.22"
        },
        [{"down_seconds": 25_920, "remedies.0.number": "25"}],
    ),
    "a ticket that is open is late from its due moment on": (
        REPLY + OFFICE,
        {"tickets": "a,2026-06-30T09:00Z,created,P1", "fees": ",2026-06,100"},
        [{"verdict": "missed", A: "5.00"}],
    ),
    "and a second before that it is neither": (
        REPLY + OFFICE,
        {"tickets": "a,2026-06-30T09:00:01Z,created,P1", "fees": ",2026-06,100"},
        [{"verdict": "not-applicable", A: None}],
    ),
    "the fees of three months are the quarter's": (
        promise('base = "agreement-month"\nflat = "10"', period="calendar-quarter"),
        {
            "outages": "api,2026-05-10T10:00Z,2026-05-10T18:00Z",
            "fees": ",2026-04,100\n,2026-05,100\n,2026-06,200",
        },
        [{A: "20.00"}],
    ),
}
ELECTRICITY = {
    "14:00": "0.00",
    "14:00:01": "35.00",
    "18:00": "35.00",
    "18:00:01": "55.00",
    "22:00": "55.00",
    "22:00:01": "75.00",
}
for end, amount in ELECTRICITY.items():
    rows = {"outages": f"api,2026-06-10T10:00Z,2026-06-10T{end}Z"}
    CASES[f"electricity until {end}"] = promise(NETCODE, target="100"), rows, [{A: amount}]


@pytest.mark.parametrize("name", CASES)
def test_a_table_from_paper(tmp_path: Path, name: str) -> None:
    """What the command says of each component is what was worked out by hand."""
    terms, tables, right = CASES[name]
    period = "2026-Q2" if "calendar-quarter" in terms else "2026-06"
    found = told(tmp_path, agreement(terms), period, **tables)["objectives"]
    assert [{path: value(each, path) for path in one} for each, one in zip(found, right, strict=True)] == right


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """A zone that is none, a calendar that is not there, a hole, caps out of order, a choice of one, and deadlines from nowhere."""
    remedy = (
        'kind = "penalty"\nchoice_group = "A"\n'
        'tiers = [{ below = "99.9", from = "99", give = "10" }, { below = "98", give = "5" }]\n'
        'cap = [{ percent = "50", over = "month" }, { percent = "9", over = "day" }]'
    )
    body = promise(remedy, more='hours = "nowhere"\nkpi = true')
    claim = '[claim]\nsubmit = { within = 3, unit = "days" }\nnotify = { within = 1, unit = "moons", from = "period-end" }\n'
    said = refused(tmp_path, agreement(body, zone="Mars/Olympus", claim=claim))
    for path, why in (
        ("agreement.timezone", "the name of a time zone"),
        ("objective[0].hours", "there is no calendar 'nowhere'"),
        ("objective[0].remedy", "a kpi is reported only"),
        ("objective[0].remedy[0].tiers", "nothing is said between 98 and 99"),
        ("objective[0].remedy[0].cap", "narrow to wide"),
        ("objective[0].remedy[0].choice_group", "nothing to choose"),
        ("claim.submit.from", "missing"),
        ("claim.notify.unit", "moons"),
    ):
        assert any(path in line and why in line for line in said.splitlines()), (path, said)
