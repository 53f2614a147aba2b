"""Between the server (RSGI) and Flask (WSGI, PEP 3333): what is at hand is answered on the spot, the rest by threads.

A request body is never read: there is no route that takes one.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from statuspage.answer import Asked, Reply, asked

THREADS = 4


class Site(Protocol):
    """What is served."""

    def at_hand(self, asked: Asked) -> Reply | None:
        """The reply that needs no work; None when there is none."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""


class Doorway:
    """An application as RSGI wants it, over a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        headers = scope.headers
        question = asked(scope.method, scope.path, scope.query_string, lambda name: headers.get(name) or "")
        reply = self._site.at_hand(question)
        if reply is None:
            environ = environment(scope)
            reply = await asyncio.get_running_loop().run_in_executor(self._threads, self._answered, environ)
        body, status = reply.body, int(reply.status[:3])
        if body:
            protocol.response_bytes(status, reply.headers, body)
        else:
            protocol.response_empty(status, reply.headers)

    def _answered(self, environ: dict[str, Any]) -> Reply:
        told: list[tuple[str, list[tuple[str, str]]]] = []
        start: Callable[..., None] = lambda status, headers, _info=None: told.append((status, headers))  # noqa: E731
        parts = self._site(environ, start)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return Reply(*told[0], b"" if environ["REQUEST_METHOD"] == "HEAD" else body)


def environment(scope: Any, body: bytes = b"") -> dict[str, Any]:
    """A request as WSGI wants it. Texts are bytes in Latin-1 there."""
    host, _, port = scope.server.rpartition(":")
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return found | _fields(scope.headers)


def _fields(headers: Any) -> dict[str, str]:
    """Header fields by their names in WSGI. A name with an underscore could pass for another one's, and is left out."""
    fields: dict[str, str] = {}
    for name, value in headers.items():
        if "_" not in name and name not in ("content-type", "content-length"):
            key = "HTTP_" + name.upper().replace("-", "_")
            fields[key] = f"{fields[key]},{value}" if key in fields else value
    return fields
