"""``meetlat export``: the whole site as files."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from monitor.commands._folder import configured, ends_with_parent, takes_config
from monitor.config import Config
from monitor.store import Reader, StoreError, open_reader
from monitor.table import ConfigError

LOOK = 1.0  # seconds between two looks at what was told
AGAIN = 15.0  # seconds after a failure
LONGEST = 300.0  # seconds after which the files are written anew though nothing was told
log = logging.getLogger(__name__)


@click.command
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder that is written anew."
)
@click.option("--base-url", help="Where the files will be served, when not at the page's own url.")
@click.option("--follow", is_flag=True, help="Go on: write anew after each change of state, and every five minutes.")
@click.option("--until-eof", is_flag=True, hidden=True, help="Stop when standard input ends.")
@takes_config
def command(out: Path, base_url: str | None, follow: bool, until_eof: bool, folder: Path) -> None:
    """Write every page, feed and document of the site to a folder that any web server can serve.

    The folder is replaced in one step. An equal record gives equal bytes. The pages say of when their data is.
    """
    if until_eof:
        ends_with_parent()

    def once() -> None:
        config = configured(folder)
        config = replace(config, page=replace(config.page, url=base_url)) if base_url else config
        click.echo(f"wrote {written(config, out)} files to {out}")

    if not follow:
        once()
        return
    os.nice(10)  # whoever probes or answers visitors goes first
    following(once, lambda: open_reader(configured(folder).storage.url.reveal()))


def written(config: Config, out: Path) -> int:
    """Write the site; how many files it has."""
    from statuspage import export, headers

    url = config.storage.url.reveal()
    made = export.files(config, lambda unseen: open_reader(url, unseen, still=True))
    export.write(out.resolve(), made, headers.SECURITY)
    return len(made)


def following(write: Callable[[], None], open_record: Callable[[], Reader]) -> None:
    """Write now, then whenever something was told, for ever. What goes wrong is logged, and tried again a while later."""
    before: tuple[int, ...] | None = None
    due = again = 0.0
    while True:
        now = time.monotonic()
        try:
            told = _told(open_record) if now >= again else before
            if told != before or now >= due > 0:
                write()
                before, due = told, time.monotonic() + LONGEST
        except (StoreError, ConfigError, OSError, click.ClickException) as error:
            log.warning("the site could not be written as files: %s", error)
            again = now + AGAIN
        time.sleep(LOOK)


def _told(open_record: Callable[[], Reader]) -> tuple[int, ...]:
    reader = open_record()
    try:
        return reader.told_so_far()
    finally:
        reader.close()
