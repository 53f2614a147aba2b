"""Reading the record: what came since it was last followed. Its logs are only appended to, so that a place in each is enough."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from monitor.store import tables as t
from monitor.store.reading import Reading
from monitor.timeline.model import REASONS
from monitor.timeline.record import Edition, Label, Notice

NOTICES, EVENTS, STATEMENTS, LABELS = "notices", "events", "statements", "labels"
MOST = 1_000  # rows of a log in one go
_ROW: sa.ColumnClause[int] = sa.literal_column("statements.rowid")


@dataclass(frozen=True)
class News:
    """What came: notices, the (subject, number) of events, sealed statements, labels by their number; and the places from which
    to go on.
    """

    notices: tuple[Notice, ...]
    events: tuple[tuple[str, int], ...]
    editions: tuple[Edition, ...]
    cursors: Mapping[str, int]
    labels: tuple[tuple[int, Label], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.notices or self.events or self.editions or self.labels)


class Following(Reading):
    """The logs of the record, from a place on."""

    def ends(self) -> dict[str, int]:
        """The places at which the logs end now."""
        lasts = (sa.func.max(t.notices.c.at), sa.func.max(t.events.c.id), sa.func.max(_ROW), sa.func.max(t.labels.c.id))
        froms = (t.notices, t.events, t.statements, t.labels)
        found = [
            self._rows(sa.select(last).select_from(each))[0][0] or 0 for last, each in zip(lasts, froms, strict=True)
        ]
        return dict(zip((NOTICES, EVENTS, STATEMENTS, LABELS), found, strict=True))

    def news(self, since: Mapping[str, int]) -> News:
        """What came after these places, oldest first; of each log at most so much that it is soon worked off."""
        n = t.notices.c
        mine = sa.select(t.notices).where(n.at > since[NOTICES]).order_by(n.at).limit(MOST)
        notices = self._rows(mine)
        events = self._rows(
            sa.select(t.events.c.id, t.events.c.subject, t.events.c.number)
            .where(t.events.c.id > since[EVENTS])
            .order_by(t.events.c.id)
            .limit(MOST)
        )
        query = sa.select(_ROW.label("place"), t.statements).where(since[STATEMENTS] < _ROW).order_by(_ROW).limit(MOST)
        sealed = self._rows(query)
        b = t.labels.c
        labels = self._rows(sa.select(t.labels).where(b.id > since[LABELS]).order_by(b.id).limit(MOST))
        return News(
            self._seen(notices),
            tuple((r.subject, r.number) for r in events),
            tuple(Edition(r.period, r.edition, r.sealed_at, r.reason, json.loads(r.document)) for r in sealed),
            {
                NOTICES: notices[-1].at if notices else since[NOTICES],
                EVENTS: events[-1].id if events else since[EVENTS],
                STATEMENTS: sealed[-1].place if sealed else since[STATEMENTS],
                LABELS: labels[-1].id if labels else since[LABELS],
            },
            tuple(
                (r.id, Label(r.at, r.component, r.start, r.end, r.kind, r.by, r.why, r.outage))
                for r in labels
                if r.component not in self._hidden
            ),
        )

    def named(self, outages: Collection[str], since: int) -> tuple[Notice, ...]:
        """What was told from that second on of the outages of these names, oldest first."""
        n = t.notices.c
        return self._seen(self._rows(sa.select(t.notices).where(n.at >= since, n.outage.in_(outages)).order_by(n.at)))

    def sharing(self, components: Collection[str], start: int, end: int | None) -> tuple[Notice, ...]:
        """What was told of outages of these components that share a second with the time, which is open without an end."""
        n = t.notices.c
        # Whatever was told of an outage was told after it began; that it is over, after it was.
        found = sa.select(t.notices).where(
            n.component.in_(components), n.at >= start, (n.end.is_(None) | (n.end > start))
        )
        found = found if end is None else found.where(n.start < end)
        return self._seen(self._rows(found.order_by(n.at)))

    def _seen(self, rows: Sequence[sa.Row[Any]]) -> tuple[Notice, ...]:
        return tuple(
            Notice(r.at, r.outage, r.component, r.kind, r.start, r.end, REASONS[r.reason], r.down_seconds)
            for r in rows
            if r.component not in self._hidden
        )
