"""Between the server (RSGI) and a WSGI application that takes forms: a body is read up to a few kilobytes and for a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from statuspage import headers
from statuspage.doorway import environment

THREADS = 4
SECONDS = 10.0
BODY_BYTES = 32 << 10
PLAIN = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", headers.NEVER), *headers.SECURITY.items()]
App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Counter:
    """An application as RSGI wants it, over one as WSGI wants it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="counter")

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        try:
            async with asyncio.timeout(SECONDS):
                body = await _body(protocol) if scope.method == "POST" else b""
        except TimeoutError:
            protocol.response_bytes(408, PLAIN, b"Too slow\n")
            return
        if body is None:
            protocol.response_bytes(413, PLAIN, b"Too much\n")
            return
        asked = environment(scope, body)
        asked["CONTENT_TYPE"] = scope.headers.get("content-type") or ""
        asked["CONTENT_LENGTH"] = str(len(body))
        status, fields, data = await asyncio.get_running_loop().run_in_executor(self._threads, self._answered, asked)
        if data and scope.method != "HEAD":
            protocol.response_bytes(status, fields, data)
        else:
            protocol.response_empty(status, fields)

    def _answered(self, asked: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        told: list[tuple[str, list[tuple[str, str]]]] = []
        start: Callable[..., None] = lambda status, fields, _info=None: told.append((status, fields))  # noqa: E731
        data = b"".join(self._app(asked, start))
        status, fields = told[0]
        return int(status[:3]), fields, data


async def _body(protocol: Any) -> bytes | None:
    """What came with the request; None when it is too much."""
    body = b""
    async for part in protocol:
        body += part
        if len(body) > BODY_BYTES:
            return None
    return body
