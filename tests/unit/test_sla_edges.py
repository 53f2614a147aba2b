"""Outages and exclusions at the edges: of periods, of minimum lengths, of what was announced and of what is known."""

from __future__ import annotations

from typing import Any

import pytest
from calculated import HOUR, at, objective, spans, terms

from monitor.sla.facts import Facts, Piece, Window
from monitor.sla.statement import statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
SIMPLE = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
BY_HOUR = (
    '[[objective.remedy]]\nper = "incident"\nunit = "money"\n'
    'steps = { of = "downtime", every = "1h", count = "completed", give = "5" }\n'
)


def hours(first: int, last: int, start: int = JUNE) -> Span:
    """A span by hours after a start."""
    return Span(start + first * HOUR, start + last * HOUR)


def pieces(*rows: tuple[int, int, str]) -> dict[str, list[Piece]]:
    """What happened to the API, by hours of June."""
    return {"api": [Piece(hours(first, last), severity) for first, last, severity in rows]}


def down(found: dict[str, Any]) -> int:
    """The hours that count as down."""
    return int(found["down_seconds"]) // HOUR


def test_an_outage_over_the_edge_of_a_month_is_judged_whole_in_the_month_it_began_in() -> None:
    """Three hours around midnight are three hours for a remedy per outage, once; either month counts its own downtime."""
    outage = spans(("2026-05-31T23:00", "2026-06-01T02:00"))
    may, june = (objective(SIMPLE + BY_HOUR, outage, period=label) for label in ("2026-05", "2026-06"))
    assert (may["remedies"][0]["number"], june["remedies"][0]["number"]) == ("15", "0")
    assert (down(may), down(june)) == (1, 2)


def test_one_long_outage_over_the_edge_is_a_miss_of_the_month_it_began_in() -> None:
    """Three hours, of which one in May, are longer than two."""
    text = SIMPLE.replace("99.9", "90") + 'also = { single_outage_over = "2h" }\n'
    found = objective(text, spans(("2026-05-31T23:00", "2026-06-01T02:00")), period="2026-05")
    assert (found["verdict"], found["decided_by"]) == ("missed", "objective.uptime.also.single_outage_over")


@pytest.mark.parametrize(("minimum", "counted"), [("2h", 1), ("3h", 0), ("4h", 0)])
def test_the_excess_is_of_the_time_that_was_down(minimum: str, counted: int) -> None:
    """Of an hour down, an hour without data and two hours down, what is over a minimum of two hours is one hour."""
    measure = f'[objective.measure]\nmin_outage = "{minimum}"\nmin_outage_counts = "excess"\n'
    found = objective(SIMPLE + measure, pieces=pieces((0, 1, "down"), (1, 2, "unknown"), (2, 4, "down")))
    assert down(found) == counted


@pytest.mark.parametrize(("minimum", "counted"), [("1h", 6), ("2h", 0)])
def test_an_outage_too_short_to_count_is_not_held_over_time_without_data(minimum: str, counted: int) -> None:
    """An hour down and then five hours of silence: the last state holds, but an outage that does not count has no after-effect."""
    measure = f'[objective.measure]\nmin_outage = "{minimum}"\nno_data = "hold"\n'
    found = objective(SIMPLE + measure, pieces=pieces((0, 1, "down"), (1, 6, "unknown")))
    assert down(found) == counted


def test_the_last_state_holds_over_the_edge_of_a_month() -> None:
    """Down in the last hour of May and then silence: June begins as May ended, unless that outage was too short to count."""
    drawing = pieces((-1, 0, "down"), (0, 6, "unknown"))
    for minimum, counted in (("1h", 6), ("2h", 0)):
        measure = f'[objective.measure]\nmin_outage = "{minimum}"\nno_data = "hold"\n'
        assert down(objective(SIMPLE + measure, pieces=drawing)) == counted


MAINTENANCE = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "forgive"\nnotice = "48h"\n'


def test_redundant_components_are_excused_where_all_of_them_were_announced_in_time() -> None:
    """Each window stands by its own notice: one that came too late does not spoil another."""
    text = SIMPLE.replace('"api"', '{ any = ["api", "web"] }') + MAINTENANCE
    drawing = {name: [Piece(hours(100, 110), "down"), Piece(hours(200, 210), "down")] for name in ("api", "web")}
    windows = [
        Window("api", hours(100, 106), "maintenance", JUNE),
        Window("web", hours(104, 110), "maintenance", JUNE),
        Window("", hours(200, 210), "maintenance", None),
    ]
    found = objective(text, pieces=drawing, windows=windows)
    assert down(found) == 18
    assert [each["spans"] for each in found["excluded"]] == [
        [{"start": "2026-06-05T08:00:00Z", "end": "2026-06-05T10:00:00Z"}]
    ]


@pytest.mark.parametrize(("lead", "counted"), [(48, 0), (47, 2)])
def test_exactly_the_notice_that_was_agreed_is_enough(lead: int, counted: int) -> None:
    """Forty-eight hours ahead is in time, an hour less is not."""
    windows = [Window("api", hours(100, 102), "maintenance", JUNE + (100 - lead) * HOUR)]
    assert down(objective(SIMPLE + MAINTENANCE, pieces=pieces((100, 102, "down")), windows=windows)) == counted


def test_a_maximum_also_forgives_time_without_data_that_counts_as_down() -> None:
    """Where silence counts as down, silence in announced maintenance uses up the maximum and is forgiven."""
    text = SIMPLE + '[objective.measure]\nno_data = "down"\n' + MAINTENANCE + 'max = "3h"\nmax_per = "calendar-year"\n'
    windows = [Window("api", hours(100, 105), "maintenance", JUNE)]
    assert down(objective(text, pieces=pieces((100, 105, "unknown")), windows=windows)) == 2


@pytest.mark.parametrize(("overrun", "counted"), [("counts", 2), ("excluded", 0)])
def test_an_outage_past_the_announced_end(overrun: str, counted: int) -> None:
    """Maintenance of two hours that takes four: what is over counts, unless the contract excuses it."""
    text = SIMPLE + MAINTENANCE + f'overrun = "{overrun}"\n'
    windows = [Window("api", hours(100, 102), "maintenance", JUNE)]
    assert down(objective(text, pieces=pieces((100, 104, "down")), windows=windows)) == counted


def test_an_outage_that_begins_in_the_last_second_of_a_window_is_its_overrun() -> None:
    """It began before the announced end; one that begins at the end did not."""
    text = SIMPLE + MAINTENANCE + 'overrun = "excluded"\n'
    window = Window("api", hours(100, 102), "maintenance", JUNE)
    for late, seconds in ((-1, 0), (0, 7200)):
        start = JUNE + 102 * HOUR + late
        found = objective(text, [Span(start, start + 7200)], windows=[window])
        assert found["down_seconds"] == seconds


def test_an_outage_that_counts_for_its_excess_begins_where_the_excess_begins() -> None:
    """An hour down, an hour of silence and two hours down: over a minimum of an hour are the last two."""
    measure = '[objective.measure]\nmin_outage = "1h"\nmin_outage_counts = "excess"\n'
    found = objective(SIMPLE + measure, pieces=pieces((0, 1, "down"), (1, 2, "unknown"), (2, 4, "down")))
    assert [each["start"] for each in found["outages"]] == ["2026-06-01T02:00:00Z"]


def test_time_that_nobody_watched_ends_an_outage() -> None:
    """Silence of probes between two failures is part of one outage; with nobody watching there are two, each too short."""
    measure = '[objective.measure]\nmin_outage = "2h"\n'
    whole = pieces((0, 1, "down"), (1, 2, "unknown"), (2, 3, "down"))
    assert down(objective(SIMPLE + measure, pieces=whole)) == 2
    gap = {"api": [Piece(hours(1, 2), "unknown", "not-watched"), *whole["api"][::2]]}
    assert down(objective(SIMPLE + measure, pieces=gap)) == 0


def test_maintenance_that_was_announced_too_late_is_said() -> None:
    """It counts, and the explanation says how long it was and which clause refused it; inside the period only."""
    windows = [
        Window("api", hours(-1, 2), "maintenance", JUNE - HOUR),
        Window("api", hours(100, 102), "customer", None),
    ]
    found = objective(SIMPLE + MAINTENANCE, pieces=pieces((0, 1, "down")), windows=windows)
    late = [each for each in found["steps"] if each["word"] == "late-notice"]
    assert [(each["clause"], each["values"]["seconds"]) for each in late] == [
        ("objective.uptime.exclude[0].notice", "7200")
    ]


def test_what_is_excused_keeps_its_own_reason() -> None:
    """The ledger says why it was down; where that is not known, why it is excused."""
    known = [Piece(hours(100, 101), "down", "timeout"), Piece(hours(101, 102), "down")]
    windows = [Window("api", hours(100, 102), "maintenance", JUNE)]
    found = objective(SIMPLE + MAINTENANCE, pieces={"api": known}, windows=windows)
    excused = [each["reason"] for each in found["ledger"] if each["treatment"] == "forgiven"]
    assert excused == ["timeout", "maintenance"]


def test_silence_at_the_very_beginning_is_what_was_first_known() -> None:
    """Where the last state holds and nothing came before, a maximum forgives of that silence as of any downtime."""
    text = SIMPLE + '[objective.measure]\nno_data = "hold"\n' + MAINTENANCE + 'max = "3h"\nmax_per = "period"\n'
    windows = [Window("api", hours(0, 5), "maintenance", JUNE - 60 * HOUR)]
    line = {"api": (Piece(hours(5, 6), "down"), Piece(hours(6, 720), "up"))}
    made = statement(
        terms(text), Period("2026-06", "UTC", hours(0, 720)), Facts(line, tuple(windows)), JUNE + 720 * HOUR
    )
    assert made.assessments[0].figure.down == 3 * HOUR
