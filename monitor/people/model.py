"""The people and programs that may act, and what is kept of them. Instants are seconds since the epoch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST_SHOWN = 80


class Role(StrEnum):
    """What an operator may do: see, or also tell customers, or also see and end what others do here."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    OWNER = "owner"

    def covers(self, needed: Role) -> bool:
        """Whether it may do what ``needed`` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Scope(StrEnum):
    """What a token is good for."""

    READ = "read"
    INCIDENTS = "incidents:write"
    MAINTENANCE = "maintenance:write"
    LABELS = "labels:write"

    @property
    def needs(self) -> Role:
        """The role that whoever stands for the token must have, on the day that it is used."""
        return Role.VIEWER if self is Scope.READ else Role.OPERATOR


@dataclass(frozen=True)
class Operator:
    """A person who may act. ``shown`` is what customers read as the name of who said something."""

    name: str
    shown: str
    role: Role
    created: int
    is_disabled: bool
    has_code: bool


@dataclass(frozen=True)
class Session:
    """Somebody who is logged in: since when, last seen when, from where. ``key`` names it without opening anything."""

    key: str
    operator: Operator
    created: int
    seen: int
    address: str


@dataclass(frozen=True)
class Token:
    """What a program shows in the place of a password. ``operator`` stands for it; ``by`` is published as who said something."""

    id: str
    operator: str
    by: str
    scopes: tuple[Scope, ...]
    created: int
    expires: int | None
    used: int | None
    revoked: int | None

    def is_good(self, now: int) -> bool:
        """Whether it opens anything still."""
        return self.revoked is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True)
class Deed:
    """One row of the audit trail: who did what to what, when, by which way and from where. Never changed, never deleted."""

    at: int
    who: str
    way: str
    address: str
    what: str
    about: str = ""
    detail: str = ""


def operator_name(text: str) -> str:
    """The name by which somebody logs in. ValueError for one that is none."""
    if not NAME.fullmatch(text):
        raise ValueError("a name is made of lower case letters, digits, dots and hyphens, at most 64 of them")
    return text


def shown_name(text: str) -> str:
    """The name that is published. ValueError for one that could not be shown."""
    name = text.strip()
    if not name or len(name) > LONGEST_SHOWN or not name.isprintable():
        raise ValueError(f"the name that is published is one line of 1 to {LONGEST_SHOWN} characters")
    return name
