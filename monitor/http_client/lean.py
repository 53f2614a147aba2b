"""The transport that most questions go over: one request on one fresh connection, with nothing around it that costs time."""

from __future__ import annotations

import re
from contextlib import suppress

import h11
import httpx

from monitor.http_client.line import PIECE, Line, dial, hang_up
from monitor.http_client.question import FullError, Way
from monitor.http_client.reading import Reading
from monitor.reach import reach

WORDS = "meetlat.words"  # where a request that is asked again keeps what is sent
PIECES = 4096
PORTS = {"http": 80, "https": 443}
SENDABLE = re.compile(rb"([^\x00\s]([^\x00\r\n\v\f]*[^\x00\s])?)?")


class Lean(httpx.AsyncBaseTransport):
    """For one request, over HTTP/1.1, without proxy."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._left = way.limit
        self._line: Line | None = None
        self._reading: Reading | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer as soon as its header is complete. httpx.TransportError, or FullError when too much came before that."""
        words = request.extensions.get(WORDS)
        if words is None:
            words = request.extensions[WORDS] = _words(request)
        line = await self._connected(request.url)
        self._way.timings.begin("answer")
        with suppress(OSError):  # whoever hangs up on a request may have answered it
            await line.write(words)
        self._reading = reading = Reading(request.method == "HEAD")
        while not reading.status:
            await self.more(line, reading)
        self._way.timings.phase = "end of the body"
        return httpx.Response(
            reading.status,
            headers=list(reading.headers),
            stream=_Body(self, line, reading),
            extensions={"network_stream": line, "http_version": b"HTTP/" + reading.version},
        )

    async def _connected(self, url: httpx.URL) -> Line:
        timings, port = self._way.timings, url.port or PORTS[url.scheme]
        timings.begin("connection")
        try:
            line = await reach(self._way.addresses, lambda address: dial(address, port), hang_up)
            self._line = line
            timings.connect_us = timings.took()
            if url.scheme == "https":
                timings.begin("TLS handshake")
                await line.start_tls(self._way.context, url.host.rstrip("."))
                timings.tls_us = timings.took()
        except (OSError, ValueError) as error:
            raise httpx.ConnectError(type(error).__name__) from error
        return line

    async def more(self, line: Line, reading: Reading) -> None:
        """Read on."""
        if not self._left:
            raise FullError
        try:
            words = await line.read(min(PIECE, self._left))
            if self._way.timings.first_byte_us is None and words:
                self._way.timings.first_byte_us = self._way.timings.took()
            self._left -= len(words)
            await reading.feed(words)
        except OSError as error:
            raise httpx.ReadError(type(error).__name__) from error
        except h11.RemoteProtocolError as error:
            error.__traceback__ = None  # in which it holds itself, and with it all that was read
            raise httpx.RemoteProtocolError(str(error)) from error

    async def aclose(self) -> None:
        """Hang up."""
        if self._line:
            self._line.close()
        if self._reading:
            self._reading.close()


class _Body(httpx.AsyncByteStream):
    """The body, read as it is asked for."""

    def __init__(self, transport: Lean, line: Line, reading: Reading) -> None:
        self._transport = transport
        self._line = line
        self._reading = reading
        self._given = 0

    def __aiter__(self) -> _Body:
        return self

    async def __anext__(self) -> bytes:
        while self._given == len(self._reading.body):
            if self._reading.is_complete:
                raise StopAsyncIteration
            if self._reading.pieces > PIECES:
                raise FullError
            await self._transport.more(self._line, self._reading)
        given, self._given = self._given, len(self._reading.body)
        return bytes(self._reading.body[given:])


def _words(request: httpx.Request) -> bytes:
    """A request as it is sent. httpx.LocalProtocolError for a header that would end before its end."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    for name, value in request.headers.raw:
        if not SENDABLE.fullmatch(value):
            raise httpx.LocalProtocolError("a header that cannot be sent")
        lines.append(b"%s: %s" % (name, value))
    return b"\r\n".join((*lines, b"", request.content))
