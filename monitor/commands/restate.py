"""``meetlat restate``: a sealed statement gets a successor."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands._folder import agreement_of, configured, takes_config
from monitor.commands.seal import seal
from monitor.store import open_reader


@click.command
@click.argument("agreement_id", metavar="AGREEMENT")
@click.argument("period", metavar="PERIOD")
@click.option("--reason", required=True, help="Why the sealed statement was not right; published.")
@takes_config
def command(agreement_id: str, period: str, reason: str, folder: Path) -> None:
    """Compute a sealed period again, from the record as it is now with its labels, and keep it beside what was sealed before.

    Nothing is edited: the page shows every edition with its reason.
    """
    if not reason.strip():
        raise click.UsageError("a restatement needs a reason")
    config = configured(folder)
    agreement_of(config, agreement_id)
    reader = open_reader(config.storage.url.reveal())
    try:
        editions = [each for each in reader.editions(agreement_id) if each.period == period]
    finally:
        reader.close()
    if not editions:
        raise click.UsageError(f"{period} is not sealed; see: meetlat seal")
    for each in editions[-1].document["objectives"]:
        share = each["availability"]
        click.echo(
            f"was, edition {editions[-1].number}: {each['id']} {share['exact'] if share else 'no figure'}, {each['verdict']}"
        )
    seal(folder, agreement_id, period, reason.strip())
