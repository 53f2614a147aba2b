"""What is left of a cap or a maximum after what came before, and what the explanation says of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, at, computed, month, objective, terms

from monitor.sla.facts import Granted, Piece, Window
from monitor.sla.periods import asked
from monitor.sla.statement import reach
from monitor.timeline.period import Period
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
REMEDY = TARGET + "[[objective.remedy]]\n"
DOWN = [Span(JUNE, JUNE + 15 * DAY)]


def may(give: int, count: int = 1) -> list[Granted]:
    """A credit on record for May, in percent of a fee of a hundred, for so many outages."""
    return [Granted("uptime", "credit", "", "2026-05", month("2026-05"), Fraction(give), Fraction(give), count)]


def number(text: str, down: list[Span] | None = None, **more: Any) -> str:
    """What the first remedy gives."""
    given: str = objective(text, DOWN if down is None else down, **more)["remedies"][0]["number"]
    return given


def test_earlier_fees_are_those_of_the_whole_agreement_where_the_component_has_none() -> None:
    """Fifteen percent of two months is thirty, of which twenty were given in May, also when only the whole has a fee."""
    text = REMEDY + 'base = "agreement-period"\nflat = "30"\ncap = [{ percent = "15", over = "quarter" }]\n'
    text += TARGET.replace("uptime", "other").replace("api", "web")
    found = computed(terms(text), "2026-06", DOWN, fees={"2026-05": "100", "2026-06": "100"}, granted=may(20))
    assert found["objectives"][0]["remedies"][0]["number"] == "10"


@pytest.mark.parametrize(("earlier", "give"), [(0, "4"), (1, "2"), (2, "0"), (3, "0")])
def test_outages_that_were_paid_in_the_month_before_use_up_a_count(earlier: int, give: str) -> None:
    """Two in a quarter: those of May, which ends where June begins, are among them, and those of April."""
    text = REMEDY + 'per = "incident"\nunit = "money"\nflat = "2"\ncap = [{ count = 2, over = "quarter" }]\n'
    down = [Span(JUNE + n * DAY, JUNE + n * DAY + HOUR) for n in range(3)]
    assert number(text, down, granted=may(2, earlier) if earlier else []) == give
    april = Granted("uptime", "credit", "", "2026-04", month("2026-04"), Fraction(2), Fraction(2), earlier)
    assert number(text, down, granted=[april] if earlier else []) == give


def test_what_is_left_of_a_day_after_each_of_its_outages() -> None:
    """Ten euros a day: seven for the first outage, three for the second, nothing for the third."""
    text = REMEDY + 'per = "incident"\nunit = "money"\nflat = "7"\ncap = [{ money = "10", over = "day" }]\n'
    down = [Span(JUNE + n * HOUR, JUNE + n * HOUR + 1800) for n in (1, 3, 5)]
    assert number(text, down) == "10"


@pytest.mark.parametrize(("first", "counted"), [(3598, 3598), (3599, 3599), (3600, 3600), (3601, 3601)])
def test_the_last_second_of_a_maximum_is_used(first: int, counted: int) -> None:
    """Two windows and an hour at most: what the first leaves, were it one second, excuses of the second."""
    text = TARGET + '[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\nmax = "1h"\nmax_per = "period"\n'
    spans = [Span(JUNE, JUNE + first), Span(JUNE + DAY, JUNE + DAY + HOUR)]
    windows = [Window("api", span, "maintenance", None) for span in spans]
    assert objective(text, spans, windows=windows)["down_seconds"] == counted


def test_a_right_that_becomes_due_is_explained() -> None:
    """The clause that gives a right to end the contract is named in the steps, with or without a trigger."""
    for more, clause in (("", "credit"), ("when = [{ consecutive = 1 }]\n", "credit.when")):
        text = REMEDY + 'kind = "termination"\nid = "credit"\n' + more
        (found,) = objective(text, DOWN)["remedies"]
        assert (found["due"], found["give"]) == (True, "termination")
        assert [(each["word"], each["clause"]) for each in found["steps"]] == [
            ("right", f"objective.uptime.remedy.{clause}")
        ]


def test_a_credit_that_a_trigger_keeps_back_is_explained() -> None:
    """A first miss under terms that pay from the second on: nothing is due, and the explanation names the trigger."""
    (found,) = objective(REMEDY + 'flat = "5"\nwhen = [{ consecutive = 2 }]\n', DOWN)["remedies"]
    assert (found["due"], found["number"]) == (False, "0")
    assert "not-triggered" in [each["word"] for each in found["steps"]]
    (met,) = objective(REMEDY + 'flat = "5"\nwhen = [{ consecutive = 2 }]\n', [])["remedies"]
    assert "not-triggered" not in [each["word"] for each in met["steps"]]


def test_the_base_is_explained_only_where_something_is_given() -> None:
    """Of a month that met nothing is said of its fee."""
    for down, is_said in ((DOWN, True), ([], False)):
        (found,) = objective(REMEDY + 'flat = "5"\n', down, fees={"2026-06": "100.00"})["remedies"]
        assert ("money" in [each["word"] for each in found["steps"]]) == is_said


def test_an_outage_exactly_as_long_as_allowed_is_no_miss() -> None:
    """More than two hours at a stretch is a miss; two hours are not."""
    for seconds, word in ((7200, "met"), (7201, "missed")):
        text = TARGET.replace("99.9", "90") + 'also = { single_outage_over = "2h" }\n'
        assert objective(text, seconds=seconds)["verdict"] == word


def test_a_mean_shows_the_ledgers_of_its_components() -> None:
    """Each component has its own, in their order, and the accounts are those of all of them together."""
    text = TARGET.replace('"api"', '{ mean = ["api", "web"] }')
    outage = {"api": [Piece(Span(JUNE, JUNE + HOUR), "down")], "web": [Piece(Span(JUNE, JUNE + 2 * HOUR), "degraded")]}
    found = computed(terms(text), pieces=outage)["objectives"][0]
    assert found["ledger"] == []
    assert [each["ledger"][0]["account"] for each in found["parts"]] == ["down", "degraded"]
    assert (found["accounts"]["down"], found["accounts"]["degraded"]) == (HOUR, 2 * HOUR)
    assert found["accounts"]["total"] == 60 * DAY


def test_the_outage_of_a_mean_that_ended_first_sets_the_deadline() -> None:
    """One component was down from the first hour to the fourth day, the other for an hour in between."""
    text = TARGET.replace('"api"', '{ mean = ["api", "web"] }') + '[[objective.remedy]]\nflat = "5"\n'
    text += '[claim]\nsubmit = { within = 5, unit = "days", from = "incident-end" }\n'
    outage = {
        "api": [Piece(Span(JUNE, JUNE + 3 * DAY + HOUR), "down")],
        "web": [Piece(Span(JUNE + DAY, JUNE + DAY + HOUR), "down")],
    }
    (found,) = computed(terms(text), pieces=outage)["objectives"][0]["remedies"]
    assert found["claim"]["submit_by"] == "2026-06-07"


@pytest.mark.parametrize(
    ("per", "is_year"), [("calendar-year", True), ("calendar-quarter", True), ("calendar-month", False)]
)
def test_a_maximum_over_a_year_looks_back_to_its_beginning(per: str, is_year: bool) -> None:
    """What was used up of it since January is needed for the statement of June."""
    text = "[version]\neffective_from = 2025-01-01\n" + TARGET
    text += f'[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\nmax = "1h"\nmax_per = "{per}"\n'
    first = reach(terms(text), Period("2026-06", "UTC", asked("2026-06", "UTC", ())))
    assert (first <= at("2026-01-01T00:00")) == is_year
