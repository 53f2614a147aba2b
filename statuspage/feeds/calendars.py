"""The last days of claims, and maintenance, as calendars (RFC 5545). The door to icalendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vUri

from monitor.incidents.lifecycle import Stage
from monitor.incidents.maintenance import Maintenance
from monitor.timeline.record import Edition
from statuspage.feeds.deadlines import HEADS, Claim, claims
from statuspage.feeds.item import Place, clean, moment
from statuspage.feeds.results import awarded
from statuspage.feeds.told import affected
from statuspage.pages.agreement import deadline, period_name
from statuspage.pages.told import newest_words, spoken

MEDIA = "text/calendar"
HOURLY = timedelta(hours=1)
MOST = 500  # maintenances


def calendar(path: str, title: str, editions: Sequence[Edition], place: Place) -> bytes:
    """Each claim that a sealed statement opened, on its last day; one that a later edition took back stays, cancelled.

    A calendar forgets an event only when it is told to, and tells an old version from a new one by its sequence.
    """
    return _written(path, title, "Claims", _events(editions, place), place)


def maintenance_calendar(
    path: str, title: str, works: Sequence[Maintenance], names: Mapping[str, str], place: Place
) -> bytes:
    """Each maintenance in its window, as the newest plan says; what was cancelled stays, cancelled. Each word is a new version."""
    return _written(path, title, "Maintenance", [_work(each, names, place) for each in works[:MOST]], place)


def said_last(works: Sequence[Maintenance], otherwise: int) -> int:
    """When anything was last said of them."""
    return max((each.newest.at for each in works[:MOST]), default=otherwise)


def _written(path: str, title: str, product: str, events: Iterable[Event], place: Place) -> bytes:
    made = Calendar()
    made.add("prodid", f"-//Meetlat//{product}//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    name = clean(f"{title} – {place.page.name}")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", vDuration(HOURLY), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(HOURLY))
    made.add("source", vUri(place.url(path)), parameters={"VALUE": "URI"})
    for event in events:
        made.add_component(event)
    written: bytes = made.to_ical()
    return written


def changed(editions: Sequence[Edition], otherwise: int) -> int:
    """When it last changed."""
    return max((edition.sealed_at for edition in editions), default=otherwise)


def _events(editions: Sequence[Edition], place: Place) -> list[Event]:
    """One event for each claim there ever was, as the newest edition that changed it says."""
    kept: dict[str, tuple[Claim, Edition, int, bool]] = {}
    for edition in editions:
        found = {claim.key: claim for claim in claims(edition)}
        for key, claim in found.items():
            before = kept.get(key)
            if before is None:
                kept[key] = (claim, edition, 0, True)
            elif before[0] != claim or not before[3]:
                kept[key] = (claim, edition, before[2] + 1, True)
        for key, (claim, said, sequence, stands) in kept.items():
            if stands and said.period == edition.period and key not in found:
                kept[key] = (claim, edition, sequence + 1, False)
    return [_event(key, *what, place) for key, what in kept.items()]


def _event(key: str, claim: Claim, edition: Edition, sequence: int, stands: bool, place: Place) -> Event:
    language = place.language
    page = place.url(f"/sla/{claim.agreement}/{edition.period}")
    head = language.text(HEADS[claim.kind]) % {"day": deadline(claim.text, language)}
    about = f"{claim.title}, {period_name(claim.period, language)}"
    changed_at, day = moment(edition.sealed_at), _day(claim)
    event = Event()
    event.add("uid", f"claim-{key.replace('/', '-')}@{place.authority.partition(',')[0]}")
    event.add("sequence", sequence)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", clean(f"{head}: {about}"))
    event.add("description", clean(f"{about}: {awarded(claim.given, language)}. {head}.\n{page}"))
    event.add("url", page)
    event.add("categories", ["sla", "deadline"])
    event.add("status", "CONFIRMED" if stands else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    return event


def _work(work: Maintenance, names: Mapping[str, str], place: Place) -> Event:
    code = place.language.code
    page = place.url(f"/maintenances/{work.id}")
    words = spoken(newest_words(work.events).texts, code)[0]
    about = affected(names, work.events, place)
    changed_at = moment(work.newest.at)
    event = Event()
    event.add("uid", f"maintenance-{work.id}@{place.authority.partition(',')[0]}")
    event.add("sequence", work.newest.number - 1)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", moment(work.start))
    event.add("dtend", moment(work.end))
    event.add("summary", clean(spoken(work.titles, code)[0]))
    event.add("description", clean("\n".join(part for part in (words, about, page) if part)))
    event.add("url", page)
    event.add("categories", ["maintenance"])
    event.add("status", "CANCELLED" if work.stage is Stage.CANCELLED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _day(claim: Claim) -> date:
    """The last day, in the agreement's zone."""
    if len(claim.text) == 10:
        return date.fromisoformat(claim.text)
    return datetime.fromtimestamp(claim.late, ZoneInfo(claim.period["timezone"])).date()
