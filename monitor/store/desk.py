"""What a person adds to the record beside the running monitor: statements sealed and restated, labels, what
is told of incidents and maintenance. Appended, never edited.

Observations, marks and notices have one writer, which holds the lock. What is appended here depends on none of its memory, so that
SQLite's own lock, held for one insert, is enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from monitor.clock import Clock
from monitor.incidents.event import Event
from monitor.store import engine as engines
from monitor.store import tables as t
from monitor.timeline.record import Label


class Conflict(engines.StoreError):
    """Somebody else said something about the same incident or maintenance first. Nothing was kept."""


def open_desk(url: str, clock: Clock) -> Desk:
    """The record, to append to. StoreError when there is none yet."""
    return Desk(engines.appending(engines.path_of(url)), clock)


class Desk:
    """Where people put statements and labels. Every method raises StoreError when the file cannot be written."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def seal(self, agreement: str, period: str, document: Mapping[str, Any], reason: str = "") -> int | None:
        """Keep a statement and give the number of its edition. Without a reason only the first; None when there is one already."""
        with engines.faults(), self._engine.begin() as connection:
            return append_edition(connection, agreement, period, document, self._clock.now(), reason)

    def label(self, label: Label) -> None:
        """Keep what a person said."""
        values = {
            "at": label.at,
            "component": label.component,
            "start": label.start,
            "end": label.end,
            "kind": label.kind,
            "by": label.by,
            "why": label.why,
            "outage": label.outage,
        }
        with engines.faults(), self._engine.begin() as connection:
            connection.execute(sa.insert(t.labels).values(**values))

    def tell(self, *events: Event) -> None:
        """Keep what was said, all of it or nothing. Conflict when it does not go on from the last that is kept."""
        with engines.faults(), self._engine.begin() as connection:
            append_events(connection, events)

    def draft(self, *events: Event) -> None:
        """The same of an incident that is not published."""
        with engines.faults(), self._engine.begin() as connection:
            append_events(connection, events, t.drafts)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def append_edition(
    connection: sa.Connection, agreement: str, period: str, document: Mapping[str, Any], at: int, reason: str = ""
) -> int | None:
    """The next edition of a statement: the first without a reason, further ones only with one.

    Like a notice it is published in a second of its own: when that is taken, in the next one that is free.
    """
    same = (t.statements.c.agreement == agreement) & (t.statements.c.period == period)
    last: int = connection.execute(sa.select(sa.func.max(t.statements.c.edition)).where(same)).scalar() or 0
    if last and not reason:
        return None
    later = sa.union(
        sa.select(t.statements.c.sealed_at).where(t.statements.c.sealed_at >= at),
        sa.select(t.notices.c.at).where(t.notices.c.at >= at),
    )
    taken = set(connection.execute(later).scalars())
    at = next(second for second in count(at) if second not in taken)
    values = {"agreement": agreement, "period": period, "edition": last + 1, "sealed_at": at, "reason": reason}
    connection.execute(sa.insert(t.statements).values(document=json.dumps(document), **values))
    return last + 1


def append_events(connection: sa.Connection, events: Sequence[Event], to: sa.Table = t.events) -> None:
    """The next events of their subjects. Conflict when one is not the next."""
    for event in events:
        same = to.c.subject == event.subject
        last: int = connection.execute(sa.select(sa.func.max(to.c.number)).where(same)).scalar() or 0
        values = {
            "account": event.account,
            "subject": event.subject,
            "number": event.number,
            "at": event.at,
            "by": event.by,
            "step": str(event.step),
            "texts": json.dumps(dict(event.texts), ensure_ascii=False),
            "said": json.dumps(event.said.plain(), ensure_ascii=False),
        }
        told = f"the {event.account} {event.subject} was told more about meanwhile; look again and then say it"
        if event.number != last + 1:
            raise Conflict(told)
        try:
            connection.execute(sa.insert(to).values(**values))
        except IntegrityError as error:  # between looking and writing
            raise Conflict(told) from error
