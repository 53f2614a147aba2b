"""Asking for TLS in the middle of a conversation, in the ways of the protocols that have one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, cast

from monitor.probes import Course
from monitor.reach import NoAnswerError
from monitor.wire import Wire

Dialect = Literal["smtp", "imap", "pop3", "ftp", "postgresql"]
LINES = 100


async def replies(wire: Wire) -> tuple[str, list[bytes]]:
    """A reply of SMTP or FTP: its code, and its lines, of which there may be several."""
    lines: list[bytes] = []
    for _ in range(LINES):
        line = await wire.line()
        code, rest = line[:3], line[3:4]
        if not (len(code) == 3 and code.isdigit() and rest in (b" ", b"-", b"")):
            raise NoAnswerError("protocol", "not a reply of three digits")
        lines.append(line)
        if rest != b"-":
            return code.decode(), lines
    raise NoAnswerError("protocol", f"a reply of more than {LINES} lines")


async def reply(wire: Wire, wanted: str) -> list[bytes]:
    """The lines of a reply with this code. NoAnswerError for another."""
    code, lines = await replies(wire)
    if code != wanted:
        raise NoAnswerError("status", f"reply {code} in place of {wanted}")
    return lines


async def tagged(wire: Wire, tag: bytes) -> None:
    """The lines of IMAP until the one with our tag, which must be OK."""
    for _ in range(LINES):
        line = await wire.line()
        if line.startswith(tag + b" "):
            if line.split()[1:2] != [b"OK"]:
                raise NoAnswerError("status", "the server said no")
            return
        if not line.startswith((b"* ", b"+ ")):
            raise NoAnswerError("protocol", "not an answer of IMAP")
    raise NoAnswerError("protocol", f"an answer of more than {LINES} lines")


async def fine(wire: Wire, start: bytes, refusal: bytes, name: str) -> bytes:
    """A line that begins like this; status when it is a refusal, protocol when it is neither."""
    line = await wire.line()
    if line.startswith(start):
        return line
    if line.startswith(refusal):
        raise NoAnswerError("status", "the server said no")
    raise NoAnswerError("protocol", f"not a line of {name}")


async def greeted(wire: Wire) -> bytes:
    """The first line of the reply of a server that is ready."""
    return (await reply(wire, "220"))[0]


async def hello(wire: Wire) -> list[bytes]:
    """Say EHLO; what the server can do, a line each."""
    wire.send(b"EHLO meetlat.invalid\r\n")
    return await reply(wire, "250")


async def _smtp_upgrade(wire: Wire) -> None:
    await hello(wire)
    wire.send(b"STARTTLS\r\n")
    await reply(wire, "220")


async def _imap_upgrade(wire: Wire) -> None:
    wire.send(b"a STARTTLS\r\n")
    await tagged(wire, b"a")


async def _imap_talk(wire: Wire) -> None:
    wire.send(b"b NOOP\r\n")
    await tagged(wire, b"b")
    wire.send(b"c LOGOUT\r\n")


async def _pop3_upgrade(wire: Wire) -> None:
    wire.send(b"STLS\r\n")
    await fine(wire, b"+OK", b"-ERR", "POP3")


async def _pop3_talk(wire: Wire) -> None:
    wire.send(b"QUIT\r\n")
    await fine(wire, b"+OK", b"-ERR", "POP3")


async def _ftp_upgrade(wire: Wire) -> None:
    wire.send(b"AUTH TLS\r\n")
    await reply(wire, "234")


async def _ftp_talk(wire: Wire) -> None:
    wire.send(b"QUIT\r\n")
    await reply(wire, "221")


async def _silence(_: Wire) -> bytes:
    return b""


async def _postgresql_upgrade(wire: Wire) -> None:
    wire.send(b"\0\0\0\x08\x04\xd2\x16\x2f")
    said = await wire.exactly(1)
    if said != b"S":
        raise NoAnswerError("status" if said == b"N" else "protocol", "the server has no TLS")


async def _smtp_talk(wire: Wire) -> None:
    await hello(wire)
    wire.send(b"QUIT\r\n")


@dataclass(frozen=True)
class Way:
    """How a protocol begins, how TLS is asked for, and a question that a server which works can answer."""

    greet: Callable[[Wire], Awaitable[bytes]]
    upgrade: Callable[[Wire], Awaitable[None]]
    talk: Callable[[Wire], Awaitable[object]]


WAYS = {
    "smtp": Way(greeted, _smtp_upgrade, _smtp_talk),
    "imap": Way(lambda wire: fine(wire, b"* OK", b"* BYE", "IMAP"), _imap_upgrade, _imap_talk),
    "pop3": Way(lambda wire: fine(wire, b"+OK", b"-ERR", "POP3"), _pop3_upgrade, _pop3_talk),
    "ftp": Way(greeted, _ftp_upgrade, _ftp_talk),
    "postgresql": Way(_silence, _postgresql_upgrade, _silence),
}


def dialect(value: object) -> Dialect:
    """smtp, imap, pop3, ftp or postgresql."""
    if not isinstance(value, str) or value not in WAYS:
        raise ValueError(f"allowed: {', '.join(WAYS)}")
    return cast("Dialect", value)


async def agree(wire: Wire, way: Dialect, course: Course) -> None:
    """Ask for TLS and hear that it is granted; the next bytes are the handshake."""
    with course.look("starttls"):
        await WAYS[way].greet(wire)
        await WAYS[way].upgrade(wire)
