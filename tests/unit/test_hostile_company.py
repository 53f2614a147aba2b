"""Hostile targets in company: each ends at its deadline, in little memory, and harms no other."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
import tracemalloc

import pytest
from running import free_port
from serving import Serve, answer, http_probe, says, serving, serving_aside, silent, then
from transports import transport

from monitor.clock import Clock
from monitor.http_client.lean import Lean
from monitor.http_client.line import Line
from monitor.http_client.reading import Fast, Reading, Strict
from monitor.probes import observe, open_tools
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["transport"]
pytestmark = pytest.mark.usefixtures("transport")

OK = b"HTTP/1.1 200 OK\r\n"
STALLING: list[tuple[Serve, str]] = [
    (silent, "answer"),
    (then(OK + b"X: ", b"x", 0.1), "answer"),
    (then(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.1), "answer"),
    (then(OK + b"Content-Length: 99\r\n\r\n", b"", 0), "end of the body"),
    (then(OK + b"Content-Length: 9999\r\n\r\n", b"x", 0.1), "end of the body"),
    (then(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.1), "end of the body"),
]
GREEDY: list[Serve] = [
    then(OK + b"\r\n", b"x" * 10_000),
    then(OK, b"X-More: and more\r\n" * 500),
    then(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500),
    then(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
]


async def all_asked(serves: list[Serve], each: int, at_most: int) -> list[Observation]:
    """Observations of all these servers at the same time."""
    async with contextlib.AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(serving(serve)) for serve in serves]
        tools = await stack.enter_async_context(open_tools(Clock()))
        probes = [http_probe(port, interval=2 * at_most, timeout=at_most) for port in ports for _ in range(each)]
        return await asyncio.gather(*(observe(probe, "local", 1000, tools) for probe in probes))


def test_each_way_of_stalling_ends_at_the_deadline() -> None:
    """A byte now and then does not buy time: the deadline is for the whole."""
    found = asyncio.run(all_asked([serve for serve, _ in STALLING], 1, 4000))
    for seen, (_, phase) in zip(found, STALLING, strict=True):
        assert (seen.reason, seen.verdict.detail) == (Reason.TIMEOUT, f"no {phase} within 4000 ms"), seen
        assert 3_990_000 <= seen.phases.total_us < 6_000_000


def test_what_is_read_of_a_flood_is_bounded() -> None:
    """Twenty floods at once, of body, header, hints and chunks, take no more memory than a megabyte each."""
    tracemalloc.start()
    try:
        found = asyncio.run(all_asked(GREEDY, 5, 120_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert all(seen.reason in (None, Reason.PROTOCOL) for seen in found), found
    assert peak < 20 * 1_000_000


@pytest.mark.parametrize(
    "serve",
    [
        then(OK, b"X-More: and more\r\n" * 20_000),
        then(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20_000),
        then(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 50_000),
    ],
)
def test_a_flood_leaves_others_their_turn(serve: Serve) -> None:
    """What comes in at once is worked off in small pieces: no turn of the loop costs more than a few milliseconds.

    Measured in time of this thread's processor, so that a busy machine changes nothing.
    """

    async def ask(port: int) -> float:
        longest = 0.0

        async def beat() -> None:
            nonlocal longest
            while True:
                before = time.thread_time()
                await asyncio.sleep(0)
                longest = max(longest, time.thread_time() - before)

        async with open_tools(Clock()) as tools:
            await observe(http_probe(free_port()), "local", 1000, tools)  # what is done only once is done now
            beating = asyncio.create_task(beat())
            await observe(http_probe(port, interval=200_000, timeout=100_000), "local", 1000, tools)
            beating.cancel()
        return longest

    with serving_aside(serve) as port:
        gc.disable()  # whose turn it is to collect garbage is another matter
        try:
            assert asyncio.run(ask(port)) < 0.012
        finally:
            gc.enable()


def test_hostile_targets_harm_no_other() -> None:
    """Hostile targets of every kind beside one that answers: whenever it is asked, it is seen to be well."""

    async def ask() -> tuple[list[Observation], list[Observation]]:
        async with contextlib.AsyncExitStack() as stack:
            hostile = [serve for serve, _ in STALLING] + GREEDY
            ports = [await stack.enter_async_context(serving(serve)) for serve in hostile]
            good = await stack.enter_async_context(serving(says(answer("200 OK"))))
            tools = await stack.enter_async_context(open_tools(Clock()))
            probes = [http_probe(port, timeout=3000) for port in ports for _ in range(5)]
            hanging = [asyncio.ensure_future(observe(probe, "local", 1000, tools)) for probe in probes]
            seen: list[Observation] = []
            while not all(each.done() for each in hanging):
                patient = http_probe(good, interval=60_000, timeout=30_000)
                seen.append(await observe(patient, "local", 1000, tools))
            return seen, [each.result() for each in hanging]

    seen, hostile = asyncio.run(ask())
    assert seen
    assert all(each.outcome is Outcome.PASS for each in seen), [each for each in seen if each.outcome != "pass"]
    assert all(each.phases.total_us < 6_000_000 for each in hostile)


@pytest.mark.parametrize("serve", [silent, says(b"SSH-2.0\r\n\r\n"), says(OK + b"X: " + b"x" * 200_000), *GREEDY])
def test_what_was_read_in_vain_is_let_go_at_once(serve: Serve) -> None:
    """Nothing of it holds itself, so that a hundred hostile targets take no more memory than what is read of them now."""

    async def ask() -> list[object]:
        async with serving(serve) as port, open_tools(Clock()) as tools:
            probe = http_probe(port, timeout=1000)
            await observe(probe, "local", 1000, tools)  # what is done only once is done now
            gc.collect()
            await observe(probe, "local", 1000, tools)
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            return [each for each in gc.garbage if isinstance(each, (Lean, Line, Reading, Fast, Strict))]

    gc.disable()
    try:
        assert not asyncio.run(ask())
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
