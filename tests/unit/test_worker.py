"""One turn of the worker, beside a reload and beside a record that cannot be written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn import START, observations, watch
from samples import AGREEMENT, MAIN

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.probes import open_tools
from monitor.store import Record, StoreError, open_reader, open_record
from monitor.timeline.model import Watch
from monitor.timeline.record import Batch
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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


def configured(folder: Path) -> Config:
    """The smallest configuration."""
    (folder / "agreements").mkdir(exist_ok=True)
    (folder / "meetlat.toml").write_text(MAIN)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    return load(folder, {"MEETLAT_STATE": str(folder / "state")})


def opened(config: Config) -> Record:
    """Its record, for writing."""
    return open_record(config.storage.url.reveal(), Clock())


@asynccontextmanager
async def begun(config: Config, record: Slow) -> AsyncIterator[Worker]:
    """A worker that asks nothing by itself."""
    async with open_tools(Clock()) as tools:
        worker = Worker(config, Clock(), tools, lambda: record)  # type: ignore[arg-type, return-value]
        await worker.begin()
        yield worker
        await worker.end()


def test_a_reload_beside_a_turn_forgets_nothing(tmp_path: Path) -> None:
    """What a turn judged while a reload was under way is still known after both."""
    config = configured(tmp_path)

    async def both() -> int | None:
        async with begun(config, Slow(opened(config))) as worker:
            worker.saw(observations(".")[0], watch())
            reload = asyncio.ensure_future(worker.apply(config))
            await asyncio.sleep(0.05)
            await worker.turn()
            await reload
            return worker.standing.foldings["api-health", "local"].slot_ms

    assert asyncio.run(both()) == START * 1000


def test_a_record_that_cannot_be_written_refuses_a_reload_and_keeps_what_was_seen(tmp_path: Path) -> None:
    """A full disk: observations wait for the next turn, a reload is refused, and both go through afterwards."""
    config = configured(tmp_path)

    async def broken() -> list[int | None]:
        record = Slow(opened(config))
        async with begun(config, record) as worker:
            record.is_broken = True
            worker.saw(observations(".")[0], watch())
            await worker.turn()
            newest = [record.reader.newest()]
            with pytest.raises(StoreError, match="written"):
                await worker.apply(config)
            record.is_broken = False
            await worker.turn()
            await worker.apply(config)
            return [*newest, record.reader.newest()]

    assert asyncio.run(broken()) == [None, START]


def test_damage_found_beside_probing_is_told_and_probing_goes_on(tmp_path: Path) -> None:
    """What the check of a large file finds stands in the journal, and observations are still kept."""
    config = configured(tmp_path)
    record = opened(config)
    record.append(Batch(START, tuple(observations("." * 5000))))
    record.close()
    file = tmp_path / "state/meetlat.db"
    with file.open("r+b") as pages:
        pages.seek(file.stat().st_size // 8192 * 4096)
        pages.write(b"\xff" * 4096)
    late = observations(".", start=START + 10**6)[0]

    async def turns() -> None:
        async with begun(config, Slow(open_record(config.storage.url.reveal(), Clock(), check_below=1))) as worker:
            worker.saw(late, watch())
            while "damaged" not in {each.kind for each in reader.journal()}:
                await worker.turn()
                await asyncio.sleep(0.05)

    reader = open_reader(config.storage.url.reveal())
    asyncio.run(asyncio.wait_for(turns(), 30))
    assert [each.kind for each in reader.journal()] == ["stopped", "damaged", "started"]
    assert reader.newest() == late.at
    reader.close()


PLAN = """
[[maintenance]]
id = "disks"
title = "New disks"
components = ["api"]
start = 2031-03-01T10:00:00
end = 2031-03-01T11:00:00
"""


def test_planned_maintenance_is_told_to_the_record_once(tmp_path: Path) -> None:
    """At the start and at a reload: announced once, and cancelled when it is taken out."""
    config = configured(tmp_path)
    (tmp_path / "meetlat.toml").write_text(MAIN + PLAN)
    planning = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")})

    async def reloads() -> list[str]:
        record = Slow(opened(config))
        async with begun(planning, record) as worker:
            await worker.apply(planning)
            await worker.apply(config)
            return [each.step for each in record.reader.events()]

    assert asyncio.run(reloads()) == ["scheduled", "cancelled"]


def test_a_slot_that_is_reached_during_a_reload_breaks_nothing(tmp_path: Path) -> None:
    """A probe that the new configuration leaves out is due until the new plan is in force, and not afterwards."""
    config = configured(tmp_path)
    (component,) = config.components
    fewer = replace(config, components=(replace(component, probes=component.probes[:1]),))

    async def reached() -> list[str]:
        asked: list[str] = []
        async with begun(config, Slow(opened(config))) as worker:
            dues = [each.due for each in worker._asked.values()]
            worker._ask = lambda each, _: asked.append(each.probe.id)  # type: ignore[method-assign, assignment]
            apply = worker._listening.apply

            async def meanwhile(*rest: Any) -> None:
                for due in dues:
                    worker._fire(due, due.slot_from(START * 1000))
                await apply(*rest)

            worker._listening.apply = meanwhile  # type: ignore[method-assign, assignment]
            await worker.apply(fewer)
            assert [each.probe.id for each in worker._asked.values()] == ["api-health"]
        return asked

    assert asyncio.run(reached()) == ["api-health", "api-port"]
