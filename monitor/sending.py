"""From the outbox to the receivers: each lane by itself, so that one which hangs holds up nothing but itself.

A receiver gets one message at a time, in order. What fails is tried again ever more slowly; when the fault is one that meets
everybody on a lane, such as a mail server that is away, the whole lane waits and nothing is counted against anybody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import TypeVar

from monitor.channels import NotSent, Refused
from monitor.clock import Clock
from monitor.mishaps import Mishaps
from monitor.store import Delivery, Outbox, Outcome, StoreError
from monitor.store.outbox import GIVEN_UP, SENT, WAITING
from monitor.telling.retry import LEAST, PAUSES, again_ms, is_hopeless

AT_ONCE = {"email": 8, "webhook": 50, "slack": 20, "teams": 20}
LOOK_SECONDS = 0.5
NOTE_SECONDS = 0.2
GRACE_SECONDS = 7.0  # for what is being sent when we are to stop: less than those who stop us wait
RESTS = PAUSES[:3]  # of a lane: somebody may repair it any minute
FETCHED = 400
T = TypeVar("T")
Send = Callable[[Delivery], Awaitable[None]]
log = logging.getLogger(__name__)


class Lane:
    """One way to tell: a channel of the operators, or one kind of subscribers."""

    def __init__(
        self, name: str, outbox: Outbox, clock: Clock, send: Send, store: Executor, mishaps: Mishaps
    ) -> None:  # fmt: skip
        self.name = name
        self._outbox = outbox
        self._clock = clock
        self._send = send
        self._store = store
        self._mishaps = mishaps
        self._most = AT_ONCE.get(name, 1)
        self._flying: dict[str, asyncio.Task[None]] = {}  # by receiver
        self._done: list[Outcome] = []
        self._back: list[str] = []  # receivers of which all that was begun is done
        self._faults = 0  # that met everybody, one after the other
        self._rests_until_ms = 0
        self._is_failing = False
        self._is_ending = False
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Send what is due until told to end; what was sent by then is noted. What is cancelled in the middle is sent again."""
        try:
            while not self._is_ending:
                self.wake.clear()
                try:
                    began = await self._turn()
                except StoreError as error:
                    log.error("what is to be told over %s cannot be read or noted: %s", self.name, error)
                    began = 0
                except Exception as error:  # noqa: BLE001 -- what one lane cannot read keeps no other from telling
                    self._mishaps.met(error, f"what is to be told over {self.name}")
                    began = 0
                if not began:
                    await self._rest()
            await self._land()
        finally:
            for task in self._flying.values():
                task.cancel()
            await asyncio.gather(*self._flying.values(), return_exceptions=True)
            await self._note_what_can_be()

    def end(self) -> None:
        """Begin nothing more."""
        self._is_ending = True
        self.wake.set()

    async def _land(self) -> None:
        """Let what is being sent come to its end, for a while."""
        latest = self._clock.monotonic_ms() + GRACE_SECONDS * 1000
        while self._clock.monotonic_ms() < latest:
            flying = [each for each in self._flying.values() if not each.done()]
            if not flying:
                return
            await asyncio.wait(flying, timeout=NOTE_SECONDS)
            await self._note_what_can_be()

    async def _note_what_can_be(self) -> None:
        try:
            await self._note()
        except StoreError as error:
            log.error("what was told over %s could not be noted and is told again: %s", self.name, error)

    async def _rest(self) -> None:
        pause = NOTE_SECONDS if self._flying or self._done else LOOK_SECONDS
        try:
            async with asyncio.timeout(pause):
                await self.wake.wait()
        except TimeoutError:
            return

    async def _turn(self) -> int:
        """Note what was done and begin what is due; how many were begun."""
        await self._note()
        if self._clock.monotonic_ms() < self._rests_until_ms:
            return 0
        room = (1 if self._faults else self._most) - len(self._flying)
        if room <= 0:
            return 0
        begun = 0
        for each in await self._in_thread(self._found):
            while len(self._flying) >= (1 if self._faults else self._most):
                await asyncio.wait(self._flying.values(), return_when=asyncio.FIRST_COMPLETED, timeout=NOTE_SECONDS)
                await self._note()
                if self._faults or self._is_ending:
                    return begun
            self._flying[each[0].receiver] = asyncio.create_task(self._deliver(each))
            begun += 1
        return begun

    def _found(self) -> list[list[Delivery]]:
        """Those that were never tried before those that failed, of which there are only so many at once."""
        busy = list(self._flying)
        fresh = self._outbox.due(self.name, FETCHED, busy, fresh=True)
        return fresh + self._outbox.due(self.name, max(1, self._most // 2), busy, fresh=False)

    async def _note(self) -> None:
        done, back = list(self._done), list(self._back)
        if not done:
            return
        await self._in_thread(lambda: self._outbox.note(done))
        del self._done[: len(done)]
        del self._back[: len(back)]
        for each in back:
            self._flying.pop(each, None)

    async def _deliver(self, mine: list[Delivery]) -> None:
        """All of one receiver, one after the other, until one fails."""
        try:
            for each in mine:
                outcome = await self._delivered(each)
                self._done.append(outcome)
                if outcome.state == WAITING or self._is_ending:
                    break
        finally:
            self._back.append(mine[0].receiver)
            self.wake.set()

    async def _delivered(self, delivery: Delivery) -> Outcome:
        now = self._clock.now_ms()
        try:
            await self._send(delivery)
        except Refused as error:
            self._fails(str(error))
            return Outcome(delivery.id, GIVEN_UP, str(error))
        except NotSent as error:
            return self._again(delivery, error)
        except Exception as error:  # noqa: BLE001 -- a mistake of ours ends one delivery, not the teller
            self._mishaps.met(error, f"telling over {self.name}")
            if is_hopeless(delivery.made_ms, now, delivery.tried):  # or nothing would ever come after it
                return Outcome(delivery.id, GIVEN_UP, type(error).__name__)
            return Outcome(delivery.id, WAITING, type(error).__name__, again_ms(delivery.tried + 1, delivery.id, now))
        self._works()
        return Outcome(delivery.id, SENT)

    def _again(self, delivery: Delivery, error: NotSent) -> Outcome:
        now, why = self._clock.now_ms(), str(error)
        self._fails(why)
        tried = LEAST if error.everybody else delivery.tried  # what meets everybody is not counted as a try
        if is_hopeless(delivery.made_ms, now, tried):
            return Outcome(delivery.id, GIVEN_UP, why)
        if error.everybody:
            if self._clock.monotonic_ms() >= self._rests_until_ms:  # those beside it met the same fault, not another
                self._faults += 1
                pause = RESTS[min(self._faults, len(RESTS)) - 1]
                self._rests_until_ms = self._clock.monotonic_ms() + pause * 1000
            return Outcome(delivery.id, WAITING, why, now, counts=False)
        return Outcome(delivery.id, WAITING, why, again_ms(delivery.tried + 1, delivery.id, now, error.after))

    def _works(self) -> None:
        if self._faults:
            self._faults, self._rests_until_ms = 0, 0
        if self._is_failing and self._most <= AT_ONCE["email"]:
            log.info("%s works again", self.name)
            self._is_failing = False

    def _fails(self, why: str) -> None:
        """Said once, until it works again."""
        if not self._is_failing:
            log.warning("not everything could be told over %s (%s); meetlat deliveries shows it", self.name, why)
            self._is_failing = True

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._store, work)
