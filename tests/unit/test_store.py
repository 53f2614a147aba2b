"""The record: what is committed stays, once, and the caches can be made again from it."""

from __future__ import annotations

import logging
import random
import sqlite3
from dataclasses import replace
from itertools import product
from pathlib import Path
from queue import Queue

import pytest
from drawn import START, STEP, VERDICTS, marks, observations, watch
from running import eventually

from monitor.clock import Clock
from monitor.judge import judge, rewatch
from monitor.store import Record, StoreError, open_reader, open_record
from monitor.timeline.model import Observation, Phases, Reason, State, Verdict
from monitor.timeline.record import Batch, JournalEntry, Notice
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


@pytest.mark.parametrize("slot_ms", [0, 1_767_225_599_999, 1_767_225_600_000, 4_102_444_800_123])
def test_no_figure_is_rounded_or_cut(tmp_path: Path, slot_ms: int) -> None:
    """A clock of 1970 or of 2100, phases of nothing and of an hour, one late by a year, a detail of words or of none."""
    phases = (Phases(0), Phases(3_600_000_000, 1, 2, None, 3_599_000_000), Phases(5, 1, None, None, 9))
    verdicts = (*VERDICTS.values(), Verdict.unknown(Reason.INTERNAL), Verdict.failed(Reason.BODY, "fail body  é"))
    seen = [
        Observation(f"p{i}", "local", slot_ms, slot_ms + late, measured, verdict)
        for i, (measured, verdict, late) in enumerate(product(phases, verdicts, (0, 31_536_000_000)))
    ]
    record = opened(tmp_path)
    record.append(Batch(START, tuple(seen)))
    assert list(record.reader.observations(Span(slot_ms // 1000, slot_ms // 1000 + 1))) == seen
    record.close()


def test_the_chart_is_that_of_all_observations(tmp_path: Path) -> None:
    """Median and 95th percentile, found by computed slots, are those of every row: over holes, probes and a change of pace."""
    record, chance = opened(tmp_path), random.Random(7)
    end, changed = START + 6000, START + 3010
    fast = [replace(watch(f"p{i}", "api" if i < 3 else "web"), interval_ms=7_000) for i in range(5)]
    record.watch(fast, START)
    record.watch([replace(each, interval_ms=11_000) if each.probe == "p1" else each for each in fast], changed)
    seen = []
    for i in range(5):
        for n in range(860):
            slot = START * 1000 + i * 1_234 + n * 7_000
            if i == 1 and slot >= changed * 1000:
                slot = changed * 1000 + 999 + (n - 430) * 11_000
            phases = Phases(chance.randrange(1_000_000), chance.choice((None, 5_000)))
            if chance.random() < 0.8:
                seen.append(Observation(f"p{i}", "local", slot, slot + 2, phases, VERDICTS[chance.choice("...dx?")]))
    record.append(Batch(end, tuple(seen)))
    for span in (
        Span(START, end),
        Span(START + 100, START + 2000),
        Span(START - 500, changed + 7),
        Span(end, end + 60),
    ):
        assert record.reader.responses("api", span, 12) == charted(seen, {"p0", "p1", "p2"}, span, 12)
    record.close()


def charted(seen: list[Observation], probes: set[str], span: Span, parts: int) -> tuple[tuple[int, int] | None, ...]:
    """The same, from every observation."""
    heard: list[list[int]] = [[] for _ in range(parts)]
    for each in seen:
        if each.probe in probes and each.slot_ms // 1000 in span and each.outcome in ("pass", "degraded"):
            heard[(each.slot_ms - span.start * 1000) * parts // (span.seconds * 1000)].append(each.phases.total_us)
    ranked = [sorted(values) for values in heard]
    return tuple((r[-(-len(r) // 2) - 1], r[-(-len(r) * 95 // 100) - 1]) if r else None for r in ranked)


def test_a_slot_is_kept_once(tmp_path: Path) -> None:
    """The first observation of a slot stays; sending it again, or another for the same slot, changes nothing."""
    record = opened(tmp_path)
    record.append(Batch(START, tuple(observations("."))))
    record.append(Batch(START, tuple(observations("x."))))
    assert [each.outcome for each in record.reader.observations(Span(START, START + 600))] == ["pass", "pass"]
    record.close()


def test_a_failed_commit_leaves_nothing_behind(tmp_path: Path) -> None:
    """What could not be committed can be sent again, with a probe that is new to the record, and is then kept."""
    record = opened(tmp_path)
    unfit = JournalEntry(START, "started", None)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        record.append(Batch(START, tuple(observations(".")), journal=(unfit,)))
    record.append(Batch(START, tuple(observations("."))))
    record.close()
    record = opened(tmp_path)
    assert list(record.reader.observations(Span(START, START + 60))) == observations(".")
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


def harmed(folder: Path) -> Path:
    """A record with some thousand observations, a page of them overwritten."""
    record = opened(folder)
    record.append(Batch(START, tuple(observations("." * 5000))))
    record.close()
    file = folder / "state/meetlat.db"
    pages = file.stat().st_size // 4096
    with file.open("r+b") as pages_of:
        pages_of.seek(pages // 2 * 4096)
        pages_of.write(b"\xff" * 4096)
    return file


def test_a_damaged_page_is_found_before_the_start(tmp_path: Path) -> None:
    """A file small enough to be checked at once is not written to when a page of it is damaged."""
    harmed(tmp_path)
    with pytest.raises(StoreError, match=r"meetlat\.db is damaged, restore a backup: "):
        opened(tmp_path)


def test_a_large_file_is_checked_beside_the_work(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It opens at once and is written; what the check finds is logged as an error and handed over, sound or not."""
    caplog.set_level(logging.INFO)
    record, found = open_record(url(tmp_path), Clock(), check_below=0), Queue[str]()
    record.examine(found.put)  # a file that is made now needs no check
    record.close()
    harmed(tmp_path)
    record = open_record(url(tmp_path), Clock(), check_below=1)
    record.examine(found.put)
    record.append(Batch(START, tuple(observations(".", probe="other", start=START + 10**6))))
    assert found.get(timeout=20)
    record.close()
    assert [each.levelname for each in caplog.records if "damage" in each.message] == ["INFO", "ERROR"]
    caplog.clear()
    record = open_record(f"sqlite:///{tmp_path}/sound.db", Clock(), check_below=0)
    record.close()
    record = open_record(f"sqlite:///{tmp_path}/sound.db", Clock(), check_below=1)
    record.examine(found.put)
    eventually(lambda: "is sound" in caplog.text, "the end of the check")
    record.close()
    assert found.empty()


def test_closing_ends_the_check(tmp_path: Path) -> None:
    """A stop does not wait until a large file is checked, and giving up is no fault."""
    harmed(tmp_path)
    for _ in range(10):
        record = open_record(url(tmp_path), Clock(), check_below=1)
        record.examine(lambda _: None)
        record.close()


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


def test_a_still_reader_sees_one_moment(tmp_path: Path) -> None:
    """What is written after it was opened is not there for it, and it stands in nobody's way."""
    record = open_record(f"sqlite:///{tmp_path}/r.db", Clock())
    record.append(Batch(START, tuple(observations("..."))))
    still = open_reader(f"sqlite:///{tmp_path}/r.db", still=True)
    newest = still.newest()
    record.append(Batch(START + 600, tuple(observations("...", start=START + 600))))
    assert still.newest() == newest
    assert len(still.observations(Span(START, START + 1200))) == 3
    still.close()
    assert record.reader.newest() != newest
    record.close()
