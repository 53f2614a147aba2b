"""Saying who asks, in the ways of the protocols of mail and files. A refusal is told by its code; the server's words never are."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable

from monitor.probes._starttls import fine, hello, replies, tagged
from monitor.reach import NoAnswerError
from monitor.wire import Wire

REFUSED = "the login was refused"


async def _smtp(wire: Wire, user: bytes, password: bytes) -> None:
    """AUTH (RFC 4954) by PLAIN, or by LOGIN where there is nothing else."""
    offered = [word for line in await hello(wire) if line[4:9].upper() == b"AUTH " for word in line[9:].upper().split()]
    if b"PLAIN" in offered:
        await _step(wire, b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0" + password), "235")
    elif b"LOGIN" in offered:
        await _step(wire, b"AUTH LOGIN", "334")
        await _step(wire, base64.b64encode(user), "334")
        await _step(wire, base64.b64encode(password), "235")
    else:
        raise NoAnswerError("status", "the server offers no login by PLAIN or LOGIN")


async def _imap(wire: Wire, user: bytes, password: bytes) -> None:
    """LOGIN (RFC 9051, 6.2.3), with literals, which may hold anything."""
    wire.send(b"l LOGIN {%d}\r\n" % len(user))
    await _go_on(wire)
    wire.send(b"%s {%d}\r\n" % (user, len(password)))
    await _go_on(wire)
    wire.send(password + b"\r\n")
    await _granted(tagged(wire, b"l"))


async def _go_on(wire: Wire) -> None:
    """The server wants to hear the literal, or it has heard enough."""
    line = await wire.line()
    if line.startswith(b"l "):
        raise NoAnswerError("status", REFUSED)
    if not line.startswith(b"+"):
        raise NoAnswerError("protocol", "not an answer of IMAP")


async def _pop3(wire: Wire, user: bytes, password: bytes) -> None:
    """USER and PASS (RFC 1939, 7)."""
    for word, value in ((b"USER", user), (b"PASS", password)):
        wire.send(b"%s %s\r\n" % (word, value))
        await _granted(fine(wire, b"+OK", b"-ERR", "POP3"))


async def _ftp(wire: Wire, user: bytes, password: bytes) -> None:
    """USER and PASS (RFC 959, 4.1.1); a server may let somebody in who gave no more than a name."""
    if await _step(wire, b"USER " + user, "331", "230") == "331":
        await _step(wire, b"PASS " + password, "230")


async def _step(wire: Wire, words: bytes, *wanted: str) -> str:
    """Say this and hear one of these codes."""
    wire.send(words + b"\r\n")
    code, _ = await replies(wire)
    if code not in wanted:
        raise NoAnswerError("status", f"{REFUSED} ({code})")
    return code


async def _granted(answer: Awaitable[object]) -> None:
    """A no is one to the login."""
    try:
        await answer
    except NoAnswerError as failure:
        raise (NoAnswerError("status", REFUSED) if failure.kind == "status" else failure) from None


LOGINS: dict[str, Callable[[Wire, bytes, bytes], Awaitable[None]]] = {
    "smtp": _smtp,
    "imap": _imap,
    "pop3": _pop3,
    "ftp": _ftp,
}
