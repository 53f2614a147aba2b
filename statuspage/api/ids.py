"""Identifiers that strangers keep: twelve characters, made of what never changes, never of a name that people read."""

from __future__ import annotations

from hashlib import sha256

LENGTH = 12
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def public_id(kind: str, key: str) -> str:
    """The same twelve characters for the same thing for ever: ``kind`` keeps a component and a group of one key apart."""
    number = int.from_bytes(sha256(f"{kind}:{key}".encode()).digest(), "big")
    found = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(DIGITS))
        found += DIGITS[digit]
    return found
