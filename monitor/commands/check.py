"""``meetlat check``: validate, and say what would run."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands._folder import configured, takes_folder
from monitor.describe import describe


@click.command
@takes_folder
def command(folder: Path) -> None:
    """Validate a configuration folder and print what would run.

    Every fault is listed at once, with its file, its place in the file, what was found and what is allowed. Exit code 2 when
    there is one; nothing is started or written either way.
    """
    click.echo(describe(configured(folder)))
