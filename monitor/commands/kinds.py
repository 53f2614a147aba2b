"""``meetlat kinds``: every kind of probe and its keys."""

from __future__ import annotations

import click

from monitor.reference import reference


@click.command
def command() -> None:
    """Print every kind of probe with its keys, what each may be and its default, in Markdown."""
    click.echo(reference(), nl=False)
