"""How what endpoints that call us have said lies in the record, and comes back out of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from monitor.store import tables as t
from monitor.timeline.signals import Sign, Signal

MOST = 2_000


def row(signal: Signal, series: int) -> dict[str, object]:
    """A signal as a row."""
    sign = signal.sign.value
    return {"series": series, "at_ms": signal.at_ms, "sign": sign, "number": signal.number, "note": signal.note}


def newest(probe: str, location: str) -> sa.Select[Any]:
    """The rows of a probe from its last success but one on, the newest of them, newest first."""
    s = t.signals.c
    series = sa.select(t.series.c.id).where(t.series.c.probe == probe, t.series.c.location == location)
    is_its_own = s.series == series.scalar_subquery()
    successes = sa.select(s.id).where(is_its_own, s.sign == Sign.SUCCESS.value).order_by(s.id.desc())
    begin = sa.func.coalesce(successes.limit(1).offset(1).scalar_subquery(), 0)
    return sa.select(t.signals).where(is_its_own, s.id >= begin).order_by(s.id.desc()).limit(MOST)


def signals(probe: str, rows: Iterable[sa.Row[Any]]) -> tuple[Signal, ...]:
    """The signals in rows that are newest first, oldest first."""
    return tuple(reversed([Signal(probe, r.at_ms, Sign(r.sign), r.number, r.note) for r in rows]))
