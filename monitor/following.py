"""From the record to the outbox: what came since it was last followed becomes messages, and trouble becomes alerts.

Nothing is lost and nothing told twice by a restart: how far the record was followed is committed with the messages that it made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from monitor.clock import Clock
from monitor.config import Config
from monitor.incidents import course
from monitor.incidents.automatic import OPEN_AND_RESOLVE
from monitor.incidents.book import Book, book
from monitor.incidents.course import Turn
from monitor.incidents.event import INCIDENT
from monitor.incidents.lifecycle import Phase, Stage
from monitor.incidents.maintenance import Maintenance
from monitor.mishaps import Mishaps
from monitor.store import News, Outbox, Reader, Subscribers, open_reader
from monitor.telling.alarm import Alarm, Alert, Quiet, turn
from monitor.telling.message import Message
from monitor.telling.receiver import told_of
from monitor.telling.rule import Rule
from monitor.telling.trouble import troubles
from monitor.timeline.record import Notice
from statuspage.letters import Letters, is_covered, is_for_subscribers
from statuspage.private import hidden, public, veiled

PLAN = "plan"  # the cursor of what begins and ends by its plan: the second up to which it was followed
CHANNEL = "channel:"  # what the lane of a channel begins with
log = logging.getLogger(__name__)
T = TypeVar("T")
Post = tuple[Message, Sequence[tuple[str, str]]]


class Follower:
    """Follows the record over one configuration. StoreError when there is none yet."""

    def __init__(
        self, config: Config, clock: Clock, outbox: Outbox, subscribers: Subscribers, mishaps: Mishaps
    ) -> None:  # fmt: skip
        self._config = config
        self._clock = clock
        self._outbox = outbox
        self._subscribers = subscribers
        self._mishaps = mishaps
        self._url = config.storage.url.reveal()
        self._whole = open_reader(self._url)
        self._letters = Letters(veiled(config))
        self._own = Letters(config)
        self._cursors = outbox.cursors()
        self._alarms = outbox.alarms()
        self._ends: Mapping[str, int] | None = None
        self._books = (Book(), Book())
        self._notices: tuple[Notice, ...] = ()
        self._unseen: frozenset[str] = hidden(config)

    def close(self) -> None:
        """Let go of the record."""
        self._whole.close()
        self._subscribers.close()

    def follow(self) -> int:
        """One look at the record; how many deliveries follow from it. StoreError when it cannot be read or they cannot be kept."""
        try:
            return self._followed(self._clock.now())
        except BaseException:
            self._ends = None  # what was read and not kept is read again
            raise

    def _followed(self, now: int) -> int:
        if not self._cursors:  # nothing of before we were there is told; but what goes on is trouble
            self._cursors = {**self._whole.ends(), PLAN: now}
            self._outbox.keep(self._cursors, {}, ())
        self._stay_within(self._whole.ends())
        news = self._news()
        planned = list(_by_plan(self._books[0], self._cursors[PLAN], now))
        alarms, alerts = self._alerts(news, now)
        posts = list(self._posts(news, planned, now))
        for each in alerts:
            posts += [(message, self._to(each.channels)) for message in self._built(self._own.alert, [each])]
        changed = {name: alarm for name, alarm in alarms.items() if alarm != self._alarms.get(name)}
        if not (news or planned or posts or changed or news.cursors != {k: self._cursors[k] for k in news.cursors}):
            return 0
        cursors = {**news.cursors, PLAN: now}
        made = self._outbox.keep(cursors, changed, posts)
        self._cursors, self._alarms = cursors, {**self._alarms, **changed}
        return made

    def _stay_within(self, ends: Mapping[str, int]) -> None:
        """A record that was restored from a backup ends before the place up to which it was followed: what comes now is news."""
        places = {name: min(end, self._cursors.get(name, end)) for name, end in ends.items()}
        if any(self._cursors.get(name) != at for name, at in places.items()):
            if any(self._cursors.get(name, at) > at for name, at in places.items()):
                log.warning(
                    "the record ends before what was told from it, as if it was restored: it is followed from its end on"
                )
            self._cursors = {**self._cursors, **places}
            self._outbox.keep(self._cursors, {}, ())

    def _news(self) -> News:
        """What came since the last look, with all that is needed to understand it, as it was at one moment."""
        ends = self._whole.ends()
        if ends == self._ends:
            return News((), (), (), {log: self._cursors[log] for log in ends})
        # And what was private when it was taken out, as on the site.
        gone = self._whole.veiled().difference(each.id for each in self._config.components)
        self._unseen = hidden(self._config) | gone
        still = open_reader(self._url, still=True)
        try:
            news = still.news(self._cursors)
            whole = book(still.events())
            self._notices = tuple(_needed(still, news, whole))
            self._ends = still.ends() if still.ends() == news.cursors else None  # or there is more than one look takes
        finally:
            still.close()
        self._books = (whole, whole)
        if self._unseen:
            veil = open_reader(self._url, self._unseen)
            try:
                self._books = (whole, book(veil.events()))
            finally:
                veil.close()
        return news

    def _built(self, make: Callable[[T], Message], of: Iterable[T]) -> Iterator[Message]:
        """Messages; one that cannot be made is our mistake, and keeps none of the others."""
        for each in of:
            try:
                yield make(each)
            except Exception as error:  # noqa: BLE001 -- or nothing would ever be told again
                self._mishaps.met(error, "a message")

    # -- alerts ------------------------------------------------------------------------------------------------------------

    def _alerts(self, news: News, now: int) -> tuple[dict[str, Alarm], list[Alert]]:
        """Where each rule stands now, and what it says."""
        rules = self._config.telling.rules
        if not rules:
            return {}, []
        fresh = {f"outage/{each.outage}" for each in news.notices}
        fresh |= {f"incident/{name}" for name, number in news.events if self._is_last(name, number)}
        found = troubles(self._notices, self._books[0], fresh, self._config.page.languages[0])
        known = {each.id for each in self._config.components}
        found = {key: each for key, each in found.items() if not known.isdisjoint(each.components)}
        quiet = self._quiet(now)
        alarms: dict[str, Alarm] = {}
        alerts: list[Alert] = []
        for rule in rules:
            alarms[rule.id], said = turn(rule, self._alarms.get(rule.id, Alarm()), found, quiet, now)
            alerts += said
        return alarms, alerts

    def _is_last(self, name: str, number: int) -> bool:
        """Whether with this event an incident is over. What is said of it afterwards is no trouble any more."""
        incident = self._books[0].incident(name)
        return incident is not None and incident.events[number - 1].step in (Phase.RESOLVED, Phase.MERGED)

    def _quiet(self, now: int) -> Quiet:
        blind = self._whole.blinds(limit=1)
        maintained = {name for work in self._books[0].running(now) for name in work.components}
        return Quiet(bool(blind) and blind[-1].end is None, frozenset(maintained))

    def _to(self, channels: Iterable[str]) -> list[tuple[str, str]]:
        return [(CHANNEL + name, name) for name in channels]

    # -- messages ----------------------------------------------------------------------------------------------------------

    def _posts(self, news: News, planned: Sequence[Turn], now: int) -> Iterator[Post]:
        """What subscribers are told, and what rules pass on as it is."""
        whole, told = self._books
        turns = [*_turns(told, news.events, now), *_by_plan(told, self._cursors[PLAN], now)]
        messages = [*self._fresh(self._built(self._letters.turn, filter(is_for_subscribers, _not_all(turns))))]
        messages += self._built(self._letters.outage, filter(self._is_news, news.notices))
        open_to_all = public(self._config)
        sealed = [each for each in news.editions if each.document["agreement"] in open_to_all]
        messages += self._built(self._letters.statement, sealed)
        seen = (each for each in news.labels if each[1].component not in self._unseen)
        messages += self._fresh(self._built(lambda each: self._letters.label(*each), seen))
        every = self._subscribers.every() if messages and self._config.telling.sign_up else []
        for message in messages:
            yield message, [(each.wish.way, each.id) for each in told_of(message, every)]
        yield from self._passed_on(news, [*_turns(whole, news.events, now), *planned])

    def _fresh(self, messages: Iterable[Message]) -> Iterator[Message]:
        """What was said is told once. When it was told already under this number, a record that is gone now said something else."""
        for each in messages:
            is_said = each.key.rpartition("/")[2].isdecimal()
            yield replace(each, key=f"{each.key}/{each.at}") if is_said and self._outbox.knows(each.key) else each

    def _is_news(self, notice: Notice) -> bool:
        """Whether the machine tells of it: not where people do; but who heard from it that it began, hears that it ended."""
        if notice.component in self._unseen:
            return False
        if (
            self._config.incidents.automatic == OPEN_AND_RESOLVE
        ):  # each outage that is worth telling becomes an incident
            return False
        if not is_covered(notice, self._books[1].incidents):
            return True
        began = [each for each in self._notices if each.outage == notice.outage and each.at < notice.at]
        return any(self._outbox.knows(self._letters.outage(each).key) for each in began)

    def _passed_on(self, news: News, turns: Iterable[Turn]) -> Iterator[Post]:
        """Maintenance, statements and labels to the channels of rules that name them."""
        rules = self._config.telling.rules
        messages = list(self._built(self._own.turn, (each for each in turns if each.then.newest.account != INCIDENT)))
        messages += self._built(self._own.statement, news.editions)
        messages += self._built(lambda each: self._own.label(*each), news.labels)
        for message in messages:
            to = [name for rule in rules if _passes(rule, message) for name in rule.channels]
            if to:
                (own,) = self._fresh([replace(message, key=f"own/{message.key}")])
                yield own, self._to(dict.fromkeys(to))


def _needed(still: Reader, news: News, whole: Book) -> Iterator[Notice]:
    """What was told of the outages that go on, of those that the news name, and of those that incidents tell of that matter now."""
    yield from still.told_open()
    if news.notices:
        since = min(each.start for each in news.notices)
        yield from still.named({each.outage for each in news.notices}, since)
    spoken_of = {name for name, _ in news.events}
    for incident in whole.apart():
        if incident.phase.is_open or incident.id in spoken_of:
            yield from still.sharing(incident.components, incident.start, incident.end)


def _passes(rule: Rule, message: Message) -> bool:
    return message.kind in rule.kinds and rule.touches(message.components)


def _turns(book: Book, events: Sequence[tuple[str, int]], now: int) -> Iterator[Turn]:
    """The turns that these events are, in their order."""
    found: dict[tuple[str, str], Turn] = {}
    for name in {name for name, _ in events}:
        incident, work = book.incident(name), book.maintenance(name)
        turns = course.of_incident(incident) if incident else course.of_maintenance(work, now) if work else ()
        found |= {(name, each.key): each for each in turns}
    for name, number in events:
        if (name, str(number)) in found:
            yield found[name, str(number)]


def _not_all(turns: Sequence[Turn]) -> list[Turn]:
    """Of work that comes back, and of which many times are announced in one moment, the next time only."""
    next_ones: dict[tuple[object, ...], Turn] = {}
    for each in turns:
        if each.key == "1" and isinstance(each.then, Maintenance):
            key = (each.then.newest.by, *sorted(each.then.titles.items()))
            if key not in next_ones or each.then.start < _start(next_ones[key]):
                next_ones[key] = each
    kept = {id(each) for each in next_ones.values()}
    return [each for each in turns if each.key != "1" or not isinstance(each.then, Maintenance) or id(each) in kept]


def _start(turn: Turn) -> int:
    return turn.then.start


def _by_plan(book: Book, since: int, now: int) -> Iterator[Turn]:
    """What nobody had to say and came to be after ``since``: reminders, what began or ended by its plan, what goes on past it."""
    for work in book.maintenances:
        over = work.over(now)
        if work.stage is not Stage.CANCELLED and (over is None or over > since):
            for each in course.of_maintenance(work, now):
                if not each.key.isdecimal() and since < each.at <= now:
                    yield each
