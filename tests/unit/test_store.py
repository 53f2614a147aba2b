"""The record: what is committed stays, once, and the caches can be made again from it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from drawn import START, STEP, marks, observations, watch

from monitor.clock import Clock
from monitor.judge import judge, rewatch
from monitor.store import Record, StoreError, open_reader, open_record
from monitor.timeline.model import Observation, State
from monitor.timeline.record import Batch, Notice
from monitor.timeline.span import Span


def url(folder: Path) -> str:
    """Where a test keeps its record."""
    return f"sqlite:///{folder}/state/meetlat.db"


def opened(folder: Path) -> Record:
    """The record, for writing."""
    return open_record(url(folder), Clock())


def live(record: Record, seen: list[Observation], now: int) -> tuple[Notice, ...]:
    """One turn of a worker: remember, judge, commit."""
    record.watch([watch()], START)
    standing = rewatch(record.standing(now), record.watches(), now).standing
    turn = judge(standing, [(each, record.watches()[0]) for each in seen], now)
    record.append(Batch(now, tuple(seen), turn.redraws, turn.foldings, turn.notices))
    return turn.notices


def test_observations_come_back_as_they_went_in(tmp_path: Path) -> None:
    """Outcome, reason, phases, lateness and the detail of what was no pass are all kept."""
    record = opened(tmp_path)
    seen = observations(".dxc?")
    record.append(Batch(START, tuple(seen)))
    assert list(record.reader.observations(Span(START, START + 600))) == seen
    record.close()


def test_a_slot_is_kept_once(tmp_path: Path) -> None:
    """The first observation of a slot stays; sending it again, or another for the same slot, changes nothing."""
    record = opened(tmp_path)
    record.append(Batch(START, tuple(observations("."))))
    record.append(Batch(START, tuple(observations("x."))))
    assert [each.outcome for each in record.reader.observations(Span(START, START + 600))] == ["pass", "pass"]
    record.close()


def test_an_outage_survives_restarts(tmp_path: Path) -> None:
    """Opened before a restart, still the same outage after it: told once, closed once, under one name."""
    told: list[Notice] = []
    drawing = "..xxxx.."
    for n, seen in enumerate(observations(drawing)):
        record = opened(tmp_path)
        told += live(record, [seen], START + n * STEP + 1)
        record.close()
    assert [(notice.kind, notice.start, notice.end) for notice in told] == [
        ("opened", START + 2 * STEP, None),
        ("closed", START + 2 * STEP, START + 6 * STEP),
    ]
    assert told[0].outage == told[1].outage


def test_the_cache_equals_the_refold(tmp_path: Path) -> None:
    """The states that the record shows are those that folding all its observations anew would give."""
    record = opened(tmp_path)
    drawing = "..x.xx?x   ..d.xxx"
    for n, seen in enumerate(observations(drawing)):
        live(record, [seen], START + n * STEP + 1)
    span = Span(START, START + 30 * STEP)
    shown = record.reader.timelines(span)["api"]
    again, folding = marks(record.reader.observations(span), watch())
    kept = record.standing(START)
    assert list(kept.marks["api-health", "local"]) == again
    assert kept.foldings["api-health", "local"] == folding
    assert sum(stretch.span.seconds for stretch in shown) == span.seconds
    assert shown[-1].state is State.UNKNOWN
    record.close()


def test_a_reader_sees_what_is_committed_and_cannot_write(tmp_path: Path) -> None:
    """The site reads beside the worker; before there is a record it is told so."""
    with pytest.raises(StoreError, match="no record"):
        open_reader(url(tmp_path))
    record = opened(tmp_path)
    reader = open_reader(url(tmp_path))
    assert reader.newest() is None
    live(record, observations("..."), START + 3 * STEP)
    assert reader.newest() == START + 2 * STEP
    assert reader.since() == START
    assert reader.responses("api", Span(START, START + 180), 3) == ((20_000,) * 2, (21_000,) * 2, (22_000,) * 2)
    record.close()
    reader.close()


def test_only_one_worker_writes(tmp_path: Path) -> None:
    """A second one is refused, and accepted once the first is gone."""
    record = opened(tmp_path)
    with pytest.raises(StoreError, match="another worker"):
        opened(tmp_path)
    record.close()
    opened(tmp_path).close()


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A record written by a later version is not touched."""
    opened(tmp_path).close()
    file = sqlite3.connect(tmp_path / "state/meetlat.db")
    with file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    with pytest.raises(StoreError, match="newer"):
        opened(tmp_path)
    with pytest.raises(StoreError, match="9999"):
        open_reader(url(tmp_path))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """Junk in the place of the record is an error with the file's name, not a crash later."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state/meetlat.db").write_bytes(b"not a database" * 500)
    with pytest.raises(StoreError, match=r"meetlat\.db"):
        opened(tmp_path)


def test_a_statement_is_sealed_once(tmp_path: Path) -> None:
    """Sealing again changes nothing."""
    record = opened(tmp_path)
    assert record.seal("acme", "2026-01", {"objectives": [1]})
    assert not record.seal("acme", "2026-01", {"objectives": [2]})
    assert record.reader.sealed("acme") == (("2026-01", {"objectives": [1]}),)
    record.close()


def test_the_record_is_for_its_owner_only(tmp_path: Path) -> None:
    """The file and its folder are closed to others."""
    opened(tmp_path).close()
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state/meetlat.db").stat().st_mode & 0o077 == 0
