"""The plug is pulled while outages open and close incidents: in the end each outage is told of in one, and in no two."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

from running import Target, eventually, installed
from samples import ONE_TARGET

from monitor.incidents.book import Book, book
from monitor.store import Reader, StoreError, open_reader
from monitor.timeline.record import Notice

KILLS = max(5, int(os.environ.get("MEETLAT_KILLS", "5")) // 4)
ON = '[incidents]\nautomatic = "open-and-resolve"\nminimum = "2s"\ntogether = "0s"\n'


def reading(home: Path) -> Reader | None:
    """The record, once there is one."""
    try:
        return open_reader(f"sqlite:///{home}/state/meetlat.db")
    except StoreError:
        return None


def told(home: Path) -> tuple[dict[str, Notice], Book]:
    """The newest notice of each outage, and what was told of them."""
    reader = reading(home)
    if reader is None:
        return {}, Book()
    newest = {each.outage: each for each in reversed(reader.notices(1000))}
    found = newest, book(reader.events())
    reader.close()
    return found


def test_one_incident_for_each_outage_whatever_ends_the_worker(tmp_path: Path) -> None:
    """A target that comes and goes, a worker that is killed at random moments: what the record says of both agrees."""
    chance = random.Random(20261125)
    target = Target()
    with installed(tmp_path) as meetlat:
        meetlat.write(
            "meetlat.toml", ON + ONE_TARGET.format(port=target.port).replace('"600ms"', '"400ms"\nrecover = 1')
        )
        for _ in range(KILLS):
            meetlat.start("worker")
            for _ in range(2):
                time.sleep(chance.uniform(0.5, 2.5))
                target.status = 503 if target.status == 200 else 200
            time.sleep(chance.uniform(0, 4))
            meetlat.kill()
        meetlat.start("worker")
        target.status = 503
        eventually(lambda: told(tmp_path)[1].open() or None, "an open incident", 30)
        target.status = 200
        eventually(lambda: not told(tmp_path)[1].open() or None, "no open incident", 30)
        meetlat.stop()
    target.stop()
    outages, stories = told(tmp_path)
    counted = Counter(name for each in stories.incidents for name in each.outages)
    long = {name for name, each in outages.items() if each.end is not None and each.end - each.start >= 2}
    assert len(long) >= 1
    assert long <= set(counted)
    assert set(counted.values()) == {1}
    for each in stories.incidents:
        assert (each.start, each.end) == (outages[each.id].start, outages[each.id].end)
