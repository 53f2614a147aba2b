"""What is asked over HTTP, what comes back, and how long each step took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ssl import SSLContext
from urllib.parse import urlsplit

import httpx

from monitor.http_client.cookies import Cookies
from monitor.trust import KEPT, Trust

BODY_LIMIT = 64 << 10
TO_PROXY = "connection to the proxy"
OFFERED = {1: ("http/1.1",), 2: ("http/1.1", "h2")}
ALWAYS = {"user-agent": "Meetlat", "accept": "*/*", "accept-encoding": "identity"}
SENT = {1: httpx.Headers(ALWAYS | {"connection": "close"}), 2: httpx.Headers(ALWAYS)}  # HTTP/2 has no connection header


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, the headers that were wanted and sent, and so much of the body as was read, in its codings.

    ``certificate_end`` is when a verified certificate ends, in seconds since the epoch. ``url`` is the address that answered,
    ``version`` that of HTTP in which it did.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    is_cut: bool
    certificate_end: int | None = None
    url: str = ""
    version: str = ""


@dataclass(frozen=True, repr=False)
class Question:
    """What is asked: ``wanted`` are the headers of the answer that are kept beside the usual ones. Never shown.

    ``limit`` is how much of the body is read; over the wire come at most twice as many bytes. ``family`` is 4 or 6 when only
    addresses of that version of IP will do, ``http`` is 2 when HTTP/2 is offered. Through a ``proxy`` the name is resolved by
    it. ``cookies`` are shown and taken.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wanted: frozenset[str] = frozenset()
    trust: Trust = field(default_factory=Trust)
    limit: int = BODY_LIMIT
    family: int = 0
    http: int = 1
    proxy: str = ""
    cookies: Cookies | None = None
    # Made once. A cached property would cost each question a dictionary of its own, which is as large as all else in it.
    _request: httpx.Request | None = field(default=None, init=False, compare=False)
    _host: str | None = field(default=None, init=False, compare=False)

    @property
    def believed(self) -> Trust:
        """Whom to believe, with the versions of HTTP that are offered."""
        return _offered(self.trust, OFFERED[self.http])

    @property
    def host(self) -> str:
        """The name or address in the URL. ValueError when there is none to be found."""
        if self._host is None:
            object.__setattr__(self, "_host", urlsplit(self.url).hostname or "")
        return self._host or ""

    @property
    def reached(self) -> str:
        """The host to connect to."""
        return (urlsplit(self.proxy).hostname or "") if self.proxy else self.host

    def prepare(self) -> None:
        """Make now what will be needed. What cannot be made is told when it is asked."""
        with suppress(ValueError, httpx.InvalidURL):
            _ = self.host, self.believed, self.request

    @property
    def request(self) -> httpx.Request:
        """The request, built when it is first needed: a question that is asked each half minute is built once.

        httpx.InvalidURL or ValueError when it cannot be built.
        """
        made = self._request or self._built()
        object.__setattr__(self, "_request", made)
        return made

    def _built(self) -> httpx.Request:
        url = httpx.URL(self.url)
        usual = SENT[self.http]
        if self.headers:
            headers = httpx.Headers(dict(usual) | {name.lower(): value for name, value in self.headers.items()})
        else:
            headers = httpx.Headers([(b"Host", url.netloc)])
            headers._list += usual._list  # the same words for all: of ten thousand requests each has a kilobyte of them
        return httpx.Request(self.method, url, headers=headers, content=self.body or None)


@lru_cache(KEPT)
def _offered(trust: Trust, protocols: tuple[str, ...]) -> Trust:
    return replace(trust, protocols=protocols)


@dataclass
class Timings:
    """How long each step took, in microseconds; None when it was not reached. ``phase`` is what is waited for now."""

    ticks: Callable[[], int]
    phase: str = "connection"
    connect_us: int | None = None
    tls_us: int | None = None
    first_byte_us: int | None = None
    _since: int = 0

    def begin(self, phase: str) -> None:
        """From now on this is waited for."""
        self.phase = phase
        self._since = self.ticks()

    def took(self) -> int:
        """Since the beginning of what was waited for last."""
        return self.ticks() - self._since


@dataclass(frozen=True)
class Way:
    """How a transport reaches a server: its addresses, whom it believes, how many bytes it reads at most, what it measures.

    ``proxy`` is what stands between, whose addresses they are then; ``to_proxy`` whom to believe that he is it, over https.
    """

    addresses: Sequence[str]
    context: SSLContext
    limit: int
    timings: Timings
    http: int = 1
    proxy: str = ""
    to_proxy: SSLContext | None = None


class FullError(Exception):
    """More came over the wire than is read."""
