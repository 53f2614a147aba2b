"""Does an address speak WebSocket (RFC 6455)?"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from monitor.http_client import Answer
from monitor.patterns import is_found, pattern
from monitor.probes import Check, Course, Tools
from monitor.probes._dial import TLS, Dialled, Secured, certificate, dialled, secure
from monitor.probes._frames import message, sent
from monitor.probes._web import address, blocked, sent_header, shown_address
from monitor.reach import NoAnswerError
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.values import words
from monitor.wire import Wire

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
HEADERS = 100
OURS = {"host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"}


def _address(value: object) -> str:
    """An address that begins with ws:// or wss://, without user and password."""
    scheme, mark, rest = value.partition("://") if isinstance(value, str) else ("", "", "")
    if scheme not in ("ws", "wss") or "#" in rest or not rest.isascii():
        raise ValueError("allowed is an address that begins with ws:// or wss://")
    address(f"http{scheme[2:]}{mark}{rest}")
    return str(value)


def _header(name: object) -> str:
    """The name of a header, but none that the handshake itself sets."""
    if sent_header(name).lower() in OURS:
        raise ValueError("is set by the probe itself")
    return str(name)


@dataclass(frozen=True, kw_only=True)
class Settings(Secured):
    """A pass is a handshake with ``url``, which may ask for one of the ``protocols``; no extension is asked for.

    Then ``send`` is said as a text, and a message must come that holds the text ``expect`` or matches the regular expression
    ``matches``; others before it are passed over, up to 64 KiB in all. ``headers`` and ``send`` may hold secrets. ``ca``,
    ``verify``, ``version`` and ``certificate_days`` are about TLS. ``host`` and ``port`` are those of the address and not set.
    """

    url: Annotated[str, _address]
    host: str = field(default="", init=False)
    port: int = field(default=0, init=False)
    headers: dict[Annotated[str, _header], Secret] = field(default_factory=dict)
    protocols: tuple[Annotated[str, sent_header], ...] = ()
    send: Secret | None = None
    expect: Annotated[str, words] | None = None
    matches: Annotated[str, pattern] | None = None

    asserted: ClassVar[tuple[str, ...]] = (
        "connection", *TLS, "status 101", "handshake of WebSocket", "protocols", "expect", "matches",
    )  # fmt: skip

    @property
    def is_secured(self) -> bool:
        """Whether there is TLS."""
        return self.url.startswith("wss:")

    def __post_init__(self) -> None:
        super().__post_init__()
        parts = urlsplit(self.url)
        object.__setattr__(self, "host", parts.hostname or "")
        object.__setattr__(self, "port", parts.port or (443 if parts.scheme == "wss" else 80))
        if self.expect and self.matches:
            raise ValueError("allowed is one of: expect, matches")
        if self.certificate_days and parts.scheme != "wss":
            raise ValueError("certificate_days needs an address that begins with wss://")
        for name, secret in self.headers.items():
            if not secret.reveal().isprintable() or not secret.reveal().isascii():
                raise ValueError(f"headers.{name} holds what a header cannot")

    def target(self) -> str:
        """The address without its query, which may hold a key."""
        return shown_address(self.url)

    def shown(self) -> dict[str, object]:
        """The settings in force; secrets hide themselves."""
        return super().shown() | {"url": self.target()}


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Shake hands; speak and listen, if that is asked."""
    dialable: Dialled = probe
    async with dialled(dialable, tools, course) as wire:
        if probe.url.startswith("wss:"):
            await secure(wire, probe, probe.host, tools, course)
        wrong = await _shaken(probe, wire, course)
        if wrong:
            return wrong
        if probe.send:
            wire.send(sent(1, probe.send.reveal().encode()))
        if probe.expect or probe.matches:
            course.phase = "expected message"
            with course.look("expect" if probe.expect else "matches"):
                await _expected(probe, wire)
        wire.send(sent(8, b"\x03\xe8"))
        return certificate(wire, probe, tools, course) or Verdict.passed()


async def _shaken(probe: Settings, wire: Wire, course: Course) -> Verdict | None:
    """Ask for WebSocket; what is wrong with the answer. From then on what is sent is masked, and nothing to be read."""
    key = base64.b64encode(secrets.token_bytes(16))
    course.note(lambda: f"request: {_request(probe, key).partition(b' HTTP/')[0].decode().partition('?')[0]}")
    for name in probe.headers if course.listener else ():
        course.note(lambda name=name: f"  {name}: ***")  # type: ignore[misc] # of this round
    wire.on_sent = None
    wire.send(_request(probe, key))
    with course.look("status 101"):
        answer = await _head(wire)
    if course.listener:
        course.listener.head(f"answer: {answer.status}", answer.headers.items())
    wrong = None
    if answer.status != 101:
        wrong = blocked(answer) or Verdict.failed(Reason.STATUS, f"status {answer.status}")
    if course.judged([Check("status 101", wrong, f"status {answer.status}")]):
        return wrong
    with course.look("handshake of WebSocket"):
        _check(answer, key)
    with course.look("protocols") as look:
        look.saw(lambda: answer.headers.get("sec-websocket-protocol", "none"))
        _check_protocol(probe, answer)
    return None


def _request(probe: Settings, key: bytes) -> bytes:
    parts = urlsplit(probe.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key.decode()}", "Sec-WebSocket-Version: 13", "User-Agent: Meetlat"]
    lines += [f"Sec-WebSocket-Protocol: {', '.join(probe.protocols)}"] if probe.protocols else []
    lines += [f"{name}: {secret.reveal()}" for name, secret in probe.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


async def _head(wire: Wire) -> Answer:
    """Status and headers of the answer; one that comes twice is joined, so that it is no word that is wanted."""
    version, _, rest = (await wire.line()).partition(b" ")
    status = rest[:3]
    if version != b"HTTP/1.1" or not (len(status) == 3 and status.isdigit()) or rest[3:4] not in (b"", b" "):
        raise NoAnswerError("protocol", "not an answer of HTTP/1.1")
    headers: dict[str, str] = {}
    for _ in range(HEADERS):
        line = (await wire.line()).decode("latin-1")
        if not line:
            return Answer(int(status), headers, b"", False)
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise NoAnswerError("protocol", "a broken header")
        before = headers.get(name.lower())
        headers[name.lower()] = value.strip() if before is None else f"{before}, {value.strip()}"
    raise NoAnswerError("protocol", f"more than {HEADERS} headers")


def _check(answer: Answer, key: bytes) -> None:
    """That the server agreed to what was asked and no more. NoAnswerError when it did not."""
    told = answer.headers
    proof = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest()).decode()
    upgraded = [word.strip() for word in told.get("connection", "").lower().split(",")]
    if told.get("upgrade", "").lower() != "websocket" or "upgrade" not in upgraded:
        raise NoAnswerError("protocol", "an upgrade to something else")
    if told.get("sec-websocket-accept") != proof:
        raise NoAnswerError("protocol", "the handshake has the wrong proof")
    if "sec-websocket-extensions" in told:
        raise NoAnswerError("protocol", "an extension that was not asked for")


def _check_protocol(probe: Settings, answer: Answer) -> None:
    if answer.headers.get("sec-websocket-protocol", next(iter(probe.protocols), "")) not in (*probe.protocols, ""):
        raise NoAnswerError("protocol", "a protocol that was not asked for")


async def _expected(probe: Settings, wire: Wire) -> None:
    while True:
        text = (await message(wire)).decode("utf-8", "replace")
        if (probe.expect and probe.expect in text) or (probe.matches and is_found(probe.matches, text)):
            return
