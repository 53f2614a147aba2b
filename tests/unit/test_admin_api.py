"""Programs that tell customers: the same rules as for people, said once however often it is asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drawn import START, STEP
from operating import HOST, SLOW, Office, Program, office

from monitor.incidents.event import INCIDENT, Event
from monitor.saying import say
from monitor.store import StoreError
from statuspage.admin import once
from statuspage.admin.openapi import document

WORK: dict[str, Any] = {
    "title": {"en": "Disks"}, "components": ["api"],
    "starts_at": "2026-02-01T03:00:00+01:00", "ends_at": "2026-02-01T05:00:00+01:00",
}  # fmt: skip
LABEL: dict[str, Any] = {
    "kind": "force-majeure", "why": "A flood.", "component": "api",
    "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-01-01T01:00:00Z",
}  # fmt: skip
WRITES = [("incidents", SLOW), ("maintenances", WORK), ("labels", LABEL)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """The admin, beside an outage that goes on."""
    with office(tmp_path) as made:
        yield made


@pytest.fixture
def program(house: Office) -> Program:
    """Something that may do all that a token can."""
    return house.program()


def opened(program: Program) -> str:
    """The address of a new incident."""
    return f"/api/v1/incidents/{(program.post('/api/v1/incidents', SLOW).json or {})['id']}"


def matches(house: Office, name: str, found: object) -> None:
    """An answer is as the document says."""
    described = document(house.config)
    jsonschema.validate(found, {"$ref": f"#/components/schemas/{name}", "components": described["components"]})


def test_an_incident_from_its_beginning_to_its_end(house: Office, program: Program) -> None:
    """Each step is answered with all that was said so far, as the document describes it; customers read the name of the token."""
    place = opened(program)
    for step in ("acknowledged", "identified", "resolved", "corrected", "postmortem"):
        house.clock.move(60)
        body: dict[str, Any] = {"phase": step} | ({} if step == "acknowledged" else {"text": {"en": f"It is {step}."}})
        body |= {"started_at": "2026-01-01T00:02:00Z"} if step == "corrected" else {}
        answer = program.post(f"{place}/updates", body)
        assert answer.status_code == 201, answer.text
        matches(house, "Incident", answer.json)
    (made,) = house.book().incidents
    assert answer.json == program.get(place).json == (program.get("/api/v1/incidents").json or {})["incidents"][0]
    assert [event.by for event in made.events] == ["Deploy"] * 6
    assert made.start == START + 2 * STEP
    rows = [(deed.who, deed.way) for _, deed in house.people.deeds() if deed.about == made.id]
    assert rows == [("deploy", "api")] * 6


def test_maintenance_and_labels_too(house: Office, program: Program) -> None:
    """Announced, moved, cancelled; an outage labelled by its name, and by its time."""
    made = program.post("/api/v1/maintenances", WORK).json or {}
    matches(house, "Maintenance", made)
    moved = program.post(f"/api/v1/maintenances/{made['id']}/updates", {"ends_at": "2026-02-01T06:00:00+01:00"})
    assert (moved.json or {})["ends_at"] == "2026-02-01T05:00:00Z"
    assert (program.post(f"/api/v1/maintenances/{made['id']}/updates", {"stage": "cancelled"}).json or {})[
        "stage"
    ] == "cancelled"
    outage = f"api-{'20260101000500'}"
    for body in (LABEL, {"kind": "third-party", "why": "The net.", "outage": outage}):
        answer = program.post("/api/v1/labels", body)
        assert answer.status_code == 201, answer.text
        matches(house, "Label", answer.json)
    found = (program.get("/api/v1/labels").json or {})["labels"]
    assert [(each["kind"], each["outage"]) for each in found] == [("third-party", outage), ("force-majeure", None)]


@pytest.mark.parametrize(("where", "body"), WRITES)
def test_the_same_key_says_it_once(house: Office, program: Program, where: str, body: dict[str, Any]) -> None:
    """Asked again, at once or later, it gets the same answer and nothing more is said; for something else the key is used up."""
    first = program.post(f"/api/v1/{where}", body, "k-1")
    house.clock.move(3600)
    again = program.post(f"/api/v1/{where}", body, "k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    other = program.post(f"/api/v1/{where}", body | {"why" if where == "labels" else "title": {"en": "x"}}, "k-1")
    assert other.status_code == 422
    assert program.post("/api/v1/incidents", SLOW | {"impact": "minor"}, "k-1").status_code == 422
    assert told(house) == 1
    assert program.post(f"/api/v1/{where}", body, "k-2").status_code == 201
    assert house.program(name="other").post(f"/api/v1/{where}", body, "k-1").status_code == 201
    assert told(house) == 3


def told(house: Office) -> int:
    """How many things were said."""
    book, labels = house.book(), house.readers[0].labels() if house.readers else ()
    return len(book.incidents) + len(book.maintenances) + len(labels)


@pytest.mark.parametrize(("where", "body"), WRITES)
@pytest.mark.parametrize("when", ["ahead", "after"])
def test_a_crash_in_between_says_it_once(
    house: Office, program: Program, monkeypatch: pytest.MonkeyPatch, where: str, body: dict[str, Any], when: str
) -> None:
    """Killed after the promise, or after it was said and before that was noted: asked again, it is there once."""
    with monkeypatch.context() as patched:
        if when == "ahead":
            patched.setattr(once.Once, "_first", killed_ahead)
        else:
            patched.setattr(type(house.people), "fulfil", killed)
        assert program.post(f"/api/v1/{where}", body, "k").status_code == 500
    assert told(house) == (0 if when == "ahead" else 1)
    house.clock.move(5)
    answers = [program.post(f"/api/v1/{where}", body, "k") for _ in range(3)]
    assert {each.status_code for each in answers} == {201}
    assert answers[0].json == answers[1].json == answers[2].json
    assert told(house) == 1


@pytest.mark.parametrize(("where", "body"), WRITES)
def test_what_was_said_and_could_not_be_noted_is_said_once(
    house: Office, program: Program, monkeypatch: pytest.MonkeyPatch, where: str, body: dict[str, Any]
) -> None:
    """The record has it, the audit trail could not be written: asked again under the same key, it is not said again."""
    with monkeypatch.context() as patched:

        def full(*_: object) -> None:
            raise StoreError("database or disk is full")

        patched.setattr(type(house.people), "note", full)
        assert program.post(f"/api/v1/{where}", body, "k").status_code == 503
    house.clock.move(5)
    assert program.post(f"/api/v1/{where}", body, "k").status_code == 201
    assert told(house) == 1


def killed(*_: object) -> None:
    """As far as the caller knows, the end."""
    raise RuntimeError("killed")


def killed_ahead(self: once.Once, token: str, key: str, digest: str, saying: once.Saying) -> None:
    """Promised, and then the end."""
    self.people.promise(token, key, digest, saying.plan, self.clock.now())
    killed()


def test_ten_at_once_with_one_key_say_it_once(house: Office, program: Program) -> None:
    """Impatient programs that ask side by side all get the one answer."""
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(program.post("/api/v1/incidents", SLOW, "k").text))
        for _ in range(10)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 10
    assert len(set(answers)) == 1
    assert len(house.book().incidents) == 1


def test_a_refusal_uses_up_no_key(house: Office, program: Program) -> None:
    """What could not be said may be put right and said under the same key; a key that is none is refused."""
    assert program.post("/api/v1/incidents", SLOW | {"impact": "huge"}, "k").status_code == 422
    assert program.post("/api/v1/incidents", SLOW, "k").status_code == 201
    for bad in ("a b", "x" * 256, "\x7f"):
        assert program.post("/api/v1/incidents", SLOW, bad).status_code == 400
    assert len(house.book().incidents) == 1


def test_who_did_not_see_the_last_word_is_refused(house: Office, program: Program) -> None:
    """With the number of the last update that it saw a program says nothing on top of another's."""
    place = opened(program)
    say(
        house.config,
        house.clock,
        Event(INCIDENT, place.rsplit("/", 1)[1], 2, house.clock.now(), "J", "identified", {"en": "Disk."}),
    )
    late = program.post(f"{place}/updates", {"phase": "resolved", "text": {"en": "Over."}, "after": 1})
    assert late.status_code == 409
    assert "meanwhile" in late.text
    assert (
        program.post(f"{place}/updates", {"phase": "resolved", "text": {"en": "Over."}, "after": 2}).status_code == 201
    )


def test_one_incident_is_merged_into_another(house: Office, program: Program) -> None:
    """Into one that there is, of which it is then said too; into nothing it cannot be."""
    one, other = opened(program), opened(program)
    for body in (
        {"phase": "merged"},
        {"phase": "merged", "into": "nothing"},
        {"phase": "merged", "into": one.rsplit("/", 1)[1]},
    ):
        assert program.post(f"{one}/updates", body).status_code == 422
    into = {"phase": "merged", "into": other.rsplit("/", 1)[1]}
    assert program.post(f"{one}/updates", into | {"after": 7}).status_code == 409
    refused = program.post(f"{one}/updates", into | {"title": {"en": "Other"}, "impact": "minor"})
    assert (refused.status_code, "leave out titles, impact" in refused.text) == (422, True)
    assert (program.post(f"{one}/updates", into).json or {})["phase"] == "merged"
    found = house.book().incident(one.rsplit("/", 1)[1])
    assert found
    assert found.merged == into["into"]


def test_maintenance_comes_back_until_it_is_stopped(house: Office, program: Program) -> None:
    """By a rule, with reminders; a rule that is none is refused."""
    for bad in ({"repeat": "NEVER"}, {"remind": ["soon"]}, {"remind": ["1000d"]}):
        assert program.post("/api/v1/maintenances", WORK | bad).status_code == 422
    made = (
        program.post(
            "/api/v1/maintenances", WORK | {"repeat": "FREQ=MONTHLY;BYDAY=1SU", "remind": ["1d", "2h"]}, "k"
        ).json
        or {}
    )
    assert (
        made
        == program.post(
            "/api/v1/maintenances", WORK | {"repeat": "FREQ=MONTHLY;BYDAY=1SU", "remind": ["1d", "2h"]}, "k"
        ).json
    )
    found = house.book().maintenance(made["id"])
    assert found
    assert (found.repeat, found.remind) == ("FREQ=MONTHLY;BYDAY=1SU", (86_400, 7_200))
    stop = {"stage": "stopped"}
    assert program.post(f"/api/v1/maintenances/{made['id']}/updates", stop).status_code == 201
    assert program.post(f"/api/v1/maintenances/{made['id']}/updates", stop).status_code == 422


BAD: list[Any] = [
    None,
    [],
    "x",
    1,
    {},
    SLOW | {"title": "x"},
    SLOW | {"title": {}},
    SLOW | {"text": {"en": ""}},
    SLOW | {"components": {"ghost": "down"}},
    SLOW | {"components": {"api": "broken"}},
    SLOW | {"more": 1},
    SLOW | {"by": "Somebody else"},
    SLOW | {"id": "mine"},
    SLOW | {"impact": None},
    SLOW | {"started_at": "yesterday"},
    SLOW | {"started_at": "9999-12-31T23:59:59-23:00"},
    SLOW | {"title": {"xx": "x"}},
    SLOW | {"text": {"en": "\ud800"}},
    SLOW | {"title": {"en": "\x00"}},
    SLOW | {"outage": "nothing"},
    SLOW | {"phase": "postmortem"},
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_what_cannot_be_meant_is_told_in_words(house: Office, program: Program, body: Any) -> None:
    """All that is wrong with a body at once, never a fault of ours; what is not asked for cannot be set."""
    answer = program.post("/api/v1/incidents", body)
    assert answer.status_code == 422, answer.text
    assert (answer.json or {})["error"]
    assert not house.book().incidents


def test_what_is_no_json_is_refused(program: Program) -> None:
    """Another type, half a document, one that is a thousand deep."""
    send = program.client.post
    sent = {"base_url": f"http://{HOST}", "headers": {"Authorization": f"Bearer {program.token}"}}
    assert send("/api/v1/incidents", data="a=1", **sent).status_code == 415
    for data in (b"{", b"\xff", b"", b"[" * 100_000, b"NaN"):
        assert send("/api/v1/incidents", data=data, content_type="application/json", **sent).status_code in (400, 422)
