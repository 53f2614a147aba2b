"""The laws of incidents that open by themselves: whatever is measured and whatever people say, in any order, each outage is told of
in one incident, and the monitor never speaks after a person did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st
from telling import T0

from monitor.incidents.automatic import DRAFT, OFF, OPEN_AND_RESOLVE, Policy, concerned, due
from monitor.incidents.book import Book, book
from monitor.incidents.drafts import DISCARDED, published, waiting
from monitor.incidents.event import Event, Said, StepError
from monitor.incidents.incident import Incident, told
from monitor.incidents.lifecycle import Note, Phase
from monitor.incidents.together import merging, opening
from monitor.timeline.model import Reason
from monitor.timeline.record import Notice

COMPONENTS = ("api", "web")
POLICY = Policy(OPEN_AND_RESOLVE, 10, 60)
SAYING = ("opens", "merges", "publishes", "discards", *Phase, *Note)
MEASURED = st.tuples(st.sampled_from(("turns", "turns", "goes on")), st.sampled_from(("api", "api", "web")))
PEOPLE = st.tuples(st.sampled_from(SAYING), st.sampled_from(COMPONENTS))
POLICIES = st.tuples(st.sampled_from((OPEN_AND_RESOLVE, DRAFT, OFF)), st.just(""))
STEPS = st.tuples(
    st.one_of(MEASURED, MEASURED, MEASURED, PEOPLE, POLICIES), st.integers(5, 40), st.integers(0, 5), st.booleans()
)
ALL = st.lists(STEPS, min_size=5, max_size=25)


@dataclass
class World:
    """A record: what was measured, what was said, and how far the monitor followed."""

    policy: Policy = POLICY
    now: int = T0
    notices: list[Notice] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    drafts: list[Event] = field(default_factory=list)
    followed: int = T0

    @property
    def book(self) -> Book:
        """Everything that was published; a StepError when it cannot be followed."""
        return book(self.events)

    def newest(self) -> dict[str, Notice]:
        """The newest notice of each outage."""
        return {each.outage: each for each in self.notices}

    def measure(self, what: str, component: str) -> None:
        """A component goes down or comes up, or its last outage turns out to go on."""
        mine = [each for each in self.notices if each.component == component]
        last = mine[-1] if mine else None
        is_open = last is not None and last.end is None
        if what == "turns" and not is_open:
            name = f"{component}-{self.now}"
            self.notices.append(Notice(self.now, name, component, "opened", self.now, None, Reason.TIMEOUT, 0))
        elif what == "turns" and last:
            self.notices.append(replace(last, at=self.now, kind="closed", end=self.now))
        elif what == "goes on" and last and not is_open:
            self.notices.append(replace(last, at=self.now, kind="opened", end=None))

    def look(self) -> tuple[Sequence[Event], Sequence[Event]]:
        """The monitor follows what was measured since it last did; what it said."""
        newest = self.newest()
        met = {each.outage for each in self.notices if each.at > self.followed}
        met |= {name for name, each in newest.items() if each.end is None}
        wanted = [newest[name] for name in concerned(self.book, self.drafts, met) if name in newest]
        found = due(self.policy, wanted, self.book, self.drafts, self.now)
        self.events += found.events
        self.drafts += found.drafts
        self.followed = self.now
        return found.events, found.drafts

    def say(self, what: str, component: str, which: int) -> None:
        """A person says something, where it follows."""
        every = self.book.incidents
        try:
            self.events += list(self._said(what, component, every[which % len(every)] if every else None, which))
        except StepError:
            return

    def _said(self, what: str, component: str, one: Incident | None, which: int) -> Iterator[Event]:
        kept = waiting(self.drafts, self.book)
        if what == "opens":
            said = Said({"en": "T"}, components={component: "down"})
            first = Event("incident", f"p{len(self.events)}", 1, self.now, "J", "investigating", {}, said)
            yield from opening(self.book, first)
        elif what == "publishes" and kept:
            yield from opening(self.book, published(kept[which % len(kept)], self.now, "J"))
        elif what == "discards" and kept:
            draft = kept[which % len(kept)]
            number = len(draft.events) + 1
            self.drafts.append(Event("incident", draft.id, number, self.now, "J", DISCARDED))
        elif what == "merges" and one:
            other = self.book.incidents[(which + 1) % len(self.book.incidents)]
            yield from merging(self.book, one.id, other.id, self.now, "J")
        elif one and what in (*Phase, *Note):
            start = one.start - 1 if what == Note.CORRECTED else None
            event = Event("incident", one.id, len(one.events) + 1, self.now, "J", what, {}, Said(start=start))
            told(one, event)
            yield event


Steps = list[tuple[tuple[str, str], int, int, bool]]


def lived(steps: Steps) -> World:
    """A world in which all of it happened; where the last of a step is false, the monitor was killed before it followed."""
    world = World()
    for (what, about), wait, which, follows in steps:
        world.now += wait
        if what in ("turns", "goes on"):
            world.measure(what, about)
        elif what in (OPEN_AND_RESOLVE, DRAFT, OFF):
            world.policy = replace(world.policy, automatic=what)
        else:
            world.say(what, about, which)
        if follows:
            world.look()
            assert world.look() == ((), ()), "what was said is not said again"
    return world


@given(ALL)
def test_each_outage_is_told_of_in_one_place(steps: Steps) -> None:
    """At most one incident knows an outage, besides those that are told of there; and none that is a draft as well."""
    world = lived(steps)
    told_of = Counter(name for each in world.book.incidents if each.merged is None for name in each.outages)
    assert set(told_of.values()) <= {1}
    kept = {name for each in waiting(world.drafts, world.book) for name in each.outages}
    assert not kept & set(told_of)


@given(ALL)
def test_the_monitor_is_silent_after_a_person(steps: Steps) -> None:
    """After the first word of a person no event of the same incident is the monitor's."""
    for each in lived(steps).book.incidents:
        people = [not event.said.automatic and event.step != Note.ACKNOWLEDGED for event in each.events]
        first = people.index(True) if True in people else len(people)
        assert all(not event.said.automatic for event in each.events[first:])


@given(ALL)
def test_what_is_the_monitors_own_stands_as_it_is_measured(steps: Steps) -> None:
    """After it followed: open while one of its outages is, with the times that were measured."""
    world = lived(steps)
    world.now += 1
    world.look()
    newest = world.newest()
    for each in world.book.incidents:
        mine = [newest[name] for name in each.outages]
        if each.is_own:
            assert each.phase.is_open == any(one.end is None for one in mine)
            assert each.start == min(one.start for one in mine)
            assert each.end == (None if each.phase.is_open else max(one.end or 0 for one in mine))


@given(st.lists(st.tuples(MEASURED, st.integers(5, 40), st.just(0), st.booleans()), min_size=5, max_size=25))
def test_a_monitor_that_was_killed_tells_what_another_would(steps: Steps) -> None:
    """With nobody else there: every outage that was long enough is told of, however often it was killed before it told."""
    world = lived(steps)
    world.now += POLICY.minimum
    world.look()
    told_of = {name for each in world.book.incidents for name in each.outages}
    for name, each in world.newest().items():
        if (world.now if each.end is None else each.end) - each.start >= POLICY.minimum:
            assert name in told_of
