"""Frames of WebSocket (RFC 6455), as a client must write and may read them."""

from __future__ import annotations

import secrets

from monitor.reach import NoAnswerError
from monitor.wire import Wire

CLOSE, PING, PONG = 8, 9, 10


def sent(code: int, words: bytes) -> bytes:
    """One whole frame, masked as a client must."""
    size = len(words)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 1 << 16:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    mask = secrets.token_bytes(4)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(words))
    return bytes([0x80 | code]) + length + mask + masked


async def message(wire: Wire) -> bytes:
    """The next message, text or binary, of however many frames; pings are answered. NoAnswerError when it is closed or broken."""
    parts: list[bytes] = []
    while True:
        is_last, code, words = await _frame(wire)
        if code == PING:
            wire.send(sent(PONG, words))
        elif code == CLOSE:
            raise NoAnswerError("closed", "the server closed the conversation")
        elif code != PONG:
            if (code == 0) != bool(parts):
                raise NoAnswerError("protocol", "frames out of order")
            parts.append(words)
            if is_last:
                return b"".join(parts)


async def _frame(wire: Wire) -> tuple[bool, int, bytes]:
    first, second = await wire.exactly(2)
    is_last, code, size = bool(first & 0x80), first & 0x0F, second & 0x7F
    if first & 0x70 or second & 0x80 or code not in (0, 1, 2, CLOSE, PING, PONG):
        raise NoAnswerError("protocol", "a frame that no server may send")
    if code >= CLOSE and (not is_last or size > 125):
        raise NoAnswerError("protocol", "a frame of control that is too long")
    if size == 126:
        size = int.from_bytes(await wire.exactly(2), "big")
    elif size == 127:
        size = int.from_bytes(await wire.exactly(8), "big")
    return is_last, code, await wire.exactly(size)
