"""Reading the record: what was observed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from monitor.sla.facts import Count
from monitor.store import hearing, layout
from monitor.store import tables as t
from monitor.store.reading import Reading
from monitor.timeline.model import Observation, Outcome
from monitor.timeline.record import Heard
from monitor.timeline.signals import Life, Signal, live
from monitor.timeline.span import Span

DAY_MS = 86_400_000


class Observed(Reading):
    """What probes saw, one by one or counted."""

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
        due = self._due(watch, begin, end)
        if due is None:
            return ()
        answered = sa.or_(o.verdict.is_(None), o.verdict.startswith(f"{Outcome.DEGRADED} "))
        if also_failed:
            answered = sa.or_(answered, o.verdict.startswith(f"{Outcome.FAIL} "))
        return self._rows(sa.select(t.observations).where(o.id.in_(sa.select(due.c.id)), answered))

    def _due(self, watch: sa.Row[Any], begin: int, end: int) -> sa.CTE | None:
        """The numbers of the regular slots of a watch between two numbers; None when it has none there.

        What was asked again lies a few milliseconds behind the regular slot, at most one time less than it takes to confirm.
        """
        o = t.observations.c
        newest = sa.select(o.id).where(o.id >= begin, o.id < end, layout.series(o.id) == watch.series)
        found = self._rows(newest.order_by(o.id.desc()).limit(1))
        if not found:
            return None
        near = [found[0].id - nth * layout.NEXT for nth in range(watch.confirm)]
        regular = self._rows(sa.select(sa.func.min(o.id)).where(o.id.in_(near)))[0][0]
        step = watch.interval_ms * layout.NEXT
        due = sa.select(sa.literal(regular).label("id")).cte("due", recursive=True)
        return due.union_all(sa.select(due.c.id - step).where(due.c.id - step >= begin))

    def failures(self, component: str, span: Span) -> tuple[Observation, ...]:
        """What failed in the span, asked again or not, oldest first."""
        o = t.observations.c
        keys = {row.id: (row.probe, row.location) for row in self._rows(sa.select(t.series))}
        found: list[Observation] = []
        for watch in self._watched(component):
            begin = layout.number(max(watch.start, span.start) * 1000)
            due = self._due(watch, begin, layout.number(min(watch.end or span.end, span.end) * 1000))
            if due is None:
                continue
            numbers = sa.union_all(*(sa.select(due.c.id + nth * layout.NEXT) for nth in range(watch.confirm)))
            probe, location = (sa.literal(each) for each in keys[watch.series])
            query = sa.select(t.observations, probe.label("probe"), location.label("location"))
            rows = self._rows(query.where(o.id.in_(numbers), o.verdict.startswith(f"{Outcome.FAIL} ")))
            found.extend(map(layout.observation, rows))
        return tuple(sorted(found, key=lambda each: each.slot_ms))

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


def _ahead(number: sa.Column[int], end: int | None) -> sa.ColumnElement[bool]:
    return sa.true() if end is None else number < layout.number(end * 1000)


def _rank(values: list[int], percent: int) -> int:
    """The nearest-rank percentile."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
