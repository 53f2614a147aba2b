"""Whose fault it is that there was no answer: only evidence from the wire accuses the target."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time
from dataclasses import replace
from typing import Any

import pytest
from serving import http_probe, serving, silent, tcp_probe
from transports import transport

from monitor.clock import Clock
from monitor.probes import http, observe, open_tools
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["transport"]
pytestmark = pytest.mark.usefixtures("transport")


def test_a_late_event_loop_accuses_nobody() -> None:
    """A monitor that was busy for most of the timeout cannot tell that the target was silent."""

    async def ask() -> Observation:
        async with serving(silent) as port, open_tools(Clock()) as tools:
            asked = asyncio.ensure_future(observe(http_probe(port, timeout=400), "local", 1000, tools))
            await asyncio.sleep(0.1)
            time.sleep(0.2)  # noqa: ASYNC251 -- the point of the test
            return await asked

    assert asyncio.run(ask()).reason is Reason.OVERLOAD


@pytest.mark.parametrize(
    ("number", "outcome", "reason"),
    [
        (errno.ECONNREFUSED, Outcome.FAIL, Reason.CONNECT),
        (errno.ECONNRESET, Outcome.FAIL, Reason.CLOSED),
        (errno.ETIMEDOUT, Outcome.FAIL, Reason.TIMEOUT),
        (errno.ENETUNREACH, Outcome.UNKNOWN, Reason.NETWORK),
        (errno.EHOSTUNREACH, Outcome.UNKNOWN, Reason.NETWORK),
        (errno.EPERM, Outcome.UNKNOWN, Reason.INTERNAL),
        (errno.ENOBUFS, Outcome.UNKNOWN, Reason.INTERNAL),
        (errno.EMFILE, Outcome.UNKNOWN, Reason.INTERNAL),
        (errno.EADDRNOTAVAIL, Outcome.UNKNOWN, Reason.INTERNAL),
        (errno.EAFNOSUPPORT, Outcome.UNKNOWN, Reason.INTERNAL),
    ],
)
@pytest.mark.parametrize("kind", ["http", "tcp"])
def test_only_the_wire_can_accuse(
    monkeypatch: pytest.MonkeyPatch, kind: str, number: int, outcome: Outcome, reason: Reason
) -> None:
    """What the system says when connecting fails decides whose fault it is; what is not known is never the target's."""

    async def ask() -> Observation:
        async def refuse(*_: Any, **__: Any) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: number)
        probe = tcp_probe(9) if kind == "tcp" else http_probe(9)
        async with open_tools(Clock()) as tools:
            return await observe(probe, "local", 1000, tools)

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (outcome, reason), seen


@pytest.mark.parametrize(
    "probe", [http_probe(0, interval=1000, timeout=1000), http_probe(0, interval=1000, timeout=900)]
)
def test_a_probe_ends_before_its_next_slot(probe: http.Settings) -> None:
    """A timeout as long as the interval is cut short, or each second slot of a silent target would be lost."""

    async def ask() -> Observation:
        async with serving(silent) as port, open_tools(Clock()) as tools:
            return await observe(replace(probe, url=f"http://127.0.0.1:{port}/"), "local", 1000, tools)

    seen = asyncio.run(ask())
    assert seen.reason in (Reason.TIMEOUT, Reason.OVERLOAD)
    assert seen.phases.total_us >= 890_000
    assert probe.deadline == 900


def test_a_short_timeout_is_left_alone() -> None:
    """There is time enough."""
    assert http_probe(0, interval=60_000, timeout=10_000).deadline == 10_000
    assert http_probe(0, interval=60_000, timeout=60_000).deadline == 57_000
