"""An installation of ours under load: the real worker with a configuration of many probes, and what its record says afterwards."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.targets import cpu, memory, started

from monitor.config import load
from monitor.schedule import Due, spread
from monitor.store import open_reader
from monitor.timeline.model import Observation, Outcome, Reason
from monitor.timeline.span import Span
from monitor.worker import LOCATION

# What only the checks install is not there for the application, whose libraries would load it.
AS_INSTALLED = "import sys; sys.modules.update(rich=None, pygments=None); from monitor.__main__ import main; main()"
HEAD = """
[page]
name = "Bench"
url = "http://127.0.0.1:8080"
[storage]
url = "sqlite:///{folder}/meetlat.db"
[defaults]
interval = "{seconds}s"
timeout = "{timeout}ms"
"""
PROBE = (
    '[[component]]\nid = "{id}"\nname = "{id}"\n[[component.probe]]\nid = "{id}"\nkind = "http"\nurl = "{url}"\n{rest}'
)


PARTS = 3  # of a window: what else the machine does only adds to what is measured


@dataclass(frozen=True)
class Figures:
    """What was measured in a window of so many seconds: slots that were due and missed, lateness, and what it cost.

    ``calm`` is the share of one core, in percent, in the part of the window in which the rest of the machine added least to it.
    """

    due: int
    missed: int
    passed: int
    late_ms: Sequence[int]
    cpu_s: float
    seconds: float
    memory_mb: float
    grown_mb: float
    calm: float

    def late(self, percent: int) -> int:
        """So many in a hundred were at most this late, in milliseconds."""
        return sorted(self.late_ms)[len(self.late_ms) * percent // 100] if self.late_ms else 0

    @property
    def seen(self) -> int:
        """How many slots were observed."""
        return self.due - self.missed

    @property
    def share(self) -> float:
        """How much of one core it took, in percent."""
        return 100 * self.cpu_s / self.seconds

    @property
    def each_us(self) -> float:
        """What one slot that was observed cost, in microseconds of CPU."""
        return 1e6 * self.cpu_s / max(1, self.seen)


@dataclass(frozen=True)
class Installation:
    """A folder with a configuration: ``urls`` by the id of their probe, each asked every so many seconds."""

    folder: Path
    urls: dict[str, str]
    seconds: int
    ca: Path | None = None

    def write(self) -> None:
        """Write the configuration."""
        self.folder.mkdir()
        rest = f'ca = "file:{self.ca}"\n' if self.ca else ""
        parts = [HEAD.format(folder=self.folder, seconds=self.seconds, timeout=min(10_000, self.seconds * 900))]
        parts += [PROBE.format(id=name, url=url, rest=rest) for name, url in self.urls.items()]
        (self.folder / "meetlat.toml").write_text("".join(parts))

    def measured(
        self, warm: float, window: float, core: int | None = None, of: str = "", *, is_written: bool = False
    ) -> Figures:
        """Run its worker for a while. Counted are the probes whose ids begin with ``of``; what it costs is that of all."""
        if not is_written:
            self.write()
        with self._working(core) as pid:
            time.sleep(warm)
            start, before, held = time.time(), cpu(pid), memory(pid)
            most, calm = self._watched(pid, window)
            end, took, now = time.time(), cpu(pid) - before, memory(pid)
            time.sleep(1)  # what was asked just now is answered and kept before it is stopped
        return self._told(start, end, of, (took, end - start, max(most, now), max(most, now) - held, calm))

    @contextlib.contextmanager
    def _working(self, core: int | None) -> Iterator[int]:
        """A worker that has begun to probe."""
        with started([sys.executable, "-c", AS_INSTALLED, "worker", str(self.folder)], core) as process:
            end = time.monotonic() + 60
            while not self._has_begun() and time.monotonic() < end:
                time.sleep(0.1)
            yield process.pid

    def _has_begun(self) -> bool:
        if not (self.folder / "meetlat.db").exists():
            return False
        with contextlib.suppress(Exception), contextlib.closing(open_reader(self._url)) as reader:
            return bool(reader.newest())
        return False

    def _watched(self, pid: int, seconds: float) -> tuple[float, float]:
        """The most memory that was held in these seconds, in MB, and the least share of one core in a part of them, in percent."""
        most, shares = 0.0, []
        for _ in range(PARTS):
            begun, before = time.monotonic(), cpu(pid)
            while time.monotonic() < begun + seconds / PARTS:
                time.sleep(min(0.5, seconds / PARTS / 4))
                most = max(most, memory(pid))
            shares.append(100 * (cpu(pid) - before) / (time.monotonic() - begun))
        return most, min(shares)

    @property
    def _url(self) -> str:
        return load(self.folder, {}).storage.url.reveal()

    def _told(self, start: float, end: float, of: str, cost: tuple[float, float, float, float, float]) -> Figures:
        begin_ms, end_ms = int(start * 1000) + 1, int(end * 1000)
        with contextlib.closing(open_reader(self._url)) as reader:
            kept = reader.observations(Span(int(start) - 1, int(end) + 1))
        names = [name for name in self.urls if name.startswith(of)]
        interval = self.seconds * 1000
        places = spread({(name, LOCATION): interval for name in self.urls})
        due = sum(Due(name, interval, places[name, LOCATION]).slots_between(begin_ms, end_ms) for name in names)
        seen = [each for each in kept if each.probe.startswith(of) and begin_ms <= each.slot_ms < end_ms]
        well = [each for each in seen if not _is_lost(each)]
        passed = sum(each.outcome is Outcome.PASS for each in seen)
        return Figures(due, due - len(well), passed, [each.late_ms for each in well], *cost)


def _is_lost(seen: Observation) -> bool:
    """Whether a slot was kept as one in which we did not ask."""
    return seen.reason is Reason.OVERLOAD and seen.phases.total_us == 0
