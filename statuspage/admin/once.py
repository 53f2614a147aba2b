"""Saying something once, however often a program asks for it under one ``Idempotency-Key``.

What is going to be said is kept before it is said. Whoever asks again gets the same answer; after a crash in between it is looked
up whether it was said. One at a time: of two that ask at once the second waits.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from monitor.clock import Clock
from monitor.incidents.event import Event, Said
from monitor.store import Conflict, People
from monitor.timeline.record import Label

KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyReusedError(Exception):
    """The key was used for another request."""


class BadKeyError(Exception):
    """It is no key."""


@dataclass(frozen=True)
class Saying:
    """What is to be said, and how: events or a label, the way to put them there, and the answer once they are."""

    plan: str
    say: Callable[[], None]
    answer: Callable[[], Any]


@dataclass(frozen=True)
class Once:
    """The rule, over what is kept."""

    people: People
    clock: Clock
    lock: Any = threading.Lock()  # noqa: RUF009 -- one for all: a write is short

    def do(
        self, token: str, key: str | None, asked: bytes, make: Callable[[], Saying], was_said: Callable[[str], Any]
    ) -> tuple[Any, bool]:
        """The answer, and whether it was given before. ``was_said(plan)`` is the answer when the record has it, None otherwise."""
        if key is None:
            saying = make()
            saying.say()
            return saying.answer(), False
        if not KEY.fullmatch(key):
            raise BadKeyError
        digest = hashlib.sha256(asked).hexdigest()
        with self.lock:
            kept = self.people.promised(token, key)
            if kept and kept.asked != digest:
                raise KeyReusedError
            if kept and kept.answer is not None:
                return json.loads(kept.answer), True
            if kept and (found := was_said(kept.plan)) is not None:
                self.people.fulfil(token, key, json.dumps(found))
                return found, True
            if kept:
                self.people.forget(token, key)
            return self._first(token, key, digest, make()), False

    def _first(self, token: str, key: str, digest: str, saying: Saying) -> Any:
        self.people.promise(token, key, digest, saying.plan, self.clock.now())
        try:
            saying.say()
        except Conflict:  # after anything else it may have been said; whoever asks again finds out
            self.people.forget(token, key)
            raise
        answer = saying.answer()
        self.people.fulfil(token, key, json.dumps(answer))
        return answer


def plan_of(what: Event | Label) -> str:
    """What is to be said, as text."""
    if isinstance(what, Label):
        return json.dumps({"label": asdict(what)})
    plain = {name: getattr(what, name) for name in ("account", "subject", "number", "at", "by", "step")}
    return json.dumps({"event": plain | {"texts": dict(what.texts), "said": what.said.plain()}})


def planned(plan: str) -> Event | Label:
    """The opposite."""
    found = json.loads(plan)
    if "label" in found:
        return Label(**found["label"])
    plain = found["event"]
    return Event(**(plain | {"said": Said.of(plain["said"])}))
