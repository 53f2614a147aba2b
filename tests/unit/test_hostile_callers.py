"""The intake of heartbeats among callers that mean no good."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from calling import TOKEN, Called, called, status
from running import free_port

from monitor import intake
from monitor.clock import Clock

HEAD = f"POST /heartbeat/{TOKEN} HTTP/1.1\r\nHost: meetlat\r\n"


class Turning(Clock):
    """A clock that is turned by hand."""

    at = 0

    def monotonic_ms(self) -> int:
        """What it shows."""
        return Turning.at


def among(folder: Path, scene: Callable[[Called], Awaitable[None]]) -> None:
    """Play a scene."""

    async def play() -> None:
        async with called(folder) as meetlat:
            await scene(meetlat)

    asyncio.run(play())


def heard(meetlat: Called) -> list[str]:
    """What was kept of what was said."""
    return [str(each.sign) for each in meetlat.record.reader.signals("nightly", "local")][1:]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/heartbeat",
        "/heartbeat/",
        "/heartbeat/an-unknown-token-of-nobody",
        f"/heartbeat/{TOKEN}/",
        f"/heartbeat/{TOKEN}/stop",
        f"/heartbeat/{TOKEN}/256",
        f"/heartbeat/{TOKEN}/1000",
        f"/heartbeat/{TOKEN}/-1",
        f"/heartbeat/{TOKEN}/start/",
        f"/heartbeat/{TOKEN}x",
        f"/heartbeat/{TOKEN[:-1]}",
        f"/heartbeat/{TOKEN.upper()}",
        f"//heartbeat/{TOKEN}",
        f"/x/../heartbeat/{TOKEN}",
        f"/heartbeat/..%2fheartbeat%2f{TOKEN}",
        f"/heartbeat/%61{TOKEN[1:]}",
        f"/heartbeat/{TOKEN}%00",
        f"/heartbeat/{TOKEN};fail",
        f"http://meetlat/heartbeat/{TOKEN}",
        "/heartbeat/" + "a" * 129,
        "*",
    ],
)
def test_what_is_nobodys_address_is_not_there(tmp_path: Path, path: str) -> None:
    """All of it is answered alike, byte for byte, and nothing is heard."""

    async def scene(meetlat: Called) -> None:
        said = await meetlat.say(f"GET {path} HTTP/1.1\r\nHost: meetlat\r\n\r\n".encode())
        assert said == await meetlat.say(b"GET /nothing HTTP/1.1\r\nHost: meetlat\r\n\r\n")
        assert status(said) == 404
        assert heard(meetlat) == []

    among(tmp_path, scene)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "x" * 100])
def test_other_methods_are_refused(tmp_path: Path, method: str) -> None:
    """Whether the token is somebody's or not makes no difference."""

    async def scene(meetlat: Called) -> None:
        words = [f"{method} /heartbeat/{name} HTTP/1.1\r\nHost: m\r\n\r\n".encode() for name in (TOKEN, "x" * 20)]
        mine, others = [await meetlat.say(each) for each in words]
        assert mine == others
        assert status(mine) == 405
        assert heard(meetlat) == []

    among(tmp_path, scene)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", 400),  # TLS on a port without it
        (b"hello\r\n\r\n", 400),
        (b"GET /heartbeat/" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", 431),
        (f"GET /heartbeat/{TOKEN} HTTP/1.1\r\n\r\n".encode(), 400),  # no Host
        (HEAD.encode() + b"X: " + b"y" * 20_000 + b"\r\n\r\n", 431),
        (HEAD.encode() + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD.encode() + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
        (HEAD.encode() + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (HEAD.encode() + b"Content-Length: 2000000\r\n\r\n" + b"x" * 1_100_000, 413),
        (HEAD.encode() + b"A b: c\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused(tmp_path: Path, words: bytes, expected: int) -> None:
    """With the status for it, and nothing is heard. Whoever sends too much may be cut off before the answer arrives."""

    async def scene(meetlat: Called) -> None:
        assert status(await meetlat.say(words)) in ({expected, 0} if expected == 413 else {expected})
        assert heard(meetlat) == []
        assert await meetlat.call() == 200

    among(tmp_path, scene)


def test_a_call_in_any_form_of_http_is_heard(tmp_path: Path) -> None:
    """HTTP/1.0 without a host, a body in chunks, one that waits to be asked for, and a query that says nothing to us."""

    async def scene(meetlat: Called) -> None:
        chunked = HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        assert status(await meetlat.say(chunked)) == 200
        assert status(await meetlat.say(f"GET /heartbeat/{TOKEN}?rid=1 HTTP/1.0\r\n\r\n".encode())) == 200
        waiting = HEAD.encode() + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", meetlat.port)
        writer.write(waiting)
        assert (await reader.readline()).startswith(b"HTTP/1.1 100")
        writer.write(b"again")
        assert b"HTTP/1.1 200" in await reader.read()
        writer.close()
        notes = [each.note for each in meetlat.record.reader.signals("nightly", "local")]
        assert notes == ["", "again"]  # from the last success but one on

    among(tmp_path, scene)


def test_slow_callers_keep_nobody_from_calling(tmp_path: Path) -> None:
    """Four hundred connections that say one byte, or nothing, and stay: a call among them is heard at once."""

    async def scene(meetlat: Called) -> None:
        slow = [await asyncio.open_connection("127.0.0.1", meetlat.port) for _ in range(400)]
        for _, writer in slow[::2]:
            writer.write(b"P")
        begun = time.monotonic()
        assert [await meetlat.call() for _ in range(5)] == [200] * 5
        assert time.monotonic() - begun < intake.SECONDS  # nobody's deadline had to pass first
        for _, writer in slow:
            writer.close()

    among(tmp_path, scene)


def test_a_crowd_waits_its_turn(tmp_path: Path) -> None:
    """Seven hundred callers at the same moment, as at three at night: each is answered."""

    async def scene(meetlat: Called) -> None:
        words = b"GET /heartbeat/an-unknown-token-of-nobody HTTP/1.1\r\nHost: meetlat\r\n\r\n"
        found = await asyncio.gather(*(meetlat.say(words) for _ in range(700)))
        assert {status(each) for each in found} == {404}
        assert await meetlat.call() == 200

    among(tmp_path, scene)


def test_who_never_comes_to_the_point_is_cut_off(tmp_path: Path) -> None:
    """A byte at a time, for ever, ends with the deadline."""

    async def scene(meetlat: Called) -> None:
        impatient = intake.Intake(meetlat.clock, meetlat.tools.heartbeats, meetlat.tools.mishaps, seconds=0.3)
        port = free_port()
        await impatient.open("127.0.0.1", port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def drip() -> None:
            for byte in HEAD * 100:
                writer.write(byte.encode())
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 10) == b""
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        writer.close()
        await impatient.close()
        assert heard(meetlat) == []

    among(tmp_path, scene)


def test_too_many_calls_are_refused_and_who_calls_too_often_is_still_heard(tmp_path: Path) -> None:
    """More than sixty at once: the rest is told to come again. Two a second are heard, or who calls too often would be down."""

    async def scene(meetlat: Called) -> None:
        found = await asyncio.gather(*(meetlat.call() for _ in range(intake.AT_ONCE + 40)))
        assert found.count(200) >= intake.AT_ONCE
        assert found.count(429) >= 20
        assert set(found) == {200, 429}

    among(tmp_path, scene)
    rate, heard = intake.Rate(Turning()), 0
    for i in range(1200):  # two minutes, ten times a second
        Turning.at += 100
        heard += rate.allows("other") and i >= 600
    assert heard == 120
    assert rate.allows("nightly")


def test_a_token_is_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """At no level, whatever is asked of it and whatever goes wrong, and a mistake of ours ends one call only."""
    caplog.set_level(logging.DEBUG)

    async def scene(meetlat: Called) -> None:
        await meetlat.call()
        await meetlat.call("/stop")
        await meetlat.call(method="BREW")
        await meetlat.say(f"GET /heartbeat/{TOKEN}\r\n\r\n".encode())

        def broken(*_: object) -> None:
            raise RuntimeError("a mistake")

        meetlat.record.hear = broken  # type: ignore[method-assign, assignment]
        assert await meetlat.call() == 0
        assert "a mistake" in caplog.text
        del meetlat.record.hear
        assert await meetlat.call() == 200

    among(tmp_path, scene)
    assert TOKEN not in caplog.text


def test_a_taken_port_stops_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The worker goes on and says so; that nobody listens is nobody's fault."""

    async def play() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with called(tmp_path, port=port) as meetlat:
            assert (await meetlat.look()).verdict.detail == "nothing listens for its calls"
        server.close()

    asyncio.run(play())
    assert "nothing listens for heartbeats on 127.0.0.1" in caplog.text
