"""Serving the admin, by the same server as the site's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from monitor.access import Access
from monitor.clock import Clock
from monitor.config import Config
from monitor.store import Reader, open_people, open_reader
from monitor.table import ConfigError
from statuspage.admin.app import BODY_BYTES, create_admin
from statuspage.serve import serve_forms

log = logging.getLogger(__name__)


def serve_admin(load: Callable[[], Config], clock: Clock) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reads the configuration again, a faulty one changes nothing. OSError; StoreError."""
    config = load()
    office = Office(config, clock)

    def reload() -> None:
        try:
            office.take(load())
        except ConfigError as error:
            log.error("the admin goes on with the configuration it had:\n%s", error)

    try:
        serve_forms(office, "the admin", config.admin.host, config.admin.port, reload, BODY_BYTES)
    finally:
        office.close()


class Office:
    """A WSGI application over one configuration, which can be replaced. What was tried of late outlives that."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._access = Access(open_people(config.storage.url.reveal()), clock)
        self._reader = _Opened(config.storage.url.reveal())
        self._app = self._made(config)

    def take(self, config: Config) -> None:
        """From now on, this configuration. Where people and record are kept stays until a restart."""
        self._app = self._made(config)

    def close(self) -> None:
        """Let go of the files."""
        self._access.people.close()
        self._reader.close()

    def _made(self, config: Config) -> Flask:
        return create_admin(config, self._access, self._reader.open, self._clock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        return self._app(environ, start_response)


class _Opened:
    """The record, opened as soon as there is one, and then kept."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._reader: Reader | None = None

    def open(self) -> Reader:
        if self._reader is None:
            self._reader = open_reader(self._url)
        return self._reader

    def close(self) -> None:
        if self._reader:
            self._reader.close()
