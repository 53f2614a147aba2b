"""The people store, for commands that are typed on the machine itself."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured
from monitor.config import Config
from monitor.people.model import Deed
from monitor.store import People, PeopleError, has_people, open_people


@contextmanager
def people_of(folder: Path) -> Iterator[People]:
    """The people store of a configuration. What cannot be done becomes a UsageError."""
    people = open_people(configured(folder).storage.url.reveal())
    try:
        yield people
    except (PeopleError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    finally:
        people.close()


def noted(config: Config, what: str, about: str, detail: str = "") -> None:
    """Append to the audit trail what was done by a command, where there is one."""
    url = config.storage.url.reveal()
    if has_people(url):
        people = open_people(url)
        try:
            people.note(deed(what, about, detail))
        finally:
            people.close()


def deed(what: str, about: str, detail: str = "") -> Deed:
    """What is done now, by whoever is logged in on this machine."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = "?"
    return Deed(Clock().now(), who, "command", "", what, about, detail)
