"""Badges, through HTTP: pictures that say something to eyes and ears, and the same for shields.io."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from shown import NASTY, SECOND, client

from statuspage import headers
from statuspage.api.badges import FILLS, LONGEST, VERDICTS, Badge, sla
from statuspage.i18n import speak

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {f"{SVG}{name}" for name in ("svg", "title", "rect", "g", "text")}


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw one outage of three minutes."""
    return client(tmp_path, "....ccc....", more=SECOND)


def read(text: str) -> tuple[str, list[str]]:
    """The title of a picture and its texts. It has nothing in it but shapes and text."""
    root = ElementTree.fromstring(text)
    assert {each.tag for each in root.iter()} <= ALLOWED
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on") or "href" in name]
    assert root.attrib["role"] == "img"
    title = root.findtext(f"{SVG}title") or ""
    assert root.attrib["aria-label"] == title
    return title, [each.text or "" for each in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("api/status.svg", [f"API {NASTY}", "Operational"]),
        ("api/status.svg?lang=nl", [f"API {NASTY}", "Operationeel"]),
        ("api/uptime.svg?days=30", ["Availability over 30 days", "70.099%"]),
        ("api/uptime.svg?days=90&lang=nl", ["Beschikbaarheid over 90 dagen", "70,099%"]),
        ("api/status.svg?label=Our%20API", ["Our API", "Operational"]),
        ("status.svg", [f"Acme {NASTY}", "No data"]),
        ("api/response.svg", ["Response time", "21 ms"]),
        ("web/response.svg?lang=nl", ["Reactietijd", "Geen gegevens"]),
        ("web/status.svg", ["Web", "No data"]),
        ("web/uptime.svg", ["Availability over 30 days", "No data"]),
        ("acme/sla.svg", ["Acme service level agreement", "70.049%, Objective missed"]),
    ],
)
def test_a_badge_says_a_word(site: FlaskClient, path: str, texts: list[str]) -> None:
    """The same in its title for those who hear it, and in the same words in the file for shields.io."""
    answer = site.get(f"/badge/{path}")
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == headers.FEED
    title, found = read(answer.text)
    assert found == texts
    assert title.endswith(": ".join(texts))
    shield = site.get(f"/badge/{path.replace('.svg', '.json')}").get_json()
    assert [shield["label"], shield["message"]] == texts
    assert (shield["schemaVersion"], shield["cacheSeconds"]) == (1, 300)
    assert "isError" not in shield


@pytest.mark.parametrize(
    ("drawing", "later", "colour"),
    [("....", 1, "brightgreen"), ("..ddd", 1, "yellow"), ("..ccc", 1, "red"), ("....", 3600, "lightgrey")],
)
def test_each_state_has_a_colour(tmp_path: Path, drawing: str, later: int, colour: str) -> None:
    """Also when the monitor is silent."""
    site = client(tmp_path, drawing, later=later)
    assert site.get("/badge/api/status.json").get_json()["color"] == colour
    assert FILLS[colour] in site.get("/badge/api/status.svg").text


def test_the_language_of_the_path(site: FlaskClient) -> None:
    """A prefix, as on the pages; what is asked for goes before it."""
    assert "Operationeel" in site.get("/nl/badge/api/status.svg").text
    assert 'xml:lang="nl"' in site.get("/nl/badge/api/status.svg").text
    assert "Operational" in site.get("/nl/badge/api/status.svg?lang=en").text
    assert "missed" in site.get("/badge/acme/sla.svg").text
    assert "Doel gemist" in site.get("/nl/badge/acme/sla.svg").text


@pytest.mark.parametrize(
    "path",
    ["nobody/status", "nobody/sla", "-1/uptime", f"{'9' * 400}/status", "NaN/response", "%22%3E%3Cscript%3E/sla"],
)
def test_what_is_not_there_is_a_grey_badge(site: FlaskClient, path: str) -> None:
    """404, and nothing of what was asked for comes back."""
    answer = site.get(f"/badge/{path}.svg")
    assert answer.status_code == 404
    assert read(answer.text) == ("404: Not found", ["404", "Not found"])
    assert FILLS["lightgrey"] in answer.text
    shield = site.get(f"/nl/badge/{path}.json")
    assert (shield.status_code, shield.get_json()["message"]) == (404, "Niet gevonden")
    assert shield.get_json()["isError"] is True


@pytest.mark.parametrize("query", ["days=7", "days=NaN", "days=-30", "lang=xx", "x=1", "days=30&days=90"])
def test_a_question_that_is_not_understood(site: FlaskClient, query: str) -> None:
    """400, grey too, and never kept."""
    answer = site.get(f"/badge/api/uptime.svg?{query}")
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == headers.NEVER
    assert read(answer.text)[1] == ["400", "Not understood"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_makes_a_picture(label: str, message: str) -> None:
    """Well-formed and of bounded length, whatever is written in it."""
    title, texts = read(Badge(label, message, "blue").svg("en"))
    assert len(texts) == 2
    assert all(len(each) <= LONGEST for each in texts)
    assert all(each.isprintable() for each in (*texts, title))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><svg onload="x">', "]]>&lt;", "\u202egnp", "a\x00b\x0bc"]
)
def test_a_label_of_a_stranger_is_text(site: FlaskClient, text: str) -> None:
    """It comes out as it was written, without what XML cannot hold, in a file that may run nothing."""
    answer = site.get(f"/badge/api/status.svg?label={quote(text)}")
    _, (label, _) = read(answer.text)
    assert label == " ".join("".join(c if c.isprintable() else " " for c in text).split())
    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]


def test_white_is_easy_to_read_on_every_fill() -> None:
    """A contrast of at least 4.5, as for any text."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in (*FILLS.values(), "#24292f"):
        assert 1.05 / (light(colour) + 0.05) >= 4.5, colour


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [
        ([], "Not applicable"),
        (["met", "missed"], "Objective missed"),
        (["undetermined", "met"], "Undetermined"),
        (["met", "not-applicable"], "Objective met"),
    ],
)
def test_the_worst_verdict_is_told(verdicts: list[str], word: str) -> None:
    """One missed objective is not hidden behind another that was met."""
    found = sla("Acme", [{"verdict": each, "availability": None} for each in verdicts], speak("en", "UTC"))
    assert found.message == word


def test_every_verdict_has_a_word_in_dutch() -> None:
    """None of them is shown in English to somebody else."""
    dutch = speak("nl", "UTC")
    assert all(dutch.text(word) != word for word, _ in VERDICTS.values())


def test_who_has_the_badge_gets_no_second_copy(site: FlaskClient) -> None:
    """The same bytes have the same tag; any site may show it."""
    answer = site.get("/badge/api/status.svg")
    again = site.get("/badge/api/status.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert site.head("/badge/api/status.svg").status_code == 200
    assert re.match("image/svg", site.head("/badge/api/status.svg").headers["Content-Type"])
