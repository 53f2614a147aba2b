"""The record against the obvious layout: bytes and time an observation, in the same run.

Measured is by how much the closed file grows for each observation once all 10,000 probes are known to it, and how long the
commits take. The naive table keeps less: no phases, no reason. Four loads: of one port, of plain HTTP, of HTTPS with one in a
hundred a failure that has its detail, and that again with one in twenty committed three seconds late, as a probe that waits for
its deadline is, so that it goes between rows that are there already. Phases are drawn at random, as far as from other towns.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.clock import Clock
from monitor.store import open_record
from monitor.timeline.model import Observation, Phases, Reason, Verdict
from monitor.timeline.record import Batch

BATCHES, SIZE = 300, 333
BEGIN_MS = 1_790_000_000_000
REFUSED = Verdict.failed(Reason.CONNECT, "connection refused by 192.0.2.10")
Batches = list[list[Observation]]


@dataclass(frozen=True)
class Load:
    """What is observed: with an answer, with TLS; how many in a hundred fail, how many come late."""

    name: str
    has_answer: bool = True
    has_tls: bool = False
    failing: int = 0
    late: int = 0

    def batches(self) -> Batches:
        """Each second, 333 of 10,000 probes, in the order in which they end."""
        chance = random.Random(1)
        made: Batches = [[] for _ in range(BATCHES + 3)]
        for second in range(BATCHES):
            for i in range(SIZE):
                at = second + 3 * (chance.randrange(100) < self.late)
                made[at].append(self._one(chance, (second * SIZE + i) % 10_000, BEGIN_MS + second * 1000 + i * 3))
        for batch in made:
            chance.shuffle(batch)
        return made

    def _one(self, chance: random.Random, probe: int, slot_ms: int) -> Observation:
        connect = chance.randrange(300, 20_000)
        first = chance.randrange(5_000, 90_000) if self.has_answer else None
        tls = chance.randrange(5_000, 60_000) if self.has_tls else None
        total = connect + (first or 0) + (tls or 0) + chance.randrange(50, 900)
        phases = Phases(total, 0, connect, tls, first)
        verdict = REFUSED if chance.randrange(100) < self.failing else Verdict.passed()
        return Observation(f"p{probe}", "local", slot_ms, slot_ms + chance.randrange(4), phases, verdict)


LOADS = (
    Load("TCP, all pass", has_answer=False),
    Load("HTTP, all pass"),
    Load("HTTPS, 1 % fail", has_tls=True, failing=1),
    Load("HTTPS, 1 % fail, 5 % late", has_tls=True, failing=1, late=5),
)


def ours(folder: Path, batches: Batches) -> tuple[float, int]:
    """Seconds and bytes of the record."""
    file = folder / "record.db"
    record = open_record(f"sqlite:///{file}", Clock())
    known = {seen.probe: seen for batch in batches for seen in batch}.values()
    record.append(Batch(at=0, observations=tuple(replace(seen, slot_ms=BEGIN_MS - 1) for seen in known)))
    record.close()
    empty = file.stat().st_size
    record = open_record(f"sqlite:///{file}", Clock())
    begun = time.perf_counter()
    for batch in batches:
        record.append(Batch(at=0, observations=tuple(batch)))
    took = time.perf_counter() - begun
    record.close()
    return took, file.stat().st_size - empty


def naive(folder: Path, batches: Batches) -> tuple[float, int]:
    """Seconds and bytes of one row an observation with text ids and times and an index."""
    file = sqlite3.connect(folder / "naive.db")
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    file.execute("CREATE TABLE o (id INTEGER PRIMARY KEY, probe TEXT, location TEXT, at TEXT, outcome TEXT, ms REAL)")
    file.execute("CREATE INDEX o_probe ON o (probe, at)")
    begun = time.perf_counter()
    for batch in batches:
        with file:
            file.executemany("INSERT INTO o (probe, location, at, outcome, ms) VALUES (?, ?, ?, ?, ?)", _plain(batch))
    took = time.perf_counter() - begun
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    return took, (folder / "naive.db").stat().st_size


def _plain(batch: list[Observation]) -> Iterator[tuple[object, ...]]:
    for o in batch:
        at = f"2026-09-21T14:13:{o.slot_ms % 60000 / 1000:06.3f}Z"
        yield o.probe, o.location, at, str(o.outcome), o.phases.total_us / 1000


def main() -> None:
    """Print the figures."""
    count = BATCHES * SIZE
    for load in LOADS:
        batches = load.batches()
        with tempfile.TemporaryDirectory() as folder:
            (fast, small), (slow, large) = ours(Path(folder), batches), naive(Path(folder), batches)
        sys.stdout.write(
            f"{load.name}: record {small / count:.1f} bytes, {fast / count * 1e6:.1f} us an observation;"
            f" naive table {large / count:.1f} bytes, {slow / count * 1e6:.1f} us;"
            f" ratio {small / large:.2f} in bytes, {fast / slow:.2f} in time\n"
        )


if __name__ == "__main__":
    main()
