"""Credits for late answers look back as those for downtime do."""

from __future__ import annotations

import pytest
from calculated import at, objective

from monitor.sla.facts import Ticket, TicketEvent

LATE = """
[[objective]]
id = "response"
metric = "response"
clock = "24x7"
targets = [{ priority = "urgent", within = "1h" }]
target = "100"

[[objective.remedy]]
base = "agreement-month"
flat = "10"
"""


def tickets(*months: int) -> list[Ticket]:
    """A ticket that was answered an hour late in each of these months of 2026."""
    made = [(f"t{month}", at(f"2026-{month:02d}-10T10:00")) for month in months]
    return [
        Ticket(name, (TicketEvent(start, "created", "urgent"), TicketEvent(start + 7200, "human-reply")))
        for name, start in made
    ]


@pytest.mark.parametrize(
    ("month", "give"), [("2026-04", "10 percent"), ("2026-05", "5 percent"), ("2026-06", "0 percent")]
)
def test_a_cap_counts_what_earlier_months_gave(month: str, give: str) -> None:
    """Ten percent a month, at most fifteen percent of a month's fee in a quarter: ten, five and nothing."""
    text = LATE + 'cap = [{ percent = "15", over = "quarter", of = "base" }]\n'
    assert objective(text, period=month, tickets=tickets(4, 5, 6))["remedies"][0]["give"] == give


@pytest.mark.parametrize(("months", "give"), [((6,), "0 percent"), ((4, 6), "0 percent"), ((5, 6), "10 percent")])
def test_a_trigger_counts_earlier_misses(months: tuple[int, ...], give: str) -> None:
    """Only the second month in a row pays; a month without tickets is no miss."""
    text = LATE + "when = { consecutive = 2 }\n"
    assert objective(text, tickets=tickets(*months))["remedies"][0]["give"] == give


def test_a_late_answer_is_claimed_in_time() -> None:
    """A credit for late answers has the agreement's deadline, seven days after the month here."""
    text = LATE + '[claim]\nsubmit = { within = 7, unit = "days", from = "period-end" }\n'
    claim = objective(text, tickets=tickets(6))["remedies"][0]["claim"]
    assert (claim["automatic"], claim["submit_by"]) == (False, "2026-07-07")
