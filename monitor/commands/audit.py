"""``meetlat audit``: who did what."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands._folder import takes_config
from monitor.commands._people import people_of
from monitor.sla.periods import instant


@click.command
@click.option("--who", help="Only of this person or token.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True)
@takes_config
def command(who: str | None, limit: int, folder: Path) -> None:
    """Print the audit trail, the newest first: who did what to what, when, by which way and from where."""
    with people_of(folder) as people:
        rows = people.deeds(limit, who=who)
    for number, each in rows:
        place = f"{each.way} {each.address}".strip()
        words = "  ".join(part for part in (each.what, each.about, each.detail) if part)
        click.echo(f"{number:>6}  {instant(each.at)}  {each.who:<16}  {place:<24}  {words}")
    if not rows:
        click.echo("nothing was done yet")
