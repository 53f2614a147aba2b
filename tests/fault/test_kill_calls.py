"""The plug is pulled while endpoints call: what was answered is on disk."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path

from running import eventually, free_port, installed

KILLS = max(5, int(os.environ.get("MEETLAT_KILLS", "5")) // 4)
CALLERS = 8
PAGE = """
[page]
name = "Acme"
url = "https://status.acme.example"

[heartbeat]
port = {port}
"""
PROBE = """
[[component]]
id = "c{i}"
name = "C{i}"
[[component.probe]]
id = "p{i}"
kind = "heartbeat"
token = "a-token-of-its-own-{i}"
every = "1h"
interval = "1s"
timeout = "900ms"
"""


class Caller(threading.Thread):
    """Calls at random moments, each time with something of its own, and remembers what was answered with 200."""

    def __init__(self, number: int, port: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._number = number
        self._port = port
        self._stop_calling = stop
        self.answered: list[str] = []

    def run(self) -> None:
        """Call until told to stop, two times a second and again at once after no answer."""
        chance = random.Random(self._number)
        while not self._stop_calling.wait(chance.random() / 2):
            note = f"{self._number}-{time.time_ns()}"
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
                connection.request("POST", f"/heartbeat/a-token-of-its-own-{self._number}", note)
                if connection.getresponse().status == 200:
                    self.answered.append(note)


def any_since(callers: list[Caller], begun: int) -> bool:
    """True when a call of after that was answered."""
    last = [caller.answered[-1] for caller in callers if caller.answered]
    return any(int(note.partition("-")[2]) > begun for note in last)


def notes(file: Path) -> list[str]:
    """The notes on disk, read without the program."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as record:
        return [note for (note,) in record.execute("SELECT note FROM signals WHERE sign = 'success'")]


def test_a_kill_right_after_the_answer_loses_no_call(tmp_path: Path) -> None:
    """Each call that was answered with 200 is on disk, once, whenever the process was killed; the file is sound; nobody is down."""
    port, chance = free_port(), random.Random(20261125)
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", PAGE.format(port=port) + "".join(PROBE.format(i=i) for i in range(CALLERS)))
        file, stop = tmp_path / "state/meetlat.db", threading.Event()
        callers = [Caller(i, port, stop) for i in range(CALLERS)]
        for caller in callers:
            caller.start()
        for _ in range(KILLS):
            begun = time.time_ns()
            meetlat.start("worker")
            eventually(partial(any_since, callers, begun), "an answer", 20)
            time.sleep(chance.random())
            meetlat.kill()
            answered = [note for caller in callers for note in tuple(caller.answered)]
            kept = notes(file)
            assert set(answered) <= set(kept)
            assert len(kept) == len(set(kept))
        meetlat.start("worker")
        eventually(lambda: len(notes(file)) > len(kept), "a call after the last kill", 20)
        meetlat.stop()
        stop.set()
        with contextlib.closing(sqlite3.connect(file)) as record:
            assert record.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert record.execute("SELECT count(*) FROM notices").fetchone() == (0,)
        print(f"{len(answered)} calls were answered over {KILLS} kills, none is lost")
