"""Endpoints that call a worker, over real connections to its intake, and a clock that can be turned on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running import free_port

from monitor.clock import Clock
from monitor.config import load
from monitor.probes import Tools, observe, open_tools
from monitor.store import Record, open_record
from monitor.timeline.model import Observation
from monitor.worker import Worker

TOKEN = "a-token-that-nobody-guesses"
PAGE = """
[page]
name = "Acme"
url = "https://status.acme.example"

[defaults]
interval = "30s"
timeout = "10s"

[heartbeat]
port = {port}

[[component]]
id = "backup"
name = "Backup"

  [[component.probe]]
  id = "nightly"
  kind = "heartbeat"
  token = "{token}"
  {terms}
"""
HOURLY = 'every = "1h"\n  grace = "10m"'


@dataclass(frozen=True)
class Turned(Clock):
    """The machine's clock, with seconds added to its wall time."""

    added: list[int]

    def now(self) -> int:
        """Seconds since the epoch."""
        return self.now_ms() // 1000

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000 + sum(self.added) * 1000


@dataclass
class Called:
    """A worker that probes nothing by itself, but is called."""

    port: int
    clock: Turned
    tools: Tools
    worker: Worker
    record: Record

    async def call(self, path: str = "", method: str = "GET", body: bytes = b"", more: str = "") -> int:
        """Call ``/heartbeat/TOKEN`` and what comes after it; the status of the answer."""
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        request = f"{method} /heartbeat/{TOKEN}{path} HTTP/1.1\r\nHost: meetlat\r\n{length}{more}\r\n"
        return status(await self.say(request.encode() + body))

    async def say(self, words: bytes) -> bytes:
        """What is answered to these bytes, until the connection ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(words)
            return await asyncio.wait_for(reader.read(), 20)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def look(self, minutes: int = 0) -> Observation:
        """What is seen after these minutes, in which it was looked each half minute."""
        probe = self.worker._config.components[0].probes[0]
        for _ in range(minutes * 2):
            await observe(probe, "local", self.clock.now_ms(), self.tools)
            self.clock.added.append(30)
        return await observe(probe, "local", self.clock.now_ms(), self.tools)


def status(answer: bytes) -> int:
    """The status of an answer; 0 when there was none."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


@asynccontextmanager
async def called(folder: Path, terms: str = HOURLY, clock: Turned | None = None, **rest: Any) -> AsyncIterator[Called]:
    """Such a worker, with its record in the folder."""
    port, clock = rest.get("port") or free_port(), clock or Turned([])
    (folder / "agreements").mkdir(exist_ok=True)
    (folder / "meetlat.toml").write_text(PAGE.format(port=port, token=TOKEN, terms=terms))
    config = load(folder, {"MEETLAT_STATE": str(folder / "state")})
    made: list[Record] = []

    def opened() -> Record:
        made.append(open_record(config.storage.url.reveal(), clock))
        return made[0]

    async with open_tools(clock) as tools:
        worker = Worker(config, clock, tools, opened)
        await worker.begin()
        try:
            yield Called(port, clock, tools, worker, made[0])
        finally:
            await worker.end()
