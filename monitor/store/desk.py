"""What a person adds to the record beside the running monitor: statements sealed and restated, labels. Appended, never edited.

Observations, marks and notices have one writer, which holds the lock. What is appended here depends on none of its memory, so that
SQLite's own lock, held for one insert, is enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

import sqlalchemy as sa

from monitor.clock import Clock
from monitor.store import engine as engines
from monitor.store import tables as t
from monitor.timeline.record import Label


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
        }
        with engines.faults(), self._engine.begin() as connection:
            connection.execute(sa.insert(t.labels).values(**values))

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
