"""What a TCP probe makes of a connection."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from running import free_port
from serving import answer, says, serving, silent, tcp_probe

from monitor.clock import Clock
from monitor.probes import observe, open_tools
from monitor.timeline.model import Observation, Outcome


@pytest.mark.parametrize(("listens", "outcome"), [(True, Outcome.PASS), (False, Outcome.FAIL)])
def test_a_port_is_open_or_not(listens: bool, outcome: Outcome) -> None:
    """An accepted connection is a pass, a refused one a failure."""

    async def ask() -> Observation:
        async with contextlib.AsyncExitStack() as stack:
            port = await stack.enter_async_context(serving(says(answer("200 OK")))) if listens else free_port()
            tools = await stack.enter_async_context(open_tools(Clock()))
            return await observe(tcp_probe(port, host="localhost"), "local", 1000, tools)

    assert asyncio.run(ask()).outcome is outcome


def test_silence_after_the_connection_is_a_pass() -> None:
    """The question is whether the port accepts; nothing need be said there."""

    async def ask() -> Observation:
        async with serving(silent) as port, open_tools(Clock()) as tools:
            return await observe(tcp_probe(port), "local", 1000, tools)

    assert asyncio.run(ask()).outcome is Outcome.PASS
