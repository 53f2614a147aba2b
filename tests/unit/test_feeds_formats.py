"""Feeds before they have an address: items, their dates, and what each format makes of them."""

from __future__ import annotations

import locale
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from drawn import START
from feed_rules import obey
from hypothesis import given
from hypothesis import strategies as st
from shown import SECOND, configured

from monitor.config import Page
from monitor.timeline.model import Reason
from monitor.timeline.record import Notice
from statuspage.feeds import json_feed, xml
from statuspage.feeds.channels import channel, groups
from statuspage.feeds.item import BIRTH, Channel, Item, Place, dated
from statuspage.feeds.outages import histories, updates
from statuspage.i18n import speak

BASE = "https://status.acme.example"


def _place() -> Place:
    return Place(Page("Acme", BASE, "Europe/Amsterdam", ("en", "nl")), speak("en", "Europe/Amsterdam"), "")


def test_an_outage_that_went_on_is_told_again() -> None:
    """Told to have ended and then to go on, one outage has four items with four ids and links, and one in the history."""
    place, names = _place(), {"api": "API"}
    edges = [("opened", None), ("closed", START + 60), ("opened", None), ("closed", START + 180)]
    notices = [
        Notice(START + 10 * n, "api-1", "api", kind, START, end, Reason.CONNECT, 60)
        for n, (kind, end) in enumerate(edges)
    ]
    items = list(updates(notices, names, place))
    assert len({item.id for item in items}) == len({item.url for item in items}) == 4
    (once,) = histories(notices, names, place)
    assert once.published == START + 30
    assert once.html.count("<strong>Resolved</strong>") == once.html.count("<strong>Down</strong>") == 2


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_no_text_breaks_a_feed(form: str) -> None:
    """Ends of CDATA, control characters, lone surrogates and turned writing: what can be said is said, the rest is left out."""
    nasty = "a]]>b\x00c\x1b\x85d\ud800e\ufffef\u202eg&amp;<b>h"
    item = Item(
        "tag:x,2026:1", f"{BASE}/#1", nasty, nasty, f"<p>{nasty[:5]}</p>", BIRTH, ("outage",), {"about": "", "kind": ""}
    )
    made = channel("/feed", nasty, [item], _place())
    body = json_feed.render(made) if form == "json" else xml.render(made, form)
    obey(form, body, f"{BASE}/feed.{form}")
    text = body.decode()
    assert "e" in text
    for bad in "\x00\x1b\u202e\ufffe":
        assert bad not in text
    if form == "atom":
        assert ET.fromstring(body).findtext(".//{*}entry/{*}title") == "a]]>bc\x85defg&amp;<b>h"


def test_items_out_of_order_are_refused() -> None:
    """A feed with two items in one second is not written at all."""
    item = Item("tag:x,2026:1", BASE, "a", "a", "a", BIRTH, ())
    made = channel("/feed", "", [], _place())
    broken = Channel(**{**vars(made), "items": (item, item)})
    with pytest.raises(ValueError, match="newest first"):
        xml.render(broken, "rss")


def test_two_items_of_one_second_get_two() -> None:
    """The later one takes the next free second, and none is moved by what comes after it."""

    def item(name: str, at: int) -> Item:
        return Item(name, BASE, name, name, name, at, ())

    first = dated([item("b", 100), item("a", 100), item("c", 101)])
    assert [(each.id, each.published) for each in first] == [("c", 102), ("b", 101), ("a", 100)]
    later = dated([item("b", 100), item("a", 100), item("c", 101), item("d", 102)])
    assert later[1:] == first
    assert len(dated(item(str(n), n) for n in range(80))) == 50


@given(st.lists(st.tuples(st.integers(0, 30), st.uuids()), unique_by=lambda each: each[1]))
def test_no_later_item_moves_an_earlier_one(drawn: list[tuple[int, UUID]]) -> None:
    """Whatever is published in whatever seconds: dates fall strictly, none is early, and second by second what stood stays."""
    items = [Item(str(name), BASE, "a", "a", "a", at, ()) for at, name in drawn]
    before: dict[str, int] = {}
    for second in range(31):
        made = dated(each for each in items if each.published <= second)
        now = {each.id: each.published for each in made}
        assert len(set(now.values())) == len(now)
        assert all(now[each.id] >= each.published for each in items if each.id in now)
        assert {name: now[name] for name in before if name in now} == {n: at for n, at in before.items() if n in now}
        before = now


def test_threads_leave_the_locale_as_it_was() -> None:
    """Many feeds at once, written while the process has a locale of its own: it still has it afterwards."""
    item = Item("tag:x,2026:1", BASE, "a", "a", "a", BIRTH, ())
    made = channel("/feed", "", [item], _place())
    before = locale.setlocale(locale.LC_ALL)
    with ThreadPoolExecutor(8) as pool:
        bodies = set(pool.map(lambda _: xml.render(made, "rss"), range(200)))
    assert len(bodies) == 1
    assert locale.setlocale(locale.LC_ALL) == before


def test_groups_that_are_written_alike_have_their_own_addresses(tmp_path: Path) -> None:
    """Two names with the same letters, and one without any, stand under words that no other has."""
    more = "".join(
        SECOND.replace('"web', f'"web{n}').replace('name = "Web"', f'name = "Web"\ngroup = "{name}"')
        for n, name in enumerate(["A b", "a-B", "!!", "Ünï"])
    )
    found = groups(configured(tmp_path, more))
    assert len(found) == 5
    assert {"platform", "ünï"} < set(found)
    assert [name for name, _ in found.values()] == ["Platform", "A b", "a-B", "!!", "Ünï"]
