"""Servers that speak what probes ask for, each in a good and in a bad way."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dns.flags
import dns.message
import dns.rrset
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from listened import Packets
from serving import Serve, answer, says

from monitor.probes._oauth import OAuth
from monitor.table import Secret

EHLO = (b"EHLO meetlat.invalid\r\n", b"250-hi\r\n250 AUTH PLAIN\r\n")
PLAIN = b"AUTH PLAIN " + base64.b64encode(b"\0me\0hush") + b"\r\n"
GREETED: dict[str, tuple[bytes, list[tuple[bytes, bytes]], list[tuple[bytes, bytes]], list[tuple[bytes, bytes]]]] = {
    "smtp": (b"220 mx ready\r\n", [EHLO, (b"STARTTLS\r\n", b"220 go\r\n")], [EHLO, (PLAIN, b"235 in\r\n")], [EHLO]),
    "imap": (
        b"* OK mx ready\r\n", [(b"a STARTTLS\r\n", b"a OK\r\n")],
        [(b"l LOGIN {2}\r\n", b"+\r\n"), (b"me {4}\r\n", b"+\r\n"), (b"hush\r\n", b"l OK\r\n")], [(b"b NOOP\r\n", b"b OK\r\n")],
    ),
    "pop3": (
        b"+OK mx ready\r\n", [(b"STLS\r\n", b"+OK\r\n")], [(b"USER me\r\n", b"+OK\r\n"), (b"PASS hush\r\n", b"+OK\r\n")],
        [(b"QUIT\r\n", b"+OK\r\n")],
    ),
    "ftp": (
        b"220 mx ready\r\n", [(b"AUTH TLS\r\n", b"234 go\r\n")], [(b"USER me\r\n", b"331\r\n"), (b"PASS hush\r\n", b"230\r\n")],
        [(b"QUIT\r\n", b"221 bye\r\n")],
    ),
}  # fmt: skip


def upgrades(status: str = "101 On", accept: str = "", protocol: str = "a", frame: bytes = b"\x81\x05world") -> Serve:
    """A server of WebSocket."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = head.partition("Sec-WebSocket-Key: ")[2].partition("\r\n")[0]
        proof = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
        lines = ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Protocol: {protocol}"]
        lines.append(f"Sec-WebSocket-Accept: {accept or base64.b64encode(proof).decode()}")
        writer.write("\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + frame)
        await reader.read(1000)

    return serve


def grpc_server(said: int = 1, code: str = "0", status: str = "200") -> Serve:
    """A server of gRPC's health checking protocol."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state = H2Connection(H2Configuration(client_side=False))
        state.initiate_connection()
        writer.write(state.data_to_send())
        while words := await reader.read(65_536):
            for event in state.receive_data(words):
                if isinstance(event, RequestReceived):
                    assert event.stream_id
                    state.send_headers(event.stream_id, [(":status", status), ("content-type", "application/grpc")])
                    state.send_data(event.stream_id, b"\0\0\0\0\x02\x08" + bytes([said]))
                    state.send_headers(event.stream_id, [("grpc-status", code)], end_stream=True)
            writer.write(state.data_to_send())
            await writer.drain()

    return serve


def named(code: int = 0, flags: int = dns.flags.AD, *records: str) -> Packets:
    """A name server that answers with these addresses."""

    def reply(said: bytes) -> Iterator[bytes]:
        made = dns.message.make_response(dns.message.from_wire(said))
        made.set_rcode(dns.rcode.Rcode(code))
        made.flags |= flags
        if records:
            made.answer = [dns.rrset.from_text("a.example.", 60, "IN", "A", *records)]
        yield made.to_wire()

    return reply


def over_tcp(packets: Packets) -> Serve:
    """The same over TCP, or in TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(2), "big")
        for each in packets(await reader.readexactly(size)):
            writer.write(len(each).to_bytes(2, "big") + each)
        await writer.drain()

    return serve


def timed(stratum: int = 2, ahead: int = 0) -> Packets:
    """A time server."""

    def reply(said: bytes) -> Iterator[bytes]:
        stamp = int((datetime.now(UTC).timestamp() + ahead + 2_208_988_800) * (1 << 32))
        yield bytes([0x24, stratum, 6, 0xEC]) + bytes(20) + said[40:48] + stamp.to_bytes(8, "big") * 2

    return reply


def registry(days: int, *status: str) -> Serve:
    """What RDAP says of a name."""
    end = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    told = {"events": [{"eventAction": "expiration", "eventDate": end}], "status": ["active", *status]}
    return says(answer("200 OK", json.dumps(told)))


def supplier(word: str) -> Serve:
    """A status page whose component is in this state."""
    part = {"id": "c1", "name": "API", "status": word}
    whole = {"indicator": "none" if word == "operational" else "major"}
    return says(answer("200 OK", json.dumps({"status": whole, "components": [part]})))


async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A web server that gives a token, redirects, and answers in JSON."""
    path = (await reader.readuntil(b"\r\n\r\n")).split()[1]
    said = {
        b"/token": answer("200 OK", '{"access_token": "a-token-of-mine"}'),
        b"/no-token": answer("403 No"),
        b"/moved": answer("302 Found", "", "Location: /in"),
    }
    writer.write(said.get(path, answer("200 OK", '{"a": "good", "key": "kept-on-the-way"}', "X-Seen: yes")))
    await writer.drain()


def oauth(path: str) -> OAuth:
    """Where a token is had."""
    return OAuth(token_url=f"https://localhost:PORT{path}", client_id="me", client_secret=Secret("", "hush-hush"))


def always(serve: Serve) -> Callable[[Any], Serve]:
    """The same server, whatever its certificate."""
    return lambda _: serve
