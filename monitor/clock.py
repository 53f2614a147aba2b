"""The one reader of the wall and monotonic clocks. Everything else takes ``now`` as an argument, or a ``Clock``."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's clocks. The wall clock is a label and may jump; durations and deadlines use the monotonic one."""

    def now(self) -> int:
        """Seconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000_000

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Milliseconds of a clock that never goes back; only differences mean anything."""
        return time.monotonic_ns() // 1_000_000

    def ticks_us(self) -> int:
        """Microseconds of the finest clock there is, for measuring phases; only differences mean anything."""
        return time.perf_counter_ns() // 1_000
