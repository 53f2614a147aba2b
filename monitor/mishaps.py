"""Our own mistakes, told once: an exception that nobody expected, met by each of a thousand probes, is one line of log."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field

from monitor.clock import Clock

AGAIN_MS = 3_600_000
log = logging.getLogger(__name__)


@dataclass
class _Told:
    """When a kind of mishap was last told of, and how often it happened since."""

    at_ms: int
    since: int = 0


@dataclass
class Mishaps:
    """What went wrong unexpectedly, by kind: the type of the exception and the place that raised it."""

    clock: Clock
    _told: dict[tuple[str, str], _Told] = field(default_factory=dict)

    def met(self, error: Exception, doing: str) -> None:
        """Log the first of a kind in full; of the others, at most once an hour, how many there were."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
        kind, now = (type(error).__name__, place), self.clock.monotonic_ms()
        told = self._told.get(kind)
        if told is None:
            self._told[kind] = _Told(now)
            log.error("%s failed, which is a fault of the monitor; more of its kind are counted", doing, exc_info=error)
            return
        told.since += 1
        if now - told.at_ms >= AGAIN_MS:
            log.error("%s at %s: %d more times since it was last told of, now in %s", *kind, told.since, doing)
            self._told[kind] = _Told(now)
