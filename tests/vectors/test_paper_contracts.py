"""Contracts of odd shapes worked out on paper: each as a provider would write it, with what is owed for one month.

June 2026 in UTC has 2,592,000 seconds, 720 hours: a fee of 720 is one an hour.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from office import OFFICE
from paper import AMOUNT, COUNTED, DOWN, FLAT, GIVE, MEASURE, SHARE, TIERS, VERDICT, Case, between, comes, lasting

FEE = "api,2026-06,720"
SUM = "remedies.{}.amount"
REMOVED = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "remove"\n'
FORGIVEN = REMOVED.replace("remove", "forgive")
CUSTOMER = '[[objective.exclude]]\nkind = "customer"\ntreat = "remove"\n'
NIGHTS = '[[calendar]]\nid = "nights"\ntue = ["22:00-24:00"]\nwed = ["00:00-02:00"]\n'
MINUTES = 'method = "bad-slices"\nslice = "1m"\nbad_slice = "whole-slice-down"\npartial_slice = "drop"'
CASES = {
    "the customers that were hit, of the minutes that were scheduled": Case(
        {AMOUNT: "0.60", COUNTED: 42_600 * 60},  # 720 x 71 min x 1/2 / (43200 - 600) min
        ('affected = true\nprorata = { multiple = "1", of = "downtime" }',),
        (
            "component,start,end,state,affected",
            "api,2026-06-10T10:00Z,2026-06-10T11:11Z,down,0.5",
            "api,2026-06-20T00:00Z,2026-06-20T10:00Z,maintenance,",
        ),
        FEE,
        {"target": "100", "more": REMOVED},
    ),
    "44 minutes are nearest to one half hour": Case(
        {GIVE: "5"}, ('steps = { of = "downtime", every = "30m", count = "nearest", give = "5" }',), (lasting(44 * 60),)
    ),
    "45 minutes are as near to two, and count as two": Case(
        {GIVE: "10"}, ('steps = { of = "downtime", every = "30m", count = "nearest", give = "5" }',), (lasting(45 * 60),)
    ),
    "a minute for a minute at the end of the term, an hour at least": Case(
        {GIVE: "3", AMOUNT: None},  # 50 minutes and 61 minutes: one hour and two
        (('kind = "extension"\nper = "incident"\nunit = "hours"\nsteps = { of = "downtime", every = "1h", count = "started", '
         'give = "1" }'),),
        (lasting(50 * 60), lasting(61 * 60, "2026-06-12T10:00")),
    ),
    "money for each day after two": Case(
        {AMOUNT: "19.96", GIVE: "19.96"},  # four days and an hour: two of them completed after 48 hours
        (('per = "incident"\nunit = "money"\nstatutory = true\nkind = "penalty"\n'
         'steps = { of = "downtime", every = "24h", count = "completed", give = "9.98", after = "48h" }'),),
        (lasting(97 * 3600),),
    ),
    "one credit a day of an outage that took too long on a working day": Case(
        {GIVE: "25"},  # Wednesday: 90 min = 3 halves; a second one that day is one too many; Thursday 60 min = 2 halves
        (('per = "incident"\nsteps = { of = "downtime", every = "30m", count = "completed", give = "5" }\n'
         'cap = [{ count = 1, over = "day" }, { days = 8, over = "month" }]'),),
        (lasting(5400), lasting(4000, "2026-06-10T14:00"), lasting(3600, "2026-06-11T10:00"), lasting(86_400, "2026-06-13T00:00")),
        keys={"more": 'hours = "office"\n' + MEASURE.format('min_outage = "60m"')},
        extra=OFFICE,
    ),
    "a week of fees is the most": Case(
        {GIVE: "70/3"},  # 7 of 30 days of a fee, in percent
        (('per = "incident"\nsteps = { of = "downtime", every = "30m", count = "completed", give = "5" }\n'
         'cap = [{ days = 7, over = "month" }]'),),
        (lasting(3 * 3600),),
    ),
    "what the nights allow, over midnight": Case(
        {DOWN: 2 * 3600},  # 21:00 - 03:00 from Tuesday on, of which 22:00 - 02:00 is a window
        outages=tuple(between("2026-06-09T21:00Z", "2026-06-10T03:00Z", state) for state in ("maintenance", "down")),
        keys={"more": FORGIVEN + 'within = "nights"\n'},
        extra=NIGHTS,
    ),
    "an hour that two clauses speak of is of the first": Case(
        {COUNTED: 2_592_000 - 3600, DOWN: 3600, "excluded.0.seconds": 7200, "excluded.1.seconds": 3600},
        outages=(
            between("2026-06-10T10:00Z", "2026-06-10T12:00Z", "maintenance"),
            between("2026-06-10T11:00Z", "2026-06-10T13:00Z", "down", "customer"),
            between("2026-06-10T10:00Z", "2026-06-10T14:00Z"),
        ),
        keys={"more": FORGIVEN + CUSTOMER},
    ),
    "a report and no money for the first miss": Case(
        {"remedies.0.give": "report", AMOUNT: None, "remedies.0.due": True},
        ('ladder = { give = ["report", "10", "20", "30"], over = "6-months" }',),
        (lasting(3600),),
        FEE,
    ),
    "each minute of the clock by itself": Case(
        {DOWN: 60},  # 10:00:40 - 10:02:20 holds the whole of 10:01 only
        outages=(lasting(100, "2026-06-10T10:00:40"),),
        keys={"more": MEASURE.format(MINUTES)},
    ),
    "a tenth less than a percent is a percent and its steps": Case(
        {GIVE: "4"},  # 1.5 points short of 99.5, two percent for each one or part of it
        ('steps = { of = "shortfall", every = "1", count = "started", give = "2" }',),
        (lasting(51_840),),
        keys={"target": "99.5"},
    ),
    "the first of them is what the target allows": Case(
        {AMOUNT: "2.80"},  # 3600 - 2592 = 1008 s, times ten, at 1 an hour
        ('prorata = { multiple = "10", of = "excess" }',),
        ("component,start,end,reported", between("2026-06-10T09:30Z", "2026-06-10T11:00Z", "2026-06-10T10:00Z")),
        FEE,
        {"more": MEASURE.format('outage_starts = "reported"')},
    ),
    "fifty times an interruption of more than five minutes": Case(
        {AMOUNT: "5.00"},  # 6 min at 1 an hour are 0.10; five minutes sharp are none
        ('per = "incident"\nprorata = { multiple = "50", of = "downtime" }',),
        (lasting(360), lasting(300, "2026-06-12T10:00")),
        FEE,
        {"target": "100", "more": MEASURE.format('min_outage = "5m"\nmin_outage_inclusive = false')},
    ),
    "no interruption costs more than the month": Case(
        {AMOUNT: "1080.00"},  # 20 h x 50 = 1000, at most 720; 7.2 h x 50 = 360
        ('per = "incident"\nprorata = { multiple = "50", of = "downtime" }\ncap = [{ percent = "100", over = "incident" }]',),
        (lasting(20 * 3600), lasting(25_920, "2026-06-12T10:00")),
        FEE,
        {"target": "100"},
    ),
    "nor all of them together more than it, where the contract says so": Case(
        {AMOUNT: "720.00"},
        (('per = "incident"\nprorata = { multiple = "50", of = "downtime" }\n'
         'cap = [{ percent = "100", over = "incident" }, { percent = "100", over = "30-days" }]'),),
        (lasting(20 * 3600), lasting(25_920, "2026-06-12T10:00")),
        FEE,
        {"target": "100"},
    ),
    "a day of fees for each four hours, at the customer's choice": Case(
        {SUM.format(0): "24.00", "remedies.1.give": "1 days", SUM.format(1): None, "remedies.1.choice_group": "A"},
        (
            'choice_group = "A"\nunit = "days-of-fee"\ntiers = [{ below = "99.9", give = "1" }]',
            'id = "longer"\nkind = "extension"\nunit = "days"\nchoice_group = "A"\ntiers = [{ below = "99.9", give = "1" }]',
        ),
        (lasting(3600),),
        FEE,
    ),
    "the yearly fee by the day of the leap year before": Case(
        {AMOUNT: "100.00"},  # 1/365 of 36500 for each 0.3 % short or part: 0.1389 - 0.1 = 0.0389 short
        ('unit = "fraction"\nbase = "annual"\nsteps = { of = "shortfall", every = "0.3", count = "started", give = "1/365" }',),
        (lasting(3600),),
        "api,2026,36500",
    ),
    "a quarter of which a month had no service": Case(
        {COUNTED: 61 * 86_400, GIVE: "25", SHARE: "98.360"},  # a day of 61
        outages=(lasting(86_400, "2026-06-10T00:00"),),
        keys={"period": "calendar-quarter"},
        since="2026-05-01",
        label="2026-Q2",
    ),
    "the month before the service counts as up": Case(
        {COUNTED: 91 * 86_400, GIVE: "25", SHARE: "98.901"},
        outages=(lasting(86_400, "2026-06-10T00:00"),),
        keys={"period": "calendar-quarter", "more": 'first_period = "deemed-up"'},
        since="2026-05-01",
        label="2026-Q2",
    ),
    "thirty days that end with the month": Case(
        {AMOUNT: "2.00", "period.start": "2026-07-02T00:00:00Z"},  # 20 for 30 of the 31 days of July: of 20.666..
        ('base = "last-30-days"\nflat = "10"',),
        (lasting(3600, "2026-07-10T10:00"),),
        "api,2026-07,20.66666667",
        {"period": "rolling"},
        label="2026-07",
    ),
    "a penalty for each hour over sixty minutes in office hours": Case(
        {GIVE: "15", "remedies.0.kind": "penalty"},  # 13:00 - 17:00 is 240 min, three hours completed over the first
        (('kind = "penalty"\nallowance = "60m"\nsteps = { of = "excess", every = "60m", count = "completed", give = "5" }\n'
         'cap = [{ percent = "50", over = "quarter" }]'),),
        (between("2026-06-10T13:00Z", "2026-06-10T20:00Z"),),
        keys={"target": "99.5", "more": 'hours = "office"'},
        extra=OFFICE,
    ),
    "and half of the quarter's fee at the most": Case(
        {GIVE: "50"},
        (('kind = "penalty"\nallowance = "60m"\nsteps = { of = "excess", every = "60m", count = "completed", give = "5" }\n'
         'cap = [{ percent = "50", over = "quarter" }]'),),
        (between("2026-06-08T00:00Z", "2026-06-12T20:00Z"),),
        keys={"target": "99.5", "more": 'hours = "office"', "period": "calendar-quarter"},
        extra=OFFICE,
        label="2026-Q2",
    ),
    "three tenths of what was only slow, and nothing for less than three minutes": Case(
        {DOWN: 1080, VERDICT: "met"},
        outages=(lasting(3600) + ",degraded", lasting(179, "2026-06-12T10:00")),
        keys={"more": MEASURE.format('min_outage = "3m"\nweight = { degraded = "0.3" }')},
    ),
    "two in three months, and one far below": Case(
        {"remedies.0.due": True, "remedies.1.due": False},
        ('kind = "termination"\nwhen = [{ misses = 2, of = 3 }, { below = "96.5", consecutive = 1 }]',
         'id = "deep"\nkind = "termination"\nwhen = { below = "96.5", consecutive = 1 }'),
        (lasting(3600), lasting(3600, "2026-04-10T10:00")),
    ),
    "one month far below is enough": Case(
        {"remedies.0.due": True, "remedies.1.due": True},
        ('kind = "termination"\nwhen = [{ misses = 2, of = 3 }, { below = "96.5", consecutive = 1 }]',
         'id = "deep"\nkind = "termination"\nwhen = { below = "96.5", consecutive = 1 }'),
        (lasting(2 * 86_400),),
    ),
    "exactly 96.5 is not below it": Case(
        {"remedies.0.due": False},
        ('kind = "termination"\nwhen = { below = "96.5", consecutive = 1 }',),
        (lasting(90_720),),
    ),
    "a day without the customer's own outage": Case(
        {COUNTED: 2_592_000 - 86_400, DOWN: 0, VERDICT: "met", "without_labels.percent": "96.666"},
        outages=(lasting(86_400, "2026-06-10T00:00") + ",down,customer",),
        keys={"more": CUSTOMER},
    ),
    "a service that was paid for in one week only": Case(
        {AMOUNT: "7.00", "remedies.0.steps.1.word": "fee-short"}, (FLAT,), (lasting(3600),), "api,2026-W24,70"
    ),
    "no fee, no amount, and the percentage all the same": Case({GIVE: "10", AMOUNT: None}, (TIERS,), (lasting(3600),)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_contract_from_paper(tmp_path: Path, name: str) -> None:
    """What the command says is what was worked out by hand."""
    assert comes(tmp_path, CASES[name]) == CASES[name].right
