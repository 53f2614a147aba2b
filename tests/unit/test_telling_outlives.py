"""One mailbox, delivery or row about which something is wrong is that one's trouble: what comes beside and after it is told."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from receiving import Hooks, Mailing, mail_table, receiving
from running import eventually
from telling_run import Told, told

from monitor.clock import Clock
from monitor.mishaps import Mishaps
from monitor.sending import Lane
from monitor.store import Delivery, failing, open_outbox
from monitor.store.outbox import GIVEN_UP, KEPT_MS, WAITING, key_beside
from monitor.telling.message import ALERT, Message, Words

MESSAGE = Message("alert/all/1/0", ALERT, 1, (), {"en": Words("Down", "Down", "<p>Down</p>", "https://acme.example/")})


@dataclass(frozen=True, slots=True)
class Earlier(Clock):
    """The clock as it was so long ago."""

    ago_ms: int = 0

    def now_ms(self) -> int:
        """Then."""
        return Clock.now_ms(self) - self.ago_ms


@pytest.fixture
def servers() -> Iterator[tuple[Hooks, Mailing]]:
    """A mail server and an HTTP server."""
    with receiving() as found:
        yield found


@pytest.fixture
def acme(tmp_path: Path, servers: tuple[Hooks, Mailing]) -> Iterator[Told]:
    """An installation that tells three mailboxes and a webhook."""
    hooks, mailing = servers
    tables = f"""{mail_table(mailing)}
[[channel]]
id = "mail"
kind = "email"
to = ["gone@acme.example", "ops@acme.example", "full@acme.example"]
[[channel]]
id = "hook"
kind = "webhook"
url = "{hooks.url("/hook")}"
[[alert]]
id = "all"
channels = ["mail", "hook"]
together = "0s"
"""
    with told(tmp_path, tables) as found:
        yield found


def test_each_mailbox_of_a_channel_is_told_once(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """One that is not there keeps it from nobody; those who have it are not told again because of one that is full."""
    _, mailing = servers
    mailing.refused.add("gone@acme.example")
    mailing.full.add("full@acme.example")
    acme.start()
    acme.down()
    eventually(lambda: any(each.tried for each in failing(acme.url)[1]), "the first try")
    mailing.full.clear()
    eventually(lambda: mailing.to("full@acme.example"), "the second try", 30)
    assert len(mailing.to("ops@acme.example")) == 1


def test_a_row_that_cannot_be_read_stops_its_lane_only(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """The other channel is told, and so is the log."""
    _, mailing = servers
    acme.start()
    acme.stop()
    with contextlib.closing(sqlite3.connect(acme.folder / "meetlat-telling.db")) as file, file:
        file.execute("INSERT INTO messages VALUES (77, 'another program', '{}')")
        file.execute("INSERT INTO deliveries VALUES (77, 77, 'channel:hook', 'hook', 0, 0, 0, 0, '')")
    acme.start()
    acme.down()
    eventually(lambda: mailing.to("ops@acme.example"), "the mail")


@pytest.mark.parametrize(("ago_ms", "state"), [(0, WAITING), (4 * 86_400_000, GIVEN_UP)])
def test_a_mistake_of_ours_is_not_repeated_for_ever(acme: Told, ago_ms: int, state: int) -> None:
    """A delivery that raises what nobody expected is given up in the end, so that the next to the same receiver is sent."""
    clock = Clock()
    outbox = open_outbox(acme.url, clock)

    async def fails(_: Delivery) -> None:
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as store:
        lane = Lane("channel:hook", outbox, clock, fails, store, Mishaps(clock))
        outcome = asyncio.run(
            lane._delivered(Delivery(1, MESSAGE, "channel:hook", "hook", 30, clock.now_ms() - ago_ms))
        )
    outbox.close()
    assert outcome.state == state


def test_what_waits_for_a_channel_that_is_gone_is_let_go(acme: Told) -> None:
    """It fills no disk, and is not told when a channel of that name comes back much later."""
    for clock, count in ((Earlier(KEPT_MS - 60_000), 0), (Earlier(KEPT_MS + 60_000), 1)):
        outbox = open_outbox(acme.url, clock)
        key = Message(f"alert/{count}", ALERT, 1, (), MESSAGE.words)
        assert outbox.keep({}, {}, [(key, [("channel:gone", "gone")])]) == 1
        outbox.close()
        outbox = open_outbox(acme.url, Clock())
        assert outbox.forget() == count
        outbox.close()


def test_a_key_that_was_begun_and_never_finished_is_in_nobodys_way(acme: Told) -> None:
    """Who makes it is killed, or makes it at this moment: the next one has a whole key, and it stays."""
    key = acme.folder / "meetlat-telling.key"
    key.with_suffix(".new").write_bytes(b"")
    found = key_beside(acme.url)
    assert len(found) == 32
    assert key_beside(acme.url) == found
    assert key.stat().st_mode & 0o077 == 0
