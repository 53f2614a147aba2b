"""What a UDP probe makes of packets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from serving import bound, met_packets

from monitor.probes import udp
from monitor.table import Secret
from monitor.timeline.model import Outcome, Reason

Reply = Callable[[bytes], Iterable[bytes]]
PING = Secret("PING ${KEY}", "PING hush")


class Deaf:
    """A server that hears only the second of what it is told."""

    def __init__(self) -> None:
        self.heard = 0

    def __call__(self, _: bytes) -> list[bytes]:
        """Its answer."""
        self.heard += 1
        return [b"PONG"] if self.heard > 1 else []


@pytest.mark.parametrize(
    ("reply", "settings", "outcome", "reason"),
    [
        (lambda said: [b"PONG" if said == b"PING hush" else b"what?"], {"expect": "PONG"}, Outcome.PASS, None),
        (lambda _: [b"\0"], {}, Outcome.PASS, None),
        (lambda _: [b"PONG"], {"matches": "^P.NG$"}, Outcome.PASS, None),
        (lambda _: [b"PONG"], {"matches": "^PANG"}, Outcome.FAIL, Reason.BODY),
        (lambda said: [said], {"expect": "PONG"}, Outcome.FAIL, Reason.BODY),
        (lambda _: [b"x" * 60_000] * 10, {"expect": "PONG"}, Outcome.FAIL, Reason.BODY),
        (
            lambda said: [said[::-1]],
            {"send": Secret("01ff", "01ff"), "hex": True, "expect": "ff01"},
            Outcome.PASS,
            None,
        ),
        (lambda _: [], {"timeout": 1500}, Outcome.FAIL, Reason.TIMEOUT),
        (Deaf(), {}, Outcome.PASS, None),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
    ],
)
def test_each_answer_has_its_outcome(
    reply: Reply | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """The right one, any one, another; silence; a packet that was lost; a port where nobody listens."""
    found = asyncio.run(met_packets(udp.Settings, reply, **({"host": "127.0.0.1", "send": PING} | settings)))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "hush" not in found.verdict.detail


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"send": "hush", "hex": True}, "send is not hexadecimal"),
        ({"send": "x", "expect": "a", "matches": "b"}, "allowed is one of: expect, matches"),
        ({"send": ""}, "send is empty"),
        ({}, "send: missing"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(udp.Settings, host="a.example", port=1, **table)
    assert len(found) == 1, found
    assert said in found[0]
    assert "hush" not in found[0]
