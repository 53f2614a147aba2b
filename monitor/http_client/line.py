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
from typing import Any

PIECE = 16 << 10  # a record of TLS at most: what a socket in TLS has deciphered is never left in it


class Line:
    """Made by ``dial``; closed by whoever made it. The deadline is the caller's."""

    def __init__(self, made: socket.socket) -> None:
        self._socket = made
        self._number = made.fileno()
        self._loop = asyncio.get_running_loop()
        self._reader: asyncio.Future[None] | None = None
        self._is_watched = False

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
                await self.writable()

    async def write(self, words: bytes) -> None:
        """Send all of it. OSError when that cannot be done."""
        rest = memoryview(words)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                await self.writable()
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
                await self.writable()

    def close(self) -> None:
        """Hang up without waiting for what the target still has to say."""
        self._unwatch()
        self._socket.close()

    def get_extra_info(self, name: str) -> Any:
        """The TLS in force, by the name that httpx has for it."""
        return self._socket if name == "ssl_object" and isinstance(self._socket, ssl.SSLSocket) else None

    async def writable(self) -> None:
        """Wait until something can be sent, which is also when a connection is made or refused. OSError when it is refused."""
        waiting = self._loop.create_future()
        self._loop.add_writer(self._number, _wake, waiting)
        try:
            await waiting
            number = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if number:  # uvloop watches a socket no longer that has an error
                raise OSError(number, os.strerror(number))
            self._watch()  # before the other watch ends, or the event loop forgets the socket and meets it anew
        finally:
            self._loop.remove_writer(self._number)

    async def _readable(self) -> None:
        self._watch()
        self._reader = self._loop.create_future()
        try:
            await self._reader
        finally:
            self._reader = None

    def _watch(self) -> None:
        if not self._is_watched:
            self._loop.add_reader(self._number, self._came)
            self._is_watched = True

    def _unwatch(self) -> None:
        if self._is_watched:
            self._loop.remove_reader(self._number)
            self._is_watched = False

    def _came(self) -> None:
        """Something can be read. When nobody waits for it, it is not watched for until somebody does."""
        if self._reader is None:
            self._unwatch()
        else:
            _wake(self._reader)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


async def dial(address: str, port: int) -> Line:
    """A connection to an address that was resolved before. OSError when there is none."""
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    line = Line(made)
    try:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or the request waits for word of the handshake
        number = made.connect_ex((address, port))
        if number == errno.EINPROGRESS:
            await line.writable()
        elif number:
            raise OSError(number, os.strerror(number))
    except BaseException:
        line.close()
        raise
    return line


async def hang_up(line: Line) -> None:
    """Close a connection."""
    line.close()
