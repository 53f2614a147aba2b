"""Probes meet real servers on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiodns import error as aiodns_error
from running import free_port

from monitor.clock import Clock
from monitor.probes import Probe, http, observe, open_tools, tcp
from monitor.table import Secret
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


async def dripping_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that answers and does not finish."""
    await reader.read(1000)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx")
    await asyncio.sleep(0.6)


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
        (says(answer("302 Found", "", "Location: http://a b/")), {}, Outcome.FAIL, Reason.REDIRECT),
        (says(answer("302 Found", "", "Location: file:///etc/passwd")), {}, Outcome.FAIL, Reason.REDIRECT),
        (says(answer("302 Found", "", "Location: http://169.254.169.254/")), {}, Outcome.UNKNOWN, Reason.POLICY),
        (says(answer("200 OK")), {"url": "http://[::ffff:169.254.169.254]/"}, Outcome.UNKNOWN, Reason.POLICY),
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


@pytest.mark.parametrize(
    ("serve", "url", "phase"),
    [(silent, "http", "answer"), (dripping_body, "http", "end of the body"), (silent, "https", "TLS handshake")],
)
def test_a_timeout_names_what_was_waited_for(serve: Serve, url: str, phase: str) -> None:
    """A silent server, one whose body does not end, and one that is silent in the handshake are told apart."""
    port = free_port()

    async def ask() -> Observation:
        async with serving(serve, port), open_tools(Clock()) as tools:
            return await observe(http_probe(port, url=f"{url}://127.0.0.1:{port}/", timeout=300), "local", 1000, tools)

    seen = asyncio.run(ask())
    assert (seen.reason, seen.verdict.detail) == (Reason.TIMEOUT, f"no {phase} within 300 ms")


def test_phases_of_redirects_add_up() -> None:
    """A second hop that is refused leaves no phase negative, and none longer than the whole."""
    phases = asyncio.run(asked(says(answer("302 Found", "", f"Location: http://127.0.0.1:{free_port()}/")))).phases
    measured = [phases.dns_us, phases.connect_us, phases.first_byte_us]
    assert all(each is not None and each >= 0 for each in measured)
    assert sum(each or 0 for each in measured) <= phases.total_us


def test_an_unfit_header_is_our_fault_and_never_shown() -> None:
    """A secret that cannot be sent is no failure of the target, and stays out of the record."""
    headers = {"X-Key": Secret("${KEY}", "hush\n")}
    seen = asyncio.run(asked(says(answer("200 OK")), headers=headers))
    assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.INTERNAL)
    assert "hush" not in seen.verdict.detail


def test_a_secret_header_stays_with_its_host() -> None:
    """A redirect to another host or port does not take the headers along."""
    heard: list[bytes] = []
    there = free_port()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.write(answer("200 OK"))
        await writer.drain()

    async def ask() -> Observation:
        async with serving(hear, there):
            moved = says(answer("302 Found", "", f"Location: http://127.0.0.1:{there}/"))
            return await asked(moved, headers={"X-Key": Secret("${KEY}", "hush")})

    assert asyncio.run(ask()).outcome is Outcome.PASS
    assert len(heard) == 1
    assert b"hush" not in heard[0]


def test_a_connection_closed_in_the_handshake_is_closed() -> None:
    """A server that accepts and hangs up before TLS."""

    async def ask() -> Observation:
        port = free_port()
        async with serving(says(b""), port), open_tools(Clock()) as tools:
            return await observe(http_probe(port, url=f"https://127.0.0.1:{port}/"), "local", 1000, tools)

    assert asyncio.run(ask()).reason is Reason.CLOSED


def test_a_late_event_loop_accuses_nobody() -> None:
    """A monitor that was busy for most of the timeout cannot tell that the target was silent."""

    async def ask() -> Observation:
        port = free_port()
        async with serving(silent, port), open_tools(Clock()) as tools:
            asked = asyncio.ensure_future(observe(http_probe(port), "local", 1000, tools))
            await asyncio.sleep(0.1)
            time.sleep(0.2)  # noqa: ASYNC251 -- the point of the test
            return await asked

    assert asyncio.run(ask()).reason is Reason.OVERLOAD


@pytest.mark.parametrize(
    ("number", "outcome", "reason"),
    [
        (errno.ECONNREFUSED, Outcome.FAIL, Reason.CONNECT),
        (errno.ECONNRESET, Outcome.FAIL, Reason.CLOSED),
        (errno.ENETUNREACH, Outcome.UNKNOWN, Reason.NETWORK),
        (errno.EMFILE, Outcome.UNKNOWN, Reason.INTERNAL),
        (errno.EADDRNOTAVAIL, Outcome.UNKNOWN, Reason.INTERNAL),
        (errno.EAFNOSUPPORT, Outcome.UNKNOWN, Reason.INTERNAL),
    ],
)
@pytest.mark.parametrize("kind", ["http", "tcp"])
def test_only_the_wire_can_accuse(
    monkeypatch: pytest.MonkeyPatch, kind: str, number: int, outcome: Outcome, reason: Reason
) -> None:
    """What the system says when connecting fails decides whose fault it is; what is not known is never the target's."""

    async def ask() -> Observation:
        async def refuse(*_: Any, **__: Any) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", refuse)
        common: dict[str, Any] = {"id": "p", "interval": 1000, "timeout": 400, "confirm": 2, "recover": 2}
        probe = tcp.Settings(host="127.0.0.1", port=9, **common) if kind == "tcp" else http_probe(9)
        async with open_tools(Clock()) as tools:
            return await observe(probe, "local", 1000, tools)

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (outcome, reason), seen


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        (aiodns_error.ARES_ENOTFOUND, Outcome.FAIL, Reason.DNS),
        (aiodns_error.ARES_ENODATA, Outcome.FAIL, Reason.DNS),
        (aiodns_error.ARES_ESERVFAIL, Outcome.UNKNOWN, Reason.RESOLVER),
        (aiodns_error.ARES_ETIMEOUT, Outcome.UNKNOWN, Reason.RESOLVER),
        (None, Outcome.UNKNOWN, Reason.RESOLVER),
    ],
)
def test_only_an_answer_of_no_is_a_failure_of_the_name(code: int | None, outcome: Outcome, reason: Reason) -> None:
    """A name server that says no accuses; one that is broken or silent (None) says nothing about the target."""

    class Server:
        async def getaddrinfo(self, *_: Any, **__: Any) -> None:
            if code is None:
                await asyncio.sleep(0.9)
            raise aiodns_error.DNSError(code, "told so")

        async def close(self) -> None:
            pass

    async def ask() -> Observation:
        async with open_tools(Clock()) as tools:
            tools.resolver._resolver = Server()  # type: ignore[assignment]
            return await observe(http_probe(9, url="http://nowhere.test/"), "local", 1000, tools)

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (outcome, reason), seen


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
