"""What is known of the endpoints that call us, and keeping what they say before it is acknowledged."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256

from monitor.clock import Clock
from monitor.timeline.signals import Life, Sign, Signal, live

Keep = Callable[[Sequence[Signal]], Awaitable[None]]
KEPT_AT_ONCE = 500
STALL_MS = 5_000  # who calls waits as long as this, and is heard after it


class NobodyListensError(Exception):
    """Calls are not heard at the moment, which is our own fault."""


class Heartbeats:
    """The endpoints that call us: whose a token is, what is known of each, and until when somebody listened to it.

    That is shown by the looks at it: as long as they follow one another the monitor was there. A longer pause between two of
    them, be it a restart, a stopped process or a clock that jumped, is kept as time in which nobody listened.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keep: Keep | None = None
        self._owners: dict[bytes, str] = {}
        self._lives: dict[str, Life] = {}
        self._looked: dict[str, int] = {}
        self._deaf: set[str] = set()
        self._waiting: list[tuple[Signal, asyncio.Future[None]]] = []
        self._keeping: asyncio.Task[None] | None = None
        self.is_open = False

    def use(self, tokens: Mapping[str, str], lives: Mapping[str, Life], looked: Mapping[str, int], keep: Keep) -> None:
        """From now on listen to these probes, by their tokens. Of each new one ``lives`` and ``looked`` say what was known, and
        when it was looked at last. ``keep`` commits signals, or raises what says that it could not.
        """
        self._keep = keep
        self._owners = {_digest(token): probe for probe, token in tokens.items()}
        self._lives = {probe: self._lives.get(probe) or lives[probe] for probe in tokens}
        fresh = {probe: looked[probe] for probe in tokens if probe not in self._looked}
        self._looked = {probe: self._looked.get(probe, fresh.get(probe, 0)) for probe in tokens}
        self._deaf = (self._deaf | set(fresh)) & set(tokens)

    def known(self) -> frozenset[str]:
        """The probes that are listened to."""
        return frozenset(self._lives)

    def whose(self, token: str) -> str | None:
        """The probe that has this token, found in a time that says nothing about the tokens there are; None for no one's."""
        digest, found = _digest(token), None
        for other, probe in self._owners.items():
            if hmac.compare_digest(digest, other):
                found = probe
        return found

    async def opened(self) -> None:
        """Calls are heard from now on."""
        self.is_open = True
        now = self._clock.now_ms()
        await asyncio.gather(*(self._mend(probe, now) for probe in tuple(self._deaf)))

    def closed(self) -> None:
        """Calls are not heard any more."""
        self.is_open = False
        self._deaf |= self._lives.keys()

    async def hear(self, signal: Signal) -> None:
        """Keep a signal, then know of it. When this returns it is on disk; it raises what ``keep`` raises."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((signal, done))
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep_waiting(), name="signals")
        await done

    async def look(self, probe: str, pace_ms: int) -> tuple[Life, int]:
        """What is known of a probe that is looked at each ``pace_ms``, and since when it was not looked at.

        NobodyListensError when it is not listened to.
        """
        if not self.is_open or probe not in self._lives:
            raise NobodyListensError("nothing listens for its calls")
        now, before = self._clock.now_ms(), self._looked[probe]
        if probe in self._deaf or now - before > pace_ms * 3 // 2 + STALL_MS:
            await self._mend(probe, now)
        self._looked[probe] = now
        return self._lives[probe], before

    async def _mend(self, probe: str, now_ms: int) -> None:
        """Keep that nobody listened to a probe since it was looked at last."""
        since = min(self._looked[probe], now_ms)  # a clock may have been set back
        await self.hear(Signal(probe, since, Sign.UNHEARD, now_ms))
        self._looked[probe] = now_ms
        self._deaf.discard(probe)

    async def _keep_waiting(self) -> None:
        """Commit what waits, many at once, until nothing does."""
        while self._waiting:
            batch, self._waiting = self._waiting[:KEPT_AT_ONCE], self._waiting[KEPT_AT_ONCE:]
            try:
                assert self._keep is not None  # noqa: S101 -- ``use`` came before any signal
                await self._keep([signal for signal, _ in batch])
            except Exception as error:  # noqa: BLE001 -- told to whoever called, whatever it is
                self._deaf |= self._lives.keys()
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            for signal, done in batch:
                if signal.probe in self._lives:
                    self._lives[signal.probe] = live(self._lives[signal.probe], [signal])
                if not done.done():
                    done.set_result(None)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
