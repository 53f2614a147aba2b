"""Pure: one turn of judging. New observations in; what changed, and what must be told, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.news import told
from monitor.timeline.blind import CORRELATED, Blind, ended, judged
from monitor.timeline.fold import Folding, Mark, Redraw, fold
from monitor.timeline.model import Observation, Outcome, Watch
from monitor.timeline.record import KEPT_MARKS, JournalEntry, Key, Notice, Standing
from monitor.timeline.sight import Flock, Look, flock, looked, targets

KEPT_BLINDS = 20
Seen = tuple[Observation, Watch]


@dataclass(frozen=True)
class Turn:
    """What one turn found: the standing after it, and what of it the record must keep."""

    standing: Standing
    redraws: tuple[tuple[Key, Redraw], ...] = ()
    foldings: Mapping[Key, Folding] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    journal: tuple[JournalEntry, ...] = ()


def judge(standing: Standing, seen: Iterable[Seen], now: int, line: Iterable[Blind] = ()) -> Turn:
    """Fold observations, each under the terms it was made on, and find what they open and close.

    ``line`` is what the canaries told since the last turn of when we became blind, and of when we were no longer.
    """
    heard = sorted(seen, key=lambda pair: pair[0].slot_ms)
    looks = _looks(standing.looks, heard)
    blinds = standing.blinds
    for each in line:
        is_known = bool(blinds) and blinds[-1].start == each.start
        blinds = (*(blinds[:-1] if is_known else blinds), each)
    view = _view(replace(standing, looks=looks), heard)
    blinds = _correlated(blinds, view, now, is_guarded=standing.is_guarded)
    judging, held = _settled((*standing.held, *heard), blinds, view)
    turn = _folded(replace(standing, looks=looks, blinds=blinds[-KEPT_BLINDS:], held=held), judging, now)
    return replace(turn, journal=_noted(standing.blinds, blinds))


def rewatch(standing: Standing, watches: Sequence[Watch], now: int, *, is_guarded: bool = False) -> Turn:
    """The same after other watches came into force: what nobody watches any more ends where the watching ended."""
    changed = {watch.component for watch in set(watches) ^ set(standing.watches)}
    stands = replace(standing, watches=tuple(watches), is_guarded=is_guarded, targets=targets(watches))
    stands, notices = told(stands, changed | set(standing.waiting), now)
    return Turn(stands, notices=notices)


def _looks(before: Mapping[Key, Look], heard: Iterable[Seen]) -> dict[Key, Look]:
    looks = dict(before)
    for observation, _ in heard:
        key = (observation.probe, observation.location)
        look = looked(looks.get(key), observation)
        if look:
            looks[key] = look
    return looks


def _view(standing: Standing, heard: Iterable[Seen]) -> Flock | None:
    """What is in view, when anything depends on it."""
    is_open = bool(standing.blinds) and standing.blinds[-1].end is None
    is_doubtful = standing.held or any(observation.outcome is Outcome.FAIL for observation, _ in heard)
    if standing.targets is None or not (is_open or (is_doubtful and not standing.is_guarded)):
        return None
    return flock(standing.targets, standing.looks)


def _correlated(blinds: tuple[Blind, ...], view: Flock | None, now: int, *, is_guarded: bool) -> tuple[Blind, ...]:
    """The blind spans, with one that begins or ends because of how many targets fail."""
    last = blinds[-1] if blinds else None
    if last and last.end is None:
        if last.cause != CORRELATED:
            return blinds
        sees = None if is_guarded or view is None else view.sees(last.start * 1000, last.hosts)
        if sees is None:
            return ended(blinds, now) if is_guarded or view is None else blinds
        return ended(blinds, sees // 1000)
    found = None if is_guarded or view is None else view.correlated()
    if found is None:
        return blinds
    start = max(found[0] // 1000, last.end if last and last.end else 0)
    return (*blinds, Blind(start, None, CORRELATED, found[1]))


def _settled(
    waiting: Iterable[Seen], blinds: tuple[Blind, ...], view: Flock | None
) -> tuple[list[Seen], tuple[Seen, ...]]:
    """What can be judged now, and what must wait: a failure of which it is not known yet whether it is ours, and all after it."""
    judging: list[Seen] = []
    held: list[Seen] = []
    stuck: set[Key] = set()
    for pair in waiting:
        observation, watch = pair
        key = (observation.probe, observation.location)
        is_failure = view is not None and observation.outcome is Outcome.FAIL and judged(observation, blinds)[1] is None
        # What calls us may have run for hours: that it failed was seen within its interval.
        seen_ms = min(observation.end_ms, observation.start_ms + watch.interval_ms)
        if key in stuck or (is_failure and view is not None and not view.clears(seen_ms)):
            stuck.add(key)
            held.append(pair)
        else:
            judging.append(pair)
    return judging, tuple(held)


def _folded(standing: Standing, judging: Iterable[Seen], now: int) -> Turn:
    foldings, marks = dict(standing.foldings), dict(standing.marks)
    changed: dict[Key, Folding] = {}
    redraws: list[tuple[Key, Redraw]] = []
    touched: set[str] = set()
    for observation, watch in judging:
        key = (observation.probe, observation.location)
        before = foldings.get(key, Folding())
        counted, dark = judged(observation, standing.blinds)
        after, redraw = fold(before, counted, watch, dark)
        foldings[key] = changed[key] = after
        if redraw:
            redraws.append((key, redraw))
            marks[key] = _redrawn(marks.get(key, ()), redraw)
        if redraw or before.unstable != after.unstable or before.is_doubtful:
            touched.add(watch.component)
    stands, notices = told(replace(standing, foldings=foldings, marks=marks), touched, now)
    return Turn(stands, tuple(redraws), changed, notices)


def _noted(before: tuple[Blind, ...], after: tuple[Blind, ...]) -> tuple[JournalEntry, ...]:
    """What became known of blindness, for the journal."""
    known = set(before)
    noted: list[JournalEntry] = []
    for each in after:
        if each not in known:
            if replace(each, end=None) not in known:
                noted.append(JournalEntry(each.start, "blind", each.detail))
            if each.end is not None:
                noted.append(JournalEntry(each.end, "sighted", each.detail))
    return tuple(noted)


def _redrawn(marks: tuple[Mark, ...], redraw: Redraw) -> tuple[Mark, ...]:
    kept = tuple(mark for mark in marks if mark.at < redraw.start)
    return (kept + redraw.marks)[-KEPT_MARKS:]
