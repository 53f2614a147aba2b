"""``meetlat run``: worker and site together."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path

import click

from monitor.commands._folder import configured, takes_folder
from monitor.commands.worker import probe_until_stopped
from monitor.config import Config
from monitor.loop import run
from monitor.store import StoreError, has_people
from monitor.worker import wait

STOP_SECONDS = 3.0
TELLER_SECONDS = 9.0  # it lets what it is sending come to its end
LOOK_SECONDS = 5.0
log = logging.getLogger(__name__)


@click.command
@takes_folder
@click.option("--host", help="Address the page listens on; the configuration's [site] host otherwise.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), help="Port of the page; the configuration's [site] port otherwise."
)
def command(folder: Path, host: str | None, port: int | None) -> None:
    """Probe, keep the record and serve the page: everything, on one machine. With [site] export also as files; with an
    operator also the admin.

    Worker and site are two processes, so that visitors never delay probing. SIGTERM or Ctrl-C stops both; SIGHUP makes both read
    the configuration again.
    """
    config = configured(folder)
    site = _Beside("site", str(folder), "--host", host or config.site.host, "--port", str(port or config.site.port))
    kept = [site]
    if config.site.export:
        kept.append(_Beside("export", "--config", str(folder), "--out", str(folder / config.site.export), "--follow"))

    told = config.telling
    if told.is_any:
        kept.append(_Beside("teller", str(folder)))
    if told.sign_up:
        kept.append(_Beside("signup", str(folder)))
    admin = _Beside("admin", str(folder))

    def reload() -> None:
        for each in (*kept, admin):
            if each.reloads:
                each.reload()

    async def both() -> None:
        stop = asyncio.Event()
        serving = [asyncio.get_running_loop().create_task(each.keep(stop)) for each in kept]
        serving.append(asyncio.get_running_loop().create_task(_once_there_are_people(config, admin, stop)))
        try:
            await probe_until_stopped(config, folder, stop, also_reload=reload)
        finally:
            stop.set()
            await asyncio.gather(*serving)

    run(both())


async def _once_there_are_people(config: Config, admin: _Beside, stop: asyncio.Event) -> None:
    """Keep the admin from when there is an operator on: without one nobody could log in, and nothing listens."""
    told = ""
    while not stop.is_set():
        try:
            if await asyncio.to_thread(has_people, config.storage.url.reveal()):
                await admin.keep(stop)
                return
        except (StoreError, OSError) as error:
            if str(error) != told:
                told = str(error)
                log.error("the admin is not served: %s", told)
        await wait(stop, LOOK_SECONDS)


class _Beside:
    """Another command as a process beside the worker, kept running."""

    def __init__(self, *words: str) -> None:
        self._name = words[0]
        self.reloads = words[0] != "export"
        self._command = [sys.executable, "-m", "monitor", *words, "--until-eof"]
        self._process: asyncio.subprocess.Process | None = None

    async def keep(self, stop: asyncio.Event) -> None:
        """Run it until ``stop``; one that ends by itself is started again, ever more slowly."""
        pause = 0.5
        while not stop.is_set():
            self._process = await asyncio.create_subprocess_exec(*self._command, stdin=asyncio.subprocess.PIPE)
            ended = asyncio.ensure_future(self._process.wait())
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if stop.is_set():
                await self._end(ended)
                return
            log.error("%s ended with exit code %s; starting it again in %.1f s", self._name, ended.result(), pause)
            await wait(stop, pause)
            pause = min(pause * 2, 60.0)

    async def _end(self, ended: asyncio.Future[int]) -> None:
        if self._process and not ended.done():
            self._process.terminate()
            await asyncio.wait({ended}, timeout=TELLER_SECONDS if self._name == "teller" else STOP_SECONDS)
            if not ended.done():
                self._process.kill()
        await ended

    def reload(self) -> None:
        """Have it read the configuration again."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGHUP)
