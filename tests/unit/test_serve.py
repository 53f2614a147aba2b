"""Serving while the configuration is replaced."""

from __future__ import annotations

import threading
from pathlib import Path

from drawn import START, observations
from samples import AGREEMENT, MAIN
from werkzeug.test import Client

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.store import open_record
from monitor.timeline.record import Batch
from statuspage.serve import Site


class Held(Clock):
    """A clock that can be held while it is read, and with it the answer that needs it."""

    reached = threading.Event()
    go_on = threading.Event()

    def now(self) -> int:
        """START, in time."""
        self.reached.set()
        assert self.go_on.wait(20)
        return START


def configured(folder: Path) -> Config:
    """The smallest configuration, with a record of one observation."""
    (folder / "agreements").mkdir()
    (folder / "meetlat.toml").write_text(MAIN)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    config = load(folder, {"MEETLAT_STATE": str(folder / "state")})
    record = open_record(config.storage.url.reveal(), Clock())
    record.append(Batch(START, tuple(observations("."))))
    record.close()
    return config


def still_open(folder: Path) -> int:
    """How many descriptors of this process are of the record's file."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return sum(link.exists() and link.resolve() == (folder / "state/meetlat.db").resolve() for link in links)


def test_a_reload_closes_the_record_once_nobody_reads_it(tmp_path: Path) -> None:
    """Whoever is being answered when the configuration is replaced is answered; then the file is let go, however often."""
    site = Site(configured(tmp_path), Held())
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(Client(site).get("/healthz").status_code))
    asking.start()
    assert Held.reached.wait(20)
    assert still_open(tmp_path)
    site.take(load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")}))
    assert still_open(tmp_path)
    Held.go_on.set()
    asking.join()
    assert answers == [200]
    assert not still_open(tmp_path)
    for _ in range(5):
        assert Client(site).get("/").status_code == 200
        site.take(load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")}))
    assert not still_open(tmp_path)
