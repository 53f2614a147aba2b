"""``meetlat label``: what a person says of an outage, or of time that was announced."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.rows import moment
from monitor.sla.clauses import KINDS
from monitor.store import open_desk
from monitor.timeline.record import Label


@click.command
@click.argument("component")
@click.argument("start")
@click.argument("end")
@click.option(
    "--kind", required=True, type=click.Choice([*KINDS, "none"]), help="An exclusion's kind; none takes a label back."
)
@click.option("--by", required=True, help="Who says so; published.")
@click.option("--why", required=True, help="The reason; published.")
@takes_config
def command(component: str, start: str, end: str, kind: str, by: str, why: str, folder: Path) -> None:
    """Label the time from START to END (ISO 8601 with offset) of a component: force majeure, maintenance, the customer's fault.

    No observation changes. What the label does is for each agreement to say; statements show the figure with and without it. A
    label counts as announced now, so that one made ahead of maintenance meets its notice.
    """
    config = configured(folder)
    if component not in {each.id for each in config.components}:
        raise click.UsageError(f"there is no component {component!r}")
    try:
        first, last = moment(start, "START"), moment(end, "END")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if last <= first:
        raise click.UsageError("END is not after START")
    if not by.strip() or not why.strip():
        raise click.UsageError("say who labels it and why")
    clock = Clock()
    desk = open_desk(config.storage.url.reveal(), clock)
    try:
        desk.label(Label(clock.now(), component, first, last, kind, by.strip(), why.strip()))
    finally:
        desk.close()
    click.echo(f"{component} from {start} to {end}: {kind}, by {by.strip()}: {why.strip()}")
