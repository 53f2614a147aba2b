"""What every question to the record begins with: the rows it asks for, and who watched what when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, Self

import sqlalchemy as sa

from monitor.store import engine as engines
from monitor.store import layout
from monitor.store import tables as t
from monitor.timeline.model import Watch


class Reading:
    """The record as everybody but its writer sees it. Of ``hidden`` components nothing is read, whoever asks."""

    def __init__(self, engine: sa.Engine, hidden: frozenset[str] = frozenset()) -> None:
        self._engine = engine
        self._hidden = sorted(hidden)
        self._watching: sa.Connection | None = None
        self._inside: sa.Connection | None = None

    def hiding(self, names: Iterable[str]) -> Self:
        """The same record, open only as long as this one, of which these components are hidden."""
        return type(self)(self._engine, frozenset(names))

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        if self._inside is not None:
            return self._inside.execute(query).all()
        with engines.faults(), self._engine.connect() as connection:
            return connection.execute(query).all()

    def within(self, connection: sa.Connection) -> Self:
        """The same record as a transaction sees it that is under way."""
        found = copy(self)
        found._inside = connection
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._watching:
            self._watching.close()
        self._engine.dispose()

    def revision(self) -> int:
        """A number that changes whenever anything was committed to the record. Equal ones of one reader mean: the same record."""
        with engines.faults():
            if self._watching is None:  # the number means something only within one connection
                self._watching = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            found: int = self._watching.execute(sa.text("PRAGMA data_version")).scalar_one()
            return found

    def newest(self) -> int | None:
        """The second in which the newest observation began; None when there is none."""
        o = t.observations.c
        rows = self._rows(sa.select(o.id, o.late_ms).order_by(o.id.desc()).limit(1))
        return (layout.slot_ms(rows[0].id) + rows[0].late_ms) // 1000 if rows else None

    def since(self) -> int | None:
        """The second since which anything is watched; None when nothing ever was."""
        w = t.watches.c
        found: int | None = self._rows(sa.select(sa.func.min(w.start)).where(w.component.not_in(self._hidden)))[0][0]
        return found

    def watches(self) -> tuple[Watch, ...]:
        """All watches there ever were, oldest first."""
        joined = sa.select(t.watches, t.series.c.probe, t.series.c.location).join(
            t.series, t.series.c.id == t.watches.c.series
        )
        rows = self._rows(joined.where(t.watches.c.component.not_in(self._hidden)).order_by(t.watches.c.id))
        return tuple(layout.watch(row, row.probe, row.location) for row in rows)
