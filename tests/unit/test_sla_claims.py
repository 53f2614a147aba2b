"""From when and until when a remedy can be claimed."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import HOUR, at, month, objective, terms

from monitor.sla.facts import Facts, Piece, drawn
from monitor.sla.statement import statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

CONTRACT = """
[[objective]]
id = "uptime"
of = "api"
target = "99.99"
{more}
[[objective.remedy]]
flat = "10"
[claim]
submit = {{ within = {within}, unit = "{unit}", from = "{anchor}"{calendar} }}
"""
OFFICE = '[[calendar]]\nid = "office"\nmon = ["09:00-17:00"]\ntue = ["09:00-17:00"]\nholidays = [2026-03-02]\n'
NOON = at("2026-02-15T12:00")
OUTAGE = Span(NOON - HOUR, NOON)


def claimed(
    anchor: str,
    within: int = 0,
    unit: str = "days",
    more: str = "",
    calendar: str = "",
    down: Span = OUTAGE,
    **facts: Any,
) -> str | None:
    """Until when the credit for February can be claimed."""
    text = CONTRACT.format(anchor=anchor, within=within, unit=unit, more=more, calendar=calendar)
    found = objective(text + OFFICE, [down], **({"period": "2026-02"} | facts))["remedies"][0]
    until: str | None = found["claim"]["submit_by"]
    return until


@pytest.mark.parametrize(
    ("anchor", "more", "day"),
    [
        ("incident-start", "", "2026-02-15"),
        ("awareness", "", "2026-02-15"),
        ("incident-end", "", "2026-02-15"),
        ("eligibility", "", "2026-02-28"),
        ("period-end", "", "2026-02-28"),
        ("quarter-end", "", "2026-03-31"),
        ("following-period-end", "", "2026-03-31"),
        ("billing-cycle-end", "", "2026-02-28"),
        ("following-billing-cycle-end", "", "2026-03-31"),
        ("second-billing-cycle-end", "", "2026-04-30"),
        ("billing-cycle-end", "billing_day = 10", "2026-03-09"),
        ("following-billing-cycle-end", "billing_day = 10", "2026-04-09"),
        ("invoice-date", "", None),
        ("second-miss", "", None),
        ("term-end", "", None),
    ],
)
def test_what_a_deadline_runs_from(anchor: str, more: str, day: str | None) -> None:
    """Each anchor, with nothing to be added to it: the last day is the day before the next period begins."""
    assert claimed(anchor, more=more) == day


def test_the_end_of_the_term_is_told() -> None:
    """The last day of the term is the one before the instant at which it is over."""
    assert claimed("term-end", term_end=at("2026-12-01T00:00")) == "2026-11-30"
    assert claimed("term-end", 10, term_end=at("2026-12-01T00:00")) == "2026-12-10"


def test_the_second_miss() -> None:
    """With a trigger over two months the deadline runs from the end of the month that was missed a second time."""
    text = CONTRACT.format(anchor="second-miss", within=5, unit="days", more="", calendar="")
    text = text.replace('flat = "10"', 'flat = "10"\nwhen = [{ consecutive = 2 }]')
    january = Span(NOON - 31 * 24 * HOUR, NOON - 31 * 24 * HOUR + HOUR)
    found = objective(text, [january, OUTAGE], period="2026-02")["remedies"][0]
    assert found["claim"]["submit_by"] == "2026-03-05"
    in_hours = text.replace('unit = "days"', 'unit = "hours"')
    found = objective(in_hours, [january, OUTAGE], period="2026-02")["remedies"][0]
    assert found["claim"]["submit_by"] == "2026-03-01T05:00:00Z"


def test_an_outage_that_ends_at_midnight_ended_on_the_day_before() -> None:
    """The end of an outage does not belong to it."""
    night = Span(at("2026-02-15T20:00"), at("2026-02-16T00:00"))
    assert claimed("incident-end", 1, down=night) == "2026-02-16"
    assert claimed("incident-end", 24, "hours", down=night) == "2026-02-17T00:00:00Z"
    assert claimed("incident-start", 24, "hours", down=night) == "2026-02-16T20:00:00Z"
    assert claimed("period-end", 24, "hours", down=night) == "2026-03-02T00:00:00Z"


@pytest.mark.parametrize(
    ("anchor", "day"),
    [("period-end", "03-01"), ("quarter-end", "04-01"), ("following-period-end", "04-01"), ("billing-cycle-end", "03-01"),
     ("following-billing-cycle-end", "04-01"), ("second-billing-cycle-end", "05-01")],
)  # fmt: skip
def test_hours_after_an_end_run_from_midnight(anchor: str, day: str) -> None:
    """Two hours after a period, a quarter or a billing cycle it is two at night, to the second."""
    assert claimed(anchor, 2, "hours") == f"2026-{day}T02:00:00Z"


def test_the_first_of_several_outages_sets_the_deadline() -> None:
    """Whoever wants to claim for all of them must be in time for the first."""
    text = CONTRACT.format(anchor="incident-end", within=5, unit="days", more="", calendar="")
    later = Span(NOON + 100 * HOUR, NOON + 101 * HOUR)
    assert objective(text, [later, OUTAGE], period="2026-02")["remedies"][0]["claim"]["submit_by"] == "2026-02-20"


@pytest.mark.parametrize(
    ("within", "calendar", "day"),
    [
        (1, "", "2026-03-02"),
        (5, "", "2026-03-06"),
        (6, "", "2026-03-09"),
        (1, ', calendar = "office"', "2026-03-03"),
        (2, ', calendar = "office"', "2026-03-09"),
        (3, ', calendar = "office"', "2026-03-10"),
        (0, ', calendar = "office"', "2026-02-28"),
    ],
)
def test_business_days(within: int, calendar: str, day: str) -> None:
    """From Monday to Friday; with a calendar the days on which it opens, its holidays not among them."""
    assert claimed("period-end", within, "business-days", calendar=calendar) == day


@pytest.mark.parametrize(("within", "day"), [(1, "2026-03-28"), (12, "2027-02-28"), (24, "2028-02-28")])
def test_months(within: int, day: str) -> None:
    """The same day of a later month."""
    assert claimed("period-end", within, "months") == day


def test_without_a_miss_there_is_an_anchor_only_where_a_period_ends() -> None:
    """No outage, no deadline that runs from one."""
    text = CONTRACT.format(anchor="incident-end", within=5, unit="days", more="", calendar="")
    assert objective(text, [], period="2026-02")["remedies"][0]["claim"]["submit_by"] is None


def test_what_is_paid_without_a_claim_has_no_deadline() -> None:
    """The remedy's own word goes before that of the whole contract."""
    text = CONTRACT.format(anchor="period-end", within=5, unit="days", more="", calendar="")
    automatic = text.replace('flat = "10"', 'flat = "10"\nautomatic = true')
    for each, is_automatic in ((text, False), (automatic, True)):
        claim = objective(each, [OUTAGE], period="2026-02")["remedies"][0]["claim"]
        assert (claim["automatic"], claim["submit_by"] is None) == (is_automatic, is_automatic)


@pytest.mark.parametrize(
    ("within", "unit", "late"),
    [
        (10, "days", "2026-03-11T00:00"),
        (1, "months", "2026-03-29T00:00"),
        (1, "business-days", "2026-03-03T00:00"),
        (5, "hours", "2026-03-01T05:00"),
    ],
)
def test_the_last_day_is_included(within: int, unit: str, late: str) -> None:
    """A claim is late from the midnight after its last day on; one in hours from the very second."""
    versions = terms(CONTRACT.format(anchor="period-end", within=within, unit=unit, more="", calendar=""))
    span = month("2026-02")
    facts = Facts({"api": drawn(span, [Piece(OUTAGE, "down")])})
    made = statement(versions, Period("2026-02", "UTC", span), facts, span.end).assessments[0]
    assert made.awards[0].submit
    assert made.awards[0].submit.until == at(late)


@pytest.mark.parametrize(
    ("anchor", "until"),
    [
        ("eligibility", "2026-03-01T06:00:00Z"),
        ("quarter-end", "2026-04-01T06:00:00Z"),
        ("following-period-end", "2026-04-01T06:00:00Z"),
        ("second-billing-cycle-end", "2026-05-01T06:00:00Z"),
        ("term-end", "2026-12-01T06:00:00Z"),
        ("awareness", "2026-02-15T17:00:00Z"),
    ],
)
def test_hours_run_from_the_very_end(anchor: str, until: str) -> None:
    """Six hours after the midnight at which something is over, or after an outage began."""
    assert claimed(anchor, 6, "hours", term_end=at("2026-12-01T00:00")) == until
