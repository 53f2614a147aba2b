"""Readers and the prober on one machine: how late probes start while a crowd reads the page, beside how late they start alone.

The rival is the same installation without readers. The crowd asks as fast as it is answered, over 64 connections; the page changes
all the time, because the record does.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.installation import Figures, Installation
from bench.targets import nginx, started

PORT = 18_070
SECONDS = 15
PROBES = 200


def many(folder: Path, url: str) -> Installation:
    """So many probes of one address, each second."""
    return Installation(folder, {f"p{n}": f"{url}?{n}" for n in range(PROBES)}, 1)


def told(what: str, found: Figures) -> None:
    """A line of what was measured."""
    print(
        f"{what}: {found.seen} of {found.due} slots observed, {found.passed} passed, late p50 {found.late(50)} ms,"
        f" p99 {found.late(99)} ms"
    )


def crowded(folder: Path, url: str) -> tuple[Figures, str]:
    """The same with the site beside it and a crowd in front of that, and how many pages it was given."""
    installation = many(folder, url)
    site = [sys.executable, "-m", "monitor", "site", str(folder), "--port", str(PORT)]
    crowd = ["wrk", "-t1", "-c64", f"-d{SECONDS + 6}s", "-H", "Accept-Encoding: gzip", f"http://127.0.0.1:{PORT}/"]
    installation.write()
    said: list[str] = []

    def read() -> None:
        while not _answers():
            time.sleep(0.2)
        said.append(subprocess.run(crowd, capture_output=True, text=True, check=True).stdout)

    with started(["nice", "-n", "5", *site]):
        reading = threading.Thread(target=read)
        reading.start()
        found = installation.measured(6, SECONDS, is_written=True)
        reading.join()
    return found, next(line.strip() for line in said[0].splitlines() if "Requests/sec" in line)


def _answers() -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", PORT)) == 0


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with nginx(folder) as target:
            url = target.urls()["http"]
            alone = many(folder / "alone", url).measured(4, SECONDS)
            beside, pages = crowded(folder / "beside", url)
        told(f"{PROBES} probes each second, alone", alone)
        told(f"{PROBES} probes each second, a crowd reading ({pages})", beside)
        is_held = not beside.missed and beside.passed == beside.due
        print(
            f"none missed and none failed: {'holds' if is_held else 'FAILS'}; p99 {beside.late(99) - alone.late(99):+d} ms"
        )


if __name__ == "__main__":
    main()
