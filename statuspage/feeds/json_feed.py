"""JSON Feed 1.1. What only we say stands under ``_meetlat``: figures as text, so that no reader rounds them."""

from __future__ import annotations

import json
from typing import Any

from statuspage.feeds.item import Channel, Item, clean, moment

MEDIA = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def render(channel: Channel) -> bytes:
    """The feed as JSON: equal bytes for an equal feed."""
    made = {
        "version": VERSION,
        "title": clean(channel.title),
        "home_page_url": channel.home,
        "feed_url": channel.address("json"),
        "description": clean(channel.about),
        "language": channel.language,
        "authors": [{"name": clean(channel.author), "url": channel.home}],
        "items": [_item(item, channel.language) for item in channel.items],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _item(item: Item, language: str) -> dict[str, Any]:
    at = f"{moment(item.published):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "id": item.id,
        "url": item.url,
        "title": clean(item.title),
        "content_html": clean(item.html),
        "content_text": clean(item.text),
        "date_published": at,
        "date_modified": at,
        "tags": list(item.tags),
        "language": language,
        "_meetlat": dict(item.own),
    }
