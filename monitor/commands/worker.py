"""``meetlat worker``: probe, and keep the record."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, state, takes_folder
from monitor.config import Config
from monitor.describe import changes
from monitor.loop import run
from monitor.probes import open_tools
from monitor.store import StoreError, open_record
from monitor.table import ConfigError
from monitor.worker import Worker

log = logging.getLogger(__name__)


@click.command
@takes_folder
def command(folder: Path) -> None:
    """Probe what the configuration says and keep the record.

    One worker at a time writes a record. It stops cleanly on SIGTERM or Ctrl-C. On SIGHUP it reads the configuration again: a
    faulty one changes nothing and is explained in the log, a good one leaves unchanged probes in the slots they had.
    """
    config = configured(folder)
    run(probe_until_stopped(config, folder, asyncio.Event()))


async def probe_until_stopped(
    config: Config, folder: Path, stop: asyncio.Event, also_reload: Callable[[], None] | None = None
) -> None:
    """Run a worker until SIGTERM, SIGINT or ``stop``; reload on SIGHUP, and have ``also_reload`` do so too."""
    clock = Clock()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_tools(clock, state()) as tools:
        worker = Worker(config, clock, tools, lambda: open_record(config.storage.url.reveal(), clock))
        reloading = _Reload(worker, config, folder, also_reload)
        loop.add_signal_handler(signal.SIGHUP, reloading.ask)
        await worker.run(stop)


class _Reload:
    """Reading the configuration again, one request at a time."""

    def __init__(self, worker: Worker, config: Config, folder: Path, also: Callable[[], None] | None) -> None:
        self._worker = worker
        self._config = config
        self._folder = folder
        self._also = also
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._reload())

    async def _reload(self) -> None:
        try:
            config = configured(self._folder)
        except ConfigError as error:
            log.error("the configuration was not taken into use, nothing has changed:\n%s", error)
            return
        named = changes(self._config, config)
        try:
            await self._worker.apply(config)
        except StoreError as error:
            log.error("the configuration was not taken into use: %s", error)
            return
        self._config = config
        if self._also:
            self._also()
        log.info("configuration taken into use: %s", "; ".join(named) or "nothing has changed")
