"""Imported counts of requests, slices of the clock, shares of customers and means: what they make of an availability."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, MINUTE, at, computed, objective, terms

from monitor.sla.facts import Count, Piece, Share, Window
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
DAILY = '[[objective]]\nid = "uptime"\nof = "api"\nperiod = "day"\ntarget = "99"\n'
REMOVED = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "remove"\n'


def counts(*rows: tuple[int, int, int]) -> dict[str, tuple[Count, ...]]:
    """Rows of second of the day, good, total."""
    return {"api": tuple(Count(JUNE + start, good, total) for start, good, total in rows)}


def daily(measure: str, rows: dict[str, tuple[Count, ...]], **more: Any) -> dict[str, Any]:
    """A day under terms on slices or events."""
    return objective(f"{DAILY}[objective.measure]\n{measure}\n", period="2026-06-01", counts=rows, **more)


def exact(found: dict[str, Any]) -> str | None:
    """The availability, exactly."""
    return str(found["availability"]["exact"]) if found["availability"] else None


BAD = 'method = "bad-slices"\nslice = "5m"\nbad_slice = { error_rate_over = "5" }'
MEAN = 'method = "mean-of-slices"\nslice = "5m"'


def test_time_without_counts_is_unknown() -> None:
    """Ten minutes are counted, five of them bad; the rest of the day is not known and leaves the fraction."""
    found = daily(BAD, counts((300, 0, 10), (0, 10, 10)))
    assert (exact(found), found["counted_seconds"], found["unknown_seconds"]) == ("1/2", 600, DAY - 600)
    assert found["measured_by"] == "counts"
    assert [each["reason"] for each in found["ledger"]] == [None, "error-rate", "not-watched"]


def test_a_slice_outside_the_period_and_one_told_twice_do_not_count() -> None:
    """Counts of the day before and after are not of this day; the first of two for the same slice holds."""
    rows = counts((-300, 0, 10), (0, 10, 10), (0, 0, 10), (DAY, 0, 10))
    found = daily(BAD, rows)
    assert (exact(found), found["counted_seconds"]) == ("1/1", 300)


@pytest.mark.parametrize(("good", "is_bad"), [(95, False), (94, True), (0, True), (100, False)])
def test_exactly_the_limit_is_not_over_it(good: int, is_bad: bool) -> None:
    """Five of a hundred failed is not over five percent."""
    assert (daily(BAD, counts((0, good, 100)))["down_seconds"] == 300) == is_bad


def test_whole_slice_down_on_counts_is_every_request() -> None:
    """Without a limit a slice is bad when nothing in it was good."""
    measure = 'method = "bad-slices"\nslice = "5m"\nbad_slice = "whole-slice-down"'
    found = daily(measure, counts((0, 1, 100), (300, 0, 100)))
    assert found["down_seconds"] == 300


@pytest.mark.parametrize(("empty", "share"), [("up", "3/4"), ("down", "1/4"), ("exclude", "1/2")])
def test_slices_without_requests(empty: str, share: str) -> None:
    """A slice in which nobody asked is up, down or left out, as the terms say; here beside one that is half good."""
    found = daily(f'{MEAN}\nempty_slice = "{empty}"', counts((0, 5, 10), (300, 0, 0)))
    assert exact(found) == share
    left_out = [each for each in found["ledger"] if each["clause"] == "measure.empty_slice"]
    assert bool(left_out) == (empty == "exclude")


def test_a_mean_of_slices_weighs_them_alike() -> None:
    """A busy slice and a quiet one count the same: a quarter and three quarters failed is half."""
    assert exact(daily(MEAN, counts((0, 75, 100), (300, 1, 4)))) == "1/2"


EVENTS = 'method = "events"'


def test_requests_in_removed_time_are_left_out() -> None:
    """Requests of a maintenance window are in neither number; one at its first second is inside, one at its end is not."""
    text = f"{DAILY}[objective.measure]\n{EVENTS}\n{REMOVED}"
    window = Window("api", Span(JUNE + HOUR, JUNE + 2 * HOUR), "maintenance")
    rows = counts((0, 9, 10), (HOUR, 0, 100), (2 * HOUR - 1, 0, 100), (2 * HOUR, 10, 10), (-1, 0, 50), (DAY, 0, 50))
    found = objective(text, period="2026-06-01", counts=rows, windows=[window])
    assert (exact(found), found["requests"]) == ("19/20", {"good": 19, "total": 20})
    assert found["bounds"]["worst"]["exact"] == found["bounds"]["best"]["exact"] == "19/20"
    assert found["bounds"]["coverage"] == "100.000"


@pytest.mark.parametrize(("method", "least", "share"), [
    (EVENTS, 10, "9/10"), (EVENTS, 11, None), (BAD, 10, "0/1"), (BAD, 11, None)])  # fmt: skip
def test_too_few_requests_give_no_figure(method: str, least: int, share: str | None) -> None:
    """As many as the terms need are enough; with fewer the period is undetermined and says why."""
    found = daily(f"{method}\nmin_requests = {least}", counts((0, 9, 10), (DAY, 10, 10), (-300, 10, 10)))
    assert exact(found) == share
    assert (found["verdict"] == "undetermined") == (share is None)
    assert share is not None or found["decided_by"].endswith("min_requests")


def test_no_requests_at_all_give_no_figure() -> None:
    """Nothing of nothing is not a hundred percent."""
    assert exact(daily(EVENTS, counts((0, 0, 0)))) is None


def test_slices_are_those_of_the_clock() -> None:
    """An outage from 00:04 to 00:11 touches three slices of five minutes and fills one."""
    outage = [Span(JUNE + 4 * MINUTE, JUNE + 11 * MINUTE)]
    for how, minutes in (("exact", 7), ("drop", 5), ("whole", 15)):
        measure = f'method = "bad-slices"\nslice = "5m"\nbad_slice = "whole-slice-down"\npartial_slice = "{how}"'
        found = objective(f"{DAILY}[objective.measure]\n{measure}\n", outage, period="2026-06-01")
        assert found["down_seconds"] == minutes * MINUTE, how


def test_the_mean_of_components() -> None:
    """Six hours down of one and none of the other is a mean of 7/8; its downtime is the mean too, its coverage the lowest."""
    text = DAILY.replace('"api"', '{ mean = ["api", "web"] }').replace('"99"', '"80"')
    text += '[[objective.remedy]]\nper = "incident"\nunit = "money"\nflat = "2"\n'
    pieces = {
        "api": [Piece(Span(JUNE + 12 * HOUR, JUNE + 18 * HOUR), "down")],
        "web": [
            Piece(Span(JUNE, JUNE + 12 * HOUR), "unknown"),
            Piece(Span(JUNE + 20 * HOUR, JUNE + 21 * HOUR), "degraded"),
        ],
    }
    head = terms(text.replace("id =", 'title = "x"\nid ='))
    found = computed(head, "2026-06-01", pieces=pieces)["objectives"][0]
    assert (exact(found), found["component"], found["down_seconds"]) == ("7/8", "api+web", 3 * HOUR)
    assert (found["counted_seconds"], found["bounds"]["coverage"]) == (18 * HOUR, "50.000")
    assert [each["component"] for each in found["parts"]] == ["api", "web"]
    assert [each["start"][11:16] for each in found["outages"]] == ["12:00"]
    assert (found["bounds"]["worst"]["exact"], found["bounds"]["best"]["exact"]) == ("5/8", "7/8")


def test_a_mean_with_a_component_without_a_figure_has_none() -> None:
    """What one of them was is not known, so neither is their mean."""
    text = DAILY.replace('"api"', '{ mean = ["api", "web"] }')
    pieces = {"api": [], "web": [Piece(Span(JUNE, JUNE + DAY), "unknown")]}
    assert exact(computed(terms(text), "2026-06-01", pieces=pieces)["objectives"][0]) is None


def test_downtime_weighed_by_the_share_of_customers_that_it_hit() -> None:
    """Four hours for a quarter of the customers are one hour; an outage of which nobody said counts whole."""
    text = DAILY + "[objective.measure]\naffected_share = true\n"
    first, second = Span(JUNE, JUNE + 4 * HOUR), Span(JUNE + 6 * HOUR, JUNE + 8 * HOUR)
    found = objective(text, [first, second], period="2026-06-01", shares=[Share("api", first, Fraction(1, 4))])
    assert found["down_seconds"] == 3 * HOUR


def test_a_credit_times_the_share_of_customers() -> None:
    """Three hours for all and one for a fifth: the credit is times 4/5; the largest share told of an outage holds."""
    text = DAILY + '[[objective.remedy]]\nflat = "10"\naffected = true\n'
    first, second = Span(JUNE, JUNE + 3 * HOUR), Span(JUNE + 6 * HOUR, JUNE + 7 * HOUR)
    shares = [
        Share("api", second, Fraction(1, 5)),
        Share("api", second, Fraction(1, 10)),
        Share("web", first, Fraction(0)),
    ]
    found = objective(text, [first, second], period="2026-06-01", shares=shares)
    assert found["remedies"][0]["number"] == "8"


@pytest.mark.parametrize(("mode", "digits", "shown"), [
    ("half-up", 1, "97.9"), ("half-even", 1, "97.9"), ("up", 1, "98"), ("down", 2, "97.91"), ("up", 2, "97.92"),
    ("half-up", 0, "98"), ("half-up", 2, "97.92"), ("half-even", 2, "97.92")])  # fmt: skip
def test_rounding_before_the_decision(mode: str, digits: int, shown: str) -> None:
    """Half an hour down of a day is 97.91666 percent; the fraction decides, never a decimal that was cut before."""
    text = DAILY + f'[objective.measure]\nround = {{ digits = {digits}, mode = "{mode}" }}\n'
    found = objective(text, [Span(JUNE, JUNE + HOUR // 2)], period="2026-06-01")
    assert Fraction(exact(found) or "0") * 100 == Fraction(shown)


def test_half_goes_to_the_even_digit() -> None:
    """Exactly 99.5 percent of 200 requests, to no decimals: 100 either way; 98.5 is 98 to the even digit and 99 upwards."""
    for good, even, up in ((199, "1/1", "1/1"), (197, "49/50", "99/100")):
        for mode, expected in (("half-even", even), ("half-up", up)):
            measure = f'{EVENTS}\nround = {{ digits = 0, mode = "{mode}" }}'
            assert exact(daily(measure, counts((0, good, 200)))) == expected


@pytest.mark.parametrize(("per", "give"), [("clock-hour", "6"), ("day", "2")])
def test_each_clock_hour_or_day_with_downtime(per: str, give: str) -> None:
    """From 22:30 to 02:30 over midnight, and 12:00 to 12:01 the day after: six clock hours in two days."""
    text = DAILY.replace('"day"', '"week"') + f'[[objective.remedy]]\nper = "{per}"\nunit = "money"\nflat = "1"\n'
    outages = [Span(JUNE + 22 * HOUR + 1800, JUNE + 26 * HOUR + 1800), Span(JUNE + 36 * HOUR, JUNE + 36 * HOUR + 60)]
    assert objective(text, outages, period="2026-W23")["remedies"][0]["number"] == give


def test_the_downtime_of_a_clock_hour_is_added_up_to_the_second() -> None:
    """Twice thirty seconds in one hour are one started minute, and a second more is two."""
    text = DAILY + '[[objective.remedy]]\nper = "clock-hour"\nunit = "money"\nallowance = "0s"\n'
    text += 'steps = { of = "downtime", every = "1m", count = "started", give = "1" }\n'
    for extra, give in ((0, "1"), (1, "2")):
        outages = [Span(JUNE, JUNE + 30), Span(JUNE + 600, JUNE + 630 + extra)]
        assert objective(text, outages, period="2026-06-01")["remedies"][0]["number"] == give
