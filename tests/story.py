"""A record of what was measured and said, for incidents that open and close by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

from telling import T0

from monitor.incidents.automatic import OPEN_AND_RESOLVE, Due, Policy, due
from monitor.incidents.book import Book, book
from monitor.incidents.event import Event, Said
from monitor.incidents.together import opening
from monitor.timeline.model import Reason
from monitor.timeline.record import Notice

NAMES = {"api": "API", "web": "Web", "inner": "Inner"}
POLICY = Policy(OPEN_AND_RESOLVE, 60, 300, names=NAMES, private=frozenset({"inner"}))


def notice(start: int, end: int | None = None, component: str = "api", name: str = "", at: int | None = None) -> Notice:
    """What was told of an outage, in seconds after T0; when it was told, if not at its last edge."""
    told = (start if end is None else end) if at is None else at
    kind = "opened" if end is None else "closed"
    over = None if end is None else T0 + end
    seconds = 0 if end is None else end - start
    return Notice(T0 + told, name or f"{component}-{start}", component, kind, T0 + start, over, Reason.TIMEOUT, seconds)


@dataclass
class Story:
    """A record of what was said, and a policy that follows what is measured."""

    policy: Policy = POLICY
    events: list[Event] = field(default_factory=list)
    drafts: list[Event] = field(default_factory=list)

    def look(self, at: int, *notices: Notice) -> Due:
        """What is due at that second after T0 is said and kept."""
        found = due(self.policy, notices, self.book, self.drafts, T0 + at)
        self.events += found.events
        self.drafts += found.drafts
        again = due(self.policy, notices, self.book, self.drafts, T0 + at)
        assert (again.events, again.drafts) == ((), ()), "what was said is not due again"
        return found

    def say(self, step: str, at: int, subject: str = "api-0", text: str = "words", **said: object) -> None:
        """What a person says."""
        number = sum(each.subject == subject for each in self.events) + 1
        event = Event("incident", subject, number, T0 + at, "J. Jansen", step, {"en": text}, Said(**said))  # type: ignore[arg-type]
        self.events += opening(self.book, event) if number == 1 else [event]

    @property
    def book(self) -> Book:
        """Everything that is public."""
        return book(self.events)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """What was said of what."""
        return [(each.subject, each.step) for each in self.events]
