"""Terms at the edge of what they mean: shorthand, sources, tickets on hold, and periods that have not ended."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, at, computed, faults, objective, spans, terms

from monitor.sla.budget import edges
from monitor.sla.clauses import latency
from monitor.sla.facts import Count, Facts, Piece, Ticket, TicketEvent, drawn
from monitor.sla.statement import statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
WHOLE = Span(JUNE, JUNE + 30 * DAY)
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
REMEDY = TARGET + "[[objective.remedy]]\n"


def test_a_response_time_in_seconds() -> None:
    """Milliseconds are thousandths of them."""
    assert (latency("800ms"), latency("2s")) == (Fraction(4, 5), Fraction(2))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (REMEDY + 'flat = "1/2/3"\n', "is not an exact number"),
        (REMEDY + 'tiers = [{ down_over = "1h", over = "99", give = "5" }]\n', "takes no from or over"),
        (
            REMEDY + 'steps = { of = "shortfall", every = "1h", count = "started", give = "1" }\n',
            "every must be points",
        ),
        (REMEDY + 'steps = { of = "downtime", every = "1", count = "started", give = "1" }\n', "must be a duration"),
        (TARGET + '[objective.measure]\nweight = { major = "1.5" }\n', "allowed is from 0 to 1"),
    ],
)
def test_a_number_or_an_edge_that_is_refused(text: str, said: str) -> None:
    """The author is told what is allowed in its place."""
    assert any(said in each for each in faults(text)), faults(text)


def test_all_of_the_time_may_be_the_weight() -> None:
    """One is a weight as any part of one is."""
    assert not faults(TARGET + '[objective.measure]\nweight = { major = "1", partial = "1/2" }\n')


@pytest.mark.parametrize("names", ['["api", "web"]', '["web", "api"]'])
@pytest.mark.parametrize(("mode", "seconds"), [("all", 3 * HOUR), ("any", HOUR)])
def test_the_order_of_components_does_not_matter(names: str, mode: str, seconds: int) -> None:
    """One is down from the first hour to the third, the other from the second to the fourth."""
    pieces = {"api": [Piece(Span(JUNE + HOUR, JUNE + 3 * HOUR), "down")]}
    pieces["web"] = [Piece(Span(JUNE + 2 * HOUR, JUNE + 4 * HOUR), "down")]
    text = TARGET.replace('"api"', f"{{ {mode} = {names} }}")
    assert computed(terms(text), pieces=pieces)["objectives"][0]["down_seconds"] == seconds


def test_the_source_of_a_figure_is_explained() -> None:
    """Counts, or probes with the remark that no counts were there for terms about them."""
    text = TARGET + '[objective.measure]\nmethod = "bad-slices"\nslice = "5m"\nbad_slice = { error_rate_over = "5" }\n'
    counted = objective(text, counts={"api": (Count(JUNE, 10, 10),)})
    words = [[each["word"] for each in found["steps"]] for found in (counted, objective(text), objective(TARGET))]
    assert ["source-counts" in each for each in words] == [True, False, False]
    assert ["no-counts" in each for each in words] == [False, True, False]


def test_the_target_and_the_tiers_as_time() -> None:
    """Of thirty days 99.9 percent allows 43 minutes and 12 seconds; tiers in time are not among the percentages."""
    text = REMEDY + 'id = "credit"\ntiers = [{ below = "99.9", give = "5" }, { below = "99", give = "9" }]\n'
    text += '[[objective.remedy]]\nid = "time"\ntiers = [{ down_over = "4h", give = "5" }]\n'
    facts = Facts({"api": drawn(WHOLE, [Piece(Span(JUNE, JUNE + HOUR), "down")])})
    made = statement(terms(text), Period("2026-06", "UTC", WHOLE), facts, WHOLE.end).assessments[0]
    found = [(each.percentage, each.gives, each.allowed, each.left) for each in edges(made, 30 * DAY)]
    assert found == [
        (Fraction("99.9"), "target", Fraction(2592), Fraction(-1008)),
        (Fraction(99), "credit", Fraction(25_920), Fraction(22_320)),
    ]
    assert made.is_closed


def test_clock_hours_that_have_not_come_are_not_given_for() -> None:
    """Where silence counts as down, what is still to come is no silence: after two hours two were down."""
    text = TARGET + '[objective.measure]\nno_data = "down"\n[[objective.remedy]]\n'
    text += 'per = "clock-hour"\nunit = "money"\nflat = "1"\n'
    facts = Facts({"api": (Piece(WHOLE, "unknown"),)})
    made = statement(terms(text), Period("2026-06", "UTC", WHOLE), facts, JUNE + 2 * HOUR).assessments[0]
    assert (made.awards[0].give, made.is_closed) == (Fraction(2), False)


DESK = """
[[objective]]
id = "desk"
metric = "resolution"
clock = "always"
target = "50"
pause_on = ["waiting"]
targets = [{ priority = "P1", within = "2h", share = "90" }, { priority = "P2", within = "2h" }]
[[calendar]]
id = "always"
"""
DAYS = "".join(f'{name} = ["00:00-24:00"]\n' for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


def desk(*tickets: list[tuple[float, str]], priorities: str = "2") -> dict[str, Any]:
    """The objective over tickets by hours of June and what happened to them."""
    rows = [
        Ticket(
            str(n),
            tuple(
                TicketEvent(JUNE + round(hour * HOUR), kind, f"P{priorities[n]}" if kind == "created" else None)
                for hour, kind in events
            ),
        )
        for n, events in enumerate(tickets)
    ]
    found: dict[str, Any] = computed(terms(DESK + DAYS), tickets=rows)["objectives"][0]
    return found


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ([(0, "created"), (2, "resolved")], "met"),
        ([(0, "created"), (1, "open"), (2.5, "resolved")], "missed"),
        ([(0, "created"), (1, "waiting"), (2, "open"), (3, "resolved")], "met"),
        ([(0, "created"), (1, "waiting"), (2, "waiting"), (4, "open"), (5, "resolved")], "met"),
        ([(0, "created"), (1, "waiting"), (2, "waiting"), (4, "open"), (5.5, "resolved")], "missed"),
        ([(0, "created"), (1, "open"), (1.5, "waiting"), (2, "open"), (2.6, "resolved")], "missed"),
    ],
)
def test_a_clock_that_rests(events: list[tuple[float, str]], word: str) -> None:
    """Waiting twice is waiting on; work that goes on neither stops the clock nor starts it anew."""
    found = desk(events)
    assert found["verdict"] == word
    last = found["steps"][-1]
    assert (last["word"], last["clause"], last["values"]["verdict"]) == ("verdict", "objective.desk.target", word)


def test_a_share_of_one_priority_is_of_its_own_tickets() -> None:
    """The target of P1 is judged by P1: a late ticket of P2 does not lower it, and one in time does not raise it."""
    fine: list[tuple[float, str]] = [(0, "created"), (1, "resolved")]
    late: list[tuple[float, str]] = [(0, "created"), (3, "resolved")]
    assert desk(fine, late, fine, priorities="122")["verdict"] == "met"
    missed = desk(late, fine, priorities="12")
    assert (missed["verdict"], missed["decided_by"]) == ("missed", "objective.desk.targets[0].share")


def test_an_outage_is_shown_whole_where_it_began() -> None:
    """Two hours over midnight belong to the month they began in, with both hours."""
    found = objective(TARGET, spans(("2026-05-31T23:00", "2026-06-01T01:00")), period="2026-05")
    assert [each["down_seconds"] for each in found["outages"]] == [2 * HOUR]
