"""How an observation lies in its row, and comes back out of it; and so for the terms on which it was made.

Its number holds the slot and then the series, so that writing appends to full pages and a slot has one row. The slot counts
milliseconds since 2026 began, which keeps the number in eight bytes until 2034 (nine afterwards). A pass has no verdict; any
other is one text: outcome, reason and detail, ``fail connect refused``. A phase that was not reached has no figure, and of the
total only the rest is kept, which is what no phase took.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from monitor.timeline.model import REASONS, Observation, Outcome, Phases, Verdict, Watch

EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
SERIES_BITS = 18
MOST_SERIES = (1 << SERIES_BITS) - 1
NEXT = 1 << SERIES_BITS  # from a slot of a series to the one a millisecond later
WORDS = {reason.word: reason for reason in REASONS.values()}
INSERT = (
    "INSERT OR IGNORE INTO observations"
    " (id, late_ms, dns_us, connect_us, tls_us, first_byte_us, rest_us, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)

CUT = "DELETE FROM marks WHERE series = ? AND at >= ?"
MARK = "INSERT INTO marks (series, at, state, reason) VALUES (?, ?, ?, ?)"
FOLD = "INSERT OR REPLACE INTO foldings (series, text) VALUES (?, ?)"


def number(slot_ms: int, series: int = 0) -> int:
    """The number of a slot of a series; without a series, the bound below all numbers of that slot."""
    return (slot_ms - EPOCH_MS) << SERIES_BITS | series


def slot_ms(number: int) -> int:
    """The slot in a number."""
    return (number >> SERIES_BITS) + EPOCH_MS


def series(number: sa.Column[int]) -> sa.ColumnElement[int]:
    """The series in a number, for a query."""
    return number.bitwise_and(MOST_SERIES)


def row(seen: Observation, series: int) -> tuple[object, ...]:
    """The values of ``INSERT``."""
    phases, verdict = seen.phases, seen.verdict
    said = f"{verdict.outcome} {verdict.reason.word} {verdict.detail}".rstrip() if verdict.reason else None
    return (
        number(seen.slot_ms, series),
        seen.late_ms,
        phases.dns_us,
        phases.connect_us,
        phases.tls_us,
        phases.first_byte_us,
        phases.total_us - _in_phases(phases),
        said,
    )


def observation(row: sa.Row[Any]) -> Observation:
    """A row with its probe and location."""
    slot = slot_ms(row.id)
    phases = Phases(total_us(row), row.dns_us, row.connect_us, row.tls_us, row.first_byte_us)
    return Observation(row.probe, row.location, slot, slot + row.late_ms, phases, _verdict(row.verdict))


def watch(row: sa.Row[Any], probe: str, location: str) -> Watch:
    """The terms in a row of its probe at a location."""
    pace = (row.interval_ms, row.confirm, row.recover)
    return Watch(
        probe, row.component, location, row.start, row.end, *pace, row.need, row.host, tuple(row.needs.split())
    )


def total_us(row: sa.Row[Any]) -> int:
    """The whole of it: what was measured of the phases, and the rest."""
    total: int = row.rest_us + _in_phases(row)
    return total


def _in_phases(of: Phases | sa.Row[Any]) -> int:
    return (of.dns_us or 0) + (of.connect_us or 0) + (of.tls_us or 0) + (of.first_byte_us or 0)


def _verdict(said: str | None) -> Verdict:
    if said is None:
        return Verdict.passed()
    outcome, word, *detail = said.split(" ", 2)
    return Verdict(Outcome(outcome), WORDS[word], "".join(detail))
