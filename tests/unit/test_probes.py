"""Probes meet real servers on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from running import free_port

from monitor.clock import Clock
from monitor.probes import Probe, http, observe, open_tools, tcp
from monitor.timeline.model import Observation, Outcome, Reason

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(serve: Serve, port: int) -> AsyncIterator[None]:
    """A server on that port, whose conversations all end with it."""
    talking: set[asyncio.Task[Any]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        talking.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


def says(answer: bytes) -> Serve:
    """A server that says this and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(answer)
        await writer.drain()
        writer.close()

    return serve


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that never answers."""
    await reader.read(1000)
    await asyncio.sleep(0.6)
    writer.close()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that sends one byte of a header now and then."""
    await reader.read(1000)
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(8):
        writer.write(b"x")
        await asyncio.sleep(0.1)
    writer.close()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server whose body has no end."""
    await reader.read(1000)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()
    except OSError:
        writer.close()


def answer(status: str, body: str = "", *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()


async def asked(serve: Serve | None, **settings: Any) -> Observation:
    """One observation of a server that behaves like this; of a port where nobody listens for None."""
    port = free_port()
    async with serving(serve, port) if serve else contextlib.nullcontext(), open_tools(Clock()) as tools:
        return await observe(http_probe(port, **settings), "local", 1000, tools)


def http_probe(port: int, **settings: Any) -> Probe:
    """A probe of that port."""
    plain: dict[str, Any] = {"id": "p", "interval": 1000, "timeout": 400, "confirm": 2, "recover": 2}
    url = f"http://127.0.0.1:{port}/health"
    return http.Settings(**(plain | {"url": url} | settings))


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (says(answer("200 OK", "fine")), {}, Outcome.PASS, None),
        (says(answer("200 OK", "fine")), {"contains": "fine"}, Outcome.PASS, None),
        (says(answer("200 OK", "fine")), {"contains": "good"}, Outcome.FAIL, Reason.BODY),
        (says(answer("500 <script>", "")), {}, Outcome.FAIL, Reason.STATUS),
        (says(answer("204 No Content")), {"status": (200,)}, Outcome.FAIL, Reason.STATUS),
        (says(answer("503 Busy")), {"status": (200, 503)}, Outcome.PASS, None),
        (says(answer("429 Slow down")), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("200 OK", "fine")), {"degraded_above": 0}, Outcome.DEGRADED, Reason.SLOW),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
        (silent, {}, Outcome.FAIL, Reason.TIMEOUT),
        (dripping, {}, Outcome.FAIL, Reason.TIMEOUT),
        (endless, {}, Outcome.PASS, None),
        (says(b""), {}, Outcome.FAIL, Reason.CLOSED),
        (says(b"SSH-2.0-OpenSSH\r\n\r\n"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (says(answer("302 Found", "", "Location: /health")), {}, Outcome.FAIL, Reason.REDIRECT),
        (says(answer("302 Found", "", "Location: javascript:alert(1)")), {}, Outcome.FAIL, Reason.REDIRECT),
        (says(answer("302 Found", "", "Location: http://x:70000/")), {}, Outcome.FAIL, Reason.REDIRECT),
        (says(answer("302 Found", "", "Location: file:///etc/passwd")), {}, Outcome.FAIL, Reason.REDIRECT),
        (says(answer("302 Found", "", "Location: http://169.254.169.254/")), {}, Outcome.UNKNOWN, Reason.POLICY),
        (says(answer("200 OK")), {"url": "http://169.254.169.254/"}, Outcome.UNKNOWN, Reason.POLICY),
    ],
)
def test_each_way_to_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """Whatever the target does, the probe ends within its deadline with the right reason."""
    seen = asyncio.run(asked(serve, **settings))
    assert (seen.outcome, seen.reason) == (outcome, reason), seen
    assert seen.phases.total_us < 700_000


def test_phases_are_measured() -> None:
    """Connecting and the first byte are known for an answer over plain HTTP; there is no TLS."""
    phases = asyncio.run(asked(says(answer("200 OK")))).phases
    assert phases.connect_us is not None
    assert phases.first_byte_us is not None
    assert phases.tls_us is None
    assert phases.total_us >= phases.connect_us + phases.first_byte_us


def test_tls_that_fails_is_said() -> None:
    """Plain HTTP on a port that should speak TLS."""

    async def ask() -> Observation:
        port = free_port()
        async with serving(says(answer("400 Bad")), port), open_tools(Clock()) as tools:
            return await observe(http_probe(port, url=f"https://127.0.0.1:{port}/"), "local", 1000, tools)

    assert asyncio.run(ask()).reason is Reason.TLS


@pytest.mark.parametrize(("listens", "outcome"), [(True, Outcome.PASS), (False, Outcome.FAIL)])
def test_a_port_is_open_or_not(listens: bool, outcome: Outcome) -> None:
    """TCP: an accepted connection is a pass, a refused one a failure."""

    async def ask() -> Observation:
        port = free_port()
        probe = tcp.Settings(id="p", interval=1000, timeout=400, confirm=2, recover=2, host="localhost", port=port)
        async with serving(says(b"hello"), port) if listens else contextlib.nullcontext(), open_tools(Clock()) as tools:
            return await observe(probe, "local", 1000, tools)

    assert asyncio.run(ask()).outcome is outcome


def test_a_hanging_target_delays_no_other() -> None:
    """Fifty silent targets beside one that answers: it is seen as quickly as alone."""

    async def ask() -> tuple[int, int]:
        slow, fast = free_port(), free_port()
        good = says(answer("200 OK"))
        async with serving(silent, slow), serving(good, fast), open_tools(Clock()) as tools:
            hanging = [asyncio.ensure_future(observe(http_probe(slow), "local", 1000, tools)) for _ in range(50)]
            await asyncio.sleep(0.15)
            seen = await observe(http_probe(fast), "local", 1000, tools)
            done = [await each for each in hanging]
        return seen.phases.total_us, sum(each.outcome is Outcome.PASS for each in done)

    took, passed = asyncio.run(ask())
    assert took < 300_000
    assert passed == 0
