"""``meetlat kinds``: every kind of probe and its keys."""

from __future__ import annotations

import click

from monitor.reference import agreements, reference


@click.command
@click.option("--agreements", "of_agreements", is_flag=True, help="Print the keys of an agreement instead.")
def command(of_agreements: bool) -> None:
    """Print every kind of probe with its keys, what each may be and its default, in Markdown."""
    click.echo(agreements() if of_agreements else reference(), nl=False)
