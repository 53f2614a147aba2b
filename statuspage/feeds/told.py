"""What people told as items: one for each update of an incident or a maintenance, in the second it was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from monitor.incidents import course
from monitor.incidents.book import Book
from monitor.incidents.course import Turn
from monitor.incidents.event import INCIDENT, Event
from monitor.incidents.incident import Incident
from monitor.incidents.maintenance import Maintenance
from monitor.sla.periods import instant
from statuspage.feeds.item import Item, Place
from statuspage.i18n import N_
from statuspage.pages.told import WORDS, spoken
from statuspage.prose import prose

PLANNED = N_("Planned from %(start)s to %(end)s.")


def told_updates(
    book: Book,
    now: int,
    names: Mapping[str, str],
    place: Place,
    only: Sequence[str] | None,
    most: int,
    *,
    by_people: bool = False,
) -> Iterator[Item]:
    """The newest items: of what was said of these components, or of all; of what was said ``by_people`` or also by the monitor."""
    turns = [each for incident in book.incidents for each in course.of_incident(incident)]
    turns = [each for each in turns if not (by_people and each.then.newest.said.automatic)]
    turns += [each for work in book.maintenances for each in course.of_maintenance(work, now)]
    mine = [each for each in turns if only is None or not set(only).isdisjoint(mentioned(each.then.events))]
    for turn in sorted(mine, key=lambda each: (each.at, each.then.id))[-most:]:
        yield item(turn, names, place)


def mentioned(events: Sequence[Event]) -> tuple[str, ...]:
    """Each component that was ever said to be affected."""
    return tuple(dict.fromkeys(name for event in events for name in event.said.components or {}))


def affected(names: Mapping[str, str], events: Sequence[Event], place: Place) -> str:
    """The affected components in one line."""
    shown = [names.get(each, each) for each in mentioned(events)]
    return f"{place.language.text('Affected')}: {place.language.names(shown)}."


def planned(work: Maintenance, place: Place) -> str:
    """The window of a maintenance in a sentence."""
    start, end = (place.language.precise(each) for each in (work.start, work.end))
    return place.language.text(PLANNED) % {"start": start, "end": end}


def item(turn: Turn, names: Mapping[str, str], place: Place) -> Item:
    """With what was known then: what is said later changes no item."""
    subject, account = turn.then, turn.then.newest.account
    language, key = place.language, f"{subject.id}-{turn.key}"
    word, (title, _) = language.text(WORDS[turn.step]), spoken(subject.titles, language.code)
    body, code = spoken(turn.texts, language.code)
    about = affected(names, subject.events, place)
    if isinstance(subject, Maintenance):
        about = f"{about} {planned(subject, place)}"
    time = f'<time datetime="{instant(turn.at)}">{escape(language.precise(turn.at))}</time>'
    said = f'<div lang="{escape(code)}">{prose(body)}</div>' if body else ""
    path = f"/{'incidents' if account == INCIDENT else 'maintenances'}/{subject.id}"
    return Item(
        id=place.tag(f"{account}/{subject.id}/update/{turn.key}"),
        url=place.url(f"{path}#{key}"),
        title=f"[{word}] {title}",
        text=f"{body}\n\n{about}" if body else f"{word}. {about}",
        html=f"<p><strong>{escape(word)}</strong> – {time}</p>{said}<p>{escape(about)}</p>",
        published=turn.at,
        tags=(account, str(turn.stands), *mentioned(subject.events)),
        own={
            "about": place.url("/subscribe"),
            "kind": account,
            account: subject.id,
            "status": str(turn.stands),
            "step": str(turn.step),
            "components": list(mentioned(subject.events)),
            **_times(subject),
        },
    )


def _times(subject: Incident | Maintenance) -> dict[str, str | None]:
    if isinstance(subject, Maintenance):
        return {"start": instant(subject.start), "end": instant(subject.end)}
    end = None if subject.end is None else instant(subject.end)
    return {"impact": subject.impact, "start": instant(subject.start), "end": end}
