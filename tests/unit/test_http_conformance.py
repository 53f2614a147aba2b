"""What HTTP allows, and what it does not, on each transport: where an answer ends, and how a question is sent."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from certified import Office, office
from serving import Serve, answer, asked, http_probe, says, serving
from transports import transport

from monitor.clock import Clock
from monitor.probes import observe, open_tools
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office", "transport"]
pytestmark = pytest.mark.usefixtures("transport")
OK = b"HTTP/1.1 200 OK\r\n"


def stays(*words: bytes) -> Serve:
    """A server that says this, piece by piece, and does not close."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        for each in words:
            writer.write(each)
            await writer.drain()
            await asyncio.sleep(0.01)
        await asyncio.sleep(60)

    return serve


def made(serve: Serve, **settings: Any) -> Observation:
    """What is made of it, without waiting for a deadline."""
    seen = asyncio.run(asked(serve, **settings))
    assert seen.reason is not Reason.TIMEOUT, seen
    return seen


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ([answer("200 OK", "fine")], {"contains": "fine"}),
        ([OK + b"Content-Length: 4\r\n\r\n", b"fi", b"ne"], {"contains": "fine"}),
        ([bytes([each]) for each in answer("200 OK", "fine")], {"contains": "fine"}),
        ([OK + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nfine"], {"contains": "fine"}),
        ([OK + b"Content-Length: 4, 4\r\n\r\nfine"], {"contains": "fine"}),
        ([OK + b"Connection: close\r\nContent-Length: 4\r\n\r\nfine", b" and more"], {"contains": "fine"}),
        ([OK + b"Content-Length: 4\r\n\r\nfine" + answer("500 Next")], {"contains": "fine", "lacks": "Next"}),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nfi\r\n2\r\nne\r\n0\r\n\r\n"], {"contains": "fine"}),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\n4;a=b\r\nfi", b"ne\r\n0\r", b"\nLocation: /x\r\n\r\n"], {"contains": "fine"}),
        ([OK + b"Content-Length: 99\r\n\r\n"], {"method": "HEAD"}),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\n"], {"method": "HEAD"}),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], {}),
        ([b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"], {"status": (304,)}),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", answer("200 OK")], {}),
        ([b"HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n" + answer("200 OK", "fine")], {"contains": "fine"}),
        ([b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"], {}),
        ([b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nfine"], {"contains": "fine"}),
        ([OK + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nfine"], {"contains": "fine"}),
    ],
)  # fmt: skip
def test_the_end_of_an_answer_is_found(words: list[bytes], settings: dict[str, Any]) -> None:
    """Although the connection stays open: by length, by chunks, or because there is no body. What comes behind is not read."""
    assert made(stays(*words), **settings).outcome is Outcome.PASS


@pytest.mark.parametrize("first", [b"HTTP/1.0 200 OK\r\n\r\n", OK + b"\r\n", OK + b"Connection: close\r\n\r\n"])
def test_a_body_may_end_with_the_connection(first: bytes) -> None:
    """Without length and chunks."""
    assert made(says(first + b"all is fine"), contains="fine").outcome is Outcome.PASS


@pytest.mark.parametrize(
    "words",
    [
        OK + b"Transfer-Encoding: gzip\r\n\r\nx",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nokX\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\nok\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nok",
        OK + b"Content-Length: +2\r\n\r\nok",
        OK + b"Content-Length: 99999999999999999999999\r\n\r\nok",
        OK + b"Content-Length: \r\n\r\nok",
        OK + b": x\r\n\r\n",
        OK + b"X: a\rb\r\n\r\n",
        OK + b"No colon\r\n\r\n",
        OK + b" X: folded into nothing\r\n\r\n",
        b"\r\n" + answer("200 OK"),
        b"http/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 O\0K\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
    ],
)
def test_what_cannot_be_read_in_one_way_only_is_a_fault_of_protocol(words: bytes) -> None:
    """Other codings of transfer, broken chunks and lengths, and what only looks like HTTP."""
    seen = made(says(words))
    assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.PROTOCOL), seen


@pytest.mark.parametrize("is_secure", [False, True])
def test_a_long_question_is_sent_whole(office: Office, is_secure: bool) -> None:
    """A body that does not fit in one packet, to a server that reads slowly."""
    heard: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        heard.append(len(await reader.readexactly(8_000_000)))
        writer.write(answer("200 OK"))
        await writer.drain()

    url = "https://localhost:{port}/" if is_secure else "http://localhost:{port}/"
    settings = {"url": url, "method": "POST", "body": Secret("x", "x" * 8_000_000)}
    seen = asyncio.run(asked(serve, office.context() if is_secure else None, **settings))
    assert seen.outcome is Outcome.PASS, seen
    assert heard == [8_000_000]


def test_an_answer_to_half_a_question_counts() -> None:
    """A server that has heard enough says so and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(100_000)
        writer.write(answer("413 Too Large"))
        writer.write_eof()
        while await reader.read(100_000):
            pass

    seen = made(serve, method="POST", body=Secret("x", "x" * 200_000))
    assert (seen.reason, seen.verdict.detail) == (Reason.STATUS, "status 413")


@pytest.mark.parametrize("addresses", [("::1",), ("127.0.0.9", "::1"), ("::1", "127.0.0.9")])
def test_either_family_will_do(addresses: tuple[str, ...]) -> None:
    """A server with an address of the sixth version only, and a name that has others too."""

    async def ask() -> Observation:
        server = await asyncio.start_server(_fine, "::1", 0, family=socket.AF_INET6)
        async with server, open_tools(Clock()) as tools:

            async def look_up(_: str) -> tuple[str, ...]:
                return addresses

            tools.resolver._look_up = look_up  # type: ignore[method-assign, assignment]
            port = server.sockets[0].getsockname()[1]
            return await observe(http_probe(port, url="http://many.example:{port}/"), "local", 1000, tools)

    assert asyncio.run(ask()).outcome is Outcome.PASS


async def _fine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1000)
    writer.write(answer("200 OK"))
    writer.close()


def test_an_address_of_the_sixth_version_may_stand_in_the_url() -> None:
    """With brackets around it, in TLS and without."""

    async def ask() -> Observation:
        server = await asyncio.start_server(_fine, "::1", 0, family=socket.AF_INET6)
        async with server, open_tools(Clock()) as tools:
            port = server.sockets[0].getsockname()[1]
            return await observe(http_probe(port, url="http://[::1]:{port}/"), "local", 1000, tools)

    assert asyncio.run(ask()).outcome is Outcome.PASS


def test_every_phase_of_tls_is_measured(office: Office) -> None:
    """Connecting, the handshake, and the first byte, which together are not longer than the whole."""
    seen = asyncio.run(asked(says(answer("200 OK")), office.context(), url="https://localhost:{port}/"))
    phases = seen.phases
    measured = [phases.dns_us, phases.connect_us, phases.tls_us, phases.first_byte_us]
    assert seen.outcome is Outcome.PASS, seen
    assert all(each is not None and each >= 0 for each in measured), phases
    assert sum(each or 0 for each in measured) <= phases.total_us


def test_nothing_stays_open() -> None:
    """After an answer, a refusal and a deadline there are as many sockets as before."""

    async def count() -> tuple[int, int]:
        async with serving(says(answer("200 OK"))) as good, serving(stays(b"")) as bad, open_tools(Clock()) as tools:
            await observe(http_probe(good), "local", 1000, tools)
            await asyncio.sleep(0.1)
            before = _open()
            for port, timeout in ((good, 5000), (1, 5000), (bad, 300)):
                await observe(http_probe(port, timeout=timeout), "local", 1000, tools)
            await asyncio.sleep(0.1)
            return before, _open() - 1  # the server that never answers still holds its end

    before, after = asyncio.run(count())
    assert after <= before


def _open() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_name_may_end_with_a_dot(office: Office) -> None:
    """As TLS has it, it has none."""
    seen = asyncio.run(asked(says(answer("200 OK")), office.context(), url="https://localhost.:{port}/"))
    assert seen.outcome is Outcome.PASS, seen
