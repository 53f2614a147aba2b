"""Measured outages tell of themselves in the record, beside probing: looked at when one began or ended, and when one is due."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from monitor.clock import Clock
from monitor.config import Config
from monitor.incidents import automatic
from monitor.incidents.automatic import Due
from monitor.incidents.book import book
from monitor.incidents.event import Event
from monitor.store import Reader, Record, StoreError

FOLLOWER = "incidents"
RETRY_SECONDS = 60
log = logging.getLogger(__name__)


class Stories:
    """When to look, and looking. ``write`` runs what it is given in the thread of the record. Nothing due costs nothing."""

    def __init__(self, clock: Clock, write: Callable[[Callable[[], Due]], Awaitable[Due]]) -> None:
        self._clock = clock
        self._write = write
        self._at: int | None = None

    def met(self) -> None:
        """An outage began or ended: look soon."""
        self._at = 0

    @property
    def is_due(self) -> bool:
        """Whether something may have to be said now."""
        return self._at is not None and self._at <= self._clock.now()

    async def look(self, record: Record, config: Config) -> None:
        """Say what is due. What cannot be said stops no probing, and is tried again."""
        try:
            found = await self._write(lambda: followed(record, config, self._clock.now()))
        except (StoreError, ValueError) as error:
            log.error("no incident could be told to the record yet: %s", error)
            self._at = self._clock.now() + RETRY_SECONDS
            return
        self._at = found.at
        for event in (*found.events, *found.drafts):
            log.warning("incident %s: %s%s", event.subject, event.step, "" if event in found.events else " (a draft)")


def followed(record: Record, config: Config, now: int) -> Due:
    """Open, update and resolve incidents as measured outages ask for it; what was said, and when to look again.

    It is read from the record what is still to be said, and that is kept in one step with how far that reading came. So whatever
    ends this process in between, the next one goes on at the same place; and no outage is told twice, because an incident has the
    name of its outage and the record keeps no two first events of one name. StoreError when it cannot be written, ValueError when
    what it holds cannot be followed.
    """
    found = Due()
    policy = replace(
        config.incidents,
        names={each.id: each.name for each in config.components},
        private=frozenset(each.id for each in config.components if each.private),
    )

    def look(reader: Reader) -> tuple[Sequence[Event], Sequence[Event], int]:
        nonlocal found
        told, drafts, newest = book(reader.events()), reader.drafts(), reader.told_so_far()[0]
        since = reader.followed(FOLLOWER)  # kept also while nothing is opened: who turns it on has no history told anew
        fresh = reader.told_since(newest if since is None else since)
        notices = (*fresh, *reader.told_open())
        known = {each.outage for each in notices}
        for outage in automatic.concerned(told, drafts, known) - known:
            notices = (*notices, *reader.notices_of(outage)[:1])
        found = automatic.due(policy, notices, told, drafts, max(now, newest))
        return found.events, found.drafts, newest

    record.follow(FOLLOWER, look)
    return found
