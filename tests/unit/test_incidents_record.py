"""What people say is kept beside a running monitor, once, in order, and moves statements as agreements say."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import START, STEP, observations, watch
from samples import AGREEMENT, MAIN
from telling import HOUR, T0, incident_step, maintenance_step

from monitor.clock import Clock
from monitor.config import load
from monitor.describe import changes, describe
from monitor.incidents import planned
from monitor.incidents.book import Book, book
from monitor.incidents.event import Event, Said
from monitor.incidents.planned import Planned
from monitor.incidents.recurrence import MOST, occurrences, rule
from monitor.judge import judge, rewatch
from monitor.settlement import Settlement, named
from monitor.store import Conflict, open_desk, open_reader, open_record
from monitor.table import ConfigError
from monitor.timeline.record import Batch
from monitor.timeline.span import Span

DAY = 86_400


def url(folder: Path) -> str:
    """Where a test keeps its record."""
    return f"sqlite:///{folder}/state/meetlat.db"


def test_two_who_did_not_know_of_one_another(tmp_path: Path) -> None:
    """The second is refused with a reason, all of what it said together, and what the first one said stands."""
    record = open_record(url(tmp_path), Clock())
    one, other = open_desk(url(tmp_path), Clock()), open_desk(url(tmp_path), Clock())
    opened = incident_step(1, "investigating", impact="minor", backfilled=False)
    one.tell(opened)
    one.tell(incident_step(2, "identified"))
    with pytest.raises(Conflict, match="meanwhile"):
        other.tell(maintenance_step(1, "scheduled"), incident_step(2, "resolved"))
    reader = open_reader(url(tmp_path))
    events = reader.events()
    assert [each.step for each in events] == ["investigating", "identified"]
    assert events[0] == opened, "it comes back as it went in"
    for each in (one, other, reader, record):
        each.close()


def test_nothing_in_the_table_may_have_the_same_number(tmp_path: Path) -> None:
    """The file itself refuses it, whatever a program does."""
    open_record(url(tmp_path), Clock()).close()
    with sqlite3.connect(tmp_path / "state/meetlat.db") as file:
        row = "insert into events values (null, 'incident', 'x', 1, 1, 'a', 'b', '{}', '{}')"
        file.execute(row)
        with pytest.raises(sqlite3.IntegrityError):
            file.execute(row)
    file.close()


EXCLUDING = AGREEMENT.replace(
    "  [[objective.remedy]]",
    '[[objective.exclude]]\nkind = "maintenance"\ntreat = "remove"\nnotice = "2h"\n'
    '[[objective.exclude]]\nkind = "emergency"\ntreat = "forgive"\n[[objective.remedy]]',
)


@pytest.mark.parametrize(
    ("kind", "early", "extra", "exact"),
    [
        ("maintenance", 3 * HOUR, [], "1/1"),
        ("maintenance", 2 * HOUR, [], "1/1"),
        ("maintenance", 2 * HOUR - 1, [], "7/10"),
        ("maintenance", 3 * HOUR, ["cancelled"], "7/10"),
        ("emergency", 10, [], "1/1"),
    ],
)
def test_a_statement_moves_as_the_agreement_says(
    tmp_path: Path, kind: str, early: int, extra: list[str], exact: str
) -> None:
    """Three of ten minutes down: taken out when maintenance was announced two hours ahead, and not when it was a second later."""
    (tmp_path / "agreements").mkdir()
    (tmp_path / "meetlat.toml").write_text(MAIN)
    (tmp_path / "agreements/acme.toml").write_text(EXCLUDING)
    config = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")})
    record = open_record(url(tmp_path), Clock())
    drawing = "....xxx....."
    record.watch([watch()], START)
    for n, seen in enumerate(observations(drawing)):
        stands = rewatch(record.standing(START), record.watches(), START + n * STEP).standing
        turn = judge(stands, [(seen, record.watches()[0])], START + n * STEP)
        record.append(Batch(START, (seen,), turn.redraws, turn.foldings, turn.notices))
    versions = config.agreements[0]
    settlement = Settlement(versions, record.reader, START + 10 * STEP)
    period = named(versions, "2026-01")

    def share() -> str:
        found: str = settlement.document(period)["objectives"][0]["availability"]["exact"]
        return found

    assert share() == "7/10"
    begin = START + 4 * STEP
    event = maintenance_step(1, "scheduled", begin - early, start=begin, end=begin + 3 * STEP, kind=kind)
    record.tell([event, *(maintenance_step(n, name, begin - 1) for n, name in enumerate(extra, 2))])
    assert share() == exact
    if exact == "1/1":
        made = settlement.document(period)["objectives"][0]
        assert made["without_labels"]["exact"] == "7/10", "the figure without it is shown too"
    record.close()


PLAN = """
[[maintenance]]
id = "upgrade"
title = "Upgrade"
components = ["api"]
start = 2026-12-03T22:00:00
end = 2026-12-03T23:00:00
"""


def test_maintenance_in_the_configuration(tmp_path: Path) -> None:
    """Times without an offset are on the clocks of the page's zone; titles may be in each language."""
    more = (
        PLAN.replace('"Upgrade"', '{ en = "Upgrade", nl = "Verbetering" }')
        + 'text = "Short *breaks*"\nemergency = true\n'
    )
    (tmp_path / "meetlat.toml").write_text(MAIN + more)
    (plan,) = load(tmp_path, {}).maintenance
    assert plan.titles == {"en": "Upgrade", "nl": "Verbetering"}
    assert plan.texts == {"nl": "Short *breaks*"}, "the page's first language"
    assert (plan.span.seconds, plan.kind) == (HOUR, "emergency")
    assert plan.span.start == 1_796_331_600
    assert "maintenance upgrade: api, 2026-12-03T21:00:00" in describe(load(tmp_path, {}))
    (tmp_path / "meetlat.toml").write_text(MAIN)
    was = load(tmp_path, {})
    (tmp_path / "meetlat.toml").write_text(MAIN + PLAN)
    assert changes(was, load(tmp_path, {})) == ["maintenance upgrade added"]


def test_every_fault_of_it_is_named(tmp_path: Path) -> None:
    """All at once, each with its place."""
    more = (
        PLAN.replace('["api"]', '["apo"]').replace("23:00", "21:00")
        + 'repeat = "FREQ=HOURLY"\n'
        + PLAN.replace('["api"]', '["apo"]').replace("23:00", "21:00").replace('"Upgrade"', '{ fr = "x" }')
        + PLAN
        + PLAN
        + PLAN.replace('title = "Upgrade"', 'title = "two\\nlines"')
    )
    (tmp_path / "meetlat.toml").write_text(MAIN + more)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    text = str(caught.value)
    for said in (
        "FREQ is one of",
        "no component 'apo'",
        "is not after start",
        "no language",
        "another maintenance",
        "one line",
    ):
        assert said in text, text


def spans(text: str, first: Span, zone: str, days: int) -> list[int]:
    """When the occurrences begin, in hours since T0."""
    return [(each.start - T0) // HOUR for each in occurrences(text, first, zone, Span(T0, T0 + days * DAY))]


def test_it_comes_back_at_the_same_time_on_the_clock() -> None:
    """Each Sunday at three in Amsterdam, in winter and in summer."""
    first = Span(T0 + 3 * DAY + 2 * HOUR, T0 + 3 * DAY + 4 * HOUR)  # Sunday 4 January 2026 03:00 CET
    found = spans("FREQ=WEEKLY;BYDAY=SU", first, "Europe/Amsterdam", 90)
    assert found[:2] == [3 * 24 + 2, 10 * 24 + 2]
    assert found[-2:] == [80 * 24 + 2, 87 * 24 + 1], "29 March: the clocks went forward"
    assert len(list(occurrences("FREQ=DAILY", first, "UTC", Span(T0, T0 + 9000 * DAY)))) == MOST


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=HOURLY", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;BYSECOND=1", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "nonsense",
     "FREQ=DAILY;UNTIL=x", "FREQ=WEEKLY;BYDAY=XX", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY\nRRULE:FREQ=DAILY", 7],
)  # fmt: skip
def test_a_rule_that_is_none(text: object) -> None:
    """What cannot be followed, or comes back within the day, is refused."""
    with pytest.raises(ValueError, match=r"."):
        rule(text)


def told(plans: list[Planned], found: Book, now: int) -> tuple[Book, list[Event]]:
    """What a monitor says of plans, and the book after that."""
    fresh = list(planned.due(plans, "UTC", found, now))
    before = [event for each in found.maintenances for event in each.events]
    return book([*before, *fresh]), fresh


def test_the_record_follows_the_plan_until_it_begins() -> None:
    """Told once; again when it moves, as announced at that moment; cancelled when it is taken out; left alone once it has begun."""
    plan = Planned("up", {"en": "Up"}, {}, ("api",), Span(T0 + 9 * HOUR, T0 + 10 * HOUR), T0 - DAY)
    found, fresh = told([plan], Book(), T0)
    assert (len(fresh), found.maintenances[0].plans[0].announced) == (1, T0 - DAY)
    assert told([plan], found, T0 + 60)[1] == []
    moved = replace(plan, span=Span(T0 + 11 * HOUR, T0 + 12 * HOUR))
    after, fresh = told([moved], found, T0 + 60)
    assert (len(fresh), after.maintenances[0].plans[-1].announced) == (1, T0 + 60)
    assert told([moved], after, T0 + 90)[1] == []
    assert told([], found, T0 + 60)[0].maintenances[0].stage == "cancelled"
    assert told([], found, T0 + 9 * HOUR)[1] == []
    assert told([moved], found, T0 + 9 * HOUR)[1] == []


def test_a_plan_that_comes_back_is_another_one() -> None:
    """Taken out and put back: the cancelled one stays cancelled, and its successor is announced when it was put back."""
    plan = Planned("up", {"en": "Up"}, {}, ("api",), Span(T0 + 9 * HOUR, T0 + 10 * HOUR))
    gone = told([], told([plan], Book(), T0)[0], T0 + 60)[0]
    back, fresh = told([plan], gone, T0 + 120)
    assert [(each.subject, each.step, each.at) for each in fresh] == [("up-2", "scheduled", T0 + 120)]
    assert told([plan], back, T0 + 180)[1] == []
    assert told([plan], gone, T0 + 9 * HOUR)[1] == [], "its time is over"


def test_what_a_person_spoke_of_is_left_to_people() -> None:
    """Moved or cancelled by hand, the file neither moves it back nor revives it."""
    plan = Planned("up", {"en": "Up"}, {}, ("api",), Span(T0 + 9 * HOUR, T0 + 10 * HOUR))
    found = told([plan], Book(), T0)[0]
    before = list(found.maintenances[0].events)
    moved = book([*before, Event("maintenance", "up", 2, T0, "J", "scheduled", {}, Said(end=T0 + 11 * HOUR))])
    cancelled = book([*before, Event("maintenance", "up", 2, T0, "J", "cancelled")])
    for each in (moved, cancelled):
        assert told([plan], each, T0 + 60)[1] == told([], each, T0 + 60)[1] == []


def test_each_time_of_many_is_announced_two_months_ahead() -> None:
    """Under a name of its own, once."""
    plan = Planned("w", {"en": "W"}, {}, ("api",), Span(T0, T0 + HOUR), None, "maintenance", "FREQ=WEEKLY")
    found, fresh = told([plan], Book(), T0 + 60)
    assert [each.subject for each in fresh][:2] == ["w-20260101", "w-20260108"]
    assert len(fresh) == 9
    assert told([plan], found, T0 + 120)[1] == []
    assert [each.subject for each in told([plan], found, T0 + 7 * DAY)[1]] == ["w-20260305"]
