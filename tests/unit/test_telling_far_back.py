"""However much happened meanwhile, and however old it is: each outage is found that news and incidents are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from receiving import Hooks, receiving
from running import eventually
from telling_run import Told, told

from monitor.clock import Clock
from monitor.store import failing
from monitor.timeline.model import Reason
from monitor.timeline.record import Batch, Notice

MANY = 200  # outages, each told of twice


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    """An HTTP server."""
    with receiving() as (found, _):
        yield found


@pytest.fixture
def acme(tmp_path: Path, hooks: Hooks) -> Iterator[Told]:
    """An installation with a channel for all that goes wrong."""
    tables = f"""
[[channel]]
id = "ops"
kind = "webhook"
url = "{hooks.url("/ops")}"
[[alert]]
id = "all"
channels = ["ops"]
together = "0s"
"""
    with told(tmp_path, tables) as found:
        yield found


def many(acme: Told, component: str) -> None:
    """So many outages of a component, each of which is over."""
    at = max(Clock().now(), acme._last() + 1)
    notices = []
    for n in range(MANY):
        name, begun = f"{component}-{at}-{n}", at + 2 * n
        first = Notice(begun, name, component, "opened", begun - 1, None, Reason.TIMEOUT, 1)
        notices += [first, Notice(begun + 1, name, component, "closed", begun - 1, begun, Reason.TIMEOUT, 1)]
    acme.record.append(Batch(at, notices=tuple(notices)))


def test_what_came_in_one_look_is_all_told(acme: Told, hooks: Hooks) -> None:
    """Two hundred outages that began and ended while no teller ran are all in what the operators are told."""
    acme.start()
    acme.stop()
    many(acme, "web")
    acme.start()
    eventually(lambda: hooks.at("/ops"), "the alert")
    eventually(lambda: failing(acme.url) == ({}, []), "all of it")
    assert sum(len(each.told["data"]["new"]) for each in hooks.at("/ops")) == MANY


def test_an_incident_keeps_the_outage_that_it_tells_of(acme: Told, hooks: Hooks) -> None:
    """One that goes on is no trouble of its own, however much else was told since its outage was over."""
    acme.start()
    begun = acme.down("api")
    eventually(lambda: hooks.at("/ops"), "the outage")
    acme.incident(1, "investigating", start=begun.start)
    acme.up(begun)
    eventually(lambda: hooks.at("/ops")[-1].told["data"]["step"] == "recovered", "the end of it")
    acme.stop()
    before = len(hooks.at("/ops"))
    many(acme, "web")
    acme.start()
    acme.incident(2, "identified")
    eventually(lambda: len(hooks.at("/ops")) > before and failing(acme.url) == ({}, []), "the others")
    troubles = [each for post in hooks.at("/ops")[before:] for each in post.told["data"]["new"]]
    assert {each["kind"] for each in troubles} == {"outage"}
    assert {name for each in troubles for name in each["components"]} == {"web"}
