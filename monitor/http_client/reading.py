"""Making an answer of bytes, by two parsers. A fast one, in C, takes what is beyond doubt. What it refuses, and what it takes
but perhaps should not, h11 reads again from the first byte, and h11 decides: so there is one opinion of what is HTTP.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import h11
import httptools

PIECE = 1 << 10  # h11 takes its time, and other probes wait
HEADER_LIMIT = 100 << 10

PHRASE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")

Headers = Sequence[tuple[bytes, bytes]]


class Reading:
    """One answer, as far as it has come: fed until ``is_complete``. ``body`` is what came of it, in so many ``pieces``."""

    def __init__(self, is_head: bool) -> None:
        self._is_head = is_head
        self._raw = bytearray()
        self._fast: Fast | None = Fast(is_head)
        self._now: Fast | Strict = self._fast

    @property
    def status(self) -> int:
        """The status; 0 until the header is complete."""
        return self._now.status if self._now.has_header else 0

    @property
    def version(self) -> bytes:
        """The version of HTTP in which it is written, such as 1.1."""
        return self._now.version

    @property
    def headers(self) -> Headers:
        """The headers as they were sent."""
        return self._now.headers

    @property
    def body(self) -> bytearray:
        """What came of the body."""
        return self._now.body

    @property
    def pieces(self) -> int:
        """In how many pieces it came: a chunk of one byte costs as much time as one of a thousand."""
        return self._now.pieces

    @property
    def is_complete(self) -> bool:
        """Whether the answer has ended."""
        return self._now.is_complete

    async def feed(self, words: bytes) -> None:
        """More came; nothing means the end of the connection. h11.RemoteProtocolError when this is not HTTP."""
        if self._fast:
            self._raw += words
            if self._fast.feed(words):
                return
            self.close()
            self._now = Strict(self._is_head)
            for start in range(0, len(self._raw), PIECE):
                self._now.feed(self._raw[start : start + PIECE])
                await asyncio.sleep(0)
            if not words:
                self._now.feed(b"")
            return
        for start in range(0, len(words) or 1, PIECE):
            self._now.feed(words[start : start + PIECE])
            await asyncio.sleep(0)

    def close(self) -> None:
        """Part from the fast parser, which holds what holds it."""
        if self._fast:
            del self._fast.parser
            self._fast = None


class _DoubtError(Exception):
    """It may be HTTP or not: let h11 say."""


class Fast:
    """What httptools calls."""

    def __init__(self, is_head: bool) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.status = 0
        self.version = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.pieces = 0
        self.has_header = False
        self.is_complete = False
        self._is_head = is_head
        self._begins: bytes = b""
        self._framed = b""

    def feed(self, words: bytes) -> bool:
        """Whether that went well beyond doubt, so far."""
        if not words:
            self.is_complete = self.has_header and not self._framed
            return self.is_complete
        if len(self._begins) < 5:
            self._begins += words[:5]
        try:
            self.parser.feed_data(words)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            return self.is_complete  # what comes behind the end is not looked at
        return True

    def on_message_begin(self) -> None:
        """One begins, or another behind the end."""
        if self.is_complete:
            raise _DoubtError

    def on_status(self, words: bytes) -> None:
        """What the status is said to mean."""
        if not PHRASE.fullmatch(words):
            raise _DoubtError

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the header, or of what may follow a body in chunks."""
        if self.has_header:  # what comes behind the body is no header of it
            return
        value = value.strip(b" \t")
        self.headers.append((name, value))
        name = name.lower()
        if name == b"content-length":
            self._framed += name
        elif name == b"transfer-encoding":
            if self._framed or value != b"chunked":
                raise _DoubtError
            self._framed += name

    def on_headers_complete(self) -> None:
        """The header has ended."""
        self.status = self.parser.get_status_code()
        if self.status < 200 or not self._begins.startswith(b"HTTP/"):
            raise _DoubtError
        self.version = self.parser.get_http_version().encode()
        self.has_header = True
        if self._is_head:
            self.is_complete = True
            raise _DoubtError

    def on_body(self, words: bytes) -> None:
        """A piece of the body."""
        self.body += words
        self.pieces += 1

    def on_message_complete(self) -> None:
        """It has ended."""
        self.is_complete = True


class Strict:
    """What h11 makes of it."""

    def __init__(self, is_head: bool) -> None:
        self.status = 0
        self.version = b""
        self.headers: Headers = ()
        self.body = bytearray()
        self.pieces = 0
        self.has_header = False
        self.is_complete = False
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_LIMIT)
        self._state.send(h11.Request(method="HEAD" if is_head else "GET", target="/", headers=[("host", "-")]))
        self._state.send(h11.EndOfMessage())

    def feed(self, words: bytes | bytearray) -> None:
        """More came; nothing means the end of the connection. h11.RemoteProtocolError when this is not HTTP."""
        if not words and not self.has_header:
            raise h11.RemoteProtocolError("Server disconnected without sending a response.")
        if self.is_complete:
            return
        self._state.receive_data(bytes(words))
        while not self.is_complete:
            event = self._state.next_event()
            if event is h11.NEED_DATA:
                return
            if isinstance(event, h11.Response):
                self.status, self.headers, self.has_header = event.status_code, event.headers.raw_items(), True
                self.version = event.http_version
            elif isinstance(event, h11.Data):
                self.body += event.data
                self.pieces += 1
            elif not isinstance(event, h11.InformationalResponse):
                self.is_complete = True
