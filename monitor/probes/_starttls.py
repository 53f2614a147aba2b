"""Asking for TLS in the middle of a conversation, in the ways of the protocols that have one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, cast

from monitor.reach import NoAnswerError
from monitor.wire import Wire

Dialect = Literal["smtp", "imap", "pop3", "ftp", "postgresql"]
LINES = 100


async def reply(wire: Wire, wanted: str) -> bytes:
    """A reply of SMTP or FTP, of one line or several, with this code; its first line. NoAnswerError for another."""
    first = b""
    for number in range(LINES):
        line = await wire.line()
        code, rest = line[:3], line[3:4]
        if not (len(code) == 3 and code.isdigit() and rest in (b" ", b"-", b"")):
            raise NoAnswerError("protocol", "not a reply of three digits")
        first = first if number else line
        if rest != b"-":
            if code.decode() != wanted:
                raise NoAnswerError("status", f"reply {code.decode()} in place of {wanted}")
            return first
    raise NoAnswerError("protocol", f"a reply of more than {LINES} lines")


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


async def _hello(wire: Wire) -> None:
    wire.send(b"EHLO meetlat.invalid\r\n")
    await reply(wire, "250")


async def _smtp_upgrade(wire: Wire) -> None:
    await _hello(wire)
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
    await _hello(wire)
    wire.send(b"QUIT\r\n")


@dataclass(frozen=True)
class Way:
    """How a protocol begins, how TLS is asked for, and a question that a server which works can answer."""

    greet: Callable[[Wire], Awaitable[bytes]]
    upgrade: Callable[[Wire], Awaitable[None]]
    talk: Callable[[Wire], Awaitable[object]]


WAYS = {
    "smtp": Way(lambda wire: reply(wire, "220"), _smtp_upgrade, _smtp_talk),
    "imap": Way(lambda wire: fine(wire, b"* OK", b"* BYE", "IMAP"), _imap_upgrade, _imap_talk),
    "pop3": Way(lambda wire: fine(wire, b"+OK", b"-ERR", "POP3"), _pop3_upgrade, _pop3_talk),
    "ftp": Way(lambda wire: reply(wire, "220"), _ftp_upgrade, _ftp_talk),
    "postgresql": Way(_silence, _postgresql_upgrade, _silence),
}


def dialect(value: object) -> Dialect:
    """smtp, imap, pop3, ftp or postgresql."""
    if not isinstance(value, str) or value not in WAYS:
        raise ValueError(f"allowed: {', '.join(WAYS)}")
    return cast("Dialect", value)


async def agree(wire: Wire, way: Dialect) -> None:
    """Ask for TLS and hear that it is granted; the next bytes are the handshake."""
    await WAYS[way].greet(wire)
    await WAYS[way].upgrade(wire)
