"""Incidents that open by themselves, drafts and merged ones, as everybody sees them: one trouble, one card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
from drawn import START, STEP
from flask.testing import FlaskClient
from shown import SECOND, configured, parsed, showing
from telling import incident_step
from v2_schemas import SCHEMAS, check

from monitor.clock import Clock
from monitor.incidents.event import Event, Said
from monitor.store import open_desk, open_reader, open_record
from monitor.stories import followed

ON = '[incidents]\nautomatic = "open-and-resolve"\n[[template]]\nid = "t"\ntitle = "x"\n' + SECOND
OVER, GOES_ON = "....ccc....", "....cccccc"


def following(folder: Path, drawing: str, *later: Event, way: str = "open-and-resolve") -> FlaskClient:
    """The site when the monitor followed what it measured, and people said the rest."""
    more = ON.replace("open-and-resolve", way)
    site = showing(folder, drawing, more=more)
    url = f"sqlite:///{folder}/state/meetlat.db"
    record = open_record(url, Clock())
    record.follow("incidents", lambda _: ((), (), 0))  # as when the policy was there from the beginning
    followed(record, configured(folder, more), START + len(drawing) * STEP)
    record.close()
    desk = open_desk(url, Clock())
    desk.tell(*later)
    desk.close()
    return site


def outage(folder: Path) -> str:
    """The name of the outage."""
    reader = open_reader(f"sqlite:///{folder}/state/meetlat.db")
    ((_, name),) = reader.opened_after(0)
    reader.close()
    return name


def listed(site: FlaskClient, name: str) -> list[Any]:
    """The incidents of a document of v2, which is as strict readers want it."""
    document = site.get(f"/api/v2/{name}.json").get_json()
    check(document, SCHEMAS[name])
    found: list[Any] = document["incidents"]
    return found


def test_one_trouble_has_one_card(tmp_path: Path) -> None:
    """While it goes on it is inside its incident and nowhere else on the overview; in the diary once; in v2 and the feed once."""
    site = following(tmp_path, GOES_ON)
    text = parsed(site, "/")
    assert "Partial outage</h1>" in text, "no worse than it is measured: the other component is not down"
    assert "Current outages" not in text
    assert text.count("It did not accept connections.") == 2, "now, and in the diary"
    assert text.count("still down") == 2
    assert "Outage of API &lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Storing van API" in parsed(site, "/nl/")
    for name in ("summary", "incidents", "incidents/unresolved"):
        assert len(listed(site, name)) == 1
    kinds = [each["_meetlat"]["kind"] for each in site.get("/feed.json").get_json()["items"]]
    assert kinds == ["outage"], "what the monitor says of its own outage is no news beside it"
    assert len(site.get("/feed.json?kind=incident").get_json()["items"]) == 1


def test_it_has_the_address_of_its_outage(tmp_path: Path) -> None:
    """The page that told of the outage tells of the incident, in all ways to get there; what the feed links to is on it."""
    site = following(tmp_path, OVER)
    name = outage(tmp_path)
    text = parsed(site, f"/incidents/{name}")
    assert "This is told automatically" in text
    assert "Told automatically" in text
    assert "Automatisch gemeld" in parsed(site, f"/nl/incidents/{name}")
    (found,) = listed(site, "incidents")
    assert (found["status"], found["impact"]) == ("resolved", "critical")
    assert site.get(f"/incidents/{found['id']}").headers["Location"] == f"/incidents/{name}"
    for item in site.get("/feed.json").get_json()["items"]:
        assert f'id="{item["url"].partition("#")[2]}"' in text


def test_the_id_in_v2_is_that_of_the_outage(tmp_path: Path) -> None:
    """Programs that knew the outage know its incident, and nobody sees another name."""
    (before,) = listed(showing(tmp_path / "a", OVER), "incidents")
    (after,) = listed(following(tmp_path / "b", OVER), "incidents")
    assert before["id"] == after["id"]
    assert before["name"] == after["name"]


def test_drafts_are_seen_nowhere(tmp_path: Path) -> None:
    """On no page, in no feed, in no document: as if there were none."""
    plain, drafting = showing(tmp_path / "a", OVER, more=ON), following(tmp_path / "b", OVER, way="draft")
    reader = open_reader(f"sqlite:///{tmp_path}/b/state/meetlat.db")
    assert len(reader.drafts()) == 1
    reader.close()
    paths = ["/", "/nl/", "/history/2026-01", "/components/api", "/feed.json?kind=incident", "/api/v2/summary.json"]
    paths += ["/api/v1/incidents", "/api/v1/outages", "/feed.rss", f"/incidents/{outage(tmp_path / 'b')}", "/metrics"]
    for path in paths:
        assert drafting.get(path).data == plain.get(path).data, path


def test_what_was_merged_leads_to_where_it_is_told(tmp_path: Path) -> None:
    """On its own page with a link, in v2 as resolved with a word; on the overview, in the diary and in the month it is no more."""
    merged = Event("incident", "y", 2, START + 450, "J", "merged", {}, Said(merged="x"))
    first = Event("incident", "y", 1, START + 420, "J", "investigating", {"en": "Odd."}, Said(
        {"en": "Small trouble"}, components={"api": "degraded"}
    ))  # fmt: skip
    site = showing(tmp_path, "....ccc....", incident_step(1, "investigating", START + 400), first, merged, more=SECOND)
    text = parsed(site, "/incidents/y")
    assert "This is told of in another incident:" in text
    assert '<a href="/incidents/x">' in text
    assert "Elders gemeld" in parsed(site, "/nl/incidents/y")
    for page in ("/", "/history/2026-01", "/components/api"):
        assert "Small trouble" not in parsed(site, page)
    found = {each["name"]: each for each in listed(site, "incidents")}["Small trouble"]
    assert found["status"] == "resolved"
    assert found["incident_updates"][0]["body"] == 'Told of in another incident: "Trouble".'
    said = {each["title"] for each in site.get("/feed.json?kind=incident").get_json()["items"]}
    assert "[Told of elsewhere] Small trouble" in said
    assert {each["id"]: each["merged_into"] for each in site.get("/api/v1/incidents").get_json()["incidents"]} == {
        "x": None,
        "y": "x",
    }


def test_how_long_telling_took(tmp_path: Path) -> None:
    """Each incident beside what was measured, and the median of a month, in both languages and for programs."""
    site = showing(
        tmp_path, "....ccc....",
        incident_step(1, "investigating", START + 400, start=START + 4 * STEP), incident_step(2, "resolved", START + 500),
    )  # fmt: skip
    document = site.get("/api/v1/incidents").get_json()
    whole = site.get("/api/v1/openapi.json").get_json()
    rules = {"components": whole["components"], "$ref": "#/components/schemas/Incidents"}
    jsonschema.Draft202012Validator(rules).validate(document)
    (found,) = document["incidents"]
    assert found["measured"] == {
        "start": "2026-01-01T00:04:00Z",
        "end": "2026-01-01T00:07:00Z",
        "down_seconds": 180,
        "first_word_after_seconds": 160,
        "last_word_after_seconds": 80,
    }
    assert document["telling"] == {"incidents": 1, "measured": 1, "automatic": 0, "median_seconds": 160}
    assert "half of the first words were published within 2 minutes 40 seconds" in parsed(site, "/history/2026-01")
    assert "binnen 2 minuten 40 seconden na de eerste gemeten fout" in parsed(site, "/nl/history/2026-01")
    (outage,) = site.get("/api/v1/outages").get_json()["outages"]
    assert (outage["incident"], outage["labels"]) == ("x", [])
