"""The feeds, through their addresses, as readers and validators see them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import feedparser
import html5lib
import pytest
from drawn import START, STEP
from feed_rules import obey
from flask.testing import FlaskClient
from sealing import seal, statement
from shown import NASTY, PAGES, SECOND, client

from monitor.config import Page
from monitor.timeline.model import Reason
from monitor.timeline.record import Notice
from statuspage.feeds.item import BIRTH, Place
from statuspage.feeds.outages import updates
from statuspage.i18n import speak

BASE = "https://status.acme.example"
NAMES = ["/feed", "/components/api/feed", "/groups/platform/feed", "/sla/feed", "/sla/acme/feed"]
FEEDS = [*(f"{name}.{form}" for name in NAMES for form in ("rss", "atom", "json")), "/history.rss", "/history.atom"]
MEDIA = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw one outage of three minutes, and a month that was sealed and restated."""
    made = client(tmp_path, "....ccc....", later=60 * 86_400)
    seal(tmp_path, "2026-02-01T00:10", statement(3600))
    seal(tmp_path, "2026-02-03T12:00", statement(30_000), "an outage was not seen at first")
    return made


def ids(site: FlaskClient, address: str) -> list[str]:
    """The ids of the items in a feed, newest first."""
    body = site.get(address).data
    if ".json" in address:
        return [item["id"] for item in json.loads(body)["items"]]
    return [entry.id for entry in feedparser.parse(body).entries]


@pytest.mark.parametrize("prefix", ["", "/nl"])
@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_obeys_its_format(site: FlaskClient, path: str, prefix: str) -> None:
    """Its media type and character set, its own address in it, ids, dates, links and markup as validators want them."""
    answer = site.get(prefix + path)
    form = path.rpartition(".")[2]
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{MEDIA[form]}; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    obey(form, answer.data, BASE + prefix + path)
    if form != "json":
        read = feedparser.parse(answer.data)
        assert not read.bozo
        assert read.feed.link == f"{BASE}{prefix}/"
        assert read.feed.language == ("nl" if prefix else "en")


@pytest.mark.parametrize("path", [*FEEDS, "/sla/acme/claims.ics", "/nl/feed.atom"])
def test_a_feed_may_be_read_by_a_script_of_another_site(site: FlaskClient, path: str) -> None:
    """A browser that asks first is told so."""
    for answer in (site.get(path), site.options(path)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", FEEDS)
def test_who_has_a_feed_is_not_sent_it_again(site: FlaskClient, path: str) -> None:
    """By its tag, also in the weak form that a proxy makes of it, or by its date; HEAD gives the head alone."""
    answer = site.get(path)
    assert site.get(path).data == answer.data
    tag = answer.headers["ETag"]
    for asked in (
        {"If-None-Match": tag},
        {"If-None-Match": f"W/{tag}"},
        {"If-None-Match": f'"other", {tag}'},
        {"If-Modified-Since": answer.headers["Last-Modified"]},
        {"If-None-Match": tag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        again = site.get(path, headers=asked)
        assert (again.status_code, again.data) == (304, b""), asked
    old = {"If-None-Match": '"other"', "If-Modified-Since": answer.headers["Last-Modified"]}
    assert site.get(path, headers=old).status_code == 200
    assert site.head(path).headers["ETag"] == tag


def test_what_is_new_changes_tag_and_date(tmp_path: Path) -> None:
    """A reader that asks whether anything changed hears of a statement that was sealed since."""
    site = client(tmp_path, "....ccc....", later=60 * 86_400)
    before = site.get("/feed.rss")
    seal(tmp_path, "2026-02-01T00:10", statement())
    for asked in (
        {"If-None-Match": before.headers["ETag"]},
        {"If-Modified-Since": before.headers["Last-Modified"]},
    ):
        after = site.get("/feed.rss", headers=asked)
        assert after.status_code == 200
        assert after.headers["Last-Modified"] == "Sun, 01 Feb 2026 00:10:00 GMT"


def test_before_anything_happened_a_feed_is_empty_and_dated(tmp_path: Path) -> None:
    """Without a record every feed is valid, holds nothing, and bears the date of the page's birth instead of the present."""
    empty = client(tmp_path, "")
    for path in FEEDS:
        answer = empty.get(path)
        obey(path.rpartition(".")[2], answer.data, BASE + path)
        assert int(answer.last_modified.timestamp() if answer.last_modified else 0) == BIRTH
        assert ids(empty, path) == []


def test_each_change_is_told_exactly_once(tmp_path: Path) -> None:
    """Slot by slot through two outages: an item that was told stays as it was, and each beginning and end adds one."""
    drawing = "...ccc" + "." * 12 + "xx.xx..."
    told: list[tuple[str, str, str]] = []
    for seen in range(1, len(drawing) + 1):
        read = feedparser.parse(client(tmp_path / str(seen), drawing[:seen]).get("/feed.rss").data)
        now = [(entry.id, entry.published, entry.link) for entry in reversed(read.entries)]
        assert now[: len(told)] == told
        assert len(now) <= len(told) + 1
        told = now
    assert len(told) == 4


def test_ids_are_the_same_in_every_language_and_format(site: FlaskClient) -> None:
    """A reader that changes language or format has no old item as a new one."""
    for name in NAMES:
        found = ids(site, f"{name}.rss")
        assert found
        for other in (f"{name}.atom", f"{name}.json", f"/nl{name}.rss", f"/nl{name}.atom", f"/nl{name}.json"):
            assert ids(site, other) == found
    assert ids(site, "/nl/history.atom") == ids(site, "/history.atom")
    assert ids(site, "/nl/history.rss") == ids(site, "/history.rss")


def test_ids_stay_when_the_address_of_the_site_changes(tmp_path: Path) -> None:
    """With the authority written down once, a new host changes links and no ids."""
    said = 'authority = "old.acme.example,2024"\nsupport ='
    found = []
    for host in ("old.acme.example", "new.acme.example"):
        folder = tmp_path / host
        site = client(folder, "....ccc....", page=f'url = "https://{host}/"\n{said} "https://acme.example/help"')
        assert feedparser.parse(site.get("/feed.rss").data).entries[0].link.startswith(f"https://{host}/incidents/api-")
        found.append(ids(site, "/feed.rss"))
    assert found[0] == found[1]
    assert found[0][0].startswith("tag:old.acme.example,2024:outage/")


def test_the_history_says_resolved_in_every_language(site: FlaskClient) -> None:
    """Programs take the first strong word for the present state: it is not translated, the sentences are."""
    for prefix, said in (("", "was down from"), ("/nl", "was gestoord van")):
        (entry,) = feedparser.parse(site.get(f"{prefix}/history.atom").data).entries
        html = entry.content[0].value
        assert html.index("<strong>Resolved</strong>") < html.index("<strong>Down</strong>")
        assert said in html
        (entry,) = feedparser.parse(site.get(f"{prefix}/history.rss").data).entries
        assert entry.id.startswith(f"{BASE}/incidents/api-")


def test_names_come_out_literal(site: FlaskClient) -> None:
    """A name that looks like markup is text: as it is in Atom and JSON, escaped in HTML, with other brackets in an RSS title."""
    title = json.loads(site.get("/components/api/feed.json").data)["items"][0]["title"]
    assert title == f"[Resolved] API {NASTY}"
    atom = ET.fromstring(site.get("/components/api/feed.atom").data)
    titles = [found.text for found in atom.iter("{http://www.w3.org/2005/Atom}title")]
    assert f"API {NASTY}" in str(titles[0])
    assert titles[1] == title
    rss = ET.fromstring(site.get("/components/api/feed.rss").data)
    assert rss.findtext("channel/item/title") == "[Resolved] API ‹script›alert(1)‹/script›"
    assert "API &lt;script&gt;alert(1)&lt;/script&gt; was down" in rss.findtext("channel/item/description", "")


def test_a_feed_can_be_of_one_kind(site: FlaskClient) -> None:
    """Only outages, or only statements; the feed names the address that it was asked at. Another kind is not there."""
    assert [found.split(":")[2].split("/")[0] for found in ids(site, "/feed.rss")] == ["statement"] * 2 + ["outage"] * 2
    for kind, name in (("outage", "outage"), ("sla", "statement")):
        address = f"/feed.rss?kind={kind}"
        obey("rss", site.get(address).data, BASE + address)
        assert {found.split(":")[2].split("/")[0] for found in ids(site, address)} == {name}
    assert site.get("/feed.rss?kind=x").status_code == 404


def test_a_component_has_only_its_own(tmp_path: Path) -> None:
    """What happens to another component is not in its feed, nor in that of a group without it."""
    site = client(tmp_path, "....ccc....", more=SECOND.replace('name = "Web"', 'name = "Web"\ngroup = "Front end"'))
    assert len(ids(site, "/components/api/feed.rss")) == len(ids(site, "/groups/platform/feed.json")) == 2
    assert ids(site, "/components/web/feed.rss") == ids(site, "/groups/front-end/feed.rss") == []


@pytest.mark.parametrize(
    "path", ["/components/x/feed.rss", "/groups/x/feed.rss", "/sla/x/feed.rss", "/feed.xml", "/history.json"]
)
def test_there_is_no_feed_of_nothing(site: FlaskClient, path: str) -> None:
    """An unknown component, group, agreement or format is not found."""
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("prefix", ["", "/nl"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_name_their_feeds(site: FlaskClient, page: str, prefix: str) -> None:
    """Each page names absolute addresses of feeds in its language, its own before the general ones; all of them are there."""
    found = html5lib.parse(site.get(prefix + page).text, namespaceHTMLElements=False)
    links = [link.attrib for link in found.iter("link") if link.get("rel") == "alternate" and link.get("type")]
    addresses = [str(link["href"]) for link in links]
    assert f"{BASE}{prefix}/feed.rss" in addresses
    with_own = ("/components/api", "/groups/platform", "/sla/acme", "/sla")
    own = {each: f"{each}/feed.rss" for each in with_own}
    assert addresses[0] == BASE + prefix + own.get(page.removesuffix("/2026-01"), "/feed.rss")
    for link in links:
        assert link["title"]
        answer = site.get(str(link["href"]).removeprefix(BASE))
        assert answer.mimetype == link["type"]


def test_the_page_that_tells_how_to_subscribe(site: FlaskClient) -> None:
    """It is linked from every page; its addresses work; what is to be copied stands there whole, in both languages."""
    assert 'href="/subscribe"' in site.get("/").text
    for prefix, word in (("", "Subscribe"), ("/nl", "Abonneren")):
        found = html5lib.parse(site.get(f"{prefix}/subscribe").text, namespaceHTMLElements=False)
        assert found.findtext(".//h1") == word
        addresses = [str(link.get("href")) for link in found.findall(".//main//a")]
        assert len(addresses) >= 3 * len(NAMES)
        for address in addresses:
            assert site.get("/" + address.partition("://")[2].partition("/")[2]).status_code == 200, address
        copied = [code.text for code in found.iter("code")]
        assert f"/feed subscribe {BASE}{prefix}/feed.rss" in copied


def test_the_link_of_an_item_leads_to_what_it_tells(site: FlaskClient) -> None:
    """The page is there and so is the place in it, whether or not the component still is; programs find it by their own id."""
    notice = Notice(START + STEP, "old-1", "old", "opened", START, None, Reason.CONNECT, 60)
    (item,) = updates([notice], {}, _place())
    assert item.url == f"{BASE}/incidents/old-1#old-1-{START + STEP}"
    found = [entry.link for entry in feedparser.parse(site.get("/feed.rss").data).entries]
    assert len(found) >= 2
    for address in found:
        path, _, anchor = address.removeprefix(BASE).partition("#")
        page = site.get(path)
        assert page.status_code == 200
        assert f'id="{anchor}"' in page.text
    (incident,) = site.get("/api/v2/incidents.json").get_json()["incidents"]
    moved = site.get(incident["shortlink"].removeprefix(BASE))
    assert (moved.status_code, moved.headers["Location"]) == (308, path)
    assert "down for" not in site.get("/incidents/api-19990101000000").text


def _place() -> Place:
    return Place(Page("Acme", BASE, "Europe/Amsterdam", ("en", "nl")), speak("en", "Europe/Amsterdam"), "")
