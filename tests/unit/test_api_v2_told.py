"""What people told, in the documents of the Statuspage API v2."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn import START, STEP
from flask.testing import FlaskClient
from shown import SECOND, Still, client, configured
from telling import HOUR, T0, incident_step, maintenance_step
from v2_schemas import SCHEMAS, check

from monitor.clock import Clock
from monitor.incidents.event import Event
from monitor.store import open_desk, open_reader
from statuspage.api.ids import public_id
from statuspage.app import create_app

API = public_id("component", "api")
LISTS = ("", "/upcoming", "/active")
OPENED = incident_step(1, "investigating", START + 400, text="We look.", start=START + 4 * STEP)
IDENTIFIED = incident_step(2, "identified", START + 500, text="Found.", components={"api": "partial"}, impact="major")
RESOLVED = incident_step(3, "resolved", START + 600, text="Over.")
PLANNED = maintenance_step(1, "scheduled", T0, text="We will work.")


def showing(folder: Path, drawing: str, *events: Event, later: int = 1) -> FlaskClient:
    """The site over what was drawn and what was said."""
    site = client(folder, drawing, later, SECOND)
    desk = open_desk(f"sqlite:///{folder}/state/meetlat.db", Clock())
    desk.tell(*events)
    desk.close()
    return site


def at(folder: Path, now: int) -> FlaskClient:
    """The same record, looked at in another second."""
    config = configured(folder, SECOND)
    url = config.storage.url.reveal()
    return create_app(config, lambda unseen: open_reader(url, unseen), Still(now)).test_client()


def asked(site: FlaskClient, name: str) -> Any:
    """A document, which is as strict readers want it."""
    found = site.get(f"/api/v2/{name}.json").get_json()
    check(found, SCHEMAS[name])
    return found


def status(site: FlaskClient) -> Any:
    """The word for the api."""
    return next(each["status"] for each in asked(site, "components")["components"] if each["id"] == API)


def works(site: FlaskClient) -> list[list[str]]:
    """The statuses in each list of maintenance: all, those to come, those that go on."""
    found = [asked(site, f"scheduled-maintenances{each}")["scheduled_maintenances"] for each in LISTS]
    return [[each["status"] for each in some] for some in found]


def test_an_incident_of_people_is_told_update_by_update(tmp_path: Path) -> None:
    """Newest first, in their words, with what each says of a component; open, it lifts the whole page and its component."""
    site = showing(tmp_path, "............", OPENED, IDENTIFIED)
    (found,) = asked(site, "summary")["incidents"]
    assert asked(site, "incidents")["incidents"] == asked(site, "incidents/unresolved")["incidents"] == [found]
    assert (found["name"], found["status"], found["impact"]) == ("Trouble", "identified", "major")
    assert found["started_at"] == "2026-01-01T00:04:00.000Z"
    assert [each["body"] for each in found["incident_updates"]] == ["Found.", "We look."]
    changes = [each["affected_components"][0] for each in found["incident_updates"]]
    assert [(each["code"], each["old_status"], each["new_status"]) for each in changes] == [
        (API, "major_outage", "partial_outage"),
        (API, "operational", "major_outage"),
    ]
    assert status(site) == "partial_outage"
    assert asked(site, "status")["status"] == {"indicator": "major", "description": "Partial System Outage"}


def test_a_resolved_incident_is_over_and_learned_from(tmp_path: Path) -> None:
    """A postmortem keeps the second in which it was resolved; notes are updates that change no status."""
    note = incident_step(4, "corrected", START + 700, text="", start=START)
    learned = incident_step(5, "postmortem", START + 800, text="Why it was.")
    site = showing(tmp_path, "." * 20, OPENED, IDENTIFIED, RESOLVED, note, learned)
    (found,) = asked(site, "incidents")["incidents"]
    statuses = [each["status"] for each in found["incident_updates"]]
    assert statuses == ["postmortem", "resolved", "resolved", "identified", "investigating"]
    assert found["incident_updates"][1]["body"] == "Times corrected."
    assert (found["started_at"], found["resolved_at"]) == ("2026-01-01T00:00:00.000Z", "2026-01-01T00:10:00.000Z")
    assert asked(site, "incidents/unresolved")["incidents"] == []
    assert status(site) == "operational"


def test_what_people_tell_of_an_outage_is_told_once(tmp_path: Path) -> None:
    """A measured outage of the component in that time is not an incident of its own; one of another time is."""
    told = incident_step(1, "resolved", START + 800, start=START + 2 * STEP, end=START + 5 * STEP)
    site = showing(tmp_path, "..ccc....ccc....", told)
    names = [each["name"] for each in asked(site, "incidents")["incidents"]]
    assert len(names) == 2
    assert "Trouble" in names


def test_an_open_outage_that_people_tell_of_is_told_once(tmp_path: Path) -> None:
    """The component stays as bad as it was measured."""
    site = showing(
        tmp_path, "....cccccc", incident_step(1, "investigating", START + 500, components={"api": "degraded"})
    )
    for name in ("summary", "incidents", "incidents/unresolved"):
        assert [each["name"] for each in asked(site, name)["incidents"]] == ["Trouble"]
    assert status(site) == "major_outage"


@pytest.mark.parametrize(
    ("now", "stands", "lists", "word"),
    [
        (T0 + HOUR - 1, "scheduled", [["scheduled"], ["scheduled"], []], "operational"),
        (T0 + HOUR, "in_progress", [["in_progress"], [], ["in_progress"]], "under_maintenance"),
        (T0 + 2 * HOUR, "completed", [["completed"], [], []], "operational"),
    ],
)
def test_work_goes_by_its_plan(tmp_path: Path, now: int, stands: str, lists: list[list[str]], word: str) -> None:
    """What nobody begins by hand begins and ends in its planned seconds, which are the same whenever one looks."""
    showing(tmp_path, "...", PLANNED)
    site = at(tmp_path, now)
    assert works(site) == lists
    assert status(site) == word
    (found,) = asked(site, "scheduled-maintenances")["scheduled_maintenances"]
    assert (found["status"], found["impact"]) == (stands, "maintenance")
    assert (found["scheduled_for"], found["scheduled_until"]) == (
        "2026-01-01T01:00:00.000Z",
        "2026-01-01T02:00:00.000Z",
    )
    assert asked(site, "summary")["scheduled_maintenances"] == ([] if stands == "completed" else [found])
    assert asked(site, "incidents")["incidents"] == []
    assert at(tmp_path, now + 1000 * (stands == "completed")).get("/api/v2/summary.json").data == (
        site.get("/api/v2/summary.json").data
    )


def test_work_goes_by_hand(tmp_path: Path) -> None:
    """Begun early, looked over, and done late: each in its own second, and the second from which it was late."""
    steps = [("in_progress", T0 + 1800), ("verifying", T0 + 8000), ("completed", T0 + 9000)]
    events = [maintenance_step(n, name, second) for n, (name, second) in enumerate(steps, 2)]
    showing(tmp_path, "...", PLANNED, *events)
    (found,) = asked(at(tmp_path, T0 + 9001), "scheduled-maintenances")["scheduled_maintenances"]
    statuses = [each["status"] for each in found["incident_updates"]]
    assert statuses == ["completed", "verifying", "in_progress", "in_progress", "scheduled"]
    assert found["incident_updates"][2]["body"] == "Past its planned end."
    assert found["resolved_at"] == "2026-01-01T02:30:00.000Z"


def test_cancelled_work_is_completed_with_a_last_word(tmp_path: Path) -> None:
    """The contract knows no other word."""
    showing(tmp_path, "...", PLANNED, maintenance_step(2, "cancelled", T0 + 60, text="Not today."))
    site = at(tmp_path, T0 + HOUR + 60)
    assert works(site) == [["completed"], [], []]
    (found,) = asked(site, "scheduled-maintenances")["scheduled_maintenances"]
    assert [each["body"] for each in found["incident_updates"]] == ["Not today.", "We will work."]
    assert status(site) == "operational"


def test_links_lead_to_the_page(tmp_path: Path) -> None:
    """Those in the documents, and those that programs make themselves of an id."""
    site = showing(tmp_path, "............", OPENED, replace(PLANNED, subject="y"))
    summary = asked(site, "summary")
    for key, paths, page in (
        ("incidents", ("incidents",), "/incidents/x"),
        ("scheduled_maintenances", ("incidents", "maintenances"), "/maintenances/y"),
    ):
        (found,) = summary[key]
        assert found["shortlink"].endswith(f"/{paths[-1]}/{found['id']}")
        for path in paths:
            answer = site.get(f"/{path}/{found['id']}")
            assert (answer.status_code, answer.headers["Location"]) == (308, page)
    assert site.get("/maintenances/nothing").status_code == 404
