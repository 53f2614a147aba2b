"""The record against the obvious layout: bytes and time an observation, in the same run."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from monitor.clock import Clock
from monitor.store import open_record
from monitor.timeline.model import Observation, Phases, Verdict
from monitor.timeline.record import Batch

BATCHES, SIZE = 150, 333


def seen(batch: int) -> tuple[Observation, ...]:
    """One second of 333 probes."""
    begin = 1_790_000_000_000 + batch * 1000
    phases = Phases(21_345, 0, 410, None, 20_100)
    return tuple(
        Observation(f"p{i}", "local", begin + i * 3, begin + i * 3 + 1, phases, Verdict.passed()) for i in range(SIZE)
    )


def ours(folder: Path) -> tuple[float, int]:
    """Seconds and bytes of the record."""
    record = open_record(f"sqlite:///{folder}/record.db", Clock())
    begun = time.perf_counter()
    for batch in range(BATCHES):
        record.append(Batch(at=0, observations=seen(batch)))
    took = time.perf_counter() - begun
    record.close()
    return took, (folder / "record.db").stat().st_size


def naive(folder: Path) -> tuple[float, int]:
    """Seconds and bytes of one row an observation with text ids and times and an index."""
    file = sqlite3.connect(folder / "naive.db")
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    file.execute("CREATE TABLE o (id INTEGER PRIMARY KEY, probe TEXT, location TEXT, at TEXT, outcome TEXT, ms REAL)")
    file.execute("CREATE INDEX o_probe ON o (probe, at)")
    begun = time.perf_counter()
    for batch in range(BATCHES):
        rows = [
            (o.probe, o.location, f"2026-09-21T14:13:{o.slot_ms % 60000 / 1000:06.3f}Z", str(o.outcome), 21.345)
            for o in seen(batch)
        ]
        with file:
            file.executemany("INSERT INTO o (probe, location, at, outcome, ms) VALUES (?, ?, ?, ?, ?)", rows)
    took = time.perf_counter() - begun
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    return took, (folder / "naive.db").stat().st_size


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        (fast, small), (slow, large) = ours(Path(folder)), naive(Path(folder))
    count = BATCHES * SIZE
    sys.stdout.write(
        f"record: {small / count:.1f} bytes, {fast / count * 1e6:.1f} us an observation;"
        f" naive table: {large / count:.1f} bytes, {slow / count * 1e6:.1f} us;"
        f" ratio {small / large:.2f} in bytes, {fast / slow:.2f} in time\n"
    )


if __name__ == "__main__":
    main()
