"""From what was measured to a statement."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from calculated import DAY, HOUR, at, computed, objective, reading, spans, terms

from monitor.sla.document import document
from monitor.sla.facts import Facts, Piece, Window, drawn
from monitor.sla.statement import statement
from monitor.timeline.period import Period, parse_month
from monitor.timeline.span import Span

UPTIME = """
[[objective]]
id = "uptime"
of = "api"
target = "99.9"
[objective.measure]
no_data = "{no_data}"
[[objective.remedy]]
tiers = [{{ below = "99.9", give = "10" }}, {{ below = "99.0", give = "25" }}, {{ below = "95.0", give = "50" }}]
"""
APRIL = at("2026-04-01T00:00")


def judged(down: int, unknown: int = 0, no_data: str = "exclude") -> dict[str, Any]:
    """April 2026, thirty days, which begins with so many seconds down and then unknown."""
    pieces = [Piece(Span(APRIL, APRIL + down), "down")] if down else []
    if unknown:
        pieces.append(Piece(Span(APRIL + down, APRIL + down + unknown), "unknown"))
    return objective(UPTIME.format(no_data=no_data), period="2026-04", pieces={"api": pieces})


@pytest.mark.parametrize(
    ("down", "exact", "verdict", "give"),
    [
        (0, "1/1", "met", "0 percent"),
        (2592, "999/1000", "met", "0 percent"),  # exactly on target is met
        (2593, "2589407/2592000", "missed", "10 percent"),
        (3600, "719/720", "missed", "10 percent"),
        (25_920, "99/100", "missed", "10 percent"),  # exactly 99 is not below 99
        (25_921, "2566079/2592000", "missed", "25 percent"),
        (2_592_000, "0/1", "missed", "50 percent"),
    ],
)
def test_availability_verdict_and_credit(down: int, exact: str, verdict: str, give: str) -> None:
    """Thirty days, one outage: the fraction is exact, edges are half-open, the deepest tier pays."""
    made = judged(down)
    assert made["availability"]["exact"] == exact
    assert (made["verdict"], made["remedies"][0]["give"]) == (verdict, give)


@pytest.mark.parametrize(
    ("no_data", "share"), [("exclude", "2580000/2588400"), ("up", "2583600/2592000"), ("down", "2580000/2592000")]
)
def test_unknown_time_counts_as_the_agreement_says(no_data: str, share: str) -> None:
    """An hour without data beside 8,400 seconds down: left out, counted up or counted down, with the same bounds each time."""
    made = judged(8400, 3600, no_data)
    assert Fraction(made["availability"]["exact"]) == Fraction(share)
    assert Fraction(made["bounds"]["worst"]["exact"]) == Fraction(2_580_000, 2_592_000)
    assert Fraction(made["bounds"]["best"]["exact"]) == Fraction(2_583_600, 2_592_000)


def test_unknown_time_that_could_change_the_verdict_is_said() -> None:
    """2,000 seconds down is within the target, but another 1,000 unknown ones might not be."""
    assert judged(2000, 1000)["bounds"]["could_change"]
    assert not judged(100, 10)["bounds"]["could_change"]


def test_the_month_worked_out_in_the_readme() -> None:
    """The ledger that a reader follows by hand is what the calculator says."""
    made = judged(3600, 3600)
    assert made["availability"]["exact"] == "718/719"
    assert (made["verdict"], made["remedies"][0]["give"]) == ("missed", "10 percent")
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert "718/719, 99.860 %" in readme
    assert "the credit is 10 %" in readme


def test_nothing_known_is_undetermined() -> None:
    """A month without a single observation has no figure, is neither met nor missed, and pays nothing by itself."""
    period = parse_month("2026-04", "UTC")
    made = document(statement(terms(UPTIME.format(no_data="exclude")), period, Facts(), period.span.end))["objectives"][
        0
    ]
    assert (made["availability"], made["verdict"], made["remedies"][0]["due"]) == (None, "undetermined", False)
    assert made["unknown_seconds"] == period.span.seconds


def test_a_running_month_is_divided_by_the_time_that_passed() -> None:
    """One hour down in the first ten: ninety percent, not ninety-nine point eight."""
    period = parse_month("2026-04", "UTC")
    line = drawn(period.span, [Piece(Span(APRIL, APRIL + HOUR), "down")])
    made = document(statement(terms(UPTIME.format(no_data="exclude")), period, Facts({"api": line}), APRIL + 10 * HOUR))
    assert made["objectives"][0]["availability"]["exact"] == "9/10"
    assert not made["closed"]


def test_a_month_that_has_not_begun_has_no_statement() -> None:
    """The future is refused."""
    period = parse_month("2026-04", "UTC")
    with pytest.raises(ValueError, match="has not begun"):
        statement(terms(UPTIME.format(no_data="exclude")), period, Facts(), period.span.start)


@pytest.mark.parametrize(("label", "hours"), [("2026-03", 743), ("2026-10", 745)])
def test_months_with_a_change_of_the_clocks(label: str, hours: int) -> None:
    """The ledger sums to 743 hours in March and 745 in October, Amsterdam time."""
    text = UPTIME.format(no_data="exclude")
    made = objective(text, zone="Europe/Amsterdam", period=label, seconds=60)
    assert made["accounts"]["total"] == hours * 3600 == sum(entry["seconds"] for entry in made["ledger"])
    assert made["availability"]["exact"] == str(Fraction(hours * 3600 - 60, hours * 3600))


LABELLED = UPTIME.format(no_data="exclude") + '[[objective.exclude]]\nkind = "force-majeure"\ntreat = "forgive"\n'


def test_a_label_is_applied_and_the_figure_without_it_is_shown() -> None:
    """That an outage is force majeure is said by a person, with a reason; the page shows what it would be without."""
    outage = Span(APRIL, APRIL + HOUR)
    label = Window("api", outage, "force-majeure", None, True, "J. Jansen", "flood")
    made = objective(LABELLED, [outage], period="2026-04", windows=[label])
    assert made["availability"]["exact"] == "1/1"
    assert made["without_labels"]["exact"] == "719/720"
    assert any("J. Jansen" in step["text"] and "flood" in step["text"] for step in made["steps"])
    assert made["excluded"][0]["seconds"] == HOUR


def test_every_number_of_a_step_can_be_followed() -> None:
    """Clauses are dotted keys of the terms; the sum of the ledger's counted entries is the denominator."""
    made = objective(LABELLED, spans(("2026-04-03T10:00", "2026-04-03T11:00")), period="2026-04")
    assert all(step["clause"] for step in made["steps"])
    counted = [entry for entry in made["ledger"] if entry["treatment"] != "removed"]
    assert sum(entry["seconds"] for entry in counted) == made["counted_seconds"]
    assert sum(Fraction(e["down"]) * e["seconds"] for e in counted) == made["down_seconds"]


def test_a_quarterly_objective_is_judged_over_its_quarter() -> None:
    """The statement of a month shows a quarterly objective over the quarter that holds the month, to date."""
    text = '[[objective]]\nid = "q"\nof = "api"\nperiod = "calendar-quarter"\ntarget = "99.9"\n'
    period = Period("2026-05", "UTC", Span(at("2026-05-01T00:00"), at("2026-06-01T00:00")))
    facts = Facts({"api": drawn(Span(APRIL, APRIL + 91 * DAY), [])})
    made = document(statement(terms(text), period, facts, at("2026-06-01T00:00")))["objectives"][0]
    assert (made["period"]["label"], made["closed"]) == ("2026-Q2", False)
    assert made["counted_seconds"] == 61 * DAY


def test_the_document_is_what_its_schema_says() -> None:
    """The published JSON Schema holds for statements of every kind."""
    schema = json.loads((Path(__file__).parents[2] / "monitor/sla/statement.schema.json").read_text())
    support = (
        '[[objective]]\nid = "r"\nmetric = "response"\nclock = "24x7"\ntarget = "95"\n'
        'targets = [{ priority = "P1", within = "1h" }]\n'
    )
    for text in (LABELLED, support, UPTIME.format(no_data="hold")):
        made = computed(terms(text), "2026-04", spans(("2026-04-03T10:00", "2026-04-03T11:00")), fees={"2026-04": "10"})
        jsonschema.validate(made, schema)


def test_earlier_periods_are_judged_by_the_terms_of_their_time() -> None:
    """Two misses in a row: May is judged by the target of May, whatever the terms of June say."""
    head = '[agreement]\nid = "acme"\ntimezone = "UTC"\n[version]\neffective_from = {day}\n'
    text = '[[objective]]\nid = "u"\nof = "api"\ntarget = "{target}"\n[[objective.remedy]]\nflat = "5"\n'
    text += "when = {{ consecutive = 2 }}\n"
    outages = spans(("2026-05-03T10:00", "2026-05-03T12:00"), ("2026-06-03T10:00", "2026-06-04T10:00"))
    for first, gives in (("99.9", "5"), ("99", "0")):
        files = [
            head.format(day=day) + text.format(target=target)
            for day, target in (("2026-01-01", first), ("2026-06-01", "99.5"))
        ]
        found = reading(*files)
        assert not found.faults
        made = computed(found.versions[0], "2026-06", outages)["objectives"][0]
        assert made["remedies"][0]["number"] == gives, first


def test_a_mean_shows_the_ledger_of_each_component() -> None:
    """Each component's ledger sums to the period, the accounts are of both, and the mean is of their availabilities."""
    text = '[[objective]]\nid = "m"\nof = { mean = ["web", "api"] }\ntarget = "99"\n'
    pieces = {"web": [Piece(Span(APRIL, APRIL + DAY), "down")], "api": []}
    made = objective(text, period="2026-04", pieces=pieces)
    assert made["availability"]["exact"] == "59/60"
    assert made["ledger"] == []
    assert [sum(entry["seconds"] for entry in part["ledger"]) for part in made["parts"]] == [30 * DAY, 30 * DAY]
    assert made["accounts"]["down"] == DAY
    assert made["accounts"]["total"] == 60 * DAY
