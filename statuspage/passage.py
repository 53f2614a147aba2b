"""``[heartbeat] mount``: what calls ``/heartbeat/`` of the site is passed on to the intake, and its answer passed back.

The site itself stays read only: it has no part in what is said, and an address that is nobody's gets the page that any other gets.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from statuspage import headers

SECONDS = 10.0
ANSWER_SECONDS = 35.0  # as long as the intake may take to keep a call
MOST_AT_ONCE = 100
BODY_BYTES = 1 << 20
ADDRESS = re.compile(r"/heartbeat/[A-Za-z0-9_-]{16,128}(/[a-z0-9]{1,8})?")
NOT_KEPT = (503, b"Not kept, call again\n")
TOO_MUCH = (413, b"At most 1 MB\n")
HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", headers.NEVER),
    *(headers.SECURITY | {"Content-Security-Policy": headers.MACHINES["Content-Security-Policy"]}).items(),
]

Next = Callable[[Any, Any], Awaitable[None]]
Where = Callable[[], tuple[str, int] | None]


class Passage:
    """An application as RSGI wants it, before another. ``intake()`` is where calls go now; None when the site takes none."""

    def __init__(self, rest: Next, intake: Where) -> None:
        self._rest = rest
        self._intake = intake
        self._passing = 0

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        intake = self._intake()
        if not intake or not ADDRESS.fullmatch(scope.path):
            await self._rest(scope, protocol)
            return
        self._passing += 1
        try:
            status, text = await self._passed(scope, protocol, intake) if self._passing <= MOST_AT_ONCE else NOT_KEPT
        finally:
            self._passing -= 1
        if status == 404:
            await self._rest(scope, protocol)
        elif scope.method == "HEAD":
            protocol.response_empty(status, HEADERS)
        else:
            protocol.response_bytes(status, HEADERS, text)

    async def _passed(self, scope: Any, protocol: Any, intake: tuple[str, int]) -> tuple[int, bytes]:
        """What the intake answers, as status and text."""
        try:
            async with asyncio.timeout(SECONDS):
                body = await _body(protocol)
            if body is None:
                return TOO_MUCH
            async with asyncio.timeout(ANSWER_SECONDS):
                return await _asked(intake, f"{scope.method} {scope.path}", body)
        except (OSError, ValueError, TimeoutError):
            return NOT_KEPT


async def _body(protocol: Any) -> bytes | None:
    """What came with the request; None when it is too much."""
    body = b""
    async for part in protocol:
        body += part
        if len(body) > BODY_BYTES:
            return None
    return body


async def _asked(intake: tuple[str, int], line: str, body: bytes) -> tuple[int, bytes]:
    """Ask the intake. OSError when it is not there, ValueError when it hangs up without an answer."""
    reader, writer = await asyncio.open_connection(*intake)
    try:
        writer.write(f"{line} HTTP/1.1\r\nHost: intake\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head, _, text = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    return int(head[9:12]), text
