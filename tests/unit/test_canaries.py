"""A broken line of our own is not taken for an outage of everybody else."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from running import free_port
from samples import MAIN
from serving import Serve, answer, http_probe, says, serving, silent, tcp_probe

from monitor.clock import Clock
from monitor.config import load
from monitor.describe import describe
from monitor.probes import Probe, Tools, observe, open_tools
from monitor.resolver import NoSuchNameError
from monitor.table import ConfigError
from monitor.timeline.blind import Blind
from monitor.timeline.model import Observation, Outcome, Reason

Canary = tuple[str, int]
DEAD = ("dead.test", 53)


def use(tools: Tools, *canaries: Canary) -> None:
    """From now on ask these; names that begin with "dead" have no address."""
    look_up = tools.resolver._look_up

    async def known(host: str) -> tuple[str, ...]:
        if host.startswith("dead"):
            raise NoSuchNameError(host)
        return await look_up(host)

    tools.resolver._look_up = known  # type: ignore[method-assign]
    tools.canaries.use(tuple(canary_of(*each) for each in canaries))


def canary_of(host: str, port: int) -> Probe:
    """A canary that is asked for a connection."""
    return replace(tcp_probe(port), host=host, timeout=2000)


@contextlib.asynccontextmanager
async def flock(alive: int, dead: int) -> Any:
    """Tools with this many canaries of each sort."""
    async with contextlib.AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(serving(silent)) for _ in range(alive)]
        tools = await stack.enter_async_context(open_tools(Clock()))
        use(tools, *(("127.0.0.1", port) for port in ports), *[DEAD] * dead)
        yield tools


@pytest.mark.parametrize(
    ("alive", "dead", "outcome", "reason"),
    [
        (0, 0, Outcome.FAIL, Reason.CONNECT),
        (3, 0, Outcome.FAIL, Reason.CONNECT),
        (2, 1, Outcome.FAIL, Reason.CONNECT),
        (2, 2, Outcome.FAIL, Reason.CONNECT),
        (1, 2, Outcome.UNKNOWN, Reason.BLIND),
        (0, 3, Outcome.UNKNOWN, Reason.BLIND),
    ],
)
def test_a_refusal_counts_while_others_can_be_reached(alive: int, dead: int, outcome: Outcome, reason: Reason) -> None:
    """Two of three canaries that are silent make it our own line; without canaries it is the target's word."""

    async def ask() -> Observation:
        async with flock(alive, dead) as tools:
            return await observe(tcp_probe(free_port()), "local", 1000, tools)

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (outcome, reason), seen


@pytest.mark.parametrize("serve", [silent, says(b"")])
def test_silence_and_a_cut_are_weighed_too(serve: Serve) -> None:
    """A line that breaks in the middle of a conversation looks like a silent target."""

    async def ask() -> Observation:
        async with flock(0, 3) as tools, serving(serve) as port:
            return await observe(http_probe(port, timeout=2000), "local", 1000, tools)

    assert asyncio.run(ask()).reason is Reason.BLIND


def test_while_blind_a_pass_counts_and_no_failure_does() -> None:
    """What was asked for came over the line. A wrong answer may come from whatever stands between: a portal, a proxy of ours."""

    async def ask(words: bytes) -> Observation:
        async with flock(0, 3) as tools, serving(says(words)) as port:
            return await observe(http_probe(port), "local", 1000, tools)

    assert asyncio.run(ask(answer("500 Oops"))).reason is Reason.BLIND
    assert asyncio.run(ask(b"junk\r\n\r\n")).reason is Reason.BLIND
    assert asyncio.run(ask(answer("200 OK"))).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("number", "alive", "dead", "reason"),
    [
        (errno.EHOSTUNREACH, 0, 0, Reason.NETWORK),
        (errno.EHOSTUNREACH, 0, 3, Reason.BLIND),
        (errno.EHOSTUNREACH, 3, 0, Reason.CONNECT),
        (errno.ENETUNREACH, 3, 0, Reason.NETWORK),
    ],
)
@pytest.mark.parametrize("probe", [http_probe(9), tcp_probe(9)])
def test_an_unreachable_host_is_the_targets_fault_when_others_can_be_reached(
    monkeypatch: pytest.MonkeyPatch, probe: Any, number: int, alive: int, dead: int, reason: Reason
) -> None:
    """By itself it accuses nobody; and a network to which we have no route never does."""

    async def ask() -> Observation:
        async with flock(alive, dead) as tools:
            loop = asyncio.get_running_loop()
            connect, knock = loop.create_connection, socket.socket.connect_ex

            async def refuse(*args: Any, **named: Any) -> Any:
                if 9 in (*args, named.get("port")):
                    raise OSError(number, os.strerror(number))
                return await connect(*args, **named)

            def turn_away(made: socket.socket, address: Any) -> int:
                return number if address[1] == 9 else knock(made, address)

            monkeypatch.setattr(loop, "create_connection", refuse)
            monkeypatch.setattr(socket.socket, "connect_ex", turn_away)
            return await observe(probe, "local", 1000, tools)

    assert asyncio.run(ask()).reason is reason


def test_a_refusal_of_a_canary_is_an_answer() -> None:
    """It came over the line."""

    async def ask() -> bool | None:
        async with open_tools(Clock()) as tools:
            use(tools, *(("127.0.0.1", free_port()) for _ in range(3)))
            return await tools.canaries.answer()

    assert asyncio.run(ask()) is True


def test_canaries_are_asked_once_for_all() -> None:
    """A hundred probes that fail together do not ask a hundred times, and one that gives up takes nothing from the others."""
    met: list[str] = []

    async def count(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        met.append("a question")

    async def ask() -> list[bool | None]:
        async with serving(count) as port, open_tools(Clock()) as tools:
            use(tools, *[("127.0.0.1", port)] * 3)
            impatient = asyncio.create_task(tools.canaries.answer())
            await asyncio.sleep(0)
            impatient.cancel()
            found = await asyncio.gather(*(tools.canaries.answer() for _ in range(100)))
            await asyncio.sleep(0.05)
            return found

    assert asyncio.run(ask()) == [True] * 100
    assert len(met) <= 6  # those that wondered after a question had begun waited for the next


def told(alive: int, dead: int, *turns: tuple[int, int]) -> list[Blind]:
    """What is told of blindness over turns of asking: each with so many canaries that answer and that do not."""

    async def watch() -> list[Blind]:
        heard: list[Blind] = []
        async with contextlib.AsyncExitStack() as stack:
            port = await stack.enter_async_context(serving(silent))
            tools = await stack.enter_async_context(open_tools(Clock()))
            use(tools)
            tools.canaries.watch(heard.append)
            for living, deaf in ((alive, dead), *turns):
                use(tools, *[("127.0.0.1", port)] * living, *[DEAD] * deaf)
                await tools.canaries.answer()
        return heard

    return asyncio.run(watch())


def test_blindness_is_told_once_when_it_begins_and_once_when_it_ends() -> None:
    """With the second in which it began, in both."""
    assert told(3, 0, (2, 1)) == []
    begun, ended = told(3, 0, (1, 2), (0, 3), (2, 1))
    assert begun.end is None
    assert begun.cause == "canaries"
    assert ended.start == begun.start
    assert ended.end is not None
    assert ended.end > ended.start


def test_a_monitor_that_was_blind_when_it_stopped_still_is_until_a_canary_answers() -> None:
    """The end of what began before a restart is told too."""

    async def restart(alive: int, dead: int) -> list[Blind]:
        heard: list[Blind] = []
        async with flock(alive, dead) as tools:
            tools.canaries.watch(heard.append, 1000)
            await tools.canaries.answer()
        return heard

    assert asyncio.run(restart(0, 3)) == []
    (over,) = asyncio.run(restart(3, 0))
    assert over.start == 1000
    assert over.end is not None


def test_a_canary_may_be_any_answer_that_is_expected(tmp_path: Path) -> None:
    """One over HTTP answers when it says what it should: a portal that answers for everybody does not."""

    async def ask(words: bytes) -> bool | None:
        async with serving(says(words)) as port, open_tools(Clock()) as tools:
            (tmp_path / "meetlat.toml").write_text(HTTP.replace("PORT", str(port)) + MAIN)
            tools.canaries.use(load(tmp_path, {}).network.canaries)
            return await tools.canaries.answer()

    assert asyncio.run(ask(answer("200 OK", "alive"))) is True
    assert asyncio.run(ask(answer("200 OK", "log in here"))) is False
    assert asyncio.run(ask(answer("302 Found", "", "Location: http://127.0.0.1:1/"))) is False


HTTP = "".join(
    f'[[canary]]\nid = "c{i}"\nkind = "http"\nurl = "http://127.0.0.1:PORT/{i}"\ncontains = "alive"\n' for i in range(3)
)
THREE = """
[[canary]]
id = "one"
kind = "tcp"
host = "192.0.2.1"
port = 53

[[canary]]
id = "two"
kind = "http"
url = "http://one.example/alive"
status = [204]

[[canary]]
id = "three"
kind = "tcp"
host = "2001:db8::1"
port = 53
"""


def test_canaries_are_configured(tmp_path: Path) -> None:
    """Three or more, each asked like a probe; `meetlat check` prints them."""
    (tmp_path / "meetlat.toml").write_text(THREE + MAIN)
    config = load(tmp_path, {})
    assert [canary.target() for canary in config.network.canaries][:2] == ["192.0.2.1:53", "http://one.example/alive"]
    assert "blind while 2 of 3 canaries fail" in describe(config)
    assert "canary two: http http://one.example/alive" in describe(config)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (THREE.replace('[[canary]]\nid = "three"\nkind = "tcp"\nhost = "2001:db8::1"\nport = 53\n', ""), "canary"),
        (THREE.replace("2001:db8::1", "192.0.2.1"), "canary[three]"),
        (THREE.replace('host = "192.0.2.1"\nport = 53', 'host = "api.acme.example"\nport = 443'), "canary[one]"),
        (THREE.replace('"three"', '"one"'), "canary[one].id"),
        (THREE.replace("port = 53", "port = 0", 1), "canary[one].port"),
        (THREE.replace('"http"', '"command"'), "canary[two].kind"),
        (THREE.replace("status = [204]", 'interval = "1s"'), "canary[two].interval"),
        ("canary = 5\n", "canary"),
        ("[network]\nquorum = 4\n" + THREE, "network.quorum"),
        ('[network]\ncanaries = ["192.0.2.1:53"]\n', "network.canaries"),
    ],
)
def test_other_canaries_are_refused(tmp_path: Path, wrong: str, path: str) -> None:
    """Too few to decide, the same one twice, a target, no port, a kind or a pace that is not theirs, more than there are."""
    (tmp_path / "meetlat.toml").write_text(wrong + MAIN)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    (fault,) = caught.value.faults
    assert fault.path == path
