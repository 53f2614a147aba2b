"""A teller over a real record, in a thread of its own, in tests."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from running import eventually
from samples import AGREEMENT, MAIN
from telling import incident_step, maintenance_step

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.incidents.event import Event
from monitor.store import Record, Subscribers, open_record, open_subscribers
from monitor.teller import tell_until_stopped
from monitor.telling.message import KINDS
from monitor.telling.receiver import Subscriber, Wish
from monitor.timeline.model import Reason, Watch
from monitor.timeline.record import Batch, Notice

WEB = """
[[component]]
id = "web"
name = "Web"
[[component.probe]]
id = "web-port"
kind = "tcp"
host = "web.example"
port = 443
"""


@dataclass
class Told:
    """One installation: its record, and the teller while it runs."""

    folder: Path
    tables: str = ""
    record: Record = field(init=False)
    _stop: asyncio.Event | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        (self.folder / "agreements").mkdir(parents=True)
        (self.folder / "agreements/acme.toml").write_text(AGREEMENT)
        self.write(self.tables)
        self.record = open_record(self.url, Clock())
        now = Clock().now()
        self.record.watch(
            [Watch(f"{name}-port", name, "here", now, None, 60_000, 2, 2) for name in ("api", "web")], now
        )

    @property
    def url(self) -> str:
        """Where the record is."""
        return f"sqlite:///{self.folder}/meetlat.db"

    def write(self, tables: str, main: str = MAIN + WEB) -> None:
        """Write the configuration, with these tables."""
        (self.folder / "meetlat.toml").write_text(f'{main}\n[storage]\nurl = "{self.url}"\n{tables}')

    @property
    def config(self) -> Config:
        """The configuration."""
        return load(self.folder, {})

    def start(self) -> None:
        """Start the teller; when this returns it has looked at the record."""
        ready = threading.Event()

        async def tell() -> None:
            self._stop, self._loop = asyncio.Event(), asyncio.get_running_loop()
            ready.set()
            await tell_until_stopped(self.config, Clock(), self._stop)

        self._thread = threading.Thread(target=lambda: asyncio.run(tell()))
        self._thread.start()
        assert ready.wait(10)
        eventually(self._has_begun, "a teller that follows")

    def _has_begun(self) -> bool:
        with contextlib.closing(sqlite3.connect(self.folder / "meetlat-telling.db")) as file:
            try:
                return bool(file.execute("SELECT count(*) FROM cursors").fetchone()[0])
            except sqlite3.OperationalError:
                return False

    def stop(self) -> None:
        """Stop it."""
        if self._thread and self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(30)
            assert not self._thread.is_alive()
            self._thread = None

    def subscribers(self) -> Subscribers:
        """Those who asked to be told."""
        return open_subscribers(self.url, Clock())

    def subscribe(self, address: str, way: str = "email", language: str = "en", **more: tuple[str, ...]) -> Subscriber:
        """One more of them, who confirmed."""
        found = self.subscribers()
        wish = Wish(way, address, language, more.get("kinds", KINDS), more.get("components", ()))
        made = found.add(wish)
        found.close()
        assert made
        return made

    # -- what happens --------------------------------------------------------------------------------------------------

    def down(self, component: str = "api", at: int | None = None) -> Notice:
        """An outage is told of."""
        at = at or max(Clock().now(), self._last() + 1)
        notice = Notice(at, f"{component}-{at}", component, "opened", at - 60, None, Reason.TIMEOUT, 60)
        self.record.append(Batch(at, notices=(notice,)))
        return notice

    def up(self, before: Notice) -> Notice:
        """It is over."""
        at = max(Clock().now(), self._last() + 1)
        end = max(at, before.start + 1)
        notice = Notice(
            at, before.outage, before.component, "closed", before.start, end, Reason.TIMEOUT, end - before.start
        )
        self.record.append(Batch(at, notices=(notice,)))
        return notice

    def _last(self) -> int:
        return max((each.at for each in self.record.reader.notices(1)), default=0)

    def incident(self, number: int, step: str, **said: object) -> Event:
        """A step of the incident x."""
        event = incident_step(number, step, Clock().now(), **said)
        self.record.tell([event])
        return event

    def maintenance(self, number: int, step: str, **said: object) -> Event:
        """A step of the maintenance x."""
        event = maintenance_step(number, step, Clock().now(), **said)
        self.record.tell([event])
        return event


@contextlib.contextmanager
def told(folder: Path, tables: str = "") -> Iterator[Told]:
    """An installation whose teller is gone afterwards."""
    found = Told(folder / "told", tables)
    try:
        yield found
    finally:
        found.stop()
        found.record.close()
