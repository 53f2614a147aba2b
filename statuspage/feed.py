"""The feed: one item for each notice, in the second it was published. The door to feedgen."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from feedgen.feed import FeedGenerator

from monitor.config import Config
from monitor.timeline.record import Notice
from statuspage.i18n import Language
from statuspage.views import SENTENCES

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


def rss(config: Config, notices: tuple[Notice, ...], language: Language, prefix: str) -> bytes:
    """RSS 2.0, byte-stable for equal notices."""
    base, say = config.page.url.rstrip("/"), language.text
    names = {component.id: component.name for component in config.components}
    feed = FeedGenerator()
    feed.title(_clean(f"{config.page.name} – {say('Outages')}"))
    feed.link(href=f"{base}{prefix}/feed.rss", rel="self", type="application/rss+xml")
    feed.link(href=f"{base}{prefix}/", rel="alternate", type="text/html")  # the last one becomes RSS's own <link>
    feed.description(
        _clean(say("Outages of %(name)s, when they begin and when they end.") % {"name": config.page.name})
    )
    feed.language(language.code)
    feed.lastBuildDate(moment(notices[0].at) if notices else BIRTH)
    for notice in notices:
        entry = feed.add_entry(order="append")
        name = names.get(notice.component, notice.component)
        entry.title(_clean(f"[{say('Down') if notice.kind == 'opened' else say('Resolved')}] {name}"))
        authority = urlsplit(base).hostname or "localhost"
        entry.guid(f"tag:{authority},2026:outage/{notice.outage}/{notice.kind}", permalink=False)
        entry.link(href=f"{base}{prefix}/components/{notice.component}#{notice.outage}-{notice.kind}")
        entry.description(_clean(_told(notice, name, language)))
        entry.category(term="outage")
        entry.pubDate(moment(notice.at))
    document: bytes = feed.rss_str(pretty=True)
    return document


def _told(notice: Notice, name: str, language: Language) -> str:
    say = language.text
    begun = (
        say("%(name)s is down since %(start)s.")
        if notice.end is None
        else say("%(name)s was down from %(start)s to %(end)s.")
    )
    end = language.precise(notice.end) if notice.end is not None else ""
    words = [begun % {"name": name, "start": language.precise(notice.start), "end": end}, say(SENTENCES[notice.reason])]
    if notice.end is not None:
        words.append(say("Down time: %(time)s.") % {"time": language.duration(notice.down_seconds)})
    return " ".join(words)


def moment(second: int) -> datetime:
    """The instant in UTC."""
    return datetime.fromtimestamp(second, UTC)


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c if c.isprintable() else " " for c in text if not 0xD800 <= ord(c) < 0xE000)
