"""Moments of a cron expression on the clocks of a zone. The door to cronsim.

As Debian's cron does: what runs each minute or each hour follows the time that really passes, while what runs at fixed times runs
once a day: right after the gap when the clocks skip its time in spring, and the first time when they show it twice in autumn.
Clocks that are set by half an hour, as on Lord Howe Island alone, may hide a few moments of that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
HOUR_MS = 3_600_000


def expression(value: object) -> str:
    """Five fields as cron has them, such as ``0 3 * * MON-FRI``."""
    refused = ValueError('allowed is a cron expression of five fields that ever comes true, such as "0 3 * * MON-FRI"')
    if not isinstance(value, str) or len(value) > 200 or len(value.split()) != 5:
        raise refused
    try:
        next(CronSim(value, FIRST))
    except (CronSimError, StopIteration):
        raise refused from None
    return " ".join(value.split())


def moments(cron: str, zone: str, after_ms: int) -> Iterator[int]:
    """The moments of the expression after an instant, each once, in order, in milliseconds since the epoch."""
    last = after_ms
    for local in CronSim(cron, datetime.fromtimestamp(after_ms // 1000, ZoneInfo(zone))):
        at = int(local.timestamp()) * 1000
        if at > last:  # a time of the clock that was skipped is made up for at the same moment as another
            yield at
            last = at


def latest(cron: str, zone: str, until_ms: int, after_ms: int) -> int | None:
    """The last moment in ``(after_ms, until_ms]``; None when there is none."""
    reach = HOUR_MS
    while until_ms > after_ms:
        found = None
        for at in moments(cron, zone, max(after_ms, until_ms - reach)):
            if at > until_ms:
                break
            found = at
        if found is not None or until_ms - reach <= after_ms:
            return found
        reach *= 4
    return None
