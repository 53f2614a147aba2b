"""Observations of one probe, folded into its states, one at a time.

The rules:

* An observation speaks from the second it began until the next one begins, for at most one and a half intervals. What nothing
  speaks for is unknown.
* ``confirm`` failures in a row make it down, from the first of them on; ``recover`` successes in a row end that, from the first
  of them on. A run that is broken before it is confirmed changes nothing.
* Unknown observations, and time without any, neither break a run nor lengthen it: being blind is no evidence.
* A failure that was never confirmed, at a time when nothing was known yet, stays unknown.
* An observation made blind is back-dated to when blindness began, unless something was seen since.

What the fold has drawn can still change back to where an unconfirmed run began, never further: that is a ``Redraw``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.timeline.flapping import KEPT, is_unstable
from monitor.timeline.model import REASONS, Observation, Outcome, Reason, State, Stretch, Timeline, Watch, extend
from monitor.timeline.span import Span

COMPACT = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Mark:
    """``state`` holds from second ``at`` until the next mark."""

    at: int
    state: State
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Redraw:
    """Replace every mark at or after ``start`` by these."""

    start: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Folding:
    """Where the fold of one probe stands. ``Folding()`` has seen nothing yet.

    ``standing`` is the confirmed side: operational or down, or None before anything was confirmed. ``tail`` is what was seen
    since a run against it began, drawn provisionally; ``run`` counts that run; ``before`` is the mark in force ahead of the
    tail. ``up`` is the last state seen that was not a failure, ``down`` the reason of the standing outage, ``at`` the second of
    the newest observation. ``results`` are the last that count for flapping, ``u`` and ``x``; ``unstable`` is since when it flaps,
    ``calmed`` when it did so last.
    """

    slot_ms: int | None = None
    cover: int | None = None
    standing: State | None = None
    run: int = 0
    tail: tuple[Mark, ...] = ()
    before: Mark | None = None
    up: Mark | None = None
    down: Reason | None = None
    at: int | None = None
    results: str = ""
    unstable: int | None = None
    calmed: tuple[int, int] | None = None

    @property
    def is_doubtful(self) -> bool:
        """True while there are failures that are not confirmed yet."""
        return self.run > 0 and self.standing is not State.DOWN

    def dumps(self) -> str:
        """As compact JSON text, for the record."""
        return COMPACT(
            [
                self.slot_ms,
                self.cover,
                self.standing,
                self.run,
                [_pack(mark) for mark in self.tail],
                _pack(self.before),
                _pack(self.up),
                self.down.code if self.down else None,
                self.at,
                self.results,
                self.unstable,
                self.calmed,
            ]
        )

    @classmethod
    def loads(cls, text: str) -> Folding:
        """What ``dumps`` wrote."""
        slot_ms, cover, standing, run, tail, before, up, down, *more = json.loads(text)
        at, results, unstable, calmed = more or (None, "", None, None)  # a record of before has no more
        marks = tuple(mark for mark in map(_unpack, tail) if mark)
        side = State(standing) if standing else None
        return cls(
            slot_ms,
            cover,
            side,
            run,
            marks,
            _unpack(before),
            _unpack(up),
            REASONS[down] if down else None,
            at,
            results,
            unstable,
            (calmed[0], calmed[1]) if calmed else None,
        )


def fold(
    folding: Folding, observation: Observation, watch: Watch, dark: int | None = None
) -> tuple[Folding, Redraw | None]:
    """One more observation, under the terms it was made on. An observation of a slot already passed changes nothing.

    ``dark`` is the second since which we were blind when it was made; None when we were not.
    """
    if folding.slot_ms is not None and observation.slot_ms <= folding.slot_ms:
        return folding, None
    if dark is None and _is_as_ever(folding, observation):
        return _lengthened(folding, observation, watch), None
    since = observation.at
    if dark is not None and folding.at is not None and folding.at < dark:
        since = min(since, dark)
    at = max(since, folding.tail[-1].at if folding.tail else since)
    gap = _gap(folding, at)
    seen = (*folding.tail, *gap, Mark(at, _raw(observation.outcome), observation.reason))
    after = _judge(folding, seen, watch)
    drawn = _draw(after, seen, folding)
    cover = _cover(observation, watch, at)
    before = folding.before if after.tail or not drawn else drawn[-1]
    redraw = Redraw(seen[0].at, drawn) if drawn or folding.tail else None
    results, unstable, calmed = _flapped(folding, observation)
    return replace(
        after,
        slot_ms=observation.slot_ms,
        cover=cover,
        before=before,
        at=observation.at,
        results=results,
        unstable=unstable,
        calmed=calmed,
    ), redraw


def _cover(observation: Observation, watch: Watch, at: int) -> int:
    """Until when it speaks."""
    return max((observation.start_ms * 2 + watch.interval_ms * 3) // 2000, at + 1)


def _is_as_ever(folding: Folding, observation: Observation) -> bool:
    """One more pass of what stands and passed before, which is nearly all there is: nothing is drawn for it."""
    return (
        observation.outcome is Outcome.PASS
        and folding.standing is State.OPERATIONAL
        and folding.before is not None
        and folding.before.state is State.OPERATIONAL
        and not folding.tail
        and folding.cover is not None
        and folding.cover >= observation.at
    )


def _lengthened(folding: Folding, observation: Observation, watch: Watch) -> Folding:
    """The same, as far as this observation speaks: what the general rules would come to, without the way there."""
    at, (results, unstable, calmed) = observation.at, _flapped(folding, observation)
    return Folding(
        observation.slot_ms,
        _cover(observation, watch, at),
        State.OPERATIONAL,
        0,
        (),
        folding.before,
        Mark(at, State.OPERATIONAL),
        folding.down,
        at,
        results,
        unstable,
        calmed,
    )


def timeline(marks: Sequence[Mark], cover: int | None, span: Span) -> Timeline:
    """The marks of one probe as a partition of the span; unknown before the first mark and from ``cover`` on."""
    stretches: list[Stretch] = []
    known_end = min(span.end, cover if cover is not None else span.start)
    edges = [mark.at for mark in marks[1:]] + [known_end]
    if not marks or marks[0].at > span.start:
        extend(stretches, span.start, min(marks[0].at, span.end) if marks else span.end, State.UNKNOWN)
    for mark, edge in zip(marks, edges, strict=True) if marks else ():
        extend(stretches, max(mark.at, span.start), min(edge, known_end), mark.state, mark.reason)
    done = stretches[-1].span.end if stretches else span.start
    extend(stretches, done, span.end, State.UNKNOWN)
    return tuple(stretches)


def _flapped(folding: Folding, seen: Observation) -> tuple[str, int | None, tuple[int, int] | None]:
    """Whether it is stable, after one more result: what counts, since when it is not, and when it was not last."""
    since = folding.unstable
    if seen.outcome is Outcome.UNKNOWN:
        return folding.results, since, folding.calmed
    results = (folding.results + ("x" if seen.outcome is Outcome.FAIL else "u"))[-KEPT:]
    if is_unstable(results, was=since is not None):
        return results, seen.at if since is None else since, folding.calmed
    return results, None, folding.calmed if since is None else (since, max(seen.at, since + 1))


def _judge(folding: Folding, seen: tuple[Mark, ...], watch: Watch) -> Folding:
    """Which side stands after the newest of ``seen``, and whether a run against it is still open (it then keeps a tail)."""
    newest = seen[-1]
    up = newest if newest.state in (State.OPERATIONAL, State.DEGRADED) else folding.up
    if newest.state is State.UNKNOWN:
        return replace(folding, tail=_squeeze(seen) if folding.tail else ())
    if (newest.state is State.DOWN) == (folding.standing is State.DOWN):
        return replace(folding, run=0, tail=(), up=up, standing=folding.standing or State.OPERATIONAL)
    run = folding.run + 1
    if newest.state is State.DOWN and run >= watch.confirm:
        first = next(mark for mark in seen if mark.state is State.DOWN)
        return replace(folding, standing=State.DOWN, down=first.reason, run=0, tail=())
    if newest.state is not State.DOWN and run >= watch.recover:
        return replace(folding, standing=State.OPERATIONAL, up=up, run=0, tail=())
    return replace(folding, run=run, tail=_squeeze(seen))


def _draw(after: Folding, seen: tuple[Mark, ...], ahead: Folding) -> tuple[Mark, ...]:
    """The marks for what was seen, given what now stands; only where the state changes."""
    drawn: list[Mark] = []
    last_up = ahead.up
    for mark in seen:
        if mark.state in (State.OPERATIONAL, State.DEGRADED):
            last_up = mark
        said = _said(mark, after, last_up)
        if drawn and drawn[-1].at == said.at:
            drawn.pop()
        last = drawn[-1] if drawn else ahead.before
        if last is None or (last.state, last.reason) != (said.state, said.reason):
            drawn.append(said)
    return tuple(drawn)


def _said(mark: Mark, after: Folding, last_up: Mark | None) -> Mark:
    """What one seen mark says once it is known which side stands."""
    if mark.state is State.UNKNOWN:
        return mark
    if after.standing is State.DOWN:
        return Mark(mark.at, State.DOWN, after.down)
    if mark.state is not State.DOWN:
        return Mark(mark.at, mark.state, mark.reason)
    if last_up:
        return Mark(mark.at, last_up.state, last_up.reason)
    return Mark(mark.at, State.UNKNOWN, Reason.UNCONFIRMED)


def _gap(folding: Folding, at: int) -> tuple[Mark, ...]:
    """The time between what the last observation spoke for and this one, when there is any."""
    if folding.cover is None or folding.cover >= at:
        return ()
    return (Mark(folding.cover, State.UNKNOWN, Reason.NO_OBSERVATION),)


def _squeeze(seen: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """The same without unknown marks that follow an unknown mark, so that a tail stays short however long we were blind."""
    return tuple(
        mark
        for i, mark in enumerate(seen)
        if i == 0 or mark.state is not State.UNKNOWN or seen[i - 1].state is not State.UNKNOWN
    )


def _raw(outcome: Outcome) -> State:
    return {
        Outcome.PASS: State.OPERATIONAL,
        Outcome.DEGRADED: State.DEGRADED,
        Outcome.FAIL: State.DOWN,
        Outcome.UNKNOWN: State.UNKNOWN,
    }[outcome]


def _pack(mark: Mark | None) -> list[object] | None:
    return [mark.at, mark.state, mark.reason.code if mark.reason else None] if mark else None


def _unpack(packed: Sequence[object] | None) -> Mark | None:
    if packed is None:
        return None
    at, state, code = packed
    return Mark(int(str(at)), State(str(state)), REASONS[int(str(code))] if code else None)
