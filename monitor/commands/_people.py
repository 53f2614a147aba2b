"""The people store, for commands that are typed on the machine itself."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from monitor.clock import Clock
from monitor.commands._folder import configured
from monitor.people.model import Deed
from monitor.store import People, PeopleError, open_people


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


def deed(what: str, about: str, detail: str = "") -> Deed:
    """What is done now, by whoever is logged in on this machine."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = "?"
    return Deed(Clock().now(), who, "command", "", what, about, detail)
