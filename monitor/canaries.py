"""Whether our own line works. Canaries are addresses of others, independent of every target and of one another; they are asked
only when a target could not be reached, so that a broken line of ours is not taken for an outage of everybody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from monitor.clock import Clock
from monitor.reach import fault_of, reach
from monitor.resolver import DeniedError, NoSuchNameError, Resolver, UnresolvableError

SECONDS = 2.0
KEPT_MS = 1000
FEWEST = 3  # of two that disagree, nobody could say which is right

Endpoint = tuple[str, int]


class Canaries:
    """Asked at most once a second, on behalf of all that wonder at that moment."""

    def __init__(self, clock: Clock, resolver: Resolver) -> None:
        self._clock = clock
        self._resolver = resolver
        self._endpoints: tuple[Endpoint, ...] = ()
        self._asking: asyncio.Task[bool] | None = None
        self._begun_ms = 0

    def use(self, endpoints: Sequence[Endpoint]) -> None:
        """From now on ask these."""
        self._endpoints = tuple(endpoints)
        self._asking = None

    def close(self) -> None:
        """Nobody wants to know any more."""
        if self._asking:
            self._asking.cancel()

    async def answer(self) -> bool | None:
        """True when at least half of them answer now, which shows that the line works; None when there are none."""
        if not self._endpoints:
            return None
        now = self._clock.monotonic_ms()
        if self._asking is None or now - self._begun_ms > KEPT_MS:
            self._asking, self._begun_ms = asyncio.create_task(self._ask()), now
        return await asyncio.shield(self._asking)  # one that gives up does not take the answer from the others

    async def _ask(self) -> bool:
        found = await asyncio.gather(*(self._one(*each) for each in self._endpoints), return_exceptions=True)
        return sum(each is True for each in found) * 2 >= len(found)

    async def _one(self, host: str, port: int) -> bool:
        async def connect(address: str) -> asyncio.StreamWriter:
            _, writer = await asyncio.open_connection(address, port)
            return writer

        try:
            async with asyncio.timeout(SECONDS):
                made = await reach(await self._resolver.addresses(host), connect, _close)
        except (TimeoutError, DeniedError, NoSuchNameError, UnresolvableError):
            return False
        except OSError as error:
            fault = fault_of(error)
            return fault is not None and fault.kind == "connect"  # a refusal came over the line
        await _close(made)
        return True


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
