"""Outages as items: one for each notice, in the second it was published; or, under the old names, one for each outage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from monitor.sla.periods import instant
from monitor.timeline.record import Notice
from statuspage.feeds.item import Item, Place
from statuspage.pages.sentences import SENTENCES
from statuspage.views import anchor

# The second is what programs that read a page's history take for the end of an incident: never translated there.
WORDS = {"opened": "Down", "closed": "Resolved"}


def updates(notices: Sequence[Notice], names: Mapping[str, str], place: Place) -> Iterator[Item]:
    """One item for each notice. ``names`` are those of the components that are still there."""
    for notice in notices:
        word, told = _word(notice, place), _told(notice, names, place)
        yield Item(
            id=place.tag(f"outage/{notice.outage}/update/{notice.at}"),
            url=_url(notice, place),
            title=f"[{word}] {_name(notice, names)}",
            text=told,
            html=f"<p><strong>{escape(word)}</strong> – {_time(notice, place)}</p><p>{escape(told)}</p>",
            published=notice.at,
            tags=("outage", WORDS[notice.kind].lower(), notice.component),
            own=_own(notice, place),
        )


def histories(notices: Sequence[Notice], names: Mapping[str, str], place: Place) -> Iterator[Item]:
    """One item for each outage, dated by its newest notice, all of them told in it, newest first: the shape of older tools."""
    found: dict[str, list[Notice]] = {}
    for notice in notices:
        found.setdefault(notice.outage, []).append(notice)
    for outage, all_told in found.items():
        told = sorted(all_told, key=lambda each: each.at, reverse=True)
        yield Item(
            id=place.tag(f"outage/{outage}"),
            url=_url(told[-1], place),
            title=_name(told[0], names),
            text=_told(told[0], names, place),
            html="".join(
                f"<p><small>{_time(each, place)}</small><br><strong>{WORDS[each.kind]}</strong>"
                f" - {escape(_told(each, names, place))}</p>"
                for each in told
            ),
            published=told[0].at,
            tags=("outage", WORDS[told[0].kind].lower(), told[0].component),
            permalink=_url(told[-1], Place(place.page, place.language, "")),
        )


def _name(notice: Notice, names: Mapping[str, str]) -> str:
    return names.get(notice.component, notice.component)


def _word(notice: Notice, place: Place) -> str:
    say = place.language.text
    return say("Down") if notice.kind == "opened" else say("Resolved")


def _url(notice: Notice, place: Place) -> str:
    """Where it is told on the site."""
    return place.url(f"/incidents/{notice.outage}#{anchor(notice)}")


def _time(notice: Notice, place: Place) -> str:
    return f'<time datetime="{instant(notice.at)}">{escape(place.language.precise(notice.at))}</time>'


def _told(notice: Notice, names: Mapping[str, str], place: Place) -> str:
    language = place.language
    say, name, start = language.text, _name(notice, names), language.precise(notice.start)
    if notice.end is None:
        begun = say("%(name)s is down since %(start)s.") % {"name": name, "start": start}
        return f"{begun} {say(SENTENCES[notice.reason])}"
    end = language.precise(notice.end)
    was = say("%(name)s was down from %(start)s to %(end)s.") % {"name": name, "start": start, "end": end}
    length = say("Down time: %(time)s.") % {"time": language.duration(notice.down_seconds)}
    return f"{was} {say(SENTENCES[notice.reason])} {length}"


def _own(notice: Notice, place: Place) -> dict[str, object]:
    return {
        "about": place.url("/subscribe"),
        "kind": "outage",
        "outage": notice.outage,
        "status": WORDS[notice.kind].lower(),
        "component": notice.component,
        "start": instant(notice.start),
        "end": None if notice.end is None else instant(notice.end),
        "reason": notice.reason.word,
        "down_seconds": notice.down_seconds,
    }
