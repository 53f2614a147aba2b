"""Which feed holds what. A feed is named by its path without an ending: ``/feed``, ``/components/api/feed``, ``/history``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from urllib.parse import quote

from monitor.config import Config
from monitor.incidents.book import Book
from monitor.timeline.record import Edition, Notice
from statuspage.feeds.deadlines import reminders
from statuspage.feeds.item import Channel, Item, Place, dated
from statuspage.feeds.outages import histories, updates
from statuspage.feeds.results import results
from statuspage.feeds.told import told_updates
from statuspage.i18n import N_

ABOUT = N_(
    "What happens to %(name)s: outages as they begin and end, what is told of incidents and maintenance,"
    " and what is decided about closed periods."
)
KINDS = ("outage", "incident", "maintenance", "sla")  # what ``?kind=`` may ask for
FETCHED = 60  # a few more than are shown, so that the dates of the oldest do not depend on where the list was cut


def everything(notices: Sequence[Notice], editions: Sequence[Edition], config: Config, place: Place) -> Iterable[Item]:
    """Each notice of an outage and each sealed statement."""
    yield from updates(notices, component_names(config), place)
    yield from results(editions, component_names(config), place)


def told(
    book: Book,
    now: int,
    config: Config,
    place: Place,
    components: Sequence[str] | None = None,
    *,
    by_people: bool = False,
) -> Iterable[Item]:
    """Each update of an incident or a maintenance: of these components, or of all. What the monitor says of its own outages is left
    out when ``by_people``: beside the outages themselves it says nothing new.
    """
    return told_updates(book, now, component_names(config), place, components, FETCHED, by_people=by_people)


def agreed(editions: Sequence[Edition], config: Config, place: Place, now: int) -> Iterable[Item]:
    """The sealed statements of one agreement, and what must be claimed soon."""
    yield from results(editions, component_names(config), place)
    yield from reminders(editions, place, now)


def past(notices: Sequence[Notice], config: Config, place: Place) -> Iterable[Item]:
    """Each outage once."""
    return histories(notices, component_names(config), place)


def channel(path: str, title: str, items: Iterable[Item], place: Place, kind: str = "") -> Channel:
    """A feed of the items of a kind, or of all."""
    page, say = place.page, place.language.text
    name = path.strip("/").removesuffix("/feed").removesuffix("feed") or "all"
    about = say(ABOUT)
    return Channel(
        id=place.tag(f"feed/{name}{'/' + kind if kind else ''}:{place.language.code}"),
        title=f"{title} – {page.name}" if title else page.name,
        about=about % {"name": title or page.name},
        home=place.url("/"),
        url=f"{place.base}{place.prefix}{quote(path)}",
        query=f"{place.key}{'&' if place.key else '?'}kind={kind}" if kind else place.key,
        author=page.name,
        language=place.language.code,
        items=dated(item for item in items if not kind or kind in item.tags),
    )


def component_names(config: Config) -> Mapping[str, str]:
    """What each component is called."""
    return {component.id: component.name for component in config.components}


def groups(config: Config) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each group that has components, under the word that stands for it in addresses: its name, and their ids."""
    members: dict[str, list[str]] = {}
    for component in config.components:
        if component.group:
            members.setdefault(component.group, []).append(component.id)
    words = {name: _word(name) for name in members}
    shared = {word for word in words.values() if not word or list(words.values()).count(word) > 1}
    return {
        f"{word}-{sha256(name.encode()).hexdigest()[:6]}".strip("-") if word in shared else word: (
            name,
            tuple(members[name]),
        )
        for name, word in words.items()
    }


def _word(name: str) -> str:
    """``Core Platform`` as ``core-platform``."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())
