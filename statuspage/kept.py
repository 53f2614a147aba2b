"""Rendered bytes, kept for seconds and answered before Flask: under a crowd each page is rendered once in that time.

Only what anybody may keep is kept: answers of status 200 to a plain GET whose ``Cache-Control`` begins with ``public``. While one
thread renders a page anew, others are given the page that it replaces, for at most as long again.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
LONG = 2_000  # milliseconds
MOST = 4_000  # answers
LARGEST = 4 << 20  # bytes of one answer that is kept
SMALLEST = 600  # bytes that are worth compressing
TEXT = ("text/", "application/", "image/svg")
DROPPED = ("content-length", "etag", "vary")


@dataclass(frozen=True)
class Answer:
    """An answer as it is kept: plain and compressed, each with its own tag, and until when it is fresh."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes | None
    tag: str
    until: int

    def given(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request: 304 to whoever has these bytes, compressed to whoever can unpack them."""
        is_packed = self.packed is not None and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        body = self.packed if is_packed and self.packed is not None else self.body
        tag = f'"{self.tag}-gz"' if is_packed else f'"{self.tag}"'
        headers = [*self.headers, ("ETag", tag), ("Vary", "Accept-Encoding")]
        if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 NOT MODIFIED", [each for each in headers if each[0] != "Content-Type"])
            return [b""]
        headers.append(("Content-Length", str(len(body))))
        if is_packed:
            headers.append(("Content-Encoding", "gzip"))
        start_response("200 OK", headers)
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class Kept:
    """An application whose public pages are kept for ``LONG`` milliseconds by ``now``, a clock that only goes forward."""

    def __init__(self, application: Application, now: Callable[[], int]) -> None:
        self._application = application
        self._now = now
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._rendering: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING") or _asks_by_date(environ):
            return self._application(environ, start_response)
        path = environ.get("PATH_INFO", "")
        now = self._now()
        with self._lock:
            kept = self._answers.get(path)
            if kept and now < kept.until:
                self._answers.move_to_end(path)
                return kept.given(environ, start_response)
            rendering = self._rendering.setdefault(path, threading.Lock())
        if not rendering.acquire(blocking=kept is None or now >= kept.until + LONG):
            assert kept  # noqa: S101 -- only with one at hand do we not wait
            return kept.given(environ, start_response)
        try:
            return self._rendered(path, environ, start_response)
        finally:
            rendering.release()
            with self._lock:
                self._rendering.pop(path, None)

    def _rendered(self, path: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            kept = self._answers.get(path)
        if kept and self._now() < kept.until:  # somebody else was ahead of us
            return kept.given(environ, start_response)
        told: list[tuple[str, list[tuple[str, str]]]] = []
        plain = {**environ, "REQUEST_METHOD": "GET"}
        plain.pop("HTTP_IF_NONE_MATCH", None)
        body = b"".join(self._application(plain, lambda status, headers, _info=None: told.append((status, headers))))
        status, headers = told[0]
        answer = self._answer(status, headers, body)
        if answer is None:
            start_response(status, headers)
            return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        with self._lock:
            self._answers[path] = answer
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return answer.given(environ, start_response)

    def _answer(self, status: str, headers: list[tuple[str, str]], body: bytes) -> Answer | None:
        """The answer to keep, or None for one that is not for everybody."""
        names = {name.lower(): value for name, value in headers}
        is_public = names.get("cache-control", "").startswith("public") and "set-cookie" not in names
        if not status.startswith("200") or not is_public or "etag" not in names or len(body) > LARGEST:
            return None
        is_text = names.get("content-type", "").startswith(TEXT)
        packed = gzip.compress(body, 6, mtime=0) if is_text and len(body) >= SMALLEST else None
        lasting = tuple((name, value) for name, value in headers if name.lower() not in DROPPED)
        return Answer(lasting, body, packed, names["etag"].removeprefix("W/").strip('"'), self._now() + LONG)


def _asks_by_date(environ: dict[str, Any]) -> bool:
    """True for a condition on the date alone, which the application answers."""
    return "HTTP_IF_MODIFIED_SINCE" in environ and "HTTP_IF_NONE_MATCH" not in environ


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
