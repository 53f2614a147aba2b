"""Periods and deadlines worked out on paper: months of clocks that change, contract years, holidays and billing cycles."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import OFFICE
from paper import COUNTED, DOWN, SHARE, VERDICT, Case, between, comes, lasting

NOTIFY, SUBMIT = "remedies.0.claim.notify_by", "remedies.0.claim.submit_by"
CLAIM = "[claim]\n{}\n"
HOLIDAYS = "holidays = [2026-04-06, 2026-04-27]\n"
CASES = {
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
        extra=OFFICE + HOLIDAYS,
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
        extra=OFFICE + HOLIDAYS,
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
    "a third of the first month is judged": Case(
        {COUNTED: 10 * 86_400, DOWN: 3600, VERDICT: "missed"},
        outages=(lasting(3600, "2026-06-25T10:00"), lasting(3600, "2026-06-05T10:00")),
        since="2026-06-21",
    ),
    "a billing month that begins on the last day": Case(
        {"period.start": "2026-01-31T00:00:00Z", "period.end": "2026-02-28T00:00:00Z", COUNTED: 28 * 86_400},
        keys={"period": "billing-month", "more": "billing_day = 31"},
        label="2026-02-10",
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
}


@pytest.mark.parametrize("name", CASES)
def test_a_date_from_paper(tmp_path: Path, name: str) -> None:
    """What the command says is what was worked out by hand."""
    assert comes(tmp_path, CASES[name]) == CASES[name].right
