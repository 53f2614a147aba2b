"""What an answer in JSON must hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from monitor.json_paths import NODES, json_path, values_at

__all__ = ["JsonRule", "Plain", "json_path", "number", "parsed", "plain", "values_at"]
Plain = str | int | Decimal | bool


def plain(value: object) -> Plain:
    """A text, a number, or true or false."""
    if not isinstance(value, (str, int, Decimal)):
        raise ValueError("allowed is a text, a number, or true or false")
    return value


def number(value: object) -> int | Decimal:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("allowed is a number")
    return value


@dataclass(frozen=True, kw_only=True)
class JsonRule:
    """What is at ``path``: something must be there (``exists = false``: nothing may), and all that is there must pass.

    A path may have as many ``..`` and filters as it needs; one that takes more than 100 000 steps in what came is not followed
    further, and fails. ``match`` and ``search`` in a filter read their pattern as RE2 does.
    """

    path: Annotated[str, json_path]
    exists: bool = True
    equals: Annotated[Plain, plain] | None = None
    differs: Annotated[Plain, plain] | None = None
    above: Annotated[int | Decimal, number] | None = None
    below: Annotated[int | Decimal, number] | None = None

    def __post_init__(self) -> None:
        compared = (self.equals, self.differs, self.above, self.below)
        if not self.exists and any(each is not None for each in compared):
            raise ValueError("with exists = false there is nothing to compare")

    def fault(self, document: object) -> str:
        """What is wrong with the document, in words that quote nothing of it; empty when nothing is."""
        try:
            found = values_at(self.path, document)
        except ValueError as error:
            return str(error)
        if bool(found) != self.exists:
            return f"the JSON has {'nothing' if self.exists else 'something'} at {self.path}"
        if len(found) > NODES:
            return f"the JSON has more than {NODES} values at {self.path}"
        is_good = all(self._passes(each) for each in found)
        return "" if is_good else f"the JSON at {self.path} is not as wanted"

    def _passes(self, value: object) -> bool:
        is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        return (
            (self.equals is None or _is_same(value, self.equals))
            and (self.differs is None or not _is_same(value, self.differs))
            and (self.above is None or (is_number and value > self.above))  # type: ignore[operator]
            and (self.below is None or (is_number and value < self.below))  # type: ignore[operator]
        )


def _is_same(value: object, wanted: Plain) -> bool:
    """Equal, where true is not 1."""
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


def parsed(text: str) -> Any:
    """A document in JSON, numbers exact. ValueError when it is none, or is deeper or longer than anything meant."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise ValueError("the body is not JSON") from error


def _refused(_: str) -> None:
    raise ValueError("not a number")
