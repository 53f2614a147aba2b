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
from monitor.store import Reader, open_reader
from monitor.table import ConfigError
from statuspage.app import create_app
from statuspage.kept import Kept

log = logging.getLogger(__name__)


def serve(load: Callable[[], Config], clock: Clock, host: str | None, port: int | None) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again, and a faulty one changes nothing."""
    config = load()
    site = Site(config, clock)

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


class Site:
    """A WSGI application that can be replaced by another while it serves."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._edition = _Edition(config, clock)

    def take(self, config: Config) -> None:
        """From now on, this configuration; what is being answered is answered by the one before."""
        before, self._edition = self._edition, _Edition(config, self._clock)
        before.retire()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        answer = None
        while answer is None:  # a reload in this very instant: ask the next one
            answer = self._edition.answer(environ, start_response)
        return answer


class _Edition:
    """The site over one configuration, with the readers it opened. They are closed once it is retired and nobody is answered."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._url = config.storage.url.reveal()
        self._readers: list[Reader] = []
        self._answering = 0
        self._is_retired = False
        self._lock = threading.RLock()  # a signal may come while its own thread holds it
        self._app = Kept(create_app(config, self._open, clock), clock.monotonic_ms)

    def _open(self) -> Reader:
        reader = open_reader(self._url)
        self._readers.append(reader)
        return reader

    def answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes] | None:
        """The answer, or None when it was retired. It is complete when this returns: no page reads while it is sent."""
        with self._lock:
            if self._is_retired:
                return None
            self._answering += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._lock:
                self._answering -= 1
                self._close_when_done()

    def retire(self) -> None:
        """Answer nobody any more."""
        with self._lock:
            self._is_retired = True
            self._close_when_done()

    def _close_when_done(self) -> None:
        if self._is_retired and not self._answering:
            while self._readers:
                self._readers.pop().close()
