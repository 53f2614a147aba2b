"""Does a host answer to ping?"""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._packets import resolved
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.timeline.model import Reason, Verdict
from monitor.values import host, whole

PAUSE = 0.2
PAST = 200  # packets of others that are passed over


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``count`` echo requests are sent to ``host``. A pass is an answer to at least ``least`` of them; fewer is degraded, none
    failed.

    It needs no privilege but that of the kernel: ``net.ipv4.ping_group_range`` must hold the group of the monitor; where it does
    not, all is unknown.
    """

    host: Annotated[str, host]
    count: Annotated[int, whole(1, 20)] = 3
    least: Annotated[int, whole(1, 20)] = 1

    asserted: ClassVar[tuple[str, ...]] = ("answer", "least")

    def __post_init__(self) -> None:
        if self.least > self.count:
            raise ValueError("least cannot be more than count")
        if self.count * PAUSE * 1000 >= self.deadline:
            raise ValueError(f"{self.count} packets do not fit in the timeout, with {PAUSE} s between them")

    def target(self) -> str:
        """The host."""
        return self.host


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Send, and count what comes back."""
    addresses = await resolved(probe.host, tools, course)
    begun = tools.clock.ticks_us()
    with course.look("answer"):
        ping = await _first(addresses, probe.count)
    course.first_byte_us = tools.clock.ticks_us() - begun
    try:
        answers = await ping.rest()
    finally:
        await ping.close()
    said = f"{answers} of {probe.count} packets answered"
    wrong = Verdict.degraded(Reason.TIMEOUT, said) if answers < probe.least else None
    return course.judged([Check("least", wrong, said)]) or Verdict.passed()


async def _first(addresses: Sequence[str], count: int) -> Ping:
    """Requests to the first address that answers one."""
    try:
        return await reach(addresses, lambda address: _answered(address, count), _closed)
    except OSError as error:
        if error.errno == errno.EACCES:
            raise NoAnswerError(
                "internal", "the kernel lets us send no pings: see net.ipv4.ping_group_range"
            ) from error
        raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error


def opened(address: str) -> socket.socket:
    """A socket on which the kernel lets anybody ping that address, if it lets him. OSError when not."""
    family, protocol = (socket.AF_INET6, 58) if ":" in address else (socket.AF_INET, socket.IPPROTO_ICMP)
    made = socket.socket(family, socket.SOCK_DGRAM, protocol)
    try:
        made.setblocking(False)
        made.connect((address, 0))
    except OSError:
        made.close()
        raise
    return made


class Ping:
    """Echo requests to one address, told from those of others by words drawn by lot."""

    def __init__(self, address: str, count: int) -> None:
        self._is_6 = ":" in address
        self._socket = opened(address)
        self._lot = secrets.token_bytes(8)
        self._count = count
        self._seen: set[int] = set()
        self._sending: asyncio.Task[None] | None = None

    async def first(self) -> None:
        """Begin to send, and wait for an answer."""
        await self._send(0)
        self._sending = asyncio.create_task(self._send_others())
        await self._until(1)

    async def rest(self) -> int:
        """How many were answered, when the last has had as long as there is between two."""
        try:
            async with asyncio.timeout(PAUSE * (self._count + 1)):
                await self._until(self._count)
        except TimeoutError:
            pass
        return len(self._seen)

    async def close(self) -> None:
        """Send and hear no more."""
        if self._sending:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        await asyncio.sleep(0)  # the loop looks away before the descriptor is another's
        self._socket.close()

    async def _send(self, number: int) -> None:
        await asyncio.get_running_loop().sock_sendall(self._socket, request(number, self._lot, self._is_6))

    async def _send_others(self) -> None:
        for number in range(1, self._count):
            await asyncio.sleep(PAUSE)
            await self._send(number)

    async def _until(self, wanted: int) -> None:
        for _ in range(PAST):
            if len(self._seen) >= wanted:
                return
            said = await asyncio.get_running_loop().sock_recv(self._socket, 2048)
            number = answer(said, self._lot, self._is_6)
            if number is not None and number < self._count:
                self._seen.add(number)


def request(number: int, lot: bytes, is_6: bool) -> bytes:
    """An echo request. The kernel writes the identifier, and for IPv6 the sum."""
    head = bytes([128 if is_6 else 8, 0])
    rest = bytes(2) + number.to_bytes(2, "big") + lot
    words = [int.from_bytes((head + b"\0\0" + rest)[i : i + 2], "big") for i in range(0, 16, 2)]
    total = sum(words)
    total = (total & 0xFFFF) + (total >> 16)
    return head + (~(total + (total >> 16)) & 0xFFFF).to_bytes(2, "big") + rest


def answer(said: bytes, lot: bytes, is_6: bool) -> int | None:
    """Which of our requests this answers; None when it is none of them."""
    is_ours = len(said) >= 16 and said[0] == (129 if is_6 else 0) and said[8:16] == lot
    return int.from_bytes(said[6:8], "big") if is_ours else None


async def _answered(address: str, count: int) -> Ping:
    ping = Ping(address, count)
    try:
        await ping.first()
    except BaseException:
        await ping.close()
        raise
    return ping


async def _closed(ping: Ping) -> None:
    await ping.close()
