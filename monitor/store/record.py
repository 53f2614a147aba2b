"""Writing the record. One process at a time, one thread of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from statistics import median_high
from typing import IO, Any

import sqlalchemy as sa

from monitor.clock import Clock
from monitor.incidents.event import Event
from monitor.store import engine as engines
from monitor.store import hearing, layout
from monitor.store import tables as t
from monitor.store.desk import append_edition, append_events
from monitor.store.examination import Examination
from monitor.store.reader import Reader
from monitor.timeline.fold import Folding, Mark, Redraw
from monitor.timeline.model import REASONS, Observation, State, Watch
from monitor.timeline.record import KEPT_MARKS, Batch, Key, Notice, Standing
from monitor.timeline.sight import recalled
from monitor.timeline.signals import Signal
from monitor.timeline.span import Span

KEPT_PACES = 4  # intervals of most probes: more than a failure waits to be judged
CHECK_BELOW = 64 << 20  # bytes that are read within a fraction of a second


def open_record(url: str, clock: Clock, check_below: int = CHECK_BELOW) -> Record:
    """The record, for its only writer. StoreError when it is damaged, newer than this program or written by another.

    Only a file of less than ``check_below`` bytes is checked for damage now; see ``Record.examine`` for larger ones.
    """
    path = engines.path_of(url)
    held = engines.lock(path)
    is_large = path.exists() and path.stat().st_size >= check_below
    with ExitStack() as undo:
        undo.callback(held.close)
        engine = engines.writing(path, check=not is_large)
        undo.callback(engine.dispose)
        record = Record(engine, held, clock, path if is_large else None)
        undo.pop_all()
    return record


class Record:
    """The record as its writer sees it. Every method raises StoreError when the file cannot be read or written."""

    def __init__(self, engine: sa.Engine, held: IO[bytes], clock: Clock, unchecked: Path | None) -> None:
        self._engine = engine
        self._held = held
        self._clock = clock
        self._unchecked = unchecked
        self._examination: Examination | None = None
        self.reader = Reader(engine)
        with engines.faults(), engine.connect() as connection:
            rows = connection.execute(sa.select(t.series)).all()
        self._series: dict[Key, int] = {(row.probe, row.location): row.id for row in rows}

    def examine(self, found: Callable[[str], object]) -> None:
        """Check beside the work a file that was too large to be checked before. ``found`` hears of damage, in another thread."""
        if self._unchecked and not self._examination:
            self._examination = Examination(self._unchecked, self._clock, found)

    def about(self) -> str:
        """What keeps it, for the journal."""
        with engines.faults(), self._engine.connect() as connection:
            return f"SQLite {connection.execute(sa.text('SELECT sqlite_version()')).scalar()}, schema {engines.SCHEMA}"

    def watches(self) -> tuple[Watch, ...]:
        """All watches there ever were, ended ones included."""
        return self.reader.watches()

    def watch(self, wanted: Sequence[Watch], now: int) -> None:
        """Bring these into force now, and end what is not among them. Unchanged ones keep their beginning."""
        by_terms = {replace(watch, start=0, end=None): watch for watch in wanted}
        with self._writing() as connection:
            keys = {number: key for key, number in self._series.items()}
            for row in connection.execute(sa.select(t.watches).where(t.watches.c.end.is_(None))).all():
                probe, location = keys[row.series]
                terms = replace(layout.watch(row, probe, location), start=0, end=None)
                if by_terms.pop(terms, None) is None:
                    connection.execute(
                        sa.update(t.watches).where(t.watches.c.id == row.id).values(end=max(now, row.start))
                    )
            for watch in by_terms.values():
                values = {
                    "series": self._number(connection, (watch.probe, watch.location)),
                    "component": watch.component,
                    "start": now,
                    "interval_ms": watch.interval_ms,
                    "confirm": watch.confirm,
                    "recover": watch.recover,
                    "need": watch.need,
                    "host": watch.host,
                    "needs": " ".join(watch.needs),
                }
                connection.execute(sa.insert(t.watches).values(**values))

    def standing(self, now: int) -> Standing:  # noqa: ARG002 -- a longer record will read only its end
        """What a worker remembers, read back."""
        keys = {number: key for key, number in self._series.items()}
        marks: dict[Key, tuple[Mark, ...]] = {}
        told: dict[str, Notice] = {}
        with engines.faults(), self._engine.connect() as connection:
            for number, key in keys.items():
                newest = sa.select(t.marks).where(t.marks.c.series == number).order_by(t.marks.c.at.desc())
                rows = connection.execute(newest.limit(KEPT_MARKS)).all()
                marks[key] = tuple(
                    Mark(row.at, State(row.state), REASONS[row.reason] if row.reason else None)
                    for row in reversed(rows)
                )
            stood = {keys[row.series]: Folding.loads(row.text) for row in connection.execute(sa.select(t.foldings))}
        for notice in reversed(self.reader.notices(limit=100_000)):
            told[notice.component] = notice
        told_at = max((notice.at for notice in told.values()), default=0)
        watches = self.watches()
        looks, held = recalled(self._recent(watches), watches, stood)
        waiting = frozenset(watch.component for watch in watches if watch.needs and watch.end is None)
        return Standing(watches, stood, marks, told, told_at, self.reader.blinds(limit=20), looks, held, waiting)

    def _recent(self, watches: Sequence[Watch]) -> tuple[Observation, ...]:
        """What was observed in the time that may still be judged, which is little."""
        newest = self.reader.newest()
        paces = [watch.interval_ms for watch in watches if watch.end is None and watch.host]
        if newest is None or not paces:
            return ()
        return self.reader.observations(Span(newest - KEPT_PACES * median_high(paces) // 1000, newest + 1))

    def append(self, batch: Batch) -> None:
        """Commit one batch: all of it is on disk afterwards, or none. An observation of a slot that is kept already is ignored."""
        with self._writing() as connection:
            self._append(connection, batch)

    def _append(self, connection: sa.Connection, batch: Batch) -> None:
        rows = [layout.row(each, self._number(connection, (each.probe, each.location))) for each in batch.observations]
        if rows:
            connection.exec_driver_sql(
                layout.INSERT, sorted(rows, key=itemgetter(0))
            )  # in order, so that pages fill up
        cuts, fresh = [], []
        for key, redraw in _joined(batch.redraws).items():
            number = self._number(connection, key)
            cuts.append((number, redraw.start))
            fresh += [(number, m.at, m.state.value, m.reason.code if m.reason else None) for m in redraw.marks]
        if cuts:
            connection.exec_driver_sql(layout.CUT, cuts)
        if fresh:
            connection.exec_driver_sql(layout.MARK, fresh)
        foldings = [(self._number(connection, key), folding.dumps()) for key, folding in batch.foldings.items()]
        if foldings:
            connection.exec_driver_sql(layout.FOLD, foldings)
        for notice in batch.notices:
            connection.execute(sa.insert(t.notices).values(**_told(notice)))
        for entry in batch.journal:
            connection.execute(sa.insert(t.journal).values(at=entry.at, kind=entry.kind, detail=entry.detail))

    def hear(self, signals: Sequence[Signal], location: str) -> None:
        """Commit what endpoints that call us have said: all of it is on disk afterwards, or none."""
        with self._writing() as connection:
            rows = [hearing.row(each, self._number(connection, (each.probe, location))) for each in signals]
            connection.execute(sa.insert(t.signals), rows)

    def seal(self, agreement: str, period: str, document: Mapping[str, Any]) -> bool:
        """Keep the statement of a closed period, unless one is kept already. True when it was sealed now."""
        with self._writing() as connection:
            return append_edition(connection, agreement, period, document, self._clock.now()) is not None

    def tell(self, events: Sequence[Event]) -> None:
        """Keep what a configuration says of planned maintenance, all of it or nothing."""
        with self._writing() as connection:
            append_events(connection, events)

    def follow(self, name: str, due: Callable[[Reader], tuple[Sequence[Event], Sequence[Event], int]]) -> None:
        """Keep what follows from the record as it is now, all of it or nothing: events, drafts, and until which second of notices
        the follower of this name has come. Nobody else says anything meanwhile.
        """
        with self._writing() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            reader = self.reader.within(connection)
            events, drafts, at = due(reader)
            append_events(connection, events)
            append_events(connection, drafts, t.drafts)
            if at != reader.followed(name):
                connection.execute(sa.delete(t.followed).where(t.followed.c.name == name))
                connection.execute(sa.insert(t.followed).values(name=name, at=at))

    def close(self) -> None:
        """Give the file to the next writer."""
        if self._examination:
            self._examination.stop()
        self._engine.dispose()
        self._held.close()

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """All of it or nothing: a number that was given to a series is forgotten with the transaction that gave it."""
        numbered = dict(self._series)
        try:
            with engines.faults(), self._engine.begin() as connection:
                yield connection
        except BaseException:
            self._series = numbered
            raise

    def _number(self, connection: sa.Connection, key: Key) -> int:
        if key not in self._series:
            made = connection.execute(sa.insert(t.series).values(probe=key[0], location=key[1]))
            assert made.inserted_primary_key is not None  # noqa: S101 -- SQLite always gives one
            if made.inserted_primary_key[0] > layout.MOST_SERIES:
                raise engines.StoreError(
                    f"the record is full: it holds {layout.MOST_SERIES} probes, past ones included"
                )
            self._series[key] = made.inserted_primary_key[0]
        return self._series[key]


def _joined(redraws: Sequence[tuple[Key, Redraw]]) -> dict[Key, Redraw]:
    """One redraw for each series, which does what those of the batch do one after the other."""
    joined: dict[Key, Redraw] = {}
    for key, redraw in redraws:
        before = joined.get(key, Redraw(redraw.start, ()))
        kept = tuple(mark for mark in before.marks if mark.at < redraw.start)
        joined[key] = Redraw(min(before.start, redraw.start), kept + redraw.marks)
    return joined


def _told(notice: Notice) -> dict[str, object]:
    return {
        "at": notice.at,
        "outage": notice.outage,
        "component": notice.component,
        "kind": notice.kind,
        "start": notice.start,
        "end": notice.end,
        "reason": notice.reason.code,
        "down_seconds": notice.down_seconds,
    }
