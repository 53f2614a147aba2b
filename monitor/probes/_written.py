"""Settings in words, as an operator wrote them; what is secret hides itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from monitor.probes import is_wanted
from monitor.table import duration, lasting


def written(value: Any, hint: object = None) -> str:
    """One value: durations in their largest unit, ranges with their ends, tables in braces without what asks for nothing."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and _lasts(hint):
        return lasting(value)
    if isinstance(value, range):
        return f"{value.start} to {value.stop - 1}"
    if isinstance(value, tuple):
        return ", ".join(written(each) for each in value)
    if isinstance(value, Mapping):
        return _table({f"{key}": each for key, each in value.items()}, {})
    if is_dataclass(value) and not hasattr(value, "reveal"):
        hints = get_type_hints(type(value), include_extras=True)
        return _table({each.name: getattr(value, each.name) for each in fields(value)}, hints)
    return str(value)


def _table(pairs: Mapping[str, Any], hints: Mapping[str, object]) -> str:
    kept = [f"{key} = {written(value, hints.get(key))}" for key, value in pairs.items() if is_wanted(value)]
    return f"{{ {', '.join(kept)} }}"


def _lasts(hint: object) -> bool:
    """Whether this is the type of a duration, or of perhaps one."""
    return duration in getattr(hint, "__metadata__", ()) or any(map(_lasts, get_args(hint)))
