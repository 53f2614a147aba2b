"""Availability as contracts and monitoring tools publish it, in the terms an operator writes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, MINUTE, at, computed, objective, spans, terms

from monitor.sla.document import document
from monitor.sla.facts import Count, Facts, Piece, Share, Window
from monitor.sla.quantity import floored
from monitor.sla.statement import statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

SIMPLE = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "{target}"\n'
TIERS = """
[[objective.remedy]]
tiers = [{{ below = "99.9", give = "10" }}, {{ below = "99.0", give = "25" }}, {{ below = "95.0", give = "50" }}]
"""
JUNE = at("2026-06-01T00:00")


def exact(found: dict[str, Any]) -> Fraction:
    """The availability, in percent."""
    return Fraction(found["availability"]["exact"]) * 100


def decimals(share: Fraction, digits: int) -> str:
    """Half up, as the sources print it."""
    scaled = int(share * 10**digits + Fraction(1, 2))
    return f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


def during(start: int, minutes: list[tuple[int, int]]) -> list[Span]:
    """Spans by minutes after a start."""
    return [Span(start + a * MINUTE, start + b * MINUTE) for a, b in minutes]


@pytest.mark.parametrize(
    ("target", "period", "down", "percent", "met"),
    [
        ("99.9", "2026-06", 60, "3595/36", False),  # B01, B04
        ("99.9", "2026-06", 180, "1195/12", False),  # B05
        ("99.0", "2026-06", 420, "3565/36", True),  # B07
        ("99.0", "2026-07", 440, "27625/279", True),  # B08
        ("99.0", "2026-06", 432, "99", True),  # B10: exactly on target is met
    ],
)
def test_months_with_one_outage(target: str, period: str, down: int, percent: str, met: bool) -> None:
    """B01, B04, B05, B07, B08, B10: minutes down of a month are an exact fraction, and exactly on target is met."""
    found = objective(SIMPLE.format(target=target) + TIERS.format(), period=period, seconds=down * MINUTE)
    assert exact(found) == Fraction(percent)
    assert (found["verdict"] == "met") == met


def test_the_worked_example_of_an_issue_tracker() -> None:
    """B01: an hour of 43,200 minutes is 0.138889 percent down, reads 99.861, misses 99.9 and gives 10 percent."""
    found = objective(SIMPLE.format(target="99.9") + TIERS.format(), seconds=HOUR)
    assert decimals(100 - exact(found), 6) == "0.138889"
    assert (found["availability"]["percent"], floored(exact(found) / 100, 2)) == ("99.861", "99.86")
    assert found["remedies"][0]["give"] == "10 percent"


def test_a_minute_is_bad_when_more_than_five_percent_failed() -> None:
    """B02: 100, 10, 1 and exactly 5 percent of the requests of four minutes failed: the first two are down."""
    text = (
        SIMPLE.format(target="99.9")
        + '[objective.measure]\nmethod = "bad-slices"\nslice = "1m"\nbad_slice = { error_rate_over = "5" }\n'
    )
    counts = tuple(Count(JUNE + n * MINUTE, 100 - bad, 100) for n, bad in enumerate((100, 10, 1, 5)))
    found = objective(text, counts={"api": counts})
    accounts = [(entry["account"], entry["seconds"]) for entry in found["ledger"]]
    assert accounts[:2] == [("down", 120), ("up", 120)]


def test_agreed_service_time() -> None:
    """B06: two hours down of a hundred agreed hours is 98 percent."""
    text = SIMPLE.format(target="99").replace("target", 'hours = "agreed"\nperiod = "week"\ntarget') + (
        '[[calendar]]\nid = "agreed"\nmon = ["00:00-20:00"]\ntue = ["00:00-20:00"]\nwed = ["00:00-20:00"]\n'
        'thu = ["00:00-20:00"]\nfri = ["00:00-20:00"]\n'
    )
    found = objective(text, spans(("2026-06-01T18:00", "2026-06-01T22:00")), period="2026-W23")
    assert exact(found) == 98
    assert found["counted_seconds"] == 100 * HOUR


def test_degraded_counts_as_up_and_a_full_outage_as_down() -> None:
    """B11: ten minutes up, thirty degraded, twenty down of one hour is two thirds."""
    text = SIMPLE.format(target="99").replace("target", 'hours = "hour"\nperiod = "day"\ntarget') + (
        '[[calendar]]\nid = "hour"\nmon = ["09:00-10:00"]\n'
    )
    start = JUNE + 9 * HOUR
    pieces = [Piece(Span(start + 600, start + 2400), "degraded"), Piece(Span(start + 2400, start + HOUR), "down")]
    found = objective(text, period="2026-06-01", pieces={"api": pieces})
    assert exact(found) == Fraction(200, 3)
    assert floored(exact(found) / 100, 0) == "66"


def slices() -> tuple[Count, ...]:
    """8,640 slices of five minutes: 864 with a thousand requests of which a hundred failed, the rest empty."""
    return tuple(Count(JUNE + n * 300, 900 if n < 864 else 0, 1000 if n < 864 else 0) for n in range(8640))


@pytest.mark.parametrize(
    ("measure", "percent"),
    [
        ('method = "events"', "90"),
        ('method = "bad-slices"\nslice = "5m"\nbad_slice = { error_rate_over = "5" }', "90"),
        ('method = "mean-of-slices"\nslice = "5m"\nempty_slice = "up"', "99"),
    ],
)
def test_three_methods_on_the_same_counts(measure: str, percent: str) -> None:
    """B13, B14: 90, 90 and 99 percent: the method is a term of the contract."""
    text = SIMPLE.format(target="99.9") + f"[objective.measure]\n{measure}\n" + TIERS.format()
    found = objective(text, counts={"api": slices()})
    assert exact(found) == Fraction(percent)
    assert found["verdict"] == "missed"
    assert found["remedies"][0]["give"] == ("10 percent" if percent == "99" else "50 percent")


def drawn_thousand(down: list[tuple[int, int]], windows: list[tuple[int, int]]) -> Fraction:
    """The availability between the thousandth and the two thousandth second; before it nothing is agreed."""
    text = SIMPLE.format(target="99").replace("target", 'hours = "open"\nperiod = "day"\ntarget')
    text += '[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\n'
    text += '[[calendar]]\nid = "open"\nmon = ["01:00-02:00"]\n'
    scale = Fraction(HOUR, 1000)

    def moved(second: int) -> int:
        return JUNE + HOUR + int((second - 1000) * scale)

    pieces = {"api": [Piece(Span(moved(a), moved(b)), "down") for a, b in down]}
    taken = [Window("api", Span(moved(a), moved(b)), "maintenance", 0) for a, b in windows]
    return exact(objective(text, period="2026-06-01", pieces=pieces, windows=taken))


def test_maintenance_forgives_and_stays_in_the_denominator() -> None:
    """B15: down 1200 to 1500, maintenance 1100 to 1300 and 1400 to 1600: a hundred of a thousand seconds count."""
    assert drawn_thousand([(1200, 1500)], [(1100, 1300), (1400, 1600)]) == 90


def test_overlapping_windows_and_an_outage_from_before() -> None:
    """B16: windows are united and clipped, and an outage that began before the period goes on in it: 80 percent."""
    windows = [(600, 1000), (800, 1200), (1000, 1400), (1600, 2000), (1800, 2200)]
    assert drawn_thousand([(800, 2000)], windows) == 80


def held(pieces: list[tuple[int, int, str]]) -> Fraction:
    """An hour of which the state is known in parts, the rest without data, under terms that keep the last state."""
    text = SIMPLE.format(target="99").replace("target", 'hours = "open"\nperiod = "day"\ntarget')
    text += '[objective.measure]\nno_data = "{policy}"\n[[calendar]]\nid = "open"\nmon = ["01:00-02:00"]\n'
    begin = JUNE + HOUR
    line = tuple(Piece(Span(begin + int(a * 3.6), begin + int(b * 3.6)), state) for a, b, state in pieces)
    versions = terms(text.replace("{policy}", "hold" if pieces[0][2] == "hold" else "exclude"))
    made = statement(versions, Period("2026-06-01", "UTC", Span(JUNE, JUNE + DAY)), Facts({"api": line}), JUNE + DAY)
    return exact(document(made)["objectives"][0])


def test_unknown_time_leaves_the_denominator() -> None:
    """B19: half of the time unknown, 200 of the rest down: 60 percent of what is known."""
    assert held([(500, 700, "down"), (700, 1000, "up")]) == 60


def test_the_head_of_a_period_takes_the_first_state_that_is_known() -> None:
    """B18: nothing known for the first fifth, and the first event says it was down until then: 80 percent."""
    text = SIMPLE.format(target="99").replace("target", 'hours = "open"\nperiod = "day"\ntarget')
    text += '[objective.measure]\nno_data = "hold"\n[[calendar]]\nid = "open"\nmon = ["01:00-02:00"]\n'
    begin = JUNE + HOUR
    line = (Piece(Span(begin + 700, begin + 720), "down"), Piece(Span(begin + 720, begin + HOUR), "up"))
    made = statement(terms(text), Period("2026-06-01", "UTC", Span(JUNE, JUNE + DAY)), Facts({"api": line}), JUNE + DAY)
    assert exact(document(made)["objectives"][0]) == 80


DROPPED = 'method = "bad-slices"\nslice = "1m"\nbad_slice = "whole-slice-down"\npartial_slice = "{how}"\n'


@pytest.mark.parametrize(
    ("start", "end", "how", "seconds"),
    [
        ("10:00:30", "10:03:20", "drop", 120),
        ("10:00:30", "10:03:20", "whole", 240),
        ("10:00:30", "10:03:20", "exact", 170),
        ("10:00:30", "10:02:29", "drop", 60),
        ("10:00:30", "10:02:30", "drop", 60),
        ("10:00:10", "10:00:50", "drop", 0),
    ],
)
def test_partial_minutes(start: str, end: str, how: str, seconds: int) -> None:
    """B26: minutes are those of the clock; a part of one is dropped, taken whole or counted exactly, as the terms say."""
    text = SIMPLE.format(target="99.9") + "[objective.measure]\n" + DROPPED.format(how=how)
    found = objective(text, spans((f"2026-06-10T{start}", f"2026-06-10T{end}")))
    assert found["down_seconds"] == seconds


@pytest.mark.parametrize(("inclusive", "minutes"), [("true", 22), ("false", 12)])
def test_outages_shorter_than_the_minimum_do_not_count(inclusive: str, minutes: int) -> None:
    """B27: of outages of 9, 9, 9, 9, 9, 10 and 12 minutes, those of ten and more count whole."""
    text = (
        SIMPLE.format(target="99.9") + f'[objective.measure]\nmin_outage = "10m"\nmin_outage_inclusive = {inclusive}\n'
    )
    outages = [Span(JUNE + n * DAY, JUNE + n * DAY + m * MINUTE) for n, m in enumerate((9, 9, 9, 9, 9, 10, 12))]
    found = objective(text, outages)
    assert found["down_seconds"] == minutes * MINUTE
    ignored = sum(e["seconds"] for e in found["ledger"] if e["clause"] == "measure.min_outage")
    assert ignored == (67 - minutes) * MINUTE


@pytest.mark.parametrize(("treat", "percent"), [("remove", "99.860335"), ("forgive", "99.861111")])
def test_maintenance_removed_or_forgiven(treat: str, percent: str) -> None:
    """B28: four hours of maintenance and an hour down elsewhere: 60 of 42,960 minutes, or of 43,200."""
    text = SIMPLE.format(target="99.9") + f'[[objective.exclude]]\nkind = "maintenance"\ntreat = "{treat}"\n'
    window = Window("api", Span(JUNE, JUNE + 4 * HOUR), "maintenance")
    found = objective(text, during(JUNE, [(600, 660)]), windows=[window])
    assert decimals(exact(found), 6) == percent


def test_rounding_before_the_decision() -> None:
    """B30: 25 of 100 users for two hours is 99.930556; a contract that rounds to two decimals first decides on 99.93."""
    text = SIMPLE.format(target="99.95")
    text += '[objective.measure]\nmethod = "user-minutes"\nround = { digits = 2, mode = "half-up" }\n'
    outage = Span(JUNE, JUNE + 2 * HOUR)
    found = objective(text, [outage], shares=[Share("api", outage, Fraction(1, 4))])
    assert Fraction(found["exact_availability"]["exact"]) * 100 == Fraction(7195, 72)
    assert exact(found) == Fraction("99.93")


@pytest.mark.parametrize(
    ("zone", "minutes", "percent", "verdict"),
    [("Europe/Amsterdam", 44_580, "99.899955", "missed"), ("UTC", 44_640, "99.900090", "met")],
)
def test_a_month_with_a_change_of_the_clocks(zone: str, minutes: int, percent: str, verdict: str) -> None:
    """B32: 2,676 seconds down in March 2026 are a breach in Amsterdam and none in UTC."""
    found = objective(SIMPLE.format(target="99.9"), zone=zone, period="2026-03", seconds=2676)
    assert found["counted_seconds"] == minutes * MINUTE
    assert (decimals(exact(found), 6), found["verdict"]) == (percent, verdict)


@pytest.mark.parametrize(("mode", "minutes"), [("all", 90), ("any", 30)])
def test_overlapping_outages_of_two_components(mode: str, minutes: int) -> None:
    """B34: needed both, their union counts; redundant, their intersection; never the sum."""
    text = f'[[objective]]\nid = "uptime"\nof = {{ {mode} = ["web", "api"] }}\ntarget = "99.9"\n'
    ten = JUNE + 10 * HOUR
    pieces = {
        "web": [Piece(Span(ten, ten + HOUR), "down")],
        "api": [Piece(Span(ten + 1800, ten + 1800 + HOUR), "down")],
    }
    found = computed(terms(text), pieces=pieces)["objectives"][0]
    assert found["down_seconds"] == minutes * MINUTE


@pytest.mark.parametrize(("policy", "percent"), [("exclude", "99.929577"), ("up", "99.930556"), ("down", "98.541667")])
def test_ten_hours_without_data(policy: str, percent: str) -> None:
    """B37: the terms say how unknown time counts; the bounds are the same each time, and that they straddle the target is said."""
    text = SIMPLE.format(target="99.9") + f'[objective.measure]\nno_data = "{policy}"\n'
    pieces = [Piece(Span(JUNE, JUNE + 1800), "down"), Piece(Span(JUNE + DAY, JUNE + DAY + 10 * HOUR), "unknown")]
    found = objective(text, pieces={"api": pieces})
    assert decimals(exact(found), 6) == percent
    bounds = [decimals(Fraction(found["bounds"][each]["exact"]) * 100, 6) for each in ("worst", "best")]
    assert bounds == ["98.541667", "99.930556"]
    assert found["bounds"]["could_change"]
    (told,) = (each for each in found["steps"] if each["word"] == "open")
    assert told["values"] == {
        "worst": "98.541", "at_worst": "missed", "best": "99.930", "at_best": "met", "policy": policy,
    }  # fmt: skip
    assert ("undetermined" in told["text"], told["clause"]) == (True, "objective.uptime.measure.no_data")
    assert found["verdict"] == ("missed" if policy == "down" else "met")


def test_two_days_of_silence_are_not_eighty_percent() -> None:
    """B38: without any data there is no figure; it is never the last one that was known."""
    made = statement(
        terms(SIMPLE.format(target="99").replace("target", 'period = "day"\ntarget')),
        Period("2026-06-03", "UTC", Span(JUNE + 2 * DAY, JUNE + 3 * DAY)),
        Facts({"api": (Piece(Span(JUNE, JUNE + 240), "up"), Piece(Span(JUNE + 240, JUNE + 300), "down"))}),
        JUNE + 3 * DAY,
    )
    found = document(made)["objectives"][0]
    assert (found["availability"], found["verdict"]) == (None, "undetermined")
    assert found["unknown_seconds"] == DAY


def test_too_little_known_time_is_undetermined() -> None:
    """B37: less coverage than the terms ask for leaves the period undetermined, with its bounds."""
    text = SIMPLE.format(target="99.9") + '[objective.measure]\nmin_coverage = "99"\n'
    found = objective(text, pieces={"api": [Piece(Span(JUNE, JUNE + DAY), "unknown")]})
    assert (found["verdict"], found["bounds"]["coverage"]) == ("undetermined", "96.666")
    assert (found["availability"], found["exact_availability"]) == (None, None)
    assert (found["bounds"]["worst"]["percent"], found["bounds"]["best"]["percent"]) == ("96.666", "100.000")
    assert "availability" not in {step["word"] for step in found["steps"]}
    assert found["decided_by"].endswith("min_coverage")
