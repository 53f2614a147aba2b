"""The worker: each turn gathers observations, judges them, and applies what follows to the record, which it alone writes.

Probes run as coroutines on one event loop, each with its own deadline, so that none waits for another. The record is written by
one thread, in batches at most half a second apart. While it cannot be written, observations wait in memory, the newest
``BUFFER`` of them; what overflows is gone, and therefore unknown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from monitor.clock import Clock
from monitor.config import Config
from monitor.housekeeping import announced, in_words, sealed
from monitor.judge import Turn, judge, rewatch
from monitor.listening import Listening
from monitor.loop import settle
from monitor.probes import Probe, Tools, observe
from monitor.repeats import Repeats, unconfirmed
from monitor.schedule import Due, Schedule, place_of, spread
from monitor.sla.periods import instant
from monitor.store import Record, StoreError
from monitor.stories import Stories
from monitor.timeline.blind import CANARIES, Blind
from monitor.timeline.model import Observation, Outcome, Phases, Reason, State, Verdict, Watch
from monitor.timeline.record import Batch, JournalEntry, Key, Standing

LOCATION = "local"
TURN_SECONDS = 0.5
RETRY_SECONDS = 5.0
BUFFER = 100_000
log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A probe as it is being asked: its settings, the terms in force, and its slots."""

    probe: Probe
    watch: Watch
    due: Due


class Worker:
    """Probes what the configuration says until it is told to stop."""

    def __init__(self, config: Config, clock: Clock, tools: Tools, open_record: Callable[[], Record]) -> None:
        self._config = config
        self._clock = clock
        self._tools = tools
        self._open_record = open_record
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="record")
        self._schedule = Schedule(clock, self._fire, self._missed, self._stepped)
        self._stories = Stories(clock, self._write)
        self._listening = Listening(tools, LOCATION, self._write)
        self.standing = Standing()
        self._asked: dict[Key, Asked] = {}
        self._in_flight: dict[Key, asyncio.Task[None]] = {}
        self._repeats = Repeats(clock, self._ask_again)
        self._seen: list[tuple[Observation, Watch]] = []
        self._line: list[Blind] = []
        self._journal: list[JournalEntry] = []
        self._is_failing = False
        self._deciding = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> None:
        """Probe until ``stop`` is set; what was seen by then is committed. StoreError when the record cannot be opened."""
        await self.begin()
        self._schedule.every(60, self._keep_house)
        self._schedule.start()
        log.info("probing %d endpoints of %d components", len(self._asked), len(self._config.components))
        try:
            while not stop.is_set():
                await self.turn()
                await wait(stop, RETRY_SECONDS if self._is_failing else TURN_SECONDS)
        finally:
            await self.end()

    async def begin(self) -> None:
        """Open the record, remember, and take the configuration into use; nothing is asked yet."""
        self._record = await self._write(self._open_record)
        self.standing = await self._write(self._remember)
        last = self.standing.blinds[-1:]
        still = [each.start for each in last if each.end is None and each.cause == CANARIES]
        self._tools.canaries.watch(self._line.append, still[0] if still else None)
        await self.apply(self._config)
        self._note("started", await self._write(self._record.about))
        loop = asyncio.get_running_loop()
        self._record.examine(lambda fault: loop.call_soon_threadsafe(self._note, "damaged", fault))

    async def apply(self, config: Config) -> None:
        """Take a configuration into use: its probes are due from now on, unchanged ones in the slots they had.

        StoreError when the record cannot be written; what was probed before goes on.
        """
        now = self._clock.now()
        watches = [
            Watch(p.id, c.id, LOCATION, now, None, p.interval, p.confirm, p.recover, c.need, p.independent(), c.needs)
            for c in config.components
            for p in c.probes
        ]
        async with self._deciding:
            await self._write(lambda: self._record.watch(watches, now))
            kept = await self._write(self._record.watches)
            is_guarded = bool(config.network.canaries)
            if not await self._apply(rewatch(self.standing, kept, now, is_guarded=is_guarded), ()):
                raise StoreError("the record cannot be written")
        in_force = {(watch.probe, watch.location): watch for watch in kept if watch.end is None}
        probes = {(p.id, LOCATION): p for c in config.components for p in c.probes}
        intervals = {key: in_force[key].interval_ms for key in probes}
        places = spread(intervals, self._places(intervals))
        dues = {key: Due(key, in_force[key].interval_ms, place) for key, place in places.items()}
        await self._listening.apply(config, self._record, self.standing)
        for probe in probes.values():
            probe.prepare()
        # From here to the plan nothing waits: what is due meanwhile finds what it is due for.
        self._asked = {key: Asked(probe, in_force[key], dues[key]) for key, probe in probes.items()}
        self._config = config
        self._tools.canaries.use(config.network.canaries, config.network.quorum or 0)
        self._tools.resolver.forbid(config.network.forbidden)
        self._schedule.plan(asked.due for asked in self._asked.values())
        self._resume()
        settle()
        await self._announce()
        await self._stories.look(self._record, config)

    def _places(self, intervals: Mapping[Key, int]) -> dict[Key, int]:
        """Where probes are due that were asked at this pace before, by us or by the run before."""
        found = {}
        for key, interval in intervals.items():
            asked, folding = self._asked.get(key), self.standing.foldings.get(key)
            place = asked.due.offset_ms if asked and asked.due.interval_ms == interval else None
            if place is None and folding and folding.slot_ms is not None:
                place = place_of(*key, interval, folding.slot_ms)
            if place is not None:
                found[key] = place
        return found

    def _remember(self) -> Standing:
        """Read back from the record what was known when it was last written."""
        now = self._clock.now()
        return self._record.standing(now)

    # -- gather ------------------------------------------------------------------------------------------------------------

    def _fire(self, due: Due, slot_ms: int) -> None:
        asked = self._asked[due.key]
        if due.key in self._in_flight:
            self._lose(asked, slot_ms, "the probe before it had not ended")
            return
        self._ask(asked, slot_ms)

    def _ask(self, asked: Asked, slot_ms: int) -> None:
        key = asked.due.key
        task = asyncio.get_running_loop().create_task(self._observe(asked, slot_ms))
        self._in_flight[key] = task
        task.add_done_callback(lambda _: self._in_flight.pop(key, None))

    async def _observe(self, asked: Asked, slot_ms: int) -> None:
        observation = await observe(asked.probe, asked.watch.location, slot_ms, self._tools)
        self.saw(observation, asked.watch)
        if observation.outcome is Outcome.FAIL:
            self._plan_again(asked, slot_ms, observation.start_ms)

    def _plan_again(self, asked: Asked, slot_ms: int, began_ms: int) -> None:
        """Ask sooner than the next slot, while a failure is not confirmed."""
        every, key = asked.probe.confirm_every, asked.due.key
        folding = self.standing.foldings.get(key)
        if every is None or self._asked.get(key) != asked or (folding and folding.standing is State.DOWN):
            return
        self._repeats.plan(asked.due, slot_ms, began_ms, every, asked.watch.confirm - 1)

    def _ask_again(self, due: Due, slot_ms: int) -> None:
        asked = self._asked.get(due.key)
        if asked and asked.due == due and due.key not in self._in_flight:
            self._ask(asked, slot_ms)

    def _resume(self) -> None:
        """After a start or a reload: failures that were not confirmed by then are asked again as they would have been."""
        self._repeats.clear()
        for key, slot_ms, began_ms in unconfirmed(self.standing):
            if key in self._asked:
                self._plan_again(self._asked[key], slot_ms, began_ms)

    def saw(self, observation: Observation, watch: Watch) -> None:
        """Have the next turn judge and commit this."""
        self._seen.append((observation, watch))
        if len(self._seen) > BUFFER:
            del self._seen[: len(self._seen) - BUFFER]

    def _missed(self, due: Due, slot_ms: int, count: int) -> None:
        asked = self._asked[due.key]
        self._lose(asked, slot_ms, f"{count} slots passed while the monitor was held up")

    def _lose(self, asked: Asked, slot_ms: int, why: str) -> None:
        """A slot in which we did not ask is recorded as such: unknown, by our own fault."""
        verdict = Verdict.unknown(Reason.OVERLOAD, why)
        now = max(self._clock.now_ms(), slot_ms)
        self.saw(Observation(asked.probe.id, asked.watch.location, slot_ms, now, Phases(0), verdict), asked.watch)

    def _stepped(self, before_ms: int, after_ms: int) -> None:
        step = (after_ms - before_ms) / 1000
        log.warning("the wall clock jumped by %+.1f s", step)
        self._note("clock-step", f"{step:+.1f} s")

    def _note(self, kind: str, detail: str) -> None:
        self._journal.append(JournalEntry(self._clock.now(), kind, detail))

    # -- decide, apply -----------------------------------------------------------------------------------------------------

    async def turn(self) -> None:
        """Judge and commit what was seen since the last turn. What cannot be committed is kept for the next."""
        async with self._deciding:  # a reload judges too, and each must begin where the other ended
            seen, self._seen = self._seen, []
            line = tuple(self._line)
            turn = judge(self.standing, seen, self._clock.now(), line)
            if await self._apply(turn, tuple(observation for observation, _ in seen)):
                del self._line[: len(line)]
            else:
                self._seen = seen + self._seen
        if self._stories.is_due:
            await self._stories.look(self._record, self._config)

    async def _apply(self, turn: Turn, observations: tuple[Observation, ...]) -> bool:
        journal, self._journal = self._journal, []
        batch = Batch(
            at=self._clock.now(),
            observations=observations,
            redraws=turn.redraws,
            foldings=turn.foldings,
            notices=turn.notices,
            journal=(*turn.journal, *journal),
        )
        try:
            await self._write(lambda: self._record.append(batch))
        except StoreError as error:
            self._journal = journal + self._journal
            if not self._is_failing:
                log.error("the record cannot be written, observations wait in memory: %s", error)
            self._is_failing = True
            return False
        if self._is_failing:
            log.info("the record is written again")
        self._is_failing = False
        self.standing = turn.standing
        if turn.notices:
            self._stories.met()
        for notice in turn.notices:
            log.warning("%s", in_words(notice))
        for entry in turn.journal:
            log.warning("%s since %s (%s)", entry.kind, instant(entry.at), entry.detail)
        return True

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _keep_house(self) -> None:
        """Each minute: tell the record what is planned, seal the periods that have closed."""
        await self._announce()
        try:
            for name in await self._write(lambda: sealed(self._record, self._config, self._clock.now())):
                log.info("sealed the statement of %s", name)
        except StoreError as error:
            log.error("a closed period could not be sealed yet: %s", error)

    async def _announce(self) -> None:
        """Planned maintenance that the record does not know yet is announced in it from now on."""
        try:
            for subject in await self._write(lambda: announced(self._record, self._config, self._clock.now())):
                log.info("told the record of the maintenance %s", subject)
        except (StoreError, ValueError) as error:  # a record that cannot be followed stops no probing
            log.error("planned maintenance could not be told to the record yet: %s", error)

    async def end(self) -> None:
        """Probes in flight are given up, which is nobody's downtime; the rest is committed."""
        self._schedule.stop()
        self._repeats.clear()
        await self._listening.close()
        for task in list(self._in_flight.values()):
            task.cancel()
        await asyncio.gather(*self._in_flight.values(), return_exceptions=True)
        self._note("stopped", "")
        await self.turn()
        await self._write(self._record.close)
        self._thread.shutdown()


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, or less when ``stop`` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
