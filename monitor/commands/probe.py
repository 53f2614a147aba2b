"""``meetlat probe``: ask once, and say what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import get_type_hints

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, state, takes_config
from monitor.commands._overheard import Overheard
from monitor.commands._secrets import without_secrets
from monitor.components import kind_of
from monitor.config import Config
from monitor.listening import overhear
from monitor.loop import run
from monitor.probes import Probe, heartbeat, observe, open_tools
from monitor.probes._written import written
from monitor.store import open_reader
from monitor.table import lasting
from monitor.timeline.model import Observation
from monitor.worker import LOCATION

PHASES = [
    ("dns", "dns_us"),
    ("connect", "connect_us"),
    ("tls", "tls_us"),
    ("first byte", "first_byte_us"),
    ("total", "total_us"),
]


@click.command
@click.argument("probe_id", metavar="ID")
@takes_config
def command(probe_id: str, folder: Path) -> None:
    """Ask one endpoint once, now, and print what was said, the observation, its phases and assertions, and the settings.

    Nothing is recorded, and no secret is shown. Of one that calls by itself, it is looked at what it said. Exit code 0 when the
    probe passed or was degraded, 1 otherwise.
    """
    config = configured(folder)
    probe = _find(config, probe_id)
    overheard = Overheard()
    observation = run(_ask(probe, config, overheard))
    for line in without_secrets(_lines(probe, observation, overheard), probe, overheard.hidden):
        click.echo(line)
    if observation.outcome in ("fail", "unknown"):
        raise click.exceptions.Exit(1)


def _find(config: Config, probe_id: str) -> Probe:
    probes = {probe.id: probe for component in config.components for probe in component.probes}
    if probe_id in probes:
        return probes[probe_id]
    near = get_close_matches(probe_id, probes, 1)
    guess = f", did you mean {near[0]!r}?" if near else f"; there are: {', '.join(probes) or 'none'}"
    raise click.UsageError(f"there is no probe {probe_id!r}{guess}")


async def _ask(probe: Probe, config: Config, overheard: Overheard) -> Observation:
    clock = Clock()
    async with open_tools(clock, state()) as tools:
        tools.canaries.use(config.network.canaries, config.network.quorum or 0)
        tools.resolver.forbid(config.network.forbidden)
        if isinstance(probe, heartbeat.Settings):
            reader = open_reader(config.storage.url.reveal())
            await overhear(tools, probe, reader, LOCATION)
            reader.close()
        return await observe(probe, LOCATION, clock.now_ms(), overheard.tools(tools), overheard.course)


def _lines(probe: Probe, seen: Observation, overheard: Overheard) -> list[str]:
    reason = f" ({seen.reason.word})" if seen.reason else ""
    lines = [
        f"{probe.id}: {seen.outcome}{reason} {seen.verdict.detail}".rstrip(),
        f"asked: {kind_of(probe)} {probe.target()}",
    ]
    lines.extend(f"  {line}" for line in overheard.lines)
    lines.extend(["assertions:", *(f"  {line}" for line in overheard.assertions(probe))])
    lines.append("phases:")
    for name, field in PHASES:
        us = getattr(seen.phases, field)
        lines.append(f"  {name:<10} {f'{us / 1000:.1f} ms' if us is not None else '-'}")
    again = f", asked again each {lasting(probe.confirm_every)} until then" if probe.confirm_every else ""
    down, up = _in_a_row(probe.confirm, "failure", "failures"), _in_a_row(probe.recover, "success", "successes")
    lines.extend([f"judgement: down after {down}{again}, up after {up}", "settings:", *_settings(probe)])
    return lines


def _in_a_row(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {many} in a row"


def _settings(probe: Probe) -> Iterator[str]:
    """What is in force, durations as they are written. What is neither asked nor sent has no line."""
    hints = get_type_hints(type(probe), include_extras=True)
    for name, value in probe.shown().items():
        if value is not None and value not in ((), {}):
            yield f"  {name} = {written(value, hints[name])}"
