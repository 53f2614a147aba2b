"""What an SQL probe makes of databases: of PostgreSQL, of SQLite, and of what is no database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from programs import postgresql
from running import eventually, free_port
from serving import COMMON, Serve, bound, observed, says, serving, silent

from monitor.aside import Aside, BusyError
from monitor.clock import Clock
from monitor.probes import observe, open_tools, sql
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


def probe(url: str, query: str = "SELECT 1", **settings: Any) -> sql.Settings:
    """A probe of that address."""
    return sql.Settings(**(COMMON | {"timeout": 4000} | settings), url=Secret("${URL}", url), query=query)


def seen(url: str, query: str = "SELECT 1", **settings: Any) -> Observation:
    """What it sees."""
    return asyncio.run(observed(probe(url, query, **settings)))


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The address of a file of SQLite with orders in it."""
    with contextlib.closing(sqlite3.connect(tmp_path / "shop.db")) as made:
        made.execute("CREATE TABLE orders (id INTEGER, name TEXT, price REAL)")
        made.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(7, "a", 0.1), (8, None, 2.5)])
        made.commit()
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.mark.parametrize(
    ("query", "settings", "outcome", "reason"),
    [
        ("SELECT 1", {}, Outcome.PASS, None),
        ("SELECT id FROM orders", {"rows": 2}, Outcome.PASS, None),
        ("SELECT id FROM orders", {"rows": 1}, Outcome.FAIL, Reason.BODY),
        ("SELECT id FROM orders", {"rows": 3}, Outcome.FAIL, Reason.BODY),
        ("SELECT id FROM orders WHERE 0", {"rows": 0}, Outcome.PASS, None),
        ("SELECT id FROM orders WHERE 0", {"equals": 7}, Outcome.FAIL, Reason.BODY),
        ("SELECT id FROM orders", {"equals": 7}, Outcome.PASS, None),
        ("SELECT id FROM orders", {"equals": 8}, Outcome.FAIL, Reason.BODY),
        ("SELECT id FROM orders", {"equals": "7"}, Outcome.FAIL, Reason.BODY),
        ("SELECT id FROM orders", {"above": 6, "below": 8, "differs": 6}, Outcome.PASS, None),
        ("SELECT id FROM orders", {"above": 7}, Outcome.FAIL, Reason.BODY),
        ("SELECT price FROM orders", {"below": 1}, Outcome.PASS, None),
        ("SELECT name FROM orders", {"equals": "a"}, Outcome.PASS, None),
        ("SELECT name FROM orders WHERE id = 8", {"above": 0}, Outcome.FAIL, Reason.BODY),
        ("SELECT '100%' LIKE '%:x'", {"equals": 0}, Outcome.PASS, None),
        ("SELECT hush FROM nowhere", {}, Outcome.FAIL, Reason.STATUS),
        ("SELECT FROM WHERE", {}, Outcome.FAIL, Reason.STATUS),
        ("DELETE FROM orders", {}, Outcome.FAIL, Reason.STATUS),
        ("SELECT 1; SELECT 2", {}, Outcome.UNKNOWN, Reason.INTERNAL),
    ],
)
def test_each_answer_has_its_outcome(
    file: str, query: str, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """Rows and first values as wanted and otherwise, refusals; what is asked is never changed, and nothing of it repeated."""
    found = seen(file, query, **settings)
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "hush" not in found.verdict.detail
    assert seen(file, "SELECT count(*) FROM orders", equals=2).outcome is Outcome.PASS


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Asking leaves nothing behind."""
    found = seen(f"sqlite:///{tmp_path}/none.db")
    assert (found.reason, found.verdict.detail) == (Reason.STATUS, "there is no such file")
    assert list(tmp_path.iterdir()) == []


def test_a_question_that_takes_too_long_is_cut(file: str) -> None:
    """At the deadline, and its thread ends soon behind it."""
    found = seen(file, SLOW, timeout=600)
    assert (found.outcome, found.reason) == (Outcome.FAIL, Reason.TIMEOUT)
    eventually(lambda: not _asides(), "the end of the thread", 10)


def _asides() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "aside"]


def test_one_that_hangs_takes_nothing_from_others() -> None:
    """A call that does not come back keeps its own probe waiting and no other, and there is never a second one of it."""
    stop = threading.Event()

    async def many() -> None:
        aside = Aside()
        hung = [asyncio.ensure_future(aside.run(number, lambda: stop.wait(30))) for number in range(100)]
        await asyncio.sleep(0)
        assert await aside.run("other", lambda: 5) == 5
        for each in hung[:50]:
            each.cancel()
        await asyncio.sleep(0)
        for number in (0, 99):
            with pytest.raises(BusyError):
                await aside.run(number, lambda: 5)
        stop.set()
        await asyncio.gather(*hung, return_exceptions=True)
        assert await aside.run(99, lambda: 5) == 5
        with pytest.raises(ValueError, match="our own"):
            await aside.run(99, _raise)

    def _raise() -> None:
        raise ValueError("our own")

    asyncio.run(many())


def test_while_the_driver_hangs_nobody_is_accused(file: str) -> None:
    """A second question waits for the first to come back."""

    async def twice() -> Observation:
        async with open_tools(Clock()) as tools:
            asked, stop = probe(file), threading.Event()
            first = asyncio.ensure_future(tools.aside.run(asked, lambda: stop.wait(30)))
            await asyncio.sleep(0)
            found = await observe(asked, "local", 1000, tools)
            stop.set()
            await first
            return found

    found = asyncio.run(twice())
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.INTERNAL)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL."""
    with postgresql() as (port, _):
        yield f"postgresql://me:hush@localhost:{port}/postgres"


@pytest.mark.parametrize(
    ("query", "settings", "outcome", "reason", "detail"),
    [
        ("SELECT 1", {"equals": 1, "rows": 1}, Outcome.PASS, None, ""),
        ("SELECT 1.50::numeric, 2", {"above": 1, "below": 2}, Outcome.PASS, None, ""),
        ("SELECT '2026-01-31'::date", {"equals": "2026-01-31"}, Outcome.PASS, None, ""),
        ("SELECT true", {"equals": True}, Outcome.PASS, None, ""),
        ("SELECT true", {"equals": 1}, Outcome.FAIL, Reason.BODY, "the first value is not as wanted"),
        ("SELECT '%' LIKE '%s'", {"equals": False}, Outcome.PASS, None, ""),
        ("SELECT generate_series(1, 2000000000)", {"equals": 1}, Outcome.PASS, None, ""),
        ("SELECT generate_series(1, 2000000000)", {"rows": 5}, Outcome.FAIL, Reason.BODY, "more rows, not 5"),
        ("SHOW server_encoding", {"equals": "UTF8"}, Outcome.PASS, None, ""),
        ("SET work_mem = '1MB'", {}, Outcome.UNKNOWN, Reason.INTERNAL, "the driver cannot ask what stands in the query"),
        ("SELECT 1 WHERE false", {"rows": 1}, Outcome.FAIL, Reason.BODY, "0 rows, not 1"),
        ("CREATE TABLE x ()", {}, Outcome.FAIL, Reason.STATUS, "the database refused the question: ReadOnlySqlTransaction 25006"),
        ("SELECT hush", {}, Outcome.FAIL, Reason.STATUS, "the database refused the question: UndefinedColumn 42703"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", {}, Outcome.FAIL, Reason.CLOSED, "the connection was closed"),
        ("SELECT pg_cancel_backend(pg_backend_pid())", {}, Outcome.FAIL, Reason.TIMEOUT, "the database gave up the question"),
        ("SELECT pg_sleep(30)", {"timeout": 1000}, Outcome.FAIL, Reason.TIMEOUT, "no answer within 1000 ms"),
    ],
)  # fmt: skip
def test_postgresql_is_asked(
    server: str, query: str, settings: dict[str, Any], outcome: Outcome, reason: Reason | None, detail: str
) -> None:
    """A real one, which changes nothing, and whose refusals are told by their code."""
    found = seen(server, query, **settings)
    assert (found.outcome, found.reason, found.verdict.detail) == (outcome, reason, detail)
    if outcome is Outcome.PASS:
        assert found.phases.connect_us
        assert found.phases.first_byte_us


@pytest.mark.parametrize(
    ("before", "after", "detail"),
    [
        (":hush@", ":wrong@", "the login was refused"),
        ("/postgres", "/none", "there is no such database or user"),
        ("/postgres", "/postgres?sslmode=require", "there is no agreement on TLS"),
    ],
)
def test_a_refused_login_is_told(server: str, before: str, after: str, detail: str) -> None:
    """In our own words, without the password."""
    found = seen(server.replace(before, after))
    assert found.outcome is Outcome.FAIL
    assert found.verdict.detail == detail


def test_an_option_that_is_none_accuses_nobody(server: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is the operator's mistake; and nothing of the address is logged."""
    found = seen(f"{server}?hush=hush")
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.INTERNAL), found
    assert "hush" not in found.verdict.detail + caplog.text


def test_a_database_that_stands_still_is_a_timeout_of_its_own() -> None:
    """Nobody else waits for it; when it goes on it is up again."""
    with postgresql() as (port, process):
        url = f"postgresql://me:hush@127.0.0.1:{port}/postgres"

        async def twice() -> list[Observation]:
            async with open_tools(Clock()) as tools:
                os.kill(process.pid, signal.SIGSTOP)
                stuck = [probe(url, timeout=1500, id=f"p{number}") for number in range(20)]
                found = await asyncio.gather(*(observe(each, "local", 1000, tools) for each in stuck))
                good = await observe(probe("sqlite://"), "local", 1000, tools)
                os.kill(process.pid, signal.SIGCONT)
                return [*found, good]

        *found, good = asyncio.run(twice())
        assert {each.reason for each in found} == {Reason.TIMEOUT}
        assert good.outcome is Outcome.PASS
        eventually(lambda: not _asides(), "the end of the threads", 20)
        eventually(lambda: seen(url).outcome is Outcome.PASS, "the database")


def others(serve: Serve | None, **settings: Any) -> Observation:
    """What is seen of what is no database, at a port of loopback."""

    async def ask() -> Observation:
        async with contextlib.AsyncExitStack() as stack:
            port = await stack.enter_async_context(serving(serve)) if serve else free_port()
            return await observed(probe(f"postgresql://me:hush@127.0.0.1:{port}/x", **settings))

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (None, Reason.CONNECT),
        (says(b""), Reason.CLOSED),
        (says(b"HTTP/1.1 400 Bad\r\n\r\n"), Reason.PROTOCOL),
        (silent, Reason.TIMEOUT),
    ],
)
def test_what_is_no_database_has_its_reason(serve: Serve | None, reason: Reason) -> None:
    """Nobody, one that hangs up, another protocol, silence."""
    found = others(serve, timeout=2500)
    assert (found.outcome, found.reason) == (Outcome.FAIL, reason), found


def test_an_address_that_is_never_asked_is_not_asked_by_a_driver() -> None:
    """Names become addresses where they do for all probes."""
    found = seen("postgresql://me:hush@169.254.169.254/x")
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.POLICY)


def test_the_address_is_never_shown() -> None:
    """Only what is no secret of it."""
    made = probe("postgresql://me:hush@db.example:5433/shop?password=hush&sslmode=require")
    assert made.target() == "postgresql://db.example:5433/shop"
    assert "hush" not in f"{made!r} {made.shown()} {made.warnings()}"
    assert probe("sqlite:////x/y.db").target() == "sqlite:////x/y.db"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"url": "hush"}, "url is not an address of a database"),
        ({"url": "postgresql://me:hush@[a/b"}, "url is not an address of a database"),
        ({"url": "fancydb://hush"}, "url names 'fancydb', which is no database"),
        ({"url": "mysql+pymysql://me:hush@a/b"}, "url needs the driver pymysql, which is not installed"),
        ({"url": "postgresql+asyncpg://me:hush@a/b"}, "url names asyncpg, a driver of asyncio"),
        ({"rows": 0, "equals": 1}, "with rows = 0 there is no value to compare"),
        ({"interval": "4s", "timeout": "1s"}, "interval is at least 5s"),
        ({"above": "x"}, "above: allowed is a number"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each, without the password."""
    found = bound(sql.Settings, **({"url": "sqlite:////x"} | table))
    assert len(found) == 1, found
    assert said in found[0]
    assert "hush" not in found[0]
