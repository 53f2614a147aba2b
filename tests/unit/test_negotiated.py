"""A first visit gets the language that its browser asks for; after that the path decides, without a cookie."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from shown import client, configured
from werkzeug.test import Client

from monitor.clock import Clock
from monitor.config import load
from monitor.store import open_reader
from statuspage import export
from statuspage.app import create_app
from statuspage.kept import Kept
from statuspage.negotiated import preferred


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("nl", "nl"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("nl-BE, en;q=0.5", "nl"),
        ("EN-us,nl", "en"),
        ("fr,nl;q=0.5", "nl"),
        ("fr;q=1, en;q=0.4, nl;q=0.6", "nl"),
        ("de", "en"),
        ("*", "en"),
        ("nl;q=0", "en"),
        ("nl;q=x, en;q=0.1", "en"),
        (";;,,q=;nl" * 1000, "en"),
    ],
)
def test_the_language_that_is_liked_best(accepted: str, code: str) -> None:
    """By weight and then by order; a regional one is content with its language; nonsense and what is not spoken gives the first."""
    assert preferred(accepted, ("en", "nl")) == code


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """In English, and in Dutch too."""
    return client(tmp_path, "....ccc....")


def test_a_first_visit_is_led_to_its_language_once(site: FlaskClient) -> None:
    """``/`` alone asks for it. Each link from there on stays in the language, and the other one is a link away for good."""
    dutch = {"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.5"}
    first = site.get("/", headers=dutch)
    assert (first.status_code, first.headers["Location"]) == (302, "/nl/")
    assert first.headers["Cache-Control"] == "no-store"
    assert "Accept-Language" in first.headers["Vary"]
    assert "Set-Cookie" not in first.headers
    there = site.get("/nl/", headers=dutch).text
    assert '<a href="/en/" lang="en"' in there
    english = site.get("/en/", headers=dutch)
    assert (english.status_code, english.headers["Content-Language"]) == (200, "en")
    assert "All systems operational" in english.text
    assert '<a class="name" href="/en/">' in english.text
    assert '<a href="/nl/" lang="nl"' in english.text
    assert '<link rel="canonical" href="https://status.acme.example/">' in english.text
    for path in ("/history", "/components/api", "/sla/acme"):
        assert site.get(path, headers=dutch).headers["Content-Language"] == "en"
        assert '<a class="name" href="/en/">' in site.get(path, headers=dutch).text
    assert site.get("/en/history").status_code == 404


def test_who_likes_the_first_language_gets_it_at_once(site: FlaskClient) -> None:
    """Without a detour, and so does whoever says nothing; a cache is told what the answer depends on."""
    for asking in ({}, {"Accept-Language": "en-GB"}, {"Accept-Language": "fr"}):
        answer = site.get("/", headers=asking)
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, "en")
        assert "Accept-Language" in answer.headers["Vary"]
        assert 'hreflang="x-default" href="https://status.acme.example/"' in answer.text
    assert "Accept-Language" not in site.get("/nl/").headers.get("Vary", "")


def test_a_page_of_one_language_negotiates_nothing(tmp_path: Path) -> None:
    """Its overview is ``/`` for everybody."""
    client(tmp_path, "....")
    file = tmp_path / "meetlat.toml"
    file.write_text(file.read_text().replace('["en", "nl"]', '["en"]'))
    config = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")})
    app = create_app(config, lambda unseen: open_reader(config.storage.url.reveal(), unseen), Clock())
    site = app.test_client()
    answer = site.get("/", headers={"Accept-Language": "nl"})
    assert answer.status_code == 200
    assert "Vary" not in answer.headers
    assert '<a class="name" href="/">' in answer.text
    assert site.get("/en/").status_code == 404


def test_what_is_kept_is_for_who_likes_the_first_language(tmp_path: Path) -> None:
    """A page at hand is not given to who is to be led elsewhere, and says what it depends on."""
    client(tmp_path, "....")
    config = configured(tmp_path)
    app = create_app(config, lambda unseen: open_reader(config.storage.url.reveal(), unseen), Clock())
    site = Client(Kept(app, lambda: 0, object, config.page.languages))
    kept = site.get("/")
    assert kept.headers["Vary"] == "Accept-Encoding, Accept-Language"
    assert site.get("/", headers={"Accept-Language": "nl"}).status_code == 302
    assert site.get("/", headers={"Accept-Language": "en"}).data == kept.data
    assert site.get("/history").headers["Vary"] == "Accept-Encoding"


def test_files_have_the_overview_of_each_language_at_a_path_of_its_own(tmp_path: Path) -> None:
    """A host of files negotiates nothing: there the first language is at ``/``, and every one under its code."""
    client(tmp_path, "....")
    config = configured(tmp_path)
    made = {
        file.path: file.body
        for file in export.files(config, lambda unseen: open_reader(config.storage.url.reveal(), unseen))
    }
    assert made["index.html"] == made["en/index.html"] != made["nl/index.html"]
