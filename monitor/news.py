"""Pure: what is to be told, once it is known how things stand.

An outage that another component explains is not told: that one's is. When it goes on after the other has recovered, it is the
component's own after all. An outage waits to be told while a component that may explain it is about to be judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from monitor.incidents.telling import calm, tell
from monitor.timeline.consequence import Needs, because, needed, slack_of
from monitor.timeline.fold import Folding, timeline
from monitor.timeline.model import Outage, Watch
from monitor.timeline.outage import outages
from monitor.timeline.quorum import Part, combine
from monitor.timeline.record import Notice, Standing
from monitor.timeline.span import Span

LOOK_BACK = 40 * 86_400
Find = Callable[[str], Sequence[Outage]]


def told(standing: Standing, components: Iterable[str], now: int) -> tuple[Standing, tuple[Notice, ...]]:
    """Tell of the outages of these components that began or ended, and of those of what waited or is built on them."""
    touched = set(components) | standing.waiting
    if not touched:
        return standing, ()
    watches: dict[str, list[Watch]] = defaultdict(list)
    for watch in standing.watches:
        watches[watch.component].append(watch)
    needs = {watch.component: watch.needs for watch in standing.watches if watch.needs and watch.end is None}
    touched |= {name for name, built_on in needs.items() if touched & set(built_on)}
    newest, at = dict(standing.told), standing.told_at
    notices: list[Notice] = []
    waiting: set[str] = set()
    span = Span(now - LOOK_BACK, now + 1)

    @cache
    def of(component: str) -> tuple[Outage, ...]:
        return outages(component, combine(_parts(standing, watches.get(component, ()), span), span))

    for component in sorted(touched):
        found: Sequence[Outage] = of(component)
        last = newest.get(component)
        if component in needs:
            found, waits = _own(standing, found, last, needs, of, now)
            waiting |= {component} if waits else set()
        found = calm(found, _unstable(standing, watches.get(component, ())))
        for notice in tell(component, found, last, max(now, at + 1)):
            notices.append(notice)
            newest[component], at = notice, notice.at
    return replace(standing, told=newest, told_at=at, waiting=frozenset(waiting)), tuple(notices)


def _own(
    standing: Standing, found: Sequence[Outage], last: Notice | None, needs: Needs, of: Find, now: int
) -> tuple[list[Outage], bool]:
    """The outages that are to be told as the component's own, and whether one of them may become so later."""
    kept: list[Outage] = []
    waits = False
    for outage in found:
        is_told = last is not None and last.kind == "opened" and (outage.end is None or outage.end > last.start)
        involved = {outage.component, *needed(outage.component, needs)}
        slack = slack_of(_in_force(standing, involved))
        cause = because(outage, needs, of, slack)
        over = cause[1].end if cause else None
        is_longer = over is not None and (now if outage.end is None else outage.end) > over + 2 * slack
        in_doubt = not cause and outage.end is None and _is_in_doubt(standing, outage, needs, now)
        if is_told or is_longer or not (cause or in_doubt):
            kept.append(outage)
        elif outage.end is None:
            waits = True
    return kept, waits


def _is_in_doubt(standing: Standing, outage: Outage, needs: Needs, now: int) -> bool:
    """Whether something that the component needs has failed and is not confirmed, or was not asked since the outage began."""
    held = {(observation.probe, observation.location) for observation, _ in standing.held}
    for watch in _in_force(standing, needed(outage.component, needs)):
        key = (watch.probe, watch.location)
        folding = standing.foldings.get(key, Folding())
        is_fresh = folding.at is not None and folding.at >= outage.start
        is_awaited = not is_fresh and now <= outage.start + watch.interval_ms * 3 // 2000
        if folding.is_doubtful or key in held or is_awaited:
            return True
    return False


def _in_force(standing: Standing, components: set[str]) -> Iterator[Watch]:
    return (watch for watch in standing.watches if watch.component in components and watch.end is None)


def _unstable(standing: Standing, watches: Iterable[Watch]) -> list[tuple[int, int | None]]:
    """Since when these probes are unstable, or in which spans they were last."""
    spans: list[tuple[int, int | None]] = []
    for watch in watches:
        folding = standing.foldings.get((watch.probe, watch.location), Folding())
        if watch.end is None and folding.unstable is not None:
            spans.append((folding.unstable, None))
        elif watch.end is None and folding.calmed is not None:
            spans.append(folding.calmed)
    return spans


def _parts(standing: Standing, watches: Iterable[Watch], span: Span) -> list[Part]:
    parts: list[Part] = []
    for watch in watches:
        key = (watch.probe, watch.location)
        cover = standing.foldings.get(key, Folding()).cover
        parts.append((watch, timeline(standing.marks.get(key, ()), cover, span)))
    return parts
