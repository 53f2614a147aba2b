"""Passwords: which are taken, and their Argon2id hashes (RFC 9106). The door to argon2.

At most two are hashed at once, each in 46 MiB: whoever tries many cannot use up the machine.
"""

from __future__ import annotations

import re
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
# What the passwords are made of that anybody tries first; those that are long enough to be taken are these again and again, or with
# digits and signs around them.
COMMON = frozenset(
    {
        "password", "passwort", "wachtwoord", "welkom", "welcome", "admin", "administrator", "letmein", "letmeinplease", "changeme",
        "iloveyou", "meetlat", "statuspage", "status", "qwerty", "azerty", "secret", "geheim", "monkey", "dragon", "football",
        "baseball", "princess", "sunshine", "superman", "batman", "master", "login", "test", "testing", "root", "user", "guest",
        "default", "temp", "summer", "winter", "spring", "autumn", "zomer", "lente", "herfst", "trustno", "whatever",
    }
)  # fmt: skip
ROWS = ("qwertyuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "12345678901234567890", "abcdefghijklmnopqrstuvwxyz")
WALKS = tuple(each for row in ROWS for each in (row, row[::-1]))
SIGNS = str.maketrans("@0$3", "aose")


class BusyError(Exception):
    """Too many passwords are being looked at; try again in a moment."""


def check_new(password: str, *names: str) -> str:
    """A password that somebody chose. ValueError says why another one is needed. No rules of composition (ASVS 6.2)."""
    if len(password) < SHORTEST:
        raise ValueError(f"a password has at least {SHORTEST} characters; several words make a good one")
    if len(password) > LONGEST:
        raise ValueError(f"a password has at most {LONGEST} characters")
    plain = password.casefold()
    if len(set(plain)) < 5 or _is_walk(plain) or _is_of_one_word(plain, {name.casefold() for name in names}):
        raise ValueError("that password is among the first that anybody tries; several words make a good one")
    return password


def _is_walk(text: str) -> bool:
    """Whether it goes along rows of the keyboard, the digits or the alphabet, at least three steps each time."""
    while text:
        longest = max(
            (size for size in range(3, len(text) + 1) if any(text[:size] in each for each in WALKS)), default=0
        )
        if not longest:
            return False
        text = text[longest:]
    return True


def _is_of_one_word(text: str, names: set[str]) -> bool:
    """Whether it is a common word or a name, again and again, whatever digits and signs stand around."""
    for each in (text, re.sub(r"[\W\d_]+$", "", text).translate(SIGNS)):
        core = "".join(letter for letter in each if letter.isalpha())
        size = (core + core).find(core, 1)  # of the shortest part that it repeats
        word = core[:size]
        if text in names or word in COMMON | names or (word and _is_walk(word)):
            return True
    return False


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
