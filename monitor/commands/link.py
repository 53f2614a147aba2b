"""``meetlat link``: the address by which a customer sees what is not public."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands._folder import agreement_of, configured, takes_config
from statuspage.private import AGREEMENT, COMPONENT, is_private, signature


@click.command
@click.argument("name", metavar="AGREEMENT|COMPONENT")
@takes_config
def command(name: str, folder: Path) -> None:
    """Print the address of an agreement or of a component. What is not public is signed with [site] key.

    Not public are an agreement of kind "customer", a component with private = true, and an agreement about one. Whoever has the
    address can see it; another key makes all of them void.
    """
    config = configured(folder)
    component = next((each for each in config.components if each.id == name), None)
    versions = None if component else agreement_of(config, name)
    is_unseen = is_private(config, versions) if versions else bool(component and component.private)
    address = f"{config.page.url.rstrip('/')}/{'components' if component else 'sla'}/{name}"
    if is_unseen:
        signed = signature(config, name, COMPONENT if component else AGREEMENT)
        if signed is None:
            raise click.UsageError(
                'set [site] key, such as key = "${MEETLAT_KEY}", to sign links to what is not public'
            )
        address += f"?key={signed}"
    click.echo(address)
