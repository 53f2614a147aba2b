"""Reading the record: observations, timelines, notices, statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from monitor.incidents.event import Event, Said, without
from monitor.sla.facts import Count
from monitor.store import engine as engines
from monitor.store import hearing, layout
from monitor.store import tables as t
from monitor.timeline.fold import Folding, Mark, timeline
from monitor.timeline.model import REASONS, Observation, Outcome, State, Timeline, Watch
from monitor.timeline.quorum import combine
from monitor.timeline.record import Edition, Heard, JournalEntry, Label, Notice
from monitor.timeline.signals import Life, Signal, live
from monitor.timeline.span import Span

DAY_MS = 86_400_000


def open_reader(url: str, hidden: Iterable[str] = (), *, still: bool = False) -> Reader:
    """The record, for reading only, as if there were no ``hidden`` components; a ``still`` one stays as it is now.

    StoreError when there is none yet or this program cannot read it.
    """
    return Reader(engines.reading(engines.path_of(url), still=still), frozenset(hidden))


class Reader:
    """The record as everybody but its writer sees it. Of ``hidden`` components nothing is read, whoever asks."""

    def __init__(self, engine: sa.Engine, hidden: frozenset[str] = frozenset()) -> None:
        self._engine = engine
        self._hidden = sorted(hidden)
        self._watching: sa.Connection | None = None

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with engines.faults(), self._engine.connect() as connection:
            return connection.execute(query).all()

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

    def told_so_far(self) -> tuple[int, ...]:
        """Numbers that change with each notice, each thing a person said and each statement sealed: not with observations."""
        counted = [
            sa.select(sa.func.count()).select_from(each).scalar_subquery()
            for each in (t.labels, t.events, t.statements)
        ]
        found = self._rows(sa.select(sa.func.coalesce(sa.func.max(t.notices.c.at), 0), *counted))
        return tuple(found[0])

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
        return tuple(
            Watch(r.probe, r.component, r.location, r.start, r.end, r.interval_ms, r.confirm, r.recover, r.need)
            for r in rows
        )

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

    def notices(
        self, limit: int = 50, components: Sequence[str] | None = None, outage: str | None = None
    ) -> tuple[Notice, ...]:
        """The newest notices, newest first: of these components or of all, of this outage or of all."""
        query = sa.select(t.notices).limit(limit)
        if outage is not None:
            query = query.where(t.notices.c.outage == outage)
        if components is not None:
            query = query.where(t.notices.c.component.in_(components))
        return self._notices(query)

    def _notices(self, query: sa.Select[Any]) -> tuple[Notice, ...]:
        return tuple(
            Notice(r.at, r.outage, r.component, r.kind, r.start, r.end, REASONS[r.reason], r.down_seconds)
            for r in self._rows(query.where(t.notices.c.component.not_in(self._hidden)).order_by(t.notices.c.at.desc()))
        )

    def told(self, outages: int) -> tuple[Notice, ...]:
        """All notices of so many outages, those that were opened last; newest first."""
        n = t.notices.c
        newest = (
            sa.select(n.outage)
            .where(n.component.not_in(self._hidden))
            .group_by(n.outage)
            .order_by(sa.func.min(n.at).desc())
            .limit(outages)
        )
        return self._notices(sa.select(t.notices).where(n.outage.in_(newest)))

    def told_open(self) -> tuple[Notice, ...]:
        """All notices of the outages that have not been told to be over; newest first."""
        n = t.notices.c
        last = sa.select(sa.func.max(n.at)).group_by(n.component)
        still = sa.select(n.outage).where(n.at.in_(last), n.kind == "opened")
        return self._notices(sa.select(t.notices).where(n.outage.in_(still)))

    def outage_names(self) -> tuple[str, ...]:
        """The names of all outages that were ever told of."""
        n = t.notices.c
        rows = self._rows(sa.select(n.outage).where(n.component.not_in(self._hidden)).distinct())
        return tuple(row.outage for row in rows)

    def last_told(self) -> dict[str, int]:
        """When each component was told of last."""
        n = t.notices.c
        last = sa.select(n.component, sa.func.max(n.at).label("at")).where(n.component.not_in(self._hidden))
        rows = self._rows(last.group_by(n.component))
        return {row.component: row.at for row in rows}

    def journal(self, limit: int = 50) -> tuple[JournalEntry, ...]:
        """The newest of what happened to the monitor itself, newest first."""
        rows = self._rows(sa.select(t.journal).order_by(t.journal.c.id.desc()).limit(limit))
        return tuple(JournalEntry(row.at, row.kind, row.detail) for row in rows)

    def responses(self, component: str, span: Span, buckets: int) -> tuple[tuple[int, int] | None, ...]:
        """Median and 95th percentile of the answers in each of so many equal parts of the span, in microseconds.

        One that took no time at all was not measured.
        """
        heard: list[list[int]] = [[] for _ in range(buckets)]
        for watch in self._watched(component):
            for row in self._answers(watch, span):
                passed, took = layout.slot_ms(row.id) - span.start * 1000, layout.total_us(row)
                heard[passed * buckets // (span.seconds * 1000)].extend([took] if took else [])
        return tuple((_rank(values, 50), _rank(values, 95)) if values else None for values in heard)

    def fast(self, component: str, span: Span, under_us: int, slice_s: int = 3600) -> tuple[Count, ...]:
        """How many probes of a component were answered within a time, of all that tell of it, in each slice of the clock.

        One that failed was not answered in time; one that is unknown says nothing.
        """
        found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for watch in self._watched(component):
            for row in self._answers(watch, span, also_failed=True):
                second = layout.slot_ms(row.id) // 1000
                counted = found[second - second % slice_s]
                is_answered = row.verdict is None or row.verdict.startswith(f"{Outcome.DEGRADED} ")
                counted[0] += is_answered and layout.total_us(row) < under_us
                counted[1] += 1
        return tuple(Count(start, good, total) for start, (good, total) in sorted(found.items()))

    def _answers(self, watch: sa.Row[Any], span: Span, *, also_failed: bool = False) -> Sequence[sa.Row[Any]]:
        """What was answered under a watch in the span, and with ``also_failed`` what was not.

        Rows lie slot first, so those of one series are far apart. But its slots are one interval apart: from the newest on they
        are computed and looked up, and what others observed is not read.
        """
        o = t.observations.c
        begin = layout.number(max(watch.start, span.start) * 1000)
        end = layout.number(min(watch.end or span.end, span.end) * 1000)
        newest = sa.select(o.id).where(o.id >= begin, o.id < end, layout.series(o.id) == watch.series)
        found = self._rows(newest.order_by(o.id.desc()).limit(1))
        if not found:
            return ()
        step = layout.number(watch.interval_ms) - layout.number(0)
        due = sa.select(sa.literal(found[0].id).label("id")).cte("due", recursive=True)
        due = due.union_all(sa.select(due.c.id - step).where(due.c.id - step >= begin))
        answered = sa.or_(o.verdict.is_(None), o.verdict.startswith(f"{Outcome.DEGRADED} "))
        if also_failed:
            answered = sa.or_(answered, o.verdict.startswith(f"{Outcome.FAIL} "))
        return self._rows(sa.select(t.observations).where(o.id.in_(sa.select(due.c.id)), answered))

    def _watched(self, component: str) -> Sequence[sa.Row[Any]]:
        w = t.watches.c
        return self._rows(sa.select(t.watches).where(w.component == component, w.component.not_in(self._hidden)))

    def observations(self, span: Span) -> tuple[Observation, ...]:
        """All observations whose slot lies in the span, oldest first."""
        o = t.observations.c
        query = (
            sa.select(t.observations, t.series.c.probe, t.series.c.location)
            .join(t.series, t.series.c.id == layout.series(o.id))
            .where(o.id >= layout.number(span.start * 1000), o.id < layout.number(span.end * 1000))
            .order_by(o.id)
        )
        return tuple(map(layout.observation, self._rows(query)))

    def observed(
        self, component: str, span: Span, after: int | None, limit: int
    ) -> tuple[tuple[Observation, ...], int | None]:
        """Observations of a component in the span, oldest first, at most ``limit`` and at most a day of them; ``after`` a place.

        With them the place they reach, for the next ones; None when there is nothing more.
        """
        o, end = t.observations.c, layout.number(span.end * 1000)
        begin = max(layout.number(span.start * 1000), 0 if after is None else after + 1)
        reach = min(end, begin + layout.number(DAY_MS) - layout.number(0))
        terms = [
            sa.and_(
                layout.series(o.id) == watch.series, o.id >= layout.number(watch.start * 1000), _ahead(o.id, watch.end)
            )
            for watch in self._watched(component)
        ]
        query = (
            sa.select(t.observations, t.series.c.probe, t.series.c.location)
            .join(t.series, t.series.c.id == layout.series(o.id))
            .where(o.id >= begin, o.id < reach, sa.or_(sa.false(), *terms))
            .order_by(o.id)
            .limit(limit)
        )
        rows = self._rows(query)
        if len(rows) == limit:
            return tuple(map(layout.observation, rows)), rows[-1].id
        further = self._rows(sa.select(sa.func.min(o.id)).where(o.id >= reach, o.id < end))[0][0]
        return tuple(map(layout.observation, rows)), None if further is None else further - 1

    def heard(self, span: Span) -> tuple[Heard, ...]:
        """What each probe said in the span, counted."""
        o = t.observations.c
        outcome = sa.func.substr(o.verdict, 1, sa.func.instr(o.verdict, " ") - 1).label("outcome")
        query = (
            sa.select(
                layout.series(o.id).label("series"),
                outcome,
                sa.func.count().label("times"),
                sa.func.max(o.id).label("last"),
            )
            .where(o.id >= layout.number(span.start * 1000), o.id < layout.number(span.end * 1000))
            .group_by(layout.series(o.id), outcome)
        )
        counts: dict[int, dict[Outcome, int]] = defaultdict(dict)
        newest: dict[int, int] = {}
        for row in self._rows(query):
            counts[row.series][Outcome(row.outcome) if row.outcome else Outcome.PASS] = row.times
            newest[row.series] = max(newest.get(row.series, row.last), row.last)
        took = self._rows(sa.select(t.observations).where(o.id.in_(newest.values())))
        last = {row.id: layout.total_us(row) for row in took}
        every = {row.id: row for row in self._rows(sa.select(t.series))}
        shown = {(watch.probe, watch.location) for watch in self.watches()}
        return tuple(
            Heard(every[number].probe, every[number].location, counts[number], last[newest[number]])
            for number in sorted(counts)
            if (every[number].probe, every[number].location) in shown
        )

    def signals(self, probe: str, location: str) -> tuple[Signal, ...]:
        """What an endpoint that calls us has said since its last success but one, oldest first."""
        return hearing.signals(probe, self._rows(hearing.newest(probe, location)))

    def lives(self, component: str) -> dict[str, Life]:
        """What is known of each probe of a component that ever called, as far as it is watched now."""
        watched = [each for each in self.watches() if each.component == component and each.end is None]
        heard = {each.probe: live(Life(), self.signals(each.probe, each.location)) for each in watched}
        return {probe: life for probe, life in heard.items() if life.success_ms is not None}

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
        return tuple(Label(r.at, r.component, r.start, r.end, r.kind, r.by, r.why) for r in rows)

    def events(self) -> tuple[Event, ...]:
        """What people said about incidents and maintenance, in the order in which it was kept."""
        found = tuple(
            Event(r.account, r.subject, r.number, r.at, r.by, r.step, json.loads(r.texts), Said.of(json.loads(r.said)))
            for r in self._rows(sa.select(t.events).order_by(t.events.c.id))
        )
        return without(found, self._hidden) if self._hidden else found


def _ahead(number: sa.Column[int], end: int | None) -> sa.ColumnElement[bool]:
    return sa.true() if end is None else number < layout.number(end * 1000)


def _in_force(instant: int) -> sa.ScalarSelect[Any]:
    """The second of the newest mark of a series at or ahead of the instant."""
    newest = sa.select(sa.func.max(t.marks.c.at)).where(t.marks.c.series == t.series.c.id, t.marks.c.at <= instant)
    return newest.correlate(t.series).scalar_subquery()


def _rank(values: list[int], percent: int) -> int:
    """The nearest-rank percentile."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
