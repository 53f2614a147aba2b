"""Those who asked to be told, and what each of them wants to hear."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from monitor.telling.message import KINDS, Message

WAYS = ("email", "webhook", "slack", "teams")
LONGEST_ADDRESS = 254  # of a mailbox, RFC 5321; and enough for a webhook
LONGEST_URL = 1000
# Narrower than RFC 5321: what is left out is nobody's address and everybody's trick (quotes, comments, routes, control characters).
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@((?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)+[A-Za-z]{2,63}")


def mailbox(value: object) -> str:
    """The address of a mailbox, ``somebody@acme.example``."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS or not _MAILBOX.fullmatch(value):
        raise ValueError("allowed is the address of a mailbox, such as somebody@acme.example")
    local = value.rpartition("@")[0]
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise ValueError("allowed is the address of a mailbox, such as somebody@acme.example")
    return value


def hook(value: object, *, is_plain_allowed: bool = False) -> str:
    """An address that begins with https://, without user, password and fragment; http:// only where that is allowed."""
    refused = ValueError("allowed is an address that begins with https://, without user and password")
    if not isinstance(value, str) or len(value) > LONGEST_URL or not re.fullmatch(r"[!-~]+", value) or "\\" in value:
        raise refused
    try:
        parts = urlsplit(value)
        name, _ = parts.hostname, parts.port
    except ValueError:
        raise refused from None
    if (
        parts.scheme not in (("https", "http") if is_plain_allowed else ("https",))
        or not name
        or "@" in parts.netloc
        or parts.fragment
    ):
        raise refused
    return value


def address_of(way: str, value: str, *, is_plain_allowed: bool = False) -> str:
    """The address as this way of telling needs it. ValueError, which says what is allowed, for any other."""
    if way not in WAYS:
        raise ValueError(f"allowed: {', '.join(WAYS)}")
    return mailbox(value) if way == "email" else hook(value, is_plain_allowed=is_plain_allowed)


@dataclass(frozen=True)
class Wish:
    """What somebody asked for: to be told of these ``kinds`` and ``components`` (none: all), in a language, at an address."""

    way: str
    address: str
    language: str
    kinds: tuple[str, ...] = KINDS
    components: tuple[str, ...] = ()

    def wants(self, message: Message) -> bool:
        """Whether they are told of it. What speaks of no component is for everybody."""
        if message.kind not in self.kinds:
            return False
        return not self.components or not message.components or not set(self.components).isdisjoint(message.components)

    def plain(self) -> dict[str, Any]:
        """As values of JSON."""
        return {
            "way": self.way,
            "address": self.address,
            "language": self.language,
            "kinds": list(self.kinds),
            "components": list(self.components),
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Wish:
        """The opposite of ``plain``."""
        chosen = (tuple(plain["kinds"]), tuple(plain["components"]))
        return cls(plain["way"], plain["address"], plain["language"], *chosen)


@dataclass(frozen=True)
class Subscriber:
    """Somebody who confirmed a wish. ``refused`` is how many of the last messages were, because nobody is there any more."""

    id: str
    wish: Wish
    since: int
    refused: int = 0


def for_all_to_hear(message: Message, hidden: Collection[str]) -> bool:
    """Whether it speaks of something that is not private."""
    return not message.components or not set(message.components) <= set(hidden)


def told_of(message: Message, subscribers: Iterable[Subscriber]) -> list[Subscriber]:
    """Those who want it."""
    return [each for each in subscribers if each.wish.wants(message)]
