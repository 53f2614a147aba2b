"""What an NTP probe makes of time servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from serving import met_packets

from monitor.probes import ntp
from monitor.timeline.model import Outcome, Reason


def server(
    leap: int = 0, stratum: int = 2, word: bytes = b"GPS\0", ahead: float = 0, mode: int = 4, twist: bool = False
) -> Callable[[bytes], list[bytes]]:
    """A time server whose clock is so many seconds ahead; ``twist`` answers a question that nobody asked."""

    def reply(said: bytes) -> list[bytes]:
        stamp = int((time.time() + ahead + 2_208_988_800) * (1 << 32)) % (1 << 64)
        head = bytes([leap << 6 | 4 << 3 | mode, stratum, 6, 0xEC]) + bytes(8) + word + bytes(8)
        lot = bytes(8) if twist else said[40:48]
        return [head + lot + stamp.to_bytes(8, "big") * 2]

    return reply


@pytest.mark.parametrize(
    ("reply", "settings", "outcome", "reason"),
    [
        (server(), {"degraded_above": 2000, "failed_above": 2000}, Outcome.PASS, None),
        (server(ahead=-3600), {}, Outcome.PASS, None),
        (server(ahead=60), {"degraded_above": 2000}, Outcome.DEGRADED, Reason.BODY),
        (server(ahead=-60), {"degraded_above": 2000, "failed_above": 30_000}, Outcome.FAIL, Reason.BODY),
        (server(stratum=5), {"stratum": 3}, Outcome.FAIL, Reason.STATUS),
        (server(stratum=16), {}, Outcome.FAIL, Reason.STATUS),
        (server(leap=3), {}, Outcome.FAIL, Reason.STATUS),
        (server(stratum=0, word=b"RATE"), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (server(mode=3), {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (server(twist=True), {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (lambda _: [b"short"], {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (lambda _: [b"x" * 48] * 200, {}, Outcome.FAIL, Reason.PROTOCOL),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
    ],
)
def test_each_answer_has_its_outcome(
    reply: Any, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """The right time, another, none; a server that knows it has none; answers to what was not asked."""
    found = asyncio.run(met_packets(ntp.Settings, reply, **({"host": "127.0.0.1"} | settings)))
    assert (found.outcome, found.reason) == (outcome, reason), found


def test_the_count_of_the_protocol_begins_anew_in_2036() -> None:
    """A stamp just behind the turn is near a clock just before it."""
    turn = (1 << 32) * 1000 - 2_208_988_800_000
    assert ntp._milliseconds((5).to_bytes(4, "big") + bytes(4), turn - 1000) == turn + 5000
    assert ntp._milliseconds(((1 << 32) - 5).to_bytes(4, "big") + bytes(4), turn + 1000) == turn - 5000
