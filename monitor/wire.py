"""One connection that a probe speaks over by itself: bytes come in small pieces, and only so many are ever read."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

from monitor.reach import NoAnswerError, fault_of, fault_of_tls

LIMIT = 64 << 10
PIECE = 4 << 10
FIRST = 200  # bytes that are kept to be looked at
LINE = 4 << 10
PIECES = 4096  # a piece of one byte costs as much time as one of a thousand


class Wire(asyncio.BufferedProtocol):
    """Made by ``connect``; closed by whoever made it. The deadline is the caller's."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._piece = bytearray(PIECE)
        self._unread = bytearray()
        self._total = 0
        self.first = b""
        self._pieces = 0
        self._end: NoAnswerError | None = None
        self._news = asyncio.Event()
        self.on_first: Callable[[], None] = lambda: None
        self.on_sent: Callable[[bytes], None] | None = None

    # -- what asyncio calls ------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It begins."""
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 -- asyncio's name
        """Where the next bytes go."""
        return memoryview(self._piece)

    def buffer_updated(self, nbytes: int) -> None:
        """So many came."""
        if not self._total:
            self.on_first()
        if len(self.first) < FIRST:
            self.first += self._piece[: min(nbytes, FIRST - len(self.first))]
        self._total += nbytes
        self._pieces += 1
        if self._total > LIMIT or self._pieces > PIECES:
            self._end = NoAnswerError("protocol", "an answer much longer than anything that was asked for")
            self.close()
        else:
            self._unread += self._piece[:nbytes]
        self._news.set()

    def eof_received(self) -> None:
        """The target has no more to say."""
        self._ended(NoAnswerError("closed", "the connection was closed"))

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        known = (fault_of_tls(exc) or fault_of(exc)) if exc else None
        self._ended(known or NoAnswerError("closed", "the connection was closed"))

    def _ended(self, how: NoAnswerError) -> None:
        self._end = self._end or how
        self._news.set()

    # -- what probes call --------------------------------------------------------------------------------------------------

    def send(self, words: bytes) -> None:
        """Say this. It is little, and whether it arrives shows in the answer."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(words)
            if self.on_sent:
                self.on_sent(words)

    async def more(self) -> None:
        """Wait until more came in. NoAnswerError when nothing will."""
        if self._end:
            raise NoAnswerError(self._end.kind, self._end.evidence)
        self._news.clear()
        await self._news.wait()

    @property
    def unread(self) -> bytes:
        """What came in and was not taken yet."""
        return bytes(self._unread)

    async def line(self) -> bytes:
        """The next line without its end. NoAnswerError when it is longer than anything meant."""
        while b"\n" not in self._unread:
            if len(self._unread) > LINE:
                raise NoAnswerError("protocol", f"a line of more than {LINE >> 10} KiB")
            await self.more()
        line, _, rest = self._unread.partition(b"\n")
        self._unread = rest
        return bytes(line.removesuffix(b"\r"))

    async def exactly(self, number: int) -> bytes:
        """The next so many bytes."""
        while len(self._unread) < number:
            await self.more()
        taken = bytes(self._unread[:number])
        del self._unread[:number]
        return taken

    async def start_tls(self, context: ssl.SSLContext, name: str) -> None:
        """Go on in TLS. What the target said in the clear after it agreed to TLS is not taken for what it says within."""
        if self._unread:
            raise NoAnswerError("tls", "plain words in the place of a TLS handshake")
        if self._end or not self._transport:
            await self.more()
        plain = cast("asyncio.Transport", self._transport)
        try:
            made = await asyncio.get_running_loop().start_tls(plain, self, context, server_hostname=name)
        except (OSError, ValueError) as error:
            raise _refused(error) from error
        if made is None:
            raise NoAnswerError("closed", "the connection was closed in the TLS handshake")
        self._transport = made

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS in force."""
        return self._transport.get_extra_info("ssl_object") if self._transport else None

    def close(self) -> None:
        """Hang up without waiting for what the target still has to say."""
        if self._transport:
            self._transport.abort()


def _refused(error: OSError | ValueError) -> NoAnswerError:
    """Why there is no TLS."""
    known = fault_of_tls(error) or fault_of(error)
    if known:
        return known
    if isinstance(error, ConnectionError):
        return NoAnswerError("closed", "the connection was closed in the TLS handshake")
    return NoAnswerError("internal", type(error).__name__)


async def connect(address: str, port: int) -> Wire:
    """A connection to an address that was resolved before. OSError when there is none."""
    _, wire = await asyncio.get_running_loop().create_connection(Wire, address, port)
    return wire


async def hang_up(wire: Wire) -> None:
    """Close a connection and let the loop forget it."""
    wire.close()
    await asyncio.sleep(0)
