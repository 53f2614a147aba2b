"""The proxy by which a browser comes out: what it grants, what it refuses, and how much it lets through."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from running import free_port
from serving import serving

from monitor.clock import Clock
from monitor.probes import Course, _gate, open_tools
from monitor.resolver import DeniedError, NoSuchNameError


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that says what it hears, and takes its leave when the other does."""
    while said := await reader.read(1000):
        writer.write(said)
        await writer.drain()


@contextlib.asynccontextmanager
async def opened() -> AsyncIterator[tuple[_gate.Gate, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A gate, and a connection to it."""
    async with open_tools(Clock()) as tools, _gate.Gate(tools, Course()) as gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
        try:
            yield gate, reader, writer
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)


def wish(form: int, where: bytes, port: int, command: int = 1) -> bytes:
    """What a browser says to come to a place."""
    length = bytes([len(where)]) if form == _gate.NAME else b""
    return b"\5\1\0" + bytes([5, command, 0, form]) + length + where + port.to_bytes(2, "big")


@pytest.mark.parametrize(
    ("form", "where"),
    [(_gate.IPV4, b"\x7f\0\0\1"), (_gate.NAME, b"localhost"), (_gate.IPV6, bytes(10) + b"\xff\xff\x7f\0\0\1")],
)
def test_it_lets_through_what_may_be_asked(form: int, where: bytes) -> None:
    """By name and by address of both families; there, back, and to the end."""

    async def go() -> bytes:
        async with serving(echo) as port, opened() as (_, reader, writer):
            writer.write(wish(form, where, port))
            assert await reader.readexactly(2 + 10) == b"\5\0" + b"\5\0\0\1" + bytes(6)
            writer.write(b"hello" * 1000)
            writer.write_eof()
            return await reader.read()

    assert asyncio.run(go()) == b"hello" * 1000


@pytest.mark.parametrize(
    ("form", "where", "code", "fault"),
    [
        (_gate.IPV4, b"\xa9\xfe\xa9\xfe", _gate.REFUSED, DeniedError),
        (_gate.NAME, b"169.254.169.254", _gate.REFUSED, DeniedError),
        (_gate.IPV6, bytes(10) + b"\xff\xff\xa9\xfe\xa9\xfe", _gate.REFUSED, DeniedError),
        (_gate.NAME, b"\xff.example", _gate.UNREACHABLE, NoSuchNameError),
    ],
)
def test_it_refuses_what_is_never_asked(form: int, where: bytes, code: int, fault: type[Exception]) -> None:
    """Metadata in whatever way they are written, and what is no name."""

    async def go() -> None:
        async with opened() as (gate, reader, writer):
            writer.write(wish(form, where, 80))
            assert (await reader.read())[3] == code
            assert [type(each) for each in gate.faults.values()] == [fault]

    asyncio.run(go())


@pytest.mark.parametrize(
    "said", [b"GET / HTTP/1.1\r\n\r\n" + b"x" * 99, b"\4\1\0\x50\x7f\0\0\1\0", wish(1, bytes(4), 80, command=2)]
)
def test_who_speaks_otherwise_is_not_answered(said: bytes) -> None:
    """Another protocol, an older version, another wish than to connect."""

    async def go() -> bytes:
        async with opened() as (_, reader, writer):
            writer.write(said)
            writer.write_eof()
            return await reader.read()

    assert len(asyncio.run(go())) <= 2


def test_only_so_much_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless page ends, and no other begins."""
    monkeypatch.setattr(_gate, "LIMIT", 100_000)

    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    async def go() -> int:
        async with serving(endless) as port, opened() as (gate, reader, writer):
            writer.write(wish(_gate.NAME, b"localhost", port))
            found = 0
            with contextlib.suppress(ConnectionError):
                while said := await reader.read(1000):
                    found += len(said)
            assert gate.is_full
            return found

    assert asyncio.run(go()) < 100_000 + _gate.PIECE + 100


def test_nobody_there_is_told_with_its_reason() -> None:
    """As for any other probe."""

    async def go() -> str:
        async with opened() as (gate, reader, writer):
            writer.write(wish(_gate.NAME, b"localhost", free_port()))
            assert (await reader.read())[3] == _gate.UNREACHABLE
            return str(gate.faults["localhost"])

    assert asyncio.run(go()) == "Connection refused"
