"""``meetlat link``: the address by which a customer sees an agreement of its own."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands._folder import agreement_of, configured, takes_config
from statuspage.private import is_private, signature


@click.command
@click.argument("agreement_id", metavar="AGREEMENT")
@takes_config
def command(agreement_id: str, folder: Path) -> None:
    """Print the address of an agreement. One of kind "customer" is not public: its address is signed with [site] key.

    Whoever has the address can see the agreement; another key makes all of them void.
    """
    config = configured(folder)
    versions = agreement_of(config, agreement_id)
    address = f"{config.page.url.rstrip('/')}/sla/{agreement_id}"
    if is_private(versions):
        signed = signature(config, agreement_id)
        if signed is None:
            raise click.UsageError(
                'set [site] key, such as key = "${MEETLAT_KEY}", to sign links to agreements of customers'
            )
        address += f"?key={signed}"
    click.echo(address)
