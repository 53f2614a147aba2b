"""Who is told, in the admin: numbers for everybody who is in, never an address; what fails, and how far came what people said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from operating import Office, office

from monitor.clock import Clock
from monitor.people.model import Role
from monitor.store import open_outbox, open_subscribers
from monitor.store.outbox import GIVEN_UP, SENT, WAITING, Outcome
from monitor.telling.message import INCIDENT, MAINTENANCE, Message, Words
from monitor.telling.receiver import Wish

TELLING = """
[[channel]]
id = "ops"
kind = "webhook"
url = "https://hooks.acme.example/secret-path"

[[alert]]
id = "night"
channels = ["ops"]
severity = "P2"

[mail]
host = "127.0.0.1"
from = "status@acme.example"

[subscribe]
url = "https://status.acme.example/to"
ways = ["email", "webhook"]
"""
WISHES = [
    Wish("email", "ann@acme.example", "en"),
    Wish("email", "bob@acme.example", "nl", (INCIDENT,), ("api",)),
    Wish("webhook", "https://acme.example/hook", "en", (MAINTENANCE,)),
]
OPENED = {"subject": "slow", "title.en": "Slow", "text.en": "We look.", "component.api": "down"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """The admin of a page with a channel, a rule, and three subscribers."""
    with office(tmp_path, more=TELLING) as made:
        subscribers = open_subscribers(made.config.storage.url.reveal(), Clock())
        subscribers.add_all(WISHES)
        subscribers.close()
        made.operator("viewer", Role.VIEWER)
        yield made


def tell(house: Office, key: str, to: list[tuple[str, str]], outcomes: dict[str, Outcome]) -> None:
    """Keep a message, and what became of it at each receiver."""
    outbox = open_outbox(house.config.storage.url.reveal(), Clock())
    words = {"en": Words("Slow: we look", "We look.", "<p>We look.</p>", "https://status.acme.example/")}
    outbox.keep({}, {}, [(Message(key, INCIDENT, house.clock.now(), ("api",), words), to)])
    for lane in {lane for lane, _ in to}:
        for each in (one for of in outbox.due(lane, 10, fresh=True) for one in of):
            if found := outcomes.get(each.receiver):
                outbox.note([Outcome(each.id, found.state, found.error, found.due_ms)])
    outbox.close()


def test_everybody_who_is_in_sees_how_many_are_told_and_nobody_sees_an_address(house: Office) -> None:
    """Subscribers by way, kind and component; the channels and the rules; and no address, nor that of a channel."""
    for name in ("viewer", "jansen"):
        page = house.browser(name).get("/telling").text
        assert "3 subscribers" in page
        for row in ("email: 2", "webhook: 1", "incident: 2", "maintenance: 2", "All: 2", "API: 1"):
            assert f"<li>{row}</li>" in page, row
        assert "ops" in page
        assert "outage, incident of all components, P2 and worse, to ops" in page
        assert "Quiet" in page
        assert "Nothing fails" in page
        for hidden in ("ann@", "bob@", "acme.example/hook", "secret-path"):
            assert hidden not in page


def test_what_fails_is_seen_and_why_by_those_who_can_act(house: Office) -> None:
    """A channel that refuses, a mailbox that is gone: what came how far, and the reason of a channel's for operators."""
    to = [("channel:ops", "ops"), ("email", "aa"), ("email", "bb"), ("email", "cc")]
    outcomes = {
        "ops": Outcome(0, WAITING, "answered 500", 2**50),
        "aa": Outcome(0, SENT),
        "bb": Outcome(0, GIVEN_UP, "no such mailbox bob@acme.example"),
    }
    tell(house, "night/1", to, outcomes)
    page = house.browser("jansen").get("/telling").text
    assert "email: 1 sent, 1 waiting, <strong>1 given up</strong>" in page
    assert "channel ops: 0 sent, <strong>1 failing</strong>" in page
    assert "channel ops: tried once, answered 500" in page
    assert "bob@" not in page
    assert "answered 500" not in house.browser("viewer").get("/telling").text


def test_before_it_is_published_it_is_seen_how_many_will_be_told(house: Office) -> None:
    """Of an incident, of its update, and of maintenance; by way, and only those who want to hear of it."""
    browser = house.browser("jansen")
    page = browser.post("/incidents/new", OPENED | {"do": "preview"}).text
    assert "subscribers are told: 2 by email." in page
    assert browser.post("/incidents/new", OPENED | {"do": "publish"}).status_code == 303
    said = {"after": "1", "step": "identified", "text.en": "It is the disk.", "do": "preview"}
    assert "subscribers are told: 2 by email." in browser.post("/incidents/slow", said).text
    work = {"subject": "disks", "title.en": "Disks", "start": "2026-02-01T03:00", "end": "2026-02-01T05:00"}
    page = browser.post("/maintenances/new", work | {"component.api": "maintenance", "do": "preview"}).text
    assert "subscribers are told: 1 by email, 1 by webhook." in page


def test_on_its_page_it_is_seen_who_was_told_of_what(house: Office) -> None:
    """Of this incident and of no other one, whose name begins likewise."""
    browser = house.browser("jansen")
    browser.post("/incidents/new", OPENED | {"do": "publish"})
    assert "No subscriber was told of it" in browser.get("/incidents/slow").text
    tell(house, "incident/slow/1", [("email", "aa"), ("email", "bb")], {"aa": Outcome(0, SENT)})
    tell(house, "incident/slower/1", [("webhook", "dd")], {})
    page = browser.get("/incidents/slow").text
    assert "Who was told" in page
    assert "<li>email: 1 sent, 1 waiting</li>" in page
    assert "webhook: 0" not in page


def test_without_a_form_and_a_teller_there_is_nothing_to_see(tmp_path: Path) -> None:
    """A page where nobody can subscribe says so, and speaks of nobody who will be told."""
    with office(tmp_path) as made:
        browser = made.browser("jansen")
        page = browser.get("/telling").text
        for words in ("0 subscribers", "No channels", "No rules", "Nothing was told yet"):
            assert words in page
        assert "When it is published" not in browser.post("/incidents/new", OPENED | {"do": "preview"}).text


def test_an_incident_is_told_of_while_the_file_of_telling_cannot_be_read(house: Office) -> None:
    """What is not known of who is told keeps nobody from telling."""
    (house.folder / "meetlat-telling.db").write_bytes(b"no database")
    browser = house.browser("jansen")
    page = browser.post("/incidents/new", OPENED | {"do": "preview"})
    assert (page.status_code, "When it is published" in page.text) == (200, False)
    assert browser.post("/incidents/new", OPENED | {"do": "publish"}).status_code == 303
    assert browser.get("/incidents/slow").status_code == 200
