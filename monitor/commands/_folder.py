"""The configuration folder, which every command takes as an argument or by ``--config``."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from monitor.config import Config, load
from monitor.imports import Place
from monitor.sla.statement import Versions


def takes_folder(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``[DIR]`` and ``--config DIR`` (default ``config``), handed over as the keyword ``folder``."""

    @click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
    @takes_config
    @wraps(function)
    def command(*args: Any, directory: Path | None, folder: Path, **rest: Any) -> Any:
        return function(*args, folder=directory or folder, **rest)

    return command


takes_config = click.option(
    "--config",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("config"),
    show_default=True,
    help="The folder with meetlat.toml and agreements/.",
)


def configured(folder: Path) -> Config:
    """The configuration, with secrets from this process's environment. ConfigError lists every fault."""
    return load(folder, os.environ)


def state() -> Path:
    """The folder in which what is measured is kept."""
    return Path(os.environ.get("MEETLAT_STATE", "var"))


def agreement_of(config: Config, name: str) -> Versions:
    """The agreement of that id. UsageError, which lists the known ones, for any other."""
    found = next((each for each in config.agreements if each.newest.id == name), None)
    if found is None:
        known = ", ".join(each.newest.id for each in config.agreements) or "none"
        raise click.UsageError(f"there is no agreement {name!r}; there are: {known}")
    return found


def place_of(versions: Versions, config: Config) -> Place:
    """How tables beside an agreement are read. One table of fees may be for all agreements: all their components may have one."""
    terms = versions.newest
    priced = dict.fromkeys(each.id for each in config.components)
    priced |= dict.fromkeys(name for every in config.agreements for each in every.every for name in each.names())
    return Place(terms.timezone, tuple(terms.rule(objective) for objective in terms.objectives), (), tuple(priced))


def ends_with_parent() -> None:
    """Whoever started us holds the other end of standard input: when it ends, however it ends, so do we."""

    def wait() -> None:
        while os.read(0, 4096):  # not sys.stdin, whose lock would be held when the interpreter ends
            pass
        os._exit(0)

    threading.Thread(target=wait, name="parent", daemon=True).start()
