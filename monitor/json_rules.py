"""What an answer in JSON must hold, by JSONPath (RFC 9535). The door to the library that reads paths."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Annotated, Any

import jsonpath
from jsonpath.filter import StringLiteral
from jsonpath.function_extensions import ExpressionType, FilterFunction

from monitor.patterns import is_found, pattern

LONGEST = 200
NODES = 1000
_TEXTS = re.compile(r"'(?:[^'\\]|\\.)*'" + r'|"(?:[^"\\]|\\.)*"')
Plain = str | int | Decimal | bool


class _Search(FilterFunction):
    """Whether a pattern occurs in a text, in linear time."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 -- the library's form
    return_type = ExpressionType.LOGICAL
    form = "{}"

    def __call__(self, value: object, wanted: str) -> bool:
        return isinstance(value, str) and is_found(self.form.format(wanted), value)


class _Match(_Search):
    """Whether a pattern is all of a text."""

    form = r"\A(?:{})\z"


class _Environment(jsonpath.JSONPathEnvironment):
    """RFC 9535 and no more. The pattern of match and search is the operator's: one out of the answer would be a stranger's."""

    def setup_function_extensions(self) -> None:
        """As the standard says, with our own regular expressions."""
        super().setup_function_extensions()
        self.function_extensions |= {"match": _Match(), "search": _Search()}

    def validate_function_extension_signature(self, token: Any, args: list[Any]) -> list[Any]:
        """As the standard says; and a pattern stands in the path, and is one."""
        found = super().validate_function_extension_signature(token, args)
        if isinstance(self.function_extensions[token.value], _Search):
            if not isinstance(args[1], StringLiteral):
                raise jsonpath.JSONPathTypeError(
                    f"the pattern of {token.value} must stand in it as a text", token=token
                )
            try:
                pattern(args[1].value)
            except ValueError as error:
                raise jsonpath.JSONPathTypeError(f"the pattern of {token.value} {error}", token=token) from None
        return found


_ENVIRONMENT = _Environment(strict=True)


@lru_cache(maxsize=1000)
def _compiled(path: str) -> Any:
    return _ENVIRONMENT.compile(path)


def json_path(value: object) -> str:
    """A JSONPath, such as ``$.checks[0].status``, with at most one ``..`` or one filter."""
    if not isinstance(value, str) or not value.startswith("$") or len(value) > LONGEST:
        raise ValueError(f"allowed is a JSONPath of at most {LONGEST} characters that begins with $")
    bare = _TEXTS.sub("''", value)
    if bare.count("..") + bare.count("?") > 1 or bare.count("$") > 1:
        raise ValueError("allowed is at most one .. or one filter: the work must not grow faster than the answer")
    try:
        _compiled(value)
    except jsonpath.JSONPathError as error:
        raise ValueError(f"is not a JSONPath: {error.args[0]}") from None
    return value


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

    ``match`` and ``search`` in a filter read their pattern, a text in the path, as RE2 does.
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
        except jsonpath.JSONPathError:
            return f"the JSON at {self.path} cannot be followed"
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


def values_at(path: str, document: object) -> list[Any]:
    """The values at a path, at most one more than NODES."""
    if not isinstance(document, (dict, list)):
        return [document] if path == "$" else []
    return [match.obj for match in islice(_compiled(path).finditer(document), NODES + 1)]


def parsed(text: str) -> Any:
    """A document in JSON, numbers exact. ValueError when it is none, or is deeper or longer than anything meant."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise ValueError("the body is not JSON") from error


def _refused(_: str) -> None:
    raise ValueError("not a number")
