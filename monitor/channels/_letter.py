"""What is sent, and how it may fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class NotSent(Exception):  # noqa: N818 -- what is told, not how
    """It could not be sent now. ``after`` is for how many seconds they asked to be left alone; ``everybody`` fails alike."""

    def __init__(self, why: str, after: int | None = None, *, everybody: bool = False) -> None:
        super().__init__(why)
        self.after = after
        self.everybody = everybody


class Refused(Exception):  # noqa: N818
    """It will never be taken: the other side said so, or the address may not be asked."""


class Gone(Refused):
    """There is nobody any more at the address: sure when the other side says so for so many messages one after the other."""

    def __init__(self, why: str, times: int) -> None:
        super().__init__(why)
        self.times = times


@dataclass(frozen=True)
class Letter:
    """A message as one receiver gets it. ``id`` is the same whenever it is sent again.

    ``leave`` is the address that ends the subscription, ``manage`` the one at which it is changed, both empty for operators;
    ``leaving`` and ``managing`` are the words for them. ``footer`` says why it came. ``link`` are the words for ``url``.
    ``payload`` is for programs.
    """

    id: str
    at: int
    language: str
    page: str
    host: str
    title: str
    text: str
    html: str
    url: str
    link: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    footer: str = ""
    leave: str = ""
    leaving: str = ""
    manage: str = ""
    managing: str = ""
