"""Incidents that measured outages open, update and resolve by themselves, as a policy says.

1. An outage is told of in one incident and no other: one that it opens bears its name, and a name has one event of each number.
2. Nothing is opened for an outage that people tell of, that is shorter than the minimum, or while its component is under
   maintenance; when it goes on past these, it is told of then. One that was over by then is told of as over.
3. What begins soon after the first outage joins its incident, and so does what comes back while that is open.
4. It is resolved when all its outages are over, with the times that were measured. When one of them turns out to go on, that is
   taken back.
5. From the moment at which a person says more of it than that somebody works on it, it is theirs: the monitor is silent about it,
   and about its outages, for good.
6. Incidents of private components stand alone: what they are called is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.incidents import incident as incidents
from monitor.incidents.book import Book
from monitor.incidents.drafts import DISCARDED
from monitor.incidents.event import INCIDENT, Event, Said
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import Note, Phase
from monitor.incidents.template import USUAL, Template, filled, titled
from monitor.timeline.record import Notice

OPEN_AND_RESOLVE, DRAFT, OFF = "open-and-resolve", "draft", "off"
WAYS = (OPEN_AND_RESOLVE, DRAFT, OFF)
BY = "meetlat"
LOOK_AGAIN = 60  # seconds after which it is seen whether people ended what an outage waits for


@dataclass(frozen=True)
class Policy:
    """How measured outages become incidents: ``automatic`` is one of ``WAYS``. ``minimum`` and ``together`` are in seconds.

    ``names`` are the components by their ids, those that are ``private`` included.
    """

    automatic: str = OFF
    minimum: int = 60
    together: int = 300
    template: Template = USUAL
    names: Mapping[str, str] = field(default_factory=dict)
    private: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Due:
    """What is to be said now, what is to be kept as drafts, and in which second to look again; None when nothing waits."""

    events: tuple[Event, ...] = ()
    drafts: tuple[Event, ...] = ()
    at: int | None = None


def concerned(told: Book, drafts: Sequence[Event], met: Iterable[str]) -> set[str]:
    """The outages of which the newest notice matters: those that were ``met`` just now, and all of the incidents that know one of
    them or are open.
    """
    found = set(met)
    kept, _ = _kept(drafts)
    for each in (*told.incidents, *kept.values()):
        if each.is_own and (each.phase.is_open or not found.isdisjoint(each.outages)):
            found |= set(each.outages)
    return found


def due(policy: Policy, notices: Iterable[Notice], told: Book, drafts: Sequence[Event], now: int) -> Due:
    """What follows from what was measured (the newest notice of each outage that matters) and from what was said.

    ``drafts`` are all that were ever kept, in their order. What is due once is not due again after it was said.
    """
    desk = _Desk(policy, told, drafts, now)
    newest: dict[str, Notice] = {}
    for notice in notices:
        if notice.outage not in newest or newest[notice.outage].at < notice.at:
            newest[notice.outage] = notice
    for outage in sorted(newest.values(), key=lambda each: (each.start, each.outage)):
        if outage.outage not in desk.owners:
            desk.meet(outage)
    for story in list(desk.stories.values()):
        desk.follow(story, [newest[name] for name in story.outages if name in newest])
    return Due(tuple(desk.events), tuple(desk.drafts), desk.at)


class _Desk:
    """What is being said in this second."""

    def __init__(self, policy: Policy, told: Book, drafts: Sequence[Event], now: int) -> None:
        self._policy = policy
        self._told = told
        self._now = now
        self.events: list[Event] = []
        self.drafts: list[Event] = []
        self.at: int | None = None
        self._kept, known = _kept(drafts)
        self._kept = {name: each for name, each in self._kept.items() if told.incident(name) is None}
        self.stories = {each.id: each for each in (*reversed(told.incidents), *self._kept.values()) if each.is_own}
        self.owners = known | {name for each in told.incidents for name in each.outages}

    def meet(self, outage: Notice) -> None:
        """An outage that no incident knows: open one, join one, or wait."""
        end = self._now if outage.end is None else outage.end
        if self._policy.automatic == OFF or self._is_told(outage):
            return
        if (wait := self._waits(outage, end)) is not None:
            if outage.end is None:
                self._again(wait)
            return
        self.owners |= {outage.outage}
        joined = next((each for each in self.stories.values() if self._joins(each, outage)), None)
        if joined is None:
            self._open(outage)
        else:
            states = {**joined.components, outage.component: "down"}
            said = Said(
                titles=titled(self._policy.template.titles, self._named(states)),
                components={outage.component: "down"},
                outages=(outage.outage,),
            )
            self._say(joined, joined.phase, self._changed(states), said)

    def _is_told(self, outage: Notice) -> bool:
        """Whether people tell of it: of the component, at that time."""
        others = (each for each in self._told.incidents if not each.is_own or each.phase is Phase.MERGED)
        return any(each.shares(outage.component, outage.start, outage.end) for each in others)

    def _waits(self, outage: Notice, end: int) -> int | None:
        """The second in which to look at it again; None when it is to be told of now."""
        if end - outage.start < self._policy.minimum:
            return outage.start + self._policy.minimum
        at = self._now if outage.end is None else outage.end - 1
        works = (each for each in self._told.running(at) if outage.component in each.components)
        if any(not each.overrun(at) for each in works):
            return self._now + LOOK_AGAIN
        return None

    def _joins(self, story: Incident, outage: Notice) -> bool:
        if not (story.phase.is_open and story.is_own) or self._is_draft(story) != (self._policy.automatic == DRAFT):
            return False
        if outage.component in story.components:
            return True
        is_soon = story.start - self._policy.together <= outage.start <= story.start + self._policy.together
        return is_soon and self._policy.private.isdisjoint({*story.components, outage.component})

    def _open(self, outage: Notice) -> None:
        template, name = self._policy.template, (self._policy.names.get(outage.component, outage.component),)
        said = Said(
            titles=titled(template.titles, name),
            impact=template.impact,
            severity=template.severity,
            components={outage.component: "down"},
            start=outage.start,
            end=outage.end,
            outages=(outage.outage,),
        )
        step, texts = (
            (Phase.INVESTIGATING, template.texts) if outage.end is None else (Phase.RESOLVED, template.resolved)
        )
        self._say(outage.outage, step, filled(texts, name), said, is_draft=self._policy.automatic == DRAFT)

    def follow(self, story: Incident, outages: Sequence[Notice]) -> None:
        """Say of an incident that is the monitor's own what became of its outages."""
        if len(outages) < len(story.outages):
            return  # what was measured is not all there to be read
        template = self._policy.template
        down = {each.component for each in outages if each.end is None}
        ends = [each.end for each in outages if each.end is not None]
        if not story.phase.is_open and down:
            states = dict.fromkeys(sorted(down), "down")
            self._say(story, Phase.INVESTIGATING, self._changed(states), Said(components=states))
        elif not story.phase.is_open:
            self._correct(story, outages)
        elif not down:
            self._correct(story, outages)
            said = Said(end=max(ends, default=self._now))
            self._say(story.id, Phase.RESOLVED, filled(template.resolved, self._named(story.components)), said)
        else:
            states = {name: "down" if name in down else "operational" for name in story.components}
            changed = {name: state for name, state in states.items() if story.components[name] != state}
            if changed:
                self._say(story, story.phase, self._changed(states), Said(components=changed))

    def _correct(self, story: Incident, outages: Sequence[Notice]) -> None:
        """Say so when the times that were told are not those that were measured in the end."""
        start = min((each.start for each in outages), default=story.start)
        end = max((each.end for each in outages if each.end is not None), default=None)
        is_wrong = story.end is not None and end is not None and story.end != end
        if start != story.start or is_wrong:
            said = Said(start=start if start != story.start else None, end=end if is_wrong else None)
            self._say(story, Note.CORRECTED, {}, said)

    def _say(
        self, story: Incident | str, step: str, texts: Mapping[str, str], said: Said, *, is_draft: bool = False
    ) -> None:
        """Append an event, and take it into account from here on."""
        name = story if isinstance(story, str) else story.id
        before = self.stories.get(name)
        number = len(before.events) + 1 if before else 1
        event = Event(INCIDENT, name, number, self._now, BY, step, dict(texts), replace(said, automatic=True))
        kept = is_draft or name in self._kept
        after = incidents.told(before, event)
        self.stories[name] = after
        if kept:
            self._kept[name] = after
        (self.drafts if kept else self.events).append(event)

    def _is_draft(self, story: Incident) -> bool:
        return story.id in self._kept

    def _changed(self, states: Mapping[str, str]) -> dict[str, str]:
        down = [name for name, state in states.items() if state != "operational"]
        return filled(self._policy.template.updates, self._named(down))

    def _named(self, components: Iterable[str]) -> list[str]:
        return [self._policy.names.get(name, name) for name in components]

    def _again(self, at: int) -> None:
        at = max(at, self._now + 1)
        self.at = at if self.at is None else min(self.at, at)


def _kept(rows: Sequence[Event]) -> tuple[dict[str, Incident], frozenset[str]]:
    """The drafts that nobody discarded, and the names of the outages of all."""
    found: dict[str, Incident] = {}
    known: set[str] = set()
    for event in rows:
        known |= set(event.said.outages or ())
        if event.step == DISCARDED:
            found.pop(event.subject, None)
        else:
            found[event.subject] = incidents.told(found.get(event.subject), event)
    return found, frozenset(known)
