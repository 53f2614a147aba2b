"""Hostile targets in company: each ends at its deadline, in little memory, and harms no other."""

from __future__ import annotations

import asyncio
import contextlib
import tracemalloc
from itertools import cycle

from serving import Serve, answer, http_probe, says, serving, silent, then

from monitor.clock import Clock
from monitor.probes import observe, open_tools
from monitor.timeline.model import Observation, Outcome, Reason

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
        probes = [http_probe(port, timeout=at_most) for port in ports for _ in range(each)]
        return await asyncio.gather(*(observe(probe, "local", 1000, tools) for probe in probes))


def test_each_way_of_stalling_ends_at_the_deadline() -> None:
    """A byte now and then does not buy time: the deadline is for the whole."""
    found = asyncio.run(all_asked([serve for serve, _ in STALLING], 1, 2000))
    for seen, (_, phase) in zip(found, STALLING, strict=True):
        assert (seen.reason, seen.verdict.detail) == (Reason.TIMEOUT, f"no {phase} within 2000 ms"), seen
        assert 1_990_000 <= seen.phases.total_us < 2_600_000


def test_what_is_read_of_a_flood_is_bounded() -> None:
    """Forty floods at once, of body, header, hints and chunks, take no more memory than a few hundred kilobytes each."""
    tracemalloc.start()
    try:
        found = asyncio.run(all_asked(GREEDY, 10, 60_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert all(seen.reason in (None, Reason.PROTOCOL) for seen in found), found
    assert peak < 40 * 500_000


def test_hostile_targets_delay_no_other() -> None:
    """A hundred hostile targets of every kind beside one that answers: each time it is asked, it is seen to be well."""

    async def ask() -> tuple[list[Observation], list[Observation]]:
        hostile = [serve for serve, _ in STALLING] + GREEDY
        async with contextlib.AsyncExitStack() as stack:
            ports = [await stack.enter_async_context(serving(serve)) for serve in hostile]
            good = await stack.enter_async_context(serving(says(answer("200 OK"))))
            tools = await stack.enter_async_context(open_tools(Clock()))
            probes = [http_probe(port, timeout=3000) for _, port in zip(range(100), cycle(ports), strict=False)]
            hanging = [asyncio.ensure_future(observe(probe, "local", 1000, tools)) for probe in probes]
            seen: list[Observation] = []
            while not all(each.done() for each in hanging):
                seen.append(await observe(http_probe(good), "local", 1000, tools))
            return seen, [each.result() for each in hanging]

    seen, hostile = asyncio.run(ask())
    assert len(seen) > 10
    assert all(each.outcome is Outcome.PASS for each in seen), [each for each in seen if each.outcome != "pass"]
    took = sorted(each.phases.total_us for each in seen)
    assert took[len(took) // 2] < 250_000
    assert all(each.phases.total_us < 4_500_000 for each in hostile)
