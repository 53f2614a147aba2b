"""A teller that is stopped or reads its configuration again lets end what it is sending: nobody is told twice by that."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from receiving import Hooks, Mailing, mail_table, receiving
from running import eventually
from telling_run import Told, told

from monitor.store import failing


@pytest.fixture
def servers() -> Iterator[tuple[Hooks, Mailing]]:
    """A mail server and an HTTP server."""
    with receiving() as found:
        yield found


@pytest.fixture
def acme(tmp_path: Path, servers: tuple[Hooks, Mailing]) -> Iterator[Told]:
    """An installation with subscribers by webhook and mail."""
    tables = f"""{mail_table(servers[1])}
[subscribe]
url = "https://status.acme.example/to"
ways = ["email", "webhook"]
reach = ["127.0.0.0/8"]
"""
    with told(tmp_path, tables) as found:
        found.subscribe(servers[0].url("/them"), "webhook")
        found.subscribe("jan@acme.example")
        yield found


@pytest.mark.parametrize("numbers", [(signal.SIGHUP, signal.SIGTERM), (signal.SIGTERM,)])
def test_what_is_being_sent_is_sent_once(
    acme: Told, servers: tuple[Hooks, Mailing], numbers: tuple[signal.Signals, ...]
) -> None:
    """A receiver that has it and takes a second to say so gets it once, whether the teller is to reload or to stop meanwhile."""
    hooks, mailing = servers
    acme.start()
    acme.stop()  # so that it follows from here
    hooks.lingers = 1.0
    acme.incident(1, "investigating")
    words = [sys.executable, "-m", "monitor", "teller", str(acme.folder)]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        eventually(lambda: hooks.posts, "what is being sent", 30)
        for number in numbers:
            process.send_signal(number)
        if signal.SIGHUP in numbers:
            acme.incident(2, "identified")
    acme.start()
    wanted = len(numbers)
    eventually(lambda: len(mailing.letters) == wanted and failing(acme.url) == ({}, []), "all of it")
    acme.stop()
    assert len(hooks.posts) == len({each.told["id"] for each in hooks.posts}) == wanted
    assert len(mailing.letters) == wanted


def test_nothing_more_is_begun(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Of three that wait for one receiver the first comes to its end; the others are told by the next teller, in order."""
    hooks, _ = servers
    acme.start()
    acme.stop()
    hooks.lingers = 1.0
    for number, step in enumerate(("investigating", "identified", "resolved"), 1):
        acme.incident(number, step)
    acme.start()
    eventually(lambda: hooks.posts, "the first")
    acme.stop()
    assert len(hooks.posts) == 1
    hooks.lingers = 0.0
    acme.start()
    eventually(lambda: len(hooks.posts) == 3, "the others")
    assert [each.told["data"]["step"] for each in hooks.posts] == ["investigating", "identified", "resolved"]


def test_a_receiver_that_hangs_holds_up_no_stop(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """After a while it is let go, and told later under the same id."""
    hooks, _ = servers
    hooks.hanging.add("/them")
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: failing(acme.url)[0] == {"webhook": 1}, "what hangs")
    acme.stop()
    hooks.hanging.clear()
    acme.start()
    eventually(lambda: failing(acme.url) == ({}, []), "all of it", 30)
    assert len({each.told["id"] for each in hooks.posts}) == 1
