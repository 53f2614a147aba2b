"""The door to httpx: one request on a fresh connection to an address that was resolved beforehand."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Sequence
from typing import cast

import httpx

from monitor.http_client.cookies import Cookies
from monitor.http_client.lean import Lean
from monitor.http_client.question import BODY_LIMIT, TO_PROXY, Answer, FullError, Question, Timings, Way
from monitor.http_client.stock import Stock
from monitor.reach import NoAnswerError, fault_of, fault_of_tls
from monitor.trust import Contexts, Trust, end_of

__all__ = [
    "BODY_LIMIT",
    "TO_PROXY",
    "Answer",
    "Cookies",
    "HttpClient",
    "Lean",
    "Question",
    "Stock",
    "Timings",
    "is_address",
    "is_proxy",
]

PIECES = 4096  # a chunk of one byte costs as much time as one of a thousand
HEADERS = frozenset(
    {b"location", b"content-encoding", b"content-type", b"retry-after", b"cf-mitigated", b"x-amzn-waf-action"}
)


class HttpClient:
    """Sends requests. One TLS context for each trust; no cookies, no proxies of the environment, no connection kept."""

    usual: Callable[[Way], httpx.AsyncBaseTransport] = Lean

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts

    async def ask(self, question: Question, addresses: Sequence[str], timings: Timings) -> Answer:
        """Ask the server at the addresses. NoAnswerError when there is no answer; the deadline is the caller's."""
        context = self._contexts.of(question.believed)
        to_proxy = self._contexts.of(Trust()) if question.proxy and question.proxy.startswith("https:") else None
        way = Way(addresses, context, question.limit * 2, timings, question.http, question.proxy, to_proxy)
        transport = Stock(way) if question.proxy or question.http == 2 else type(self).usual(way)
        try:
            request = question.cookies.shown_with(question.request) if question.cookies else question.request
            response = await transport.handle_async_request(request)
            if response.status_code < 200:
                raise NoAnswerError("protocol", f"status {response.status_code}, which nobody asked for")
            if question.cookies:
                question.cookies.take(request, response)
            end = _certificate_end(response)
            kept = self.kept(response, question.wanted)
            body, is_cut = await _read(response, question.limit)
            return Answer(response.status_code, kept, body, is_cut, end, question.url, response.http_version)
        except FullError as error:
            raise NoAnswerError("protocol", "too much before the end of the header") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError, ValueError) as error:
            raise _failed(error, timings.connect_us is not None) from error
        finally:
            await transport.aclose()

    def kept(self, response: httpx.Response, wanted: frozenset[str]) -> dict[str, str]:
        """The headers that are looked at later; what was sent several times, with commas."""
        names = HEADERS | {name.encode() for name in wanted} if wanted else HEADERS
        kept: dict[str, str] = {}
        for raw, value in response.headers.raw:
            if raw.lower() in names:
                name = raw.decode().lower()
                kept[name] = f"{kept[name]}, {_text(value)}" if name in kept else _text(value)
        return kept


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _certificate_end(response: httpx.Response) -> int | None:
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream else None
    return end_of(tls.getpeercert()) if tls else None


async def _read(response: httpx.Response, limit: int) -> tuple[bytes, bool]:
    body, pieces = bytearray(), 0
    stream = cast("httpx.AsyncByteStream", response.stream)
    try:
        async for chunk in stream:
            body += chunk
            pieces += 1
            if len(body) >= limit or pieces >= PIECES:
                return bytes(body[:limit]), True
        return bytes(body), False
    except FullError:
        return bytes(body), True
    finally:
        await stream.aclose()


def is_address(url: str) -> bool:
    """Whether httpx would ask for it."""
    try:
        parsed = httpx.URL(url)
        return parsed.scheme in ("http", "https") and bool(parsed.host)  # the host is decoded only when it is looked at
    except (httpx.InvalidURL, ValueError):
        return False


def is_proxy(url: str) -> bool:
    """Whether httpx would go through it."""
    try:
        parsed = httpx.Proxy(url).url
        return parsed.scheme in ("http", "https", "socks5") and bool(parsed.host) and parsed.path in ("", "/")
    except (httpx.InvalidURL, ValueError):
        return False


def _failed(error: Exception, is_connected: bool) -> NoAnswerError:
    """What went wrong, from the whole chain of causes, in words that hold nothing of what was sent or received."""
    if isinstance(error, httpx.ProxyError):
        return _failed_on_the_way(error)
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


def _failed_on_the_way(error: httpx.ProxyError) -> NoAnswerError:
    """What it means that the proxy gave no way: its word that the target cannot be reached counts, its own trouble does not."""
    said = re.match(r"Proxy Server could not connect: ([A-Za-z ]+)|(50[234])\b", str(error))
    if said:
        return NoAnswerError("connect", f"the proxy could not connect: {said[1] or f'status {said[2]}'}")
    status = re.match(r"[1-5]\d\d\b", str(error))
    known = fault_of_tls(error) or fault_of(error)
    why = f"status {status[0]}" if status else known.evidence if known else "it does not speak as a proxy should"
    return NoAnswerError("network", f"the proxy gave no way: {why}")
