"""Response and resolution clocks, as help desks publish them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from calculated import HOUR, MINUTE, at, computed, terms
from office import OFFICE

from monitor.sla.facts import Ticket, TicketEvent
from monitor.sla.hours import Calendar, Hours, interval
from monitor.sla.support import clocked

NINE = (interval("09:00-17:00"),)
DESK_HOURS = Hours("UTC", Calendar("office", mon=NINE, tue=NINE, wed=NINE, thu=NINE, fri=NINE))
EIGHT = (interval("08:00-17:00"),)
EARLY = Hours("UTC", Calendar("early", mon=EIGHT, tue=EIGHT, wed=EIGHT, thu=EIGHT, fri=EIGHT))
TEN = (interval("10:00-16:00"),)
BIZ = Hours(
    "Etc/UTC",
    Calendar("biz", mon=NINE, tue=TEN, wed=NINE, thu=TEN, fri=NINE, sat=(interval("11:00-14:30"),)),
)


@pytest.mark.parametrize(("hours", "due"), [(DESK_HOURS, "2026-04-20T12:00"), (EARLY, "2026-04-20T11:00")])
def test_four_business_hours_over_a_weekend(hours: Hours, due: str) -> None:
    """D01, D02: a ticket of Friday 16:00 is due on Monday, not on Tuesday as one vendor prints."""
    assert hours.after(at("2026-04-17T16:00"), 4 * HOUR) == at(due)


def test_business_time() -> None:
    """D04: a week of uneven days, seconds to the edge, the next open moment, and business days that keep the time of day."""
    assert BIZ.seconds(at("2006-01-01T00:00"), at("2006-01-08T00:00")) == int(39.5 * HOUR)
    for start, seconds, due in [
        ("2006-01-04T13:00", 3 * HOUR, "2006-01-04T16:00"),
        ("2006-01-04T14:30", 90 * MINUTE, "2006-01-04T16:00"),
        ("2006-01-04T15:58:30", 90, "2006-01-04T16:00"),
        ("2006-01-03T00:00", 0, "2006-01-03T10:00"),
    ]:
        assert BIZ.after(at(start), seconds) == at(due), start
    assert BIZ.days_after(at("2006-01-06T12:00"), 2) == at("2006-01-09T12:00")
    assert BIZ.days_after(at("2006-01-03T18:00"), 2) == at("2006-01-06T09:00")


@pytest.mark.parametrize(
    ("opens", "date", "utc"),
    [("02:30-12:00", "2014-03-09", "2014-03-09T10:30"), ("01:30-12:00", "2014-11-02", "2014-11-02T08:30")],
)
def test_local_times_that_are_missing_or_double(opens: str, date: str, utc: str) -> None:
    """D05: a time that the clocks skip moves an hour on; one that occurs twice means the first."""
    hours = Hours("America/Los_Angeles", Calendar("sunday", sun=(interval(opens),)))
    midnight = datetime.fromisoformat(date).replace(tzinfo=ZoneInfo("America/Los_Angeles"))
    assert datetime.fromtimestamp(hours.after(int(midnight.timestamp()), 0), UTC).isoformat()[:16] == utc


DESK = (
    """
[[objective]]
id = "desk"
metric = "{metric}"
clock = "office"
target = "95"
{more}
targets = [{{ priority = "P2", within = "{within}" }}]
"""
    + OFFICE
)


def ticket(name: str, *events: tuple[str, str]) -> Ticket:
    """A ticket of priority P2 by its events."""
    return Ticket(
        name, tuple(TicketEvent(at(when), kind, "P2" if kind == "created" else None) for when, kind in events)
    )


def test_a_pause_moves_the_resolution_and_not_the_response() -> None:
    """D07: three hours on hold move the resolution by three hours; exactly on the due moment is in time."""
    one = ticket(
        "t",
        ("2026-04-20T09:00", "created"),
        ("2026-04-20T10:00", "human-reply"),
        ("2026-04-20T11:00", "on-hold"),
        ("2026-04-20T14:00", "open"),
        ("2026-04-21T12:00", "resolved"),
    )
    for metric, within, due in (("response", "1h", "2026-04-20T10:00"), ("resolution", "8h", "2026-04-21T12:00")):
        versions = terms(DESK.format(metric=metric, more='pause_on = ["on-hold"]', within=within))
        found = clocked(versions.newest, versions.newest.objectives[0], one)
        assert found
        assert found.due == at(due)
        assert found.is_met


def desk(tickets: list[Ticket]) -> dict[str, Any]:
    """The response objective of April over some tickets."""
    versions = terms(DESK.format(metric="response", more="", within="4h"))
    found: dict[str, Any] = computed(versions, "2026-04", tickets=tickets)["objectives"][0]
    return found


@pytest.mark.parametrize(
    ("met", "total", "exact", "verdict"),
    [(19, 20, "19/20", "met"), (18, 19, "18/19", "missed"), (0, 0, None, "not-applicable")],
)
def test_attainment(met: int, total: int, exact: str | None, verdict: str) -> None:
    """D09: 95 percent within four hours: exactly 95 is met, and without tickets there is nothing to judge."""
    replies = ["2026-04-20T10:00" if n < met else "2026-04-22T10:00" for n in range(total)]
    found = desk(
        [ticket(str(n), ("2026-04-20T09:00", "created"), (when, "human-reply")) for n, when in enumerate(replies)]
    )
    assert (found["availability"] and found["availability"]["exact"], found["verdict"]) == (exact, verdict)


def test_an_automatic_reply_does_not_stop_the_clock() -> None:
    """D10: the first reply of a person does, forty minutes after."""
    one = ticket(
        "t", ("2026-04-20T09:00", "created"), ("2026-04-20T09:01", "auto-reply"), ("2026-04-20T09:40", "human-reply")
    )
    versions = terms(DESK.format(metric="response", more="", within="4h"))
    found = clocked(versions.newest, versions.newest.objectives[0], one)
    assert found
    assert found.stopped == at("2026-04-20T09:40")


def test_an_open_ticket_is_missed_from_its_due_moment() -> None:
    """An open ticket that is overdue counts; one that is not due yet does not."""
    overdue = ticket("a", ("2026-04-20T09:00", "created"))
    found = desk([overdue, ticket("b", ("2026-04-30T16:00", "created"))])
    assert (found["requests"], found["verdict"]) == ({"good": 0, "total": 1}, "missed")


@pytest.mark.parametrize(
    ("level", "within"), [("Basic", "24h"), ("Bronze", "4h"), ("Silver", "2h"), ("Platinum", "30m")]
)
def test_response_levels_with_a_credit(level: str, within: str) -> None:
    """D11: a missed response target is worth a credit of its own at every level."""
    text = DESK.format(metric="response", more="", within=within).replace('clock = "office"', 'clock = "24x7"')
    text += '[[objective.remedy]]\nbase = "agreement-month"\ntiers = [{ below = "95", give = "5" }]\n'
    late = ticket(level, ("2026-04-20T09:00", "created"), ("2026-04-22T09:00:01", "human-reply"))
    versions = terms(text)
    found = computed(versions, "2026-04", tickets=[late], fees={"2026-04": "100.00"})["objectives"][0]
    assert (found["remedies"][0]["give"], found["remedies"][0]["amount"]) == ("5 percent", "5.00")


def test_a_raised_priority_runs_from_the_change() -> None:
    """The new target runs from the change, or from the creation where the terms say so."""
    text = DESK.format(metric="response", more='on_priority_change = "{how}"', within="4h").replace(
        "targets = [", 'targets = [{ priority = "P1", within = "1h" }, '
    )
    raised = Ticket(
        "t",
        (
            TicketEvent(at("2026-04-20T09:00"), "created", "P2"),
            TicketEvent(at("2026-04-20T11:00"), "priority", "P1"),
        ),
    )
    for how, due in (("from-change", "2026-04-20T12:00"), ("from-creation", "2026-04-20T10:00")):
        versions = terms(text.replace("{how}", how))
        found = clocked(versions.newest, versions.newest.objectives[0], raised)
        assert found
        assert found.due == at(due)
