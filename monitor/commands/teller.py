"""``meetlat teller``: tell operators and subscribers."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, ends_with_parent, takes_folder
from monitor.loop import run
from monitor.table import ConfigError
from monitor.teller import tell_until_stopped

log = logging.getLogger(__name__)


@click.command
@takes_folder
@click.option("--until-eof", is_flag=True, hidden=True, help="Stop when standard input ends.")
def command(folder: Path, until_eof: bool) -> None:
    """Follow the record and tell: alerts to the channels of [[alert]], news to those who asked for it at [subscribe].

    One teller at a time. It may start before the worker, and stop at any moment: what was not sent is sent later. It stops on
    SIGTERM or Ctrl-C and reads its configuration again on SIGHUP.
    """
    config = configured(folder)
    if until_eof:
        ends_with_parent()
        os.nice(5)  # telling never slows the prober

    async def tell() -> None:
        now, stop, again = config, asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def end() -> None:
            stop.set()
            again.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        loop.add_signal_handler(signal.SIGHUP, again.set)
        while not stop.is_set():
            again.clear()
            await tell_until_stopped(now, Clock(), again)
            try:
                now = configured(folder)
            except ConfigError as error:
                log.error("the teller goes on with the configuration it had:\n%s", error)

    run(tell())
