"""What a person says, whichever way it comes: one set of rules for the command, the API and the admin.

Each of these makes a value of what was asked, or raises StepError with words for whoever asked; ``say`` and ``label`` put it in the
record, or raise Conflict when somebody else was first.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from monitor.clock import Clock
from monitor.config import Config
from monitor.incidents import incident, maintenance
from monitor.incidents.book import Book, book
from monitor.incidents.event import INCIDENT, MAINTENANCE, Event, Said, StepError
from monitor.incidents.labels import NONE
from monitor.incidents.lifecycle import UNDER_MAINTENANCE, Phase, Stage
from monitor.incidents.together import merging, opening
from monitor.rows import local
from monitor.settlement import holding
from monitor.sla.clauses import KINDS
from monitor.store import Reader, open_desk, open_reader
from monitor.table import did_you_mean
from monitor.timeline.record import Label, Notice

LETTERS = string.digits + string.ascii_lowercase
LONGEST_WHY = 2_000
Whole = Callable[[Book, Event], tuple[Event, ...]]


@dataclass(frozen=True)
class Wish:
    """What somebody wants to say of an incident or maintenance, as it was asked: texts by language, states by component, times.

    An empty or absent part says nothing. ``step`` is a phase, a stage or a note; empty: as it stands. ``into`` is the incident that
    tells of this one from now on; ``remind`` is in seconds.
    """

    step: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    impact: str | None = None
    severity: str | None = None
    start: int | None = None
    end: int | None = None
    announced: int | None = None
    kind: str | None = None
    outage: str | None = None
    into: str | None = None
    repeat: str | None = None
    remind: tuple[int, ...] = ()

    def said(self) -> Said:
        """Its facts, as an event holds them."""
        return Said(
            titles=dict(self.titles) or None,
            impact=self.impact,
            severity=self.severity,
            components=dict(self.components) or None,
            start=self.start,
            end=self.end,
            announced=self.announced,
            kind=self.kind,
            outages=(self.outage,) if self.outage else None,
            repeat=self.repeat,
            remind=self.remind or None,
        )


def fresh_id() -> str:
    """A name that nothing has and nothing tells: twelve letters and digits, the first a letter."""
    first = secrets.choice(string.ascii_lowercase)
    return first + "".join(secrets.choice(LETTERS) for _ in range(11))


def recorded(config: Config) -> Book:
    """Everything that was said so far."""
    reader = open_reader(config.storage.url.reveal())
    try:
        return book(reader.events())
    finally:
        reader.close()


def alone(_: Book, event: Event) -> tuple[Event, ...]:
    """Nothing else is to be said beside it."""
    return (event,)


def follows(found: Book, *events: Event) -> None:
    """StepError when one of them does not follow from what was said."""
    for event in events:
        if event.account == INCIDENT:
            incident.told(found.incident(event.subject), event)
        else:
            maintenance.told(found.maintenance(event.subject), event)


def language(config: Config, code: str | None) -> str:
    """A language of the page; its first one for None. StepError for another."""
    if code is not None and code not in config.page.languages:
        raise StepError(f"{code!r} is no language of the page; {did_you_mean(code, config.page.languages)}")
    return code or config.page.languages[0]


def known_components(config: Config, names: Iterable[str], before: Iterable[str] = ()) -> None:
    """StepError for a component that there is not, nor was ``before``."""
    known = [*(each.id for each in config.components), *before]
    for name in names:
        if name not in known:
            raise StepError(f"there is no component {name!r}; {did_you_mean(name, known)}")


def when(config: Config, text: str, name: str) -> int:
    """A time on the clocks of the page's zone, or with an offset. StepError for what is none."""
    try:
        return local(text, config.page.timezone, name)
    except (ValueError, OverflowError) as error:
        raise StepError(str(error)) from error


def measured(reader: Reader, name: str) -> Notice:
    """What was last told of the outage of this name. StepError when there is none."""
    found = reader.notices_of(name)
    if not found:
        raise StepError(f"there is no outage {name!r}; its name stands in the address of its page, /incidents/NAME")
    return found[0]


def of_outage(reader: Reader | None, wish: Wish) -> Wish:
    """The wish with what was measured of the outage that it names: its component, its beginning. StepError when there is none."""
    if wish.outage is None:
        return wish
    if reader is None:
        raise StepError("there is no record yet")
    found = measured(reader, wish.outage)
    components = {found.component: "down"} | dict(wish.components)
    return replace(wish, components=components, start=found.start if wish.start is None else wish.start)


def opened(config: Config, found: Book, wish: Wish, name: str, by: str, at: int) -> tuple[Event, ...]:
    """A new incident, and all that is to be said with it."""
    _check(config, wish)
    event = Event(INCIDENT, name, 1, at, by, wish.step or "investigating", dict(wish.texts), wish.said())
    _needs_words(event)
    return _whole(found, event, opening)


def updated(
    config: Config, found: Book, wish: Wish, name: str, by: str, at: int, after: int | None
) -> tuple[Event, ...]:
    """The next thing that is said of an incident: after event ``after``, when it is known what was seen. BehindError otherwise."""
    before = found.incident(name)
    if before is None:
        raise StepError(f"there is no incident {name!r}")
    _check(config, wish, before.components)
    number = (len(before.events) if after is None else after) + 1
    if wish.step == Phase.MERGED:
        return _merged(found, wish, name, by, at, number)
    event = Event(INCIDENT, name, number, at, by, wish.step or before.phase, dict(wish.texts), wish.said())
    if event.step != "acknowledged":
        _needs_words(event)
    return _next(found, event, len(before.events))


def scheduled(config: Config, found: Book, wish: Wish, name: str, by: str, at: int) -> tuple[Event, ...]:
    """New maintenance."""
    planned = dict.fromkeys(wish.components, UNDER_MAINTENANCE)
    _check(config, wish)
    said = replace(wish, components=planned).said()
    return _whole(found, Event(MAINTENANCE, name, 1, at, by, Stage.SCHEDULED, dict(wish.texts), said), alone)


def worked(
    config: Config, found: Book, wish: Wish, name: str, by: str, at: int, after: int | None
) -> tuple[Event, ...]:
    """The next thing that is said of maintenance."""
    before = found.maintenance(name)
    if before is None:
        raise StepError(f"there is no maintenance {name!r}")
    _check(config, wish, before.components)
    number = (len(before.events) if after is None else after) + 1
    event = Event(MAINTENANCE, name, number, at, by, wish.step or before.stage, dict(wish.texts), wish.said())
    return _next(found, event, len(before.events))


def say(config: Config, clock: Clock, *events: Event) -> None:
    """Put in the record what follows, all of it or nothing. Conflict when somebody else was first."""
    desk = open_desk(config.storage.url.reveal(), clock)
    try:
        desk.tell(*events)
    finally:
        desk.close()


def labelled(config: Config, reader: Reader, label: Label) -> Label:
    """A label that may be kept. StepError for one that may not."""
    if not label.by.strip() or not label.why.strip() or len(label.why) > LONGEST_WHY:
        raise StepError(f"say who labels it and why, in 1 to {LONGEST_WHY} characters")
    if not all(_is_unicode(text) for text in (label.by, label.why)):
        raise StepError("the text is not Unicode")
    if label.kind not in (*KINDS, NONE):
        raise StepError(f"{label.kind!r} is no kind of label; allowed: {', '.join([*KINDS, NONE])}")
    if not label.outage:
        known_components(config, [label.component])
        if label.end <= label.start:
            raise StepError("its end is not after its start")
    if label.kind == NONE and not any(_same(each.label) == _same(label) for each in holding(reader, label.at)):
        raise StepError("there is no such label to take back")
    return label


def label_of(found: Notice, kind: str, by: str, why: str, now: int) -> Label:
    """A label of a measured outage, however long it turns out to be."""
    end = max(now, found.start + 1) if found.end is None else found.end
    return Label(now, found.component, found.start, end, kind, by, why, found.outage)


def keep_label(config: Config, clock: Clock, label: Label) -> None:
    """Put it in the record."""
    desk = open_desk(config.storage.url.reveal(), clock)
    try:
        desk.label(label)
    finally:
        desk.close()


def _same(label: Label) -> tuple[object, ...]:
    return ("outage", label.outage) if label.outage else (label.component, label.start, label.end)


def _check(config: Config, wish: Wish, before: Iterable[str] = ()) -> None:
    for code, text in [*wish.titles.items(), *wish.texts.items()]:
        language(config, code)
        if not text.strip() or not _is_unicode(text):
            raise StepError(f"the words in {code!r} are empty or not Unicode")
    known_components(config, wish.components, before)


def _is_unicode(text: str) -> bool:
    return not any(0xD800 <= ord(letter) < 0xE000 for letter in text)


def _needs_words(event: Event) -> None:
    if not event.texts:
        raise StepError("say something: the text is empty")


def _merged(found: Book, wish: Wish, name: str, by: str, at: int, number: int) -> tuple[Event, ...]:
    """An incident is told of in another one, which is said of both."""
    if not wish.into:
        raise StepError("say into which incident it is merged")
    if said := [each for each in ("titles", "impact", "severity", "components", "start", "end") if getattr(wish, each)]:
        raise StepError(f"an incident that is merged says nothing more of itself: leave out {', '.join(said)}")
    first, *rest = merging(found, name, wish.into, at, by)
    if first.number != number:
        raise BehindError(f"the incident {name} was told more about meanwhile; look again and then say it")
    events = (replace(first, texts=dict(wish.texts)), *rest)
    follows(found, *events)
    return events


def _whole(found: Book, event: Event, whole: Whole) -> tuple[Event, ...]:
    events = whole(found, event)
    follows(found, *events)
    return events


def _next(found: Book, event: Event, known: int) -> tuple[Event, ...]:
    if event.number != known + 1:
        raise BehindError(
            f"the {event.account} {event.subject} was told more about meanwhile; look again and then say it"
        )
    return _whole(found, event, alone)


class BehindError(StepError):
    """Somebody else said something that was not seen yet."""
