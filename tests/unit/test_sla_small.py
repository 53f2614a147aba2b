"""Small promises of the calculator, each about one figure, word or edge that nothing larger depends on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from calculated import HOUR, at, computed, faults, month, objective, reading, spans, terms, warnings

from monitor.sla.budget import allowance
from monitor.sla.facts import Granted, Ticket, TicketEvent
from monitor.sla.holidays import days_off

JUNE = at("2026-06-01T00:00")
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
OFFICE = '[[calendar]]\nid = "office"\nmon = ["09:00-17:00"]\nfri = ["09:00-17:00"]\n'
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


def words(found: dict[str, Any]) -> list[str]:
    """What the steps are about, in order."""
    return [step["word"] for step in found["steps"]]


def test_a_file_is_of_the_first_schema() -> None:
    """Whether it says so or not."""
    for text in ("", "schema = 1\n"):
        found = reading(f'{text}[agreement]\nid = "acme"\ntimezone = "UTC"\n{TARGET}')
        assert found.versions[0].newest.schema == 1


def test_support_has_no_seconds() -> None:
    """Tickets are counted, time is not: nothing was counted, down, excluded or unknown."""
    found = fix(("P3", True))
    seconds = {key: found[key] for key in ("counted_seconds", "down_seconds", "unknown_seconds")}
    assert seconds == dict.fromkeys(seconds, 0)
    assert (found["ledger"], found["bounds"]["coverage"], found["bounds"]["could_change"]) == ([], "100.000", False)


@pytest.mark.parametrize(("met", "total", "is_due"), [(1, 2, True), (51, 101, True), (2, 3, False)])
def test_a_right_below_a_percentage_of_tickets(met: int, total: int, is_due: bool) -> None:
    """Half is below 50.5 percent and so are 51 of 101; two thirds are not."""
    told = [("P3", n < met) for n in range(total)]
    assert fix(*told)["remedies"][0]["due"] == is_due


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


def test_a_trigger_that_is_met_is_told() -> None:
    """And one that is not, where something would have been given."""
    text = TARGET + '[[objective.remedy]]\nflat = "10"\nwhen = { consecutive = 2 }\n'
    june, may = [("2026-06-10T00:00", "2026-06-10T02:00")], [("2026-05-10T00:00", "2026-05-10T02:00")]
    assert words(objective(text, spans(*june, *may))["remedies"][0])[:2] == ["give", "triggered"]
    assert words(objective(text, spans(*june))["remedies"][0])[:2] == ["give", "not-triggered"]


@pytest.mark.parametrize(
    ("meets", "edge", "said"),
    [
        (">=", "below", ""),
        (">=", "at_most", "gives at exactly 99.9, although that meets the target"),
        (">", "below", "gives nothing at exactly 99.9, although that misses the target"),
        (">", "at_most", ""),
    ],
)
def test_the_first_edge_and_the_target_agree(meets: str, edge: str, said: str) -> None:
    """Of a table that does not, its author is warned, and of one that does, not."""
    text = TARGET + f'meets = "{meets}"\n[[objective.remedy]]\ntiers = [{{ {edge} = "99.9", give = "10" }}]\n'
    text += "[claim]\nautomatic = true\n"
    found = warnings(text)
    assert [said in each for each in found] == ([True] if said else [])


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    """Epiphany is one in Bavaria, and not in all of Germany."""
    epiphany = date(2026, 1, 6)
    assert epiphany in days_off("DE-BY", 2026)
    assert epiphany not in days_off("DE", 2026)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TARGET + TARGET, "objective: 'uptime' is the id of 2"),
        (TARGET + '[[objective.remedy]]\nflat = "5"\n[[objective.remedy]]\nflat = "6"\n', "'credit' is the id of 2"),
        (
            TARGET.replace('"api"', '{ mean = ["api", "web"] }') + '[[objective.remedy]]\nper = "day"\nflat = "5"\n',
            "remedy[0].per: a mean is of a period",
        ),
        (TARGET + '[[calendar]]\nid = "shut"\n', "calendar[0]: never opens"),
        (
            TARGET + '[[calendar]]\nid = "shut"\nshifts = [{ date = 2026-06-01, open = [] }]\n',
            "calendar[0]: never opens",
        ),
    ],
)
def test_what_cannot_be_meant_is_a_fault(text: str, said: str) -> None:
    """What stands there twice, never opens, or cannot be said of a day: the author is told where."""
    assert any(said in each for each in faults(text)), faults(text)


def test_ids_that_differ_are_no_fault() -> None:
    """Two objectives, two remedies, two calendars that open once each."""
    other = TARGET.replace("uptime", "other")
    two = '[[objective.remedy]]\nflat = "5"\n[[objective.remedy]]\nid = "more"\nflat = "6"\n'
    open_ = '[[calendar]]\nid = "{}"\nshifts = [{{ date = 2026-06-01, open = ["09:00-10:00"] }}]\n'
    assert not faults(TARGET + two + other + two + open_.format("one") + open_.format("two"))


@pytest.mark.parametrize(
    ("month_of", "give"), [("2026-05", "10"), ("2026-04", "10"), ("2026-03", "20"), ("2026-07", "20")]
)
def test_a_count_over_a_quarter_is_of_what_was_given_in_it_before(month_of: str, give: str) -> None:
    """One of two was given in April or May; what was given in March or (by mistake, already) in July is of another quarter."""
    text = TARGET + '[[objective.remedy]]\nper = "incident"\nflat = "10"\ncap = [{ count = 2, over = "quarter" }]\n'
    down = spans(("2026-06-10T00:00", "2026-06-10T02:00"), ("2026-06-20T00:00", "2026-06-20T02:00"))
    granted = [Granted("uptime", "credit", "", month_of, month(month_of), Fraction(10))]
    assert objective(text, down, granted=granted)["remedies"][0]["number"] == give


@pytest.mark.parametrize(("normal", "during"), [("100", "99"), ("98", "0")])
def test_a_budget_that_cannot_be_spent_is_refused(normal: str, during: str) -> None:
    """In an outage it is exactly on target, or it never is."""
    with pytest.raises(ValueError, match="the target must lie above"):
        allowance(Fraction(99), 3600, Fraction(normal), Fraction(during))


def test_a_business_day_later_it_is_as_late_to_the_second() -> None:
    """From Friday 16:30:15 one open day later is Monday 16:30:15, none later is the same moment; a break has its minutes."""
    text = OFFICE + 'breaks = ["2026-06-08T12:30:10/2026-06-08T13:00:20"]\n'
    hours = terms(TARGET + text).newest.hours("office")
    friday, monday = at("2026-06-05T16:30:15"), at("2026-06-08T16:30:15")
    assert hours.days_after(friday, 1) == monday
    assert hours.days_after(friday, 0) == friday
    assert hours.days_after(at("2026-06-06T11:00"), 0) == at("2026-06-08T09:00")
    assert hours.seconds(at("2026-06-08T00:00"), at("2026-06-09T00:00")) == 8 * HOUR - 1810
