"""Asking for TLS in the middle of a conversation, in the ways of the protocols that have one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, cast

from monitor.reach import NoAnswerError
from monitor.wire import Wire

Dialect = Literal["smtp", "imap", "pop3", "ftp", "postgresql"]
LINES = 100


async def reply(wire: Wire, wanted: str) -> None:
    """A reply of SMTP or FTP, of one line or several, with this code. NoAnswerError for another."""
    for _ in range(LINES):
        line = await wire.line()
        code, rest = line[:3], line[3:4]
        if not (len(code) == 3 and code.isdigit() and rest in (b" ", b"-", b"")):
            raise NoAnswerError("protocol", "not a reply of three digits")
        if rest != b"-":
            if code.decode() != wanted:
                raise NoAnswerError("status", f"reply {code.decode()} in place of {wanted}")
            return
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


async def fine(wire: Wire, start: bytes, refusals: tuple[bytes, ...], name: str) -> None:
    """A line that begins like this; status when it is a refusal, protocol when it is neither."""
    line = await wire.line()
    if line.startswith(start):
        return
    if line.startswith(refusals):
        raise NoAnswerError("status", "the server said no")
    raise NoAnswerError("protocol", f"not a greeting of {name}")


async def _smtp(wire: Wire) -> None:
    await reply(wire, "220")
    wire.send(b"EHLO meetlat.invalid\r\n")
    await reply(wire, "250")
    wire.send(b"STARTTLS\r\n")
    await reply(wire, "220")


async def _imap(wire: Wire) -> None:
    await fine(wire, b"* OK", (b"* BYE",), "IMAP")
    wire.send(b"a STARTTLS\r\n")
    await tagged(wire, b"a")


async def _pop3(wire: Wire) -> None:
    await fine(wire, b"+OK", (b"-ERR",), "POP3")
    wire.send(b"STLS\r\n")
    await fine(wire, b"+OK", (b"-ERR",), "POP3")


async def _ftp(wire: Wire) -> None:
    await reply(wire, "220")
    wire.send(b"AUTH TLS\r\n")
    await reply(wire, "234")


async def _postgresql(wire: Wire) -> None:
    wire.send(b"\0\0\0\x08\x04\xd2\x16\x2f")
    said = await wire.exactly(1)
    if said != b"S":
        raise NoAnswerError("status" if said == b"N" else "protocol", "the server has no TLS")


_WAYS: dict[str, Callable[[Wire], Awaitable[None]]] = {
    "smtp": _smtp,
    "imap": _imap,
    "pop3": _pop3,
    "ftp": _ftp,
    "postgresql": _postgresql,
}


def dialect(value: object) -> Dialect:
    """smtp, imap, pop3, ftp or postgresql."""
    if not isinstance(value, str) or value not in _WAYS:
        raise ValueError(f"allowed: {', '.join(_WAYS)}")
    return cast("Dialect", value)


async def agree(wire: Wire, way: Dialect) -> None:
    """Ask for TLS and hear that it is granted; the next bytes are the handshake."""
    await _WAYS[way](wire)
