"""The transport for what the lean one does not know: httpx's own, on connections that read no more than they may."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpcore
import httpx
from socksio import SOCKSError

from monitor.http_client.question import TO_PROXY, FullError, Timings, Way
from monitor.reach import reach

PIECE = 1 << 10


class Stock(httpx.AsyncBaseTransport):
    """For one request, over HTTP/1.1 or HTTP/2, perhaps through a proxy."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._backend = _Backend(way.addresses, way.limit)
        self._trace = _Trace(way.timings, bool(way.proxy))
        self._transport = httpx.AsyncHTTPTransport(verify=way.context, trust_env=False)
        self._transport._pool = _pool(way, self._backend)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer as soon as its header is complete. httpx.TransportError, or FullError when too much came before that."""
        traced = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=request.stream,
            extensions={"trace": self._trace.note} | self._named(request),
        )
        try:
            return await self._transport.handle_async_request(traced)
        except (httpx.TransportError, SOCKSError, AssertionError, OSError) as error:
            if isinstance(error, httpx.TransportError) and not self._trace.is_on_the_way:
                raise
            raise httpx.ProxyError(str(error)) from error

    def _named(self, request: httpx.Request) -> dict[str, str]:
        """Who must be at the other end of TLS. A proxy of HTTP would be taken for him too: there it is each by his own name."""
        is_plain = not self._way.proxy or self._way.proxy.startswith("socks")
        return {"sni_hostname": request.url.host.rstrip(".")} if is_plain else {}

    async def aclose(self) -> None:
        """Hang up."""
        await self._transport.aclose()
        await self._backend.close()


def _pool(way: Way, backend: _Backend) -> httpcore.AsyncConnectionPool:
    through = httpx.Proxy(way.proxy) if way.proxy else None
    return httpcore.AsyncConnectionPool(
        ssl_context=way.context,
        max_keepalive_connections=0,
        http2=way.http == 2,
        network_backend=backend,
        proxy=httpcore.Proxy(str(through.url), through.raw_auth, ssl_context=way.to_proxy) if through else None,
    )


class _Trace:
    """What httpcore tells of each step. A step that failed or was cut short never ended."""

    def __init__(self, timings: Timings, has_proxy: bool) -> None:
        self._timings = timings
        self._waits = (TO_PROXY, "way through the proxy") if has_proxy else ("connection", "answer")
        self._has_proxy = has_proxy
        self.is_on_the_way = has_proxy

    async def note(self, name: str, _: Any) -> None:
        """What httpcore calls."""
        timings = self._timings
        step = name.partition(".")[2]
        if name in ("proxy.start_tls.started", "socks.setup_socks5_connection.complete"):
            self.is_on_the_way = False
        if step == "connect_tcp.started":
            timings.begin(self._waits[0])
        elif step == "connect_tcp.complete":
            timings.connect_us = timings.took()
            timings.begin(self._waits[1])
        elif name.startswith("connection.start_tls.") and self._has_proxy:
            timings.phase = self._waits[1] if step == "start_tls.complete" else TO_PROXY
        elif step == "start_tls.started":
            timings.begin("TLS handshake")
        elif step == "start_tls.complete":
            timings.tls_us = timings.took()
            timings.begin("answer")
        elif step == "receive_response_headers.complete":
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
