"""What a validator of feeds would say: the rules of RSS 2.0, Atom and JSON Feed 1.1 that readers depend on."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

import jsonschema

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
TEXT = {"type": "string", "minLength": 1}
ADDRESS = {"type": "string", "pattern": "^https?://[^ ]+$"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
ITEM = {
    "type": "object",
    "required": ["id", "url", "title", "content_html", "content_text", "date_published", "date_modified", "tags"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^tag:[^ ]+$"},
        "url": ADDRESS,
        "title": TEXT,
        "content_html": TEXT,
        "content_text": TEXT,
        "date_published": TIME,
        "date_modified": TIME,
        "tags": {"type": "array", "items": TEXT},
        "language": TEXT,
        "_meetlat": {"type": "object", "required": ["about", "kind"]},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["version", "title", "home_page_url", "feed_url", "language", "authors", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "description": TEXT,
        "language": TEXT,
        "authors": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["name"]}},
        "items": {"type": "array", "items": ITEM},
    },
}


def obey(form: str, body: bytes, address: str) -> None:
    """Fails when a feed in this format, asked for at this address, breaks a rule."""
    if form == "json":
        made = json.loads(body)
        jsonschema.validate(made, SCHEMA)
        assert made["feed_url"] == address
        _falling([datetime.fromisoformat(item["date_published"]) for item in made["items"]])
        _once([item["id"] for item in made["items"]])
        _once([item["url"] for item in made["items"]])
        for item in made["items"]:
            _markup(item["content_html"])
    elif form == "rss":
        _rss(ET.fromstring(body), address)
    else:
        _atom(ET.fromstring(body), address)


def _rss(root: ET.Element, address: str) -> None:
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    itself = channel.find(f"{ATOM}link")
    assert itself is not None
    assert (itself.get("rel"), itself.get("href")) == ("self", address)
    for name in ("title", "link", "description", "language", "lastBuildDate", "ttl"):
        assert channel.findtext(name), name
    items = channel.findall("item")
    for item in items:
        title, guid, date = item.findtext("title"), item.find("guid"), item.findtext("pubDate")
        assert title
        assert guid is not None
        assert date
        assert "<" not in title
        assert date == format_datetime(parsedate_to_datetime(date)), "the day of the week, and +0000"
        assert guid.get("isPermaLink") == ("true" if str(guid.text).startswith("http") else "false")
        assert re.match("https?://", item.findtext("link", ""))
        _markup(item.findtext(CONTENT, ""))
        _markup(item.findtext("description", ""))
    _falling([parsedate_to_datetime(item.findtext("pubDate", "")) for item in items])
    _once([item.findtext("guid", "") for item in items])
    _once([item.findtext("link", "") for item in items])


def _atom(root: ET.Element, address: str) -> None:
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}id", "").startswith("tag:")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == address
    assert set(links) == {"self", "alternate"}
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        assert entry.findtext(f"{ATOM}id", "").startswith("tag:")
        assert entry.findtext(f"{ATOM}summary")
        assert len(entry.findall(f"{ATOM}link")) == 1
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        _markup(content.text or "")
        for name in ("published", "updated"):
            assert re.fullmatch(r"[\d-]{10}T[\d:]{8}\+00:00", entry.findtext(f"{ATOM}{name}", ""))
    _falling([datetime.fromisoformat(entry.findtext(f"{ATOM}published", "")) for entry in entries])
    _falling([datetime.fromisoformat(entry.findtext(f"{ATOM}updated", "")) for entry in entries])
    _once([entry.findtext(f"{ATOM}id", "") for entry in entries])


def _falling(dates: list[datetime]) -> None:
    assert dates == sorted(set(dates), reverse=True), "newest first, no two in one second"


def _once(found: list[str]) -> None:
    assert len(found) == len(set(found)), found


def _markup(text: str) -> None:
    assert text
    assert "<script" not in text
    assert not re.search(r'(?:href|src)="(?!https?://)', text), "links are absolute"
