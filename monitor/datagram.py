"""A question and its answer in single packets. Packets get lost, so the question is asked again each second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from monitor.reach import NoAnswerError

T = TypeVar("T")
AGAIN = 1.0
KEPT = 64


class _Packets(asyncio.DatagramProtocol):
    """What came in: the first packets, and the first fault."""

    def __init__(self) -> None:
        self.found: asyncio.Queue[bytes | Exception] = asyncio.Queue(KEPT)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 -- asyncio's name
        self._keep(data)

    def error_received(self, exc: Exception) -> None:
        self._keep(exc)

    def _keep(self, found: bytes | Exception) -> None:
        if not self.found.full():  # a flood is not worth remembering
            self.found.put_nowait(found)


async def exchange(address: str, port: int, ask: Callable[[], bytes], take: Callable[[bytes], T | None]) -> T:
    """What ``take`` makes of the first packet of which it makes something. OSError, or NoAnswerError after a flood of others.

    The deadline is the caller's.
    """
    loop = asyncio.get_running_loop()
    transport, packets = await loop.create_datagram_endpoint(_Packets, remote_addr=(address, port))
    try:
        for _ in range(KEPT):
            transport.sendto(ask())
            try:
                async with asyncio.timeout(AGAIN):
                    return await _taken(packets, take)
            except TimeoutError:
                continue
        raise NoAnswerError("timeout", f"asked {KEPT} times, never answered")
    finally:
        transport.abort()
        await asyncio.sleep(0)


async def _taken(packets: _Packets, take: Callable[[bytes], T | None]) -> T:
    for _ in range(KEPT):
        found = await packets.found.get()
        if isinstance(found, Exception):
            raise found
        taken = take(found)
        if taken is not None:
            return taken
    raise NoAnswerError("protocol", f"{KEPT} packets that are no answer")
