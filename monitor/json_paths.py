"""JSONPath (RFC 9535), followed with bounded work through whatever a stranger wrote. The door to the library that reads paths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice, repeat
from typing import Any

import jsonpath
from jsonpath.filter import StringLiteral
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.parse import Parser
from jsonpath.segments import JSONPathChildSegment, JSONPathRecursiveDescentSegment, JSONPathSegment
from jsonpath.selectors import Filter, JSONPathSelector
from jsonpath.stream import TokenStream

from monitor.patterns import pattern, searching

LONGEST = 200
NODES = 1000
WORK = 100_000  # steps: a tenth of a second; each part of a path alone takes fewer in any body of 64 KiB
COMPILING = 5000  # steps that it costs to read a regular expression
A_STEP = 100  # characters that are searched in one
A_PRICE = 10  # characters of a filter that are made ready in one
_DOT = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.", re.DOTALL)


class _Work:
    """What one path may still do, so that none, over whatever document, holds up other probes; and the patterns it met."""

    def __init__(self, root: object) -> None:
        self.root = root
        self.left = WORK
        self._patterns: dict[str, Callable[[str], bool] | None] = {}

    def spend(self, steps: int) -> None:
        """jsonpath.JSONPathError when there is nothing left."""
        self.left -= steps
        if self.left < 0:
            raise jsonpath.JSONPathError("too much work", token=None)

    def search(self, wanted: str) -> Callable[[str], bool] | None:
        """The search for a pattern, which may be a stranger's; None when it is none."""
        if wanted not in self._patterns:
            self.spend(COMPILING)
            self._patterns[wanted] = searching(wanted) if len(wanted) <= LONGEST else None
        return self._patterns[wanted]


_WORK: ContextVar[_Work] = ContextVar("work")


class _Node(jsonpath.JSONPathMatch):
    """A place in the document, which knows what is there and not the way to it: the way may be longer than the document."""

    def __init__(self, *, obj: Any, root: Any, filter_context: Any, **_: Any) -> None:
        _WORK.get().spend(1 + len(obj) if isinstance(obj, (dict, list)) else 1)
        self.obj, self.root, self._filter_context = obj, root, filter_context

    def add_child(self, *_: Any) -> None:
        """Nobody asks."""

    def new_child(self, obj: object, _: int | str) -> _Node:
        """What is below."""
        return _Node(obj=obj, root=self.root, filter_context=self._filter_context)


class _Step(JSONPathChildSegment):
    """One step down."""

    def __init__(self, of: JSONPathSegment) -> None:
        super().__init__(env=of.env, token=of.token, selectors=of.selectors)

    def resolve(self, nodes: Iterable[jsonpath.JSONPathMatch]) -> Iterable[jsonpath.JSONPathMatch]:
        """What the selectors select at each place."""
        return _selected(nodes, self.selectors)


class _Steps(JSONPathRecursiveDescentSegment):
    """Any number of steps down, without recursion and not into texts."""

    def __init__(self, of: JSONPathSegment) -> None:
        super().__init__(env=of.env, token=of.token, selectors=of.selectors)

    def resolve(self, nodes: Iterable[jsonpath.JSONPathMatch]) -> Iterable[jsonpath.JSONPathMatch]:
        """The same there and everywhere below, in the order of the document."""
        return _selected((below for node in nodes for below in _below(node)), self.selectors)


def _selected(
    nodes: Iterable[jsonpath.JSONPathMatch], selectors: Iterable[JSONPathSelector]
) -> Iterator[jsonpath.JSONPathMatch]:
    price = sum(len(str(each)) // A_PRICE for each in selectors if isinstance(each, Filter))
    for node in nodes:
        if isinstance(node.obj, (dict, list)):
            _WORK.get().spend(price)
            for selector in selectors:
                yield from selector.resolve(node)


def _below(node: jsonpath.JSONPathMatch) -> Iterator[jsonpath.JSONPathMatch]:
    waiting = [node]
    while waiting:
        place = waiting.pop()
        yield place
        inner: Any = place.obj
        each = list(inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ())
        waiting += [place.new_child(value, 0) for value in reversed(each) if value and isinstance(value, (dict, list))]


def _bounded(segment: JSONPathSegment) -> JSONPathSegment:
    return _Steps(segment) if isinstance(segment, JSONPathRecursiveDescentSegment) else _Step(segment)


class _Path(jsonpath.JSONPath):
    """A path, or one within a filter, whose $ is the whole document there too."""

    def __init__(self, segments: Iterable[JSONPathSegment]) -> None:
        super().__init__(env=_ENVIRONMENT, segments=[_bounded(each) for each in segments])

    def finditer(self, data: Any, *, filter_context: Any = None) -> Iterable[jsonpath.JSONPathMatch]:
        """What is at the path."""
        nodes: Iterable[jsonpath.JSONPathMatch]
        nodes = [_Node(obj=data, root=_WORK.get().root, filter_context=filter_context or {})]
        for segment in self.segments:
            nodes = segment.resolve(nodes)
        return nodes


class _Parser(Parser):
    """Makes such paths."""

    def parse_absolute_query(self, stream: TokenStream) -> Any:
        return self._bounded(super().parse_absolute_query(stream))

    def parse_relative_query(self, stream: TokenStream) -> Any:
        return self._bounded(super().parse_relative_query(stream))

    def _bounded(self, query: Any) -> Any:
        query.path = _Path(query.path.segments)
        return query


class _Search(FilterFunction):
    """Whether a pattern occurs in a text, in linear time. What is no pattern occurs nowhere (RFC 9535, 2.4.7)."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 -- the library's form
    return_type = ExpressionType.LOGICAL
    form = "(?:{})"

    def __call__(self, value: object, wanted: object) -> bool:
        if not isinstance(value, str) or not isinstance(wanted, str):
            return False
        work = _WORK.get()
        work.spend(1 + len(value) // A_STEP)
        search = work.search(self.form.format(_plain_dots(wanted)))
        return bool(search and search(value))


class _Match(_Search):
    """Whether a pattern is all of a text."""

    form = r"\A(?:{})\z"


def _plain_dots(pattern: str) -> str:
    """A pattern of RFC 9485, in which a dot is neither end of a line."""
    return _DOT.sub(lambda found: r"[^\n\r]" if found[0] == "." else found[0], pattern)


class _Environment(jsonpath.JSONPathEnvironment):
    """RFC 9535 and no more, with bounded work."""

    parser_class = _Parser

    def setup_function_extensions(self) -> None:
        """As the standard says, with our own regular expressions."""
        super().setup_function_extensions()
        self.function_extensions |= {"match": _Match(), "search": _Search()}

    def validate_function_extension_signature(self, token: Any, args: list[Any]) -> list[Any]:
        """As the standard says; and a pattern that stands in the path is one."""
        found = super().validate_function_extension_signature(token, args)
        if isinstance(self.function_extensions[token.value], _Search) and isinstance(args[1], StringLiteral):
            try:
                pattern(_plain_dots(args[1].value) or "(?:)")
            except ValueError as error:
                raise jsonpath.JSONPathTypeError(f"the pattern of {token.value} {error}", token=token) from None
        return found

    def _eq(self, left: object, right: object) -> bool:
        """Equality of RFC 9535, 2.3.5.2.2, in which true is not 1."""
        is_some = not any(isinstance(each, jsonpath.NodeList) or each is jsonpath.UNDEFINED for each in (left, right))
        return _is_equal(left, right, _WORK.get()) if is_some else bool(super()._eq(left, right))


def _is_equal(left: Any, right: Any, work: _Work) -> bool:
    work.spend(1)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_is_equal(left[key], right[key], work) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_is_equal, left, right, repeat(work)))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


_ENVIRONMENT = _Environment(strict=True)


@lru_cache(maxsize=1000)
def _compiled(path: str) -> Any:
    return _Path(_ENVIRONMENT.compile(path).segments)  # type: ignore[union-attr] # strict: no union


def json_path(value: object) -> str:
    """A JSONPath (RFC 9535), such as ``$.checks[0].status``, of at most 200 characters."""
    if not isinstance(value, str) or not value.startswith("$") or len(value) > LONGEST:
        raise ValueError(f"allowed is a JSONPath of at most {LONGEST} characters that begins with $")
    try:
        _compiled(value)
    except jsonpath.JSONPathError as error:
        raise ValueError(f"is not a JSONPath: {error.args[0]}") from None
    return value


def values_at(path: str, document: object) -> list[Any]:
    """The values at a path, at most one more than NODES. ValueError when it takes more than WORK steps to find them."""
    if not isinstance(document, (dict, list)):
        return [document] if path == "$" else []
    before = _WORK.set(_Work(document))
    try:
        return [match.obj for match in islice(_compiled(path).finditer(document), NODES + 1)]
    except (jsonpath.JSONPathError, RecursionError) as error:
        raise ValueError(f"the JSON at {path} cannot be followed: it is too large or too deep for this path") from error
    finally:
        _WORK.reset(before)
