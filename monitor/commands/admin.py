"""``meetlat admin``: where operators work."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, ends_with_parent, takes_folder
from monitor.config import Config
from statuspage.admin.serve import serve_admin


@click.command
@takes_folder
@click.option("--host", help="Address to listen on; the configuration's [admin] host otherwise.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), help="Port to listen on; the configuration's [admin] port otherwise."
)
@click.option("--until-eof", is_flag=True, hidden=True, help="Stop when standard input ends.")
def command(folder: Path, host: str | None, port: int | None, until_eof: bool) -> None:
    """Serve the admin to operators, who are made by meetlat operator add.

    It is another application than the page, and writes. It stops on SIGTERM or Ctrl-C and reads its configuration again on SIGHUP.
    """
    if until_eof:
        ends_with_parent()
        os.nice(5)

    def load() -> Config:
        config = configured(folder)
        try:
            own = replace(config.admin, host=host or config.admin.host, port=port or config.admin.port)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        return replace(config, admin=own)

    serve_admin(load, Clock())
