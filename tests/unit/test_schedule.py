"""Slots, and starting probes in them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import Clock
from monitor.schedule import TOGETHER_MS, Due, Schedule, offset_ms, place_of, spread


@dataclass(frozen=True)
class Jumpy(Clock):
    """The machine's clock, as wrong as a test wants it."""

    ahead_ms: list[int] = field(default_factory=lambda: [0])

    def now_ms(self) -> int:
        """The wall clock, plus what it is ahead."""
        return time.time_ns() // 1_000_000 + self.ahead_ms[0]


@dataclass
class Heard:
    """What a schedule reported."""

    fired: list[tuple[str, int, float]] = field(default_factory=list)
    missed: list[tuple[str, int, int]] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)

    def schedule(self, clock: Clock) -> Schedule:
        """A schedule that reports here."""
        return Schedule(
            clock,
            fire=lambda due, slot: self.fired.append((str(due.key), slot, time.monotonic())),
            missed=lambda due, slot, count: self.missed.append((str(due.key), slot, count)),
            stepped=lambda before, after: self.steps.append(after - before),
        )

    def longest_gap(self, until: float) -> float:
        """The longest time without a start, in seconds."""
        times = [when for _, _, when in self.fired]
        return max(b - a for a, b in zip(times, [*times[1:], until], strict=True))


async def run(heard: Heard, clock: Jumpy, jumps: list[tuple[float, int]], seconds: float) -> None:
    """Run one probe each 500 ms and let the clock jump at the given moments."""
    schedule = heard.schedule(clock)
    schedule.plan([Due("a", 500, 130)])
    schedule.start()
    begun = time.monotonic()
    for at, ahead in jumps:
        await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
        clock.ahead_ms[0] = ahead
    await asyncio.sleep(max(0.0, begun + seconds - time.monotonic()))
    schedule.stop()


HOUR = 3_600_000
YEAR = 365 * 24 * HOUR


def test_a_stepped_clock_neither_stops_nor_bursts_probing() -> None:
    """An hour back, an hour forward, ten years forward and back: probing goes on at its pace, and each step is reported."""
    heard, clock = Heard(), Jumpy()
    jumps = [(1.0, -HOUR), (2.5, 0), (4.0, HOUR), (5.5, 10 * YEAR), (7.0, 0)]
    asyncio.run(run(heard, clock, jumps, 8.5))
    assert [round(step / HOUR) for step in heard.steps] == [-1, 1, 1, 10 * 365 * 24 - 1, -10 * 365 * 24]
    assert heard.longest_gap(time.monotonic()) < 0.5 + 1.0  # the interval and a second
    assert 8.5 / 0.5 - 2 * len(jumps) <= len(heard.fired) <= 8.5 / 0.5 + 2 * len(jumps) + 1
    # A busy machine may hold us up for some slots, which are then recorded as missed; a step that lost slots would lose thousands.
    assert sum(count for _, _, count in heard.missed) <= 5


def test_slots_are_met_and_never_early() -> None:
    """Each start lies in its slot, and every slot of the time gets one."""
    heard = Heard()
    asyncio.run(run(heard, Jumpy(), [], 2.2))
    slots = [slot for _, slot, _ in heard.fired]
    assert slots == list(range(slots[0], slots[-1] + 1, 500))
    assert {slot % 500 for slot in slots} == {130}


def test_a_stalled_loop_reports_missed_slots_and_makes_up_for_none() -> None:
    """After a pause of four seconds there is no burst: what passed is reported missed, once, with its number."""
    heard = Heard()

    async def stalled() -> None:
        schedule = heard.schedule(Clock())
        schedule.plan([Due("a", 500, 0)])
        schedule.start()
        await asyncio.sleep(0.6)
        time.sleep(4)  # noqa: ASYNC251 -- the point is to block the loop
        before = len(heard.fired)
        await asyncio.sleep(0.3)
        assert len(heard.fired) - before <= 2
        schedule.stop()

    asyncio.run(stalled())
    assert 6 <= sum(count for _, _, count in heard.missed) <= 9


def test_replanning_keeps_the_phase_of_what_stays() -> None:
    """A reload that adds a probe does not move the slots of the others."""
    heard = Heard()

    async def reloaded() -> None:
        schedule = heard.schedule(Clock())
        schedule.plan([Due("a", 400, 50)])
        schedule.start()
        await asyncio.sleep(0.9)
        schedule.plan([Due("b", 400, 250), Due("a", 400, 50)])
        await asyncio.sleep(0.9)
        schedule.stop()

    asyncio.run(reloaded())
    slots = [slot for key, slot, _ in heard.fired if key == "a"]
    assert slots == list(range(slots[0], slots[-1] + 1, 400))
    assert "b" in {key for key, _, _ in heard.fired}


@given(st.integers(0, 10**13), st.integers(1_000, 10**8), st.integers(0, 10**8))
def test_slots_are_computed(instant: int, interval: int, offset: int) -> None:
    """The next slot is never in the past, never more than an interval away, and always on the same grid."""
    due = Due("a", interval, offset % interval)
    slot = due.slot_from(instant)
    assert instant <= slot < instant + interval
    assert slot % interval == offset % interval
    assert due.slots_between(instant, instant + 10 * interval) == 10


@given(st.text(max_size=20), st.text(max_size=8), st.integers(1_000, 10**7))
def test_an_offset_is_stable_and_inside_the_interval(probe: str, location: str, interval: int) -> None:
    """The same probe always has the same place in its interval."""
    assert 0 <= offset_ms(probe, location, interval) < interval
    assert offset_ms(probe, location, interval) == offset_ms(probe, location, interval)
    assert offset_ms(probe, location, interval) % TOGETHER_MS == 0, "many begin together, which costs less"


@given(st.text(max_size=8), st.sampled_from([90, 100, 600, 1000]), st.sampled_from([1_500, 10_000, 60_000]))
def test_no_second_has_more_than_twice_its_share(name: str, number: int, interval: int) -> None:
    """Of the starts, whatever the probes are called; and after a restart they are where they were."""
    intervals = {(f"{name}-{i}", "local"): interval for i in range(number)}
    places = spread(intervals)
    assert places.keys() == intervals.keys()
    assert all(0 <= place < interval for place in places.values())
    assert max(Counter(place // 1000 for place in places.values()).values()) <= 2 * number * 1000 / interval
    assert spread(dict(reversed(intervals.items()))) == places


def test_one_more_probe_moves_hardly_another() -> None:
    """Three of a thousand at most; nobody who has another interval."""
    intervals = {(f"probe-{i}", "local"): 60_000 for i in range(1000)}
    before = spread(intervals | {("slow", "local"): 3_600_000})
    after = spread(intervals | {("one-more", "local"): 60_000, ("slow", "local"): 3_600_000})
    assert sum(after[key] != place for key, place in before.items()) <= 3
    assert before["slow", "local"] == offset_ms("slow", "local", 3_600_000)


def test_a_further_probe_moves_no_other() -> None:
    """Whose place is known, from this run or by the record from the one before, stays there; the cap holds for the rest."""
    keys = [(f"p{n}", "local") for n in range(1000)]
    before = spread(dict.fromkeys(keys, 60_000))
    now = 1_767_225_600_000
    known = {key: place_of(*key, 60_000, Due(key, 60_000, place).slot_from(now)) for key, place in before.items()}
    assert known == before
    assert (
        place_of("p1", "local", 60_000, Due("", 60_000, before["p1", "local"]).slot_from(now) + 2)
        == before["p1", "local"]
    )
    assert place_of("p1", "local", 45_000, now) is None
    more = [*keys, *((f"new{n}", "local") for n in range(1000))]
    after = spread(dict.fromkeys(more, 60_000), before)
    assert all(after[key] == place for key, place in before.items())
    crowd = Counter(place // 1000 for place in after.values())
    assert max(crowd.values()) <= 2 * 2000 // 60
