"""The way to the target: full queues, several addresses of which some are silent, and faults of our own."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from running import free_port
from serving import Serve, answer, http_probe, says, serving, tcp_probe
from transports import transport

from monitor.clock import Clock
from monitor.probes import Probe, Tools, observe, open_tools
from monitor.reach import reach
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["transport"]
pytestmark = pytest.mark.usefixtures("transport")

KINDS = [http_probe, tcp_probe]


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """A port whose queue is full: whoever knocks is not answered."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        time.sleep(0.05)
        yield listener.getsockname()[1]


@pytest.mark.parametrize("probe_of", KINDS)
def test_a_port_that_does_not_answer_is_a_timeout_of_the_connection(probe_of: Any) -> None:
    """No answer to the first packet, which is what a dropped packet or a full queue looks like."""

    async def ask(port: int) -> Observation:
        async with open_tools(Clock()) as tools:
            return await observe(probe_of(port, timeout=2500), "local", 1000, tools)

    with deaf() as port:
        seen = asyncio.run(ask(port))
    assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.TIMEOUT), seen
    assert seen.verdict.detail == "no connection within 2500 ms"


@pytest.mark.parametrize("probe_of", KINDS)
def test_a_refusal_may_come_late(probe_of: Any) -> None:
    """A while after the first packet, as it does over a long way."""

    async def ask() -> Observation:
        with contextlib.ExitStack() as stack:
            port = stack.enter_context(deaf())
            async with open_tools(Clock()) as tools:
                asking = asyncio.create_task(observe(probe_of(port), "local", 1000, tools))
                await asyncio.sleep(0.2)
                stack.close()
                return await asking

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason, seen.verdict.detail) == (Outcome.FAIL, Reason.CONNECT, "Connection refused")


@pytest.mark.parametrize("probe_of", KINDS)
def test_running_out_of_descriptors_is_our_own_fault(probe_of: Any) -> None:
    """A refused port and a full table of descriptors look alike to a client; only one is the target's fault."""

    async def ask() -> Observation:
        async with open_tools(Clock()) as tools:
            await observe(probe_of(free_port()), "local", 1000, tools)  # all that is opened once is open now
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            with socket.socket() as next_one:
                resource.setrlimit(resource.RLIMIT_NOFILE, (next_one.fileno() + 1, hard))
                try:
                    return await observe(probe_of(9), "local", 1000, tools)
                finally:
                    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.INTERNAL), seen


def resolving(tools: Tools, *addresses: str) -> None:
    """From now on every name has these addresses."""

    async def look_up(_: str) -> tuple[str, ...]:
        return addresses

    tools.resolver._look_up = look_up  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("probe_of", KINDS)
@pytest.mark.parametrize("others", [("127.0.0.9",), ("127.0.0.9", "::1"), ("127.0.0.7", "127.0.0.8", "127.0.0.9")])
def test_another_address_answers(probe_of: Any, others: tuple[str, ...]) -> None:
    """What a customer's program would do: when one address refuses, the next is tried."""

    async def ask() -> Observation:
        async with serving(says(answer("200 OK"))) as port, open_tools(Clock()) as tools:
            resolving(tools, *others, "127.0.0.1")
            return await observe(_named(probe_of, port), "local", 1000, tools)

    assert asyncio.run(ask()).outcome is Outcome.PASS


def _named(probe_of: Any, port: int) -> Probe:
    name = {"url": "http://many.example:{port}/"} if probe_of is http_probe else {"host": "many.example"}
    probe: Probe = probe_of(port, **name)
    return probe


@pytest.mark.parametrize("probe_of", KINDS)
def test_a_denied_address_among_good_ones_denies_the_name(probe_of: Any) -> None:
    """No connection is made, not even to the good ones: the name is not to be trusted."""
    met: list[str] = []

    async def serve(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        met.append("a connection")

    async def ask(serve: Serve) -> Observation:
        async with serving(serve) as port, open_tools(Clock()) as tools:
            resolving(tools, "127.0.0.1", "169.254.169.254")
            return await observe(_named(probe_of, port), "local", 1000, tools)

    assert asyncio.run(ask(serve)).reason is Reason.POLICY
    assert not met


def reached(answers: dict[str, int | float], **named: Any) -> str | int:
    """Which address is reached first, when each gives an error number, or answers after so many seconds."""

    async def connect(address: str) -> str:
        said = answers[address]
        if isinstance(said, float):
            await asyncio.sleep(said)
            return address
        raise OSError(said, "no")

    async def close(_: str) -> None:
        pass

    try:
        return asyncio.run(reach(list(answers), connect, close))
    except OSError as error:
        return error.errno or 0


def test_a_silent_address_does_not_hold_up_the_next() -> None:
    """The next one is tried beside it, a moment later; the first one may still win."""
    assert reached({"10.0.0.1": 60.0, "fd00::1": 0.0}) == "fd00::1"
    assert reached({"10.0.0.1": 0.4, "fd00::1": 60.0}) == "10.0.0.1"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"10.0.0.1": errno.ECONNREFUSED, "fd00::1": errno.ENETUNREACH}, errno.ECONNREFUSED),
        ({"10.0.0.1": errno.ENETUNREACH, "fd00::1": errno.ECONNREFUSED}, errno.ENETUNREACH),
        ({"10.0.0.1": errno.ECONNREFUSED, "10.0.0.2": errno.EHOSTUNREACH}, errno.EHOSTUNREACH),
        ({"10.0.0.1": errno.ECONNREFUSED, "10.0.0.2": errno.EMFILE}, errno.EMFILE),
        ({"fd00::1": errno.ECONNREFUSED}, errno.ECONNREFUSED),
    ],
)
def test_of_several_failures_our_own_is_told(answers: dict[str, int | float], told: int) -> None:
    """One that may be ours accuses nobody, unless it is of a family that the machine simply does not have."""
    assert reached(answers) == told


def test_what_is_reached_too_late_is_closed() -> None:
    """Two addresses that answer at the same moment leave one connection open, not two."""
    closed: list[str] = []

    async def ask() -> str:
        ready = asyncio.Event()

        async def connect(address: str) -> str:
            if address == "10.0.0.2":
                ready.set()
            await ready.wait()
            return address

        async def close(address: str) -> None:
            closed.append(address)

        return await reach(["10.0.0.1", "10.0.0.2"], connect, close)

    kept = asyncio.run(ask())
    assert closed == [address for address in ("10.0.0.1", "10.0.0.2") if address != kept]
