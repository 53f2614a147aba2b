"""Claim deadlines as contracts publish them."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import HOUR, at, faults, objective, warnings
from office import OFFICE

from monitor.timeline.span import Span

CONTRACT = """
[[objective]]
id = "uptime"
of = "api"
target = "99.99"
period = "{period}"
[[objective.remedy]]
tiers = [{{ below = "99.99", give = "10" }}]
[claim]
submit = {submit}
"""
EASTER = OFFICE + "holidays = [2026-04-03, 2026-04-06]\n"
NOON = at("2026-02-15T12:00")
FEBRUARY = Span(NOON - HOUR, NOON)


def claimed(submit: str, period: str = "calendar-month", label: str = "2026-02", more: str = "") -> dict[str, Any]:
    """The claim of a credit for an hour on 15 February."""
    text = CONTRACT.format(submit=submit, period=period) + more
    found: dict[str, Any] = objective(text, [FEBRUARY], period=label)["remedies"][0]["claim"]
    return found


@pytest.mark.parametrize(
    ("submit", "period", "label", "day"),
    [
        ('{ within = 0, unit = "days", from = "following-period-end" }', "calendar-month", "2026-02", "2026-03-31"),
        ('{ within = 15, unit = "days", from = "period-end" }', "calendar-month", "2026-02", "2026-03-15"),
        ('{ within = 30, unit = "days", from = "period-end" }', "calendar-month", "2026-02", "2026-03-30"),
        ('{ within = 30, unit = "days", from = "period-end" }', "calendar-quarter", "2026-Q1", "2026-04-30"),
        ('{ within = 7, unit = "days", from = "period-end" }', "calendar-month", "2026-02", "2026-03-07"),
        ('{ within = 5, unit = "days", from = "period-end" }', "calendar-month", "2026-02", "2026-03-05"),
        ('{ within = 0, unit = "days", from = "second-billing-cycle-end" }', "calendar-month", "2026-02", "2026-04-30"),
        ('{ within = 60, unit = "days", from = "period-end" }', "calendar-month", "2026-02", "2026-04-29"),
        ('{ within = 10, unit = "business-days", from = "quarter-end" }', "calendar-month", "2026-02", "2026-04-14"),
        ('{ within = 24, unit = "hours", from = "incident-end" }', "calendar-month", "2026-02", "2026-02-16T12:00:00Z"),
        ('{ within = 30, unit = "days", from = "incident-end" }', "calendar-month", "2026-02", "2026-03-17"),
        ('{ within = 3, unit = "months", from = "incident-start" }', "calendar-month", "2026-02", "2026-05-15"),
    ],
)
def test_deadlines_of_one_outage(submit: str, period: str, label: str, day: str) -> None:
    """C51, C52: the day of the anchor is day 0, the last day is included, in the contract's zone."""
    assert claimed(submit, period, label)["submit_by"] == day


def test_business_days_skip_the_holidays_of_a_calendar() -> None:
    """C52: with Good Friday and Easter Monday ten business days after the quarter end on 16 April."""
    submit = '{ within = 10, unit = "business-days", from = "quarter-end", calendar = "office" }'
    assert claimed(submit, more=EASTER)["submit_by"] == "2026-04-16"
    by_law = EASTER.replace("holidays = [2026-04-03, 2026-04-06]", 'holidays = ["GB-ENG"]')
    assert claimed(submit, more=by_law)["submit_by"] == "2026-04-16"


def test_deadlines_follow_the_contracts_zone() -> None:
    """An hour before midnight in Auckland is another day than in UTC."""
    text = CONTRACT.format(submit='{ within = 1, unit = "days", from = "incident-start" }', period="calendar-month")
    late = at("2026-02-15T12:30")
    found = objective(text, [Span(late, late + HOUR)], zone="Pacific/Auckland", period="2026-02")
    assert found["remedies"][0]["claim"]["submit_by"] == "2026-02-17"


def test_a_claim_without_a_deadline_is_warned_of() -> None:
    """A remedy that must be claimed while no deadline is stated cannot tell the customer until when."""
    text = '[[objective]]\nid = "u"\nof = "api"\ntarget = "99"\n[[objective.remedy]]\nflat = "5"\n'
    assert any("claim.submit" in each for each in warnings(text))
    assert not warnings(text + "[claim]\nautomatic = true\n")
    anchored = '[claim]\nsubmit = { within = 5, unit = "days" }\n'
    assert any("claim.submit.from: missing" in each for each in faults(text + anchored))
