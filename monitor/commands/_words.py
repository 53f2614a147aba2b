"""What a person says on a command line: by whom, in which words, of which components; and putting it in the record."""

from __future__ import annotations

import secrets
import string
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import click

from monitor.clock import Clock
from monitor.config import Config
from monitor.incidents import incident, maintenance
from monitor.incidents.book import Book, book
from monitor.incidents.event import INCIDENT, Event, StepError
from monitor.rows import local
from monitor.store import Conflict, open_desk, open_reader
from monitor.table import did_you_mean

LETTERS = string.digits + string.ascii_lowercase
SCISSORS = "# ---- Write above this line what is to be published, in Markdown. What is below it is left out. ----"


@dataclass(frozen=True)
class Words:
    """Who speaks, and the texts there are so far, by language. ``edit`` opens an editor; None where there is no terminal."""

    by: str
    texts: dict[str, str]
    language: str
    edit: Callable[[str], str | None] | None = None

    def asked(self, about: str, needed: bool) -> dict[str, str]:
        """The texts; from an editor when none was given, one is needed, and a terminal is there."""
        if self.texts or not needed:
            return self.texts
        if self.edit is None:
            raise click.UsageError("say what: --text TEXT, or --text - to read it from standard input")
        written = self.edit(f"\n\n{SCISSORS}\n# {about}\n")
        text = (written or "").partition(SCISSORS)[0].strip()
        if not text:
            raise click.UsageError("nothing was written, nothing is published")
        return {self.language: text}


def speaks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--by``, ``--text``, ``--language`` and ``--also``."""
    for option in reversed(
        (
            click.option("--by", required=True, envvar="MEETLAT_BY", help="Who says so; published.  [env: MEETLAT_BY]"),
            click.option("--text", help="What is said, in Markdown; published. - reads it from standard input."),
            click.option("--language", help="The language of --text and --title; the page's first otherwise."),
            click.option(
                "--also", nargs=2, multiple=True, metavar="LANGUAGE TEXT", help="The text in one more language."
            ),
        )
    ):
        function = option(function)
    return function


def words(config: Config, by: str, text: str | None, language: str | None, also: tuple[tuple[str, str], ...]) -> Words:
    """What was given. UsageError for a language that the page does not have."""
    first = spoken(config, language)
    texts = {first: sys.stdin.read() if text == "-" else text} if text is not None else {}
    texts |= {spoken(config, code): more for code, more in also}
    if any(not each.strip() for each in texts.values()):
        raise click.UsageError("the text is empty")
    edit = (lambda template: click.edit(template, extension=".md")) if sys.stdin.isatty() else None
    return Words(by.strip(), texts, first, edit)


def spoken(config: Config, language: str | None) -> str:
    """A language of the page; its first one for None. UsageError for another."""
    if language is not None and language not in config.page.languages:
        raise click.UsageError(
            f"{language!r} is no language of the page; {did_you_mean(language, config.page.languages)}"
        )
    return language or config.page.languages[0]


def affected(config: Config, named: tuple[str, ...], state: str, before: Iterable[str] = ()) -> dict[str, str]:
    """``api`` and ``api=degraded`` as components and their states. UsageError for one that there is not, nor was ``before``."""
    known = [*(each.id for each in config.components), *before]
    found: dict[str, str] = {}
    for each in named:
        name, _, own = each.partition("=")
        if name not in known:
            raise click.UsageError(f"there is no component {name!r}; {did_you_mean(name, known)}")
        found[name] = own or state
    return found


def when(config: Config, text: str | None, name: str) -> int | None:
    """A time on the clocks of the page's zone, or with an offset."""
    if text is None:
        return None
    try:
        return local(text, config.page.timezone, name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def fresh_id() -> str:
    """A name that nothing has and nothing tells: twelve letters and digits, the first a letter."""
    first = secrets.choice(string.ascii_lowercase)
    return first + "".join(secrets.choice(LETTERS) for _ in range(11))


def recorded(config: Config) -> Book:
    """Everything that was said so far."""
    reader = open_reader(config.storage.url.reveal())
    try:
        return book(reader.events())
    finally:
        reader.close()


def alone(_: Book, event: Event) -> tuple[Event, ...]:
    """Nothing else is to be said beside it."""
    return (event,)


def tell(
    config: Config,
    said: Words,
    draft: Callable[[Book, int], Event],
    needs_text: bool = True,
    whole: Callable[[Book, Event], tuple[Event, ...]] = alone,
) -> Event:
    """Put in the record what follows from it: checked before anybody writes a text, and once more after.

    ``whole`` gives all that is to be said with it, together or not at all; the first of these is given back. UsageError when it
    does not follow. When somebody else was first the text comes back with the message, so that it is not lost.
    """
    clock = Clock()
    found = recorded(config)
    try:
        event = draft(found, clock.now())
        _follow(found, *whole(found, event))
        texts = said.asked(f"{event.account} {event.subject}: {event.step}", needs_text and not event.texts)
        events = whole(found, replace(event, texts=texts or event.texts, at=clock.now()))
        _follow(found, *events)
    except StepError as error:
        raise click.UsageError(str(error)) from error
    desk = open_desk(config.storage.url.reveal(), clock)
    try:
        desk.tell(*events)
    except Conflict as error:
        kept = "\n".join(f"\n[{language}]\n{text}" for language, text in texts.items())
        raise click.ClickException(f"{error}{kept and chr(10) + 'Your text:' + kept}") from error
    finally:
        desk.close()
    return events[0]


def _follow(found: Book, *events: Event) -> None:
    for event in events:
        if event.account == INCIDENT:
            incident.told(found.incident(event.subject), event)
        else:
            maintenance.told(found.maintenance(event.subject), event)
