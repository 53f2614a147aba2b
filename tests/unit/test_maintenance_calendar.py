"""Planned maintenance as a calendar, read back by a calendar program's library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import html5lib
from flask.testing import FlaskClient
from icalendar import Calendar
from shown import NASTY, SECOND, client
from telling import HOUR, T0, maintenance_step

from monitor.clock import Clock
from monitor.incidents.event import Event
from monitor.store import open_desk

UID = "maintenance-x@status.acme.example"
PLANNED = maintenance_step(1, "scheduled", T0, text="We work.", titles={"en": f"Work; {NASTY}", "nl": "Werk"})


def tell(folder: Path, *events: Event) -> None:
    """It is said."""
    desk = open_desk(f"sqlite:///{folder}/state/meetlat.db", Clock())
    desk.tell(*events)
    desk.close()


def events(site: FlaskClient, path: str = "/maintenance.ics") -> dict[str, Any]:
    """The events of the calendar, by their UIDs."""
    return {str(each["UID"]): each for each in Calendar.from_ical(site.get(path).data).walk("VEVENT")}


def test_each_maintenance_is_an_event_in_its_window(tmp_path: Path) -> None:
    """With instants in UTC, the words of people, and lines as RFC 5545 wants them; in both languages under one UID."""
    site = client(tmp_path, "...")
    assert events(site) == {}
    tell(tmp_path, PLANNED, replace(PLANNED, subject="y"))
    answer = site.get("/maintenance.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Last-Modified"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert all(len(line) <= 75 and b"\n" not in line for line in answer.data.split(b"\r\n"))
    assert b"SOURCE;VALUE=URI:https://status.acme.example/maintenance.ics" in answer.data
    found = events(site)[UID]
    assert found.errors == []
    assert found["DTSTART"].dt == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert found["DTEND"].dt == datetime(2026, 1, 1, 2, tzinfo=UTC)
    assert str(found["SUMMARY"]) == f"Work; {NASTY}"
    assert "We work." in str(found["DESCRIPTION"])
    assert str(found["URL"]) == "https://status.acme.example/maintenances/x"
    dutch = events(site, "/nl/maintenance.ics")
    assert set(dutch) == set(events(site))
    assert str(dutch[UID]["SUMMARY"]) == "Werk"
    assert site.get("/maintenance.ics", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_what_is_moved_or_cancelled_is_a_new_version(tmp_path: Path) -> None:
    """The same event, one version on, dated by when it was said; a calendar forgets only what it is told to cancel."""
    site = client(tmp_path, "...")
    versions = []
    moved = maintenance_step(2, "scheduled", T0 + 60, start=T0 + 5 * HOUR, end=T0 + 6 * HOUR)
    for event in (PLANNED, moved, maintenance_step(3, "cancelled", T0 + 90)):
        tell(tmp_path, event)
        found = events(site)[UID]
        versions.append((found["SEQUENCE"], str(found["STATUS"]), found["DTSTART"].dt.hour, found["DTSTAMP"].dt.second))
    assert versions == [(0, "CONFIRMED", 1, 0), (1, "CONFIRMED", 5, 0), (2, "CANCELLED", 5, 30)]


def test_the_page_that_tells_how_to_subscribe_names_it(tmp_path: Path) -> None:
    """As an address, and as one that a calendar program opens."""
    site = client(tmp_path, "...")
    for prefix in ("", "/nl"):
        page = html5lib.parse(site.get(f"{prefix}/subscribe").text, namespaceHTMLElements=False)
        addresses = {str(link.get("href")) for link in page.iter("a")}
        for scheme in ("https", "webcal"):
            assert f"{scheme}://status.acme.example{prefix}/maintenance.ics" in addresses


def test_a_component_and_a_maintenance_have_calendars_of_their_own(tmp_path: Path) -> None:
    """With what is theirs and no more, under the same UIDs; each is linked from its page."""
    site = client(tmp_path, "...", more=SECOND)
    tell(
        tmp_path, PLANNED, replace(PLANNED, subject="y", said=replace(PLANNED.said, components={"web": "maintenance"}))
    )
    both = events(site)
    assert len(both) == 2
    for path, page in (
        ("/components/api/maintenance.ics", "/components/api"),
        ("/maintenances/x.ics", "/maintenances/x"),
    ):
        assert events(site, path) == {UID: both[UID]}
        assert site.get(path).headers["Access-Control-Allow-Origin"] == "*"
        assert f'href="https://status.acme.example{path}"' in site.get(page).text
        assert f'href="https://status.acme.example/nl{path}"' in site.get(f"/nl{page}").text
    for missing in ("/components/none/maintenance.ics", "/maintenances/none.ics", "/maintenances/.ics"):
        assert site.get(missing).status_code == 404
