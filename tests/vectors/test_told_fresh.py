"""Cases worked out on paper from the reference alone: edges of tiers, rounding, deadlines over holidays and clock changes,
caps of quarters and years, and clocks of support. Each says what it is about in its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from told import agreement, promise, told, value

GIVE, AMOUNT, VERDICT = "remedies.0.number", "remedies.0.amount", "verdict"
DOWN, COUNTED, SHARE = "down_seconds", "counted_seconds", "availability.percent"
NOTIFY, SUBMIT = "remedies.0.claim.notify_by", "remedies.0.claim.submit_by"
TIERS = 'tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "25" }]'
FLAT = 'flat = "10"'
MEASURE = "[objective.measure]\n{}\n"
OFFICE = """
[[calendar]]
id = "office"
mon = ["09:00-17:00"]
tue = ["09:00-17:00"]
wed = ["09:00-17:00"]
thu = ["09:00-17:00"]
fri = ["09:00-17:00"]
holidays = [2026-04-06, 2026-04-27]
"""
NIGHT = '[[calendar]]\nid = "night"\ntue = ["01:00-05:00"]\n'
SLICES = 'method = "bad-slices"\nslice = "1m"\nbad_slice = "whole-slice-down"\npartial_slice = "drop"'
MAINTENANCE = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "{}"\n{}\n'
CLAIM = "[claim]\n{}\n"


def lasting(seconds: int, begin: str = "2026-06-10T10:00", component: str = "api") -> str:
    """A row of an outage that begins then, in UTC, and lasts so long."""
    start = datetime.fromisoformat(begin + "+00:00")
    return f"{component},{start.isoformat()},{(start + timedelta(seconds=seconds)).isoformat()}"


def between(start: str, end: str, *more: str) -> str:
    """A row of an outage of api between two times as they are written."""
    return ",".join(["api", start, end, *more])


@dataclass(frozen=True)
class Case:
    """Terms by what matters, what happened, and what comes of it."""

    right: dict[str, Any]
    remedies: tuple[str, ...] = (TIERS,)
    outages: tuple[str, ...] = ()
    fee: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    extra: str = ""
    claim: str = "[claim]\nautomatic = true\n"
    zone: str = "UTC"
    since: str = "2026-01-01"
    label: str = "2026-06"


JUNE = 2_592_000  # seconds of June in UTC; 0.1 % of it are 2592
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
    "rounded before the decision": Case(
        {VERDICT: "met", GIVE: "0", "exact_availability.percent": "99.899"},
        outages=(lasting(2593),),
        keys={"more": MEASURE.format('round = { digits = 2, mode = "half-up" }')},
    ),
    "rounded down before the decision": Case(
        {VERDICT: "missed", SHARE: "99.890"},
        outages=(lasting(2593),),
        keys={"more": MEASURE.format('round = { digits = 2, mode = "down" }')},
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
    "an hour less in March": Case(
        {VERDICT: "missed", COUNTED: 743 * 3600},  # 0.1 % are 2674.8 s
        outages=(lasting(2675, "2026-03-10T10:00"),),
        zone="Europe/Amsterdam",
        label="2026-03",
    ),
    "the same in UTC": Case(
        {VERDICT: "met", COUNTED: 744 * 3600}, outages=(lasting(2675, "2026-03-10T10:00"),), label="2026-03"
    ),
    "an hour more in October": Case(
        {VERDICT: "met", SHARE: "99.900", COUNTED: 745 * 3600},
        outages=(lasting(2682, "2026-10-10T10:00"),),
        zone="Europe/Amsterdam",
        label="2026-10",
    ),
    "thirty days from the end of June": Case(
        {SUBMIT: "2026-07-30"},
        outages=(lasting(3600),),
        claim=CLAIM.format('submit = { within = 30, unit = "days", from = "period-end" }'),
        zone="Europe/Amsterdam",
    ),
    "five business days over Easter Monday": Case(
        {NOTIFY: "2026-04-10"},  # from Thursday 2 April: 3, 7, 8, 9 and 10
        outages=(between("2026-04-02T10:00+02:00", "2026-04-02T12:00+02:00"),),
        extra=OFFICE,
        claim=CLAIM.format(
            'submit = { within = 30, unit = "days", from = "period-end" }\n'
            'notify = { within = 5, unit = "business-days", from = "incident-start", calendar = "office" }'
        ),
        zone="Europe/Amsterdam",
        label="2026-04",
    ),
    "the earliest of several outages": Case(
        {NOTIFY: "2026-06-04"},
        outages=(lasting(3600, "2026-06-20T10:00"), lasting(3600, "2026-06-02T10:00")),
        claim=CLAIM.format(
            'submit = { within = 9, unit = "days", from = "period-end" }\n'
            'notify = { within = 2, unit = "days", from = "incident-start" }'
        ),
    ),
    "after midnight it is the next day there": Case(
        {NOTIFY: "2026-06-12"},  # 22:30 in UTC is Thursday 11 June in Amsterdam
        outages=(lasting(3600, "2026-06-10T22:30"),),
        extra=OFFICE,
        claim=CLAIM.format(
            'submit = { within = 9, unit = "days", from = "period-end" }\n'
            'notify = { within = 1, unit = "business-days", from = "incident-start", calendar = "office" }'
        ),
        zone="Europe/Amsterdam",
    ),
    "that day itself": Case(
        {SUBMIT: "2026-06-30"},
        outages=(lasting(3600),),
        claim=CLAIM.format('submit = { within = 0, unit = "days", from = "period-end" }'),
    ),
    "a month after the last of January": Case(
        {SUBMIT: "2026-02-28"},
        outages=(lasting(3600, "2026-01-10T10:00"),),
        claim=CLAIM.format('submit = { within = 1, unit = "months", from = "period-end" }'),
        label="2026-01",
    ),
    "five days after the quarter": Case(
        {SUBMIT: "2026-04-05"},
        outages=(lasting(3600, "2026-02-10T10:00"),),
        claim=CLAIM.format('submit = { within = 5, unit = "days", from = "quarter-end" }'),
        label="2026-02",
    ),
    "the second billing cycle after the one in which June ends": Case(
        {SUBMIT: "2026-09-14"},  # 15 June - 14 July; 15 July - 14 August; 15 August - 14 September
        outages=(lasting(3600),),
        keys={"more": "billing_day = 15"},
        claim=CLAIM.format('submit = { within = 0, unit = "days", from = "second-billing-cycle-end" }'),
    ),
    "72 hours over a night of 23": Case(
        {SUBMIT: "2026-03-31T11:00:00Z"},
        outages=(between("2026-03-28T10:00+01:00", "2026-03-28T12:00+01:00"),),
        claim=CLAIM.format('submit = { within = 72, unit = "hours", from = "incident-end" }'),
        zone="Europe/Amsterdam",
        label="2026-03",
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
    "announced exactly in time": Case(
        {DOWN: 0},
        outages=(between("2026-06-10T10:00Z", "2026-06-10T12:00Z", "maintenance", "", "2026-06-08T10:00Z"),),
        keys={"more": MAINTENANCE.format("forgive", 'notice = "48h"')},
    ),
    "announced a second too late": Case(
        {DOWN: 7200},
        outages=(between("2026-06-10T10:00Z", "2026-06-10T12:00Z", "maintenance", "", "2026-06-08T10:00:01Z"),),
        keys={"more": MAINTENANCE.format("forgive", 'notice = "48h"')},
    ),
    "of twelve hours a year ten": Case(
        {DOWN: 2 * 3600},
        outages=(
            between("2026-05-12T00:00Z", "2026-05-12T06:00Z", "maintenance"),
            between("2026-06-09T00:00Z", "2026-06-09T06:00Z", "maintenance"),
        ),
        keys={"more": MAINTENANCE.format("forgive", 'max = "10h"\nmax_per = "calendar-year"')},
    ),
    "only inside the window of the night": Case(
        {DOWN: 2 * 3600},
        outages=(between("2026-06-09T00:00Z", "2026-06-09T06:00Z", "maintenance"),),
        keys={"more": MAINTENANCE.format("forgive", 'within = "night"')},
        extra=NIGHT,
    ),
    "removed leaves the denominator": Case(
        {COUNTED: JUNE - 6 * 3600, DOWN: 0},
        outages=(between("2026-06-09T00:00Z", "2026-06-09T06:00Z", "maintenance"),),
        keys={"more": MAINTENANCE.format("remove", "")},
    ),
    "an hour before closing and one after opening": Case(
        {DOWN: 7200, COUNTED: 22 * 8 * 3600},  # June 2026 has 22 weekdays
        outages=(between("2026-06-10T16:00Z", "2026-06-11T10:00Z"),),
        keys={"more": 'hours = "office"'},
        extra=OFFICE,
    ),
    "exactly the minimum": Case(
        {DOWN: 600}, outages=(lasting(600),), keys={"more": MEASURE.format('min_outage = "10m"')}
    ),
    "exactly the minimum, strictly": Case(
        {DOWN: 0},
        outages=(lasting(600),),
        keys={"more": MEASURE.format('min_outage = "10m"\nmin_outage_inclusive = false')},
    ),
    "only what is over the minimum": Case(
        {DOWN: 300},
        outages=(lasting(900),),
        keys={"more": MEASURE.format('min_outage = "10m"\nmin_outage_counts = "excess"')},
    ),
    "both of two that are redundant": Case(
        {DOWN: 1800},
        outages=(lasting(3600), lasting(3600, "2026-06-10T10:30", "web")),
        keys={"of": '{ any = ["api", "web"] }'},
    ),
    "the mean of two": Case(
        {DOWN: 2700, SHARE: "99.895"},  # 5400 / 2 of 2592000
        outages=(lasting(3600), lasting(1800, "2026-06-11T10:30", "web")),
        keys={"of": '{ mean = ["api", "web"] }'},
    ),
    "a fiscal quarter from February": Case(
        {"period.seconds": 89 * 86_400, "period.label": "2026-F1"},
        keys={"period": "fiscal-quarter", "more": "fiscal_start_month = 2"},
        label="2026-F1",
    ),
    "a contract year from the Ides of March": Case(
        {"period.start": "2026-03-15T00:00:00Z", "period.end": "2027-03-15T00:00:00Z"},
        keys={"period": "contract-year"},
        since="2026-03-15",
    ),
    "the greater of ten and what it cost": Case(
        {GIVE: "20"},  # six days of thirty
        ('greater_of = [{ flat = "10" }, { prorata = { multiple = "1", of = "downtime" } }]',),
        (lasting(6 * 86_400),),
    ),
    "a third of the first month is judged": Case(
        {COUNTED: 10 * 86_400, DOWN: 3600, VERDICT: "missed"},
        outages=(lasting(3600, "2026-06-25T10:00"), lasting(3600, "2026-06-05T10:00")),
        since="2026-06-21",
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
    "a billing month that begins on the last day": Case(
        {"period.start": "2026-01-31T00:00:00Z", "period.end": "2026-02-28T00:00:00Z", COUNTED: 28 * 86_400},
        keys={"period": "billing-month", "more": "billing_day = 31"},
        label="2026-02-10",
    ),
    "an outage over midnight is as long as it is": Case(
        {DOWN: 30},  # 70 seconds, of which 30 in June
        outages=(lasting(70, "2026-06-30T23:59:30"),),
        keys={"more": MEASURE.format('min_outage = "1m"')},
    ),
    "its other part is in July": Case(
        {DOWN: 40, "outages": []},
        outages=(lasting(70, "2026-06-30T23:59:30"),),
        keys={"more": MEASURE.format('min_outage = "1m"')},
        label="2026-07",
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
    "a maximum a quarter was used up in April": Case(
        {DOWN: 3600},
        outages=(
            between("2026-04-14T00:00Z", "2026-04-14T02:00Z", "maintenance"),
            between("2026-06-09T00:00Z", "2026-06-09T01:00Z", "maintenance"),
        ),
        keys={"more": MAINTENANCE.format("forgive", 'max = "2h"\nmax_per = "calendar-quarter"')},
    ),
    "a new quarter has a new one": Case(
        {DOWN: 0},
        outages=(
            between("2026-06-16T00:00Z", "2026-06-16T02:00Z", "maintenance"),
            between("2026-07-07T00:00Z", "2026-07-07T01:00Z", "maintenance"),
        ),
        keys={"more": MAINTENANCE.format("forgive", 'max = "2h"\nmax_per = "calendar-quarter"')},
        label="2026-07",
    ),
    "the end of the maintenance that ran over": Case(
        {DOWN: 3600},
        outages=(
            between("2026-06-09T01:00Z", "2026-06-09T02:00Z", "maintenance"),
            between("2026-06-09T01:00Z", "2026-06-09T03:00Z"),
        ),
        keys={"more": MAINTENANCE.format("forgive", "")},
    ),
    "what came before the maintenance counts": Case(
        {DOWN: 1800},
        outages=(
            between("2026-06-09T01:00Z", "2026-06-09T02:00Z", "maintenance"),
            between("2026-06-09T00:30Z", "2026-06-09T02:00Z"),
        ),
        keys={"more": MAINTENANCE.format("forgive", "")},
    ),
    "a part of the time counts": Case(
        {DOWN: 1080},
        outages=(lasting(3600) + ",partial",),
        keys={"more": MEASURE.format('weight = { partial = "0.3" }')},
    ),
    "too little is known for a verdict": Case(
        {VERDICT: "undetermined", "availability": None, "bounds.coverage": "95.000", GIVE: "0"},
        outages=(lasting(36 * 3600) + ",unknown", lasting(86_400, "2026-06-20T00:00")),
        keys={"more": MEASURE.format('min_coverage = "95.1"')},
    ),
    "exactly enough is known": Case(
        {VERDICT: "missed", GIVE: "25"},  # 36 of 720 hours are not known; of 684 one day was down
        outages=(lasting(36 * 3600) + ",unknown", lasting(86_400, "2026-06-20T00:00")),
        keys={"more": MEASURE.format('min_coverage = "95"')},
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
    "a quarter hit of one customer in four": Case(
        {AMOUNT: "0.25"},  # an hour of 720 euros is one; a quarter of the customers
        ('affected = true\nprorata = { multiple = "1", of = "downtime" }',),
        ("component,start,end,affected", lasting(3600) + ",0.25"),
        "api,2026-06,720",
    ),
    "reported half an hour later": Case(
        {DOWN: 1800},
        outages=("component,start,end,reported", lasting(3600) + ",2026-06-10T10:30Z"),
        keys={"more": MEASURE.format('outage_starts = "reported"')},
    ),
    "reported by nobody": Case(
        {DOWN: 0, VERDICT: "met"},
        outages=(lasting(3600),),
        keys={"more": MEASURE.format('outage_starts = "reported"')},
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
    "a minute that is down in part is dropped": Case(
        {DOWN: 120},
        outages=(lasting(150, "2026-06-10T10:00:30"),),  # 10:00:30 - 10:03:00: 10:01 and 10:02 are whole
        keys={
            "more": MEASURE.format(
                'method = "bad-slices"\nslice = "1m"\nbad_slice = "whole-slice-down"\npartial_slice = "drop"'
            )
        },
    ),
    "five days after a quarter of the company's own": Case(
        {SUBMIT: "2026-05-05"},
        outages=(lasting(3 * 3600, "2026-02-10T10:00"),),
        keys={"period": "fiscal-quarter", "more": "fiscal_start_month = 2"},
        claim=CLAIM.format('submit = { within = 5, unit = "days", from = "quarter-end" }'),
        label="2026-F1",
    ),
    "business days without a calendar are Monday to Friday": Case(
        {SUBMIT: "2026-07-10"},  # 30 June is a Tuesday: 1, 2, 3, 6, 7, 8, 9, 10
        outages=(lasting(3600),),
        claim=CLAIM.format('submit = { within = 8, unit = "business-days", from = "period-end" }'),
    ),
    "the year after that of the contract": Case(
        {SUBMIT: "2028-03-14"},
        outages=(lasting(86_400),),
        keys={"period": "contract-year"},
        since="2026-03-15",
        claim=CLAIM.format('submit = { within = 0, unit = "days", from = "following-period-end" }'),
    ),
    "the steps of a mean are of all its parts": Case(
        {"steps.2.values.down": str(5400), "outages.1.down_seconds": 1800},
        outages=(lasting(3600), lasting(1800, "2026-06-11T10:30", "web")),
        keys={"of": '{ mean = ["api", "web"] }'},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_from_paper(tmp_path: Path, name: str) -> None:
    """What the command says is what was worked out by hand."""
    case = CASES[name]
    terms = agreement(
        promise(*case.remedies, **case.keys) + case.extra, zone=case.zone, since=case.since, claim=case.claim
    )
    tables = {"outages": "\n".join(case.outages)} | ({"fees": case.fee} if case.fee else {})
    (found,) = told(tmp_path, terms, case.label, **tables)["objectives"]
    assert {path: value(found, path) for path in case.right} == case.right


SUPPORT = """
[[objective]]
id = "fix"
metric = "{metric}"
clock = "office"
period = "calendar-month"
target = "100"
{more}
targets = [{{ priority = "P1", within = "1h", clock = "24x7" }}, {{ priority = "P2", within = "4h" }},
  {{ priority = "P3", within = "8h" }}, {{ priority = "P4", within = "1h", share = "90" }}]
"""
DAY = "2026-06-"
TICKETS = {
    "on the dot over a weekend": ("response", "", ["a,05T16:00,created,P2", "a,08T12:00,human-reply,"], "met"),
    "a second later": ("response", "", ["a,05T16:00,created,P2", "a,08T12:00:01,human-reply,"], "missed"),
    "an automatic reply is none": ("response", "", ["a,08T09:00,created,P2", "a,08T09:01,auto-reply,"], "missed"),
    "where any reply will do it is one": (
        "response",
        'stops_on = "any-reply"',
        ["a,08T09:00,created,P2", "a,08T09:01,auto-reply,"],
        "met",
    ),
    "on hold the clock stands still": (
        "resolution",
        'pause_on = ["on-hold"]',
        ["a,08T09:00,created,P3", "a,08T12:00,on-hold,", "a,09T10:00,open,", "a,09T15:00,resolved,"],
        "met",
    ),
    "a second more than eight hours of work": (
        "resolution",
        'pause_on = ["on-hold"]',
        ["a,08T09:00,created,P3", "a,08T12:00,on-hold,", "a,09T10:00,open,", "a,09T15:00:01,resolved,"],
        "missed",
    ),
    "raised at eleven, an hour from then": (
        "response",
        "",
        ["a,08T09:00,created,P2", "a,08T11:00,priority,P1", "a,08T12:00,human-reply,"],
        "met",
    ),
    "raised at eleven, an hour from nine": (
        "response",
        'on_priority_change = "from-creation"',
        ["a,08T09:00,created,P2", "a,08T11:00,priority,P1", "a,08T11:30,human-reply,"],
        "missed",
    ),
    "nine of ten are enough for P4": (
        "response",
        "",
        [f"{n},08T09:00,created,P4" for n in range(10)] + [f"{n},08T09:30,human-reply," for n in range(9)],
        "met",
    ),
    "eight of ten are not": (
        "response",
        "",
        [f"{n},08T09:00,created,P4" for n in range(10)] + [f"{n},08T09:30,human-reply," for n in range(8)],
        "missed",
    ),
    "nobody asked": ("response", "", [], "not-applicable"),
}


@pytest.mark.parametrize("name", TICKETS)
def test_a_clock_from_paper(tmp_path: Path, name: str) -> None:
    """Tickets of June, in Amsterdam, in office hours from nine to five; the 5th is a Friday."""
    metric, more, rows, right = TICKETS[name]
    terms = agreement(SUPPORT.format(metric=metric, more=more) + OFFICE, zone="Europe/Amsterdam")
    lines = [f"{ticket},{DAY}{rest}" for ticket, _, rest in (row.partition(",") for row in rows)]
    (found,) = told(tmp_path, terms, tickets="\n".join(lines))["objectives"]
    assert found["verdict"] == right
