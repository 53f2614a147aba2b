"""``meetlat probe`` shows of each kind every assertion by itself, and whether it held, did not, or was not reached."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket
from typing import Any

import pytest
from certified import Office, office
from listened import Listened, hears, listened
from programs import program
from serving import COMMON

from monitor import kinds, probes
from monitor.probes import Probe, Tools, heartbeat, icmp
from monitor.probes._journey import Move
from monitor.probes.steps import Step
from monitor.table import Secret
from monitor.timeline.signals import Life

__all__ = ["office"]
from scenes import ASKED, SCENES, STEP, played
from speakers import web

APART = {"browser", "heartbeat", "icmp", "steps"}  # which have tests of their own below
CASES = [(kind, number) for kind, scenes in SCENES.items() for number in range(len(scenes))]


@pytest.mark.parametrize(("kind", "number"), CASES)
def test_each_assertion_is_shown_held(office: Office, kind: str, number: int) -> None:
    """A server that does all that is asked: each line says ok."""
    scene = SCENES[kind][number]
    found = played(kind, scene, office)
    assert found.observation.reason is None, found
    assert found.asserted
    assert {each.split()[0] for each in found.asserted} == {"ok"}, found.asserted
    for key in scene.broken:
        assert found.marks(key) == {"ok"}, key


@pytest.mark.parametrize(
    ("kind", "number", "key"),
    [(kind, number, key) for kind, number in CASES for key in SCENES[kind][number].broken],
)
def test_each_assertion_is_shown_not_held(office: Office, kind: str, number: int, key: str) -> None:
    """What breaks one of them marks it, and it is told what was found."""
    scene = SCENES[kind][number]
    found = played(kind, scene, office, **({"timeout": 1500} | scene.broken[key]))
    assert found.observation.reason is not None, found
    assert "not" in found.marks(key), found.asserted
    assert all("hush" not in each for each in (*found.said, *found.asserted))


def test_steps_are_shown_one_by_one(office: Office) -> None:
    """Each with its own assertions and what was kept of it, which is never shown; what it never came to is said."""
    steps = (
        dataclasses.replace(STEP, name="in", capture={"key": "$.key"}, json_path=ASKED["json_path"]),
        Step(url="http://127.0.0.1:PORT/in/{{key}}", contains="else", lacks="bad"),
        STEP,
    )
    found = hears(kinds.load(probes, "steps").Settings, web, steps=steps, degraded_above=4000)
    lines = "\n".join(found.asserted)
    for line in (
        "ok   json_path { path = $.a, exists = true, equals = good } in step 1 (in): good",
        "ok   capture key in step 1 (in): kept",
        "not  contains = else in step 2: the body lacks the text",
        "ok   lacks = bad in step 2",
        "?    step 3: not reached",
        "?    degraded_above = 4s: not reached",
    ):
        assert line in lines, line
    assert "request in step 2: GET http://127.0.0.1" in "\n".join(found.said)
    assert not any("kept-on-the-way" in each for each in (*found.said, *found.asserted))
    slow = hears(kinds.load(probes, "steps").Settings, web, steps=(STEP,), degraded_above=0)
    assert slow.marks("degraded_above") == {"not"}
    gone = hears(kinds.load(probes, "steps").Settings, None, steps=(STEP, STEP))
    assert (gone.marks("step 1"), gone.marks("step 2")) == ({"not"}, {"?"})


def test_answers_to_ping_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """All, too few, and none."""

    def seen(answers: int) -> Listened:
        async def ask() -> Listened:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            ours.setblocking(False)

            def reply() -> None:
                said = theirs.recv(2048)
                if said[7] < answers:
                    theirs.send(b"\0" + said[1:])

            asyncio.get_running_loop().add_reader(theirs, reply)
            monkeypatch.setattr(icmp, "opened", lambda _: ours)
            try:
                return await listened(icmp.Settings(**COMMON | {"timeout": 1500}, host="127.0.0.1", count=2, least=2))
            finally:
                asyncio.get_running_loop().remove_reader(theirs)
                theirs.close()
                ours.close()

        return asyncio.run(ask())

    assert seen(2).asserted == ["ok   answer", "ok   least = 2: 2 of 2 packets answered"]
    assert seen(1).asserted == ["ok   answer", "not  least = 2: 1 of 2 packets answered"]
    assert seen(0).asserted == ["not  answer: not in time", "?    least = 2: not reached"]


@pytest.mark.parametrize(
    ("life", "terms", "marks"),
    [
        ({"success_ms": 0}, {}, {"every": "ok", "grace": "ok", "longest": "ok", "no failure reported": "ok"}),
        ({"success_ms": -90_000}, {}, {"every": "not", "grace": "ok"}),
        ({"success_ms": -900_000}, {}, {"every": "not", "grace": "not"}),
        ({"success_ms": 0, "failed_ms": 0}, {}, {"no failure reported": "not"}),
        ({"success_ms": 0, "run_us": 9_000_000}, {}, {"longest": "not", "every": "ok"}),
        ({"success_ms": -900_000_000}, {"every": None, "cron": "0 0 * * *"}, {"cron": "not"}),
    ],
)
def test_what_was_agreed_with_who_calls(life: dict[str, int], terms: dict[str, Any], marks: dict[str, str]) -> None:
    """Moments are from now, in milliseconds."""

    async def prepare(tools: Tools) -> None:
        now = tools.clock.now_ms()
        moments: dict[str, Any] = {key: now + each if key.endswith("_ms") else each for key, each in life.items()}
        tools.heartbeats.use({"p": "x" * 16}, {"p": Life()}, {"p": now}, lambda _: asyncio.sleep(0))
        await tools.heartbeats.opened()
        tools.heartbeats._lives["p"] = Life(**moments)  # as if somebody had listened all the time

    usual = {"every": 60_000, "grace": 60_000, "longest": 5000} | terms
    probe = heartbeat.Settings(**COMMON, **usual, token=Secret("", "x" * 16))
    found = asyncio.run(listened(probe, prepare))
    for key, mark in ({"somebody listens": "ok"} | marks).items():
        assert found.marks(key) == {mark}, (key, found.asserted)
    unheard = asyncio.run(listened(probe))
    assert unheard.marks("somebody listens") == {"not"}
    assert {each[0] for each in unheard.asserted[1:]} == {"?"}


def test_a_journey_is_shown_step_by_step(office: Office) -> None:
    """With the page that was opened and the certificate that the browser met."""
    steps = (Move(goto="https://localhost:PORT/", name="front"), Move(text="absent", within=300), Move(text="good"))
    rest: dict[str, Any] = {
        "executable": program("chromium", "chromium"),
        "sandbox": os.geteuid() != 0,
        "verify": False,
    }
    rest |= {"interval": 60_000, "timeout": 20_000}
    settings = kinds.load(probes, "browser").Settings
    found = hears(settings, web, office.context(), steps=steps, **rest)
    assert found.asserted == [
        "ok   step 1 (front)",
        "not  step 2: the text was not there within 300ms",
        "?    step 3: not reached",
    ]
    said = "\n".join(found.said)
    for line in ("resolved localhost: ", "answer: 200", "TLS: TLS 1.3", "certificate ends "):
        assert line in said, found.said
    slow = hears(settings, web, office.context(), steps=steps[:1], degraded_above=0, **rest)
    assert slow.marks("degraded_above") == {"not"}
    stranger = hears(settings, web, office.context(), steps=steps[:1], **rest | {"verify": True})
    assert stranger.asserted == [
        "not  step 1 (front): the browser says ERR_CERT_AUTHORITY_INVALID",
        "not  verify = true: the browser says ERR_CERT_AUTHORITY_INVALID",
    ]


# Keys that say whom, what and how to ask, and want nothing of the answer.
WAYS = {
    *(
        "host",
        "port",
        "url",
        "name",
        "type",
        "server",
        "send",
        "hex",
        "headers",
        "ca",
        "transport",
        "path",
        "recursive",
        "count",
    ),
    *(
        "service",
        "user",
        "password",
        "cleartext",
        "program",
        "arguments",
        "query",
        "domain",
        "token",
        "timezone",
        "executable",
    ),
    *("sandbox", "body_limit", "method", "body", "json", "bearer", "proxy", "ip", "client_certificate", "client_key"),
}


@pytest.mark.parametrize("kind", kinds.names(probes))
def test_each_key_says_how_to_ask_or_what_is_wanted(kind: str) -> None:
    """And each that says what is wanted has a scene here in which it is broken."""
    settings = kinds.load(probes, kind).Settings
    shared = {each.name for each in dataclasses.fields(Probe)}
    keys = {each.metadata.get("key", each.name) for each in dataclasses.fields(settings) if each.init} - shared
    assert keys <= set(settings.asserted) | WAYS
    assert kind in APART or set(settings.asserted) == {key for scene in SCENES[kind] for key in scene.broken}
