"""Targets that send what is no answer, or an answer that is out of the ordinary: each ends with the right reason, at once."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import zlib
from typing import Any

import pytest
from running import free_port
from serving import Serve, answer, asked, moved, says, then
from transports import transport

from monitor.timeline.model import Outcome, Reason

__all__ = ["transport"]
pytestmark = pytest.mark.usefixtures("transport")

OK = b"HTTP/1.1 200 OK\r\n"


def verdict(serve: Serve, **settings: Any) -> tuple[Outcome, Reason | None]:
    """What is made of this server. It must not take the deadline to find out."""
    seen = asyncio.run(asked(serve, **({"timeout": 10_000} | settings)))
    assert seen.reason is not Reason.TIMEOUT
    assert "<script" not in seen.verdict.detail
    return seen.outcome, seen.reason


def resets(words: bytes) -> Serve:
    """A server that says this and resets the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(words)
        await writer.drain()
        await asyncio.sleep(0.05)  # a reset overtakes what was not read yet
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    return serve


@pytest.mark.parametrize(
    "words",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"<html>HTTP/0.9</html>\r\n\r\n",
        b"\x16\x03\x01\x00\x05junk" * 10 + b"\r\n\r\n",
        b"HTTP/1.1 000 Nothing\r\n\r\n",
        b"HTTP/1.1 099 Nothing\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        OK + b"X: a\0b\r\n\r\n",
        OK + b"Name : x\r\n\r\n",
        OK + b"X: <script>\0\r\n\r\n",
        OK + b"Content-Length: many\r\n\r\n",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        OK + b"Transfer-Encoding: chunked\r\n\r\n<script>\r\n",
        OK + b"Content-Length: 99\r\n\r\nshort",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        OK + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_a_fault_of_protocol(words: bytes) -> None:
    """Another protocol, an impossible status, a broken header, length or chunk, and a body that is too short."""
    assert verdict(says(words)) == (Outcome.FAIL, Reason.PROTOCOL)


@pytest.mark.parametrize(
    "serve", [then(OK, b"X-More: and more\r\n" * 500), then(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500)]
)
def test_a_header_without_end_is_read_to_a_limit(serve: Serve) -> None:
    """Header lines, or announcements of an answer, as fast as they can be sent."""
    assert verdict(serve) == (Outcome.FAIL, Reason.PROTOCOL)


@pytest.mark.parametrize(
    "serve", [says(b""), says(b"HTTP/1.1 200"), resets(b""), resets(OK), resets(OK + b"Content-Length: 99\r\n\r\nx")]
)
def test_a_connection_that_ends_too_soon_is_closed(serve: Serve) -> None:
    """Closed before the answer; reset before the answer, in its header and in its body."""
    assert verdict(serve) == (Outcome.FAIL, Reason.CLOSED)


@pytest.mark.parametrize(
    "words",
    [
        OK + b"Set-Cookie: name=value; path=/\r\n" * 2500 + b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 <script>alert(1)</script>\r\nX: <script>\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        OK + b"X: a\r\n  folded\r\nContent-Length: 0\r\n\r\n",
        OK + b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
        OK + b"Content-Type: text/html; charset=nonsense\r\nContent-Encoding: nonsense\r\n\r\n\xff\xfe",
        OK + b"Content-Encoding: gzip\r\n\r\nnot gzip at all",
        OK + b"Content-Encoding: " + b"gzip, " * 1000 + b"gzip\r\n\r\nx",
        b"HTTP/1.1 103 Early\r\n\r\n" * 3 + answer("200 OK"),
    ],
)
def test_an_odd_answer_is_judged_by_its_status(words: bytes) -> None:
    """Cookies by the thousand, folded and bare lines, two lengths, unknown charset and coding: what is asked was answered."""
    assert verdict(says(words)) == (Outcome.PASS, None)


@pytest.mark.parametrize("words", [answer("999 What"), b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"])
def test_an_odd_status_is_a_fault_of_status(words: bytes) -> None:
    """A number nobody knows, and a redirect that leads nowhere."""
    assert verdict(says(words)) == (Outcome.FAIL, Reason.STATUS)


def test_a_redirect_that_leads_nowhere_may_be_asked_for() -> None:
    """Who lists the status gets what he asked for."""
    assert verdict(says(answer("304 Not Modified")), status=(304,)) == (Outcome.PASS, None)


@pytest.mark.parametrize(
    "location",
    [
        "/health",
        "http://127.0.0.1:{port}/?again",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "data:text/html,<script>",
        "mailto:a@b.example",
        "http:x",
        "http://127.0.0.1:70000/",
        "http://127.0.0.1:-1/",
        "http://xn--/",
        "http://a b/",
        "http://[::1%25lo]/",
        "http://[::1",
        "//",
        "http://169.254.169.254/",
        "http://[::ffff:169.254.169.254]/",
    ],
)
def test_a_redirect_that_cannot_be_followed_is_a_failure(location: str) -> None:
    """A loop, another scheme, an impossible port or name, a denied address."""
    assert verdict(moved(location)) == (Outcome.FAIL, Reason.REDIRECT)


@pytest.mark.parametrize("location", ["///x", "\\\\127.0.0.1/x", "?x", "x/../y"])
def test_a_redirect_on_the_same_host_is_followed(location: str) -> None:
    """Odd ways to write a path stay where they were."""
    asked_for: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked_for.append((await reader.read(1000)).partition(b"\r\n")[0])
        writer.write(answer("200 OK") if len(asked_for) > 1 else answer("302 Found", "", f"Location: {location}"))
        await writer.drain()

    assert verdict(serve) == (Outcome.PASS, None)
    assert len(asked_for) == 2


def test_a_redirect_to_nobody_is_refused() -> None:
    """The second hop counts as the first does."""
    assert verdict(moved(f"http://127.0.0.1:{free_port()}/")) == (Outcome.FAIL, Reason.CONNECT)


BOMB = zlib.compress(b"0" * 30_000_000)


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("gzip", gzip.compress(b"all is fine", mtime=0), None),
        ("deflate", zlib.compress(b"all is fine"), None),
        ("deflate", zlib.compress(b"all is fine")[2:-4], None),
        ("gzip, deflate", zlib.compress(gzip.compress(b"all is fine", mtime=0)), None),
        ("identity", b"all is fine", None),
        ("gzip", gzip.compress(b"all is lost", mtime=0), Reason.BODY),
        ("gzip", gzip.compress(b"all is fine", mtime=0)[:-4], Reason.BODY),
        ("gzip", b"all is fine", Reason.BODY),
        ("br", b"all is fine", Reason.BODY),
        (", ".join(["gzip"] * 1000), gzip.compress(b"all is fine", mtime=0), Reason.BODY),
        ("deflate", BOMB, Reason.BODY),
        ("deflate, deflate", zlib.compress(BOMB), Reason.BODY),
    ],
)
def test_a_body_in_a_coding_is_unpacked_within_limits(coding: str, body: bytes, reason: Reason | None) -> None:
    """A coding that was not asked for is undone when it is one of the two usual ones; bombs and rubbish lack the text."""
    header = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    outcome = Outcome.FAIL if reason else Outcome.PASS
    assert verdict(says(header + body), contains="fine") == (outcome, reason)


def test_a_charset_is_heeded() -> None:
    """The text is found in the characters the answer says it is written in."""
    latin = OK + "Content-Type: text/html; Charset='ISO-8859-1'\r\n\r\nin orde, één".encode("latin-1")
    assert verdict(says(latin), contains="één") == (Outcome.PASS, None)
    hostile = OK + b"Content-Type: text/html; charset=punycode\r\n\r\nfine" + b"a" * 60_000
    assert verdict(says(hostile), contains="fine") == (Outcome.PASS, None)


@pytest.mark.parametrize(("settings", "outcome"), [({}, Outcome.PASS), ({"contains": "fine"}, Outcome.FAIL)])
@pytest.mark.parametrize("head", [OK + b"\r\n", OK + b"Content-Length: 9999999999999\r\n\r\n"])
def test_a_body_without_end_is_cut(head: bytes, settings: dict[str, Any], outcome: Outcome) -> None:
    """What was read by then decides, and a missing text is said to be missing from a part."""
    seen = asyncio.run(asked(then(head, b"x" * 10_000), **settings))
    assert seen.outcome is outcome
    if settings:
        assert (seen.reason, seen.verdict.detail) == (Reason.BODY, "the body lacks the text (cut)")


@pytest.mark.parametrize(
    "words",
    [
        answer("429 Slow down", "", "Retry-After: 120"),
        answer("403 Forbidden", "", "CF-Mitigated: challenge"),
        answer("202 Accepted", "", "X-Amzn-Waf-Action: challenge"),
    ],
)
def test_being_held_up_is_not_an_outage(words: bytes) -> None:
    """Too many requests, and a page that asks for proof of being human, are about us."""
    assert verdict(says(words)) == (Outcome.UNKNOWN, Reason.BLOCKED)


def test_how_long_to_wait_is_kept() -> None:
    """As a number, and only as one."""
    seen = asyncio.run(asked(says(answer("429 No", "", "Retry-After: 120"))))
    assert seen.verdict.detail == "status 429, retry after 120 s"
    assert asyncio.run(asked(says(answer("429 No", "", "Retry-After: <b>")))).verdict.detail == "status 429"


def test_an_echo_shows_no_secret() -> None:
    """A server that sends the request back as its answer does not bring a key of ours into the record."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(1000))
        await writer.drain()

    seen = asyncio.run(asked(echo, url="http://127.0.0.1:{port}/?key=hush"))
    assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.PROTOCOL)
    assert "hush" not in seen.verdict.detail
