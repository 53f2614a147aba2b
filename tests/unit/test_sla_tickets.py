"""Shares of tickets in time, and what they give."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import HOUR, at, computed, terms

from monitor.sla.facts import Ticket, TicketEvent

JUNE = at("2026-06-01T00:00")
SUPPORT = """
[[objective]]
id = "fix"
metric = "response"
clock = "24x7"
target = "95"
targets = [{ priority = "P1", within = "1h", share = "50" }, { priority = "P2", within = "1h", share = "50" },
  { priority = "P3", within = "1h" }]
[[objective.remedy]]
kind = "termination"
when = { below = "50.5", consecutive = 1 }
"""


def tickets(*told: tuple[str, bool]) -> list[Ticket]:
    """A ticket for each priority, answered after half an hour or after two."""
    found = []
    for n, (priority, is_met) in enumerate(told):
        start = JUNE + n * HOUR
        answer = TicketEvent(start + (1800 if is_met else 7200), "human-reply")
        found.append(Ticket(str(n), (TicketEvent(start, "created", priority), answer)))
    return found


def fix(*told: tuple[str, bool]) -> dict[str, Any]:
    """What comes of them."""
    found: dict[str, Any] = computed(terms(SUPPORT), tickets=tickets(*told))["objectives"][0]
    return found


def test_support_has_no_seconds() -> None:
    """Tickets are counted, time is not: nothing was counted, down, excluded or unknown."""
    found = fix(("P3", True))
    seconds = {key: found[key] for key in ("counted_seconds", "down_seconds", "unknown_seconds")}
    assert seconds == dict.fromkeys(seconds, 0)
    assert (found["ledger"], found["bounds"]["coverage"], found["bounds"]["could_change"]) == ([], "100.000", False)


def test_a_goal_that_never_runs_out_is_missed_by_nobody() -> None:
    """A thousand hours of one a week are farther off than anybody looks: an open ticket is not due, an answered one in time."""
    text = SUPPORT.replace('clock = "24x7"', 'clock = "weekly"').replace(
        '"P3", within = "1h"', '"P3", within = "1000h"'
    )
    text += '[[calendar]]\nid = "weekly"\nmon = ["09:00-10:00"]\n'
    opened = TicketEvent(JUNE, "created", "P3")
    answered = TicketEvent(JUNE + 20 * 24 * HOUR, "human-reply")
    for events, verdict in (((opened,), "not-applicable"), ((opened, answered), "met")):
        assert computed(terms(text), tickets=[Ticket("t", events)])["objectives"][0]["verdict"] == verdict


@pytest.mark.parametrize(("met", "total", "is_due"), [(1, 2, True), (51, 101, True), (2, 3, False)])
def test_a_right_below_a_percentage_of_tickets(met: int, total: int, is_due: bool) -> None:
    """Half is below 50.5 percent and so are 51 of 101; two thirds are not."""
    told = [("P3", n < met) for n in range(total)]
    assert fix(*told)["remedies"][0]["due"] == is_due


def test_tickets_that_have_shares_of_their_own_have_a_figure_too() -> None:
    """Half of them were in time, whatever each priority asks."""
    found = fix(("P1", True), ("P1", False), ("P2", True), ("P2", False))
    assert (found["availability"]["exact"], found["requests"]) == ("1/2", {"good": 2, "total": 4})


@pytest.mark.parametrize(
    ("told", "verdict", "clause"),
    [
        ([("P1", True), ("P1", False), ("P2", True), ("P2", False)], "met", "objective.fix.target"),
        ([("P1", True), ("P2", True), ("P2", False), ("P2", False)], "missed", "objective.fix.targets[1].share"),
        ([("P1", False), ("P2", True)], "missed", "objective.fix.targets[0].share"),
        ([("P1", True), ("P3", False)], "missed", "objective.fix.target"),
    ],
)
def test_each_priority_has_its_own_share(told: list[tuple[str, bool]], verdict: str, clause: str) -> None:
    """Half of P1 and half of P2 must be in time; the rest is held to the target of the objective."""
    found = fix(*told)
    assert (found["verdict"], found["decided_by"]) == (verdict, clause)
    assert found["steps"][-1]["word"] == "verdict"
    assert found["steps"][-1]["clause"] == clause
    assert found["steps"][-1]["values"]["verdict"] == verdict
