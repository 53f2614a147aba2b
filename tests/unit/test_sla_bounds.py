"""When an outage began, how far a figure may be off, and what would be without what is not known."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import DAY, HOUR, at, objective, terms

from monitor.sla.document import document
from monitor.sla.facts import Facts, Piece, Report, drawn
from monitor.sla.statement import statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

JUNE = at("2026-06-01T00:00")
DAILY = '[[objective]]\nid = "uptime"\nof = "api"\nperiod = "day"\ntarget = "99"\n'


def daily(measure: str, *rows: tuple[int, int, str], resolution: int = 0) -> dict[str, Any]:
    """The first of June by seconds, observed with this resolution."""
    line = drawn(Span(JUNE - DAY, JUNE + 2 * DAY), [Piece(Span(JUNE + a, JUNE + b), state) for a, b, state in rows])
    facts = Facts({"api": line}, resolution={"api": resolution})
    versions = terms(f"{DAILY}[objective.measure]\n{measure}\n")
    made = statement(versions, Period("2026-06-01", "UTC", Span(JUNE, JUNE + DAY)), facts, JUNE + 2 * DAY)
    found: dict[str, Any] = document(made)["objectives"][0]
    return found


def bounds(found: dict[str, Any]) -> tuple[object, object]:
    """The seconds down at worst and at best."""
    worst, best = (Fraction(found["bounds"][each]["exact"]) for each in ("worst", "best"))
    return (1 - worst) * DAY, (1 - best) * DAY


@pytest.mark.parametrize(
    ("starts", "begin", "down"), [("first-bad", 3600, 600), ("last-good", 3540, 660), ("midpoint", 3570, 630)]
)
def test_when_an_outage_began(starts: str, begin: int, down: int) -> None:
    """Seen by probes a minute apart: at the first failure, at the last success, or halfway."""
    found = daily(f'outage_starts = "{starts}"', (3600, 4200, "down"), resolution=60)
    assert found["down_seconds"] == down
    assert found["outages"][0]["start"] == f"2026-06-01T00:{begin // 60}:{begin % 60:02d}Z".replace("00:60", "01:00")


def test_an_outage_is_drawn_back_only_over_time_that_was_up() -> None:
    """What was unknown before it stays unknown, what was degraded was not yet down."""
    found = daily('outage_starts = "last-good"', (3570, 3600, "unknown"), (3600, 4200, "down"), (8000, 8600, "degraded"),
                  (8600, 8700, "down"), resolution=60)  # fmt: skip
    assert (found["down_seconds"], found["unknown_seconds"]) == (600 + 30 + 160, 30)


def test_an_edge_may_be_off_by_the_distance_of_the_probes() -> None:
    """Two outages, of ten minutes and of ten seconds, with a minute between probes."""
    rows = ((3600, 4200, "down"), (8000, 8010, "down"))
    assert bounds(daily("", *rows, resolution=60)) == (610 + 120, 540)
    assert bounds(daily('outage_starts = "last-good"', *rows, resolution=60)) == (730, 610)
    assert bounds(daily("", *rows)) == (610, 610)


@pytest.mark.parametrize("policy", ["exclude", "up", "down", "hold"])
def test_the_bounds_are_the_same_however_unknown_time_counts(policy: str) -> None:
    """An hour down and two hours of silence: between one hour and three."""
    found = daily(f'no_data = "{policy}"', (0, HOUR, "down"), (5 * HOUR, 7 * HOUR, "unknown"))
    assert bounds(found) == (3 * HOUR, HOUR)
    assert found["bounds"]["coverage"] == "91.666"


def test_bounds_stay_within_the_day() -> None:
    """A day that was down or silent from end to end is at worst a whole day, and at best what was not seen to be down."""
    found = daily('no_data = "down"', (0, 20 * HOUR, "down"), (20 * HOUR, DAY, "unknown"), resolution=7200)
    assert bounds(found) == (DAY, 18 * HOUR)


def test_removed_time_has_no_bounds() -> None:
    """Nothing agreed, nothing to say: the objective does not apply."""
    text = DAILY.replace("target", 'hours = "open"\ntarget') + '[[calendar]]\nid = "open"\ntue = ["09:00-17:00"]\n'
    found = objective(text, period="2026-06-01")
    assert (found["verdict"], found["bounds"]["worst"], found["counted_seconds"]) == ("not-applicable", None, 0)
    assert found["bounds"]["coverage"] == "0.000"


def reported(*minutes: int, component: str = "api") -> dict[str, Any]:
    """An outage from one to two o'clock and one from five to six, with reports at these minutes."""
    text = DAILY + '[objective.measure]\noutage_starts = "reported"\n'
    down = [Span(JUNE + HOUR, JUNE + 2 * HOUR), Span(JUNE + 5 * HOUR, JUNE + 6 * HOUR)]
    rows = [Report(component, JUNE + minute * 60) for minute in minutes]
    return objective(text, down, period="2026-06-01", reports=rows)


@pytest.mark.parametrize(
    ("minutes", "counted"),
    [
        ((), 0),
        ((90,), 30),
        ((60,), 60),
        ((59,), 0),
        ((119,), 1),
        ((120,), 0),
        ((100, 70), 50),
        ((90, 330), 60),
        ((330,), 30),
    ],
)
def test_an_outage_counts_from_the_customers_report(minutes: tuple[int, ...], counted: int) -> None:
    """What nobody reported does not count; the first report during an outage does, from that minute on."""
    found = reported(*minutes)
    assert found["down_seconds"] == counted * 60
    assert sum(each["down_seconds"] for each in found["outages"]) == counted * 60
    assert reported(*minutes, component="web")["down_seconds"] == 0


@pytest.mark.parametrize(
    ("rows", "word", "could_change"),
    [
        (((0, 600, "down"),), "met", False),
        (((0, 600, "down"), (HOUR, HOUR + 300, "unknown")), "met", True),
        (((0, 600, "down"), (HOUR, HOUR + 264, "unknown")), "met", False),
        (((0, 900, "down"), (HOUR, HOUR + 300, "unknown")), "missed", False),
    ],
)
def test_whether_the_verdict_depends_on_what_is_not_known(
    rows: tuple[tuple[int, int, str], ...], word: str, could_change: bool
) -> None:
    """864 seconds of a day are one percent: unknown time matters when it could fill what is left of them."""
    found = daily("", *rows)
    assert (found["verdict"], found["bounds"]["could_change"]) == (word, could_change)
    assert any(step["word"] == "open" for step in found["steps"]) == could_change


def test_an_edge_between_two_probes_can_decide_and_is_told() -> None:
    """900 seconds of a day are too many, 840 would not be: probed each minute the outage may have been as short."""
    found = daily("", (0, 900, "down"), resolution=60)
    (told,) = (step for step in found["steps"] if step["word"] == "open")
    assert (found["verdict"], found["bounds"]["coverage"]) == ("missed", "100.000")
    assert (told["clause"].rpartition(".")[2], told["values"]["policy"]) == ("outage_starts", "first-bad")
    assert (told["values"]["worst"], told["values"]["best"]) == ("98.888", "99.027")


@pytest.mark.parametrize(
    ("first", "word", "days"), [("prorate", "missed", 4), ("deemed-up", "met", 7), ("skip", "not-applicable", 4)]
)
def test_the_first_period_of_a_service(first: str, word: str, days: int) -> None:
    """A service that began on Thursday is judged over its part of the week, deemed up before, or not judged in that week.
    The week after it is a week like any other."""
    text = DAILY.replace('"day"', '"week"').replace('"99"', '"98"') + f'first_period = "{first}"\n'
    text = "[version]\neffective_from = 2026-06-04\n" + text
    down = [Span(JUNE + DAY, JUNE + DAY + 3600), Span(JUNE + 4 * DAY, JUNE + 4 * DAY + 9000)]
    found = objective(text, down, period="2026-W23")
    assert (found["verdict"], found["down_seconds"]) == (word, 9000)
    assert found["counted_seconds"] == days * DAY
    later = objective(text, [Span(JUNE + 8 * DAY, JUNE + 9 * DAY)], period="2026-W24")
    assert (later["verdict"], later["counted_seconds"]) == ("missed", 7 * DAY)


def test_of_several_components_the_coarsest_probe_sets_how_far_a_figure_may_be_off() -> None:
    """Needed both, one probed each minute and one each five: an edge may be off by five."""
    text = DAILY.replace('"api"', '{ all = ["api", "web"] }')
    whole = Span(JUNE, JUNE + DAY)
    lines = {"api": drawn(whole, [Piece(Span(JUNE + HOUR, JUNE + 2 * HOUR), "down")]), "web": drawn(whole, [])}
    facts = Facts(lines, resolution={"api": 60, "web": 300})
    made = statement(terms(text), Period("2026-06-01", "UTC", whole), facts, JUNE + DAY)
    assert bounds(document(made)["objectives"][0]) == (HOUR + 300, HOUR - 300)


@pytest.mark.parametrize("begin", ["2026-06-08", "2026-06-09"])
def test_a_week_before_the_service_began_does_not_apply(begin: str) -> None:
    """Nothing is counted, nothing is given, also where hours are looked at one by one."""
    text = f"[version]\neffective_from = {begin}\n" + DAILY.replace('"day"', '"week"')
    text += '[[objective.remedy]]\nper = "clock-hour"\nunit = "money"\nflat = "1"\n'
    found = objective(text, [Span(JUNE + DAY, JUNE + 2 * DAY)], period="2026-W23")
    assert (found["verdict"], found["counted_seconds"], found["remedies"][0]["due"]) == ("not-applicable", 0, False)


def test_state_before_the_period_is_the_last_that_was_known() -> None:
    """Down, then up, then silence over midnight: up holds. Down last: down holds, until something is known."""
    policy = 'no_data = "hold"'
    silence = (-600, HOUR, "unknown")
    assert daily(policy, (-3600, -1800, "down"), silence)["down_seconds"] == 0
    assert daily(policy, (-1200, -600, "down"), silence)["down_seconds"] == HOUR
    assert daily(policy, (-1200, -600, "degraded"), silence)["down_seconds"] == 0
