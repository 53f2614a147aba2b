"""Small promises of the calculator, each about one figure, word or edge that nothing larger depends on."""

from __future__ import annotations

import json
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest
from calculated import HOUR, at, computed, month, objective, reading, spans, terms

from monitor.sla.budget import allowance
from monitor.sla.entitle import NOTHING, Case, Given, entitled
from monitor.sla.facts import Count, Facts, Granted, Piece, Share, Window, line
from monitor.sla.history import looks_back
from monitor.sla.periods import Rule
from monitor.sla.remedies import Prorata, Remedy, Tier
from monitor.sla.statement import statement
from monitor.timeline.model import Reason, State, Stretch
from monitor.timeline.period import Period
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
MINUTES = """[objective.measure]
method = "bad-slices"
slice = "1m"
bad_slice = "whole-slice-down"
partial_slice = "whole"
"""
EXCUSE = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\n'
TEN, TOP, LOW = Fraction(10), Fraction("99.9"), Fraction(99)


def words(found: dict[str, Any]) -> list[str]:
    """What the steps are about, in order."""
    return [step["word"] for step in found["steps"]]


def test_a_file_is_of_the_first_schema() -> None:
    """Whether it says so or not."""
    for text in ("", "schema = 1\n"):
        found = reading(f'{text}[agreement]\nid = "acme"\ntimezone = "UTC"\n{TARGET}')
        assert found.versions[0].newest.schema == 1


def test_a_trigger_that_is_met_is_told() -> None:
    """And one that is not, where something would have been given."""
    text = TARGET + '[[objective.remedy]]\nflat = "10"\nwhen = { consecutive = 2 }\n'
    june, may = [("2026-06-10T00:00", "2026-06-10T02:00")], [("2026-05-10T00:00", "2026-05-10T02:00")]
    assert words(objective(text, spans(*june, *may))["remedies"][0])[:2] == ["give", "triggered"]
    assert words(objective(text, spans(*june))["remedies"][0])[:2] == ["give", "not-triggered"]


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


@pytest.mark.parametrize(("code", "amount"), [("JPY", "13"), ("EUR", "12.50"), ("BHD", "12.500")])
def test_money_is_written_in_its_smallest_coin(code: str, amount: str) -> None:
    """Yen have none below one, dinars have thousandths."""
    text = (
        f'[agreement]\nid = "acme"\ntimezone = "UTC"\ncurrency = "{code}"\n{TARGET}[[objective.remedy]]\nflat = "10"\n'
    )
    down = spans(("2026-06-10T00:00", "2026-06-10T02:00"))
    found = computed(reading(text).versions[0], "2026-06", down, fees={"2026-06": "125"})
    assert found["objectives"][0]["remedies"][0]["amount"] == amount


@pytest.mark.parametrize(("rule", "amount"), [("up", "13"), ("half-up", "12"), ("down", "12")])
def test_yen_are_rounded_once(rule: str, amount: str) -> None:
    """Ten percent of 121 are 12.1: thirteen where any part counts as one, and not 12.10 first."""
    text = f'[agreement]\nid = "acme"\ntimezone = "UTC"\ncurrency = "JPY"\n{TARGET}'
    text += f'[[objective.remedy]]\nflat = "10"\nmoney_rounding = "{rule}"\n'
    down = spans(("2026-06-10T00:00", "2026-06-10T02:00"))
    found = computed(reading(text).versions[0], "2026-06", down, fees={"2026-06": "121"})
    assert found["objectives"][0]["remedies"][0]["amount"] == amount


def test_a_digest_can_be_made_again() -> None:
    """It is the SHA-256 of the ledger as JSON with its keys in order."""
    found = objective(TARGET, spans(("2026-06-10T00:00", "2026-06-10T02:00")))
    assert found["digest"] == sha256(json.dumps(found["ledger"], sort_keys=True).encode()).hexdigest()


def test_a_period_is_closed_from_its_last_second_on() -> None:
    """At midnight it is, a second before it is not."""
    (versions,) = reading(f'[agreement]\nid = "acme"\ntimezone = "UTC"\n{TARGET}').versions
    june = month("2026-06")
    facts = Facts({"api": (Piece(june, "up"),)})
    made = [statement(versions, Period("2026-06", "UTC", june), facts, june.end + n) for n in (-1, 0)]
    assert [(each.is_closed, each.assessments[0].is_closed) for each in made] == [(False, False), (True, True)]


def test_a_statement_can_be_of_the_objectives_of_one_kind_of_period() -> None:
    """Of a month and a quarter that end together each can be settled by itself; asked for neither, both are there."""
    quarterly = TARGET.replace("uptime", "quarter") + 'period = "calendar-quarter"\n'
    (versions,) = reading(f'[agreement]\nid = "acme"\ntimezone = "UTC"\n{TARGET}{quarterly}').versions
    june = month("2026-06")
    facts = Facts({"api": (Piece(june, "up"),)})
    monthly, by_quarter = (versions.newest.rule(each) for each in versions.newest.objectives)
    for only, ids in ((monthly, ["uptime"]), (by_quarter, ["quarter"]), (None, ["uptime", "quarter"])):
        made = statement(versions, Period("2026-06", "UTC", june), facts, june.end, only)
        assert [each.objective.id for each in made.assessments] == ids


def test_an_own_fault_fills_its_own_slice() -> None:
    """Web is down and excused for a minute; api, down for twenty seconds of it, makes all of that minute down by these terms."""
    text = TARGET.replace('"api"', '{ all = ["web", "api"] }') + MINUTES + EXCUSE
    at_ten = at("2026-06-10T10:00")
    pieces = {
        "web": [Piece(Span(at_ten, at_ten + 60), "down")],
        "api": [Piece(Span(at_ten + 30, at_ten + 50), "down")],
    }
    windows = [Window("web", Span(at_ten, at_ten + 60), "maintenance", JUNE)]
    assert objective(text, pieces=pieces, windows=windows)["down_seconds"] == 60
    assert objective(text, pieces=pieces | {"api": []}, windows=windows)["down_seconds"] == 0


def test_the_share_of_a_mean_is_that_of_its_downtime() -> None:
    """An hour that hit all and three that hit a tenth: thirteen fortieths of the customers, whichever stands first."""
    down = {"web": HOUR, "api": 3 * HOUR}
    for names in ('["web", "api"]', '["api", "web"]'):
        text = TARGET.replace('"api"', f"{{ mean = {names} }}") + '[[objective.remedy]]\nflat = "40"\naffected = true\n'
        pieces = {name: [Piece(Span(JUNE, JUNE + length), "down")] for name, length in down.items()}
        shares = [Share("api", Span(JUNE, JUNE + 3 * HOUR), Fraction(1, 10))]
        assert objective(text, pieces=pieces, shares=shares)["remedies"][0]["number"] == "13"


def test_requests_of_which_nobody_told_whom_they_hit_are_everybodys() -> None:
    """The mean of two counts of requests has no downtime to weigh shares by: all of the credit is given."""
    text = TARGET.replace('"api"', '{ mean = ["web", "api"] }') + '[objective.measure]\nmethod = "events"\n'
    text += '[[objective.remedy]]\nflat = "10"\naffected = true\n'
    counts = {name: (Count(JUNE, 90, 100),) for name in ("web", "api")}
    assert objective(text, counts=counts)["remedies"][0]["number"] == "10"


def test_what_is_not_so_has_no_step() -> None:
    """Terms without a date, a single component, and nothing to pay: no step speaks of a version, of others, or of too little."""
    least = '[[objective.remedy]]\nflat = "10"\npay_if_over = { money = "5" }\n'
    found = objective(TARGET + least, fees={"2026-06": "10"})
    assert not {"version", "combined"} & set(words(found))
    assert words(found["remedies"][0]) == ["give"]


def test_what_is_so_has_its_step() -> None:
    """A date of the terms, two components, a credit that was raised and one that is too small."""
    text = "[version]\neffective_from = 2026-01-01\n" + TARGET.replace('"api"', '{ all = ["web", "api"] }')
    text += '[[objective.remedy]]\nflat = "10"\nfloor = { money = "5" }\n'
    text += '[[objective.remedy]]\nid = "small"\nflat = "10"\npay_if_over = { money = "5" }\n'
    down = spans(("2026-06-10T00:00", "2026-06-10T02:00"))
    found = objective(text, down, fees={"2026-06": "10"})
    assert {"version", "combined"} <= set(words(found))
    assert [words(each)[-1] for each in found["remedies"]] == ["floor", "too-small"]
    assert [each["amount"] for each in found["remedies"]] == ["5.00", "0.00"]


@pytest.mark.parametrize(("day", "give"), [("2026-06-01", "5"), ("2026-05-31", "10")])
def test_thirty_days_are_thirty(day: str, give: str) -> None:
    """Of fifteen percent in thirty days, the last of which is 30 June, ten were given on the 1st; what was on 31 May is past."""
    text = TARGET + 'period = "day"\n[[objective.remedy]]\nflat = "10"\n'
    text += 'cap = [{ percent = "15", over = "30-days", of = "base" }]\n'
    first = at(f"{day}T00:00")
    granted = [Granted("uptime", "credit", "", day, Span(first, first + 24 * HOUR), Fraction(10))]
    down = spans(("2026-06-30T10:00", "2026-06-30T12:00"))
    assert objective(text, down, period="2026-06-30", granted=granted)["remedies"][0]["number"] == give


def test_a_cap_over_a_year_of_weeks_without_fees_is_of_the_weeks_that_gave() -> None:
    """Nobody told what a week costs: each is taken to cost the same, and five percent of the first are five."""
    text = (
        TARGET + 'period = "week"\n[[objective.remedy]]\nflat = "10"\ncap = [{ percent = "5", over = "12-months" }]\n'
    )
    down = spans(("2026-06-10T00:00", "2026-06-10T02:00"))
    assert objective(text, down, period="2026-W24")["remedies"][0]["number"] == "5"


def test_the_longest_time_that_was_reached_pays() -> None:
    """Wherever it stands in the table, also beside one that any outage at all reaches."""
    remedy = Remedy(tiers=(Tier(TEN, down_from=1), Tier(LOW, down_over=0)))
    case = Case(None, Fraction(100), Fraction(60), NOTHING, NOTHING, has_missed=True, is_period=False)
    assert entitled(remedy, case) == Given(TEN, "tiers[0]")


def test_one_an_outage_is_one_of_each() -> None:
    """What was given for other outages, in May, takes nothing from it."""
    text = TARGET + '[[objective.remedy]]\nper = "incident"\nflat = "10"\ncap = [{ count = 1, over = "incident" }]\n'
    down = spans(("2026-06-10T00:00", "2026-06-10T02:00"), ("2026-06-20T00:00", "2026-06-20T02:00"))
    granted = [Granted("uptime", "credit", "", "2026-05", month("2026-05"), Fraction(10))]
    assert objective(text, down, granted=granted)["remedies"][0]["number"] == "20"


def test_a_timeline_keeps_its_reasons_in_the_ledger() -> None:
    """Up needs none; what was seen on the wire is the word beside the second it was seen in."""
    first, last = Span(JUNE, JUNE + HOUR), Span(JUNE + HOUR, JUNE + 2 * HOUR)
    found = line((Stretch(first, State.OPERATIONAL), Stretch(last, State.DOWN, Reason.TIMEOUT)))
    assert [(each.span, each.severity, each.reason) for each in found] == [
        (first, "up", None),
        (last, "down", "timeout"),
    ]


def test_without_an_allowance_all_of_an_outage_is_excess() -> None:
    """A target allows downtime of a period, not of an outage: an hour that it lasted is an hour too many."""
    form = 'steps = { of = "excess", every = "1h", count = "completed", give = "5" }'
    down = spans(("2026-06-10T10:00", "2026-06-10T11:00"))
    assert objective(f'{TARGET}[[objective.remedy]]\nper = "incident"\n{form}\n', down)["remedies"][0]["number"] == "5"


@pytest.mark.parametrize(
    ("is_inclusive", "seconds", "give"),
    [("false", 360, "0"), ("false", 361, "100"), ("true", 359, "0"), ("true", 360, "100")],
)
def test_more_than_six_minutes_of_a_clock_hour(is_inclusive: str, seconds: int, give: str) -> None:
    """Or six minutes themselves, where the terms say so.

    In two parts, of the hour from ten; a minute of the next hour is of that one. Seven hundred twenty hours are the fee.
    """
    text = TARGET + '[objective.measure]\nmin_outage = "6m"\n'
    text += f"min_outage_inclusive = {is_inclusive}\n"
    text += '[[objective.remedy]]\nper = "clock-hour"\nunit = "percent"\nflat = "72000"\n'
    ten = at("2026-06-10T10:00")
    down = [Span(ten, ten + seconds - 60), Span(ten + 3540, ten + 3660)]
    assert objective(text, down)["remedies"][0]["number"] == give


def test_a_rolling_period_ends_with_the_last_second_that_is_asked_for() -> None:
    """A second of 2 June belongs to the window that ends with that day."""
    rule = Rule("rolling", "UTC", days=7)
    assert rule.overlapping(Span(JUNE, JUNE + 24 * HOUR))[0].label == "2026-06-01"
    assert rule.overlapping(Span(JUNE, JUNE + 24 * HOUR + 1))[0].label == "2026-06-02"


def test_a_part_of_no_time_at_all_is_nothing() -> None:
    """Where no agreed second is paid for there is nothing to take a part of."""
    remedy = Remedy(prorata=Prorata("downtime"))
    case = Case(Fraction(99), Fraction(100), Fraction(60), NOTHING, NOTHING, has_missed=True)
    assert entitled(remedy, case) == Given(NOTHING, "prorata")


@pytest.mark.parametrize(
    ("band", "inside", "outside"),
    [
        (Tier(TEN, below=TOP, from_=LOW), ("99", "99.8"), ("99.9", "98.9")),
        (Tier(TEN, below=TOP, over=LOW), ("99.1", "99.8"), ("99.9", "99")),
        (Tier(TEN, at_most=TOP, over=LOW), ("99.1", "99.9"), ("99.91", "99")),
        (Tier(TEN, at_most=TOP, from_=LOW), ("99", "99.9"), ("100", "98.9")),
    ],
)
def test_a_band_holds_what_is_between_its_edges(band: Tier, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    """``below`` and ``over`` are strict, ``at_most`` and ``from`` are not."""
    assert [band.holds(Fraction(each)) for each in (*inside, *outside)] == [True, True, False, False]


def test_a_rounding_before_the_decision_is_told() -> None:
    """With the percentage that decides."""
    found = objective(
        TARGET + "[objective.measure]\nround = { digits = 2 }\n", spans(("2026-06-10T00:00", "2026-06-10T00:43:13"))
    )
    (step,) = (step for step in found["steps"] if step["word"] == "rounded")
    assert (step["values"]["percent"], found["verdict"]) == ("99.9", "met")


@pytest.mark.parametrize(("period", "first"), [("calendar-month", "2024-07-01"), ("calendar-quarter", "2020-07-01")])
def test_a_deadline_from_the_second_miss_looks_back_two_dozen_periods(period: str, first: str) -> None:
    """From the end of June 2026: two years of months, six of quarters."""
    text = f'{TARGET}period = "{period}"\n[claim]\nsubmit = {{ within = 1, unit = "days", from = "second-miss" }}\n'
    agreement = terms(text).newest
    rule = agreement.rule(agreement.objectives[0])
    assert looks_back(agreement, agreement.objectives[0], rule.holding(at("2026-06-30T12:00"))) == at(f"{first}T00:00")
