"""``meetlat signals``: what an endpoint that calls us has said lately."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands._folder import configured, takes_config
from monitor.probes import heartbeat
from monitor.sla.periods import instant
from monitor.store import open_reader
from monitor.timeline.signals import Sign, Signal
from monitor.worker import LOCATION


@click.command
@click.argument("probe_id", metavar="ID")
@takes_config
def command(probe_id: str, folder: Path) -> None:
    """Print what a probe of the kind heartbeat has said since its last success but one, with the notes that came with it.

    Notes are for you alone: no page shows them.
    """
    config = configured(folder)
    known = [p.id for c in config.components for p in c.probes if isinstance(p, heartbeat.Settings)]
    if probe_id not in known:
        raise click.UsageError(f"there is no heartbeat {probe_id!r}; there are: {', '.join(known) or 'none'}")
    reader = open_reader(config.storage.url.reveal())
    try:
        found = reader.signals(probe_id, LOCATION)
    finally:
        reader.close()
    for signal in found:
        click.echo(_line(signal))
        for line in signal.note.splitlines():
            click.echo("  " + "".join(c if c.isprintable() else "?" for c in line))


def _line(signal: Signal) -> str:
    at = instant(signal.at_ms // 1000)
    if signal.sign is Sign.UNHEARD:
        since = f"since {at}" if signal.at_ms else "before"
        return f"{instant((signal.number or 0) // 1000)} listening again, nobody did {since}"
    return f"{at} {signal.sign}" + (f" {signal.number}" if signal.number is not None else "")
