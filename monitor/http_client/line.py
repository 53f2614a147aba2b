"""A connection without a transport around it: a non-blocking socket, in TLS or not, which the event loop watches when we wait.

The transports of event loops hold a buffer of a quarter of a megabyte for each connection in TLS, and read ahead as much as
comes; here nothing is read that nobody asked for.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable
from typing import Any

PIECE = 16 << 10  # a record of TLS at most: what a socket in TLS has deciphered is never left in it


class Line:
    """Made by ``dial``; closed by whoever made it. The deadline is the caller's."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._number = connected.fileno()
        self._loop = asyncio.get_running_loop()

    async def start_tls(self, context: ssl.SSLContext, name: str) -> None:
        """Go on in TLS with a server of that name. OSError when the handshake fails."""
        secured = context.wrap_socket(self._socket, server_hostname=name, do_handshake_on_connect=False)
        self._socket = secured
        while True:
            try:
                return secured.do_handshake()
            except ssl.SSLWantReadError:
                await self._readable()
            except ssl.SSLWantWriteError:
                await self._writable()

    async def write(self, words: bytes) -> None:
        """Send all of it. OSError when that cannot be done."""
        rest = memoryview(words)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                await self._writable()
            except ssl.SSLWantReadError:
                await self._readable()

    async def read(self, most: int) -> bytes:
        """What came, at most so much; nothing at the end. Each time the event loop goes round once, so that others come first."""
        secured = self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if secured and secured.pending():
            await asyncio.sleep(0)
        else:
            await self._readable()
        while True:
            try:
                return self._socket.recv(most)
            except (BlockingIOError, ssl.SSLWantReadError):
                await self._readable()
            except ssl.SSLWantWriteError:
                await self._writable()

    def close(self) -> None:
        """Hang up without waiting for what the target still has to say."""
        self._socket.close()

    def get_extra_info(self, name: str) -> Any:
        """The TLS in force, by the name that httpx has for it."""
        return self._socket if name == "ssl_object" and isinstance(self._socket, ssl.SSLSocket) else None

    async def _readable(self) -> None:
        await ready(self._loop, self._number, self._loop.add_reader, self._loop.remove_reader)

    async def _writable(self) -> None:
        await ready(self._loop, self._number, self._loop.add_writer, self._loop.remove_writer)


async def ready(
    loop: asyncio.AbstractEventLoop, number: int, watch: Callable[..., None], unwatch: Callable[[int], Any]
) -> None:
    """Wait until a socket can be read or written, as ``watch`` and ``unwatch`` say."""
    waiting = loop.create_future()
    watch(number, _wake, waiting)
    try:
        await waiting
    finally:
        unwatch(number)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


async def dial(address: str, port: int) -> Line:
    """A connection to an address that was resolved before. OSError when there is none."""
    loop = asyncio.get_running_loop()
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or the request waits for word of the handshake
        number = made.connect_ex((address, port))
        if number == errno.EINPROGRESS:
            await ready(loop, made.fileno(), loop.add_writer, loop.remove_writer)
            number = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number))
        return Line(made)
    except BaseException:
        made.close()
        raise


async def hang_up(line: Line) -> None:
    """Close a connection."""
    line.close()
