"""Groups, and pages of very many components."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from drawn import START
from flask.testing import FlaskClient
from shown import Still, client

from monitor.config import load
from monitor.store import open_reader
from monitor.table import ConfigError
from statuspage import app
from statuspage.app import create_app


def test_a_group_has_a_page_of_its_own(tmp_path: Path) -> None:
    """With its members, their outages and its feed; a group that is not there is not found; the overview leads to it."""
    site = client(tmp_path, "....ccc....")
    page = site.get("/groups/platform").text
    assert "<h1>Platform</h1>" in page
    assert '/groups/platform/feed.rss"' in page
    assert 'href="/components/api"' in page
    assert "/components/web" not in page
    assert len(re.findall('<li><strong><a href="/incidents/api-[0-9]+">API', page)) == 1
    assert 'href="/groups/platform"' in site.get("/").text
    assert site.get("/groups/nothing").status_code == 404
    assert 'lang="nl"' in site.get("/nl/groups/platform").text


def test_a_page_of_very_many_leaves_the_bars_to_their_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above a number of components the overview says state and availability only; the page of a component keeps its bars."""
    site = client(tmp_path, "....ccc....")
    assert 'class="bars"' in site.get("/").text
    monkeypatch.setattr(app, "MANY", 0)
    page = site.get("/").text
    assert 'class="bars"' not in page
    assert len(re.findall(r"\d%", page)) >= 1
    assert 'class="bars"' in site.get("/components/api").text


def test_days_on_which_nothing_happened_are_said_together(tmp_path: Path) -> None:
    """Ninety days before the record began are one sentence, and the day of the outage is another."""
    page = client(tmp_path, "....ccc....").get("/components/api").text
    titles = re.findall(r"<g><title>(.*?)</title>", page)
    assert len(titles) == 2
    assert re.fullmatch(r"\d+ \w+ \d{4} – \d+ \w+ \d{4}: no data", titles[0])
    assert "down for 3 minutes" in titles[1]


def test_a_language_is_added_by_its_catalogue(tmp_path: Path) -> None:
    """A file beside the configuration is enough; what it leaves out stays English; a broken one is a fault with its name."""
    folder = tmp_path / "translations"
    folder.mkdir()
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "de.po").write_text(head + 'msgid "Subscribe"\nmsgstr "Abonnieren"\n')
    client(tmp_path, "....ccc....")
    file = tmp_path / "meetlat.toml"
    file.write_text(file.read_text().replace('["en", "nl"]', '["en", "de"]'))

    def site() -> FlaskClient:
        config = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")})
        url = config.storage.url.reveal()
        return create_app(config, lambda unseen: open_reader(url, unseen), Still(START + 601)).test_client()

    text = site().get("/de/").text
    assert '<html lang="de">' in text
    assert "Abonnieren" in text
    assert "The last 14 days" in text
    assert "Deutsch" in site().get("/").text
    (folder / "de.po").write_text(head + "nonsense here\n")
    with pytest.raises(ConfigError, match="the language 'de' cannot be used"):
        site()
    (folder / "de.po").unlink()
    with pytest.raises(ConfigError, match=r"there is no translations/de\.po; there are: en, nl"):
        site()
