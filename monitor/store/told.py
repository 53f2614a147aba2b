"""Reading the record: what was told, by the machine and by people, and what was sealed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from monitor.incidents.event import Event, Said, without
from monitor.incidents.telling import opening
from monitor.store import tables as t
from monitor.store.reading import Reading
from monitor.timeline.blind import Blind
from monitor.timeline.fold import Folding
from monitor.timeline.model import REASONS
from monitor.timeline.record import Edition, JournalEntry, Label, Notice
from monitor.timeline.span import Span

PART = 100  # notices of a component that are read at a time


class Told(Reading):
    """Notices, the journal, labels, incidents, maintenance, statements."""

    def told_so_far(self) -> tuple[int, ...]:
        """Numbers that change with each notice, each thing a person said and each statement sealed: not with observations."""
        counted = [
            sa.select(sa.func.count()).select_from(each).scalar_subquery()
            for each in (t.labels, t.events, t.statements)
        ]
        found = self._rows(sa.select(sa.func.coalesce(sa.func.max(t.notices.c.at), 0), *counted))
        return tuple(found[0])

    def notices(self, limit: int = 50, components: Sequence[str] | None = None) -> tuple[Notice, ...]:
        """The newest notices, newest first: of these components or of all."""
        query = sa.select(t.notices).limit(limit)
        if components is not None:
            query = query.where(t.notices.c.component.in_(components))
        return self._notices(query)

    def notices_within(self, components: Collection[str], begin: int, end: int) -> tuple[Notice, ...]:
        """What was told of these components in ``[begin, end)``, newest first."""
        n = t.notices.c
        return self._notices(sa.select(t.notices).where(n.component.in_(components), n.at >= begin, n.at < end))

    def notice_before(self, component: str, at: int) -> Notice | None:
        """The last that was told of a component before that second; None when there is nothing."""
        n = t.notices.c
        return next(iter(self._notices(sa.select(t.notices).where(n.component == component, n.at < at).limit(1))), None)

    def notices_of(self, outage: str) -> tuple[Notice, ...]:
        """What was told of the outage of this name, newest first. The name says where its notices begin; they lie together."""
        named = opening(outage)
        if named is None:
            return ()
        n = t.notices.c
        component, at = named
        hidden = component in self._hidden
        following = sa.select(n.at, n.outage).where(n.component == component).order_by(n.at).limit(PART)
        found: list[int] = []
        while not hidden:
            part = self._rows(following.where(n.at >= at))
            found += [row.at for row in takewhile(lambda row: row.outage == outage, part)]
            if len(part) < PART or part[-1].outage != outage:
                break
            at = part[-1].at + 1
        return self._notices(sa.select(t.notices).where(n.at.in_(found))) if found else ()

    def opened_after(self, at: int) -> tuple[tuple[int, str], ...]:
        """When outages were opened after that second, and their names, oldest first."""
        n = t.notices.c
        query = sa.select(n.at, n.outage).where(n.at > at, n.kind == "opened", n.component.not_in(self._hidden))
        return tuple((row.at, row.outage) for row in self._rows(query.order_by(n.at)))

    def _notices(self, query: sa.Select[Any]) -> tuple[Notice, ...]:
        return tuple(
            Notice(r.at, r.outage, r.component, r.kind, r.start, r.end, REASONS[r.reason], r.down_seconds)
            for r in self._rows(query.where(t.notices.c.component.not_in(self._hidden)).order_by(t.notices.c.at.desc()))
        )

    def told(self, outages: int) -> tuple[Notice, ...]:
        """All notices of so many outages, those that were opened last; newest first."""
        n = t.notices.c
        openings = sa.select(n.at, n.outage).where(n.kind == "opened", n.component.not_in(self._hidden))
        first: dict[str, int] = {}
        wanted = outages
        while len(first) < outages:  # one that went on after it was told to be over was opened more than once
            wanted += PART
            rows = self._rows(openings.order_by(n.at.desc()).limit(wanted))
            first = {row.outage: row.at for row in rows}
            if len(rows) < wanted:
                break
        newest = dict(sorted(first.items(), key=lambda pair: -pair[1])[:outages])
        return self._notices_of_all(newest)

    def _notices_of_all(self, first: Mapping[str, int]) -> tuple[Notice, ...]:
        """All notices of these outages, of which none was told before the second that is given, newest first."""
        n = t.notices.c
        if not first:
            return ()
        return self._notices(sa.select(t.notices).where(n.at >= min(first.values()), n.outage.in_(first)))

    def told_since(self, second: int) -> tuple[Notice, ...]:
        """All notices of later seconds, newest first."""
        return self._notices(sa.select(t.notices).where(t.notices.c.at > second))

    def told_open(self) -> tuple[Notice, ...]:
        """All notices of the outages that have not been told to be over; newest first."""
        n = t.notices.c
        rows = self._rows(sa.select(n.at, n.outage).where(n.at.in_(self._last()), n.kind == "opened"))
        return self._notices_of_all({row.outage: (opening(row.outage) or ("", 0))[1] for row in rows})

    def _last(self) -> list[int]:
        """When each component that was ever watched was told of last, sought for each by itself."""
        n, every = t.notices.c, sa.select(t.watches.c.component).distinct().subquery()
        last = sa.select(sa.func.max(n.at)).where(n.component == every.c.component).scalar_subquery()
        return [row[0] for row in self._rows(sa.select(last).select_from(every)) if row[0] is not None]

    def last_told(self) -> dict[str, int]:
        """When each component was told of last."""
        n = t.notices.c
        rows = self._rows(sa.select(n.component, n.at).where(n.at.in_(self._last()), n.component.not_in(self._hidden)))
        return {row.component: row.at for row in rows}

    def journal(self, limit: int = 50) -> tuple[JournalEntry, ...]:
        """The newest of what happened to the monitor itself, newest first."""
        rows = self._rows(sa.select(t.journal).order_by(t.journal.c.id.desc()).limit(limit))
        return tuple(JournalEntry(row.at, row.kind, row.detail) for row in rows)

    def veiled(self) -> frozenset[str]:
        """The components that were private when the monitor last knew them, those that are no longer there included."""
        j = t.journal.c
        found: set[str] = set()
        for row in self._rows(sa.select(j.kind, j.detail).where(j.kind.in_(("private", "public"))).order_by(j.id)):
            names = set(row.detail.split())
            found = found | names if row.kind == "private" else found - names
        return frozenset(found)

    def blinds(self, span: Span | None = None, limit: int = 50) -> tuple[Blind, ...]:
        """The newest spans in which the monitor could not see, oldest first: those that share a second with the span, or all."""
        j = t.journal.c
        query = sa.select(j.at, j.kind, j.detail).where(j.kind.in_(("blind", "sighted"))).order_by(j.id.desc())
        found: list[Blind] = []
        end: int | None = None
        for row in self._rows(query.limit(2 * limit)):
            if row.kind == "sighted":
                end = row.at
                continue
            found.append(Blind.told(row.at, end, row.detail))
            end = None
        shown = [b for b in found if span is None or (b.start < span.end and (b.end is None or b.end > span.start))]
        return tuple(reversed(shown[:limit]))

    def unstable(self) -> dict[str, int]:
        """The components that change too often at the moment, and the second since which they do."""
        text = t.foldings.c.text  # the last two are since when it is, and when it was: most need not be taken apart
        maybe = sa.select(t.foldings).where(text.not_like('%",null,null]'), text.not_like('%",null,[%]]'))
        foldings = {row.series: Folding.loads(row.text).unstable for row in self._rows(maybe)}
        since: dict[str, int] = {}
        w = t.watches.c
        in_force = sa.select(w.series, w.component).where(w.end.is_(None), w.component.not_in(self._hidden))
        for row in self._rows(in_force):
            found = foldings.get(row.series)
            if found is not None:
                since[row.component] = min(found, since.get(row.component, found))
        return since

    def sealed(self, agreement: str) -> tuple[tuple[str, dict[str, Any]], ...]:
        """The closed periods of an agreement and their documents, the last edition of each, newest first."""
        newest = {each.period: dict(each.document) for each in self.editions(agreement)}
        return tuple(reversed(newest.items()))

    def editions(self, agreement: str) -> tuple[Edition, ...]:
        """Every statement that was ever sealed for an agreement, by period and then in the order in which they were."""
        query = sa.select(t.statements).where(t.statements.c.agreement == agreement)
        return self._editions(query.order_by(t.statements.c.period, t.statements.c.edition))

    def latest(self, limit: int, agreements: Sequence[str]) -> tuple[Edition, ...]:
        """The statements of these agreements that were sealed last, newest first."""
        query = sa.select(t.statements).where(t.statements.c.agreement.in_(agreements))
        return self._editions(query.order_by(t.statements.c.sealed_at.desc()).limit(limit))

    def _editions(self, query: sa.Select[Any]) -> tuple[Edition, ...]:
        rows = self._rows(query)
        return tuple(Edition(r.period, r.edition, r.sealed_at, r.reason, json.loads(r.document)) for r in rows)

    def labels(self) -> tuple[Label, ...]:
        """What people said of spans of time, in the order in which they did."""
        rows = self._rows(sa.select(t.labels).where(t.labels.c.component.not_in(self._hidden)).order_by(t.labels.c.id))
        return tuple(Label(r.at, r.component, r.start, r.end, r.kind, r.by, r.why, r.outage) for r in rows)

    def events(self) -> tuple[Event, ...]:
        """What people said about incidents and maintenance, in the order in which it was kept."""
        found = self._events(t.events)
        return without(found, self._hidden) if self._hidden else found

    def drafts(self) -> tuple[Event, ...]:
        """What is kept of incidents that are not published, in the order in which it was kept. For nobody but operators."""
        return self._events(t.drafts)

    def _events(self, table: sa.Table) -> tuple[Event, ...]:
        return tuple(
            Event(r.account, r.subject, r.number, r.at, r.by, r.step, json.loads(r.texts), Said.of(json.loads(r.said)))
            for r in self._rows(sa.select(table).order_by(table.c.id))
        )

    def followed(self, name: str) -> int | None:
        """The second of the newest notice that this follower took into account; None for one that is new."""
        rows = self._rows(sa.select(t.followed.c.at).where(t.followed.c.name == name))
        return rows[0].at if rows else None
