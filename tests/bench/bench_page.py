"""The overview of 100 components over 90 days: how long it takes cold, and what it costs warm, beside nginx serving the same bytes.

Rival: nginx with one worker, serving the compressed page as a static file. Both are asked the same number of times by the same
client on loopback; what is compared is the CPU time of the server's processes per request.
"""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from monitor.clock import Clock
from monitor.config import load
from monitor.judge import judge, rewatch
from monitor.store import open_record
from monitor.timeline.model import Observation, Phases, Reason, Verdict, Watch
from monitor.timeline.record import Batch

COMPONENTS = 100
DAYS = 90
STEP = 7200
ASKED = 3000
TICK = os.sysconf("SC_CLK_TCK")


def configuration(folder: Path, port: int) -> None:
    """A hundred components in ten groups."""
    parts = [
        (
            f'[page]\nname = "Bench"\nurl = "http://127.0.0.1:{port}"\nlanguages = ["en", "nl"]\n[site]\nport = {port}\n'
            f'[storage]\nurl = "sqlite:///{folder}/meetlat.db"\n[defaults]\ninterval = "{STEP}s"\nconfirm = 1\nrecover = 1\n'
        )
    ]
    parts += [
        f'[[component]]\nid = "c{n}"\nname = "Component {n}"\ngroup = "Group {n // 10}"\n'
        f'[[component.probe]]\nid = "p{n}"\nkind = "tcp"\nhost = "127.0.0.1"\nport = 9\n'
        for n in range(COMPONENTS)
    ]
    (folder / "meetlat.toml").write_text("".join(parts))


def fill(folder: Path) -> None:
    """Ninety days, each component down for two hours every third day or so."""
    record = open_record(load(folder, {}).storage.url.reveal(), Clock())
    now = Clock().now()
    start = now - DAYS * 86_400
    record.watch([Watch(f"p{n}", f"c{n}", "local", start, None, STEP * 1000, 1, 1) for n in range(COMPONENTS)], start)
    terms = {watch.probe: watch for watch in record.watches()}
    down = Verdict.failed(Reason.TIMEOUT, "drawn")
    standing = rewatch(record.standing(start), record.watches(), start).standing
    for slot in range(start, now, STEP):
        seen = [
            Observation(f"p{n}", "local", slot * 1000, slot * 1000, Phases(20_000),
                        down if (slot // STEP + n * 7) % 37 == 0 else Verdict.passed())
            for n in range(COMPONENTS)
        ]  # fmt: skip
        turn = judge(standing, [(each, terms[each.probe]) for each in seen], slot)
        record.append(Batch(slot, tuple(seen), turn.redraws, turn.foldings, turn.notices))
        standing = turn.standing
    record.close()


def cpu(pid: int) -> float:
    """The CPU seconds of a process and its children that live."""
    total = 0
    for each in [pid, *(int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def ask(port: int, path: str, times: int) -> list[float]:
    """Ask that often over one connection; how long each answer took, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        took.append((time.perf_counter() - begin) * 1000)
    connection.close()
    return took


def waited(port: int) -> None:
    """Until somebody listens."""
    for _ in range(100):
        try:
            ask(port, "/", 1)
        except (OSError, AssertionError):
            time.sleep(0.1)
        else:
            return


def nginx(folder: Path, port: int, page: bytes) -> subprocess.Popen[bytes]:
    """nginx with the page as a file, compressed ahead."""
    (folder / "index.html").write_bytes(page)
    (folder / "index.html.gz").write_bytes(gzip.compress(page, 6))
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static on; keepalive_requests 1000000;\n"
        "  default_type text/html; } }\n"
    )
    return subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        configuration(folder, 18_080)
        fill(folder)
        site = subprocess.Popen([sys.executable, "-m", "monitor", "site", str(folder), "--port", "18080"])
        try:
            waited(18_080)
            cold = []
            for _ in range(5):
                time.sleep(2.1)
                cold += ask(18_080, "/", 1)
            warm, ours = measured(site.pid, 18_080, "/")
            print(f"page of {COMPONENTS} components, {DAYS} days: cold median {statistics.median(cold):.0f} ms")
            print(
                f"warm: p99 {sorted(warm)[len(warm) * 99 // 100]:.2f} ms, {ours * 1e6:.0f} us CPU a request, renewed every 2 s"
            )
            connection = http.client.HTTPConnection("127.0.0.1", 18_080)
            connection.request("GET", "/")
            page = connection.getresponse().read()
            print(f"bytes: {len(page)} plain, {len(gzip.compress(page, 6))} compressed")
            if shutil.which("nginx") is None:
                print("nginx is not installed: no ratio")
                return
            rival = nginx(folder, 18_081, page)
            waited(18_081)
            _, theirs = measured(rival.pid, 18_081, "/")
            print(f"nginx static: {theirs * 1e6:.0f} us CPU a request; ratio {ours / max(theirs, 1e-9):.1f}")
            rival.terminate()
        finally:
            site.terminate()


def measured(pid: int, port: int, path: str) -> tuple[list[float], float]:
    """How long answers took, and the CPU seconds a request of the server."""
    ask(port, path, 100)
    before = cpu(pid)
    took = ask(port, path, ASKED)
    return took, (cpu(pid) - before) / ASKED


if __name__ == "__main__":
    main()
