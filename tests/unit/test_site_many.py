"""Groups, and pages of very many components."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shown import client

from statuspage import app


def test_a_group_has_a_page_of_its_own(tmp_path: Path) -> None:
    """With its members, their outages and its feed; a group that is not there is not found; the overview leads to it."""
    site = client(tmp_path, "....ccc....")
    page = site.get("/groups/platform").text
    assert "<h1>Platform</h1>" in page
    assert '/groups/platform/feed.rss"' in page
    assert 'href="/components/api"' in page
    assert "/components/web" not in page
    assert page.count("<li><strong>API") == 1
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
