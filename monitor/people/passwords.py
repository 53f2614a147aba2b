"""Passwords: which are taken, and their Argon2id hashes (RFC 9106). The door to argon2.

At most two are hashed at once, each in 46 MiB: whoever tries many cannot use up the machine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")
SHORTEST, LONGEST = 12, 256
AT_ONCE = 2
WAITING_SECONDS = 5.0
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_ROOM = threading.BoundedSemaphore(AT_ONCE)
# Long enough to be taken, and among the first that anybody tries.
COMMON = frozenset(
    {
        "123456789012", "1234567890123", "password1234", "password12345", "passwordpassword", "qwertyuiop123", "qwerty123456",
        "administrator", "letmeinletmein", "wachtwoord123", "wachtwoord1234", "welkomwelkom", "welcome12345", "changemechangeme",
        "meetlatmeetlat", "iloveyouiloveyou", "abcdefghijkl", "abcd12345678", "qwertyqwerty", "adminadminadmin", "statuspage123",
    }
)  # fmt: skip


class BusyError(Exception):
    """Too many passwords are being looked at; try again in a moment."""


def check_new(password: str, *names: str) -> str:
    """A password that somebody chose. ValueError says why another one is needed. No rules of composition (ASVS 6.2)."""
    if len(password) < SHORTEST:
        raise ValueError(f"a password has at least {SHORTEST} characters; several words make a good one")
    if len(password) > LONGEST:
        raise ValueError(f"a password has at most {LONGEST} characters")
    plain = password.casefold()
    if plain in COMMON or len(set(plain)) < 5 or plain in {name.casefold() for name in names}:
        raise ValueError("that password is among the first that anybody tries; several words make a good one")
    return password


def hashed(password: str) -> str:
    """Its hash, with salt and parameters within."""
    return _slowly(lambda: _HASHER.hash(_bytes(password)))


def is_right(password: str, kept: str | None) -> bool:
    """Whether the hash is of this password. Without a hash it is wrong, and takes as long: so names are not found out."""

    def look() -> bool:
        try:
            _HASHER.verify(kept or _nobody(), _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    return len(password) <= LONGEST and _slowly(look)


def is_old(kept: str) -> bool:
    """Whether it was made with other parameters than today's, so that it should be made anew at the next login."""
    return _HASHER.check_needs_rehash(kept)


def get_ready() -> None:
    """Have at hand what a name that is not there is compared with, so that the first one takes no longer than others."""
    _nobody()


@cache
def _nobody() -> str:
    return _HASHER.hash(b"nobody has this password")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _slowly(work: Callable[[], T]) -> T:
    if not _ROOM.acquire(timeout=WAITING_SECONDS):
        raise BusyError
    try:
        return work()
    finally:
        _ROOM.release()
