"""Whether our own line works. Canaries are addresses of others, independent of every target and of one another. They are asked
each few seconds, so that it is known when we became blind, and at once when a target failed, so that a broken line of ours is not
taken for an outage of everybody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from monitor.clock import Clock
from monitor.timeline.blind import CANARIES, Blind

EACH = 5.0  # seconds
KEPT_MS = 1000
FEWEST = 3  # of two that disagree, nobody could say which is right

Ask = Callable[[Any], Awaitable[bool | None]]


class Canaries:
    """Asked at most once a second, on behalf of all that wonder at that moment.

    ``ask`` says whether one canary answered, None when we were too busy to tell. ``told`` hears when blindness begins and ends.
    """

    def __init__(self, clock: Clock, ask: Ask) -> None:
        self._clock = clock
        self._ask_one = ask
        self._canaries: tuple[Any, ...] = ()
        self._quorum = 0
        self._asking: asyncio.Task[bool] | None = None
        self._begun_ms = 0
        self._watching: asyncio.Task[None] | None = None
        self._since: int | None = None
        self._told: Callable[[Blind], object] = lambda _: None

    def use(self, canaries: tuple[Any, ...], quorum: int = 0) -> None:
        """From now on ask these; ``quorum`` of them that fail make us blind (0: more than half)."""
        self._canaries, self._quorum = canaries, quorum or len(canaries) // 2 + 1
        self._asking = None

    def watch(self, told: Callable[[Blind], object], since: int | None = None) -> None:
        """Ask each few seconds, and tell. ``since`` is the second since which we were blind already."""
        self._told, self._since = told, since
        self._watching = asyncio.get_running_loop().create_task(self._watch(), name="canaries")

    def close(self) -> None:
        """Nobody wants to know any more."""
        for task in (self._asking, self._watching):
            if task:
                task.cancel()

    async def answer(self) -> bool | None:
        """False when so many fail now that our line must be broken; None when there are none to ask."""
        wondered = self._clock.monotonic_ms()
        while self._canaries:
            now = self._clock.monotonic_ms()
            if self._asking is None or (self._asking.done() and now - self._begun_ms >= KEPT_MS):
                self._asking, self._begun_ms = asyncio.create_task(self._ask()), now
            begun = self._begun_ms
            works = await asyncio.shield(self._asking)  # one that gives up does not take the answer from the others
            if not works or begun >= wondered:
                return works
            await asyncio.sleep(max(0, begun + KEPT_MS - self._clock.monotonic_ms()) / 1000)
        return None

    async def _watch(self) -> None:
        while True:
            await self.answer()
            if not self._canaries and self._since is not None:
                self._sees(self._clock.now())
            await asyncio.sleep(EACH)

    async def _ask(self) -> bool:
        began = self._clock.now()
        found = await asyncio.gather(*map(self._ask_one, self._canaries))
        if None in found:
            return self._since is None
        if sum(not each for each in found) < self._quorum:
            self._sees(began)
            return True
        if self._since is None:
            self._since = began
            self._told(Blind(began, None, CANARIES))
        return False

    def _sees(self, now: int) -> None:
        """Blindness is over, when there was any."""
        if self._since is not None:
            self._told(Blind(self._since, max(now, self._since + 1), CANARIES))
            self._since = None
