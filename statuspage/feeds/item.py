"""Items and the feeds they stand in, before any format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from monitor.config import Page
from statuspage.i18n import Language

MOST = 50
BIRTH = 1_767_225_600  # 2026-01-01T00:00:00Z: the date of a feed in which nothing stands yet
# What XML cannot hold, the C1 controls, and what turns the writing direction of the text after it.
_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@dataclass(frozen=True)
class Item:
    """Something that was published once. ``id`` and ``published`` never change; ``text`` is plain, ``html`` is safe markup.

    ``own`` is what only our JSON says. ``permalink``, where there is one, is the id in RSS.
    """

    id: str
    url: str
    title: str
    text: str
    html: str
    published: int
    tags: tuple[str, ...]
    own: Mapping[str, Any] = field(default_factory=dict)
    permalink: str = ""


@dataclass(frozen=True)
class Channel:
    """A feed: its items, newest first, no two in one second."""

    id: str
    title: str
    about: str
    home: str
    url: str  # without the ending that says which format
    query: str
    author: str
    language: str
    items: tuple[Item, ...]

    @property
    def updated(self) -> int:
        """When it last changed. Never the present: equal items give equal bytes."""
        return self.items[0].published if self.items else BIRTH

    def address(self, form: str) -> str:
        """Where it is found in a format."""
        return f"{self.url}.{form}{self.query}"


@dataclass(frozen=True)
class Place:
    """Where a feed is published, and in which language; ids are the same in all of them.

    ``key`` is what addresses of an agreement end with when it is not for everybody: ``?key=…``.
    """

    page: Page
    language: Language
    prefix: str
    key: str = ""

    @property
    def base(self) -> str:
        """The address of the site, without a slash at its end."""
        return self.page.url.rstrip("/")

    def url(self, path: str) -> str:
        """An absolute address in this language."""
        bare, mark, anchor = path.partition("#")
        return f"{self.base}{self.prefix}{bare}{self.key if bare.startswith('/sla/') else ''}{mark}{anchor}"

    @property
    def authority(self) -> str:
        """Who gives out the ids, and since when (RFC 4151): what the operator said, so that a new address changes no id."""
        return self.page.authority or f"{urlsplit(self.page.url).hostname or 'localhost'},2026"

    def tag(self, name: str) -> str:
        """An id for ever."""
        return f"tag:{self.authority}:{quote(name, safe='/:+')}"


def dated(items: Iterable[Item]) -> tuple[Item, ...]:
    """The newest items, newest first. Where two claim one second the later one takes the next that is free.

    Going from old to new, so that no item is moved by one that was published after it.
    """
    found: list[Item] = []
    for item in sorted(items, key=lambda each: (each.published, each.id)):
        free = found[-1].published + 1 if found else item.published
        found.append(replace(item, published=max(item.published, free)))
    return tuple(reversed(found[-MOST:]))


def clean(text: str) -> str:
    """Without what no format can hold."""
    return _BAD.sub("", text)


def moment(second: int) -> datetime:
    """The instant in UTC, in whole seconds."""
    return datetime.fromtimestamp(second, UTC)
