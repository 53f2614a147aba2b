"""Looking for damage in the file: before the start when that is quick, beside the work when it is not."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from monitor.clock import Clock

PROGRESS_MS = 30_000
STEPS_BETWEEN_LOOKS = 1_000_000
log = logging.getLogger(__name__)


def damage(connection: sqlite3.Connection) -> str | None:
    """The first damage there is, or None. OperationalError when that could not be found out."""
    try:
        found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:  # too damaged to be read at all
        return str(error)
    return None if found == "ok" else found


class Examination:
    """A check of the whole file in a thread and on a connection of its own, which only reads.

    Writing goes on beside it; the write-ahead log grows meanwhile, because a reader is in it.
    """

    def __init__(self, path: Path, clock: Clock, found: Callable[[str], object]) -> None:
        """Begin. ``found`` is called from that thread with the damage, if there is any."""
        self._path = path
        self._clock = clock
        self._found = found
        self._is_stopped = False
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
        self._thread = threading.Thread(target=self._examine, name="examination", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give it up, unless it has ended."""
        self._is_stopped = True
        while self._thread.is_alive():  # an interrupt that comes before the check begins is not heard
            self._connection.interrupt()
            self._thread.join(0.05)
        self._connection.close()

    def _examine(self) -> None:
        begun = self._clock.monotonic_ms()
        said = begun

        def progress() -> bool:
            nonlocal said
            now = self._clock.monotonic_ms()
            if now - said >= PROGRESS_MS:
                said = now
                log.info("still checking %s after %d s", self._path, (now - begun) // 1000)
            return self._is_stopped

        self._connection.set_progress_handler(progress, STEPS_BETWEEN_LOOKS)
        log.info("checking %s for damage (%d MiB), beside probing", self._path, self._path.stat().st_size >> 20)
        try:
            found = damage(self._connection)
        except sqlite3.OperationalError as error:
            if not self._is_stopped:
                log.error("%s could not be checked for damage: %s", self._path, error)
            return
        if found:
            log.error("%s is damaged, restore a backup: %s", self._path, found)
            self._found(found)
        else:
            log.info("%s is sound, checked in %d s", self._path, (self._clock.monotonic_ms() - begun) // 1000)
