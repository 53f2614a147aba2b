"""What operators typed is never lost: to a colleague who was first, to a word that means nothing, to what ended meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from operating import Office, fields, office

from monitor.clock import Clock
from monitor.incidents.event import INCIDENT, Event, Said
from monitor.people.model import Role
from monitor.store import open_desk

OPENED = {"subject": "slow", "title.en": "Slow", "text.en": "We look.", "component.api": "down", "do": "publish"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """The admin beside an outage that goes on; the API is down since the fourth minute."""
    with office(tmp_path) as made:
        yield made


@pytest.mark.parametrize("wrong", [{"end": "later"}, {"start": "1-2-2026"}, {"remind": "soon"}, {"announced": "once"}])
def test_a_time_that_is_none_costs_no_words(house: Office, wrong: dict[str, str]) -> None:
    """Of maintenance that is announced, and of what is said of it and of an incident later."""
    browser = house.browser("jansen")
    work = {"subject": "disks", "title.en": "Disks", "text.en": "New disks.", "component.api": "maintenance"}
    work |= {"start": "2026-02-01T03:00", "end": "2026-02-01T05:00", "remind": "1d 2h", "do": "publish"}
    again = fields(browser.post("/maintenances/new", work | wrong).text)
    assert [again[name] for name in ("title.en", "text.en")] == ["Disks", "New disks."]
    assert all(again[name] for name in {"start", "end"} - wrong.keys())
    assert browser.post("/maintenances/new", work).status_code == 303
    assert browser.post("/incidents/new", OPENED).status_code == 303
    for place in ("/maintenances/disks", "/incidents/slow"):
        answer = browser.post(place, {"after": "1", "text.en": "Long words.", "do": "publish"} | wrong)
        assert (answer.status_code, fields(answer.text)["text.en"]) == (422, "Long words.")


def test_a_reminder_outlives_a_preview(house: Office) -> None:
    """What was looked at and then published as it stood is what was filled in."""
    browser = house.browser("jansen")
    work = {"subject": "disks", "title.en": "Disks", "component.api": "maintenance", "remind": "1d 2h"}
    work |= {"start": "2026-02-01T03:00", "end": "2026-02-01T05:00", "do": "preview"}
    again = fields(browser.post("/maintenances/new", work).text) | {"component.api": "maintenance", "do": "publish"}
    assert browser.post("/maintenances/new", again).status_code == 303
    assert house.book().maintenances[0].remind == (86_400, 7_200)


def test_of_two_who_open_the_same_outage_nobody_loses_words(house: Office) -> None:
    """Both got the name of the outage; the second sees what the first said, and has the own text still."""
    house.operator("boss", Role.OWNER)
    one, other = house.browser("jansen"), house.browser("boss")
    outage = re.search(r"outage=([^&\"]+)", one.get("/").text)
    assert outage
    page = fields(one.get(f"/incidents/new?component=api&outage={outage[1]}").text) | {"title.en": "Slow"}
    assert one.post("/incidents/new", page | {"text.en": "It is the disk.", "do": "publish"}).status_code == 303
    mine = fields(other.get("/account").text)["key"]
    late = other.post("/incidents/new", page | {"key": mine, "text.en": "It is the net.", "do": "publish"})
    assert late.status_code == 409
    assert "It is the disk." in late.text
    assert fields(late.text)["text.en"] == "It is the net."
    (made,) = house.book().incidents
    assert len(made.events) == 1


def test_a_form_that_was_changed_and_sent_again_is_no_double(house: Office) -> None:
    """Whoever goes back, writes something else and publishes is told that the first is published already."""
    browser = house.browser("jansen")
    work = {"subject": "disks", "title.en": "Disks", "text.en": "Old.", "component.api": "maintenance", "do": "publish"}
    work |= {"start": "2026-02-01T03:00", "end": "2026-02-01T05:00"}
    assert browser.post("/maintenances/new", work).status_code == 303
    answer = browser.post("/maintenances/new", work | {"text.en": "New."})
    assert (answer.status_code, fields(answer.text)["text.en"]) == (409, "New.")
    assert browser.post("/incidents/new", OPENED).status_code == 303
    answer = browser.post("/incidents/new", OPENED | {"text.en": "New."})
    assert (answer.status_code, fields(answer.text)["text.en"]) == (409, "New.")


def test_words_for_what_is_over_meanwhile_are_not_lost(house: Office) -> None:
    """An incident that was merged and maintenance that was cancelled have no form any more; what was written is shown."""
    browser = house.browser("jansen")
    work = {"subject": "disks", "title.en": "Disks", "component.api": "maintenance", "do": "publish"}
    work |= {"start": "2026-02-01T03:00", "end": "2026-02-01T05:00"}
    for place, sent in (("/incidents", OPENED), ("/incidents", OPENED | {"subject": "other"}), ("/maintenances", work)):
        assert browser.post(f"{place}/new", sent).status_code == 303
    ends = {"/incidents/slow": {"step": "merged", "into": "other"}, "/maintenances/disks": {"step": "cancelled"}}
    for place, end in ends.items():
        assert browser.post(place, end | {"after": "1", "do": "publish"}).status_code == 303
        late = browser.post(place, {"after": "1", "text.en": "Long words.", "do": "publish"})
        assert late.status_code == 409
        assert "Long words." in late.text


def test_a_draft_is_published_or_discarded(house: Office) -> None:
    """What the monitor drafted waits on the first page until a person says whether it is told."""
    desk = open_desk(house.config.storage.url.reveal(), Clock())
    for name in ("one", "two"):
        said = Said({"en": f"Draft {name}"}, components={"api": "down"})
        desk.draft(Event(INCIDENT, name, 1, house.clock.now(), "Meetlat", "investigating", {"en": "Down."}, said))
    desk.close()
    browser = house.browser("jansen")
    assert "Draft one" in browser.get("/").text
    assert browser.post("/drafts/one/publish").location == "/incidents/one"
    assert browser.post("/drafts/two/discard").location == "/"
    assert browser.post("/drafts/two/publish").status_code == 404
    (made,) = house.book().incidents
    assert (made.id, made.newest.by) == ("one", "Jansen of Acme")
    assert "Draft two" not in browser.get("/").text


def test_of_two_who_publish_a_draft_the_second_sees_what_the_first_said(house: Office) -> None:
    """And a draft that the monitor added to meanwhile is not published unseen."""
    desk = open_desk(house.config.storage.url.reveal(), Clock())
    said = Said({"en": "Draft"}, components={"api": "down"})
    desk.draft(Event(INCIDENT, "one", 1, house.clock.now(), "Meetlat", "investigating", {"en": "Down."}, said))
    house.operator("boss", Role.OWNER)
    one, other = house.browser("jansen"), house.browser("boss")
    seen = fields(one.get("/").text)
    assert seen["after"] == "1"
    house.clock.move(60)
    desk.draft(Event(INCIDENT, "one", 2, house.clock.now(), "Meetlat", "monitoring", {"en": "Up again."}, Said()))
    desk.close()
    assert one.post("/drafts/one/publish", seen).status_code == 409
    assert not house.book().incidents
    theirs, mine = fields(other.get("/").text), fields(one.get("/").text)
    assert [one.post("/drafts/one/publish", mine).status_code for _ in range(2)] == [303, 303], "a finger taps twice"
    late = other.post("/drafts/one/publish", theirs)
    assert late.status_code == 409
    assert "Somebody else said something meanwhile" in late.text
    assert "Up again." in late.text
    assert len(house.book().incidents[0].events) == 1
