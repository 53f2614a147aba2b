"""Caps, triggers, choices and shares as contracts publish them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from calculated import DAY, HOUR, MINUTE, at, faults, month, objective
from credited import JUNE, TARGET, at_uptime, number, remedy, tiers

from monitor.sla.facts import Granted, Share, Window
from monitor.timeline.span import Span

YEARLY = 'cap = [{ percent = "10", over = "month" }, { percent = "10", over = "12-months" }]\n'


@pytest.mark.parametrize(
    ("deep", "uptime", "granted", "charges", "amount"),
    [
        ("3", "100", None, "0", "0.00"),  # C33
        ("3", "99.7", None, "0", "0.20"),  # C34
        ("11", "97", None, "0", "1.00"),  # C36: the month's cap
        ("11", "97", "11.01", "110", "0.99"),  # C37: 10 percent of 120 less what was given
    ],
)
def test_caps_of_a_month_and_of_twelve(deep: str, uptime: str, granted: str | None, charges: str, amount: str) -> None:
    """C33, C34, C36, C37: caps go from narrow to wide, and the wide one needs what was granted before."""
    text = tiers(("99.8", "2"), ("98.0", deep)) + YEARLY
    fees = {"2026-06": "10.00"}
    before = []
    if granted:
        fees["2026-05"] = charges
        before = [Granted("uptime", "credit", "", "2026-05", month("2026-05"), Fraction(0), Fraction(granted))]
    assert at_uptime(text, uptime, "99.8", fees=fees, granted=before)["remedies"][0]["amount"] == amount


def test_ten_percent_of_five_thousand() -> None:
    """C40: 99.5 percent against 99.95 is 216 minutes of thirty days and gives 500 dollars."""
    found = objective(
        TARGET.format(target="99.95") + "[[objective.remedy]]\n" + tiers(("99.95", "10")),
        seconds=216 * MINUTE,
        fees={"2026-06": "5000.00"},
    )
    assert (found["availability"]["percent"], found["remedies"][0]["amount"]) == ("99.500", "500.00")


@pytest.mark.parametrize(
    ("gross", "out", "give", "amount"),
    [(42, 5, "10", "250.00"), (180, 20, "25", "625.00"), (2460, 60, "50", "1250.00")],
)
def test_gross_less_excluded_minutes(gross: int, out: int, give: str, amount: str) -> None:
    """C41: announced maintenance comes off the downtime before the table is read."""
    text = TARGET.format(target="99.95") + '[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\n'
    text += "[[objective.remedy]]\n" + tiers(("99.95", "10"), ("99.9", "25"), ("95", "50"))
    window = Window("api", Span(JUNE, JUNE + out * MINUTE), "maintenance")
    found = objective(text, seconds=gross * MINUTE, windows=[window], fees={"2026-06": "2500.00"})
    assert found["down_seconds"] == (gross - out) * MINUTE
    assert (number(found), found["remedies"][0]["amount"]) == (give, amount)


CHOICE = """[[objective.remedy]]
id = "credit"
choice_group = "A"
prorata = { multiple = "1", of = "downtime" }
cap = [{ percent = "100", over = "month" }]
hold_until = { money = "1000.00" }
[[objective.remedy]]
id = "extension"
kind = "extension"
choice_group = "A"
unit = "hours"
prorata = { multiple = "1", of = "downtime" }
"""


@pytest.mark.parametrize(("minutes", "amount", "hours"), [(86, "0.00", "0"), (120, "120.00", "2")])
def test_money_or_time_at_the_customers_choice(minutes: int, amount: str, hours: str) -> None:
    """C44: the value of the minutes or as many minutes more; money is held until a thousand has come together."""
    found = objective(TARGET.format(target="99.8") + CHOICE, seconds=minutes * MINUTE, fees={"2026-06": "43200.00"})
    credit, extension = found["remedies"]
    assert (credit["amount"], credit["payable"], extension["number"]) == (amount, "0.00", hours)
    assert credit["choice_group"] == extension["choice_group"] == "A"


def test_held_credits_are_paid_when_they_reach_the_sum() -> None:
    """C44: 600 in May is held, 600 in June brings it to 1,200, which is paid."""
    text = TARGET.format(target="99.8") + CHOICE
    outages = [Span(start, start + 600 * MINUTE) for start in (at("2026-05-02T00:00"), at("2026-06-02T00:00"))]
    fees = {"2026-05": "44640.00", "2026-06": "43200.00", "2026-07": "44640.00"}
    found = [
        objective(text, outages, period=label, fees=fees)["remedies"][0] for label in ("2026-05", "2026-06", "2026-07")
    ]
    assert [(each["amount"], each["payable"]) for each in found] == [
        ("600.00", "0.00"), ("600.00", "1200.00"), ("0.00", "0.00"),
    ]  # fmt: skip


def months(uptimes: list[str]) -> list[Span]:
    """Outages that give months, from January on, these availabilities."""
    found = []
    for n, uptime in enumerate(uptimes, 1):
        span = month(f"2026-{n:02d}")
        down = int((100 - Fraction(uptime)) / 100 * span.seconds)
        if down:
            found.append(Span(span.start + DAY, span.start + DAY + down))
    return found


@pytest.mark.parametrize(
    ("retroactive", "given"), [("false", ["0", "0", "0", "20", "20"]), ("true", ["0", "0", "0", "40", "20"])]
)
def test_only_after_two_misses_in_a_row(retroactive: str, given: list[str]) -> None:
    """C45: the first miss alone gives nothing; whether it becomes payable with the second is a term."""
    text = TARGET.format(target="99.95") + '[version]\neffective_from = 2026-01-01\n[[objective.remedy]]\nflat = "20"\n'
    text += f"when = {{ consecutive = 2, retroactive = {retroactive} }}\n"
    outages = months(["99.90", "99.97", "99.90", "99.80", "99.80"])
    assert [number(objective(text, outages, period=f"2026-{n:02d}")) for n in range(1, 6)] == given


def test_a_ladder_of_misses() -> None:
    """C48: the n-th miss within six months gives a meeting, then 10, 20 and 30 percent."""
    text = TARGET.format(target="99.5") + "[version]\neffective_from = 2026-01-01\n[[objective.remedy]]\n"
    text += 'ladder = { give = ["report", "10", "20", "30"], over = "6-months" }\n'
    met = [False, True, False, False, True, True, False]
    outages = months(["100" if each else "99" for each in met])
    found = [objective(text, outages, period=f"2026-{n:02d}")["remedies"][0] for n in range(1, 8)]
    gives = [each["give"] if each["due"] else None for each in found]
    assert gives == ["report", None, "10 percent", "20 percent", None, None, "20 percent"]


@pytest.mark.parametrize(("cap", "valid"), [("100", False), ("99.99", True), ("50", True), (None, False)])
def test_a_penalty_never_refunds_everything(cap: str | None, valid: bool) -> None:
    """C49: a penalty needs a cap below 100 percent; a credit may reach it; what the law sets is exempt."""
    text = TARGET.format(target="99.9") + '[[objective.remedy]]\nkind = "penalty"\nflat = "10"\n'
    text += f'cap = [{{ percent = "{cap}", over = "month" }}]\n' if cap else ""
    assert (not faults(text)) == valid
    assert not faults(text + "statutory = true\n")
    assert not faults(text.replace("penalty", "credit"))


def test_two_decimals_leave_holes() -> None:
    """C55: bands from 97 to 98.99 and up to 96.99 have a hole; edges written as below cannot have one."""
    bands = [("97", "98.99", "5"), ("94", "96.99", "20"), ("90", "93.99", "35"), ("0", "90", "50")]
    rows = ", ".join(f'{{ from = "{low}", at_most = "{high}", give = "{give}" }}' for low, high, give in bands)
    head = TARGET.format(target="99.0") + "[[objective.remedy]]\n"
    found = faults(head + f"tiers = [{rows}]\n")
    assert sum("nothing is said between" in fault for fault in found) == 2
    text = tiers(("99.0", "5"), ("97", "20"), ("94", "35"), ("90", "50"))
    uptimes = ["98.995", "98.99", "96.995", "90", "89.99"]
    assert [number(at_uptime(text, uptime, "99.0")) for uptime in uptimes] == ["5", "5", "20", "35", "50"]


def test_a_tenth_for_one_of_a_hundred_accounts() -> None:
    """B31: the tier's ten percent times the share of accounts hit: a dollar of a thousand."""
    outage = Span(JUNE, JUNE + HOUR)
    text = "affected = true\n" + tiers(("99.9", "10"))
    shares = [Share("api", outage, Fraction(2, 200))]
    assert remedy(text, down=[outage], shares=shares, fees={"2026-06": "1000.00"})["amount"] == "1.00"


FREE_HOUR = """[[objective.remedy]]
id = "free-hour"
per = "clock-hour"
automatic = true
flat = "100"
"""


def test_a_clock_hour_with_more_than_six_minutes_is_free() -> None:
    """An outage over the edge of an hour is six minutes or less in one and more in the other: only the other is free."""
    text = (
        TARGET.format(target="99.5")
        + '[objective.measure]\nmin_outage = "6m"\nmin_outage_inclusive = false\n'
        + FREE_HOUR
    )
    outage = Span(JUNE + HOUR - 6 * MINUTE, JUNE + HOUR + 7 * MINUTE)
    found = objective(text, [outage], fees={"2026-06": "720.00"})["remedies"][0]
    assert found["amount"] == "1.00"
