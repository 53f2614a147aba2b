"""A real Chromium, looking at the real site: ``meetlat site`` as a process on loopback, over a record that was drawn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import chromium
from drawn import observations, watch
from playwright.sync_api import Browser
from running import Meetlat, answers, eventually, free_port, installed
from samples import AGREEMENT

from monitor.clock import Clock
from monitor.config import load
from monitor.incidents.event import Event, Said
from monitor.judge import judge, rewatch
from monitor.store import open_record
from monitor.timeline.model import Observation, Verdict
from monitor.timeline.record import Batch

HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
TURNED = "\\u202Egnp.ipa"  # a right-to-left override, as TOML writes it
STEP = 300
CONFIG = f"""
[page]
name = "Acme {HOSTILE}"
url = "https://status.acme.example"
timezone = "Europe/Amsterdam"
languages = ["en", "nl"]
[defaults]
interval = "{STEP}s"
[[component]]
id = "api"
name = "API {TURNED} {HOSTILE}"
description = "{HOSTILE} An-address-that-nobody-can-break-{"x" * 60}"
group = "Platform {HOSTILE}"
[[component.probe]]
id = "api-health"
kind = "tcp"
host = "127.0.0.1"
port = 9
[[component]]
id = "web"
name = "Web"
[[component.probe]]
id = "web-health"
kind = "tcp"
host = "127.0.0.1"
port = 10
"""
READY = """
[[template]]
id = "looking"
title = { en = "Trouble with {components}", nl = "Storing van {components}" }
text = { en = "We *look* into it.", nl = "Wij zoeken het uit." }
"""
DRAWINGS = {
    "api": "." * 200 + "cccc" + "." * 40 + "   ??" + "d" * 9 + "." * 9 + "ccc",
    "web": "." * 200 + "xx" + "." * 68,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one file of tests."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meetlat]:
    """The site of a day in which one component is down at the end and the other is up again."""
    with installed(tmp_path_factory.mktemp("site")) as meetlat:
        _configure(meetlat)
        _draw(meetlat)
        yield _served(meetlat)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meetlat]:
    """The site before anything was measured."""
    with installed(tmp_path_factory.mktemp("empty")) as meetlat:
        _configure(meetlat)
        yield _served(meetlat)


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meetlat]:
    """The site an hour after the last observation."""
    with installed(tmp_path_factory.mktemp("silent")) as meetlat:
        _configure(meetlat)
        _draw(meetlat, ago=3600)
        yield _served(meetlat)


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Meetlat, str]]:
    """All of it, run by one command, with an operator and an owner; and where the admin is."""
    port = free_port()
    with installed(tmp_path_factory.mktemp("operated")) as meetlat:
        _configure(meetlat, f"{READY}[admin]\nport = {port}\n")
        _draw(meetlat)
        config = ("--config", str(meetlat.config))
        for name, role in (("jansen", "operator"), ("boss", "owner")):
            meetlat.run("operator", "add", name, "--role", role, *config, text="correct horse battery\n")
        meetlat.run("token", "new", "deploy", "--operator", "boss", "--scope", "read", *config)
        meetlat.start("run")
        eventually(lambda: meetlat.get("/")[0] == 200, "the overview")
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: answers(f"{url}/healthz"), "the admin")
        yield meetlat, url


def _configure(meetlat: Meetlat, more: str = "") -> None:
    meetlat.write("meetlat.toml", CONFIG + more)
    meetlat.write("agreements/acme.toml", AGREEMENT)


def _served(meetlat: Meetlat) -> Meetlat:
    meetlat.start("site")
    eventually(lambda: meetlat.get("/")[0] == 200, "the overview")
    return meetlat


def _draw(meetlat: Meetlat, ago: int = 0) -> None:
    """A record that ended so many seconds ago, with details that an attacker would choose."""
    url = load(Path(meetlat.config), {"MEETLAT_STATE": str(meetlat.home / "state")}).storage.url.reveal()
    record = open_record(url, Clock())
    newest = (int(time.time()) - ago) // STEP * STEP
    length = max(map(len, DRAWINGS.values()))
    start = newest - (length - 1) * STEP
    record.watch([replace(watch(f"{name}-health", name), interval_ms=STEP * 1000) for name in DRAWINGS], start)
    terms = {each.probe: each for each in record.watches()}
    drawn = [
        _hostile(seen)
        for name, drawing in DRAWINGS.items()
        for seen in observations(drawing, f"{name}-health", newest - (len(drawing) - 1) * STEP, STEP)
    ]
    stands = rewatch(record.standing(start), record.watches(), start).standing
    turn = judge(stands, [(seen, terms[seen.probe]) for seen in drawn], newest)
    record.append(Batch(newest, tuple(drawn), turn.redraws, turn.foldings, turn.notices))
    record.tell(_told(newest))
    record.close()


def _told(now: int) -> list[Event]:
    """An open incident and maintenance that is to come, in words that an attacker would choose."""
    titles = {"en": f"It is slow {HOSTILE}"}
    words = f"# Cause\n\n{HOSTILE} *so* [far](https://far.example/{'x' * 90})\n\n- `{'code ' * 30}`\n\n> quoted"
    slow = Said(titles, components={"api": "down", "web": "degraded"}, start=now - 2 * STEP)
    work = Said(titles, components={"web": "maintenance"}, start=now + 7200, end=now + 9000)
    return [
        Event("incident", "trouble", 1, now, f"J {HOSTILE}", "investigating", {"en": words}, slow),
        Event("incident", "trouble", 2, now, "J", "identified", {"en": words, "nl": words}),
        Event("maintenance", "work", 1, now, "J", "scheduled", {"nl": words}, work),
    ]


def _hostile(seen: Observation) -> Observation:
    if seen.reason is None:
        return seen
    return replace(seen, verdict=Verdict(seen.outcome, seen.reason, f"{HOSTILE} \u202e"))
