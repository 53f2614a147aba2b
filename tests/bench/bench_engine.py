"""The engine: what a probe costs beside blackbox_exporter and Prometheus, how much one core can do, what the hostile do to others.

All on loopback, on fresh connections; the target is nginx. Rivals: blackbox_exporter, asked by a client whose cost is not counted,
and Prometheus, which has it probe and keeps the result as we do. What is compared is CPU time as the kernel counts it, of the same
number of probes. The raw limit is a loop over sockets that parses nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.installation import Figures, Installation
from bench.rivals import PROGRAMS, asked, blackbox, prometheus
from bench.targets import Nginx, cpu, hostile, nginx

ASKERS = Path(__file__).with_name("askers.py")
COUNTS = {"http": 8000, "https": 3000}
MOST = {"http": 0.30, "https": 0.90}
IN_FLIGHT = 64
ROUNDS = 2
WARM, WINDOW = 4, 6  # seconds


def say(words: str, *targets: tuple[str, bool]) -> None:
    """A line, with whether each target holds."""
    held = "".join(f"; {name}: {'holds' if is_held else 'FAILS'}" for name, is_held in targets)
    sys.stdout.write(f"{words}{held}\n")
    sys.stdout.flush()


def least(figure: Callable[[], float]) -> float:
    """The least of a few rounds: what else the machine did only adds to it."""
    return min(figure() for _ in range(ROUNDS)) * 1e6


def alone(folder: Path, how: str, url: str, count: int) -> float:
    """CPU seconds a question, asked in a process of its own."""
    command = [sys.executable, str(ASKERS), how, url, str(folder / "ca.pem"), str(count), str(IN_FLIGHT)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def probing(folder: Path, target: Nginx) -> None:
    """Probing alone."""
    with blackbox(folder) as rival:
        for kind, url in target.urls().items():
            count = COUNTS[kind]
            raw = least(lambda url=url, count=count: alone(folder, "raw", url, count))  # type: ignore[misc]
            ours = least(lambda url=url, count=count: alone(folder, "probe", url, count))  # type: ignore[misc]
            theirs = least(lambda url=url, count=count: asked(rival.pid, url, count // 2, IN_FLIGHT))  # type: ignore[misc]
            ratio = ours / theirs
            say(
                f"{kind}, probing alone: {ours:.0f} us CPU a probe, blackbox_exporter {theirs:.0f}, ratio {ratio:.2f};"
                f" raw sockets {raw:.0f}",
                (f"at most {MOST[kind]}", ratio <= MOST[kind]),
            )


def storing(folder: Path, target: Nginx) -> None:
    """A thousand targets every three seconds, judged and kept."""
    for kind, url in target.urls().items():
        ca = folder / "ca.pem" if kind == "https" else None
        ours = many(folder / f"kept-{kind}", url, 1000, 3, ca).measured(WARM, WINDOW)
        with blackbox(folder) as prober, prometheus(folder, url, 1000, 3) as keeper:
            time.sleep(WARM)
            asked_before, before = target.asked(), cpu(prober.pid) + cpu(keeper.pid)
            time.sleep(WINDOW)
            count, took = target.asked() - asked_before - 1, cpu(prober.pid) + cpu(keeper.pid) - before
        theirs = 1e6 * took / max(1, count)
        ratio = ours.each_us / theirs
        goal = [("at most 0.25", ratio <= 0.25)] if kind == "http" else []
        say(
            f"{kind}, judged and kept, 333 a second: {ours.each_us:.0f} us CPU a probe ({ours.seen} probes),"
            f" Prometheus with blackbox_exporter {theirs:.0f} ({count}), ratio {ratio:.2f}",
            *goal,
        )


def many(folder: Path, url: str, count: int, seconds: int, ca: Path | None = None) -> Installation:
    """So many probes of one address."""
    return Installation(folder, {f"p{n}": f"{url}?{n}" for n in range(count)}, seconds, ca)


def told(what: str, figures: Figures, *targets: tuple[str, bool]) -> None:
    """A line of what an installation did."""
    say(
        f"{what}: {figures.seen / figures.seconds:.0f} probes a second, {figures.missed} of {figures.due} slots missed,"
        f" {figures.passed} passed, late p50 {figures.late(50)} ms, p99 {figures.late(99)} ms, {figures.share:.0f} % of one core"
        f" (at its calmest {figures.calm:.0f}),"
        f" {figures.memory_mb:.0f} MB",
        *targets,
    )


def capacity(folder: Path, target: Nginx) -> None:
    """Three thousand a second on one core, beside which nginx has the other."""
    found = many(folder / "capacity", target.urls()["http"], 3000, 1).measured(3, 10)
    rate = found.seen / found.seconds
    told("3,000 http probes each second", found, ("3,000 a second", rate >= 2990 and found.passed == found.due))


def fleet(folder: Path, target: Nginx) -> None:
    """Ten thousand, each half minute."""
    found = many(folder / "fleet", target.urls()["http"], 10_000, 30).measured(2, 31)
    told(
        "10,000 http probes each 30 s",
        found,
        ("none missed", not found.missed),
        ("all passed", found.passed == found.due),
        ("p99 at most 50 ms", found.late(99) <= 50),
        ("at most 150 MB", found.memory_mb <= 150),
        ("at most 15 %", found.calm <= 15),
    )


def company(folder: Path, target: Nginx) -> None:
    """Two hundred healthy targets beside a hundred hostile ones, each asked every second."""
    urls = {f"well{n}": f"{target.urls()['http']}?{n}" for n in range(200)}
    with hostile(100) as ports:
        urls |= {f"ill{n}": f"http://127.0.0.1:{port}/" for n, port in enumerate(ports)}
        found = Installation(folder / "company", urls, 1).measured(3, 30, of="well")
    told(
        "200 healthy beside 100 hostile, each second",
        found,
        ("none missed", not found.missed),
        ("all passed", found.passed == found.due),
        ("p99 at most 50 ms", found.late(99) <= 50),
        (f"at most 32 MB more ({found.grown_mb:+.0f})", found.grown_mb <= 32),
    )


RIVALS: dict[object, tuple[str, ...]] = {probing: PROGRAMS[:1], storing: PROGRAMS}


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with nginx(folder) as target:
            for each in (probing, storing, capacity, fleet, company):
                missing = [name for name in RIVALS.get(each, ()) if shutil.which(name) is None]
                if missing:
                    say(f"{each.__name__}: {' and '.join(missing)} not installed: no ratio")
                elif len(sys.argv) == 1 or each.__name__ in sys.argv[1:]:
                    each(folder, target)


if __name__ == "__main__":
    main()
