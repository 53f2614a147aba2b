"""``meetlat maintenance``: what people say of planned work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from monitor.clock import Clock
from monitor.commands._folder import configured, takes_config
from monitor.commands._words import affected, fresh_id, recorded, speaks, spoken, tell, when, words
from monitor.config import Config
from monitor.incidents.book import Book
from monitor.incidents.event import MAINTENANCE, Event, Said
from monitor.incidents.lifecycle import UNDER_MAINTENANCE, Stage
from monitor.incidents.maintenance import Maintenance
from monitor.incidents.planned import stopping
from monitor.maintenance import lead
from monitor.sla.periods import instant
from monitor.table import lasting
from monitor.timeline.span import Span


@click.group
def command() -> None:
    """Announce work, and say when it begins and ends. What nobody begins by hand begins and ends by its plan.

    Announced time counts in an agreement as that agreement says: with its notice, from the moment at which it was announced.
    """


@command.command
@click.argument("title")
@click.argument("start")
@click.argument("end")
@click.option(
    "--component", "components", multiple=True, required=True, metavar="ID", help="Under maintenance; repeatable."
)
@click.option("--emergency", is_flag=True, help="Emergency maintenance, which agreements may treat otherwise.")
@click.option("--announced", metavar="TIME", help="When customers were told, if it was earlier than now.")
@click.option("--title-also", nargs=2, multiple=True, metavar="LANGUAGE TITLE", help="The title in one more language.")
@click.option("--repeat", metavar="RULE", help='It comes back by a rule of RFC 5545: "FREQ=MONTHLY;BYDAY=1SU".')
@click.option("--remind", multiple=True, metavar="DURATION", help="Remind customers so long ahead: 1d, 2h; repeatable.")
@speaks
@takes_config
def schedule(title: str, start: str, end: str, components: tuple[str, ...], folder: Path, **given: Any) -> None:
    """Announce work under TITLE from START to END, in the page's time zone or with an offset."""
    config = configured(folder)
    said = words(config, given["by"], given["text"], given["language"], given["also"])
    fresh = Said(
        titles={said.language: title} | {spoken(config, code): more for code, more in given["title_also"]},
        components=affected(config, components, UNDER_MAINTENANCE),
        start=when(config, start, "START"),
        end=when(config, end, "END"),
        announced=when(config, given["announced"], "--announced"),
        kind="emergency" if given["emergency"] else "maintenance",
        repeat=given["repeat"],
        remind=_leads(given["remind"]) or None,
    )
    name = fresh_id()
    event = tell(
        config, said, lambda _, now: Event(MAINTENANCE, name, 1, now, said.by, Stage.SCHEDULED, {}, fresh), False
    )
    _print(config, event)
    for each in _beside(recorded(config), name):
        click.echo(f"warning: {each.id} is planned for the same time: {next(iter(each.titles.values()))}", err=True)


def _leads(texts: tuple[str, ...]) -> tuple[int, ...]:
    try:
        return tuple(lead(each) for each in texts)
    except ValueError as error:
        raise click.UsageError(f"--remind: {error}") from error


def _beside(found: Book, name: str) -> list[Maintenance]:
    """Other work on one of its components that shares time with it."""
    mine = _found(found, name)
    span = Span(mine.start, mine.end)
    others = (each for each in found.maintenances if each.id != name)
    return [each for each in others if any(each.shares(component, span) for component in mine.components)]


@command.command
@click.argument("name", metavar="ID")
@click.option("--start", metavar="TIME", help="The new beginning, of work that has not begun.")
@click.option("--end", metavar="TIME", help="The new end. Time that is added counts as announced now.")
@speaks
@takes_config
def move(name: str, start: str | None, end: str | None, folder: Path, **given: Any) -> None:
    """Move or extend a window."""
    config = configured(folder)
    if start is None and end is None:
        raise click.UsageError("say a new --start, --end or both")
    _say(config, name, None, Said(start=when(config, start, "--start"), end=when(config, end, "--end")), given)


@command.command
@click.argument("name", metavar="ID")
@speaks
@takes_config
def start(name: str, folder: Path, **given: Any) -> None:
    """Say that the work has begun. It then goes on until it is completed, past its plan if need be."""
    _say(configured(folder), name, Stage.IN_PROGRESS, Said(), given)


@command.command
@click.argument("name", metavar="ID")
@speaks
@takes_config
def verify(name: str, folder: Path, **given: Any) -> None:
    """Say that the work is done and being checked."""
    _say(configured(folder), name, Stage.VERIFYING, Said(), given)


@command.command
@click.argument("name", metavar="ID")
@speaks
@takes_config
def complete(name: str, folder: Path, **given: Any) -> None:
    """Say that the work is over. Announced time after this moment is not excluded."""
    _say(configured(folder), name, Stage.COMPLETED, Said(), given)


@command.command
@click.argument("name", metavar="ID")
@speaks
@takes_config
def cancel(name: str, folder: Path, **given: Any) -> None:
    """Say that the work does not take place. Nothing of its window is excluded."""
    _say(configured(folder), name, Stage.CANCELLED, Said(), given)


@command.command
@click.argument("name", metavar="ID")
@speaks
@takes_config
def stop(name: str, folder: Path, **given: Any) -> None:
    """Say that work comes back no more. The times that have not begun are cancelled."""
    config = configured(folder)
    said = words(config, given["by"], given["text"], given["language"], given["also"])

    def draft(found: Book, now: int) -> Event:
        return stopping(found, name, now, said.by)[0]

    def whole(found: Book, event: Event) -> tuple[Event, ...]:
        return (event, *stopping(found, name, event.at, said.by)[1:])

    _print(config, tell(config, said, draft, False, whole))


@command.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also what is over.")
@takes_config
def list_(is_all: bool, folder: Path) -> None:
    """List running and coming work."""
    found, now = recorded(configured(folder)), Clock().now()
    rows = [
        each for each in found.maintenances if is_all or each.standing(now) not in (Stage.COMPLETED, Stage.CANCELLED)
    ]
    for each in reversed(rows):
        window = f"{instant(each.start)} to {instant(each.end)}"
        title = next(iter(each.titles.values()))
        notes = "  comes back" if each.repeat and not each.is_stopped else ""
        notes += (
            f"  {lasting(1000 * each.overrun(now))} past its end" if each.is_running(now) and each.overrun(now) else ""
        )
        click.echo(f"{each.id}  {each.standing(now):<11}  {window}  {', '.join(each.components)}  {title}{notes}")
    if not rows:
        click.echo("no maintenance")


def _say(config: Config, name: str, stage: Stage | None, fresh: Said, given: dict[str, Any]) -> None:
    said = words(config, given["by"], given["text"], given["language"], given["also"])

    def draft(found: Book, now: int) -> Event:
        before = _found(found, name)
        return Event(MAINTENANCE, name, len(before.events) + 1, now, said.by, stage or before.stage, {}, fresh)

    _print(config, tell(config, said, draft, needs_text=False))


def _found(found: Book, name: str) -> Maintenance:
    maintenance = found.maintenance(name)
    if maintenance is None:
        raise click.UsageError(f"there is no maintenance {name!r}; see: meetlat maintenance list --all")
    return maintenance


def _print(config: Config, event: Event) -> None:
    click.echo(f"{event.subject} {event.step}: {config.page.url.rstrip('/')}/maintenances/{event.subject}")
