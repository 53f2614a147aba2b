"""The overview: how long it takes cold, and what it costs warm, beside nginx serving the same compressed bytes.

Rival: nginx with one worker, serving the compressed page as a static file. Both are asked by the same client over 64 connections on
loopback; what is compared is the CPU time of the server's processes per request. Cold is a page that is rendered because the
record has changed since the last time.
"""

from __future__ import annotations

import gzip
import http.client
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from monitor.clock import Clock
from monitor.config import load
from monitor.store import Record, open_record
from monitor.timeline.fold import Folding, Mark, Redraw
from monitor.timeline.model import Reason, State, Watch
from monitor.timeline.record import Batch, JournalEntry

PORT, RIVAL = 18_080, 18_081
SECONDS = 4
TICK = os.sysconf("SC_CLK_TCK")
DAY = 86_400


def configuration(folder: Path, count: int) -> None:
    """So many components, ten to a group."""
    parts = [
        (
            f'[page]\nname = "Bench"\nurl = "http://127.0.0.1:{PORT}"\nlanguages = ["en", "nl"]\n[site]\nport = {PORT}\n'
            f'[storage]\nurl = "sqlite:///{folder}/meetlat.db"\n'
        )
    ]
    parts += [
        f'[[component]]\nid = "c{n}"\nname = "Component {n}"\ngroup = "Group {n // 10}"\n'
        f'[[component.probe]]\nid = "p{n}"\nkind = "tcp"\nhost = "127.0.0.1"\nport = 9\n'
        for n in range(count)
    ]
    (folder / "meetlat.toml").write_text("".join(parts))


def fill(folder: Path, count: int, days: int, a_year: int) -> Record:
    """So many days of record of so many components, each with so many outages a year of up to six hours.

    The marks are written as they would be after each turn; the overview reads no observations.
    """
    record = open_record(load(folder, {}).storage.url.reveal(), Clock())
    now = Clock().now()
    start = now - days * DAY
    record.watch([Watch(f"p{n}", f"c{n}", "local", start, None, 60_000, 3, 2) for n in range(count)], start)
    chance = random.Random(1)
    for n in range(count):
        begins = sorted(chance.sample(range(start + 60, now - DAY, 21_600), a_year * days // 365))
        marks = [Mark(start, State.OPERATIONAL)]
        for begin in begins:
            marks.append(Mark(begin, State.DOWN, Reason.TIMEOUT))
            marks.append(Mark(begin + chance.randrange(60, 21_000), State.OPERATIONAL))
        key = (f"p{n}", "local")
        folding = Folding(slot_ms=now * 1000, cover=now + 3600, standing=State.OPERATIONAL)
        record.append(Batch(now, redraws=((key, Redraw(start, tuple(marks))),), foldings={key: folding}))
    return record


def cpu(pid: int) -> float:
    """The CPU seconds of a process and its children that live."""
    total = 0
    for each in [pid, *(int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory(pid: int) -> int:
    """The resident memory of a process, in megabytes."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


def ask(port: int) -> tuple[float, bytes]:
    """One page: the milliseconds until it was there, and its bytes, compressed when the server does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begin = time.perf_counter()
    connection.request("GET", "/", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, answer.status
    took = (time.perf_counter() - begin) * 1000
    connection.close()
    return took, body


def waited(port: int) -> None:
    """Until somebody listens."""
    for _ in range(200):
        try:
            ask(port)
        except (OSError, AssertionError):
            time.sleep(0.1)
        else:
            return


def crowd(pid: int, port: int) -> tuple[float, str]:
    """The CPU seconds a request of the server under 64 connections, and the 99th percentile of the time an answer took."""
    before = cpu(pid)
    command = [
        "wrk",
        "-t1",
        "-c64",
        f"-d{SECONDS}s",
        "--latency",
        "-H",
        "Accept-Encoding: gzip",
        f"http://127.0.0.1:{port}/",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = cpu(pid) - before
    requests, slow = re.search(r"(\d+) requests in", said), re.search(r"99%\s+(\S+)", said)
    assert requests
    assert slow
    return used / int(requests[1]), slow[1]


def nginx(folder: Path, port: int, packed: bytes) -> subprocess.Popen[bytes]:
    """nginx with the page as a file, compressed ahead."""
    (folder / "index.html").write_bytes(gzip.decompress(packed))
    (folder / "index.html.gz").write_bytes(packed)
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static on; keepalive_requests 1000000;\n"
        "  default_type text/html; } }\n"
    )
    return subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])


def cold(record: Record, tries: int) -> tuple[list[float], bytes]:
    """How long the page takes each time after the record has changed, and its compressed bytes."""
    took, page = [], b""
    for n in range(tries):
        record.append(Batch(Clock().now(), journal=(JournalEntry(Clock().now(), "bench", str(n)),)))
        time.sleep(2.1)
        once, page = ask(PORT)
        took.append(once)
    return took, page


def page(count: int, days: int, a_year: int, wanted: str, *, is_compared: bool = False) -> None:
    """Print the figures of one page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        configuration(folder, count)
        record = fill(folder, count, days, a_year)
        site = subprocess.Popen([sys.executable, "-m", "monitor", "site", str(folder), "--port", str(PORT)])
        try:
            waited(PORT)
            first = ask(PORT)[0]
            took, packed = cold(record, 5)
            print(
                f"{count} components, {days} days of record: cold median {statistics.median(took):.0f} ms, best {min(took):.0f} ms;"
                f" {len(gzip.decompress(packed)) // 1000} kB, compressed {len(packed) // 1000} kB; {memory(site.pid)} MB resident"
                f" (wanted: {wanted}; kept: {first:.1f} ms)"
            )
            if is_compared:
                compared(folder, site.pid, packed)
        finally:
            site.terminate()
            site.wait()
            record.close()


def compared(folder: Path, pid: int, packed: bytes) -> None:
    """Print what a request costs warm, beside the rival."""
    missing = [each for each in ("nginx", "wrk") if shutil.which(each) is None]
    if missing:
        print(f"not installed: {', '.join(missing)}; no ratio")
        return
    crowd(pid, PORT)
    ours, slow = crowd(pid, PORT)
    rival = nginx(folder, RIVAL, packed)
    try:
        waited(RIVAL)
        crowd(rival.pid, RIVAL)
        theirs, their_slow = crowd(rival.pid, RIVAL)
    finally:
        rival.terminate()
        rival.wait()
    print(f"warm, 64 connections: {ours * 1e6:.0f} us CPU a request, p99 {slow} (wanted: under 10 ms)")
    print(
        f"nginx static: {theirs * 1e6:.0f} us CPU a request, p99 {their_slow}; ratio {ours / max(theirs, 1e-9):.2f} (wanted: 2.5)"
    )


def main() -> None:
    """Print the figures of three sizes."""
    page(100, 90, 12, "cold 150 ms", is_compared=True)
    page(1_000, 365, 12, "cold 500 ms, 150 kB")
    page(5_000, 365, 6, "cold 2000 ms")


if __name__ == "__main__":
    main()
