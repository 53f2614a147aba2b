"""Identifiers that strangers keep: twelve characters, made of what never changes, never of a name that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from threading import Lock

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


class Outages:
    """The names of outages by the ids that programs know them under. What was learned is kept, so that nothing is read twice."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._until = -1
        self._lock = Lock()

    def name(self, wanted: str, opened_after: Callable[[int], Iterable[tuple[int, str]]]) -> str | None:
        """The name of the outage with this id; None when none has it. ``opened_after`` gives seconds and names of further ones."""
        if len(wanted) != LENGTH or not set(wanted) <= set(DIGITS):
            return None
        with self._lock:
            for at, name in opened_after(self._until):
                self._names[public_id("incident", name)] = name
                self._until = max(self._until, at)
            return self._names.get(wanted)
