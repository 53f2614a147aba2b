"""``meetlat alert``: whether alerts arrive, and what is alerted of now."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.channels import NotSent, Refused, open_tools
from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.config import Config
from monitor.loop import run
from monitor.sla.periods import instant
from monitor.store import alarms_of
from monitor.table import did_you_mean
from monitor.teller import letter, tell
from statuspage.letters import Letters


@click.group
def command() -> None:
    """Alerts of the operators: [[channel]] and [[alert]]."""


@command.command
@click.argument("channels", nargs=-1, metavar="[CHANNEL]...")
@takes_config
def test(channels: tuple[str, ...], folder: Path) -> None:
    """Send a test to these channels, or to all of them, now, and say what came of it. Exit code 1 when one failed."""
    config = configured(folder)
    known = {each.id: each for each in config.telling.channels}
    for name in channels:
        if name not in known:
            hint = did_you_mean(name, known) if known else "there is none"
            raise click.UsageError(f"there is no channel {name!r}; {hint}")
    if not known:
        raise click.UsageError("there is no [[channel]]")
    failed = run(_tested(config, channels or tuple(known)))
    if failed:
        raise SystemExit(1)


async def _tested(config: Config, names: tuple[str, ...]) -> int:
    """How many could not be told."""
    clock, letters = Clock(), Letters(config)
    known, failed = {each.id: each for each in config.telling.channels}, 0
    async with open_tools(clock, config.telling.mail, forbidden=config.network.forbidden) as tools:
        for name in names:
            channel = known[name]
            made = letter(letters.test(clock.now(), name), config, letters.languages, channel.language)
            try:
                await tell(channel, tools, made)
                click.echo(f"{name}: sent")
            except (NotSent, Refused) as error:
                click.echo(f"{name}: {error}")
                failed += 1
    return failed


@command.command("list")
@takes_config
def listed(folder: Path) -> None:
    """Print the alerts that go on: their rule, since when, whom they reached, and what is wrong."""
    config = configured(folder)
    going_on = {name: each for name, each in alarms_of(config.storage.url.reveal()).items() if each.begun is not None}
    for name, alarm in going_on.items():
        reached = ", ".join(alarm.reached)
        click.echo(f"{name} since {instant(alarm.begun or 0)}, {alarm.level} called, told to {reached}")
        for heard in alarm.heard.values():
            trouble = heard.trouble
            state = "acknowledged" if trouble.is_acknowledged else "not acknowledged"
            click.echo(f"  {trouble.severity} {trouble.key} since {instant(trouble.start)}, {state}")
    if not going_on:
        click.echo("no alerts")
