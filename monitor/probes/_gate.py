"""The one way by which a browser comes out: a proxy of our own (SOCKS 5, RFC 1928), so that names are looked up, addresses denied
and failures blamed as for any other probe, whatever the page asks for and wherever it redirects to.
"""

from __future__ import annotations

import asyncio
import ipaddress
from contextlib import suppress

from monitor.probes import Course, Tools
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.resolver import DeniedError, NoSuchNameError, UnresolvableError

LIMIT = 64 << 20
PIECE = 64 << 10
KEPT = 1000
VERSION, CONNECT, IPV4, NAME, IPV6 = 5, 1, 1, 3, 4
LENGTHS = {IPV4: 4, IPV6: 16}
GRANTED, REFUSED, UNREACHABLE = 0, 2, 4
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Gate:
    """``faults`` are why hosts were not reached. No more than 64 MiB come through."""

    def __init__(self, tools: Tools, course: Course) -> None:
        self._tools = tools
        self._course = course
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._left = LIMIT
        self.faults: dict[str, Exception] = {}
        self.port = 0

    @property
    def is_full(self) -> bool:
        """Whether too much came through."""
        return self._left <= 0

    async def __aenter__(self) -> Gate:
        self._server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for each in self._open:
            each.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task  # noqa: S101 -- a coroutine runs in one
        self._open.add(task)
        try:
            with suppress(OSError, EOFError, asyncio.CancelledError):  # a browser that leaves is no news
                await self._through(reader, writer)
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = await _wanted(reader, writer)
        try:
            there, back = await self._connected(host, port)
        except (OSError, NoAnswerError, NoSuchNameError, UnresolvableError, DeniedError) as error:
            if len(self.faults) < KEPT:
                self.faults[host] = error
            writer.write(_answer(REFUSED if isinstance(error, DeniedError) else UNREACHABLE))
            await writer.drain()
            return
        try:
            writer.write(_answer(GRANTED))
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        finally:
            back.transport.abort()

    async def _connected(self, host: str, port: int) -> Streams:
        begun = self._tools.clock.ticks_us()
        try:
            addresses = await self._tools.resolver.addresses(host)
        except ValueError as error:
            raise NoSuchNameError("not a name") from error
        found = self._tools.clock.ticks_us()
        try:
            made = await reach(addresses, lambda address: asyncio.open_connection(address, port), _hang_up)
        except OSError as error:
            raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error
        if self._course.dns_us is None:  # of the first, which is that of the first page
            self._course.dns_us, self._course.connect_us = found - begun, self._tools.clock.ticks_us() - found
        return made

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while self._left > 0 and (piece := await reader.read(PIECE)):
                self._left -= len(piece)
                writer.write(piece)
                await writer.drain()
            if self.is_full:
                writer.transport.abort()
            elif writer.can_write_eof():
                writer.write_eof()


async def _hang_up(streams: Streams) -> None:
    streams[1].transport.abort()


async def _wanted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Shake hands; where the browser wants to go. EOFError for who does not speak SOCKS 5."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    if version != VERSION:
        raise EOFError
    writer.write(bytes([VERSION, 0]))
    _, command, _, form = await reader.readexactly(4)
    if command != CONNECT or form not in (IPV4, NAME, IPV6):
        raise EOFError
    length = LENGTHS.get(form) or (await reader.readexactly(1))[0]
    where = await reader.readexactly(length)
    port = int.from_bytes(await reader.readexactly(2), "big")
    return where.decode("ascii", "replace") if form == NAME else str(ipaddress.ip_address(where)), port


def _answer(code: int) -> bytes:
    return bytes([VERSION, code, 0, IPV4]) + bytes(6)
