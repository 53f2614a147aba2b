"""The real command on loopback targets: page, feed and statement tell the same story."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
from running import Meetlat, Target, eventually, installed
from samples import AGREEMENT

CONFIG = """
[page]
name = "Acme"
url = "https://status.acme.example"
timezone = "Europe/Amsterdam"
languages = ["en", "nl"]

[defaults]
interval = "1s"
timeout = "600ms"
confirm = 2
recover = 2

[[component]]
id = "api"
name = "API"

  [[component.probe]]
  id = "api-health"
  kind = "http"
  url = "http://127.0.0.1:{port}/health"
"""


@pytest.fixture
def target() -> Iterator[Target]:
    """An endpoint to break."""
    made = Target()
    yield made
    made.stop()


@pytest.fixture
def meetlat(tmp_path: Path, target: Target) -> Iterator[Meetlat]:
    """A running installation that watches the target, which is up."""
    with installed(tmp_path) as made:
        made.write("meetlat.toml", CONFIG.replace("{port}", str(target.port)))
        made.write("agreements/acme.toml", AGREEMENT)
        made.start()
        eventually(lambda: made.get("/healthz")[0] == 200, "a healthy page: " + made.log())
        eventually(lambda: len(target.asked) >= 3, "three probes")
        yield made


def ledger(meetlat: Meetlat) -> dict[str, Any]:
    """The objective in the running month's statement."""
    month = f"{datetime.now(ZoneInfo('Europe/Amsterdam')):%Y-%m}"
    found: dict[str, Any] = meetlat.statement("acme", month)["objectives"][0]
    return found


def second(text: str) -> int:
    """An ISO time as seconds since the epoch."""
    return int(datetime.fromisoformat(text).timestamp())


def newest(meetlat: Meetlat) -> int | None:
    """The second of the newest observation, as the page knows it; old ones may still count as healthy."""
    status, body = meetlat.get("/healthz")
    found: int | None = json.loads(body)["newest"] if status else None
    return found


def told(meetlat: Meetlat) -> list[str]:
    """The ids in the feed, newest first."""
    feed = feedparser.parse(meetlat.get("/feed.rss")[1])
    assert not feed.bozo
    return [entry.id for entry in feed.entries]


def down_entries(meetlat: Meetlat) -> list[dict[str, Any]]:
    """What the statement says was down."""
    return [entry for entry in ledger(meetlat)["ledger"] if entry["account"] == "down"]


def test_an_outage_is_the_same_everywhere(meetlat: Meetlat, target: Target) -> None:
    """Stopped and started again: page, feed and statement show one outage with the same seconds, and the ledger sums."""
    target.stop()
    eventually(lambda: len(told(meetlat)) == 1, "the outage in the feed", 15)
    # A page is kept for two seconds, so it may still be the one from before.
    eventually(
        lambda: bool(re.search(r"<h1[^>]*>Major outage</h1>", meetlat.get("/")[1])), "the outage on the page", 15
    )
    target.start()
    eventually(lambda: len(told(meetlat)) == 2, "the recovery in the feed", 15)
    (entry,) = down_entries(meetlat)
    assert entry["reason"] == "connect"
    feed = feedparser.parse(meetlat.get("/feed.rss")[1])
    begin, end = (datetime.fromtimestamp(second(entry[key]), UTC) for key in ("start", "end"))
    assert f"{begin:%M:%S}" in feed.entries[0].description
    assert f"{end:%M:%S}" in feed.entries[0].description
    page = meetlat.get("/components/api")[1]
    assert f"{begin:%M:%S}" in page
    found = ledger(meetlat)
    assert found["accounts"]["total"] == sum(each["seconds"] for each in found["ledger"])
    assert found["accounts"]["down"] == entry["seconds"]


def test_slow_and_broken_answers_are_outages_too(meetlat: Meetlat, target: Target) -> None:
    """An answer later than the deadline is a timeout, a 500 is a status; what the server says never reaches page or feed."""
    target.delay = 2.0
    eventually(lambda: len(told(meetlat)) == 1, "the timeout told", 15)
    target.delay, target.status = 0.0, 500
    time.sleep(2.5)
    target.status = 200
    eventually(lambda: len(told(meetlat)) == 2, "the recovery told", 15)
    assert {entry["reason"] for entry in down_entries(meetlat)} == {"timeout"}
    for path in ("/", "/components/api", "/feed.rss", "/sla/acme", "/history"):
        status, body = meetlat.get(path)
        assert status == 200, path
        assert "alert(1)" not in body


def test_not_running_is_unknown_and_an_outage_outlives_a_kill(meetlat: Meetlat, target: Target) -> None:
    """Killed in an outage and started again: the same outage goes on, and the time between is unknown, not up or down."""
    target.stop()
    eventually(lambda: len(told(meetlat)) == 1, "the outage told", 15)
    meetlat.kill()
    time.sleep(4)
    back = int(time.time())
    meetlat.start()
    eventually(lambda: (newest(meetlat) or 0) > back, "an observation made after the restart", 20)
    target.start()
    eventually(lambda: len(told(meetlat)) == 2, "the recovery told", 15)
    entries = ledger(meetlat)["ledger"]
    downs = [i for i, entry in enumerate(entries) if entry["account"] == "down"]
    between = [entry for entry in entries[downs[0] : downs[-1]] if entry["account"] != "down"]
    assert [entry["account"] for entry in between] == ["unknown"]
    assert between[0]["reason"] == "no-observation"
    assert between[0]["seconds"] >= 2


def test_it_stops_within_five_seconds_and_reloads_without_harm(meetlat: Meetlat) -> None:
    """A broken configuration changes nothing and is explained in the log; a good one is taken into use; SIGTERM ends both."""
    good = (meetlat.config / "meetlat.toml").read_text()
    meetlat.write("meetlat.toml", good.replace("[defaults]", "[default]"))
    meetlat.signal(signal.SIGHUP)
    eventually(
        lambda: "nothing has changed" in meetlat.log() and "did you mean" in meetlat.log(), "the fault in the log", 10
    )
    meetlat.write("meetlat.toml", good.replace('name = "API"', 'name = "Interface"'))
    meetlat.signal(signal.SIGHUP)
    eventually(lambda: "Interface" in meetlat.get("/")[1], "the new name on the page", 10)
    assert meetlat.stop() < 5
