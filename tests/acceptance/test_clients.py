"""Programs that others wrote to read the de-facto standard, reading a running site of ours through everything that can happen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from drawn import observations, watch
from programs import modules, program
from prometheus_client.parser import text_string_to_metric_families
from running import Meetlat, eventually, installed
from v2_schemas import SCHEMAS, check

from monitor.clock import Clock
from monitor.config import load
from monitor.incidents.event import Event, Said
from monitor.judge import judge, rewatch
from monitor.store import open_desk, open_record
from monitor.timeline.record import Batch

CLIENTS = Path(__file__).parents[1] / "clients"
STEP = 60
CONFIG = f"""
[page]
name = "Acme"
url = "https://status.acme.example"
timezone = "Europe/Amsterdam"
[defaults]
interval = "{STEP}s"
[[component]]
id = "api"
name = "API"
group = "Platform"
[[component.probe]]
id = "api-health"
kind = "tcp"
host = "127.0.0.1"
port = 9
[[component]]
id = "web"
name = "Web"
group = "Platform"
[[component.probe]]
id = "web-health"
kind = "tcp"
host = "127.0.0.1"
port = 10
"""


class Site:
    """A running site, and what happens on it."""

    def __init__(self, meetlat: Meetlat) -> None:
        self.meetlat = meetlat
        self.now = int(time.time())
        self._store = load(meetlat.config, {"MEETLAT_STATE": str(meetlat.home / "state")}).storage.url.reveal()

    def measure(self, drawings: dict[str, str]) -> None:
        """Observations until now, and what follows from them."""
        record = open_record(self._store, Clock())
        last = self.now // STEP * STEP
        start = last - 60 * STEP
        record.watch([watch(f"{name}-health", name) for name in drawings], start)
        known = {each.probe: each for each in record.watches()}
        seen = [
            each
            for name, drawing in drawings.items()
            for each in observations(drawing, f"{name}-health", last - (len(drawing) - 1) * STEP)
        ]
        stands = rewatch(record.standing(start), record.watches(), start).standing
        turn = judge(stands, [(each, known[each.probe]) for each in seen], last)
        record.append(Batch(last, tuple(seen), turn.redraws, turn.foldings, turn.notices))
        record.close()

    def tell(self, *events: Event) -> None:
        """What people say."""
        desk = open_desk(self._store, Clock())
        desk.tell(*events)
        desk.close()

    def incident(self, number: int, step: str, text: str, said: Said | None = None) -> Event:
        """One more word about the incident."""
        return Event("incident", "slow", number, self.now, "J", step, {"en": text}, said or Said())

    def work(self, number: int, step: str, text: str, said: Said | None = None) -> Event:
        """One more word about the work."""
        return Event("maintenance", "disks", number, self.now, "J", step, {"en": text}, said or Said())

    def settle(self) -> None:
        """Waits until what is kept for seconds is what a fresh answer would be: a query is never answered from that."""
        for name in SCHEMAS:
            path = f"/api/v2/{name}.json"
            eventually(lambda path=path: self.meetlat.get(path) == self.meetlat.get(f"{path}?fresh=1"), path)  # type: ignore[misc]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of two components that were never asked."""
    with installed(tmp_path / "own") as meetlat:
        meetlat.write("meetlat.toml", CONFIG)
        meetlat.start("site")
        eventually(lambda: meetlat.get("/api/v2/status.json")[0] == 200, "the site")
        yield Site(meetlat)


def happenings(site: Site) -> Iterator[str]:
    """One thing after another, each by its name, when the site shows it."""
    yield "nothing measured"
    site.measure({"api": "." * 20, "web": "." * 20})
    site.settle()
    yield "all is well"
    begun = Said({"en": "API errors"}, "major", components={"api": "partial"}, start=site.now - 300)
    site.tell(site.incident(1, "investigating", "We look.", begun), site.incident(2, "identified", "A rollout."))
    site.settle()
    yield "an open incident"
    window = Said({"en": "New disks"}, components={"web": "maintenance"}, start=site.now - 60, end=site.now + 3600)
    site.tell(site.work(1, "scheduled", "Soon.", window), site.work(2, "in_progress", "Now."))
    site.settle()
    yield "work beside it"
    site.tell(site.incident(3, "resolved", "It works."), site.incident(4, "postmortem", "It was the rollout."))
    site.settle()
    yield "work alone"
    site.tell(site.work(3, "completed", "Done."))
    site.settle()
    yield "all is over"


def test_arez_understands_everything_that_happens(site: Site) -> None:
    """The strictest of them: names, groups, updates and times are those that were told, at each turn."""
    told = {
        name: json.loads(_said([sys.executable, str(CLIENTS / "ask_arez.py"), site.meetlat.url]))
        for name in happenings(site)
    }
    assert told["nothing measured"]["status"] == told["all is well"]["status"] == "All Systems Operational"
    assert told["all is well"]["components"] == {
        "API": ["Operational", "Platform", []],
        "Web": ["Operational", "Platform", []],
    }
    trouble = told["an open incident"]
    assert (trouble["status"], trouble["impact"]) == ("Partial System Outage", "Major")
    assert trouble["incidents"] == [["API errors", "Identified", "Major", ["A rollout.", "We look."]]]
    assert trouble["components"]["API"] == ["Partial Outage", "Platform", ["API errors"]]
    assert trouble["groups"] == {"Platform": "Partial Outage"}
    (work,) = told["work beside it"]["maintenances"]
    window = [str(datetime.fromtimestamp(site.now + part, UTC).replace(tzinfo=None)) for part in (-60, 3600)]
    assert work == ["New disks", "In Progress", *window]
    assert told["work alone"]["status"] == "Service Under Maintenance"
    assert told["work alone"]["components"]["Web"][0] == "Under Maintenance"
    assert (told["all is over"]["incidents"], told["all is over"]["maintenances"]) == ([], [])
    assert told["all is over"]["status"] == "All Systems Operational"


def test_the_prometheus_exporter_reports_what_happens(site: Site, tmp_path: Path) -> None:
    """Each of its checks succeeds; the incident and the work are in its metrics while they go on, with their names."""
    told = {name: _exported(site, tmp_path / f"turn-{n}") for n, name in enumerate(happenings(site))}
    for name, metrics in told.items():
        assert metrics["statuspage_probe_check"] == [({"service_name": "Acme"}, 1.0)], name
    for name in ("all is well", "all is over"):
        assert [value for _, value in told[name]["statuspage_service_status"]] == [1.0]
        assert not told[name].get("statuspage_incident_info")
    trouble = told["an open incident"]
    ((labels, _),) = trouble["statuspage_incident_info"]
    assert (labels["incident_name"], labels["impact"], labels["affected_components"]) == ("API errors", "major", "API")
    assert labels["shortlink"].startswith("https://status.acme.example/incidents/")
    assert [value for _, value in trouble["statuspage_service_status"]] == [0.0]
    states = {labels["component_name"]: value for labels, value in trouble["statuspage_component_status"]}
    assert (states["API"], states["Web"]) == (0.0, 1.0)
    ((labels, _),) = told["work alone"]["statuspage_maintenance_info"]
    assert labels["maintenance_name"] == "New disks"
    assert labels["affected_components"] == "Web"


def test_the_npm_client_reads_every_document(site: Site) -> None:
    """Each of its calls, at each turn: what it hands on is what the schemas want, and the roll-up is ours."""
    node = program("node", "nodejs")
    modules(CLIENTS)
    statuses = []
    for _ in happenings(site):
        told: dict[str, Any] = json.loads(_said([node, str(CLIENTS / "ask.js"), site.meetlat.url]))
        for name, document in told.items():
            check(document, SCHEMAS.get(name, SCHEMAS["scheduled-maintenances/upcoming"]))
        statuses.append(told["status"]["status"]["description"])
    assert statuses == [
        "All Systems Operational",
        "All Systems Operational",
        "Partial System Outage",
        "Partial System Outage",
        "Service Under Maintenance",
        "All Systems Operational",
    ]


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _exported(site: Site, folder: Path) -> dict[str, list[tuple[dict[str, str], float]]]:
    """What the exporter writes after one look, in a folder without memory."""
    folder.mkdir()
    services = folder / "services.json"
    services.write_text(json.dumps({"acme": {"url": f"{site.meetlat.url}/api/v2/summary.json", "name": "Acme"}}))
    own = {"SERVICES_JSON_PATH": str(services), "RUN_MODE": "once", "METRICS_TEXTFILE_PATH": str(folder / "out.prom")}
    command = [str(Path(sys.executable).with_name("statuspage-prometheus-exporter"))]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=os.environ | own
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families((folder / "out.prom").read_text()):
        for sample in family.samples:
            if sample.value == 0 and sample.name.endswith("_info"):
                continue  # its way to say that there is none
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found
