"""What a person says on a command line: by whom, in which words, of which components; and putting it in the record."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import click

from monitor import saying
from monitor.clock import Clock
from monitor.commands._people import noted
from monitor.config import Config
from monitor.incidents.book import Book
from monitor.incidents.event import Event, StepError
from monitor.saying import alone, follows, recorded, say
from monitor.store import Conflict

T = TypeVar("T")
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
    return _asked(lambda: saying.language(config, language))


def affected(config: Config, named: tuple[str, ...], state: str, before: Iterable[str] = ()) -> dict[str, str]:
    """``api`` and ``api=degraded`` as components and their states. UsageError for one that there is not, nor was ``before``."""
    pairs = [each.partition("=") for each in named]
    _asked(lambda: saying.known_components(config, [name for name, _, _ in pairs], before))
    return {name: own or state for name, _, own in pairs}


def when(config: Config, text: str | None, name: str) -> int | None:
    """A time on the clocks of the page's zone, or with an offset."""
    return None if text is None else _asked(lambda: saying.when(config, text, name))


def _asked(rule: Callable[[], T]) -> T:
    """What the rule gives, or in the words of a command line why not."""
    try:
        return rule()
    except StepError as error:
        raise click.UsageError(str(error)) from error


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
        follows(found, *whole(found, event))
        texts = said.asked(f"{event.account} {event.subject}: {event.step}", needs_text and not event.texts)
        events = whole(found, replace(event, texts=texts or event.texts, at=clock.now()))
        follows(found, *events)
    except StepError as error:
        raise click.UsageError(str(error)) from error
    try:
        say(config, clock, *events)
    except Conflict as error:
        kept = "\n".join(f"\n[{language}]\n{text}" for language, text in texts.items())
        raise click.ClickException(f"{error}{kept and chr(10) + 'Your text:' + kept}") from error
    for each in events:
        noted(config, f"{each.account} {each.step}", each.subject, f"event {each.number}, by {each.by}")
    return events[0]
