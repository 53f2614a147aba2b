"""How each component stands, as far as it was last known: for documents that have no word for not knowing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.components import Component
from monitor.timeline.model import State, Timeline
from monitor.timeline.span import Span
from statuspage.views import Facts

LOOK_BACK = 90 * 86_400
BIRTH = 1_767_225_600  # 2026 began: the age of what was never watched


@dataclass(frozen=True)
class Standing:
    """A component's last known state, when it came to it, and since when it is watched (None: never)."""

    component: Component
    state: State
    changed: int
    since: int | None

    @property
    def created(self) -> int:
        """The second that stands for its making."""
        return BIRTH if self.since is None else self.since


def standings(facts: Facts) -> tuple[Standing, ...]:
    """All components in the order of the configuration.

    A change that nobody was told of, such as slow answers, is remembered for ninety days; then the one before it counts.
    """
    since: dict[str, int] = {}
    for watch in facts.reader.watches() if facts.reader else ():
        since[watch.component] = min(since.get(watch.component, watch.start), watch.start)
    told = facts.reader.last_told() if facts.reader else {}
    states = _states(facts)
    found = []
    for component in facts.config.components:
        state, changed = states.get(component.id, (State.OPERATIONAL, None))
        begun = since.get(component.id)
        known = [each for each in (begun, changed, told.get(component.id)) if each is not None]
        found.append(Standing(component, state, max(known, default=BIRTH), begun))
    return tuple(found)


def last_known(timeline: Timeline) -> tuple[State, int | None] | None:
    """The last state that was known, and the second it began if another one was known before it; None when none was."""
    state: State | None = None
    begun = 0
    for stretch in reversed(timeline):
        if stretch.state is State.UNKNOWN:
            continue
        if state is None:
            state = stretch.state
        if stretch.state is not state:
            return state, begun
        begun = stretch.span.start
    return (state, None) if state else None


def _states(facts: Facts) -> Mapping[str, tuple[State, int | None]]:
    """Ninety days are looked at, and what is unknown all that time is looked for further back, twice as far each time."""
    first = facts.reader.since() if facts.reader else None
    found: dict[str, tuple[State, int | None]] = {}
    end, step = facts.now + 1, LOOK_BACK
    while first is not None and end > first and any(each.id not in found for each in facts.config.components):
        span = Span(max(first, end - step), end)
        for name, timeline in facts.timelines(span).items():
            known = last_known(timeline)
            if known and name not in found:
                found[name] = known
        end, step = span.start, step * 2
    return found
