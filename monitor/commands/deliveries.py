"""``meetlat deliveries``: what could not be told yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from monitor.commands._folder import configured, takes_config
from monitor.sla.periods import instant
from monitor.store import Failing, failing


@click.command
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many are printed.")
@takes_config
def command(as_json: bool, limit: int, folder: Path) -> None:
    """Print how much waits on each lane (a channel, or a kind of subscribers), and what failed, the newest first.

    A receiver is the id of a channel, or the name of a subscriber, which `meetlat subscribers list` knows; never an address.
    """
    counts, found = failing(configured(folder).storage.url.reveal(), limit)
    if as_json:
        click.echo(
            json.dumps({"waiting": counts, "failed": [_plain(each) for each in found]}, ensure_ascii=False, indent=2)
        )
        return
    for lane, count in sorted(counts.items()):
        click.echo(f"{lane}: {count} waiting")
    for each in found:
        state = "given up" if each.is_given_up else f"tried {each.tried} times"
        title = "".join(letter if letter.isprintable() else "?" for letter in each.title)
        click.echo(f"{instant(each.made_ms // 1000)} {each.lane} {each.receiver}: {state}, {each.error} ({title})")
    if not counts and not found:
        click.echo("everything was told")


def _plain(each: Failing) -> dict[str, Any]:
    return {
        "lane": each.lane,
        "receiver": each.receiver,
        "title": each.title,
        "made": instant(each.made_ms // 1000),
        "tried": each.tried,
        "error": each.error,
        "given_up": each.is_given_up,
    }
