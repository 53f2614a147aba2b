"""The door to httpx: one request on a fresh connection to an address that was resolved beforehand."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

BODY_LIMIT = 64 << 10
OURS = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM, errno.EPERM, errno.EACCES}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers (lower case names), and at most 64 KiB of the body."""

    status: int
    location: str | None
    body: bytes
    is_cut: bool


class NoAnswerError(Exception):
    """The exchange did not end in an answer. ``kind`` is connect, tls, closed, protocol, internal or network."""

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
        """What httpcore calls at each step."""
        step, _, side = name.rpartition(".")
        step = step.removeprefix("connection.").removeprefix("http11.")
        (self.started if side == "started" else self.ended)[step] = self.ticks()

    def took(self, step: str) -> int | None:
        """How long a step took."""
        if step in self.started and step in self.ended:
            return self.ended[step] - self.started[step]
        return None


class HttpClient:
    """Sends requests. One TLS context for the process; no cookies, no proxies of the environment, no connection kept."""

    def __init__(self, connect_to: Callable[[str], Any]) -> None:
        self._context = ssl.create_default_context()
        self._context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        self._connect_to = connect_to

    async def ask(self, method: str, url: str, headers: dict[str, str], timings: Timings) -> Answer:
        """One request and its answer. NoAnswerError when there is none; never more than the caller's deadline."""
        sent = {"user-agent": "Meetlat", "accept": "*/*", "accept-encoding": "identity", "connection": "close"} | {
            name.lower(): value for name, value in headers.items()
        }
        transport = httpx.AsyncHTTPTransport(verify=self._context, trust_env=False)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._context, max_keepalive_connections=0, network_backend=_Backend(self._connect_to)
        )
        transport._pool = pool
        request = httpx.Request(method, url, headers=sent, extensions={"trace": timings.trace})
        try:
            response = await transport.handle_async_request(request)
            body, is_cut = await _read(response)
            return Answer(response.status_code, response.headers.get("location"), body, is_cut)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError, ValueError) as error:
            raise _failed(error) from error
        finally:
            await transport.aclose()


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


def _failed(error: BaseException) -> NoAnswerError:
    """What went wrong, from the whole chain of causes: the class alone does not tell."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    for each in chain:
        if isinstance(each, ssl.SSLError):
            return NoAnswerError("tls", each.reason or str(each) or "TLS failed")
    numbers = {each.errno for each in chain if isinstance(each, OSError) and each.errno}
    if numbers & OURS:
        return NoAnswerError("internal", str(chain[-1]))
    if errno.ENETUNREACH in numbers:
        return NoAnswerError("network", "no route")
    if numbers & {errno.ECONNREFUSED, errno.EHOSTUNREACH}:
        return NoAnswerError("connect", "the connection was refused or the host cannot be reached")
    if isinstance(error, httpx.ConnectError):
        return NoAnswerError("connect", str(error) or "no connection")
    if "disconnected" in str(error) or isinstance(error, (httpx.ReadError, httpx.WriteError)):
        return NoAnswerError("closed", str(error) or "the connection was closed")
    if isinstance(error, (httpx.ProtocolError, httpx.DecodingError)):
        return NoAnswerError("protocol", str(error) or "not HTTP")
    return NoAnswerError("internal", f"{type(error).__name__}: {error}")


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to the address that was resolved for the host; the name stays in Host and SNI."""

    def __init__(self, connect_to: Callable[[str], Any]) -> None:
        self._connect_to = connect_to
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *rest: Any, **named: Any) -> httpcore.AsyncNetworkStream:
        return await self._backend.connect_tcp(await self._connect_to(host), port, *rest, **named)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)
