"""``meetlat seal``: keep the statement of a closed period as a document."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import agreement_of, configured, takes_config
from monitor.settlement import Settlement, named, rule_of
from monitor.sla.document import document
from monitor.store import open_desk, open_reader


@click.command
@click.argument("agreement_id", metavar="AGREEMENT")
@click.argument("period", metavar="PERIOD")
@takes_config
def command(agreement_id: str, period: str, folder: Path) -> None:
    """Seal the statement of a closed period: from then on it is a document, and changes only by a restatement.

    A running monitor does this by itself ten minutes after a period closed.
    """
    seal(folder, agreement_id, period, "")


def seal(folder: Path, name: str, label: str, reason: str) -> None:
    """Append the next edition. UsageError when it cannot be: the period runs still, or it is sealed and no reason is given."""
    config = configured(folder)
    versions = agreement_of(config, name)
    clock, url = Clock(), config.storage.url.reveal()
    reader = open_reader(url)
    desk = open_desk(url, clock)
    try:
        period = named(versions, label)
        if period.span.end > clock.now():
            raise click.UsageError(f"{label} has not closed yet")
        made = document(Settlement(versions, reader, clock.now()).made(period, rule_of(versions, period)))
        number = desk.seal(name, label, made, reason)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    finally:
        desk.close()
        reader.close()
    if number is None:
        raise click.UsageError(f"{label} is sealed already; see: meetlat restate")
    for each in made["objectives"]:
        share = each["availability"]
        click.echo(
            f"{name} {label}, edition {number}: {each['id']} {share['exact'] if share else 'no figure'}, {each['verdict']}"
        )
