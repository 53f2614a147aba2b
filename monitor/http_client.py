"""The door to httpx: one request on a fresh connection to an address that was resolved beforehand."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from monitor.reach import NoAnswerError, fault_of, fault_of_tls, reach
from monitor.trust import Contexts, Trust, end_of

BODY_LIMIT = 64 << 10
PIECE = 1 << 10
PIECES = 4096  # a chunk of one byte costs as much time as one of a thousand
HEADERS = ("location", "content-encoding", "content-type", "retry-after", "cf-mitigated", "x-amzn-waf-action")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, those of ``HEADERS`` that were sent, and at most 64 KiB of the body, in its codings.

    ``certificate_end`` is when a verified certificate ends, in seconds since the epoch.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    is_cut: bool
    certificate_end: int | None = None


@dataclass(frozen=True, repr=False)
class Question:
    """What is asked: ``wanted`` are the headers of the answer that are kept beside those of ``HEADERS``. Never shown.

    ``limit`` is how much of the body is read; over the wire come at most twice as many bytes.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wanted: frozenset[str] = frozenset()
    trust: Trust = field(default_factory=Trust)
    limit: int = BODY_LIMIT


@dataclass
class Timings:
    """When each step ended, in microseconds of one clock; None when it was not reached."""

    ticks: Callable[[], int]
    started: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)

    async def trace(self, name: str, _: Any) -> None:
        """What httpcore calls at each step. A step that failed or was cut short never ended."""
        step, _, side = name.rpartition(".")
        step = step.removeprefix("connection.").removeprefix("http11.")
        if side == "started":
            self.started[step] = self.ticks()
        elif side == "complete":
            self.ended[step] = self.ticks()

    def took(self, step: str, until: str = "") -> int | None:
        """How long a step took, or all from its start to the end of another."""
        until = until or step
        if step in self.started and until in self.ended:
            return self.ended[until] - self.started[step]
        return None

    @property
    def phase(self) -> str:
        """What is waited for now."""
        if "connect_tcp" not in self.ended:
            return "connection"
        if "start_tls" in self.started and "start_tls" not in self.ended:
            return "TLS handshake"
        return "end of the body" if "receive_response_headers" in self.ended else "answer"


class HttpClient:
    """Sends requests. One TLS context for each trust; no cookies, no proxies of the environment, no connection kept."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts

    async def ask(self, question: Question, addresses: Sequence[str], timings: Timings) -> Answer:
        """Ask the server at the addresses. NoAnswerError when there is no answer; the deadline is the caller's."""
        sent = {"user-agent": "Meetlat", "accept": "*/*", "accept-encoding": "identity", "connection": "close"} | {
            name.lower(): value for name, value in question.headers.items()
        }
        context = self._contexts.of(question.trust)
        transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False)
        backend = _Backend(addresses, question.limit * 2)
        pool = httpcore.AsyncConnectionPool(ssl_context=context, max_keepalive_connections=0, network_backend=backend)
        transport._pool = pool
        try:
            content = question.body or None
            extensions = {"trace": timings.trace}
            request = httpx.Request(question.method, question.url, headers=sent, content=content, extensions=extensions)
            response = await transport.handle_async_request(request)
            if response.status_code < 200:
                raise NoAnswerError("protocol", f"status {response.status_code}, which nobody asked for")
            end = _certificate_end(response)
            body, is_cut = await _read(response, question.limit)
            kept = question.wanted.union(HEADERS)
            found = {name: response.headers[name] for name in kept if name in response.headers}
            return Answer(response.status_code, found, body, is_cut, end)
        except _FullError as error:
            raise NoAnswerError("protocol", "too much before the end of the header") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError, ValueError) as error:
            raise _failed(error, "connect_tcp" in timings.ended) from error
        finally:
            await transport.aclose()
            await backend.close()


def _certificate_end(response: httpx.Response) -> int | None:
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream else None
    return end_of(tls.getpeercert()) if tls else None


async def _read(response: httpx.Response, limit: int) -> tuple[bytes, bool]:
    body, pieces = bytearray(), 0
    try:
        async for chunk in response.aiter_raw():
            body += chunk
            pieces += 1
            if len(body) >= limit or pieces >= PIECES:
                return bytes(body[:limit]), True
        return bytes(body), False
    except _FullError:
        return bytes(body), True
    finally:
        await response.aclose()


def is_address(url: str) -> bool:
    """Whether httpx would ask for it."""
    try:
        parsed = httpx.URL(url)
        return parsed.scheme in ("http", "https") and bool(parsed.host)  # the host is decoded only when it is looked at
    except (httpx.InvalidURL, ValueError):
        return False


def _failed(error: Exception, is_connected: bool) -> NoAnswerError:
    """What went wrong, from the whole chain of causes, in words that hold nothing of what was sent or received."""
    known = fault_of_tls(error) or fault_of(error)
    if known:
        return known
    if isinstance(error, httpx.LocalProtocolError) or (isinstance(error, httpx.ConnectError) and not is_connected):
        return NoAnswerError("internal", type(error).__name__)
    if isinstance(error, httpx.ConnectError):
        return NoAnswerError("closed", "the connection was closed in the TLS handshake")
    words = str(error).partition(":")[0].partition("(")[0].strip()  # what follows is a quotation
    if "disconnected" in words or isinstance(error, (httpx.ReadError, httpx.WriteError)):
        return NoAnswerError("closed", words or "the connection was closed")
    if isinstance(error, (httpx.ProtocolError, httpx.DecodingError)):
        return NoAnswerError("protocol", words or "not HTTP")
    return NoAnswerError("internal", type(error).__name__)


class _FullError(Exception):
    """More came over the wire than is read."""


class _Bounded(httpcore.AsyncNetworkStream):
    """A stream of which at most so many bytes are read."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, limit: int) -> None:
        self._stream = stream
        self._left = limit

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 -- httpcore's name
        if not self._left:
            raise _FullError
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
