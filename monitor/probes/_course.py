"""How far a probe came, and what an operator who asks once is told: what was wanted, what was found, whether it held."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from monitor.reach import NoAnswerError
from monitor.resolver import DeniedError, NoSuchNameError, UnresolvableError
from monitor.timeline.model import Reason, Verdict


class Listener(Protocol):
    """Who hears what an operator who asks once wants to know; while a probe is asked again and again there is none."""

    def say(self, text: str) -> None:
        """Something that was sent or heard."""

    def head(self, first: str, headers: Iterable[tuple[str, str]]) -> None:
        """The first line of an answer in HTTP, and its headers."""

    def hide(self, secret: str) -> None:
        """A secret that was met on the way: it is not shown, whoever says it."""

    def check(self, key: str, wanted: str, is_held: bool, found: str) -> None:
        """One assertion: its key, what is ``wanted`` in words when the key does not say it, and what was found."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is wanted of an answer. ``wrong`` is what to say when it is not so, None when it is.

    ``key`` is one of the ``asserted`` of its kind; ``wanted`` says in words which of several under that key is meant.
    """

    key: str
    wrong: Verdict | None
    found: str = ""
    wanted: str = ""


class Look:
    """A block in which something is waited for: it holds when the block ends well, and not when it raises."""

    def __init__(self, listener: Listener | None, key: str) -> None:
        self._listener = listener
        self._key = key
        self._found = ""

    def saw(self, found: Callable[[], str]) -> None:
        """What was found. It is worked out only for who listens."""
        if self._listener:
            self._found = found()

    def then(self, key: str) -> None:
        """That much held; from now on it is this that is waited for."""
        if self._listener:
            self._listener.check(self._key, "", True, self._found)
            self._key, self._found = key, ""

    def __enter__(self) -> Look:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> None:
        if self._listener:
            self._listener.check(self._key, "", error is None, _why(error) if error else self._found)


_UNHEARD = Look(None, "")


def _why(error: BaseException) -> str:
    if isinstance(error, (NoAnswerError, NoSuchNameError, UnresolvableError, DeniedError)):
        return str(error)
    return "not in time" if isinstance(error, asyncio.CancelledError) else type(error).__name__


@dataclass
class Course:
    """How far a probe came: filled in on the way, so that a deadline finds what was measured by then.

    ``place`` says where on the way that is. ``silence`` is what it means that the deadline passed, when that says nothing about
    the target. ``run_us`` is what counts as the duration, when that is not how long it took to ask. ``listener`` hears what an
    operator who asks once wants to know besides.
    """

    phase: str = "dns"
    place: str = ""
    silence: Reason | None = None
    dns_us: int | None = None
    connect_us: int | None = None
    tls_us: int | None = None
    first_byte_us: int | None = None
    run_us: int | None = None
    listener: Listener | None = None

    def note(self, text: Callable[[], str]) -> None:
        """Say it to the listener; without one nothing is worked out."""
        if self.listener:
            self.listener.say(text())

    def look(self, key: str) -> Look:
        """The block in which what this key asserts is waited for."""
        return Look(self.listener, key) if self.listener else _UNHEARD

    def judged(self, checks: Iterable[Check]) -> Verdict | None:
        """What the first that does not hold says, the weightiest first; None when all do. A listener is told of all of them."""
        wrong: Verdict | None = None
        for each in checks:
            wrong = wrong or each.wrong
            if self.listener:
                found = each.found or (each.wrong.detail if each.wrong else "")
                self.listener.check(each.key, each.wanted, each.wrong is None, found)
            elif wrong:
                break
        return wrong
