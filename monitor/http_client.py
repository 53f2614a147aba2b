"""The door to httpx: one request on a fresh connection to an address that was resolved beforehand."""

from __future__ import annotations

import errno
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

BODY_LIMIT = 64 << 10
OURS = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM, errno.EPERM, errno.EACCES}
KINDS = {
    "network": {errno.ENETUNREACH, errno.ENETDOWN},
    "connect": {errno.ECONNREFUSED, errno.EHOSTUNREACH},
    "timeout": {errno.ETIMEDOUT},
    "closed": {errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers (lower case names), and at most 64 KiB of the body."""

    status: int
    location: str | None
    body: bytes
    is_cut: bool


class NoAnswerError(Exception):
    """The exchange did not end in an answer. ``kind`` is connect, tls, timeout, closed, protocol, internal or network."""

    def __init__(self, kind: str, evidence: str) -> None:
        super().__init__(evidence)
        self.kind = kind
        self.evidence = evidence


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
    """Sends requests. One TLS context for the process; no cookies, no proxies of the environment, no connection kept."""

    def __init__(self) -> None:
        self._context = ssl.create_default_context()
        self._context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)

    async def ask(self, url: str, address: str, headers: dict[str, str], timings: Timings) -> Answer:
        """GET the url from the server at the address. NoAnswerError when there is no answer; the deadline is the caller's."""
        sent = {"user-agent": "Meetlat", "accept": "*/*", "accept-encoding": "identity", "connection": "close"} | {
            name.lower(): value for name, value in headers.items()
        }
        request = httpx.Request("GET", url, headers=sent, extensions={"trace": timings.trace})
        transport = httpx.AsyncHTTPTransport(verify=self._context, trust_env=False)
        backend = _Backend(address)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._context, max_keepalive_connections=0, network_backend=backend
        )
        transport._pool = pool
        try:
            response = await transport.handle_async_request(request)
            body, is_cut = await _read(response)
            return Answer(response.status_code, response.headers.get("location"), body, is_cut)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError, ValueError) as error:
            raise _failed(error, "connect_tcp" in timings.ended) from error
        finally:
            await transport.aclose()
            await backend.close()


async def _read(response: httpx.Response) -> tuple[bytes, bool]:
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) >= BODY_LIMIT:
                return bytes(body[:BODY_LIMIT]), True
        return bytes(body), False
    finally:
        await response.aclose()


def is_address(url: str) -> bool:
    """Whether httpx would ask for it."""
    try:
        return httpx.URL(url).scheme in ("http", "https")
    except (httpx.InvalidURL, ValueError):
        return False


def fault_of(numbers: set[int]) -> str | None:
    """Whose fault these error numbers of the system are, as a kind of NoAnswerError; None when they do not tell."""
    if numbers & OURS:
        return "internal"
    return next((kind for kind, known in KINDS.items() if numbers & known), None)


def _failed(error: BaseException, is_connected: bool) -> NoAnswerError:
    """What went wrong, from the whole chain of causes: the class alone does not tell."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    for each in chain:
        if isinstance(each, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return NoAnswerError("closed", "the connection was closed in the middle of TLS")
        if isinstance(each, ssl.SSLError):
            return NoAnswerError("tls", each.reason or str(each) or "TLS failed")
    numbers = {each.errno for each in chain if isinstance(each, OSError) and each.errno}
    kind = fault_of(numbers)
    if kind:
        return NoAnswerError(kind, ", ".join(map(os.strerror, sorted(numbers))))
    if isinstance(error, httpx.LocalProtocolError) or (numbers and not is_connected):
        return NoAnswerError("internal", type(error).__name__)  # its words may quote a header, which may be a secret
    if isinstance(error, httpx.ConnectError) and is_connected:
        return NoAnswerError("closed", "the connection was closed in the TLS handshake")
    if "disconnected" in str(error) or isinstance(error, (httpx.ReadError, httpx.WriteError)):
        return NoAnswerError("closed", str(error) or "the connection was closed")
    if isinstance(error, (httpx.ProtocolError, httpx.DecodingError)):
        return NoAnswerError("protocol", str(error) or "not HTTP")
    return NoAnswerError("internal", type(error).__name__)


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to the address that was resolved for the host; the name stays in Host and SNI."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._backend = httpcore.AnyIOBackend()
        self._stream: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 -- resolved already
        port: int,
        *rest: Any,
        **named: Any,
    ) -> httpcore.AsyncNetworkStream:
        self._stream = await self._backend.connect_tcp(self._address, port, *rest, **named)
        return self._stream

    async def close(self) -> None:
        """Close what the pool forgets: the connection of a handshake that was cut short."""
        if self._stream:
            await self._stream.aclose()

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)
