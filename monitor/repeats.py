"""Asking once more, sooner than the next slot, while a failure is not confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from monitor.clock import Clock
from monitor.schedule import Due, again
from monitor.timeline.model import Outcome
from monitor.timeline.record import Key, Standing


def unconfirmed(standing: Standing) -> Iterator[tuple[Key, int, int]]:
    """Each probe whose newest failure is not confirmed: its slot, and when it was asked, both in milliseconds."""
    held = {(seen.probe, seen.location): seen for seen, _ in standing.held}
    for key in standing.foldings.keys() | held.keys():
        waiting, folding = held.get(key), standing.foldings.get(key)
        if waiting and waiting.outcome is Outcome.FAIL:
            yield key, waiting.slot_ms, waiting.start_ms
        elif folding and folding.is_doubtful and folding.slot_ms is not None and folding.at is not None:
            yield key, folding.slot_ms, folding.at * 1000


class Repeats:
    """Calls ``ask(due, slot_ms)`` when it is time to ask a probe once more, on the running event loop."""

    def __init__(self, clock: Clock, ask: Callable[[Due, int], None]) -> None:
        self._clock = clock
        self._ask = ask
        self._timers: dict[Key, asyncio.TimerHandle] = {}

    def plan(self, due: Due, slot_ms: int, began_ms: int, every_ms: int, times: int) -> None:
        """After a failure in this slot, which was asked at ``began_ms``: at most so many ``times`` between two regular slots."""
        found = again(due, slot_ms, began_ms, every_ms, times)
        if found:
            slot, at = found
            pause = max(0, at - self._clock.now_ms()) / 1000
            self._timers[due.key] = asyncio.get_running_loop().call_later(pause, self._ask, due, slot)

    def clear(self) -> None:
        """Ask nothing once more of what was planned so far."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
