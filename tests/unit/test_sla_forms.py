"""What each form of a remedy gives, at its edges, for a period and for an outage."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import DAY, HOUR, at, computed, objective, terms

from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
HALF = HOUR // 2


def remedy(text: str, seconds: int, **more: Any) -> dict[str, Any]:
    """The only remedy for so many seconds down of the 720 hours of June."""
    found: dict[str, Any] = objective(f"{TARGET}[[objective.remedy]]\n{text}\n", seconds=seconds, **more)["remedies"][0]
    return found


OWN = 'allowance = "1h"\n'
EXTENSION = 'kind = "extension"\nunit = "{}"\n'
STEPS = 'steps = {{ of = "{of}", every = "{every}", count = "{count}", give = "5"{more} }}'


@pytest.mark.parametrize(
    ("form", "seconds", "give"),
    [
        ('flat = "10"', 2592, "0"),
        ('flat = "10"', 2593, "10"),
        (OWN + 'flat = "10"', HOUR, "0"),
        (OWN + 'flat = "10"', HOUR + 1, "10"),
        ('allowance = "10m"\nflat = "10"', 601, "10"),
        ('prorata = { of = "downtime" }', 72 * HOUR, "10"),
        ('prorata = { of = "downtime" }', 2592, "0"),
        ('prorata = { of = "downtime", multiple = "3" }', 72 * HOUR, "30"),
        (OWN + 'prorata = { of = "excess" }', 73 * HOUR, "10"),
        (OWN + 'prorata = { of = "excess" }', HOUR, "0"),
        ('prorata = { of = "excess" }', 2592 + 25_920, "1"),
        ('unit = "fraction"\nprorata = { of = "downtime" }', 72 * HOUR, "1/10"),
        ('unit = "days-of-fee"\nprorata = { of = "downtime" }', 12 * HOUR, "0.5"),
        ('unit = "hours-of-fee"\nprorata = { of = "downtime" }', 12 * HOUR, "12"),
        ('month_hours = "730"\nunit = "hours-of-fee"\nprorata = { of = "downtime" }', 12 * HOUR, "12"),
        ('month_hours = "360"\nprorata = { of = "downtime" }', 72 * HOUR, "20"),
        (EXTENSION.format("days") + 'prorata = { of = "downtime" }', 36 * HOUR, "1.5"),
        (EXTENSION.format("hours") + OWN + 'prorata = { of = "excess", multiple = "2" }', 3 * HOUR, "4"),
        (STEPS.format(of="shortfall", every="0.4", count="started", more=""), 25_920, "15"),
        (STEPS.format(of="shortfall", every="0.4", count="completed", more=""), 25_920, "10"),
        (STEPS.format(of="shortfall", every="0.4", count="exact", more=""), 25_920, "11.25"),
        (STEPS.format(of="shortfall", every="0.4", count="nearest", more=""), 25_920, "10"),
        (STEPS.format(of="shortfall", every="0.6", count="nearest", more=""), 25_920, "10"),
        (STEPS.format(of="shortfall", every="0.1", count="started", more=""), 2592, "0"),
        (STEPS.format(of="downtime", every="1h", count="started", more=""), 2592, "0"),
        (STEPS.format(of="downtime", every="1h", count="started", more=""), 2593, "5"),
        (STEPS.format(of="downtime", every="1h", count="started", more=""), HOUR, "5"),
        (STEPS.format(of="downtime", every="1h", count="started", more=""), HOUR + 1, "10"),
        (STEPS.format(of="downtime", every="1h", count="completed", more=', after = "2h", base = "7"'), HOUR, "0"),
        (STEPS.format(of="downtime", every="1h", count="completed", more=', after = "2h", base = "7"'), 2 * HOUR, "7"),
        (STEPS.format(of="downtime", every="1h", count="completed", more=', after = "2h", base = "7"'), 4 * HOUR, "17"),
        (OWN + STEPS.format(of="downtime", every="1h", count="completed", more=', after = "3h", base = "7"'), 2 * HOUR, "7"),
        (OWN + STEPS.format(of="downtime", every="1h", count="completed", more=', after = "3h", base = "7"'), HOUR, "0"),
        (STEPS.format(of="shortfall", every="0.4", count="completed", more=', after = "1", base = "7"'), 25_920, "0"),
        (STEPS.format(of="shortfall", every="0.4", count="completed", more=', after = "0.5", base = "7"'), 25_920, "12"),
        (OWN + STEPS.format(of="excess", every="1h", count="completed", more=""), 3 * HOUR, "10"),
        (OWN + STEPS.format(of="excess", every="1h", count="completed", more=""), 3 * HOUR - 1, "5"),
        (OWN + STEPS.format(of="excess", every="1h", count="started", more=""), HOUR, "0"),
        (STEPS.format(of="excess", every="1h", count="started", more=""), 2593, "5"),
        ('tiers = [{ below = "95", give = "50" }, { below = "99.9", give = "10" }, { below = "99", give = "25" }]', 25_921, "25"),
        ('tiers = [{ below = "95", give = "50" }, { below = "99.9", give = "10" }, { below = "99", give = "25" }]', 25_920, "10"),
        ('tiers = [{ down_over = "2h", give = "9" }, { down_over = "1h", give = "4" }]', HOUR, "0"),
        ('tiers = [{ down_over = "2h", give = "9" }, { down_over = "1h", give = "4" }]', HOUR + 1, "4"),
        ('tiers = [{ down_over = "2h", give = "9" }, { down_over = "1h", give = "4" }]', 2 * HOUR + 1, "9"),
        ('tiers = [{ down_from = "2h", give = "9" }, { down_from = "1h", give = "4" }]', HOUR - 1, "0"),
        ('tiers = [{ down_from = "2h", give = "9" }, { down_from = "1h", give = "4" }]', HOUR, "4"),
        ('tiers = [{ down_from = "2h", give = "9" }, { down_from = "1h", give = "4" }]', 2 * HOUR, "9"),
        ('greater_of = [{ flat = "10" }, { prorata = { of = "downtime" } }]', HOUR, "10"),
        ('greater_of = [{ flat = "10" }, { prorata = { of = "downtime" } }]', 144 * HOUR, "20"),
    ],
)  # fmt: skip
def test_what_a_form_gives(form: str, seconds: int, give: str) -> None:
    """Exactly on a target, an allowance or an edge nothing is due yet; a second more, and it is."""
    assert remedy(form, seconds)["number"] == give


@pytest.mark.parametrize(
    ("form", "clause"),
    [
        ('greater_of = [{ flat = "10" }, { prorata = { of = "downtime" } }]', "greater_of[0].flat"),
        ('greater_of = [{ prorata = { of = "downtime" } }, { flat = "10" }]', "greater_of[1].flat"),
        ('tiers = [{ below = "99.9", give = "10" }, { below = "99.8", give = "25" }]', "tiers[1]"),
        ('steps = { of = "downtime", every = "1h", count = "started", give = "5" }', "steps"),
    ],
)
def test_the_clause_that_decided_is_named(form: str, clause: str) -> None:
    """Two hours down: which row of a table, which of two forms."""
    assert remedy(form, 2 * HOUR)["decided_by"] == f"objective.uptime.remedy.credit.{clause}"


def outages(*lengths: int) -> list[Span]:
    """Outages on one day after another, by seconds."""
    return [Span(JUNE + n * DAY, JUNE + n * DAY + length) for n, length in enumerate(lengths)]


@pytest.mark.parametrize(
    ("form", "give"),
    [
        ('flat = "2"', "6"),
        ('allowance = "1h"\nflat = "2"', "2"),
        ('steps = { of = "excess", every = "30m", count = "started", give = "2" }', "14"),
        ('allowance = "30m"\nsteps = { of = "excess", every = "30m", count = "started", give = "2" }', "8"),
        ('tiers = [{ down_from = "1h", give = "3" }, { down_from = "2h", give = "8" }]', "11"),
    ],
)
def test_per_outage(form: str, give: str) -> None:
    """Outages of half an hour, one hour and two: what each gives is added up, and an allowance is for each of them."""
    text = f'{TARGET}[[objective.remedy]]\nper = "incident"\nunit = "money"\n{form}\n'
    assert objective(text, outages(HALF, HOUR, 2 * HOUR))["remedies"][0]["number"] == give


def test_per_outage_an_hour_is_part_of_the_month() -> None:
    """Pro rata of two outages is that of their sum, also in percent."""
    text = f'{TARGET}[[objective.remedy]]\nper = "incident"\nprorata = {{ of = "downtime" }}\n'
    found = objective(text, outages(36 * HOUR // 2, 54 * HOUR))["remedies"][0]
    assert found["number"] == "10"
    assert [each["word"] for each in found["steps"]][:2] == ["give-each", "give-each"]


LADDER = 'ladder = { give = ["report", "10", "20"], over = "6-months" }'


@pytest.mark.parametrize(
    ("missed", "give", "number"),
    [
        ("6", "report", "0"),
        ("56", "10 percent", "10"),
        ("456", "20 percent", "20"),
        ("3456", "20 percent", "20"),
        ("45", "0 percent", "0"),
    ],
)
def test_a_ladder(missed: str, give: str, number: str) -> None:
    """The first miss is a report, the next ones give more, further ones give the last; a month that is met gives nothing."""
    down = [Span(start, start + 4 * HOUR) for start in (at(f"2026-0{each}-10T00:00") for each in missed)]
    found = remedy(LADDER, 0, down=down)
    assert (found["give"], found["number"]) == (give, number)


def test_nothing_is_given_without_a_figure_and_a_meeting_is_no_money() -> None:
    """A month nobody watched gives nothing; a report has no amount."""
    assert remedy(LADDER, 4 * HOUR, fees={"2026-06": "100"})["amount"] is None
    text = f'{TARGET}[[objective.remedy]]\nflat = "10"\n'
    found = computed(terms(text), pieces={"api": []}, fees={"2026-06": "100"})["objectives"][0]["remedies"][0]
    assert (found["due"], found["number"], found["amount"]) == (False, "0", "0.00")
