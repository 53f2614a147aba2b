"""Opening the record's file: one connection that writes, readers that only read, and the schema brought up to date."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monitor.store.examination import damage

SCHEMA = "0004"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """A kind of file: its newest schema, and the folder of the steps that lead there."""

    schema: str
    folder: str


RECORD = Line(SCHEMA, "versions")


class StoreError(Exception):
    """The record cannot be opened, read or written; the text says why, without secrets."""


def path_of(url: str) -> Path:
    """The file of a ``sqlite:///`` address. StoreError for any other."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise StoreError("the storage url cannot be read; write it as sqlite:///folder/file.db") from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StoreError(
            f"storage of the kind {parsed.get_backend_name()!r} is not supported yet; use sqlite:///folder/file.db"
        )
    return Path(parsed.database)


def lock(path: Path) -> IO[bytes]:
    """Become the only writer: StoreError when another process is. The lock goes when the process does, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path.with_suffix(path.suffix + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    held = os.fdopen(descriptor, "r+b")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        raise StoreError(f"another worker writes {path}; only one may") from error
    return held


def beside(path: Path, what: str) -> Path:
    """The file beside the record that holds what the record must not: ``meetlat.db`` has ``meetlat-telling.db``."""
    return path.with_name(f"{path.stem}-{what}{path.suffix}")


def writing(path: Path, *, check: bool, line: Line = RECORD) -> sa.Engine:
    """The engine of the one writer: WAL, every commit on disk. Brings the schema up to date, after a check for damage if asked."""
    path.touch(mode=0o600)
    engine = _engine(
        f"file:{path}", sa.StaticPool, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA busy_timeout=5000"
    )
    try:
        if check:
            _check(engine, path)
        _migrate(engine, line)
    except (SQLAlchemyError, sqlite3.Error) as error:
        engine.dispose()
        raise StoreError(f"{path}: {_cause(error)}") from error
    except StoreError:
        engine.dispose()
        raise
    return engine


def appending(path: Path, line: Line = RECORD) -> sa.Engine:
    """The engine of a command that appends what a person says beside a running writer. StoreError when there is no record yet."""
    reading(path, line=line).dispose()
    return _engine(f"file:{path}?mode=rw", sa.StaticPool, "PRAGMA synchronous=FULL", "PRAGMA busy_timeout=5000")


class _Still(sqlite3.Connection):
    """One read transaction from its first question to its end: whatever is written meanwhile, the record stays as it was."""

    def commit(self) -> None:
        """Goes on."""

    def rollback(self) -> None:
        """Goes on."""


def reading(path: Path, *, still: bool = False, line: Line = RECORD) -> sa.Engine:
    """The engine of a reader, which cannot write. StoreError when there is no record of this schema yet.

    A ``still`` one sees the record as it is now for as long as it is open, and is for one thread.
    """
    if not path.exists():
        raise StoreError(f"there is no record at {path} yet")
    pragmas = ("PRAGMA query_only=ON", "PRAGMA busy_timeout=2000")
    uri = f"file:{path}?mode=ro"
    engine = (
        _engine(uri, sa.StaticPool, *pragmas, "BEGIN", of=_Still) if still else _engine(uri, sa.QueuePool, *pragmas)
    )
    try:
        found = _version(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(f"{path}: {_cause(error)}") from error
    if found != line.schema:
        engine.dispose()
        raise StoreError(f"{path} has schema {found or 'none'}, this program reads {line.schema}")
    return engine


@contextmanager
def faults() -> Iterator[None]:
    """Whatever goes wrong within, in the words of this package, without the statement and its values."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreError(_cause(error)) from error


def _engine(
    uri: str, pool: type[sa.Pool], *pragmas: str, of: type[sqlite3.Connection] = sqlite3.Connection
) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False, factory=of)
        for pragma in pragmas:
            connection.execute(pragma)
        return connection

    return sa.create_engine("sqlite://", creator=connect, poolclass=pool)


def _check(engine: sa.Engine, path: Path) -> None:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 -- ``_engine`` makes no other
        found = damage(driver)
    if found:
        raise StoreError(f"{path} is damaged, restore a backup: {found}")


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        return found


def _migrate(engine: sa.Engine, line: Line) -> None:
    found = _version(engine)
    if found == line.schema:
        return
    if found is not None and found > line.schema:
        raise StoreError(f"the record has schema {found}, newer than {line.schema}: use a newer meetlat")
    from alembic import command
    from alembic.config import Config

    config = Config()
    steps = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(steps))
    config.set_main_option("version_locations", str(steps / line.folder))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    log.info("the record has schema %s", line.schema)


def _cause(error: Any) -> str:
    return str(getattr(error, "orig", None) or error)
