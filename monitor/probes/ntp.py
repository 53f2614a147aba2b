"""Does a time server answer, and does its time agree with ours?"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.clock import Clock
from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._packets import answered, resolved
from monitor.table import duration
from monitor.timeline.model import Reason, Verdict
from monitor.values import host, port, whole

SIZE = 48
EPOCH_MS = 2_208_988_800_000  # from 1900, where the protocol begins to count, to 1970
ERA = 1 << 32  # seconds after which it begins anew
LIMITED = {b"RATE", b"DENY", b"RSTR"}


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """A pass is an answer of ``host`` at ``port`` that says it keeps time, at a stratum of at most ``stratum``.

    An answer that differs from the clock of the monitor by more than ``degraded_above`` is degraded, by more than
    ``failed_above`` failed; the latter only if it is asked, for it is right only where the monitor's own clock is kept.
    """

    host: Annotated[str, host]
    port: Annotated[int, port] = 123
    stratum: Annotated[int, whole(1, 15)] = 15
    degraded_above: Annotated[int, duration] | None = None
    failed_above: Annotated[int, duration] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("answer", "it keeps time", "stratum", "failed_above", "degraded_above")

    def target(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Reading:
    """What an answer says. ``offset_ms`` is how far its clock is ahead of ours."""

    leap: int
    stratum: int
    word: bytes
    offset_ms: int


class Asker:
    """Questions that cannot be guessed, and the answers to them. A question takes no time: its stamp is a number drawn by lot."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[bytes, int] = {}

    def packet(self) -> bytes:
        """A question."""
        lot = secrets.token_bytes(8)
        self._asked[lot] = self._clock.now_ms()
        return b"\x23" + bytes(39) + lot

    def reading(self, said: bytes) -> Reading | None:
        """What the answer to one of our questions says; None for any other packet."""
        begun = self._asked.get(said[24:32]) if len(said) >= SIZE else None
        if begun is None or said[0] & 7 != 4:
            return None
        ended = self._clock.now_ms()
        received, sent = _milliseconds(said[32:40], begun), _milliseconds(said[40:48], begun)
        return Reading(said[0] >> 6, said[1], said[12:16], ((received - begun) + (sent - ended)) // 2)


def _milliseconds(stamp: bytes, near_ms: int) -> int:
    """A stamp in milliseconds since 1970, in the era that is nearest to what our clock says."""
    ms = int.from_bytes(stamp[:4], "big") * 1000 + int.from_bytes(stamp[4:], "big") * 1000 // ERA - EPOCH_MS
    era = ERA * 1000
    return ms + (near_ms - ms + era // 2) // era * era


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Ask for the time."""
    asker = Asker(tools.clock)
    addresses = await resolved(probe.host, tools, course)
    found = await answered(addresses, probe.port, asker.packet, asker.reading, tools, course)
    return course.judged(_checks(probe, found)) or Verdict.passed()


def _checks(probe: Settings, found: Reading) -> Iterator[Check]:
    wrong = None
    if found.stratum == 0 and found.word in LIMITED:
        wrong = Verdict.unknown(Reason.BLOCKED, "the server answers us no more")
    elif found.leap == 3 or not 1 <= found.stratum <= 15:
        wrong = Verdict.failed(Reason.STATUS, "the server says that it does not keep time")
    yield Check("it keeps time", wrong, f"leap indicator {found.leap}")
    said = f"stratum {found.stratum}"
    yield Check("stratum", Verdict.failed(Reason.STATUS, said) if found.stratum > probe.stratum else None, said)
    off = abs(found.offset_ms)
    said = f"{off} ms from our clock"
    if probe.failed_above is not None:
        yield Check("failed_above", Verdict.failed(Reason.BODY, said) if off > probe.failed_above else None, said)
    if probe.degraded_above is not None:
        is_far = off > probe.degraded_above
        yield Check("degraded_above", Verdict.degraded(Reason.BODY, said) if is_far else None, said)
