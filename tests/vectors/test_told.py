"""Agreements of a few lines and tables of a row or two, worked out by hand: each key once, and combinations that are odd but legal.

June 2026 has 2,592,000 s; one hour of it is 1/720. Numbers that look strange are those of the hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from office import OFFICE
from told import FEE, HOUR, agreement, promise, told, value

A, N, DUE, CLAIM = "0.remedies.0.amount", "0.remedies.0.number", "0.remedies.0.due", "0.remedies.0.claim.submit_by"
DOWN, COUNTED, EXACT, VERDICT = "0.down_seconds", "0.counted_seconds", "0.availability.exact", "0.verdict"
FLAT, TIERS = 'flat = "10"', 'tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "25" }]'
YEAR = "\n".join(f"api,2026-{month:02d},100" for month in range(1, 13))
TWO = "web,2026-06-10T10:00Z,2026-06-10T11:00Z\napi,2026-06-10T10:30Z,2026-06-10T12:00Z"
WORK = (
    OFFICE.replace('thu = ["09:00-17:00"]', 'thu = ["09:00-12:30", "13:00-17:00"]')
    + """
breaks = ["2026-06-24T12:00/2026-06-24T17:00"]
shifts = [{ date = 2026-06-26, open = ["09:00-15:00"] }, { date = 2026-06-27, open = ["09:00-15:00"] }]
"""
)
NIGHT = '[[calendar]]\nid = "night"\nsun = ["01:00-04:00"]\n'
NL = "Europe/Amsterdam"


def lasting(minutes: int, day: str = "2026-06-10") -> str:
    """One outage of so many minutes from midnight."""
    return f"api,{day}T00:00Z,{day}T{minutes // 60:02d}:{minutes % 60:02d}Z"


def measure(text: str) -> str:
    """The table that belongs to the objective above it."""
    return f"[objective.measure]\n{text}\n"


REMEDIES: dict[str, tuple[str, dict[str, Any], dict[str, str], dict[str, Any]]] = {
    "fraction": ('unit = "fraction"\nflat = "1/30"', {}, {}, {N: "1/30", A: "3.33"}),
    "money": ('unit = "money"\nflat = "7.50"', {}, {}, {A: "7.50"}),
    "days of fee": ('unit = "days-of-fee"\nflat = "3"', {}, {}, {A: "10.00"}),
    "hours of a fixed month": ('unit = "hours-of-fee"\nflat = "4"\nmonth_hours = "730"', {}, {}, {A: "0.55"}),
    "ten times": ('prorata = { multiple = "10", of = "downtime" }', {}, {}, {A: "1.39"}),
    "hundred times what is over 4.5 minutes": (
        'prorata = { multiple = "100", of = "excess" }\nallowance = "4.5m"', {"target": "99.99"},
        {"outages": lasting(55), "fees": "api,2026-06,10"}, {A: "1.17"}),
    "floor": ('prorata = { multiple = "100", of = "excess" }\nallowance = "4.5m"\nfloor = { money = "1.00" }',
              {"target": "99.99"}, {"outages": lasting(5), "fees": "api,2026-06,10"}, {A: "1.00"}),
    "the least is not paid": (f'{FLAT}\npay_if_over = {{ money = "10.00" }}', {}, {}, {A: "0.00", DUE: False}),
    "half up": (f'{FLAT}\nmoney_rounding = "half-up"', {}, {"fees": "api,2026-06,100.05"}, {A: "10.01"}),
    "half even": (f'{FLAT}\nmoney_rounding = "half-even"', {}, {"fees": "api,2026-06,100.05"}, {A: "10.00"}),
    "cut": (f'{FLAT}\nmoney_rounding = "down"', {}, {"fees": "api,2026-06,100.09"}, {A: "10.00"}),
    "up": (f'{FLAT}\nmoney_rounding = "up"', {}, {"fees": "api,2026-06,100.01"}, {A: "10.01"}),
    "by line": (f'{FLAT}\nmoney_rounding_on = "line"', {"of": '{ all = ["web", "api"] }'},
                {"outages": TWO, "fees": "web,2026-06,0.05\napi,2026-06,0.05"}, {A: "0.02"}),
    "on the total": (FLAT, {"of": '{ all = ["web", "api"] }'},
                     {"outages": TWO, "fees": "web,2026-06,0.05\napi,2026-06,0.05"}, {A: "0.01"}),
    "the whole agreement": (f'{FLAT}\nbase = "agreement-period"', {}, {"fees": ",2026-06,300"}, {A: "30.00"}),
    "a twelfth of the year": (f'{FLAT}\nbase = "annual/12"', {}, {"fees": "api,2026,1200"}, {A: "10.00"}),
    "a month of a quarter": (f'{FLAT}\nbase = "component-month"', {"period": "calendar-quarter", "target": "99.99"},
                             {"fees": YEAR}, {A: "10.00"}),
    "started": ('steps = { of = "shortfall", every = "0.01", count = "started", give = "1" }', {}, {}, {N: "4"}),
    "completed": ('steps = { of = "downtime", every = "25m", count = "completed", give = "5" }', {}, {}, {N: "10"}),
    "exact": ('steps = { of = "downtime", every = "25m", count = "exact", give = "5" }', {}, {}, {N: "12"}),
    "after and base": (('per = "incident"\nunit = "money"\nsteps = { of = "downtime", every = "4h", count = "started", '
                       'give = "20", after = "8h", base = "35" }'), {}, {"outages": lasting(14 * 60)}, {N: "75"}),
    "bands and then steps": (
        ('greater_of = [{ tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "30" }] }, { steps = { of = '
        '"shortfall", every = "0.1", count = "completed", give = "5", after = "0.9", base = "30" } }]'), {},
        {"outages": lasting(570)}, {N: "45"}),
    "the n-th miss": ('ladder = { give = ["report", "10", "20"], over = "6-months" }', {},
                      {"outages": "\n".join([HOUR, lasting(60, "2026-05-10"), lasting(60, "2026-01-10")])}, {N: "20"}),
    "two in a row": (f"{FLAT}\nwhen = {{ consecutive = 2 }}", {},
                     {"outages": f"{HOUR}\n{lasting(60, '2026-04-10')}"}, {DUE: False}),
    "earlier misses as well": (f"{FLAT}\nwhen = {{ consecutive = 2, retroactive = true }}", {},
                               {"outages": f"{HOUR}\n{lasting(60, '2026-05-10')}"}, {N: "20"}),
    "a right by a list": ('kind = "termination"\nwhen = [{ misses = 2, of = 3 }, { below = "96.5", consecutive = 1 }]', {},
                          {"outages": f"{HOUR}\n{lasting(60, '2026-04-10')}"}, {DUE: True}),
    "saved up": (f'{FLAT}\nhold_until = {{ money = "15" }}', {}, {"outages": f"{HOUR}\n{lasting(60, '2026-05-10')}", "fees": YEAR},
                 {A: "10.00", "0.remedies.0.payable": "20.00"}),
    "month, then year": (f'{FLAT}\ncap = [{{ percent = "8", over = "month" }}, {{ money = "12", over = "12-months" }}]', {},
                         {"fees": YEAR, "granted": "uptime,credit,api,2026-03,8,8.00"}, {A: "4.00"}),
    "a clock hour": ('per = "clock-hour"\nflat = "100"', {"more": measure('min_outage = "6m"\nmin_outage_inclusive = false')},
                     {"outages": "api,2026-06-10T02:54Z,2026-06-10T03:07Z"}, {A: "0.14"}),
    "a share of them": (f"{FLAT}\naffected = true", {},
                        {"outages": "component,start,end,affected\napi,2026-06-10T10:00Z,2026-06-10T11:00Z,0.1"}, {N: "1"}),
    "at most": ('tiers = [{ at_most = "99.9", give = "10" }, { below = "99.0", give = "25" }]', {},
                {"outages": lasting(432)}, {N: "10", EXACT: "99/100"}),
    "no right and no credit for a miss by length": (
        'tiers = [{ below = "99", give = "10" }]', {"target": "99", "more": 'also = { single_outage_over = "4h" }'},
        {"outages": lasting(300)}, {VERDICT: "missed", N: "0"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REMEDIES)
def test_a_remedy(tmp_path: Path, name: str) -> None:
    """An hour down in June for a fee of 100, unless it says otherwise: what one remedy gives."""
    remedy, keys, tables, wanted = REMEDIES[name]
    found = told(tmp_path, agreement(promise(remedy, **keys)), "2026-Q2" if "period" in keys else "2026-06",
                 **({"outages": HOUR, "fees": FEE} | tables))["objectives"]  # fmt: skip
    assert {key: value(found, key) for key in wanted} == wanted


SLICES = 'method = "{}"\nslice = "{}"\n{}'
COUNTS = "api,2026-06-10T10:00Z,95,100\napi,2026-06-10T10:05Z,10,10\napi,2026-06-10T10:10Z,0,0"
GAP = "api,2026-06-10T00:00Z,2026-06-10T10:00Z,unknown\napi,2026-06-11T10:00Z,2026-06-11T10:30Z,down"
ODD = "api,2026-06-10T10:00:30Z,2026-06-10T10:03:30Z"
MEASURES: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "partial as full": ("", {"outages": f"{HOUR},partial"}, {DOWN: 3600}),
    "weights": ('weight = { partial = "0.3", degraded = "0.1" }',
                {"outages": f"{HOUR},partial\napi,2026-06-11T10:00Z,2026-06-11T12:00Z,degraded"}, {DOWN: 1800}),
    "excluded gap": ('no_data = "exclude"', {"outages": GAP}, {DOWN: 1800, COUNTED: 2_556_000}),
    "gap as up": ('no_data = "up"', {"outages": GAP}, {DOWN: 1800, COUNTED: 2_592_000}),
    "gap as down": ('no_data = "down"', {"outages": GAP}, {DOWN: 37_800}),
    "gap as before": ('no_data = "hold"', {"outages": GAP}, {DOWN: 1800, COUNTED: 2_592_000}),
    "too little known": ('min_coverage = "99"', {"outages": GAP}, {VERDICT: "undetermined"}),
    "just long enough": ('min_outage = "3m"', {"outages": ODD}, {DOWN: 180}),
    "strictly longer": ('min_outage = "3m"\nmin_outage_inclusive = false', {"outages": ODD}, {DOWN: 0}),
    "only the excess": ('min_outage = "1m"\nmin_outage_counts = "excess"', {"outages": ODD}, {DOWN: 120}),
    "parts dropped": (SLICES.format("bad-slices", "1m", 'bad_slice = "whole-slice-down"\npartial_slice = "drop"'),
                      {"outages": ODD}, {DOWN: 120}),
    "parts made whole": (SLICES.format("bad-slices", "1m", 'bad_slice = "whole-slice-down"\npartial_slice = "whole"'),
                         {"outages": ODD}, {DOWN: 240}),
    "strictly over five percent": (SLICES.format("bad-slices", "5m", 'bad_slice = { error_rate_over = "5" }'),
                                   {"counts": COUNTS}, {DOWN: 0, COUNTED: 900}),
    "the mean": (SLICES.format("mean-of-slices", "5m", ""), {"counts": COUNTS}, {EXACT: "59/60"}),
    "of those used": (SLICES.format("mean-of-slices", "5m", 'empty_slice = "exclude"'), {"counts": COUNTS}, {EXACT: "39/40"}),
    "idle as down": (SLICES.format("mean-of-slices", "5m", 'empty_slice = "down"'), {"counts": COUNTS}, {EXACT: "13/20"}),
    "events": ('method = "events"', {"counts": COUNTS}, {EXACT: "21/22"}),
    "too few events": ('method = "events"\nmin_requests = 111', {"counts": COUNTS}, {VERDICT: "undetermined"}),
    "user minutes": ('method = "user-minutes"',
                     {"outages": "component,start,end,affected\napi,2026-06-10T10:00Z,2026-06-10T11:00Z,1/3"}, {DOWN: 1200}),
    "rounded first": ('round = { digits = 1, mode = "half-up" }', {"outages": lasting(44)}, {EXACT: "999/1000", VERDICT: "met"}),
    "on the target": ("", {"outages": "api,2026-06-10T10:00:00Z,2026-06-10T10:43:12Z"}, {EXACT: "999/1000", VERDICT: "met"}),
}  # fmt: skip


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure(tmp_path: Path, name: str) -> None:
    """What counts as down, and of how much."""
    keys, tables, wanted = MEASURES[name]
    found = told(tmp_path, agreement(promise(TIERS, more=measure(keys))), **tables)["objectives"]
    assert {key: value(found, key) for key in wanted} == wanted


PERIODS: dict[str, tuple[str, str, dict[str, str], tuple[str, str, int]]] = {
    "billing 31": ("billing-month", "2026-02-10", {"more": "billing_day = 31"}, ("01-31", "02-28", 28 * 86_400)),
    "billing 30": ("billing-month", "2026-03-10", {"more": "billing_day = 30"}, ("02-28", "03-30", 30 * 86_400)),
    "fiscal": ("fiscal-quarter", "2026-F1", {"more": "fiscal_start_month = 2"}, ("02-01", "05-01", 89 * 86_400)),
    "rolling": ("rolling", "2026-03", {"more": "period_days = 28"}, ("03-04", "04-01", 28 * 86_400)),
    "week": ("week", "2026-W24", {}, ("06-08", "06-15", 7 * 86_400)),
    "prorated": ("calendar-month", "2026-01", {}, ("01-01", "02-01", 17 * 86_400)),
    "deemed up": ("calendar-month", "2026-01", {"more": 'first_period = "deemed-up"'}, ("01-01", "02-01", 31 * 86_400)),
}


@pytest.mark.parametrize("name", PERIODS)
def test_a_period(tmp_path: Path, name: str) -> None:
    """From which day to which, and how many seconds of it count, for terms that hold from 15 January on."""
    kind, asked, keys, (start, end, counted) = PERIODS[name]
    found = told(tmp_path, agreement(promise(FLAT, period=kind, **keys), since="2026-01-15"), asked)["objectives"]
    edges = [value(found, "0.period.start"), value(found, "0.period.end"), value(found, COUNTED)]
    assert edges == [f"2026-{start}T00:00:00Z", f"2026-{end}T00:00:00Z", counted]


@pytest.mark.parametrize(
    ("hours", "period", "counted"),
    [("24x7", "2026-03", 743 * 3600), ("office", "2026-06", 173 * 3600), ("night", "2026-03", 14 * 3600),
     ("night", "2026-10", 13 * 3600)],
)  # fmt: skip
def test_agreed_hours(tmp_path: Path, hours: str, period: str, counted: int) -> None:
    """Clocks that go forward and back; 18 days of 8 and 4 of 7.5 hours, a break of 5, a Friday of 6 and a Saturday of 6."""
    terms = agreement(promise(FLAT, more=f'hours = "{hours}"') + WORK + NIGHT, zone=NL)
    assert value(told(tmp_path, terms, period)["objectives"], COUNTED) == counted


@pytest.mark.parametrize(
    ("submit", "due"),
    [
        ('within = 30, unit = "days", from = "period-end"', "2026-07-30"),
        ('within = 0, unit = "days", from = "following-period-end"', "2026-07-31"),
        ('within = 72, unit = "hours", from = "incident-start"', "2026-06-13T10:00:00Z"),
        ('within = 24, unit = "hours", from = "incident-end"', "2026-06-11T11:00:00Z"),
        ('within = 1, unit = "months", from = "eligibility"', "2026-07-30"),
        ('within = 5, unit = "business-days", from = "awareness", calendar = "office"', "2026-06-17"),
        ('within = 0, unit = "days", from = "second-billing-cycle-end"', "2026-08-31"),
        ('within = 10, unit = "days", from = "quarter-end"', "2026-07-10"),
        ('within = 30, unit = "days", from = "term-end"', "2027-01-30"),
        ('within = 30, unit = "days", from = "invoice-date"', None),
    ],
)
def test_a_deadline(tmp_path: Path, submit: str, due: str | None) -> None:
    """An outage on 10 June, a term that ends with the year, and no invoice that anybody told of."""
    terms = agreement(promise(FLAT) + WORK, claim=f"[claim]\nsubmit = {{ {submit} }}\n")
    found = told(tmp_path, terms, "2026-06", "--term-end", "2026-12-31", outages=HOUR)["objectives"]
    assert value(found, CLAIM) == due
