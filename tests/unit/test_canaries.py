"""A broken line of our own is not taken for an outage of everybody else."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from pathlib import Path
from typing import Any

import pytest
from running import free_port
from samples import MAIN
from serving import Serve, answer, http_probe, says, serving, silent, tcp_probe

from monitor.clock import Clock
from monitor.config import load
from monitor.describe import describe
from monitor.probes import Tools, observe, open_tools
from monitor.resolver import NoSuchNameError
from monitor.table import ConfigError
from monitor.timeline.model import Observation, Outcome, Reason

DEAD = ("dead.test", 53)


def use(tools: Tools, *canaries: tuple[str, int]) -> None:
    """From now on ask these; names that begin with "dead" have no address."""
    look_up = tools.resolver._look_up

    async def known(host: str) -> tuple[str, ...]:
        if host.startswith("dead"):
            raise NoSuchNameError(host)
        return await look_up(host)

    tools.resolver._look_up = known  # type: ignore[method-assign]
    tools.canaries.use(canaries)


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
        (1, 2, Outcome.UNKNOWN, Reason.NETWORK),
        (0, 3, Outcome.UNKNOWN, Reason.NETWORK),
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

    assert asyncio.run(ask()).reason is Reason.NETWORK


def test_what_was_answered_is_never_weighed() -> None:
    """An answer came over the line, whatever the canaries say."""

    async def ask(words: bytes) -> Observation:
        async with flock(0, 3) as tools, serving(says(words)) as port:
            return await observe(http_probe(port), "local", 1000, tools)

    assert asyncio.run(ask(answer("500 Oops"))).reason is Reason.STATUS
    assert asyncio.run(ask(b"junk\r\n\r\n")).reason is Reason.PROTOCOL
    assert asyncio.run(ask(answer("200 OK"))).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("number", "alive", "dead", "reason"),
    [
        (errno.EHOSTUNREACH, 0, 0, Reason.NETWORK),
        (errno.EHOSTUNREACH, 0, 3, Reason.NETWORK),
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
            connect = loop.create_connection

            async def refuse(*args: Any, **named: Any) -> Any:
                if 9 in (*args, named.get("port")):
                    raise OSError(number, os.strerror(number))
                return await connect(*args, **named)

            monkeypatch.setattr(loop, "create_connection", refuse)
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
    assert len(met) == 3


def test_canaries_are_configured(tmp_path: Path) -> None:
    """Three or more, each a host with a port; `meetlat check` prints them."""
    wanted = '[network]\ncanaries = ["192.0.2.1:53", "one.example:443", "[2001:db8::1]:53"]\n'
    (tmp_path / "meetlat.toml").write_text(wanted + MAIN)
    config = load(tmp_path, {})
    assert config.network.canaries == (("192.0.2.1", 53), ("one.example", 443), ("2001:db8::1", 53))
    assert "canaries 192.0.2.1 port 53, one.example port 443, 2001:db8::1 port 53" in describe(config)


@pytest.mark.parametrize(
    "wrong",
    ['["192.0.2.1:53", "192.0.2.2:53"]', '["a:1", "a:1", "a:1"]', '["a:1", "b:1", "c"]', '["a:1", "b:1", "c:0"]',
     '["a:1", "b:1", "2001:db8::1:53"]', '["a:1", "b:1", "http://c"]', '["a:1", "b:1", 5]'],
)  # fmt: skip
def test_other_canaries_are_refused(tmp_path: Path, wrong: str) -> None:
    """Too few to decide, the same one twice, no port, an address that can be read in two ways."""
    (tmp_path / "meetlat.toml").write_text(f"[network]\ncanaries = {wrong}\n{MAIN}")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    (fault,) = caught.value.faults
    assert fault.path.startswith("network.canaries")
