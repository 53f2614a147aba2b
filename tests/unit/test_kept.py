"""Rendered bytes are kept for two seconds and answered before Flask."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from statuspage.kept import LONG, Kept

PUBLIC = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public, max-age=15"), ("ETag", '"abc"')]


class Rendering:
    """An application that counts how often it is asked."""

    def __init__(self, headers: list[tuple[str, str]], status: str = "200 OK") -> None:
        self.headers, self.status, self.asked = headers, status, 0
        self.wait: threading.Event | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """A page that says how often it was rendered."""
        self.asked += 1
        if self.wait:
            self.wait.wait(5)
        start_response(self.status, list(self.headers))
        return [f"page {self.asked} ".encode() * 100]


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.ms = 0

    def __call__(self) -> int:
        """Milliseconds."""
        return self.ms


def site(headers: list[tuple[str, str]] = PUBLIC, status: str = "200 OK") -> tuple[Client, Rendering, Hand]:
    """A client, what it asks, and the clock."""
    rendering, clock = Rendering(headers, status), Hand()
    return Client(Kept(rendering, clock)), rendering, clock


def test_a_page_is_rendered_once_in_two_seconds() -> None:
    """Asked again within them it is the same bytes; a moment later it is rendered anew."""
    client, rendering, clock = site()
    assert client.get("/").data == client.get("/").data
    assert rendering.asked == 1
    clock.ms = LONG
    client.get("/")
    assert rendering.asked == 2
    client.get("/other")
    assert rendering.asked == 3


@pytest.mark.parametrize(
    ("headers", "status", "path"),
    [
        ([("Content-Type", "text/html"), ("Cache-Control", "no-store")], "200 OK", "/"),
        (PUBLIC, "404 NOT FOUND", "/"),
        (PUBLIC, "500 INTERNAL SERVER ERROR", "/"),
        ([*PUBLIC, ("Set-Cookie", "a=b")], "200 OK", "/"),
        (PUBLIC, "200 OK", "/?key=secret"),
    ],
)
def test_what_is_not_for_everybody_is_never_kept(headers: list[tuple[str, str]], status: str, path: str) -> None:
    """Faults, private pages, cookies and anything with a query are asked each time."""
    client, rendering, _ = site(headers, status)
    client.get(path)
    client.get(path)
    assert rendering.asked == 2


def test_compressed_and_plain_have_tags_of_their_own() -> None:
    """Who unpacks gzip gets it, with a tag that fits only it; who has these bytes gets none; HEAD has no body."""
    client, rendering, _ = site()
    plain, packed = client.get("/"), client.get("/", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == "Accept-Encoding"
    for answer, accepted in ((plain, "identity"), (packed, "gzip")):
        again = client.get("/", headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": accepted})
        assert (again.status_code, again.data) == (304, b"")
    assert client.get("/", headers={"Accept-Encoding": "gzip;q=0"}).data == plain.data
    head = client.head("/")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(plain.data)))
    assert rendering.asked == 1


def test_while_one_renders_the_others_get_the_page_before() -> None:
    """A slow page is rendered by one thread; nobody else waits for it."""
    client, rendering, clock = site()
    before = client.get("/").data
    clock.ms = LONG
    rendering.wait = threading.Event()
    slow = threading.Thread(target=lambda: client.get("/"))
    slow.start()
    while rendering.asked < 2:
        pass
    assert client.get("/").data == before
    rendering.wait.set()
    slow.join()
    assert client.get("/").data != before
