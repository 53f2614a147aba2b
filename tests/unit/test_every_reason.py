"""Each reason that a kind can give is reached: those that all share here, its own in the test of the kind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiodns import error as aiodns_error
from programs import program
from running import free_port
from serving import COMMON, Serve, answer, moved, says, serving

from monitor import kinds, probes
from monitor.clock import Clock
from monitor.probes import Tools, heartbeat, icmp, observe, open_tools
from monitor.probes._journey import Move
from monitor.probes.steps import Step
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

ROOT = Path(__file__).parents[2]
PLACED = ("ftp", "grpc", "imap", "pop3", "redis", "smtp", "ssh", "tcp", "tls", "ntp")


def _browser(host: str, port: int) -> dict[str, Any]:
    chromium = {"executable": program("chromium", "chromium"), "sandbox": os.geteuid() != 0}
    return chromium | {"steps": (Move(goto=f"http://{host}:{port}/"),), "interval": 60_000, "timeout": 20_000}


# How each kind that asks a host is told to ask this one.
ASKING: dict[str, Callable[[str, int], dict[str, Any]]] = {
    **dict.fromkeys(PLACED, lambda host, port: {"host": host, "port": port}),
    "browser": _browser,
    "dns": lambda host, port: {"name": "a.example.", "server": host, "port": port},
    "domain": lambda host, port: {"domain": "a.example", "server": f"http://{host}:{port}"},
    "http": lambda host, port: {"url": f"http://{host}:{port}/"},
    "icmp": lambda host, _: {"host": host},
    "sql": lambda host, port: {"url": Secret("", f"postgresql://{host}:{port}/x")},
    "statuspage": lambda host, port: {"url": f"http://{host}:{port}/"},
    "steps": lambda host, port: {"steps": (Step(url=f"http://{host}:{port}/"),)},
    "udp": lambda host, port: {"host": host, "port": port, "send": Secret("", "x")},
    "websocket": lambda host, port: {"url": f"ws://{host}:{port}/"},
}
ASKS_NOBODY = {"command", "heartbeat"}
HEARSAY = {"domain", "statuspage"}  # who is asked is not the target: nothing that happens to him accuses it


def test_the_table_knows_every_kind() -> None:
    """A new kind has a row in it, or asks no host."""
    assert {*ASKING, *ASKS_NOBODY} == set(kinds.names(probes))


class Names:
    """A name server that says the same of each name: a code of refusal, or an address."""

    def __init__(self, found: int | str) -> None:
        self._found = found

    async def getaddrinfo(self, host: str, **_: Any) -> SimpleNamespace:
        """What the library would give."""
        if isinstance(self._found, int):
            raise aiodns_error.DNSError(self._found, "told so")
        return SimpleNamespace(nodes=[SimpleNamespace(addr=(self._found.encode(), 0))])

    async def close(self) -> None:
        """Nothing is open."""


async def seen(kind: str, host: str, port: int, prepare: Callable[[Tools], None] = lambda _: None) -> Observation:
    """What a probe of this kind sees there, when its tools were prepared like this."""
    settings = COMMON | {"timeout": 4000} | ASKING[kind](host, port)
    async with open_tools(Clock()) as tools:
        prepare(tools)
        return await observe(kinds.load(probes, kind).Settings(**settings), "local", 1000, tools)


@pytest.mark.parametrize("kind", ASKING)
@pytest.mark.parametrize(
    ("found", "outcome", "reason"),
    [
        (aiodns_error.ARES_ENOTFOUND, Outcome.FAIL, Reason.DNS),
        (aiodns_error.ARES_ESERVFAIL, Outcome.UNKNOWN, Reason.RESOLVER),
        ("169.254.169.254", Outcome.UNKNOWN, Reason.POLICY),
    ],
)
def test_what_a_name_server_says(kind: str, found: int | str, outcome: Outcome, reason: Reason) -> None:
    """No such name accuses; a broken name server does not; an address that is never asked is not asked by any kind."""

    def prepare(tools: Tools) -> None:
        tools.resolver._resolver = Names(found)  # type: ignore[assignment]

    observation = asyncio.run(seen(kind, "a.test", free_port(), prepare))
    wanted = (Outcome.UNKNOWN, Reason.BLOCKED) if reason is Reason.DNS and kind in HEARSAY else (outcome, reason)
    assert (observation.outcome, observation.reason) == wanted, observation


@pytest.mark.parametrize("kind", [kind for kind in ASKING if kind != "icmp"])
def test_nobody_is_there(kind: str) -> None:
    """A refused connection, or a packet that comes back because nobody wants it."""
    observation = asyncio.run(seen(kind, "127.0.0.1", free_port()))
    wanted = (Outcome.UNKNOWN, Reason.BLOCKED) if kind in HEARSAY else (Outcome.FAIL, Reason.CONNECT)
    assert (observation.outcome, observation.reason) == wanted, observation


@pytest.mark.parametrize("kind", ASKING)
@pytest.mark.parametrize(
    ("number", "outcome", "reason"),
    [
        (errno.ENETUNREACH, Outcome.UNKNOWN, Reason.NETWORK),
        (errno.EMFILE, Outcome.UNKNOWN, Reason.INTERNAL),
        (errno.EHOSTUNREACH, Outcome.UNKNOWN, Reason.NETWORK),
    ],
)
def test_what_our_own_machine_says(
    monkeypatch: pytest.MonkeyPatch, kind: str, number: int, outcome: Outcome, reason: Reason
) -> None:
    """No network, no descriptor, no route: no kind takes that for a fault of the target."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    async def ask() -> Observation:
        for way in ("create_connection", "create_datagram_endpoint"):
            monkeypatch.setattr(asyncio.get_running_loop(), way, refuse)
        monkeypatch.setattr(icmp, "opened", refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: number)
        return await seen(kind, "127.0.0.1", free_port())

    observation = asyncio.run(ask())
    wanted = (Outcome.UNKNOWN, Reason.BLOCKED) if kind in HEARSAY else (outcome, reason)
    assert (observation.outcome, observation.reason) == wanted, observation


@pytest.mark.parametrize("kind", ["http", "steps"])
@pytest.mark.parametrize(
    ("serve", "outcome", "reason"),
    [
        (says(b""), Outcome.FAIL, Reason.CLOSED),
        (says(b"junk\r\n\r\n"), Outcome.FAIL, Reason.PROTOCOL),
        (moved("ftp://a.example/"), Outcome.FAIL, Reason.REDIRECT),
        (says(answer("429 Busy")), Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("500 Oops")), Outcome.FAIL, Reason.STATUS),
    ],
)
def test_what_a_web_server_says(kind: str, serve: Serve, outcome: Outcome, reason: Reason) -> None:
    """The same to the kinds that ask over HTTP."""

    async def ask() -> Observation:
        async with contextlib.AsyncExitStack() as stack:
            port = await stack.enter_async_context(serving(serve))
            return await seen(kind, "127.0.0.1", port)

    observation = asyncio.run(ask())
    assert (observation.outcome, observation.reason) == (outcome, reason), observation


def test_nobody_listens() -> None:
    """Who calls a monitor that does not hear him is not said to be silent."""

    async def ask() -> Observation:
        async with open_tools(Clock()) as tools:
            probe = heartbeat.Settings(**COMMON, token=Secret("", "x" * 16), every=3_600_000)
            return await observe(probe, "local", 1000, tools)

    observation = asyncio.run(ask())
    assert (observation.outcome, observation.reason) == (Outcome.UNKNOWN, Reason.INTERNAL), observation


NAMED = re.compile(r'Reason\.([A-Z_]+)|NoAnswerError\(\s*"([a-z]+)"|raise (NoSuchName|Unresolvable|Denied)Error')
RAISED = {"NoSuchName": Reason.DNS, "Unresolvable": Reason.RESOLVER, "Denied": Reason.POLICY}
WORDS = {each.word: each for each in Reason}
ABOVE = {Reason.DNS, Reason.NETWORK, Reason.POLICY, Reason.RESOLVER}  # met by each kind that asks a host


@pytest.mark.parametrize("kind", kinds.names(probes))
def test_what_a_kind_names_its_test_meets(kind: str) -> None:
    """Each reason that stands in the file of a kind is met in a test of it, by its name or as in ``fail missed``."""
    source = (ROOT / f"monitor/probes/{kind}.py").read_text()
    named = {
        Reason[name] if name else WORDS.get(word) or RAISED[raised] for name, word, raised in NAMED.findall(source)
    }
    pattern = rf"import (.*, )?{kind}\b|import {kind} as|{kind}\.Settings"
    tests = {each.stem: each.read_text() for each in sorted((ROOT / "tests/unit").glob("test_*.py"))}
    own = f"test_kind_{kind}"
    text = "\n".join(each for name, each in tests.items() if name == own or re.search(pattern, each))
    met = {each for each in Reason if re.search(rf"Reason\.{each.name}\b|(fail|unknown|degraded) {each.word}\b", text)}
    assert named <= met | ABOVE, named - met
