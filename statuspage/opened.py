"""The record as the site opens it: without what is private, and with the part of it that a signed link shows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable

from monitor.config import Config
from monitor.store import Reader, StoreError
from statuspage.private import veil, veiled
from statuspage.views import Facts

OpenRecord = Callable[[Iterable[str]], Reader]
log = logging.getLogger(__name__)


class Opened:
    """The record, opened as soon as there is one."""

    def __init__(self, open_record: Callable[[], Reader]) -> None:
        self._open = open_record
        self._reader: Reader | None = None

    def reader(self) -> Reader | None:
        """Who reads it; None while there is none."""
        if self._reader is None:
            try:
                self._reader = self._open()
            except StoreError as error:
                log.debug("no record yet: %s", error)
        return self._reader


def revealed(whole: Config, everything: Reader | None, now: int, names: Collection[str]) -> Facts:
    """What whoever may see these components may see: no other private one."""
    reader = veil(everything, whole, names) if everything else None
    return Facts(veiled(whole, names), reader, now)
