"""One question to a database over whatever driver its address names. The probes' door to SQLAlchemy, which finds the driver.

The driver is spoken to directly (PEP 249): an engine would ask questions of its own each time.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from monitor.reach import NoAnswerError
from monitor.values import host

PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521}
ALIASES = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
EXTRAS = {"psycopg": "; it comes with meetlat[postgresql]"}
CANCELED = "57014"  # query_canceled: statement_timeout, or an administrator
LEAST_SECONDS = 2  # what libpq takes for the least
# Said first, so that a question cannot change anything and ends on the server too.
FIRST = {
    "postgresql": ("SET TRANSACTION READ ONLY", "SET LOCAL statement_timeout = {ms}"),
    "mysql": ("SET SESSION TRANSACTION READ ONLY",),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY",),
    "sqlite": ("PRAGMA query_only = ON",),
}
# How each driver is told to give up. Of others nobody knows how long they wait.
PATIENCE = {
    "psycopg": ("connect_timeout",),
    "psycopg2": ("connect_timeout",),
    "pymysql": ("connect_timeout", "read_timeout", "write_timeout"),
    "mysqldb": ("connect_timeout", "read_timeout", "write_timeout"),
    "pysqlite": ("timeout",),
}
# What servers are known to say when they take nobody in, and our own words for it.
PHRASES = (
    ("password authentication failed", "status", "the login was refused"),
    ("Access denied", "status", "the login was refused"),
    ("does not exist", "status", "there is no such database or user"),
    ("unable to open database file", "status", "there is no such file"),
    ("too many", "status", "it has too many connections"),
    ("starting up", "status", "it is starting up"),
    ("shutting down", "status", "it is shutting down"),
    ("invalid response", "protocol", "not the answer of a database"),
    ("server closed the connection", "closed", "the connection was closed"),
    ("certificate", "tls", "its certificate is not believed"),
    ("SSL", "tls", "there is no agreement on TLS"),
)


class NotMadeError(Exception):
    """There is no connection, and the driver does not say why in any way that is known."""


@dataclass(frozen=True)
class Found:
    """How many rows came, and the first value of the first."""

    rows: int
    first: Any


def parsed(text: str) -> URL:
    """An address as SQLAlchemy reads it. ValueError, which holds nothing of it, when it is none or its driver is missing."""
    try:
        url = make_url(text)
        url = url.set(drivername=ALIASES.get(url.drivername, url.drivername))
        if is_remote(url):
            host(url.host)
    except (ArgumentError, ValueError):
        raise ValueError('is not an address of a database, such as "postgresql://user:password@host/name"') from None
    try:
        dialect = url.get_dialect()
        if dialect.is_async:
            raise ValueError(f"names {dialect.driver}, a driver of asyncio; allowed is one that blocks")
        dialect.import_dbapi()
    except NoSuchModuleError:
        raise ValueError(f"names {url.drivername!r}, which is no database that is known here") from None
    except ImportError as error:
        missing = error.name or "another package"
        raise ValueError(f"needs the driver {missing}, which is not installed{EXTRAS.get(missing, '')}") from None
    return url


def is_remote(url: URL) -> bool:
    """Whether it has a host: no file, and no socket of this machine."""
    return bool(url.host) and not str(url.host).startswith(("/", "@"))


def may_hang(url: URL) -> bool:
    """Whether nobody can tell its driver when to give up."""
    return url.get_driver_name() not in PATIENCE


class Call:
    """One question: ``made`` asks it, in a thread; ``cut`` ends that from outside."""

    def __init__(self, url: URL, query: str, limit: int, ms: int, addresses: Sequence[str]) -> None:
        self._url = _read_only(url)
        self._query = query
        self._limit = limit
        self._ms = ms
        self._addresses = addresses
        self._raw: Any = None
        self._coming: Iterator[Any] | None = None

    def made(self, on_connected: Callable[[], None]) -> Found:
        """The answer. NoAnswerError or NotMadeError when there is none."""
        kind = self._url.get_dialect()
        driver = kind.import_dbapi()
        dialect: Dialect = kind(dbapi=driver)  # type: ignore[call-arg] # each that there is takes it
        listed, named = self._how(dialect)
        try:
            self._raw = driver.connect(*listed, **named)
        except driver.Error as error:
            if _is_ours(error, driver):
                raise NoAnswerError("internal", "the driver cannot use what stands in the address") from None
            raise _not_made(error) from None
        try:
            on_connected()
            return self._asked()
        except (driver.Error, driver.Warning) as error:
            if _is_ours(error, driver):
                raise NoAnswerError("internal", "the driver cannot ask what stands in the query") from None
            if dialect.is_disconnect(error, self._raw, None):
                raise NoAnswerError("closed", "the connection was closed") from None
            raise _refused(error) from None
        finally:
            # It was asked, and has answered or not: how the connection takes its leave is all the same.
            with contextlib.suppress(Exception):
                self._raw.close()

    def cut(self) -> None:
        """Let it end now, if it came so far that there is something to cut."""
        with contextlib.suppress(Exception):  # it may end by itself at this moment
            if hasattr(self._raw, "interrupt"):
                self._raw.interrupt()
            elif self._raw is not None:
                line = getattr(self._raw, "_sock", self._raw)
                with socket.socket(fileno=os.dup(line.fileno())) as same:
                    same.shutdown(socket.SHUT_RDWR)

    def _asked(self) -> Found:
        cursor = self._raw.cursor()
        for each in FIRST.get(self._url.get_backend_name(), ()):
            cursor.execute(each.format(ms=self._ms))
        rows = self._rows(cursor)
        return Found(len(rows), rows[0][0] if rows else None)

    def _rows(self, cursor: Any) -> list[Any]:
        """As many as are wanted, and one more. Psycopg would take in all that there are, so it is told to let them come one by one;
        what is not taken is left to the end of the connection.
        """
        if hasattr(cursor, "stream"):
            self._coming = cursor.stream(self._query)
            return list(islice(self._coming, self._limit))
        cursor.execute(self._query)
        return list(cursor.fetchmany(self._limit)) if cursor.description else []

    def _how(self, dialect: Dialect) -> tuple[list[Any], dict[str, Any]]:
        """What the driver is given: the address, when to give up, and where the name was found to be."""
        listed, named = dialect.create_connect_args(self._url)
        seconds = max(LEAST_SECONDS, -(-self._ms // 1000))
        given: dict[str, Any] = dict.fromkeys(PATIENCE.get(dialect.driver, ()), seconds)
        if dialect.driver in ("psycopg", "psycopg2") and self._addresses:
            given["host"] = ",".join([str(self._url.host)] * len(self._addresses))
            given["hostaddr"] = ",".join(self._addresses)
        return list(listed), {**given, **named, **{key: given[key] for key in ("host", "hostaddr") if key in given}}


def _read_only(url: URL) -> URL:
    """A file of SQLite is opened to be read, and never made."""
    name = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or name == ":memory:" or name.startswith("file:"):
        return url
    return url.set(database=f"file:{quote(name)}", query={"mode": "ro", "uri": "true"})


def _not_made(error: Exception) -> Exception:
    said = str(error)
    for phrase, kind, words in PHRASES:
        if phrase in said:
            return NoAnswerError(kind, words)
    return NotMadeError(_named(error))


def _refused(error: Exception) -> NoAnswerError:
    if getattr(error, "sqlstate", None) == CANCELED:
        return NoAnswerError("timeout", "the database gave up the question")
    return NoAnswerError("status", f"the database refused the question: {_named(error)}")


def _is_ours(error: Exception, driver: Any) -> bool:
    """Whether the driver refused by itself, without a word of the database: what the operator wrote is not for it."""
    return isinstance(error, driver.Warning) or (isinstance(error, driver.ProgrammingError) and not _code(error))


def _named(error: Exception) -> str:
    """The class of an error and its code; never what it says, which may quote the question and the data."""
    return f"{type(error).__name__} {_code(error)}".rstrip()


def _code(error: Exception) -> str:
    """The number or the SQLSTATE of an error, as far as its driver has one."""
    code = getattr(error, "sqlstate", None) or next(iter(error.args), "")
    is_code = isinstance(code, int) or (isinstance(code, str) and re.fullmatch(r"[0-9A-Z]{5}", code))
    return str(code) if is_code else ""
