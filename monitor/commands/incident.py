"""``meetlat incident``: what people say of trouble."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.commands._opening import draft, drafts, keep_draft, opened, over_since
from monitor.commands._words import affected, recorded, speaks, spoken, tell, when, words
from monitor.config import Config
from monitor.incidents.book import Book
from monitor.incidents.drafts import DISCARDED, published
from monitor.incidents.event import INCIDENT, Event, Said
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import IMPACTS, SEVERITIES, STATES, Note, Phase
from monitor.incidents.together import merging, opening
from monitor.sla.periods import instant

UNKNOWN = "there is no incident {name!r}; see: meetlat incident list --all"
OPEN = ["investigating", "identified", "monitoring"]  # by their values: click would take the names of an enum
component_option = click.option(
    "--component", "components", multiple=True, metavar="ID[=STATE]", help="Affected; repeatable."
)
impact_option = click.option("--impact", type=click.Choice(IMPACTS), help="Otherwise as the worst component makes it.")
severity_option = click.option("--severity", type=click.Choice(SEVERITIES), help="Its priority.")


@click.group
def command() -> None:
    """Tell customers of trouble: open an incident, update it, resolve it.

    What is said is published at once and kept for ever, with who said it and when. What was measured stands beside it and does
    not change.
    """


@command.command("open")
@click.argument("title", required=False)
@component_option
@click.option(
    "--state", type=click.Choice(STATES), default="down", show_default=True, help="Of components without one."
)
@impact_option
@severity_option
@click.option("--phase", type=click.Choice([*OPEN, "resolved"]), help="investigating when not given.")
@click.option("--title-also", nargs=2, multiple=True, metavar="LANGUAGE TITLE", help="The title in one more language.")
@click.option("--started", metavar="TIME", help="When it began; now otherwise.")
@click.option("--ended", metavar="TIME", help="When it ended, of one that is told afterwards.")
@click.option("--template", metavar="ID", help="Words that are ready, of the configuration.")
@click.option("--outage", metavar="NAME", help="Of this measured outage: its component, its times, its address.")
@click.option("--draft", "is_draft", is_flag=True, help="Keep it and publish nothing; see: publish.")
@speaks
@takes_config
def open_(title: str | None, components: tuple[str, ...], is_draft: bool, folder: Path, **given: Any) -> None:
    """Open an incident under TITLE, with its first words. With --phase resolved it is told afterwards, and marked so.

    What the monitor tells by itself of the same trouble is from then on told of here.
    """
    config = configured(folder)
    said = words(config, given["by"], given["text"], given["language"], given["also"])
    event = opened(config, said, title, components, given)
    if is_draft:
        keep_draft(config, event)
        click.echo(f"{event.subject} is a draft; to publish it: meetlat incident publish {event.subject}")
        return
    _print(config, tell(config, said, lambda _, now: replace(event, at=now), whole=opening))


@command.command
@click.argument("name", metavar="ID")
@click.option("--phase", type=click.Choice([*OPEN, "postmortem"]), help="The phase it is in now; as before otherwise.")
@component_option
@click.option(
    "--state", type=click.Choice(STATES), default="down", show_default=True, help="Of components without one."
)
@impact_option
@severity_option
@click.option("--title", help="What it is called from now on, in the language of --language.")
@speaks
@takes_config
def update(name: str, phase: str | None, components: tuple[str, ...], state: str, folder: Path, **given: Any) -> None:
    """Say what is new about an open incident, or --phase postmortem what was learned from a resolved one."""
    config = configured(folder)
    before = recorded(config).incident(name) if components else None
    states = affected(config, components, state, before.components if before else ()) or None
    titles = {spoken(config, given["language"]): given["title"]} if given["title"] else None
    said = Said(titles=titles, impact=given["impact"], severity=given["severity"], components=states)
    _say(config, name, phase, said, given)


@command.command
@click.argument("name", metavar="ID")
@click.option("--ended", metavar="TIME", help="When it ended; now otherwise.")
@speaks
@takes_config
def resolve(name: str, ended: str | None, folder: Path, **given: Any) -> None:
    """Say that an incident is over. Its components are operational again."""
    config = configured(folder)
    _say(config, name, Phase.RESOLVED, Said(end=when(config, ended, "--ended")), given)


@command.command
@click.argument("name", metavar="ID")
@speaks
@takes_config
def acknowledge(name: str, folder: Path, **given: Any) -> None:
    """Say that somebody works on it: the moment is kept."""
    _say(configured(folder), name, Note.ACKNOWLEDGED, Said(), given, needs_text=False)


@command.command
@click.argument("name", metavar="ID")
@click.option("--started", metavar="TIME", help="When it began.")
@click.option("--ended", metavar="TIME", help="When it ended.")
@speaks
@takes_config
def correct(name: str, started: str | None, ended: str | None, folder: Path, **given: Any) -> None:
    """Correct the times that were told. The old ones are kept and shown."""
    config = configured(folder)
    said = Said(start=when(config, started, "--started"), end=when(config, ended, "--ended"))
    _say(config, name, Note.CORRECTED, said, given)


@command.command
@click.argument("name", metavar="ID")
@click.argument("other", metavar="INTO")
@speaks
@takes_config
def merge(name: str, other: str, folder: Path, **given: Any) -> None:
    """Say that an incident is told of in another one, INTO, which speaks of its components too from then on."""
    config = configured(folder)
    said = words(config, given["by"], given["text"], given["language"], given["also"])

    def draft(found: Book, now: int) -> Event:
        return merging(found, name, other, now, said.by)[0]

    def whole(found: Book, event: Event) -> tuple[Event, ...]:
        return (event, *merging(found, name, other, event.at, said.by)[1:])

    _print(config, tell(config, said, draft, False, whole))


@command.command
@click.argument("name", metavar="ID")
@speaks
@takes_config
def publish(name: str, folder: Path, **given: Any) -> None:
    """Publish a draft: with its own words, or with those of --text. From then on it is yours."""
    config = configured(folder)
    said = words(config, given["by"], given["text"], given["language"], given["also"])
    found = draft(config, name)
    _print(config, tell(config, said, lambda _, now: published(found, now, said.by), whole=opening))


@command.command
@click.argument("name", metavar="ID")
@click.option("--by", required=True, envvar="MEETLAT_BY", help="Who says so.  [env: MEETLAT_BY]")
@takes_config
def discard(name: str, by: str, folder: Path) -> None:
    """Take a draft off the list. It was never published and never will be."""
    config = configured(folder)
    found = draft(config, name)
    keep_draft(config, Event(INCIDENT, name, len(found.events) + 1, Clock().now(), by, DISCARDED))
    click.echo(f"{name} is discarded")


@command.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also those that are over.")
@click.option("--drafts", "is_draft", is_flag=True, help="Those that are not published.")
@takes_config
def list_(is_all: bool, is_draft: bool, folder: Path) -> None:
    """List the open incidents, the newest first."""
    config = configured(folder)
    found = recorded(config)
    rows = drafts(config) if is_draft else found.incidents if is_all else found.open()
    for each in rows:
        title = next(iter(each.titles.values()))
        over = "" if is_draft or not each.phase.is_open or (end := over_since(config, each)) is None else instant(end)
        note = f"  (measured up since {over})" if over else ""
        click.echo(f"{each.id}  {each.phase:<13}  {each.impact:<8}  {instant(each.start)}  {title}{note}")
    if not rows:
        click.echo("no drafts" if is_draft else "no incidents" if is_all else "no open incidents")


@command.command
@click.argument("name", metavar="ID")
@takes_config
def show(name: str, folder: Path) -> None:
    """Print all that was said about an incident, in the order in which it was."""
    config = configured(folder)
    found = recorded(config).incident(name) or next((each for each in drafts(config) if each.id == name), None)
    if found is None:
        raise click.UsageError(UNKNOWN.format(name=name))
    click.echo(f"{found.id}: {next(iter(found.titles.values()))}")
    affected_now = ", ".join(f"{component} {state}" for component, state in found.components.items())
    click.echo(
        f"{found.phase}, impact {found.impact}{(found.severity and ', ' + found.severity) or ''}; {affected_now}"
    )
    click.echo(f"from {instant(found.start)} to {instant(found.end) if found.end is not None else 'now'}")
    for each in found.corrections:
        click.echo(f"{each.what} was told as {instant(each.old)}; corrected {instant(each.at)} by {each.by}")
    for event in found.events:
        click.echo(f"\n{instant(event.at)}  {event.step}  {event.by}")
        for language, text in event.texts.items():
            click.echo(f"[{language}] {text}")


def _say(
    config: Config, name: str, step: str | None, fresh: Said, given: dict[str, Any], needs_text: bool = True
) -> None:
    said = words(config, given["by"], given["text"], given["language"], given["also"])

    def draft(found: Book, now: int) -> Event:
        before = _found(found, name)
        return Event(INCIDENT, name, len(before.events) + 1, now, said.by, step or before.phase, {}, fresh)

    _print(config, tell(config, said, draft, needs_text))


def _found(found: Book, name: str) -> Incident:
    incident = found.incident(name)
    if incident is None:
        raise click.UsageError(UNKNOWN.format(name=name))
    return incident


def _print(config: Config, event: Event) -> None:
    click.echo(f"{event.subject} {event.step}: {config.page.url.rstrip('/')}/incidents/{event.subject}")
