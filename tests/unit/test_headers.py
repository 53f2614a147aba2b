"""How long an answer of the site may be kept, and what is sent to whoever has it already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
import pytest
from drawn import START
from flask.testing import FlaskClient
from shown import PAGES, Still, client, configured

from monitor.store import StoreError
from statuspage import headers
from statuspage.app import CSS, create_app


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw one outage of three minutes."""
    return client(tmp_path, "....ccc....")


@pytest.mark.parametrize("page", [*PAGES, "/nl/", "/feed.rss"])
def test_who_has_the_page_gets_no_second_copy(site: FlaskClient, page: str) -> None:
    """The same bytes have the same tag and are not sent again; only their head is sent where only that is asked for."""
    answer = site.get(page)
    assert not answer.headers["ETag"].startswith("W/")
    again = site.get(page, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]
    other = site.get(page, headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.data) == (200, answer.data)
    head = site.head(page)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control"):
        assert head.headers[name] == answer.headers[name]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", headers.PAGE),
        ("/components/api", headers.PAGE),
        ("/history/2026-01", headers.PAGE),
        ("/feed.rss", headers.FEED),
        ("/nowhere", headers.ABSENT),
        ("/healthz", headers.NEVER),
        (f"/static/meetlat.css?v={CSS}", headers.FILE),
        ("/static/meetlat.css", headers.ABSENT),
        ("/static/meetlat.css?v=old", headers.ABSENT),
    ],
)
def test_nothing_is_kept_too_long(site: FlaskClient, path: str, kept: str) -> None:
    """Pages for seconds, feeds for a minute, a file for ever under the hash of its bytes, the health check never."""
    with site.get(path) as answer:
        assert answer.headers["Cache-Control"] == kept


def test_a_month_that_is_over_is_kept_longer(tmp_path: Path) -> None:
    """Minutes, once it is over in the zone of the page."""
    over = client(tmp_path, "...", later=31 * 86_400)
    assert over.get("/history/2026-01").headers["Cache-Control"] == headers.OVER
    assert over.get("/history/2026-02").headers["Cache-Control"] == headers.PAGE


class Unreadable:
    """A record on a disk that fails."""

    def newest(self) -> int:
        """Nothing can be read."""
        raise StoreError("disk I/O error")


def test_a_fault_is_never_kept(tmp_path: Path, site: FlaskClient) -> None:
    """A page that failed, and a method that is not allowed, are asked again the next time."""
    record: Any = Unreadable()
    answer = create_app(configured(tmp_path), lambda _: record, Still(START)).test_client().get("/")
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == headers.NEVER
    assert site.post("/").headers["Cache-Control"] == headers.NEVER


def test_the_feed_is_open_to_every_site(site: FlaskClient) -> None:
    """Scripts of other sites may read it; it says when its newest item was changed, and a reader may ask by that."""
    answer = site.get("/feed.rss")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    published = feedparser.parse(answer.data).entries[0].published_parsed
    assert answer.last_modified is not None
    assert answer.last_modified.timetuple()[:6] == published[:6]
    asked = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert site.get("/feed.rss", headers=asked).status_code == 304
    asking = site.options("/feed.rss").headers
    assert asking["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in asking["Access-Control-Allow-Headers"]
