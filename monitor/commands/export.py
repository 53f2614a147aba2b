"""``meetlat export``: the whole site as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from monitor.commands._folder import configured, takes_config
from monitor.store import open_reader


@click.command
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder that is written anew."
)
@click.option("--base-url", help="Where the files will be served, when not at the page's own url.")
@takes_config
def command(out: Path, base_url: str | None, folder: Path) -> None:
    """Write every page, feed and document of the site to a folder that any web server can serve.

    The folder is replaced in one step. An equal record gives equal bytes. The pages say of when their data is.
    """
    from statuspage import export, headers

    config = configured(folder)
    if base_url:
        config = replace(config, page=replace(config.page, url=base_url))
    url = config.storage.url.reveal()
    made = export.files(config, lambda unseen: open_reader(url, unseen))
    export.write(out.resolve(), made, headers.SECURITY)
    click.echo(f"wrote {len(made)} files to {out}")
