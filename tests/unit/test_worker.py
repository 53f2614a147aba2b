"""One turn of the worker, beside a reload and beside a record that cannot be written."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from drawn import START, observations, watch
from samples import AGREEMENT, MAIN

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.probes import open_tools
from monitor.store import Record, StoreError, open_record
from monitor.timeline.model import Watch
from monitor.worker import Worker


class Slow:
    """A record whose reading takes a while, or whose writing fails."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.is_broken = False

    def watches(self) -> tuple[Watch, ...]:
        """Late."""
        time.sleep(0.1)
        return self._record.watches()

    def append(self, batch: object) -> None:
        """Not while it is broken."""
        if self.is_broken:
            raise StoreError("disk full")
        self._record.append(batch)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._record, name)


def configured(folder: Path) -> Config:
    """The smallest configuration."""
    (folder / "agreements").mkdir(exist_ok=True)
    (folder / "meetlat.toml").write_text(MAIN)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    return load(folder, {"MEETLAT_STATE": str(folder / "state")})


def test_a_reload_beside_a_turn_forgets_nothing(tmp_path: Path) -> None:
    """What a turn judged while a reload was under way is still known after both."""
    config = configured(tmp_path)

    async def both() -> int | None:
        async with open_tools(Clock()) as tools:
            record = Slow(open_record(config.storage.url.reveal(), Clock()))
            worker = Worker(config, Clock(), tools, lambda: record)  # type: ignore[arg-type, return-value]
            worker._record = record  # type: ignore[assignment]
            worker._seen = [(observations(".")[0], watch())]
            reload = asyncio.ensure_future(worker.apply(config))
            await asyncio.sleep(0.05)
            await worker._turn()
            await reload
            worker._thread.shutdown()
            record._record.close()
            return worker._standing.foldings["api-health", "local"].slot_ms

    assert asyncio.run(both()) == START * 1000


def test_a_record_that_cannot_be_written_refuses_a_reload_and_keeps_what_was_seen(tmp_path: Path) -> None:
    """A full disk: observations wait for the next turn, a reload is refused, and both go through afterwards."""
    config = configured(tmp_path)

    async def broken() -> tuple[int, int]:
        async with open_tools(Clock()) as tools:
            record = Slow(open_record(config.storage.url.reveal(), Clock()))
            worker = Worker(config, Clock(), tools, lambda: record)  # type: ignore[arg-type, return-value]
            worker._record = record  # type: ignore[assignment]
            await worker.apply(config)
            record.is_broken = True
            worker._seen = [(observations(".")[0], watch())]
            await worker._turn()
            waiting = len(worker._seen)
            with pytest.raises(StoreError, match="written"):
                await worker.apply(config)
            record.is_broken = False
            await worker._turn()
            await worker.apply(config)
            worker._thread.shutdown()
            kept = record._record.reader.newest()
            record._record.close()
            return waiting, kept or 0

    assert asyncio.run(broken()) == (1, START)
