"""Reading the record: all of it by one reader, and timelines made of its marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from monitor.store import engine as engines
from monitor.store import tables as t
from monitor.store.following import Following
from monitor.store.observed import Observed
from monitor.store.told import Told
from monitor.timeline.fold import Folding, Mark, timeline
from monitor.timeline.model import REASONS, State, Timeline, Watch
from monitor.timeline.quorum import combine
from monitor.timeline.span import Span


def open_reader(url: str, hidden: Iterable[str] = (), *, still: bool = False) -> Reader:
    """The record, for reading only, as if there were no ``hidden`` components; a ``still`` one stays as it is now.

    StoreError when there is none yet or this program cannot read it.
    """
    return Reader(engines.reading(engines.path_of(url), still=still), frozenset(hidden))


class Reader(Observed, Told, Following):
    """Everything there is to be read."""

    def timelines(self, span: Span, components: Collection[str] | None = None) -> dict[str, Timeline]:
        """The states of each of these components, or of each that was ever watched, as a partition of the span."""
        watches = [each for each in self.watches() if components is None or each.component in components]
        wanted = {(watch.probe, watch.location) for watch in watches}
        found = self._rows(sa.select(t.series))
        keys = {row.id: (row.probe, row.location) for row in found if (row.probe, row.location) in wanted}
        marks = self._marks(span, keys if len(keys) < len(found) else None)
        covers = {
            keys[row.series]: Folding.loads(row.text).cover
            for row in self._rows(sa.select(t.foldings))
            if row.series in keys
        }
        parts: dict[str, list[tuple[Watch, Timeline]]] = defaultdict(list)
        drawn = {key: timeline(marks.get(number, ()), covers.get(key), span) for number, key in keys.items()}
        for watch in watches:
            parts[watch.component].append((watch, drawn[watch.probe, watch.location]))
        return {component: combine(of, span) for component, of in parts.items()}

    def _marks(self, span: Span, series: Collection[int] | None) -> dict[int, list[Mark]]:
        """The marks of these series, or of all, from the one in force at the beginning of the span on.

        Series by series (the order makes SQLite seek, not scan); what is older is not read, so that the cost does not grow with the
        age of the record.
        """
        standing = sa.select(t.series.c.id, _in_force(span.start).label("at"))
        if series is not None:
            standing = standing.where(t.series.c.id.in_(list(series)))
        first = standing.subquery()
        query = (
            sa.select(t.marks)
            .join(first, first.c.id == t.marks.c.series)
            .where(t.marks.c.at < span.end, t.marks.c.at >= sa.func.coalesce(first.c.at, span.start))
            .order_by(first.c.id, t.marks.c.at)
        )
        marks: dict[int, list[Mark]] = defaultdict(list)
        for row in self._rows(query):
            marks[row.series].append(Mark(row.at, State(row.state), REASONS[row.reason] if row.reason else None))
        return marks


def _in_force(instant: int) -> sa.ScalarSelect[Any]:
    """The second of the newest mark of a series at or ahead of the instant."""
    newest = sa.select(sa.func.max(t.marks.c.at)).where(t.marks.c.series == t.series.c.id, t.marks.c.at <= instant)
    return newest.correlate(t.series).scalar_subquery()
