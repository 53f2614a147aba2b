"""Does a server say that it is healthy, by the health checking protocol of gRPC? The door to h2, which reads and writes HTTP/2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from monitor.http_client import Answer
from monitor.probes import Check, Course, Tools
from monitor.probes._dial import TLS, Secured, certificate, dialled, secure
from monitor.probes._web import blocked, sent_header
from monitor.reach import NoAnswerError
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.trust import Trust
from monitor.values import one_of
from monitor.wire import Wire

PATH = "/grpc.health.v1.Health/Check"
FRAME, SETTINGS = 9, 4  # the header of a frame, and the kind that each server begins with (RFC 9113, 3.4)
SAID = ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")  # ServingStatus of grpc.health.v1
OWN = {"te", "content-type", "grpc-timeout", "grpc-encoding", "user-agent", "host"}
DEADLINE_EXCEEDED, NOT_FOUND, UNIMPLEMENTED, UNAUTHENTICATED = 4, 5, 12, 16
MEANT = {
    NOT_FOUND: "the server does not know the service",
    UNIMPLEMENTED: "the server does not speak the health checking protocol",
    7: "the server does not permit it",
    14: "the server says that it is unavailable",
    UNAUTHENTICATED: "the server wants to know who asks",
}


def _header(name: object) -> str:
    """The name of a header, in lower case as HTTP/2 wants it; none that the probe itself sets."""
    found = sent_header(name).lower()
    if found in OWN:
        raise ValueError("is set by the probe itself")
    return found


@dataclass(frozen=True, kw_only=True)
class Settings(Secured):
    """A pass is the answer ``expect``, which is SERVING or NOT_SERVING, about ``service`` of ``host`` at ``port``; about the whole
    server when no service is named.

    With ``tls = true`` in TLS; ``ca``, ``verify``, ``version`` and ``certificate_days`` are about it. ``headers`` are sent as
    metadata and may hold secrets.
    """

    tls: bool = False
    service: str = ""
    expect: Annotated[str, one_of("SERVING", "NOT_SERVING")] = "SERVING"
    headers: dict[Annotated[str, _header], Secret] = field(default_factory=dict)

    asserted: ClassVar[tuple[str, ...]] = ("connection", "tls", *TLS, "answer", "expect")

    @property
    def is_secured(self) -> bool:
        """Whether there is TLS."""
        return self.tls

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.certificate_days and not self.tls:
            raise ValueError("certificate_days needs tls = true")
        for name, secret in self.headers.items():
            if not secret.reveal().isprintable() or not secret.reveal().isascii():
                raise ValueError(f"headers.{name} holds what a header cannot")

    def trust(self) -> Trust:
        """Whom to believe, and that HTTP/2 is meant."""
        return replace(super().trust(), protocols=("h2",))

    def target(self) -> str:
        """Host, port and service."""
        return f"{super().target()}{f' {self.service}' if self.service else ''}"


@dataclass
class _Heard:
    """What came back so far."""

    headers: dict[str, str] = field(default_factory=dict)
    trailers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_whole: bool = False


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Ask about the service once."""
    async with dialled(probe, tools, course) as wire:
        if probe.tls:
            await secure(wire, probe, probe.host, tools, course)
            if not wire.tls or wire.tls.selected_alpn_protocol() != "h2":
                raise NoAnswerError("protocol", "the server does not speak HTTP/2 in TLS")
        wire.on_sent = None  # frames are nothing to be read
        course.note(lambda: f"request: POST {PATH}{f' about {probe.service}' if probe.service else ''}")
        with course.look("answer"):
            try:
                heard = await _exchanged(probe, wire)
            except h2.exceptions.ProtocolError as error:
                raise NoAnswerError("protocol", f"not HTTP/2: {type(error).__name__}") from error
        if course.listener:
            course.listener.head("answer:", (*heard.headers.items(), *heard.trailers.items()))
        return _judged(probe, heard, course) or certificate(wire, probe, tools, course) or Verdict.passed()


async def _exchanged(probe: Settings, wire: Wire) -> _Heard:
    """One call: a message there, and what came back. NoAnswerError when it was cut off."""
    settings = h2.config.H2Configuration(client_side=True, header_encoding="latin-1")
    connection = h2.connection.H2Connection(settings)
    connection.initiate_connection()
    stream = connection.get_next_available_stream_id()
    connection.send_headers(stream, _sent(probe))
    connection.send_data(stream, _framed(probe.service.encode()), end_stream=True)
    wire.send(connection.data_to_send())
    while len(wire.unread) < FRAME:  # h2 would wait for what a server of another protocol never says
        await wire.more()
    if wire.unread[3] != SETTINGS:
        raise NoAnswerError("protocol", "not HTTP/2")
    heard = _Heard()
    while not heard.is_whole:
        if not wire.unread:
            await wire.more()
        for event in connection.receive_data(await wire.exactly(len(wire.unread))):
            _take(event, stream, heard, connection)
        wire.send(connection.data_to_send())
    connection.close_connection()
    wire.send(connection.data_to_send())
    return heard


def _sent(probe: Settings) -> list[tuple[str, str]]:
    name = f"[{probe.host}]" if ":" in probe.host else probe.host
    return [
        (":method", "POST"),
        (":scheme", "https" if probe.tls else "http"),
        (":path", PATH),
        (":authority", f"{name}:{probe.port}"),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
        ("grpc-timeout", f"{probe.deadline}m"),
        ("user-agent", "Meetlat"),
        *((name, secret.reveal()) for name, secret in probe.headers.items()),
    ]


def _framed(service: bytes) -> bytes:
    """HealthCheckRequest with the one field ``service``, in the frame of gRPC."""
    message = b"\x0a" + _varint(len(service)) + service if service else b""
    return b"\0" + len(message).to_bytes(4, "big") + message


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*made, number])


def _take(event: h2.events.Event, stream: int, heard: _Heard, connection: h2.connection.H2Connection) -> None:
    """What one event of HTTP/2 adds. NoAnswerError when it means that nothing will come."""
    if isinstance(event, h2.events.ConnectionTerminated):
        raise NoAnswerError("closed", "the server ended the connection")
    if getattr(event, "stream_id", None) != stream:
        return
    if isinstance(event, h2.events.StreamReset):
        raise NoAnswerError("closed", "the server broke off the call")
    if isinstance(event, h2.events.ResponseReceived):
        heard.headers = _texts(event.headers)
    elif isinstance(event, h2.events.TrailersReceived):
        heard.trailers = _texts(event.headers)
    elif isinstance(event, h2.events.DataReceived):
        heard.body += event.data or b""
        connection.acknowledge_received_data(event.flow_controlled_length or 0, stream)
    elif isinstance(event, h2.events.StreamEnded):
        heard.is_whole = True


def _texts(headers: object) -> dict[str, str]:
    assert isinstance(headers, list)  # noqa: S101 -- h2 gives no other
    return {_text(name): _text(value) for name, value in headers}


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _judged(probe: Settings, heard: _Heard, course: Course) -> Verdict | None:
    """What is wrong with the answer; None when nothing is."""
    wrong, said = _fault(heard), _serving(heard.body)
    if course.judged([Check("answer", wrong, f"status {_code(heard.trailers or heard.headers)} of gRPC")]):
        return wrong
    is_other = said != probe.expect
    wrong = Verdict.failed(Reason.BODY, f"it is {said}, not {probe.expect}") if is_other else None
    return course.judged([Check("expect", wrong, str(said))])


def _fault(heard: _Heard) -> Verdict | None:
    """Why this is no answer of the health checking protocol; None when it is one."""
    status = heard.headers.get(":status", "")
    if status != "200":
        number = int(status) if len(status) == 3 and status.isascii() and status.isdigit() else 0
        held = blocked(Answer(number, heard.headers, b"", False))
        return held or Verdict.failed(Reason.STATUS, f"status {number} of HTTP")
    if not heard.headers.get("content-type", "").startswith("application/grpc"):
        return Verdict.failed(Reason.PROTOCOL, "an answer of HTTP, but not of gRPC")
    code = _code(heard.trailers or heard.headers)
    if code is None:
        return Verdict.failed(Reason.PROTOCOL, "an answer without a status of gRPC")
    if code == DEADLINE_EXCEEDED:
        return Verdict.failed(Reason.TIMEOUT, "the server says that it took too long")
    if code:
        return Verdict.failed(Reason.STATUS, MEANT.get(code, f"status {code} of gRPC"))
    if _serving(heard.body) is None:
        return Verdict.failed(Reason.PROTOCOL, "not an answer of the health checking protocol")
    return None


def _code(found: Mapping[str, str]) -> int | None:
    text = found.get("grpc-status", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _serving(body: bytes) -> str | None:
    """The status in a HealthCheckResponse: an enumeration in field 1, and 0 when the field is not there. None for anything else."""
    if len(body) < 5 or body[0] != 0 or int.from_bytes(body[1:5], "big") != len(body) - 5:
        return None
    message = body[5:]
    number = 0 if not message else message[1] if len(message) == 2 and message[0] == 0x08 else len(SAID)
    return SAID[number] if number < len(SAID) else None
