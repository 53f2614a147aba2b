"""RSS 2.0 and Atom. The door to feedgen, and the one place that knows its ways."""

from __future__ import annotations

import threading
from html import escape
from itertools import pairwise

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from statuspage.feeds.item import Channel, Item, clean, moment

MEDIA = {"rss": "application/rss+xml", "atom": "application/atom+xml"}
# feedgen switches the locale of the whole process for each date in RSS; two threads at once would leave it switched.
_LOCK = threading.Lock()
# Whether a title in RSS is text or markup was never said: without these two it is the same as either.
_FLAT = str.maketrans("<>", "‹›")


def render(channel: Channel, form: str) -> bytes:
    """The feed as ``rss`` or ``atom``: equal bytes for an equal feed. ValueError for items out of order."""
    dates = [item.published for item in channel.items]
    if any(newer <= older for newer, older in pairwise(dates)):
        raise ValueError("items must be newest first, no two in the same second")
    is_rss = form == "rss"
    feed = FeedGenerator()
    feed.id(channel.id)
    feed.title(_title(channel.title, is_rss))
    feed.description(_text(channel.about, is_rss))
    feed.language(channel.language)
    feed.ttl(5)
    feed.generator("Meetlat")
    feed.author({"name": clean(channel.author)})
    feed.updated(moment(channel.updated))  # left out it would be the present
    feed.link(href=channel.address(form), rel="self", type=MEDIA[form])
    feed.link(href=channel.home, rel="alternate", type="text/html")  # the last one becomes RSS's own <link>
    for item in channel.items:
        _fill(feed.add_entry(order="append"), item, is_rss)
    with _LOCK:
        made: bytes = feed.rss_str() if is_rss else feed.atom_str()
    return made


def _fill(entry: FeedEntry, item: Item, is_rss: bool) -> None:
    if is_rss and item.permalink:
        entry.guid(item.permalink, permalink=True)
    else:
        entry.guid(item.id, permalink=False)
    entry.title(_title(item.title, is_rss))
    entry.link(href=item.url)  # only one: Atom would make alternates of all
    entry.summary(_text(item.text, is_rss))
    entry.content(clean(item.html), type="html")
    entry.published(moment(item.published))
    entry.updated(moment(item.published))
    entry.category([{"term": tag} for tag in item.tags])


def _title(text: str, is_rss: bool) -> str:
    return clean(text).translate(_FLAT) if is_rss else clean(text)


def _text(text: str, is_rss: bool) -> str:
    """A description is markup in RSS and text in Atom."""
    return escape(clean(text), quote=False) if is_rss else clean(text)
