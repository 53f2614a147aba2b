"""Serving the site until it is told to stop. The door to granian."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from monitor.clock import Clock
from monitor.config import Config
from monitor.store import Reader, StoreError, open_reader
from monitor.table import ConfigError
from statuspage.answer import Asked, Reply
from statuspage.app import create_app
from statuspage.counter import Counter
from statuspage.doorway import Doorway
from statuspage.kept import Kept
from statuspage.passage import Passage

MOST_AT_ONCE = 1_000  # connections that are listened to; further ones wait
log = logging.getLogger(__name__)


def serve(load: Callable[[], Config], clock: Clock, host: str | None, port: int | None) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again, and a faulty one changes nothing.

    OSError when nobody may listen there.
    """
    config = load()
    site = Site(config, clock)

    def reload() -> None:
        try:
            site.take(load())
        except ConfigError as error:
            log.error("the site goes on with the configuration it had:\n%s", error)

    app = Passage(Doorway(site), lambda: site.intake)
    asyncio.run(_serve(app, "the page", host or config.site.host, port or config.site.port, reload))


def serve_forms(app: Any, what: str, host: str, port: int, reload: Callable[[], None]) -> None:
    """Serve a WSGI application that takes small forms until SIGTERM or SIGINT; SIGHUP calls ``reload``. OSError as in ``serve``."""
    asyncio.run(_serve(Counter(app), what, host, port, reload))


async def _serve(app: Any, what: str, host: str, port: int, reload: Callable[[], None]) -> None:
    _check_free(host, port)
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        http=HTTPModes.http1,
        log_enabled=False,
        backpressure=MOST_AT_ONCE,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _end, server)
    loop.add_signal_handler(signal.SIGHUP, reload)
    log.info("%s is on http://%s:%d/", what, host, port)
    await server.serve()


def _end(server: Any) -> None:
    """What is being answered may finish; whatever still hangs after most of a second is cut off."""
    cut = threading.Timer(0.8, os._exit, (0,))
    cut.daemon = True
    cut.start()
    server.stop()


def _check_free(host: str, port: int) -> None:
    """The server itself says only that something went wrong."""
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
        pass


class Site:
    """A WSGI application that can be replaced by another while it serves."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._edition = _Edition(config, clock)
        self._config = config

    @property
    def intake(self) -> tuple[str, int] | None:
        """Where heartbeats are passed on to; None when they are not."""
        wanted = self._config.heartbeat
        return (wanted.host, wanted.port) if wanted.mount else None

    def take(self, config: Config) -> None:
        """From now on, this configuration; what is being answered is answered by the one before."""
        before, self._edition = self._edition, _Edition(config, self._clock)
        self._config = config
        before.retire()

    def at_hand(self, asked: Asked) -> Reply | None:
        """The reply that needs no work; None when there is none."""
        return self._edition.app.at_hand(asked)

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
        self._revisions: Reader | None = None
        self._looking = threading.Lock()
        self.app = Kept(
            create_app(config, self._open, clock), clock.monotonic_ms, self._revision, config.page.languages
        )

    def _open(self, hidden: Iterable[str] = ()) -> Reader:
        reader = open_reader(self._url, hidden)
        self._readers.append(reader)
        return reader

    def _revision(self) -> object:
        """Which edition of the record is there; something that equals nothing when that cannot be told."""
        with self._looking:
            try:
                if self._revisions is None:
                    self._revisions = self._open()
                return self._revisions.revision()
            except StoreError:
                return object()

    def answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes] | None:
        """The answer, or None when it was retired. It is complete when this returns: no page reads while it is sent."""
        with self._lock:
            if self._is_retired:
                return None
            self._answering += 1
        try:
            return self.app(environ, start_response)
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
