"""How often a probe asks and how long it waits: whether what an operator wrote fits together."""

from __future__ import annotations

from monitor.table import Faults, duration, join, lasting

Pace = dict[str, int | None]
LEAST = 1000  # milliseconds between two questions


def pace_of(table: object, inherited: Pace, path: str, faults: Faults) -> Pace:
    """Interval and timeout as they are in force, None for one that is faulty. Only what is written here is faulted here."""
    own = {key: _milliseconds(table[key]) for key in inherited if key in table} if isinstance(table, dict) else {}
    pace = inherited | own
    interval, timeout = pace["interval"], pace["timeout"]
    if own.get("timeout") == 0:
        faults.add(join(path, "timeout"), "allowed is more than 0")
    if "interval" in own and interval is not None and interval < LEAST:
        faults.add(join(path, "interval"), "allowed is at least 1s")
    elif own and interval is not None and timeout is not None and timeout > interval:
        faults.add(join(path, "timeout"), f"{lasting(timeout)} does not fit in the interval of {lasting(interval)}")
    elif own and interval is not None and timeout is not None and pace.get("confirm_every") is not None:
        _again(pace["confirm_every"] or 0, interval, timeout, join(path, "confirm_every"), faults)
    return pace


def _again(every: int, interval: int, timeout: int, path: str, faults: Faults) -> None:
    """A failure is asked again sooner than the next slot, and not before the question has ended."""
    if every < LEAST:
        faults.add(path, "allowed is at least 1s")
    elif every >= interval:
        faults.add(path, f"{lasting(every)} is not shorter than the interval of {lasting(interval)}")
    elif timeout > every:
        faults.add(path, f"the timeout of {lasting(timeout)} does not fit in {lasting(every)}")


def _milliseconds(value: object) -> int | None:
    try:
        return duration(value)
    except ValueError:
        return None
