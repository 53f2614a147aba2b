"""Rendered bytes, kept for seconds and answered before Flask: under a crowd each page is rendered once in that time.

Only what anybody may keep is kept: answers of status 200 to a plain GET whose ``Cache-Control`` begins with ``public``. A page is
rendered anew when it is older than ``LONG`` and the record has changed since, or older than ``LONGEST``. While one thread renders
it, others are given the page that it replaces, for at most as long again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from statuspage.answer import Answer, Asked, Reply, of
from statuspage.negotiated import preferred

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
LONG = 2_000  # milliseconds
LONGEST = 10_000  # what a page says of the time that passes is at most this old
MOST = 4_000  # answers
MOST_BYTES = 64 << 20
LARGEST = 4 << 20  # bytes of one answer that is kept


@dataclass(frozen=True)
class _Page:
    """An answer, the record it was made of, when it was made and until when nobody needs to look."""

    answer: Answer
    revision: object
    made: int
    until: int


class Kept:
    """An application whose public pages are kept by ``now``, a clock in milliseconds that only goes forward.

    ``revision`` says which edition of the record is there: two that are equal are the same. Of ``languages`` a first visit gets the
    first; whoever likes another one better is led to it by the application.
    """

    def __init__(
        self,
        application: Application,
        now: Callable[[], int],
        revision: Callable[[], object],
        languages: tuple[str, ...] = ("en",),
    ) -> None:
        self._application = application
        self._now = now
        self._revision = revision
        self._languages = languages
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._bytes = 0
        self._rendering: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def at_hand(self, asked: Asked) -> Reply | None:
        """The reply that needs no work at all; None when there is none."""
        answer = self._fresh(asked) if self._is_plain(asked) else None
        return answer.reply(asked) if answer and answer.is_made(asked) else None

    def _is_plain(self, asked: Asked) -> bool:
        wanted = preferred(asked.languages, self._languages) if asked.languages else self._languages[0]
        return asked.is_plain and wanted == self._languages[0]

    def _fresh(self, asked: Asked) -> Answer | None:
        with self._lock:
            page = self._pages.get(asked.path)
            if page is None or self._now() >= page.until:
                return None
            self._pages.move_to_end(asked.path)
        return page.answer

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        asked = of(environ)
        if not self._is_plain(asked):
            return self._application(environ, start_response)
        answer = self._fresh(asked)
        if answer is None:
            with self._lock:
                kept = self._pages.get(asked.path)
                rendering = self._rendering.setdefault(asked.path, threading.Lock())
            if not rendering.acquire(blocking=kept is None or self._now() >= kept.until + LONG):
                assert kept  # noqa: S101 -- only with one at hand do we not wait
                return kept.answer.reply(asked).start(start_response)
            try:
                answer = self._fresh(asked) or self._renewed(asked)
                if answer is None:
                    return self._rendered(asked, environ).start(start_response)
            finally:
                rendering.release()
                with self._lock:
                    self._rendering.pop(asked.path, None)
        return answer.reply(asked).start(start_response)

    def _renewed(self, asked: Asked) -> Answer | None:
        """The page there is, when it is still what would be rendered."""
        with self._lock:
            page = self._pages.get(asked.path)
        if page is None or self._now() - page.made >= LONGEST or page.revision != self._revision():
            return None
        with self._lock:
            self._pages[asked.path] = replace(page, until=self._now() + LONG)
        return page.answer

    def _rendered(self, asked: Asked, environ: dict[str, Any]) -> Reply:
        revision = self._revision()  # ahead of the rendering: what changes meanwhile is then seen to have changed
        told: list[tuple[str, list[tuple[str, str]]]] = []
        plain = {**environ, "REQUEST_METHOD": "GET"}
        plain.pop("HTTP_IF_NONE_MATCH", None)
        body = b"".join(self._application(plain, lambda status, headers, _info=None: told.append((status, headers))))
        status, headers = told[0]
        answer = Answer.made(status, headers, body)
        if answer is None or len(body) > LARGEST:
            return Reply(status, headers, b"" if asked.is_head else body)
        now = self._now()
        self._keep(asked.path, _Page(answer, revision, now, now + LONG))
        return answer.reply(asked)

    def _keep(self, path: str, page: _Page) -> None:
        with self._lock:
            before = self._pages.pop(path, None)
            self._bytes += len(page.answer.body) - (len(before.answer.body) if before else 0)
            self._pages[path] = page
            while len(self._pages) > MOST or (self._bytes > MOST_BYTES and len(self._pages) > 1):
                self._bytes -= len(self._pages.popitem(last=False)[1].answer.body)
