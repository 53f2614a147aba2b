"""Clocks of support worked out on paper: weekends, pauses, priorities and shares."""

from __future__ import annotations

from pathlib import Path

import pytest
from office import OFFICE
from told import agreement, told

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
