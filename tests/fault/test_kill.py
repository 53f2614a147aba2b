"""The plug is pulled at random moments: what was committed stays, once."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from pathlib import Path

from running import Target, eventually, installed

from monitor.store import open_reader
from monitor.timeline.span import Span

KILLS = int(os.environ.get("MEETLAT_KILLS", "5"))
PROBES = 200

PAGE = '[page]\nname = "Acme"\nurl = "https://status.acme.example"\ntimezone = "UTC"\n'
DEFAULTS = '[defaults]\ninterval = "1s"\ntimeout = "900ms"\nconfirm = 5\n'


def many(port: int) -> str:
    """Two hundred probes of one target, each second."""
    probe = f'kind = "tcp"\nhost = "127.0.0.1"\nport = {port}\n'
    components = [
        f'[[component]]\nid = "c{i}"\nname = "C{i}"\n[[component.probe]]\nid = "p{i}"\n{probe}' for i in range(PROBES)
    ]
    return "\n".join([PAGE, DEFAULTS, *components])


def kept(file: Path) -> set[tuple[int, ...]]:
    """Slot and series, in one number, of each committed observation, read without the program."""
    record = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return set(record.execute("SELECT id FROM observations"))
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return set()
    finally:
        record.close()


def test_kill_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    """After each kill -9 at 200 probes a second all that was committed before is there, the file is sound, and it starts again."""
    target = Target()
    chance = random.Random(20261125)
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", many(target.port))
        file = tmp_path / "state" / "meetlat.db"
        before: set[tuple[int, ...]] = set()
        for _ in range(KILLS):
            meetlat.start("worker")
            time.sleep(0.8 + chance.random() * 1.5)
            if file.exists():
                before |= kept(file)
            meetlat.kill()
            assert before <= kept(file)
        record = sqlite3.connect(file)
        assert record.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        record.close()
        assert len(before) > PROBES
        meetlat.start("worker")
        eventually(lambda: len(kept(file)) > len(before), "probing again after the last kill", 10)
        reader = open_reader(f"sqlite:///{file}")
        now = int(time.time())
        shown = reader.timelines(Span(now - 3600, now))
        assert len(shown) == PROBES
        assert reader.notices() == ()  # no kill became anybody's downtime
        reader.close()
        meetlat.stop()
    target.stop()


def test_the_first_probe_follows_the_start_quickly(tmp_path: Path) -> None:
    """After a restart the target is asked again within a few seconds; the figure itself is printed, not judged."""
    target = Target()
    with installed(tmp_path) as meetlat:
        config = PAGE + DEFAULTS
        config += '[[component]]\nid = "c"\nname = "C"\n'
        for i in range(20):
            config += f'[[component.probe]]\nid = "p{i}"\nkind = "http"\nurl = "http://127.0.0.1:{target.port}/"\n'
        meetlat.write("meetlat.toml", config)
        meetlat.start("worker")
        eventually(lambda: target.asked, "the first probe", 20)
        meetlat.kill()
        time.sleep(0.5)
        count, begun = len(target.asked), time.time()
        meetlat.start("worker")
        eventually(lambda: len(target.asked) > count, "the first probe after a restart", 20)
        print(f"start to first probe: {target.asked[count] - begun:.2f} s")
        meetlat.stop()
    target.stop()
