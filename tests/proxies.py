"""Proxies on loopback, which note what they were asked, and a server that speaks HTTP/2."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from serving import Serve, serving


@dataclass
class Proxy:
    """What was asked of it; ``refusal`` is what it says instead of making a connection."""

    refusal: bytes = b""
    heard: list[bytes] = field(default_factory=list)

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A proxy of HTTP, which makes tunnels and passes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.heard.append(head)
        if self.refusal:
            writer.write(self.refusal)
            await writer.drain()
            return
        method, target, _ = head.split(b" ", 2)
        place = target if method == b"CONNECT" else target.split(b"/")[2]
        host, _, port = place.decode().rpartition(":")
        there, here = await asyncio.open_connection(host, int(port))
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            here.write(head)
        await _both(reader, writer, there, here)

    async def socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A proxy of SOCKS 5 (RFC 1928), which wants to know who asks when it is told."""
        methods = await reader.readexactly((await reader.readexactly(2))[1])
        wanted = max(methods)
        writer.write(bytes([5, wanted]))
        if wanted == 2:
            user = await reader.readexactly((await reader.readexactly(2))[1])
            word = await reader.readexactly((await reader.readexactly(1))[0])
            self.heard.append(user + b":" + word)
            writer.write(b"\x01\x00")
        await reader.readexactly(3)
        kind = (await reader.readexactly(1))[0]
        size = (await reader.readexactly(1))[0] if kind == 3 else 4
        raw = await reader.readexactly(size)
        host = raw.decode() if kind == 3 else ".".join(map(str, raw))
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.heard.append(host.encode())
        if self.refusal:
            writer.write(self.refusal)
            await writer.drain()
            return
        there, here = await asyncio.open_connection(host, port)
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        await _both(reader, writer, there, here)

    @contextlib.asynccontextmanager
    async def serving(self, kind: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        """Its port; ``kind`` is http, https or socks5."""
        async with serving(self.socks if kind == "socks5" else self.http, tls) as port:
            yield port


async def _both(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, there: asyncio.StreamReader, here: asyncio.StreamWriter
) -> None:
    try:
        await asyncio.gather(_pass_on(reader, here), _pass_on(there, writer))
    finally:
        here.close()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await here.wait_closed()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while words := await reader.read(65_536):
            writer.write(words)
            await writer.drain()
        writer.close()


def speaks_2(status: str = "200", body: bytes = b"fine") -> Serve:
    """A server of HTTP/2."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state = H2Connection(H2Configuration(client_side=False))
        state.initiate_connection()
        writer.write(state.data_to_send())
        while words := await reader.read(65_536):
            for event in state.receive_data(words):
                if isinstance(event, RequestReceived):
                    assert event.stream_id
                    state.send_headers(event.stream_id, [(":status", status), ("content-type", "text/plain")])
                    state.send_data(event.stream_id, body, end_stream=True)
            writer.write(state.data_to_send())
            await writer.drain()

    return serve
