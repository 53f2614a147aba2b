"""What the page says beside states and outages: failures that were no outage, what is unstable, when we could not see, and which
outage explains another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property

from monitor.timeline.blind import Blind
from monitor.timeline.consequence import because, needed, slack_of
from monitor.timeline.model import Observation, Outage, Reason, State, Watch
from monitor.timeline.span import Span
from statuspage.views import DAYS, Facts

DAY = 86_400
MOST = 20


class Doubts:
    """Asked for only where it is shown."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._explained: dict[Outage, str | None] = {}

    @cached_property
    def unstable(self) -> dict[str, int]:
        """The components that go up and down, and the second since which they do."""
        reader = self._facts.reader
        return reader.unstable() if reader else {}

    @cached_property
    def blinds(self) -> tuple[Blind, ...]:
        """When the monitor could not see in the days that are shown, newest first, the last few."""
        now = self._facts.now
        return self.blind(Span(now - DAYS * DAY, now + 1))[:MOST]

    def blind(self, span: Span) -> tuple[Blind, ...]:
        """When the monitor could not see, newest first."""
        reader = self._facts.reader
        return tuple(reversed(reader.blinds(span, limit=1000))) if reader else ()

    def unconfirmed(self, component: str, span: Span | None = None) -> tuple[Observation, ...]:
        """What failed although the component was not down and we were not blind, newest first; without a span of the last day."""
        facts = self._facts
        within = span or Span(facts.now - DAY, facts.now + 1)
        failed = facts.reader.failures(component, within) if facts.reader else ()
        if not failed:
            return ()
        line = facts.timelines(within, (component,)).get(component, ())
        counted = [each.span for each in line if each.state is State.DOWN or each.reason is Reason.BLIND]
        single = [each for each in reversed(failed) if not any(each.at in down for down in counted)]
        return tuple(single if span else single[:MOST])

    def because(self, outage: Outage) -> str | None:
        """The id of the component whose outage explains this one; None when there is none."""
        if outage not in self._explained:
            self._explained[outage] = self._because(outage)
        return self._explained[outage]

    @cached_property
    def _watches(self) -> tuple[Watch, ...]:
        return self._facts.reader.watches() if self._facts.reader else ()

    def _because(self, outage: Outage) -> str | None:
        """By what was said of needs at the time."""
        then = [
            each
            for each in self._watches
            if each.start <= outage.start and (each.end or outage.start + 1) > outage.start
        ]
        needs = {each.component: each.needs for each in then if each.needs}
        deep = needed(outage.component, needs)
        if not deep:
            return None
        slack = slack_of(each for each in then if each.component in {outage.component, *deep})
        around = Span(outage.start - slack, min(outage.start + slack, self._facts.now) + 1)

        @cache
        def of(component: str) -> Sequence[Outage]:
            return self._facts.whole(around, (component,)).get(component, ())

        found = because(outage, needs, of, slack)
        return found[0] if found else None
