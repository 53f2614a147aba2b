"""Serving the site until it is told to stop. The door to waitress."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

import waitress

from monitor.clock import Clock
from monitor.config import Config
from monitor.store import open_reader
from monitor.table import ConfigError
from statuspage.app import create_app

log = logging.getLogger(__name__)


def serve(load: Callable[[], Config], clock: Clock, host: str | None, port: int | None) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again, and a faulty one changes nothing."""
    config = load()
    site = _Site(config, clock)

    def reload(*_: object) -> None:
        try:
            site.take(load())
        except ConfigError as error:
            log.error("the site goes on with the configuration it had:\n%s", error)

    address = (host or config.site.host, port or config.site.port)
    server = waitress.create_server(site, host=address[0], port=address[1], threads=4, ident=None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    signal.signal(signal.SIGHUP, reload)
    log.info("the page is on http://%s:%d/", *address)
    server.run()


def _end(*_: object) -> None:
    """Waitress lets what is being answered finish; whatever still hangs after most of a second is cut off."""
    cut = threading.Timer(0.8, os._exit, (0,))
    cut.daemon = True
    cut.start()
    raise SystemExit(0)


class _Site:
    """A WSGI application that can be replaced by another while it serves."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self.take(config)

    def take(self, config: Config) -> None:
        """From now on, this configuration."""
        self._app = create_app(config, lambda: open_reader(config.storage.url.reveal()), self._clock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._app(environ, start_response)
