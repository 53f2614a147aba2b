"""Credits, penalties and extensions as contracts publish them: tables, steps and multiples."""

from __future__ import annotations

from fractions import Fraction

import pytest
from calculated import HOUR, MINUTE, computed, faults, objective, terms, warnings
from credited import JUNE, TARGET, at_uptime, number, remedy, tiers

from monitor.sla.facts import Share
from monitor.timeline.span import Span


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
