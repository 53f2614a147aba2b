"""Credits, penalties and extensions as contracts publish them, in the terms an operator writes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, MINUTE, at, computed, faults, month, objective, terms, warnings

from monitor.sla.facts import Count, Granted, Share, Window
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
MONTH = 43_200 * MINUTE
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "{target}"\n'


def tiers(*pairs: tuple[str, str]) -> str:
    """A table of tiers: below, give."""
    return "tiers = [" + ", ".join(f'{{ below = "{below}", give = "{give}" }}' for below, give in pairs) + "]\n"


def remedy(text: str, target: str = "99.9", **more: Any) -> dict[str, Any]:
    """The only remedy of a contract."""
    found: dict[str, Any] = objective(TARGET.format(target=target) + "[[objective.remedy]]\n" + text, **more)[
        "remedies"
    ][0]
    return found


def at_uptime(text: str, uptime: str, target: str, **more: Any) -> dict[str, Any]:
    """The remedy at exactly that availability of a day: counted requests make any percentage."""
    share = Fraction(uptime) / 100
    counts = {"api": (Count(JUNE, share.numerator, share.denominator),)}
    text = '[objective.measure]\nmethod = "events"\n[[objective.remedy]]\n' + text
    found: dict[str, Any] = objective(TARGET.format(target=target) + text, counts=counts, **more)
    return found


def number(found: dict[str, Any]) -> str:
    """How much is given."""
    return str(found["remedies"][0]["number"])


def test_storage_at_98_percent() -> None:
    """C01: 98 percent of 100 dollars gives 25."""
    text = tiers(("99.9", "10"), ("99.0", "25"), ("95.0", "100"))
    found = at_uptime(text, "98", "99.9", fees={"2026-06": "100.00"})["remedies"][0]
    assert (found["give"], found["amount"]) == ("25 percent", "25.00")


@pytest.mark.parametrize(
    ("uptime", "give"),
    [("99.99", "0"), ("99.989999", "10"), ("99.0", "10"), ("98.999999", "30"), ("95.0", "30"), ("94.999999", "100")],
)
def test_every_edge_of_a_standard_table(uptime: str, give: str) -> None:
    """C02: bands are half-open, their lower edge included."""
    assert number(at_uptime(tiers(("99.99", "10"), ("99.0", "30"), ("95.0", "100")), uptime, "99.99")) == give


INVERTED = 'tiers = [{ over = "99.0", at_most = "99.9", give = "10" }, { below = "99.0", give = "25" }]\n'
CLOSED = 'tiers = [{ at_most = "99.9", give = "10" }, { below = "99.0", give = "25" }]\n'


def test_a_table_with_a_hole_is_refused_and_an_inverted_edge_warned_of() -> None:
    """C03: at exactly 99.9 the commitment is met and yet pays; exactly 99.0 falls in a hole, which the author must fill."""
    head = TARGET.format(target="99.9") + "[[objective.remedy]]\n"
    assert any("nothing is said of exactly 99" in fault for fault in faults(head + INVERTED))
    assert any("although that meets the target" in each for each in warnings(head + CLOSED))


@pytest.mark.parametrize(
    ("uptime", "give", "verdict"),
    [("99.900001", "0", "met"), ("99.9", "10", "met"), ("99.000001", "10", "missed"), ("98.999999", "25", "missed")],
)
def test_closed_edges(uptime: str, give: str, verdict: str) -> None:
    """C03: with the comparators of the contract exactly 99.9 is met and gives 10 percent."""
    found = at_uptime(CLOSED, uptime, "99.9")
    assert (number(found), found["verdict"]) == (give, verdict)


SPLUNK = """unit = "hours-of-fee"
tiers = [
  { from = "99.99", below = "99.999", give = "2" }, { from = "99.9", at_most = "99.99", give = "4" },
  { from = "99.0", below = "99.9", give = "8" }, { from = "95.0", below = "99.0", give = "24" },
  { below = "95.0", give = "720" },
]
"""


def test_overlapping_edges_are_refused() -> None:
    """C04: 99.99 lies in two bands, and nothing is given from 99.999 to the target of 100."""
    text = TARGET.format(target="100") + "[[objective.remedy]]\n" + SPLUNK
    assert any("two bands hold exactly 99.99" in fault for fault in faults(text))
    repaired = TARGET.format(target="100") + "[[objective.remedy]]\n" + SPLUNK.replace("at_most", "below")
    assert any("between 99.999 and the target" in each for each in warnings(repaired))


@pytest.mark.parametrize(("uptime", "give"), [("100", "0"), ("99.995", "2"), ("99.95", "4"), ("98", "24")])
def test_hours_of_fee(uptime: str, give: str) -> None:
    """C04: with the edges repaired the unambiguous figures give 0, 2, 4 and 24 hours of fee."""
    assert number(at_uptime(SPLUNK.replace("at_most", "below"), uptime, "100")) == give


@pytest.mark.parametrize(
    ("label", "down", "uptime", "days"),
    [("2026-06", 50, "99.884", "3"), ("2026-07", 500, "98.879", "7"), ("2026-02", 2100, "94.791", "15")],
)
def test_days_added_to_the_term(label: str, down: int, uptime: str, days: str) -> None:
    """C06: an extension is time, never money: 3, 7 and 15 days, 25 together."""
    text = TARGET.format(target="99.9") + '[[objective.remedy]]\nkind = "extension"\nunit = "days"\n'
    text += tiers(("99.9", "3"), ("99.0", "7"), ("95.0", "15")) + 'cap = [{ days = 15, over = "month" }]\n'
    text = text.replace("days = 15,", 'days = "15",')
    found = objective(text, period=label, seconds=down * MINUTE, fees={label: "100"})
    assert found["availability"]["percent"] == uptime
    assert (found["remedies"][0]["give"], found["remedies"][0]["amount"]) == (f"{days} days", None)


@pytest.mark.parametrize(("down", "hours"), [(1800, "0"), (3600, "1"), (26_100, "7.25")])
def test_an_hour_for_an_hour(down: int, hours: str) -> None:
    """C07: from one hour on each hour down extends the term by one; pro rata is exact."""
    text = (
        TARGET.format(target="99")
        + '[objective.measure]\nmin_outage = "1h"\n[[objective.remedy]]\nkind = "extension"\n'
    )
    text += 'unit = "hours"\nper = "incident"\nprorata = { multiple = "1", of = "downtime" }\n'
    assert number(objective(text, seconds=down)) == hours


KPN = """per = "incident"
unit = "fraction"
tiers = [
  { down_from = "12h", give = "1/30" }, { down_from = "24h", give = "2/30" }, { down_from = "48h", give = "3/30" },
]
"""


def test_a_thirtieth_for_fourteen_hours() -> None:
    """C09: fourteen hours are 1/30 of each fee, rounded on the line or on the total: 2.33 + 1.25 = 3.58."""
    text = TARGET.format(target="99.9").replace('of = "api"', 'of = { all = ["internet", "werkplek"] }')
    fees = {"internet|2026-06": "70.00", "werkplek|2026-06": "37.50"}
    for where in ("total", "line"):
        more = f'[[objective.remedy]]\nmoney_rounding_on = "{where}"\n' + KPN
        found = computed(terms(text + more), seconds=14 * HOUR, fees=fees)["objectives"][0]["remedies"][0]
        assert (found["number"], found["amount"]) == ("1/30", "3.58")


@pytest.mark.parametrize(
    ("hours", "thirtieths"), [("11.99", "0"), ("12", "1/30"), ("24", "1/15"), ("36", "1/15"), ("60", "1/10")]
)
def test_edges_in_time(hours: str, thirtieths: str) -> None:
    """C10: an edge from which on it counts includes it; the strict form of the same edge does not."""
    seconds = int(Fraction(hours) * 3600)
    assert remedy(KPN, seconds=seconds)["number"] == thirtieths
    strict = KPN.replace("down_from", "down_over")
    if hours in ("12", "24"):
        assert remedy(strict, seconds=seconds)["number"] == {"12": "0", "24": "1/30"}[hours]


ELECTRICITY = """kind = "penalty"
statutory = true
per = "incident"
unit = "money"
greater_of = [
  { tiers = [{ down_from = "4h", give = "35" }] },
  { steps = { of = "downtime", after = "8h", base = "35", every = "4h", count = "started", give = "20" } },
]
"""


@pytest.mark.parametrize(("hours", "amount"), [("3.5", "0.00"), ("5", "35.00"), ("8", "35.00"), ("13", "75.00")])
def test_fixed_money_in_started_blocks(hours: str, amount: str) -> None:
    """C11: 35 from four hours on, and 20 for each started four hours after eight."""
    assert remedy(ELECTRICITY, "99", seconds=int(Fraction(hours) * 3600))["amount"] == amount


def test_a_threshold_gives_the_base_at_once() -> None:
    """C11: the same said with a minimum outage: its base is given from there on, further blocks after eight hours."""
    text = 'kind = "penalty"\nstatutory = true\nper = "incident"\nunit = "money"\n'
    text += 'steps = { of = "downtime", after = "8h", base = "35", every = "4h", count = "started", give = "20" }\n'
    head = TARGET.format(target="99") + '[objective.measure]\nmin_outage = "4h"\n[[objective.remedy]]\n'
    for hours, amount in (("3.5", "0.00"), ("5", "35.00"), ("8", "35.00"), ("13", "75.00")):
        found = objective(head + text, seconds=int(Fraction(hours) * 3600))["remedies"][0]
        assert found["amount"] == amount, hours


HALF_HOURS = """steps = { of = "downtime", every = "30m", count = "nearest", give = "5" }
cap = [{ percent = "100", over = "30-days" }]
"""


@pytest.mark.parametrize(("minutes", "give"), [(30, "5"), (214, "35"), (720, "100")])
def test_half_hours_to_the_nearest(minutes: int, give: str) -> None:
    """C13: 3 h 34 is rounded to 3.5 hours, 12 hours are capped at a full month."""
    assert remedy(HALF_HOURS, "100", seconds=minutes * MINUTE)["number"] == give


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        (
            'steps = { of = "downtime", every = "30m", count = "started", give = "5" }\n',
            {30: "5", 31: "10", 601: "100"},
        ),
        (
            'allowance = "60m"\nsteps = { of = "excess", every = "60m", count = "started", give = "5" }\n',
            {60: "0", 61: "5", 130: "10"},
        ),
    ],
)
def test_started_blocks_and_a_free_hour(text: str, cases: dict[int, str]) -> None:
    """C14: a portion of half an hour counts as one; of a host the first hour is free; never more than the fee."""
    for minutes, give in cases.items():
        found = remedy(text + 'cap = [{ percent = "100", over = "month" }]\n', "100", seconds=minutes * MINUTE)
        assert found["number"] == give, minutes


def test_money_is_rounded_once_and_last() -> None:
    """C16: four hours of a month of 730 hours, fifty times, of 30 dollars is 8.22; rounding halfway would give 8.10."""
    text = 'month_hours = "730"\nprorata = { multiple = "50", of = "downtime" }\ncap = [{ percent = "100", over = "month" }]\n'
    assert remedy(text, "100", seconds=4 * HOUR, fees={"2026-06": "30.00"})["amount"] == "8.22"


HUNDREDFOLD = """allowance = "4.5m"
prorata = { multiple = "100", of = "excess" }
cap = [{ percent = "100", over = "month" }]
floor = { money = "1.00" }
"""


@pytest.mark.parametrize(("seconds", "amount"), [(270, "0.00"), (480, "1.00"), (3600, "1.28"), (30_000, "10.00")])
def test_a_hundred_times_the_excess(seconds: int, amount: str) -> None:
    """C18: the printed 4.5 minutes go before what the target implies; at least one euro, at most the price."""
    assert remedy(HUNDREDFOLD, "99.99", seconds=seconds, fees={"2026-06": "10.00"})["amount"] == amount


def test_a_share_of_the_visitors() -> None:
    """C20: a hundred minutes for 2.1 percent of the visitors is 0.000049 of the fee: one cent of 200 dollars."""
    text = 'affected = true\nprorata = { multiple = "1", of = "downtime" }\n'
    shares = [Share("api", Span(JUNE, JUNE + 100 * MINUTE), Fraction("0.021"))]
    found = remedy(text, "100", seconds=100 * MINUTE, shares=shares, fees={"2026-06": "200.00"})
    assert Fraction(found["number"]) / 100 == Fraction(100, 43_200) * Fraction("0.021")
    assert found["amount"] == "0.01"


@pytest.mark.parametrize(("multiple", "amount"), [("10", "115.74"), ("25", "289.35")])
def test_multiples_of_the_time_down(multiple: str, amount: str) -> None:
    """C21: ten and twenty-five times a hundred minutes of 5,000 dollars."""
    text = f'prorata = {{ multiple = "{multiple}", of = "downtime" }}\n'
    assert remedy(text, "100", seconds=100 * MINUTE, fees={"2026-06": "5000.00"})["amount"] == amount


@pytest.mark.parametrize(("minutes", "amount"), [(43, "0.00"), (60, "6.00")])
def test_nothing_is_due_when_the_target_is_met(minutes: int, amount: str) -> None:
    """C23: 43 minutes meet 99.9 percent of a month of thirty days; an hour pays ten times its price."""
    text = 'prorata = { multiple = "10", of = "downtime" }\n'
    assert remedy(text, seconds=minutes * MINUTE, fees={"2026-06": "432.00"})["amount"] == amount


@pytest.mark.parametrize(
    ("count", "gives"), [("exact", ["0", "2", "3"]), ("completed", ["0", "2", "2"]), ("started", ["0", "2", "4"])]
)
def test_steps_of_a_shortfall(count: str, gives: list[str]) -> None:
    """C25: two percent for each point below 99.7: whether steps are whole must be stated, and changes what is given."""
    text = f'steps = {{ of = "shortfall", every = "1", count = "{count}", give = "2" }}\n'
    text += 'cap = [{ percent = "100", over = "month" }]\n'
    assert [number(at_uptime(text, uptime, "99.7")) for uptime in ("99.7", "98.7", "98.2")] == gives
    unstated = text.replace(f'count = "{count}", ', "")
    assert any("count" in each for each in faults(TARGET.format(target="99.7") + "[[objective.remedy]]\n" + unstated))


@pytest.mark.parametrize("uptime", ["99.6", "99.64"])
def test_three_steps_and_not_four(uptime: str) -> None:
    """C27: 99.9 less 99.6 is three tenths exactly, where binary floats make four started steps of it."""
    text = 'steps = { of = "shortfall", every = "0.1", count = "started", give = "1" }\n'
    assert number(at_uptime(text, uptime, "99.9")) == "3"


BANDS_AND_STEPS = """cap = [{ percent = "50", over = "month" }]
[[objective.remedy.greater_of]]
tiers = [{ from = "99.90", below = "99.998", give = "5" }, { from = "99.50", below = "99.90", give = "10" },
         { from = "99.00", below = "99.50", give = "30" }]
[[objective.remedy.greater_of]]
steps = { of = "shortfall", after = "0.998", base = "30", every = "0.1", count = "completed", give = "5" }
"""


@pytest.mark.parametrize(
    ("uptime", "give"), [("99.95", "5"), ("99.6", "10"), ("99.0", "30"), ("98.9", "35"), ("98.6", "50")]
)
def test_bands_and_then_steps(uptime: str, give: str) -> None:
    """C29: bands down to 99, then 30 percent and 5 for each tenth, at most 50."""
    assert number(at_uptime(BANDS_AND_STEPS, uptime, "99.998")) == give


def test_three_decimals_leave_a_hole() -> None:
    """C29: bands written to 99.899 and from 99.90 say nothing between; the author is shown how to write it."""
    text = BANDS_AND_STEPS.replace('below = "99.90"', 'at_most = "99.899"')
    found = faults(TARGET.format(target="99.998") + "[[objective.remedy]]\n" + text)
    assert any("nothing is said between 99.899 and 99.9" in fault and 'below = "99.9"' in fault for fault in found)


@pytest.mark.parametrize(("minutes", "give", "amount"), [(240, "80", "800.00"), (400, "100", "1000.00")])
def test_a_twelfth_of_the_annual_fee(minutes: int, give: str, amount: str) -> None:
    """C31: five percent of a month's fee for each quarter of an hour, up to all of it; the fee is given per year."""
    text = 'base = "annual/12"\nsteps = { of = "downtime", every = "15m", count = "completed", give = "5" }\n'
    found = remedy(
        text + 'cap = [{ percent = "100", over = "month" }]\n', seconds=minutes * MINUTE, fees={"2026": "12000.00"}
    )
    assert (found["number"], found["amount"]) == (give, amount)


@pytest.mark.parametrize(("minutes", "give"), [(45, "0"), (46, "5"), (270, "5"), (271, "10"), (541, "15")])
def test_tiers_on_the_time_down(minutes: int, give: str) -> None:
    """C32: over 45 minutes, over four and a half hours, over nine: strict edges, whatever the length of the month."""
    text = 'tiers = [{ down_over = "45m", give = "5" }, { down_over = "270m", give = "10" }, { down_over = "540m", give = "15" }]\n'
    assert remedy(text, seconds=minutes * MINUTE)["number"] == give


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
