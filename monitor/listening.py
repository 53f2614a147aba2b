"""The side of the worker on which endpoints call: what they say is kept in the record, by the one thread that writes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from monitor.config import Config
from monitor.heartbeats import Heartbeats, NobodyListensError
from monitor.intake import Intake
from monitor.probes import Tools, heartbeat
from monitor.store import Reader, Record, StoreError
from monitor.timeline.record import Standing
from monitor.timeline.signals import Life, Signal, live

AGAIN_SECONDS = 5.0
log = logging.getLogger(__name__)

Write = Callable[[Callable[[], Any]], Awaitable[Any]]


async def overhear(tools: Tools, probe: heartbeat.Settings, reader: Reader, location: str) -> None:
    """Know of a probe what the record does, beside the worker that listens to it. Nothing is kept."""

    async def forget(_: Sequence[Signal]) -> None:
        """It is the worker's to keep."""

    life, now = live(Life(), reader.signals(probe.id, location)), tools.clock.now_ms()
    tools.heartbeats.use({probe.id: probe.token.reveal()}, {probe.id: life}, {probe.id: now}, forget)
    await tools.heartbeats.opened()


class Listening:
    """The intake, open while there is a probe that calls."""

    def __init__(self, tools: Tools, location: str, write: Write) -> None:
        self._heartbeats: Heartbeats = tools.heartbeats
        self._tools = tools
        self._location = location
        self._write = write
        self._intake: Intake | None = None
        self._address: tuple[str, int] | None = None
        self._opening: asyncio.Task[None] | None = None

    async def apply(self, config: Config, record: Record, standing: Standing) -> None:
        """Listen to the probes of a configuration, from now on. StoreError when the record cannot be read."""
        every = (probe for component in config.components for probe in component.probes)
        beats = {probe.id: probe for probe in every if isinstance(probe, heartbeat.Settings)}
        fresh = sorted(beats.keys() - self._heartbeats.known())
        lives = await self._write(lambda: {probe: self._remembered(record, probe) for probe in fresh})
        looked = {probe: self._looked(standing, probe) for probe in fresh}
        tokens = {probe: each.token.reveal() for probe, each in beats.items()}
        self._heartbeats.use(tokens, lives, looked, lambda signals: self._keep(record, signals))
        address = (config.heartbeat.host, config.heartbeat.port) if beats else None
        if address != self._address:
            await self.close()
            self._address = address
            if address:
                await self._open(*address)
        elif self._heartbeats.is_open:
            await self._opened()

    async def close(self) -> None:
        """Listen no more."""
        if self._opening:
            self._opening.cancel()
            self._opening = None
        self._heartbeats.closed()
        self._address = None
        if self._intake:
            intake, self._intake = self._intake, None
            await intake.close()

    async def _open(self, host: str, port: int) -> None:
        """Listen there; where that cannot be, try again while all else goes on."""
        intake = Intake(self._tools.clock, self._heartbeats, self._tools.mishaps)
        try:
            await intake.open(host, port)
        except OSError as error:
            if self._opening is None:
                log.error("nothing listens for heartbeats on %s port %d yet: %s", host, port, error)
            self._opening = asyncio.create_task(self._open_again(host, port), name="intake")
            return
        self._intake, self._opening = intake, None
        log.info("heartbeats are heard on http://%s:%d/heartbeat/", host, port)
        await self._opened()

    async def _open_again(self, host: str, port: int) -> None:
        await asyncio.sleep(AGAIN_SECONDS)
        await self._open(host, port)

    async def _opened(self) -> None:
        try:
            await self._heartbeats.opened()
        except NobodyListensError as error:  # it is kept at the next look at each probe
            log.error("since when heartbeats are heard could not be kept yet: %s", error)

    def _remembered(self, record: Record, probe: str) -> Life:
        return live(Life(), record.reader.signals(probe, self._location))

    def _looked(self, standing: Standing, probe: str) -> int:
        """When a probe was looked at last, as far as that is on disk: 0 for never."""
        folding = standing.foldings.get((probe, self._location))
        return folding.slot_ms or 0 if folding else 0

    async def _keep(self, record: Record, signals: Sequence[Signal]) -> None:
        try:
            await self._write(lambda: record.hear(signals, self._location))
        except StoreError as error:
            raise NobodyListensError(str(error)) from error
