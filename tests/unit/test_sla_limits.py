"""Caps in every unit, on one outage, a count of them, a month, a quarter, a year and the subscription."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, at, month, objective, warnings

from monitor.sla.facts import Granted
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
FEE = {"2026-06": "200.00"}
ALL = [Span(JUNE, JUNE + 15 * DAY)]


def remedy(text: str, down: list[Span] | None = None, **more: Any) -> dict[str, Any]:
    """The only remedy for fifteen of the thirty days of June, or for these outages."""
    found: dict[str, Any] = objective(f"{TARGET}[[objective.remedy]]\n{text}", ALL if down is None else down, **more)[
        "remedies"
    ][0]
    return found


@pytest.mark.parametrize(
    ("form", "cap", "give"),
    [
        ('flat = "50"', 'percent = "10"', "10"),
        ('flat = "50"', 'days = "3"', "10"),
        ('flat = "50"', 'hours = "72"', "10"),
        ('flat = "50"\nmonth_hours = "730"', 'hours = "73"', "10"),
        ('flat = "50"', 'money = "20"', "10"),
        ('unit = "fraction"\nflat = "1/2"', 'percent = "10"', "1/10"),
        ('unit = "fraction"\nflat = "1/2"', 'money = "20"', "1/10"),
        ('unit = "fraction"\nflat = "1/2"', 'days = "6"', "1/5"),
        ('unit = "days-of-fee"\nflat = "20"', 'percent = "10"', "3"),
        ('unit = "days-of-fee"\nflat = "20"', 'days = "4"', "4"),
        ('unit = "days-of-fee"\nflat = "20"', 'hours = "36"', "1.5"),
        ('unit = "days-of-fee"\nflat = "20"\nmonth_hours = "720"', 'percent = "50"', "15"),
        ('unit = "hours-of-fee"\nflat = "500"', 'percent = "10"', "72"),
        ('unit = "hours-of-fee"\nflat = "500"', 'days = "2"', "48"),
        ('unit = "hours-of-fee"\nflat = "500"', 'hours = "7"', "7"),
        ('unit = "hours-of-fee"\nflat = "500"', 'money = "20"', "72"),
        ('unit = "money"\nflat = "50"', 'money = "20"', "20"),
        ('unit = "money"\nflat = "50"', 'percent = "10"', "20"),
        ('unit = "money"\nflat = "50"', 'days = "3"', "20"),
        ('kind = "extension"\nunit = "days"\nflat = "9"', 'days = "5"', "5"),
        ('kind = "extension"\nunit = "days"\nflat = "9"', 'hours = "60"', "2.5"),
        ('kind = "support"\nunit = "hours"\nflat = "9"', 'days = "0.25"', "6"),
        ('kind = "support"\nunit = "hours"\nflat = "9"', 'hours = "5"', "5"),
    ],
)
@pytest.mark.parametrize("over", ["month", "period", "30-days", "quarter", "12-months", "subscription"])
def test_a_cap_in_the_unit_of_the_remedy(form: str, cap: str, give: str, over: str) -> None:
    """A percentage of the fee, money, days or hours limit whatever the remedy gives, at the value they have in June."""
    found = remedy(f'{form}\ncap = [{{ {cap}, over = "{over}" }}]\n', fees=FEE)
    assert found["number"] == give
    assert found["decided_by"].endswith("cap[0]")


def test_a_cap_that_is_not_reached_changes_nothing() -> None:
    """Exactly at the cap nothing is taken, and the explanation does not speak of it."""
    found = remedy('flat = "10"\ncap = [{ percent = "10", over = "month" }, { percent = "50", over = "quarter" }]\n')
    assert (found["number"], found["decided_by"]) == ("10", "objective.uptime.remedy.credit.flat")
    assert "capped" not in [each["word"] for each in found["steps"]]


def test_a_cap_of_money_needs_a_fee_for_a_percentage() -> None:
    """Without a fee nobody knows what twenty euros are in percent: the cap is left out, and no amount is said."""
    found = remedy('flat = "50"\ncap = [{ money = "20", over = "month" }]\n')
    assert (found["number"], found["amount"]) == ("50", None)
    fixed = remedy('unit = "money"\nflat = "50"\ncap = [{ money = "20", over = "month" }]\n')
    assert (fixed["number"], fixed["amount"]) == ("20", "20.00")


def outages(*rows: tuple[int, int]) -> list[Span]:
    """Outages by day of June and hours."""
    return [Span(JUNE + (day - 1) * DAY, JUNE + (day - 1) * DAY + hours * HOUR) for day, hours in rows]


EACH = 'per = "incident"\nunit = "money"\nsteps = { of = "downtime", every = "1h", count = "started", give = "3" }\n'


@pytest.mark.parametrize(
    ("caps", "give"),
    [
        ("", "30"),
        ('{ money = "10", over = "incident" }', "19"),
        ('{ percent = "2", over = "incident" }', "13"),
        ('{ hours = "36", over = "incident" }', "19"),
        ('{ money = "10", over = "incident" }, { money = "15", over = "month" }', "15"),
        ('{ count = 1, over = "day" }', "27"),
        ('{ count = 2, over = "period" }', "24"),
        ('{ count = 1, over = "month" }', "21"),
        ('{ count = 1, over = "day" }, { count = 1, over = "period" }', "21"),
    ],
)
def test_caps_per_outage(caps: str, give: str) -> None:
    """Seven, one, one and one hours, two of them on one day: each is capped, then counted, then all of them together."""
    down = outages((2, 7), (10, 1), (12, 1))
    down.append(Span(down[1].start + 5 * HOUR, down[1].start + 6 * HOUR))
    found = remedy(EACH + f"cap = [{caps}]\n", down, fees=FEE)
    assert found["number"] == give


FLAT = 'flat = "30"\ncap = [{{ percent = "{percent}", over = "{over}"{more} }}]\n'


def before(*rows: tuple[str, str, str | None]) -> list[Granted]:
    """Credits on record: month, percent, money."""
    return [Granted("uptime", "credit", "", label, month(label), frac(give), None if sum_ is None else frac(sum_))
            for label, give, sum_ in rows]  # fmt: skip


def frac(text: str) -> Fraction:
    """An exact number."""
    return Fraction(text)


@pytest.mark.parametrize(
    ("over", "percent", "more", "give"),
    [
        ("12-months", "4", "", "13"),
        ("12-months", "2", "", "0"),
        ("12-months", "20", "", "30"),
        ("12-months", "20", ', of = "base"', "0"),
        ("12-months", "60", ', of = "base"', "25"),
        ("quarter", "15", "", "20"),
        ("month", "20", "", "20"),
        ("subscription", "6", "", "9"),
        ("subscription", "30", "", "30"),
    ],
)
def test_what_was_granted_before_leaves_less(over: str, percent: str, more: str, give: str) -> None:
    """Fees of a hundred a month from May 2025 on; 40 were given in June 2025, 10 in August, 25 in May."""
    fees = {f"{2025 + n // 12}-{n % 12 + 1:02d}": "100.00" for n in range(4, 18)}
    granted = before(("2025-06", "40", "40"), ("2025-08", "10", "10"), ("2026-05", "25", "25"))
    found = remedy(FLAT.format(percent=percent, over=over, more=more), fees=fees, granted=granted)
    assert found["number"] == give


def test_a_credit_of_another_remedy_component_or_objective_is_another_purse() -> None:
    """Only what the same remedy gave for the same components counts."""
    rows = [
        Granted("uptime", "penalty", "", "2026-05", month("2026-05"), frac("30"), frac("30")),
        Granted("other", "credit", "", "2026-05", month("2026-05"), frac("30"), frac("30")),
        Granted("uptime", "credit", "web", "2026-05", month("2026-05"), frac("30"), frac("30")),
    ]
    fees = {"2026-05": "100", "2026-06": "100"}
    assert remedy(FLAT.format(percent="15", over="quarter", more=""), fees=fees, granted=rows)["number"] == "30"
    rows.append(Granted("uptime", "credit", "api", "2026-05", month("2026-05"), frac("20"), frac("20")))
    assert remedy(FLAT.format(percent="15", over="quarter", more=""), fees=fees, granted=rows)["number"] == "10"


def test_days_over_a_quarter_are_what_is_left_of_them() -> None:
    """Nine of ninety days were given in May: of a cap of twelve three are left, of one of five none."""
    rows = [Granted("uptime", "credit", "", "2026-05", month("2026-05"), frac("9"))]
    for most, give in (("12", "3"), ("5", "0"), ("40", "20")):
        text = f'unit = "days-of-fee"\nflat = "20"\ncap = [{{ days = "{most}", over = "quarter" }}]\n'
        assert remedy(text, granted=rows)["number"] == give


def test_a_tight_table_of_caps_is_not_warned_of() -> None:
    """Caps from narrow to wide are how they are applied."""
    text = TARGET + '[claim]\nautomatic = true\n[[objective.remedy]]\nflat = "5"\n'
    assert not warnings(text + 'cap = [{ percent = "10", over = "month" }, { percent = "8", over = "subscription" }]\n')


@pytest.mark.parametrize(
    ("percent", "more", "give"), [("5", "", "5"), ("10", "", "30"), ("4", "", "0"), ("30", ', of = "base"', "5")]
)
def test_without_fees_each_month_is_taken_to_cost_the_same(percent: str, more: str, give: str) -> None:
    """Since January: five percent of six months is thirty, of which 25 were given in May; months that met count too."""
    rows = [Granted("uptime", "credit", "", "2026-05", month("2026-05"), frac("25"))]
    text = "[version]\neffective_from = 2026-01-01\n" + TARGET + "[[objective.remedy]]\n"
    text += FLAT.format(percent=percent, over="12-months", more=more)
    assert objective(text, ALL, granted=rows)["remedies"][0]["number"] == give


def test_a_cap_of_money_that_is_used_up_leaves_nothing() -> None:
    """Also without a fee: fifty of fifty euros were given in May, or forty of them."""
    for spent, give in (("50", "0"), ("60", "0"), ("40", "10")):
        rows = [Granted("uptime", "credit", "", "2026-05", month("2026-05"), frac(spent), frac(spent))]
        text = 'unit = "money"\nflat = "20"\ncap = [{ money = "50", over = "quarter" }]\n'
        assert remedy(text, granted=rows)["number"] == give


def test_twelve_months_without_fees_are_twelve_fees() -> None:
    """In force for long: four percent of twelve months is 48, of which 25 were given in May and the month before does not count."""
    rows = [Granted("uptime", "credit", "", "2026-05", month("2026-05"), frac("25"))]
    text = "[version]\neffective_from = 2025-01-01\n" + TARGET + "[[objective.remedy]]\n"
    text += FLAT.format(percent="4", over="12-months", more="")
    assert objective(text, ALL, granted=rows)["remedies"][0]["number"] == "23"
