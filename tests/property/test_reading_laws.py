"""The law of the two parsers: whatever comes over the wire, and however it is cut, the answer is the one that h11 sees."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import h11
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.http_client.reading import Reading, Strict

Seen = tuple[int, list[tuple[bytes, bytes]], bytes, bool] | str
BEGINNINGS = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.0 200 OK\r\n",
    b"HTTP/1.1 204 No Content\r\n",
    b"HTTP/1.1 304 Not Modified\r\n",
    b"HTTP/1.1 500\r\n",
    b"HTTP/1.1 999 \xe9\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    b"HTTP/2.0 200 OK\r\n",
    b"RTSP/1.0 200 OK\r\n",
    b"ICE/1.0 200 OK\r\n",
    b"\r\nHTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 200 O\0K\r\n",
    b"HTTP/1.1 099 No\r\n",
]
LINES = [
    b"Content-Length: 5\r\n",
    b"Content-Length: 5\r\nContent-Length: 5\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: 4\r\n",
    b"Content-Length: +5\r\n",
    b"content-length:5 \r\n",
    b"Content-Length: 00005\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"transfer-encoding:\tCHUNKED \r\n",
    b"Transfer-Encoding: gzip\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: \r\n",
    b"Connection: close\r\n",
    b"Connection: upgrade\r\nUpgrade: h2c\r\n",
    b"Connection: keep-alive\r\n",
    b"X: a\r\n b\r\n",
    b"X: \x01\r\n",
    b"X:\r\n",
    b"X\r\n",
    b"X : y\r\n",
    b"X: y\n",
    b"X: a\0\r\n",
    b"Set-Cookie: a\xff\r\n",
]
BODIES = [
    b"hello",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
    b"5 \r\nhello\r\n0\r\n\r\n",
    b"5\nhello\n0\n\n",
    b"0005\r\nhello\r\n00\r\n\r\n",
    b"fffffffffffffffffffffff\r\nhello",
    b"-1\r\n",
    b"",
    b"helloHTTP/1.1 500 No\r\n\r\n",
]
ANSWERS = st.builds(
    lambda first, lines, end, body: first + b"".join(lines) + end + body,
    st.sampled_from(BEGINNINGS),
    st.lists(st.sampled_from(LINES), max_size=4),
    st.sampled_from([b"\r\n", b"\n", b""]),
    st.sampled_from(BODIES),
)

SPOILED = st.builds(
    lambda a, at, b: a[: at % len(a)] + b + a[at % len(a) :], ANSWERS, st.integers(0, 99), st.binary(max_size=3)
)


def seen(words: bytes, cuts: Sequence[int], is_head: bool, *, only_h11: bool) -> Seen:
    """What becomes of these bytes when they come in these pieces and the connection ends."""

    async def read() -> Seen:
        reading: Reading | Strict = Strict(is_head) if only_h11 else Reading(is_head)
        edges = [0, *sorted(cut % (len(words) + 1) for cut in cuts), len(words)]
        pieces = [words[a:b] for a, b in pairwise(edges) if a < b]
        try:
            for piece in (*pieces, b""):
                if not reading.is_complete:
                    fed = reading.feed(piece)
                    if fed is not None:
                        await fed
        except h11.RemoteProtocolError as error:
            return "closed" if "disconnected" in str(error) else "protocol"
        headers = [(name.lower(), value) for name, value in reading.headers]
        return reading.status, headers, bytes(reading.body), reading.is_complete

    return asyncio.run(read())


@given(
    st.one_of(ANSWERS, SPOILED),
    st.lists(st.integers(0, 300), max_size=3),
    st.booleans(),
)
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", [3, 20, 40], False)
def test_there_is_one_opinion_of_what_is_http(words: bytes, cuts: list[int], is_head: bool) -> None:
    """Status, headers, body and end, or that it is no answer."""
    assert seen(words, cuts, is_head, only_h11=False) == seen(words, cuts, is_head, only_h11=True)
