"""Maintenance that comes back, that customers are reminded of, that is late, that overlaps with other work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn import START
from shown import SECOND, parsed, showing
from telling import HOUR, T0, maintenance_step

from monitor.clock import Clock
from monitor.config import load
from monitor.incidents import maintenance, planned
from monitor.incidents.book import Book, book
from monitor.incidents.course import of_maintenance
from monitor.incidents.event import Event, Said, StepError
from monitor.incidents.planned import recurring, stopping
from monitor.settlement import Settlement, named
from monitor.store import open_desk, open_reader

DAY = 86_400
WEEKLY = maintenance_step(1, "scheduled", T0, repeat="FREQ=WEEKLY", remind=(DAY,))


def known(*events: Event) -> Book:
    """What the record says once the monitor told the times that are to come."""
    found = list(events)
    found += recurring(book(found), {"api", "web"}, "UTC", T0 + 60)
    assert list(recurring(book(found), {"api", "web"}, "UTC", T0 + 60)) == [], "each time is told once"
    return book(found)


def course(later: int, *events: Event) -> list[tuple[str, int]]:
    """What happened until so many seconds after T0."""
    (found,) = book(events).maintenances
    return [(each.step, each.at - T0) for each in of_maintenance(found, T0 + later)]


def test_people_announce_work_that_comes_back() -> None:
    """Each further time under a name of its own, with the words of the first, announced when the record had it."""
    found = {each.id: each for each in known(WEEKLY).maintenances}
    assert list(found)[::-1][:3] == ["x", "x-20260108", "x-20260115"]
    assert len(found) == 9
    second = found["x-20260108"]
    assert (second.start, second.end - second.start) == (T0 + HOUR + 7 * DAY, HOUR)
    assert (second.remind, second.repeat, second.newest.by) == ((DAY,), "", "J. Jansen")
    assert second.plans[0].announced == T0 + 60
    assert second.events[0].texts == WEEKLY.texts


def test_one_time_of_it_is_called_off() -> None:
    """And stays so; the others stand."""
    found = known(WEEKLY)
    events = [event for each in reversed(found.maintenances) for event in each.events]
    off = Event("maintenance", "x-20260108", 2, T0 + 90, "J", "cancelled")
    after = known(*events, off)
    assert [each.id for each in after.upcoming(T0 + 100)][:2] == ["x", "x-20260115"]


def test_it_comes_back_no_more() -> None:
    """Also when its first time is long over: what is to come is cancelled, what was stays, and nothing new is announced."""
    found = known(WEEKLY)
    events = [event for each in reversed(found.maintenances) for event in each.events]
    now = T0 + 10 * DAY
    after = known(*events, *stopping(found, "x", now, "J"))
    assert sum(each.stage == "cancelled" for each in after.maintenances) == 7
    assert {each.id for each in after.maintenances if each.standing(now) == "completed"} == {"x", "x-20260108"}
    first = after.maintenance("x")
    assert first
    with pytest.raises(StepError, match="does not come back"):
        maintenance.told(first, Event("maintenance", "x", 3, now, "J", "stopped"))
    with pytest.raises(StepError, match="no maintenance"):
        stopping(after, "y", now, "J")


def test_a_component_that_is_gone_is_worked_on_no_more() -> None:
    """Further times name what is left; of nothing there is no work."""
    both = maintenance_step(
        1, "scheduled", repeat="FREQ=DAILY", components={"api": "maintenance", "web": "maintenance"}
    )
    assert {tuple(each.said.components or ()) for each in recurring(book([both]), {"web"}, "UTC", T0)} == {("web",)}
    assert list(recurring(book([both]), {"other"}, "UTC", T0)) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"repeat": "FREQ=HOURLY"}, "FREQ"),
        ({"remind": (0,)}, "ahead"),
        ({"remind": (91 * DAY,)}, "ahead"),
    ],
)
def test_what_cannot_come_back_is_refused(said: dict[str, Any], why: str) -> None:
    """With the reason; and it is said when it is announced, or never."""
    with pytest.raises(StepError, match=why):
        maintenance.told(None, maintenance_step(1, "scheduled", **said))
    first = maintenance.told(None, maintenance_step(1, "scheduled"))
    with pytest.raises(StepError, match="announced"):
        maintenance.told(first, maintenance_step(2, "scheduled", remind=(60,)))


@pytest.mark.parametrize(
    ("events", "happened"),
    [
        ([], [("scheduled", 0), ("reminder", HOUR - 1800), ("reminder", HOUR - 60), ("begins", HOUR), ("ends", 2 * HOUR)]),
        ([("cancelled", 1000, {})], [("scheduled", 0), ("cancelled", 1000)]),
        ([("in_progress", 1900, {})], [("scheduled", 0), ("reminder", 1800), ("in_progress", 1900), ("overruns", 2 * HOUR)]),
        (
            [("scheduled", 1900, {"start": T0 + 2 * HOUR, "end": T0 + 3 * HOUR})],
            [
                ("scheduled", 0), ("reminder", 1800), ("scheduled", 1900), ("reminder", 2 * HOUR - 1800),
                ("reminder", 2 * HOUR - 60), ("begins", 2 * HOUR), ("ends", 3 * HOUR),
            ],
        ),
        (
            [("in_progress", 1900, {}), ("in_progress", 7000, {"end": T0 + 3 * HOUR}), ("completed", 4 * HOUR, {})],
            [
                ("scheduled", 0), ("reminder", 1800), ("in_progress", 1900), ("in_progress", 7000),
                ("overruns", 3 * HOUR), ("completed", 4 * HOUR),
            ],
        ),
    ],
)  # fmt: skip
def test_what_nobody_has_to_say(events: list[tuple[str, int, dict[str, Any]]], happened: list[tuple[str, int]]) -> None:
    """Customers are reminded as it was announced, and told from when on it is late; of what moved, as it moved."""
    first = maintenance_step(1, "scheduled", remind=(60, 1800))
    rest = [maintenance_step(n, name, T0 + at, **said) for n, (name, at, said) in enumerate(events, 2)]
    assert course(5 * HOUR, first, *rest) == happened


def test_what_is_late_excuses_nothing(tmp_path: Path) -> None:
    """Past the end of its plan a component that is down is down, on the page and in the word for the whole; and it is said."""
    work = maintenance_step(1, "scheduled", START, start=START + 60, end=START + 300, remind=(30,))
    begun = maintenance_step(2, "in_progress", START + 90)
    site = showing(tmp_path, "...cccccc", work, begun, more=SECOND)
    text = parsed(site, "/")
    assert "past its end" in text
    assert '<span class="state maintenance">' not in text
    assert "Partial outage</h1>" in text or "Major outage</h1>" in text
    said = {each["title"] for each in site.get("/feed.json?kind=maintenance").get_json()["items"]}
    assert {"[Reminder] Work", "[Past its planned end] Work"} <= said
    page = parsed(site, "/maintenances/x")
    for item in site.get("/feed.json?kind=maintenance").get_json()["items"]:
        assert f'id="{item["url"].partition("#")[2]}"' in page, "what the feed links to is there"
    assert "Herinnering" in parsed(site, "/nl/maintenances/x")
    assert "[Herinnering] Work" in {each["title"] for each in site.get("/nl/feed.json").get_json()["items"]}


def test_the_page_of_the_first_time_leads_to_the_others(tmp_path: Path) -> None:
    """In both languages."""
    later = Event("maintenance", "x-20260108", 1, START + 10, "J", "scheduled", {}, Said(
        {"en": "Work"}, components={"api": "maintenance"}, start=START + 7 * DAY, end=START + 7 * DAY + 60
    ))  # fmt: skip
    site = showing(tmp_path, "...", WEEKLY, later)
    assert '<a href="/maintenances/x-20260108">' in parsed(site, "/maintenances/x")
    assert "Het komt terug" in parsed(site, "/nl/maintenances/x")
    assert "It comes back" not in parsed(site, "/maintenances/x-20260108")


def test_a_plan_of_the_configuration_reminds_too() -> None:
    """As it says."""
    plan = planned.Planned("up", {"en": "Up"}, {}, ("api",), book([WEEKLY]).maintenances[0].plans[0].span, remind=(60,))
    (event,) = planned.due([plan], "UTC", Book(), T0)
    assert event.said.remind == (60,)


def test_work_that_overlaps_is_excluded_once(tmp_path: Path) -> None:
    """Two windows over one outage take out what one window over it does."""
    showing(tmp_path, "....xxx.....")
    text = (tmp_path / "agreements/acme.toml").read_text()
    exclude = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "remove"\n[[objective.remedy]]'
    (tmp_path / "agreements/acme.toml").write_text(text.replace("  [[objective.remedy]]", exclude))
    config = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")})
    reader = open_reader(config.storage.url.reveal())
    versions = config.agreements[0]

    def figure() -> tuple[str, int]:
        made = Settlement(versions, reader, START + 12 * 60).document(named(versions, "2026-01"))["objectives"][0]
        return made["availability"]["exact"], int(made["counted_seconds"])

    assert figure() == ("3/4", 720)
    desk = open_desk(config.storage.url.reveal(), Clock())
    for n, (begin, end) in enumerate(((230, 360), (300, 430))):
        said = {"start": START + begin, "end": START + end}
        desk.tell(replace(maintenance_step(1, "scheduled", START, **said), subject=f"w{n}"))
    desk.close()
    assert figure() == ("1/1", 520)
    reader.close()
