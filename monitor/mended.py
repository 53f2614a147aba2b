"""A table with faults made good enough to be looked at as a whole, so that its other faults are told in the same breath."""

from __future__ import annotations

import re
from typing import Any

STAND_INS = {"target": "99.9", "timezone": "UTC", "treat": "forgive"}
KEPT = ("objective", "remedy", "exclude", "calendar", "component", "agreement")


def cut(table: dict[str, Any], path: str) -> bool:
    """Leave out what is wrong at a path; a stand-in takes the place of what must be there. False when that cannot be done."""
    keys: list[str | int] = [int(key) if key.isdigit() else key for key in re.findall(r"[^.\[\]]+", path)]
    holders: list[Any] = [table]
    for key in keys[:-1]:
        try:
            holders.append(holders[-1][key])
        except (KeyError, IndexError, TypeError):
            return True  # it was in something that is gone already
    if not keys:
        return False
    last, holder = keys[-1], holders[-1]
    if isinstance(holder, dict) and last in holder and last not in KEPT:
        del holder[last]
        return True
    if isinstance(holder, dict) and last in STAND_INS:
        holder[last] = STAND_INS[str(last)]
        return True
    for key, around in zip(reversed(keys[:-1]), reversed(holders[:-1]), strict=True):
        if isinstance(around, dict):
            return key not in KEPT and around.pop(key, None) is not None
    return False


def is_about(one: str, other: str) -> bool:
    """True when one path leads to or through the other; that two things have the same id is about neither of them."""
    return one == other or _leads(one, other) or (one not in KEPT and _leads(other, one))


def _leads(path: str, start: str) -> bool:
    return path.startswith((f"{start}.", f"{start}["))
