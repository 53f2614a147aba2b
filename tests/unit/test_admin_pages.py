"""What operators do in the admin, as they do it: with forms, and with each other."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawn import START, STEP
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


def test_an_incident_is_opened_in_two_taps(house: Office) -> None:
    """From what is down now a tap on a template shows it as customers will see it, in both languages; a second one publishes."""
    browser = house.browser("jansen")
    now = browser.get("/").text
    assert "Not well" in now
    assert "API" in now
    link = re.search(r'href="([^"]*template=database[^"]*)">Trouble with API<', now)
    assert link
    page = browser.get(html.unescape(link[1])).text
    assert "De database van API is traag." in page
    assert "The database of API is slow." in page
    assert page.index("Publish now") < page.index("As customers will see it")
    answer = browser.post("/incidents/new", fields(page) | {"do": "publish"})
    assert answer.status_code == 303
    (made,) = house.book().open()
    assert answer.location == f"/incidents/{made.id}"
    assert made.titles == {"en": "Trouble with API", "nl": "Storing van API"}
    assert (made.components, made.start, made.newest.by) == ({"api": "down"}, START + 4 * STEP, "Jansen of Acme")
    assert made.outages == (made.id,)
    assert f"/incidents/{made.id}" in browser.get("/").text


def test_a_form_that_is_sent_twice_says_it_once(house: Office) -> None:
    """A finger that taps twice opens one incident, and schedules one maintenance."""
    browser = house.browser("jansen")
    page = fields(browser.get("/incidents/new?component=api").text)
    page |= {"title.en": "Slow", "text.en": "We look.", "do": "publish"}
    answers = [browser.post("/incidents/new", page) for _ in range(3)]
    assert {(each.status_code, each.location) for each in answers} == {(303, f"/incidents/{page['subject']}")}
    work = fields(browser.get("/maintenances/new").text)
    work |= {
        "title.en": "Disks",
        "start": "2026-02-01T03:00",
        "end": "2026-02-01T05:00",
        "component.api": "maintenance",
        "do": "publish",
    }
    answers = [browser.post("/maintenances/new", work) for _ in range(3)]
    assert {(each.status_code, each.location) for each in answers} == {(303, f"/maintenances/{work['subject']}")}
    assert (len(house.book().incidents), len(house.book().maintenances)) == (1, 1)


def test_a_preview_publishes_nothing(house: Office) -> None:
    """It shows the words as customers will see them, and whatever is in them does nothing."""
    browser = house.browser("jansen")
    page = fields(browser.get("/incidents/new?component=api").text)
    page |= {"title.en": HOSTILE, "text.en": f"*Markdown* {HOSTILE} [x](javascript:alert(1))", "do": "preview"}
    shown = browser.post("/incidents/new", page).text
    assert "<em>Markdown</em>" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert not house.book().incidents


def test_an_incident_from_its_beginning_to_its_end(house: Office) -> None:
    """Opened, acknowledged, updated, resolved, corrected: each step is an event with a name, and a row in the audit trail."""
    browser = house.browser("jansen")
    page = fields(browser.get("/incidents/new?component=api").text) | {
        "title.en": "Slow",
        "text.en": "We look.",
        "outage": "",
    }
    name = browser.post("/incidents/new", page | {"do": "publish"}).location or ""
    for number, (step, text) in enumerate(
        [("acknowledged", ""), ("identified", "A rollout."), ("resolved", "Taken back."), ("corrected", "Earlier.")], 1
    ):
        house.clock.move(60)
        sent = {"after": str(number), "step": step, "text.en": text, "do": "publish"}
        sent |= {"start": "2026-01-01T01:02"} if step == "corrected" else {}
        assert browser.post(name, sent).location == name, step
    (made,) = house.book().incidents
    assert [event.step for event in made.events] == [
        "investigating",
        "acknowledged",
        "identified",
        "resolved",
        "corrected",
    ]
    assert {event.by for event in made.events} == {"Jansen of Acme"}
    assert made.corrections[0].new == START + 2 * STEP
    deeds = [deed for _, deed in house.people.deeds() if deed.about == made.id]
    assert [deed.what for deed in deeds][::-1] == [f"incident {event.step}" for event in made.events]
    assert {(deed.who, deed.way, deed.address) for deed in deeds} == {("jansen", "admin", "192.0.2.1")}
    late = browser.post(name, {"after": "5", "step": "identified", "text.en": "Too late", "do": "publish"})
    assert late.status_code == 422
    assert "Too late</textarea>" in late.text


def test_of_two_at_once_the_second_sees_what_the_first_said(house: Office) -> None:
    """Nothing is said on top of what was not seen; the text is kept, and a second tap publishes it."""
    house.operator("boss", Role.OWNER)
    one, other = house.browser("jansen"), house.browser("boss")
    page = fields(one.get("/incidents/new?component=api").text) | {
        "title.en": "Slow",
        "text.en": "We look.",
        "do": "publish",
    }
    name = one.post("/incidents/new", page).location or ""
    mine, theirs = fields(one.get(name).text), fields(other.get(name).text)
    assert (
        one.post(name, mine | {"step": "identified", "text.en": "It is the disk.", "do": "publish"}).status_code == 303
    )
    refused = other.post(name, theirs | {"step": "monitoring", "text.en": "It is the net.", "do": "publish"})
    assert refused.status_code == 409
    assert "Somebody else said something meanwhile" in refused.text
    assert "It is the disk." in refused.text.partition("It is the net.")[0]
    assert len(house.book().incidents[0].events) == 2
    again = fields(refused.text) | {"do": "publish"}
    assert (again["text.en"], again["step"], again["after"]) == ("It is the net.", "monitoring", "2")
    assert other.post(name, again).status_code == 303
    assert [event.by for event in house.book().incidents[0].events][1:] == ["Jansen of Acme", "Boss of Acme"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"title.en": "", "title.nl": ""}, "title"),
        ({"text.en": "", "text.nl": ""}, "say something"),
        ({"component.api": ""}, "affected component"),
        ({"component.ghost": "down"}, "no component"),
        ({"component.api": "broken"}, "no state"),
        ({"step": "finished"}, "cannot begin"),
        ({"impact": "huge"}, "no impact"),
        ({"start": "yesterday"}, "not a time"),
        ({"start": "2999-01-01T00:00"}, "future"),
        ({"text.xx": "?"}, "no language"),
        ({"title.en": "x" * 201}, "title"),
        ({"text.en": "x" * 20_001}, "20000"),
        ({"subject": "../x"}, "no name"),
        ({"outage": "nothing"}, "no outage"),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_is_lost(house: Office, changed: dict[str, str], why: str) -> None:
    """Each mistake is said in words; what was typed stands in the form still."""
    browser = house.browser("jansen")
    page = fields(browser.get("/incidents/new?component=api").text)
    page |= {"title.en": "Slow", "text.en": "We look.", "outage": "", "do": "publish"} | changed
    answer = browser.post("/incidents/new", page)
    assert answer.status_code == 422
    assert why in html.unescape(answer.text)
    again = fields(answer.text)
    assert [again[name] for name in ("title.en", "text.en")] == [page[name] for name in ("title.en", "text.en")]
    assert not house.book().incidents


def test_maintenance_from_its_beginning_to_its_end(house: Office) -> None:
    """Scheduled, seen beforehand, moved, begun, completed."""
    browser = house.browser("jansen")
    page = fields(browser.get("/maintenances/new").text)
    page |= {"title.en": "Disks", "title.nl": "Schijven", "text.en": "New disks.", "component.api": "maintenance"}
    page |= {"start": "2026-01-01T03:00", "end": "2026-01-01T05:00"}
    assert "Disks" in browser.post("/maintenances/new", page | {"do": "preview"}).text
    assert not house.book().maintenances
    name = browser.post("/maintenances/new", page | {"do": "publish"}).location or ""
    steps = [
        {"step": "scheduled", "end": "2026-01-01T06:00"},
        {"step": "in_progress"},
        {"step": "completed", "text.en": "Done."},
    ]
    for number, sent in enumerate(steps, 1):
        house.clock.move(3600)
        assert browser.post(name, sent | {"after": str(number), "do": "publish"}).location == name
    (made,) = house.book().maintenances
    assert [event.step for event in made.events] == ["scheduled", "scheduled", "in_progress", "completed"]
    assert made.end == START + 5 * 3600
    assert browser.post(name, {"after": "4", "step": "in_progress", "do": "publish"}).status_code == 422
    assert browser.get("/maintenances").text.count("Disks") == 1


def test_an_outage_is_labelled(house: Office) -> None:
    """From the list of outages, by its name, with a reason; published with who said so; taken back it holds no more."""
    browser = house.browser("jansen")
    link = re.search(r'href="(/labels/new\?outage=[^"]+)"', browser.get("/labels").text)
    assert link
    page = fields(browser.get(html.unescape(link[1])).text)
    assert browser.post("/labels/new", page | {"kind": "force-majeure", "why": " "}).status_code == 422
    assert browser.post("/labels/new", page | {"kind": "nice-weather", "why": "Sun."}).status_code == 422
    assert browser.post("/labels/new", page | {"kind": "force-majeure", "why": "A flood."}).status_code == 303
    (label,) = house.readers[0].labels()
    assert (label.component, label.kind, label.why, label.by) == ("api", "force-majeure", "A flood.", "Jansen of Acme")
    assert label.outage == page["outage"]
    assert "A flood." in browser.get("/labels").text
    assert browser.post("/labels/new", page | {"kind": "none", "why": "A mistake."}).status_code == 303
    assert "taken back" in browser.get("/labels").text


def test_an_owner_ends_what_others_hold(house: Office) -> None:
    """Sessions and tokens are listed without what opens them, and ended in one tap; it is noted who did."""
    house.operator("boss", Role.OWNER)
    jansen, program, boss = house.browser("jansen"), house.program(), house.browser("boss")
    page = boss.get("/people").text
    keys = re.findall(r'name="session" value="([^"]+)"', page)
    assert len(keys) == 2
    mine = house.access.people.sessions(house.clock.now(), 9999, 9999, "jansen")[0].key
    assert boss.post("/people/sessions", {"session": mine}).status_code == 303
    assert jansen.get("/").status_code == 303
    assert boss.post("/people/tokens", {"token": "deploy"}).status_code == 303
    assert program.get("/api/v1/incidents").status_code == 401
    assert boss.post("/people/tokens", {"token": "deploy"}).status_code == 422
    assert [(deed.who, deed.what, deed.about) for _, deed in house.people.deeds(2)] == [
        ("boss", "token revoked", "deploy"), ("boss", "session ended by an owner", "jansen"),
    ]  # fmt: skip
    assert "token revoked" in boss.get("/audit").text


def test_a_component_that_is_gone_from_the_configuration_still_recovers(house: Office) -> None:
    """An incident of it that is open is shown, updated and resolved; a new one cannot be opened of it."""
    desk = open_desk(house.config.storage.url.reveal(), Clock())
    said = Said({"en": "Old"}, components={"gone": "down", "api": "down"})
    desk.tell(Event(INCIDENT, "old", 1, house.clock.now(), "J", "investigating", {"en": "Down."}, said))
    desk.close()
    browser = house.browser("jansen")
    page = fields(browser.get("/incidents/old").text)
    assert "component.gone" in page
    sent = page | {"component.gone": "operational", "text.en": "It is back.", "do": "publish"}
    assert browser.post("/incidents/old", sent).status_code == 303
    assert house.book().incidents[0].components == {"gone": "operational", "api": "down"}
    new = fields(browser.get("/incidents/new?component=gone").text) | {
        "component.gone": "down",
        "title.en": "x",
        "text.en": "x",
    }
    assert browser.post("/incidents/new", new | {"do": "publish"}).status_code == 422


def test_before_anything_was_measured_it_says_so(tmp_path: Path) -> None:
    """An admin without a record shows its pages; what cannot be done is said, and nothing breaks."""
    with office(tmp_path) as made:
        record = tmp_path / "meetlat.db"
        record.rename(tmp_path / "gone.db")
        browser = made.browser("jansen")
        assert "Nothing was measured yet" in browser.get("/").text
        for path in ("/incidents", "/maintenances", "/labels", "/incidents/new", "/labels/new"):
            assert browser.get(path).status_code == 200, path
        page = fields(browser.get("/incidents/new?component=api").text) | {
            "title.en": "x",
            "text.en": "x",
            "do": "publish",
        }
        assert browser.post("/incidents/new", page).status_code == 503
