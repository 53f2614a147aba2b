"""What people told, in the feeds: one item for each update."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
import pytest
from drawn import START
from feed_rules import obey
from flask.testing import FlaskClient
from shown import NASTY, SECOND, Still, client, configured
from telling import HOUR, T0, incident_step, maintenance_step

from monitor.clock import Clock
from monitor.incidents.event import Event
from monitor.store import open_desk, open_reader
from statuspage.app import create_app

BASE = "https://status.acme.example"
TAG = "tag:status.acme.example,2026:"
MORE = SECOND.replace('name = "Web"', 'name = "Web"\ngroup = "Front end"')
HOSTILE = f"{NASTY} **bold** [x](javascript:alert(1)) <img src=x onerror=alert(1)>\u202e\x00"
WORK = replace(maintenance_step(1, "scheduled", T0 + 30, text="We will work."), subject="y")
TROUBLE = (
    incident_step(1, "investigating", START + 400, text=HOSTILE, titles={"en": "Slow", "nl": "Traag"}),
    incident_step(2, "acknowledged", START + 450, text=""),
    incident_step(3, "resolved", START + 600, text="Over."),
)


def at(folder: Path, now: int, *events: Event) -> FlaskClient:
    """The site in a second, after these were said."""
    config = configured(folder, MORE)
    url = config.storage.url.reveal()
    desk = open_desk(url, Clock())
    desk.tell(*events)
    desk.close()
    return create_app(config, lambda unseen: open_reader(url, unseen), Still(now)).test_client()


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """After an incident, a planned maintenance and a measured outage."""
    client(tmp_path, "....ccc....", more=MORE)
    return at(tmp_path, T0 + 3 * HOUR, WORK, *TROUBLE)


def items(site: FlaskClient, address: str) -> list[Any]:
    """The items of a JSON feed, newest first."""
    found: list[Any] = json.loads(site.get(address).data)["items"]
    return found


def ids(site: FlaskClient, address: str) -> list[str]:
    """What tells them apart."""
    return [each["id"].removeprefix(TAG) for each in items(site, address)]


INCIDENT = [f"incident/x/update/{n}" for n in (3, 2, 1)]
MAINTENANCE = [f"maintenance/y/update/{n}" for n in (f"ends-{T0 + 2 * HOUR}", f"begins-{T0 + HOUR}", "1")]


def test_each_update_is_an_item(site: FlaskClient) -> None:
    """Beside the measured ones, newest first; a kind can be asked for alone, and ids are the same in every language."""
    assert ids(site, "/feed.json?kind=incident") == INCIDENT
    assert ids(site, "/nl/feed.json?kind=maintenance") == MAINTENANCE
    found = ids(site, "/feed.json")
    assert {*INCIDENT, *MAINTENANCE} < set(found)
    assert len(found) == 8
    dates = [each["date_published"] for each in items(site, "/feed.json?kind=maintenance")]
    assert [date[:19] for date in dates] == ["2026-01-01T02:00:00", "2026-01-01T01:00:00", "2026-01-01T00:00:30"]


@pytest.mark.parametrize("prefix", ["", "/nl"])
@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_whatever_people_write_obeys_the_format(site: FlaskClient, form: str, prefix: str) -> None:
    """Nothing in it runs, and nothing in it breaks the feed."""
    address = f"{prefix}/feed.{form}"
    body = site.get(address).data
    obey(form, body, BASE + address)
    assert not {"\u202e", "\x00"} & set(body.decode())
    shown = "".join(each["content_html"] for each in json.loads(body)["items"]) if form == "json" else body.decode()
    assert "<img" not in shown
    assert 'javascript:alert(1)"' not in shown
    if form != "json":
        assert not feedparser.parse(body).bozo


def test_items_say_it_in_the_language_of_the_feed(site: FlaskClient) -> None:
    """The word for the step, the title, the window; the words of people as they wrote them."""
    said = {each["id"].removeprefix(TAG): each for each in items(site, "/nl/feed.json")}
    assert said[INCIDENT[-1]]["title"] == "[In onderzoek] Traag"
    assert "<strong>bold</strong>" in said[INCIDENT[-1]]["content_html"]
    assert said[MAINTENANCE[1]]["title"] == "[Begonnen volgens plan] Work"
    assert "Gepland van" in said[MAINTENANCE[-1]]["content_html"]


@pytest.mark.parametrize("path", ["/components/api", "/groups/platform"])
def test_a_component_and_a_group_have_their_own(site: FlaskClient, path: str) -> None:
    """What is told of another component is not in theirs; the agreements have none of it."""
    assert {*INCIDENT, *MAINTENANCE} < set(ids(site, f"{path}/feed.json"))
    for other in ("/components/web", "/groups/front-end", "/sla"):
        assert ids(site, f"{other}/feed.json") == []


def test_the_link_leads_to_the_update(site: FlaskClient) -> None:
    """The place is on the page, in both languages."""
    for prefix in ("", "/nl"):
        for each in items(site, f"{prefix}/feed.json"):
            path, _, anchor = each["url"].removeprefix(BASE).partition("#")
            if "outage" not in each["id"]:
                assert f'id="{anchor}"' in site.get(path).text


def test_what_was_told_stays_as_it_was(tmp_path: Path) -> None:
    """Time goes on, more is said, a plan moves and is called otherwise: the older items stay as they are."""
    client(tmp_path, "...", more=MORE)
    before: list[Any] = []
    said = {"start": T0 + 2 * HOUR, "end": T0 + 4 * HOUR, "titles": {"en": "More work"}}
    moved = replace(maintenance_step(2, "scheduled", T0 + 90, **said), subject="y")
    for now, events in (
        (60, (WORK,)),
        (100, (moved,)),
        (500, TROUBLE[:2]),
        (700, TROUBLE[2:]),
        (3 * HOUR, ()),
        (4 * HOUR, ()),
    ):
        found = items(at(tmp_path, T0 + now, *events), "/feed.json")
        assert len(found) > len(before)
        assert found[len(found) - len(before) :] == before
        before = found
