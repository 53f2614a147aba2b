"""The Statuspage API v2, through HTTP, over a real record."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from drawn import START, watch
from flask.testing import FlaskClient
from shown import NASTY, SECOND, Still, client, configured
from v2_schemas import SCHEMAS, check

from monitor.clock import Clock
from monitor.config import load
from monitor.store import StoreError, open_reader, open_record
from monitor.timeline.model import Reason
from monitor.timeline.record import Batch, Notice
from statuspage import headers
from statuspage.api.ids import public_id
from statuspage.app import create_app

API = public_id("component", "api")
DRAWINGS = {"nothing": "", "up": "....", "down": "...ccc", "over": "..ccc...", "twice": "..cc..cc..", "slow": "..ddd"}


def asked(site: FlaskClient, name: str) -> Any:
    """A document."""
    answer = site.get(f"/api/v2/{name}.json")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def many(folder: Path, count: int) -> FlaskClient:
    """A site that was told of so many outages, one a minute; all of them are over."""
    config = configured(folder)
    url = config.storage.url.reveal()
    record = open_record(url, Clock())
    record.watch([watch()], START)
    for n in range(count):
        at = START + n * 60
        facts = (f"api-{n}", "api")
        opened = Notice(at, *facts, "opened", at - 20, None, Reason.TIMEOUT, 20)
        closed = Notice(at + 30, *facts, "closed", at - 20, at + 10, Reason.TIMEOUT, 30)
        record.append(Batch(at, notices=(opened, closed)))
    record.close()
    return create_app(config, lambda unseen: open_reader(url, unseen), Still(START + count * 60)).test_client()


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
@pytest.mark.parametrize("name", SCHEMAS)
def test_each_document_has_every_key_and_no_word_of_our_own(tmp_path: Path, name: str, drawing: str) -> None:
    """Strict readers find what they expect, in every state of the page."""
    check(asked(client(tmp_path, drawing, more=SECOND), name), SCHEMAS[name])


@pytest.mark.parametrize(
    ("drawing", "status", "indicator", "description"),
    [
        ("", "operational", "none", "All Systems Operational"),
        ("....", "operational", "none", "All Systems Operational"),
        ("..ddd", "degraded_performance", "minor", "Partially Degraded Service"),
        ("...ccc", "major_outage", "critical", "Major System Outage"),
        ("...ccc??????", "major_outage", "critical", "Major System Outage"),
        ("..ddd??????", "degraded_performance", "minor", "Partially Degraded Service"),
        ("...ccc...", "operational", "none", "All Systems Operational"),
        ("...c", "operational", "none", "All Systems Operational"),
    ],
)
def test_each_state_has_its_word(tmp_path: Path, drawing: str, status: str, indicator: str, description: str) -> None:
    """What was last known is said: silence changes nothing, and an outage is told once it is confirmed."""
    found = asked(client(tmp_path, drawing), "summary")
    assert [each["status"] for each in found["components"]] == [status, status]
    assert found["status"] == {"indicator": indicator, "description": description}


def test_what_was_seen_long_ago_is_still_the_last_that_is_known(tmp_path: Path) -> None:
    """Half a year of silence after an outage that never ended."""
    found = asked(client(tmp_path, "...ccc", later=180 * 86_400), "components")
    assert found["components"][1]["status"] == "major_outage"


def test_an_outage_is_an_incident_that_resolves_itself(tmp_path: Path) -> None:
    """Opened and closed with its measured beginning, newest update first; resolved, it is in no list of open ones."""
    site = client(tmp_path, "..ccc...")
    (found,) = asked(site, "incidents")["incidents"]
    assert found["name"] == f"Outage of API {NASTY}"
    assert [each["status"] for each in found["incident_updates"]] == ["resolved", "investigating"]
    assert (found["status"], found["impact"]) == ("resolved", "critical")
    assert found["started_at"] == "2026-01-01T00:02:00.000Z"
    assert found["created_at"] == found["incident_updates"][1]["created_at"] == "2026-01-01T00:03:00.000Z"
    assert found["resolved_at"] == found["updated_at"] == found["incident_updates"][0]["display_at"]
    assert found["shortlink"] == f"https://status.acme.example/incidents/{found['id']}"
    changes = [each["affected_components"] for each in found["incident_updates"]]
    facts = {"code": API, "name": f"Platform - API {NASTY}"}
    assert changes == [
        [{**facts, "old_status": "major_outage", "new_status": "operational"}],
        [{**facts, "old_status": "operational", "new_status": "major_outage"}],
    ]
    assert "Down time: 3 minutes." in found["incident_updates"][0]["body"]
    assert asked(site, "incidents/unresolved")["incidents"] == asked(site, "summary")["incidents"] == []


def test_an_open_outage_is_in_every_list_of_open_ones(tmp_path: Path) -> None:
    """With its component and nothing else in it, and the same ids everywhere."""
    site = client(tmp_path, "...ccc", more=SECOND)
    lists = [asked(site, name)["incidents"] for name in ("summary", "incidents", "incidents/unresolved")]
    assert lists[0] == lists[1] == lists[2]
    assert [each["id"] for each in lists[0][0]["components"]] == [API]
    assert lists[0][0]["resolved_at"] is None


def test_groups_stand_ahead_of_their_own(tmp_path: Path) -> None:
    """One flat list: a group with the ids of its members, positions within it, and what is in no group behind it."""
    group, api, web = asked(client(tmp_path, "...ccc", more=SECOND), "components")["components"]
    assert (group["name"], group["group"], group["components"], group["status"]) == (
        "Platform", True, [API], "major_outage",
    )  # fmt: skip
    assert (api["group_id"], api["position"], api["start_date"]) == (group["id"], 1, "2026-01-01")
    assert (web["group_id"], web["position"], web["start_date"]) == (None, 2, None)
    assert group["position"] == 1
    assert "components" not in api


def test_renaming_keeps_ids_and_links(tmp_path: Path) -> None:
    """A component, its group, the page and the incident are known again under other names; the first language changes nothing."""
    declared = '\n[[group]]\nname = "Platform"\nid = "platform"\n'
    before = asked(client(tmp_path, "...ccc", more=declared), "summary")
    main = tmp_path / "meetlat.toml"
    for old, new in (
        ('"API ', '"Gateway '),
        ('"Platform"', '"Base"'),
        ('"Acme ', '"Bolt '),
        ('["en", "nl"]', '["nl", "en"]'),
    ):
        main.write_text(main.read_text().replace(old, new))
    config = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")})
    again = create_app(
        config, lambda unseen: open_reader(config.storage.url.reveal(), unseen), Still(START + 301)
    ).test_client()
    after = asked(again, "summary")
    assert after["page"]["name"].startswith("Bolt")
    assert after["components"][0]["name"] == "Base"
    for key in ("components", "incidents"):
        assert [each["id"] for each in before[key]] == [each["id"] for each in after[key]]
    assert before["page"]["id"] == after["page"]["id"]
    assert before["incidents"][0]["shortlink"] == after["incidents"][0]["shortlink"]
    assert before["incidents"][0]["incident_updates"][0]["id"] == after["incidents"][0]["incident_updates"][0]["id"]
    assert after["status"]["description"] == "Major System Outage"
    assert " is down since " in after["incidents"][0]["incident_updates"][0]["body"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_http_as_its_readers_use_it(tmp_path: Path, name: str) -> None:
    """JSON, open to every site; the same bytes have the same tag; a head without a body; and what a browser asks first."""
    site, path = client(tmp_path, "..ccc..."), f"/api/v2/{name}.json"
    answer = site.get(path)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == headers.API
    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Vary"] == "Accept-Encoding"
    head = site.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert {k: v for k, v in head.headers if k != "Date"} == {k: v for k, v in answer.headers if k != "Date"}
    for tag in (answer.headers["ETag"], "W/" + answer.headers["ETag"]):
        again = site.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    preflight = site.options(path).headers
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in preflight["Access-Control-Allow-Headers"]
    assert "Link" in preflight["Access-Control-Expose-Headers"]


def test_a_document_changes_only_when_something_did(tmp_path: Path) -> None:
    """An hour later, with nothing new known, each document has the same bytes; after an outage another tag."""
    tags = [client(tmp_path / str(n), "....", later=n).get("/api/v2/summary.json").headers["ETag"] for n in (1, 3600)]
    assert tags[0] == tags[1]
    assert client(tmp_path / "x", "....cc").get("/api/v2/summary.json").headers["ETag"] != tags[0]


@pytest.mark.parametrize(
    "path", ["/api/v2/nothing.json", "/api/v2/", "/api/v2/summary.json/", "/api/v2/x/y", "/api/v2/%00"]
)
def test_what_is_not_there_is_said_in_json(tmp_path: Path, path: str) -> None:
    """Readers of JSON get JSON, and never a redirect."""
    answer = client(tmp_path, "...").get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.get_json() == {"type": "about:blank", "title": "Not Found", "status": 404}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_other_methods_and_our_own_faults_are_json_too(tmp_path: Path) -> None:
    """405 says what is allowed; 500 says nothing of what went wrong, and neither is kept."""
    answer = client(tmp_path, "...").post("/api/v2/summary.json")
    assert (answer.status_code, answer.get_json()["status"]) == (405, 405)
    assert {"GET", "HEAD", "OPTIONS"} == set(re.split(", *", answer.headers["Allow"]))
    assert answer.headers["Cache-Control"] == headers.NEVER

    class Unreadable:
        def watches(self) -> None:
            raise StoreError("secret-path")

    record: Any = Unreadable()
    broken = create_app(configured(tmp_path), lambda _: record, Still(START)).test_client().get("/api/v2/status.json")
    assert (broken.status_code, broken.get_json()["title"]) == (500, "Internal Server Error")
    assert "secret-path" not in broken.text
    assert broken.headers["Cache-Control"] == headers.NEVER


def test_incidents_come_in_pages(tmp_path: Path) -> None:
    """Fifty a page, newest first, with links to the next and the one before; nonsense is not heard."""
    site = many(tmp_path, 120)
    pages = [site.get(f"/api/v2/incidents.json?page={n}") for n in (1, 2, 3, 4)]
    found = [[each["id"] for each in page.get_json()["incidents"]] for page in pages]
    assert [len(each) for each in found] == [50, 50, 20, 0]
    assert len({each for page in found for each in page}) == 120
    created = [each["created_at"] for page in pages for each in page.get_json()["incidents"]]
    assert created == sorted(created, reverse=True)
    base = "https://status.acme.example/api/v2/incidents.json"
    assert pages[0].headers["Link"] == f'<{base}?page=2>; rel="next"'
    assert pages[1].headers["Link"] == f'<{base}?page=1>; rel="prev", <{base}?page=3>; rel="next"'
    assert pages[2].headers["Link"] == f'<{base}?page=2>; rel="prev"'
    for nonsense in ("page=0", "page=x", "per_page=1000", "limit=-1", "page=", "page=1%00", "other=1"):
        assert site.get(f"/api/v2/incidents.json?{nonsense}").data == pages[0].data, nonsense
    assert len(site.get("/api/v2/incidents.json?limit=100").get_json()["incidents"]) == 100
    assert site.get("/api/v2/incidents.json?per_page=7").headers["Link"] == f'<{base}?page=2&per_page=7>; rel="next"'
