"""The transport for what the lean one does not know: httpx's own, on connections that read no more than they may."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpcore
import httpx

from monitor.http_client.question import FullError, Timings, Way
from monitor.reach import reach

PIECE = 1 << 10


class Stock(httpx.AsyncBaseTransport):
    """For one request."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._backend = _Backend(way.addresses, way.limit)
        self._transport = httpx.AsyncHTTPTransport(verify=way.context, trust_env=False)
        self._transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=way.context, max_keepalive_connections=0, network_backend=self._backend
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer as soon as its header is complete. httpx.TransportError, or FullError when too much came before that."""
        traced = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=request.stream,
            extensions={"trace": _Trace(self._way.timings).note, "sni_hostname": request.url.host.rstrip(".")},
        )
        return await self._transport.handle_async_request(traced)

    async def aclose(self) -> None:
        """Hang up."""
        await self._transport.aclose()
        await self._backend.close()


class _Trace:
    """What httpcore tells of each step. A step that failed or was cut short never ended."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings

    async def note(self, name: str, _: Any) -> None:
        """What httpcore calls."""
        timings = self._timings
        if name == "connection.connect_tcp.started":
            timings.begin("connection")
        elif name == "connection.connect_tcp.complete":
            timings.connect_us = timings.took()
            timings.begin("answer")
        elif name == "connection.start_tls.started":
            timings.begin("TLS handshake")
        elif name == "connection.start_tls.complete":
            timings.tls_us = timings.took()
            timings.begin("answer")
        elif name.endswith(".receive_response_headers.complete"):
            timings.first_byte_us = timings.took()
            timings.phase = "end of the body"


class _Bounded(httpcore.AsyncNetworkStream):
    """A stream of which at most so many bytes are read."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, limit: int) -> None:
        self._stream = stream
        self._left = limit

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 -- httpcore's name
        if not self._left:
            raise FullError
        await asyncio.sleep(0)  # what came in one piece is not worked off in one go: other probes wait
        found = await self._stream.read(min(max_bytes, self._left, PIECE), timeout)
        self._left -= len(found)
        return found

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- httpcore's name
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *rest: Any, **named: Any) -> httpcore.AsyncNetworkStream:
        return _Bounded(await self._stream.start_tls(*rest, **named), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that were resolved for the host; the name stays in Host and SNI."""

    def __init__(self, addresses: Sequence[str], limit: int) -> None:
        self._addresses = addresses
        self._limit = limit
        self._backend = httpcore.AnyIOBackend()
        self._stream: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 -- resolved already
        port: int,
        *rest: Any,
        **named: Any,
    ) -> httpcore.AsyncNetworkStream:
        made = await reach(
            self._addresses,
            lambda address: self._backend.connect_tcp(address, port, *rest, **named),
            lambda stream: stream.aclose(),
        )
        self._stream = _Bounded(made, self._limit)
        return self._stream

    async def close(self) -> None:
        """Close what the pool forgets: the connection of a handshake that was cut short."""
        if self._stream:
            await self._stream.aclose()

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)
