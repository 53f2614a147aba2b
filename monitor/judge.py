"""Pure: one turn of judging. New observations in; what changed, and what must be told, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.incidents.telling import tell
from monitor.timeline.fold import Folding, Mark, Redraw, fold, timeline
from monitor.timeline.model import Observation, Watch
from monitor.timeline.outage import outages
from monitor.timeline.quorum import Part, combine
from monitor.timeline.record import KEPT_MARKS, Key, Notice, Standing
from monitor.timeline.span import Span

LOOK_BACK = 40 * 86_400


@dataclass(frozen=True)
class Turn:
    """What one turn found: the standing after it, and what of it the record must keep."""

    standing: Standing
    redraws: tuple[tuple[Key, Redraw], ...] = ()
    foldings: Mapping[Key, Folding] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


def judge(standing: Standing, seen: Iterable[tuple[Observation, Watch]], now: int) -> Turn:
    """Fold observations, each under the terms it was made on, and find what they open and close."""
    foldings, marks = dict(standing.foldings), dict(standing.marks)
    changed: dict[Key, Folding] = {}
    redraws: list[tuple[Key, Redraw]] = []
    touched: set[str] = set()
    for observation, watch in sorted(seen, key=lambda pair: pair[0].slot_ms):
        key = (observation.probe, observation.location)
        after, redraw = fold(foldings.get(key, Folding()), observation, watch)
        foldings[key] = changed[key] = after
        if redraw:
            redraws.append((key, redraw))
            marks[key] = _redrawn(marks.get(key, ()), redraw)
            touched.add(watch.component)
    stands, notices = _told(replace(standing, foldings=foldings, marks=marks), touched, now)
    return Turn(stands, tuple(redraws), changed, notices)


def rewatch(standing: Standing, watches: Sequence[Watch], now: int) -> Turn:
    """The same after other watches came into force: what nobody watches any more ends where the watching ended."""
    changed = {watch.component for watch in set(watches) ^ set(standing.watches)}
    stands, notices = _told(replace(standing, watches=tuple(watches)), changed, now)
    return Turn(stands, notices=notices)


def _told(standing: Standing, components: Iterable[str], now: int) -> tuple[Standing, tuple[Notice, ...]]:
    """Tell of the outages of these components that began or ended."""
    told, at = dict(standing.told), standing.told_at
    notices: list[Notice] = []
    names = set(components)
    watches: dict[str, list[Watch]] = {name: [] for name in names}
    for watch in standing.watches if names else ():
        if watch.component in names:
            watches[watch.component].append(watch)
    span = Span(now - LOOK_BACK, now + 1)
    for component in sorted(names):
        found = outages(component, combine(_parts(standing, watches[component], span), span))
        for notice in tell(component, found, told.get(component), max(now, at + 1)):
            notices.append(notice)
            told[component], at = notice, notice.at
    return replace(standing, told=told, told_at=at), tuple(notices)


def _parts(standing: Standing, watches: Iterable[Watch], span: Span) -> list[Part]:
    parts: list[Part] = []
    for watch in watches:
        key = (watch.probe, watch.location)
        cover = standing.foldings.get(key, Folding()).cover
        parts.append((watch, timeline(standing.marks.get(key, ()), cover, span)))
    return parts


def _redrawn(marks: tuple[Mark, ...], redraw: Redraw) -> tuple[Mark, ...]:
    kept = tuple(mark for mark in marks if mark.at < redraw.start)
    return (kept + redraw.marks)[-KEPT_MARKS:]
