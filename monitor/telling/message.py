"""One thing that is told, in every language of the page. It is made once and kept, so that telling it again says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

OUTAGE, INCIDENT, MAINTENANCE, STATEMENT = "outage", "incident", "maintenance", "statement"
KINDS = (OUTAGE, INCIDENT, MAINTENANCE, STATEMENT)  # what subscribers and rules choose from
ALERT, CONFIRMATION, TEST = "alert", "confirmation", "test"


@dataclass(frozen=True)
class Words:
    """A message in one language: ``text`` is plain, ``html`` safe markup, ``url`` where all of it is read."""

    title: str
    text: str
    html: str
    url: str


@dataclass(frozen=True)
class Message:
    """What is told. ``key`` is its own for ever; ``at`` is when it happened, in seconds since the epoch.

    ``components`` are those it speaks of, empty when it speaks of none. ``own`` is what only programs are told.
    """

    key: str
    kind: str
    at: int
    components: tuple[str, ...]
    words: Mapping[str, Words]
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What makes a repetition known as one: 32 hexadecimal digits, made of the key."""
        return sha256(self.key.encode()).hexdigest()[:32]

    def spoken(self, language: str) -> tuple[str, Words]:
        """The words in this language, or in the first there is; and which language that is."""
        code = language if language in self.words else next(iter(self.words))
        return code, self.words[code]

    def plain(self) -> dict[str, Any]:
        """The message as values of JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Message:
        """The opposite of ``plain``."""
        words = {code: Words(**each) for code, each in plain["words"].items()}
        return cls(plain["key"], plain["kind"], plain["at"], tuple(plain["components"]), words, plain["own"])
