"""Rendered bytes are kept for two seconds and answered before Flask."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterable
from typing import Any

import brotli
import pytest
from werkzeug.test import Client

from statuspage.answer import asked
from statuspage.kept import LARGEST, LONG, LONGEST, MOST_BYTES, Kept

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


def site(
    headers: list[tuple[str, str]] = PUBLIC, status: str = "200 OK", revision: Callable[[], object] | None = None
) -> tuple[Client, Rendering, Hand]:
    """A client, what it asks, and the clock. Without a ``revision`` the record changes all the time."""
    rendering, clock = Rendering(headers, status), Hand()
    return Client(Kept(rendering, clock, revision or object)), rendering, clock


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
    plain, packed = client.get("/"), client.get("/", headers={"Accept-Encoding": "deflate, gzip;q=0.5"})
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


def test_a_page_of_an_unchanged_record_is_not_rendered_again() -> None:
    """It is kept until what it says of the passing time is ten seconds old; a change of the record shows after two."""
    edition = [1]
    client, rendering, clock = site(revision=lambda: edition[0])
    for clock.ms in range(0, LONGEST, LONG):
        client.get("/")
    assert rendering.asked == 1
    clock.ms = LONGEST
    client.get("/")
    assert rendering.asked == 2
    edition[0] = 2
    clock.ms += LONG - 1
    client.get("/")
    assert rendering.asked == 2
    clock.ms += 1
    client.get("/")
    assert rendering.asked == 3


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.0", None),
        ("gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("*;q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_smallest_form_that_the_reader_takes(accepted: str, coding: str | None) -> None:
    """Brotli before gzip before none, as RFC 9110 lets a reader say it; each unpacks to the same bytes and has a tag of its own."""
    client, _, _ = site()
    plain = client.get("/")
    answer = client.get("/", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](answer.data)
    assert unpacked == plain.data
    assert (answer.headers["ETag"] == plain.headers["ETag"]) is (coding is None)


def test_what_is_at_hand_needs_no_work() -> None:
    """A form that was never made is not at hand, nor is a page that is due; whatever has a query never is."""
    clock = Hand()
    kept = Kept(Rendering(PUBLIC), clock, object)
    plain = asked("GET", "/", "", lambda _: "")
    packed = asked("GET", "/", "", lambda name: "gzip" if name == "accept-encoding" else "")
    assert kept.at_hand(plain) is None
    first = Client(kept).get("/")
    assert kept.at_hand(packed) is None
    reply = kept.at_hand(plain)
    assert reply
    assert reply.body == first.data
    Client(kept).get("/", headers={"Accept-Encoding": "gzip"})
    reply = kept.at_hand(packed)
    assert reply
    assert gzip.decompress(reply.body) == first.data
    assert kept.at_hand(asked("GET", "/", "a=b", lambda _: "")) is None
    clock.ms = LONG
    assert kept.at_hand(plain) is None


def test_memory_is_bounded() -> None:
    """Many large pages push out the ones that were asked for least recently."""

    class Large(Rendering):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            super().__call__(environ, start_response)
            return [b"x" * LARGEST]

    large = Large(PUBLIC)
    client = Client(Kept(large, Hand(), object))
    count = MOST_BYTES // LARGEST + 1
    for n in range(count):
        client.get(f"/{n}")
    client.get(f"/{count - 1}")
    assert large.asked == count
    client.get("/0")
    assert large.asked == count + 1
