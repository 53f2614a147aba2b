"""When each probe is due, and starting it then. The door to APScheduler, which owns the tick and the housekeeping.

A probe with interval ``i`` is due at ``k * i + offset`` milliseconds since the epoch; the offset is a stable hash of the probe and
its location, so that load is spread and neither restarts nor reloads move a slot; a crowded second sends some elsewhere. Offsets
are multiples of ``TOGETHER_MS``: those that begin together find what they need in the caches of the processor.
APScheduler wakes us each second; the slots of the next two seconds are then armed as timers of the event loop, which follow the
monotonic clock. A guard compares the two clocks four times a second, because APScheduler sleeps by the wall clock: after a step
everything is planned anew from now. Slots that have passed are never made up for: they are reported as missed.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.clock import Clock
from monitor.timeline.record import Key

HORIZON_MS = 2_000
GUARD_MS = 250
EARLY_MS = 2
TOGETHER_MS = 25  # of many, those that begin together cost a quarter less than one by one
SECOND_MS = 1_000
CHOICES = 16  # of a place that are looked for
REPEATS_MS = 100  # by which the slots of what is asked once more come after that of the first question
FEW = 3  # that begin in one second are no crowd


@dataclass(frozen=True, slots=True)
class Due:
    """One series of slots: what is asked (``key``), how often, and where in the interval."""

    key: Any
    interval_ms: int
    offset_ms: int

    def slot_from(self, instant_ms: int) -> int:
        """The first slot at or after the instant."""
        passed = (instant_ms - self.offset_ms + self.interval_ms - 1) // self.interval_ms
        return passed * self.interval_ms + self.offset_ms

    def slots_between(self, start_ms: int, end_ms: int) -> int:
        """How many slots lie in ``[start, end)``."""
        return max(0, (self.slot_from(end_ms) - self.slot_from(start_ms)) // self.interval_ms)


def offset_ms(probe: str, location: str, interval_ms: int, choice: int = 0) -> int:
    """Where in its interval a probe is due: stable over restarts, even over many probes. It has a second choice, and so on."""
    name = f"{probe}\0{location}" + (f"\0{choice}" if choice else "")
    digest = blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % max(1, interval_ms // TOGETHER_MS) * TOGETHER_MS


def spread(intervals: Mapping[Key, int], kept: Mapping[Key, int] | None = None) -> dict[Key, int]:
    """Where in its interval each probe at its location is due, of all that are asked.

    That is its ``offset_ms``, unless that second has twice the mean of those with this interval already, and at least three:
    then it is its next choice. Whose place is ``kept`` stays there, so that a further probe moves no other.
    """
    many = Counter(intervals.values())
    places = {key: place for key, place in (kept or {}).items() if key in intervals}
    begun = Counter((intervals[key], place // SECOND_MS) for key, place in places.items())
    fresh = intervals.keys() - places.keys()
    for probe, location in sorted(fresh, key=lambda key: (offset_ms(key[0], key[1], 1 << 63), key)):
        interval = intervals[probe, location]
        most = max(FEW, 2 * SECOND_MS * many[interval] // interval)
        choice = 0
        while begun[interval, (place := offset_ms(probe, location, interval, choice)) // SECOND_MS] >= most:
            choice += 1
        begun[interval, place // SECOND_MS] += 1
        places[probe, location] = place
    return places


def place_of(probe: str, location: str, interval_ms: int, slot_ms: int) -> int | None:
    """Where a probe was due that had this slot, or was asked once more in it; None when it was due by other terms."""
    for choice in range(CHOICES):
        place = offset_ms(probe, location, interval_ms, choice)
        if 0 <= slot_ms % interval_ms - place < REPEATS_MS:
            return place
    return None


def again(due: Due, slot_ms: int, began_ms: int, every_ms: int, times: int) -> tuple[int, int] | None:
    """The slot and the moment of asking once more after a failure in a slot that was asked at ``began_ms``; None when not to.

    A question that is asked again has the slot of the regular one before it plus one, two and so on up to ``times``, which no other
    has. It must leave ``every_ms`` before the next regular one, which then takes its place.
    """
    regular = due.slot_from(slot_ms - due.interval_ms + 1)
    at = began_ms + every_ms
    if slot_ms - regular >= times or at + every_ms > regular + due.interval_ms:
        return None
    return slot_ms + 1, at


Fire = Callable[[Due, int], None]
Missed = Callable[[Due, int, int], None]
Stepped = Callable[[int, int], None]


class Schedule:
    """Starts ``fire(due, slot_ms)`` for each slot on the running event loop.

    ``missed(due, slot_ms, count)`` is told of slots that passed by more than half an interval, with the newest of them, and
    ``stepped(before_ms, after_ms)`` of a wall clock that jumped.
    """

    def __init__(self, clock: Clock, fire: Fire, missed: Missed, stepped: Stepped) -> None:
        self._clock = clock
        self._fire = fire
        self._missed = missed
        self._stepped = stepped
        self._heap: list[tuple[int, int, Due]] = []
        self._armed: dict[tuple[int, int], tuple[asyncio.TimerHandle, Due]] = {}
        self._dues: tuple[Due, ...] = ()
        self._guard: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def plan(self, dues: Iterable[Due]) -> None:
        """Replace what is due by this, from now on. An unchanged series keeps its slots, because they are computed."""
        self._dues = tuple(dues)
        now = self._clock.now_ms()
        for (slot, i), (timer, due) in sorted(self._armed.items(), key=lambda armed: armed[0]):
            if slot <= now and due in self._dues:  # reached, but the loop has not come to it yet
                timer.cancel()
                self._reached(due, i, slot)
        self._replan(now + 1)
        if self._guard:  # what is due before the next wake must not wait for it
            self._tick()

    def every(self, seconds: int, job: Callable[[], Coroutine[None, None, None]]) -> None:
        """Housekeeping: await ``job`` each so many seconds, one at a time, late rather than never. Never in a thread pool."""
        self._scheduler.add_job(job, _Beat(seconds), coalesce=True, max_instances=1, misfire_grace_time=None)

    def start(self) -> None:
        """Begin, on the running event loop."""
        self.every(1, self._wake)
        self._scheduler.start()
        self._tick()
        self._guard = asyncio.get_running_loop().create_task(self._watch_clock(), name="clock-guard")

    def stop(self) -> None:
        """Start nothing any more."""
        if self._guard:
            self._guard.cancel()
        self._disarm()
        self._heap.clear()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _watch_clock(self) -> None:
        """Notice that the wall clock jumped against the monotonic one, and plan anew."""
        ahead = self._clock.now_ms() - self._clock.monotonic_ms()
        while True:
            await asyncio.sleep(GUARD_MS / 1000)
            now, mono = self._clock.now_ms(), self._clock.monotonic_ms()
            step, ahead = now - mono - ahead, now - mono
            if abs(step) < GUARD_MS:
                continue
            self._replan(now)
            for job in self._scheduler.get_jobs():
                job.reschedule(job.trigger)
            self._tick()
            self._stepped(now - step, now)

    def _replan(self, now_ms: int) -> None:
        self._disarm()
        self._heap = [(due.slot_from(now_ms), i, due) for i, due in enumerate(self._dues)]
        heapq.heapify(self._heap)

    def _disarm(self) -> None:
        for timer, _ in self._armed.values():
            timer.cancel()
        self._armed.clear()

    async def _wake(self) -> None:
        self._tick()

    def _tick(self) -> None:
        """Arm the slots of the next two seconds."""
        now = self._clock.now_ms()
        while self._heap and self._heap[0][0] <= now + HORIZON_MS:
            slot, i, due = heapq.heappop(self._heap)
            after = slot + due.interval_ms
            if after <= now:
                after = due.slot_from(now)
                self._missed(due, after - due.interval_ms, due.slots_between(slot, after))
            else:
                self._arm(due, i, slot, now)
            heapq.heappush(self._heap, (after, i, due))

    def _arm(self, due: Due, i: int, slot: int, now: int) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(max(0, slot - now) / 1000, self._reached, due, i, slot)
        self._armed[(slot, i)] = (timer, due)

    def _reached(self, due: Due, i: int, slot: int) -> None:
        self._armed.pop((slot, i), None)
        now = self._clock.now_ms()
        if now < slot - EARLY_MS:  # the clock was slowed or set back a little
            self._arm(due, i, slot, now)
        elif now - slot > due.interval_ms // 2:
            self._missed(due, slot, 1)
        else:
            self._fire(due, slot)


class _Beat(BaseTrigger):  # type: ignore[misc]
    """Each so many seconds: always the first beat after now, so that a clock years ahead never lists the missed ones."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:  # noqa: ARG002
        beat = (int(now.timestamp()) // self._seconds + 1) * self._seconds
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=beat)
