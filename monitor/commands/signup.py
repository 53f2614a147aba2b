"""``meetlat signup``: where visitors ask to be told."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from monitor.alerts import SignUp
from monitor.clock import Clock
from monitor.commands._folder import configured, ends_with_parent, takes_folder
from monitor.config import Config
from monitor.store import Subscribers, open_subscribers
from monitor.table import ConfigError
from statuspage.serve import serve_forms
from statuspage.signup import Below, create_app

log = logging.getLogger(__name__)


@click.command
@takes_folder
@click.option("--until-eof", is_flag=True, hidden=True, help="Stop when standard input ends.")
def command(folder: Path, until_eof: bool) -> None:
    """Serve the form by which visitors ask to be told, at host and port of [subscribe].

    It writes beside the record, never in it. It stops on SIGTERM or Ctrl-C and reads its configuration again on SIGHUP.
    """
    config = configured(folder)
    sign_up = config.telling.sign_up
    if sign_up is None:
        raise click.UsageError("there is no table [subscribe]")
    if until_eof:
        ends_with_parent()
        os.nice(5)
    clock = Clock()
    app = Edition(config, sign_up, open_subscribers(config.storage.url.reveal(), clock), clock)

    def reload() -> None:
        try:
            app.take(configured(folder))
        except ConfigError as error:
            log.error("the form goes on with the configuration it had:\n%s", error)

    serve_forms(app, "the form to subscribe", sign_up.host, sign_up.port, reload)


class Edition:
    """The application over the newest configuration."""

    def __init__(self, config: Config, sign_up: SignUp, subscribers: Subscribers, clock: Clock) -> None:
        self._subscribers = subscribers
        self._clock = clock
        self._app = Below(create_app(config, sign_up, subscribers, clock), sign_up.url)

    def take(self, config: Config) -> None:
        """From now on, this one; without a table [subscribe] all stays as it was."""
        sign_up = config.telling.sign_up
        if sign_up:
            self._app = Below(create_app(config, sign_up, self._subscribers, self._clock), sign_up.url)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        return self._app(environ, start_response)
