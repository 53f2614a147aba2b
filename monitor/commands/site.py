"""``meetlat site``: serve the page."""

from __future__ import annotations

import os
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, ends_with_parent, takes_folder
from statuspage.serve import serve


@click.command
@takes_folder
@click.option("--host", help="Address to listen on; the configuration's [site] host otherwise.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), help="Port to listen on; the configuration's [site] port otherwise."
)
@click.option("--until-eof", is_flag=True, hidden=True, help="Stop when standard input ends.")
def command(folder: Path, host: str | None, port: int | None, until_eof: bool) -> None:
    """Serve the page, reading the record and nothing else.

    It can be started before, after or without the worker, and as often as you like. It stops on SIGTERM or Ctrl-C and reads its
    configuration again on SIGHUP.
    """
    if until_eof:
        ends_with_parent()
        os.nice(5)  # a crowd of readers never slows the prober
    serve(lambda: configured(folder), Clock(), host, port)
