"""What a WebSocket probe makes of handshakes and frames."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from typing import Any

import pytest
from certified import Office, office
from running import free_port
from serving import COMMON, Serve, answer, bound, observed, says, serving, silent

from monitor.probes import websocket
from monitor.probes._web import Days
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]
HELLO = {"send": Secret("hello ${KEY}", "hello hush"), "expect": "world"}
WORLD = b"\x81\x05world"


def upgrades(*frames: bytes, wrong: str = "", more: str = "", **headers: str) -> Serve:
    """A server that shakes hands, ``wrong`` if so told, hears one frame, and says these. ``more`` stands in its head."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = head.partition("Sec-WebSocket-Key: ")[2].partition("\r\n")[0]
        proof = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
        said = {"Upgrade": "websocket", "Connection": "keep-alive, Upgrade"} | headers
        said["Sec-WebSocket-Accept"] = wrong or base64.b64encode(proof).decode()
        lines = [f"{name}: {value}" for name, value in said.items()] + ([more] if more else [])
        writer.write("\r\n".join(["HTTP/1.1 101 On", *lines, "", ""]).encode())
        for each in frames:
            _, size = await reader.readexactly(2)
            mask = await reader.readexactly(4)
            words = bytes(byte ^ mask[i % 4] for i, byte in enumerate(await reader.readexactly(size & 127)))
            writer.write(each.replace(b"ECHO", words))
            await writer.drain()
        await reader.read(1000)

    return serve


async def ask(serve: Serve | None, context: ssl.SSLContext | None = None, **settings: Any) -> Observation:
    """One observation of this server."""
    url = str(settings.pop("url", "ws://127.0.0.1:{port}/live?key=hush"))
    if serve is None:
        return await observed(
            websocket.Settings(**(COMMON | {"url": url.replace("{port}", str(free_port()))} | settings))
        )
    async with serving(serve, context) as port:
        return await observed(websocket.Settings(**(COMMON | {"url": url.replace("{port}", str(port))} | settings)))


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (upgrades(), {}, Outcome.PASS, None),
        (upgrades(WORLD), HELLO, Outcome.PASS, None),
        (upgrades(b"\x01\x02wo\x80\x03rld"), HELLO, Outcome.PASS, None),
        (upgrades(b"\x82\x01\x00\x8a\x00" + WORLD), HELLO, Outcome.PASS, None),
        (upgrades(b"\x81\x7e\x00\x05world"), HELLO, Outcome.PASS, None),
        (upgrades(WORLD), HELLO | {"expect": "hush", "timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (upgrades(b"\x88\x00"), HELLO, Outcome.FAIL, Reason.CLOSED),
        (upgrades(b"\x80\x05world"), HELLO, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(b"\x01\x05world\x81\x05world"), HELLO, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(b"\x81\x85maskworld"), HELLO, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(b"\xc1\x05world"), HELLO, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(b"\x83\x05world"), HELLO, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(b"\x89\x7e\x00\x80" + b"x" * 128), HELLO, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(b"\x81\x7f" + b"\x7f" * 8 + b"x" * 100_000), HELLO, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(wrong="bm8="), {}, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(Upgrade="h2c"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(Connection="close"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(more="Sec-WebSocket-Extensions: permessage-deflate"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(more="Sec-WebSocket-Protocol: chat"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(more="Sec-WebSocket-Protocol: chat"), {"protocols": ("soap", "chat")}, Outcome.PASS, None),
        (upgrades(more="<script>"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (upgrades(more="\r\n".join(["X: y"] * 200)), {}, Outcome.FAIL, Reason.PROTOCOL),
        (says(answer("200 OK")), {}, Outcome.FAIL, Reason.STATUS),
        (says(answer("302 On", "", "Location: /")), {}, Outcome.FAIL, Reason.STATUS),
        (says(answer("429 No")), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(b"SSH-2.0-x\r\n"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (says(b""), {}, Outcome.FAIL, Reason.CLOSED),
        (silent, {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
        (silent, {"url": "wss://127.0.0.1:{port}/", "timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
    ],
)  # fmt: skip
def test_each_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """Handshakes and frames as the standard wants them, and in each other way."""
    found = asyncio.run(ask(serve, **settings))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "hush" not in found.verdict.detail
    assert "script" not in found.verdict.detail


def test_pings_are_answered() -> None:
    """With the same words, and the conversation goes on."""
    found = asyncio.run(ask(upgrades(b"\x89\x02hi", b"\x81\x02ECHO"), send=Secret("x", "x"), expect="hi"))
    assert found.outcome is Outcome.PASS, found


@pytest.mark.parametrize(
    ("days", "name", "reason"),
    [(30, "localhost", None), (5, "localhost", Reason.TLS), (30, "other.example", Reason.TLS)],
)
def test_it_is_asked_in_tls(office: Office, days: int, name: str, reason: Reason | None) -> None:
    """And the certificate is looked at."""
    context = office.context(name, (-1, days))
    found = asyncio.run(ask(upgrades(), context, url="wss://localhost:{port}/", certificate_days=Days()))
    assert found.reason is reason, found


def test_what_is_shown_holds_no_key() -> None:
    """Neither a key in the address nor one in a header."""
    probe = websocket.Settings(**COMMON, url="wss://a.example/x?key=hush", headers={"X-Key": Secret("x", "hush")})
    assert "hush" not in probe.target() + repr(probe.shown())
    assert (probe.host, probe.port) == ("a.example", 443)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"url": "http://a.example/"}, "url: allowed is an address that begins with ws://"),
        ({"url": "ws://me:hush@a.example/"}, "url: a user or password in an address is refused"),
        ({"headers": {"Host": "x"}}, "headers.Host: is set by the probe itself"),
        ({"headers": {"X": "a\nhush"}}, "headers.X holds what a header cannot"),
        ({"expect": "a", "matches": "b"}, "allowed is one of: expect, matches"),
        ({"certificate_days": {}}, "certificate_days needs an address that begins with wss://"),
        ({"host": "a.example"}, "host: unknown key"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each, without what may be secret."""
    found = bound(websocket.Settings, **({"url": "ws://a.example/"} | table))
    assert len(found) == 1, found
    assert said in found[0]
    assert "hush" not in found[0]
