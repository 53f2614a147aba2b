"""Regular expressions whose time grows with the text and no faster, whoever wrote the text. The door to RE2."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return re2.compile(pattern, options)


def pattern(value: object) -> str:
    """A regular expression as RE2 reads it: without look-around and back-references."""
    if not isinstance(value, str) or not value:
        raise ValueError("allowed is a regular expression that is not empty")
    try:
        _compiled(value)
    except re2.error as error:
        said = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"is not a regular expression: {said}") from None
    return value


def is_found(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text."""
    return bool(_compiled(pattern).search(text))


def searching(pattern: str) -> Callable[[str], bool] | None:
    """The search for a pattern that a stranger may have written, which is not kept; None when it is none."""
    try:
        found = _compiled.__wrapped__(pattern)
    except re2.error:
        return None
    return lambda text: bool(found.search(text))


def captured(pattern: str, text: str) -> str | None:
    """What the first group of the pattern holds where it is first found; None when it is not."""
    found = _compiled(pattern).search(text)
    part: str | None = found.group(1) if found else None
    return part


def pattern_with_group(value: object) -> str:
    """A regular expression as RE2 reads it, with one group."""
    if _compiled(pattern(value)).groups != 1:
        raise ValueError("allowed is a regular expression with one group, whose text is taken")
    return str(value)
