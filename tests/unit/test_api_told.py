"""What people told, in our own API: every word with its time and its author, and each plan as it was announced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn import START, STEP
from flask.testing import FlaskClient
from shown import SECOND, held_to, showing
from telling import incident_step, maintenance_step

from monitor.incidents.event import Event
from monitor.incidents.lifecycle import UNDER_MAINTENANCE
from monitor.sla.periods import instant

DAY = 86_400


def disk(number: int, at: int, **said: Any) -> Event:
    """What is said of a maintenance that is not named as the incident is."""
    return replace(maintenance_step(number, "scheduled", at, **said), subject="disk")


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """An incident with three words, work that was moved once and began by hand, and work in a month."""
    return showing(
        tmp_path, "....ccc....",
        incident_step(1, "investigating", START + 400, text="*Slow*.", titles={"en": "Slow"}, start=START + 4 * STEP,
                      components={"api": "degraded"}),
        incident_step(2, "identified", START + 450, text="A disk.", components={"api": "down"}),
        incident_step(3, "resolved", START + 500, text="Over."),
        disk(1, START + 10, titles={"en": "Disk", "nl": "Schijf"}, components={"api": UNDER_MAINTENANCE}, end=START + 600,
             start=START + 540),
        disk(2, START + 20, start=START + 550, end=START + 570),
        replace(maintenance_step(1, "scheduled", START + 30, titles={"en": "Fan"}, components={"web": UNDER_MAINTENANCE},
                                 start=START + 30 * DAY, end=START + 31 * DAY), subject="fan"),
        later=100, more=SECOND,
    )  # fmt: skip


def asked(site: FlaskClient, path: str) -> dict[str, Any]:
    """A document, held to its description."""
    answer = site.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    described: dict[str, Any] = site.get("/api/v1/openapi.json").get_json()
    get = described["paths"]["/api/v1/" + path.split("?")[0]]["get"]
    schema = get["responses"]["200"]["content"]["application/json"]["schema"]
    held_to(described, schema, answer.get_json())
    found: dict[str, Any] = answer.get_json()
    return found


def test_each_word_of_an_incident_has_its_time_and_its_author(site: FlaskClient) -> None:
    """Oldest first, as it was written, with what changed of which component."""
    (incident,) = asked(site, "incidents")["incidents"]
    words = incident["updates"]
    assert [(each["id"], each["step"], each["texts"]["en"]) for each in words] == [
        ("1", "investigating", "*Slow*."),
        ("2", "identified", "A disk."),
        ("3", "resolved", "Over."),
    ]
    assert [each["at"] for each in words] == [instant(START + at) for at in (400, 450, 500)]
    assert all(each["by"] for each in words)
    assert words[1]["changes"] == [{"component": "api", "old": "degraded", "new": "down"}]


def test_maintenance_is_listed_with_each_plan(site: FlaskClient) -> None:
    """The latest first, what is to come too; what began and ended by its plan was said by nobody."""
    fan, disk = asked(site, "maintenances")["maintenances"]
    assert (fan["titles"], fan["stage"], fan["components"]) == ({"en": "Fan"}, "scheduled", ["web"])
    assert disk["titles"] == {"en": "Disk", "nl": "Schijf"}
    assert (disk["start"], disk["end"]) == (instant(START + 550), instant(START + 570))
    assert [(plan["start"], plan["announced"]) for plan in disk["plans"]] == [
        (instant(START + 540), instant(START + 10)),
        (instant(START + 550), instant(START + 20)),
    ]
    assert disk["stage"] == "completed"
    assert [(each["step"], each["by"] is None) for each in disk["updates"]] == [
        ("scheduled", False),
        ("scheduled", False),
        ("begins", True),
        ("ends", True),
    ]
    assert (disk["began"], disk["ended"], disk["overrun_seconds"]) == (None, None, 0)


def test_maintenance_of_a_component_and_of_a_span(site: FlaskClient) -> None:
    """Only what was asked for; what is not understood is said."""
    assert [each["titles"] for each in asked(site, "maintenances?component=web")["maintenances"]] == [{"en": "Fan"}]
    until = instant(START + DAY)
    assert [each["id"] for each in asked(site, f"maintenances?to={until}")["maintenances"]] == ["disk"]
    assert asked(site, f"maintenances?to={instant(START)}")["maintenances"] == []
    assert site.get("/api/v1/maintenances?component=nobody").status_code == 400
