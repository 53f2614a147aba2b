"""TOML tables bound to frozen dataclasses, with every fault gathered and no secret ever shown."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl, unquote

T = TypeVar("T")

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_KINDS = {str: "text", int: "a whole number", bool: "true or false", date: "a date (2026-01-31)"}
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_REFUSED = object()  # what a conversion gives when it has reported a fault


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that is used and never shown. ``raw`` is what the file says, which may be the secret itself.

    ``parts`` are those parts of the value that came from the environment or a file; None when that is not known.
    """

    raw: str
    value: str
    parts: tuple[str, ...] | None = None

    def reveal(self) -> str:
        """The value, for the one place that needs it."""
        return self.value

    def hidden(self) -> tuple[str, ...]:
        """What in it is secret by where it came from or where it stands; all of it when nobody knows where it came from."""
        return (*((self.value,) if self.parts is None else self.parts), *secret_of(self.value))

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"


def secret_of(url: str) -> tuple[str, ...]:
    """The password in an address, as it is written there and as it is meant; and what stands in the query. None in other texts."""
    if "://" not in url:
        return ()
    found = re.search(r"://[^:/@]*:([^@]*)@", url)
    query = url.partition("?")[2].partition("#")[0]
    inner = (query, *(value for _, value in parse_qsl(query)))
    return (*((found[1], unquote(found[1])) if found else ()), *(each for each in inner if each))


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a configuration: in which file, at which dotted path, and what."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.message) if part)


class ConfigError(Exception):
    """Everything that is wrong with a configuration, one fault a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass
class Faults:
    """The faults found in one file so far."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, path: str, message: str) -> None:
        """Report a fault."""
        self.found.append(Fault(self.file, path, message))


def read(file: Path, faults: Faults) -> dict[str, Any] | None:
    """One TOML file, its decimals exact; None, and a fault, when it cannot be read."""
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        faults.add("", f"there is no file {file}")
    except (OSError, UnicodeDecodeError) as error:
        faults.add("", f"cannot be read: {error}")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        faults.add("", f"is not TOML: {error}")
    return None


def duration(value: object) -> int:
    """``500ms``, ``30s``, ``2m``, ``1h`` or ``1d``. Given in milliseconds; ValueError for anything else."""
    found = re.fullmatch(r"([0-9]{1,12})(ms|s|m|h|d)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError('is not a duration; write it as "500ms", "30s", "2m", "1h" or "1d"')
    return int(found[1]) * _UNITS[found[2]]


def lasting(ms: int) -> str:
    """So many milliseconds as ``duration`` reads them, in the largest unit that says it exactly: ``90s``, ``1h``."""
    unit = next(name for name, size in reversed(_UNITS.items()) if ms % size == 0) if ms else "s"
    return f"{ms // _UNITS[unit]}{unit}"


Duration = Annotated[int, duration]


def join(path: str, key: str | int) -> str:
    """The dotted path of a key, or of a place in a list, below another path."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What to add to a message about an unknown word: the nearest known one, or all of them."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(known)}"


def bind(
    table: Mapping[str, Any], cls: type[T], path: str, faults: Faults, environment: Mapping[str, str], base: Path
) -> T | None:
    """The dataclass instance that the table describes; None when it has faults, which are all reported.

    A field is read from the key of its own name, or from the ``key`` in its metadata; an empty one is not read.
    ``file:`` paths are relative to ``base``.
    """
    return _Binder(faults, environment, base).table(table, cls, path)


@dataclass(frozen=True)
class _Binder:
    faults: Faults
    environment: Mapping[str, str]
    base: Path

    def table(self, table: Mapping[str, Any], cls: type[T], path: str) -> T | None:
        before = len(self.faults.found)
        fields = {f.metadata.get("key", f.name): f for f in dataclasses.fields(cast("Any", cls)) if f.init}
        fields.pop("", None)
        hints = _hints(cast("Any", cls))
        for key in table:
            if key not in fields:
                self.faults.add(join(path, key), f"unknown key; {did_you_mean(key, fields)}")
        values: dict[str, Any] = {}
        for key, f in fields.items():
            if key in table:
                values[f.name] = self.convert(table[key], hints[f.name], join(path, key))
            elif f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
                self.faults.add(join(path, key), "missing")
        if len(self.faults.found) > before:
            return None
        try:
            return cls(**values)
        except ValueError as error:
            self.faults.add(path, str(error))
            return None

    def convert(self, value: Any, hint: Any, path: str) -> Any:
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self.parsed(value, args[1], path)
        if origin in (Union, types.UnionType):
            return self.convert(value, next(arg for arg in args if arg is not type(None)), path)
        if origin is tuple:
            return self.items(value, args[0], path)
        if origin is dict:
            return self.entries(value, args, path)
        if hint is Secret:
            return self.secret(value, path)
        if dataclasses.is_dataclass(hint):
            return self.table(value, cast("type[Any]", hint), path) if self.expect(value, dict, path) else _REFUSED
        return value if self.expect(value, hint, path) else _REFUSED

    def expect(self, value: Any, kind: type, path: str) -> bool:
        strict = (kind is int and isinstance(value, bool)) or (kind is date and isinstance(value, datetime))
        if isinstance(value, kind) and not strict:
            return True
        wanted = {**_KINDS, dict: "a table", list: "a list"}.get(kind, kind.__name__)
        self.faults.add(path, f"must be {wanted}, not {_named(value)}")
        return False

    def parsed(self, value: Any, parser: Callable[[object], Any], path: str) -> Any:
        try:
            return parser(value)
        except ValueError as error:
            self.faults.add(path, str(error))
            return _REFUSED

    def items(self, value: Any, hint: Any, path: str) -> Any:
        if isinstance(value, dict) and dataclasses.is_dataclass(hint):
            value = [value]  # a list of one may be written as the one
        if not self.expect(value, list, path):
            return _REFUSED
        return tuple(self.convert(item, hint, join(path, i)) for i, item in enumerate(value))

    def entries(self, value: Any, hints: tuple[Any, Any], path: str) -> Any:
        if not self.expect(value, dict, path):
            return _REFUSED
        pairs = [(key, item, join(path, key)) for key, item in value.items()]
        return {self.convert(key, hints[0], at): self.convert(item, hints[1], at) for key, item, at in pairs}

    def secret(self, value: Any, path: str) -> Any:
        if not self.expect(value, str, path):
            return _REFUSED
        missing = [name for name in _REFERENCE.findall(value) if name not in self.environment]
        for name in missing:
            self.faults.add(path, f"the environment variable {name} is not set")
        if missing:
            return _REFUSED
        if value.startswith("file:"):
            return self.secret_file(value, path)
        parts = tuple(self.environment[name] for name in _REFERENCE.findall(value))
        return Secret(value, _REFERENCE.sub(lambda found: self.environment[found[1]], value), parts)

    def secret_file(self, raw: str, path: str) -> Any:
        named = _REFERENCE.sub(lambda found: self.environment[found[1]], raw.removeprefix("file:"))
        try:
            text = (self.base / named).read_text("utf-8").rstrip("\r\n")
            return Secret(raw, text, (text,))
        except (OSError, ValueError):
            self.faults.add(path, f"cannot read the file that {raw!r} names")
            return _REFUSED


@cache
def _hints(cls: type[Any]) -> Mapping[str, Any]:
    """The types of a table's keys; there may be ten thousand tables of a kind."""
    return get_type_hints(cls, include_extras=True)


def _named(value: object) -> str:
    """What a value is, never what it says: it may be a secret in the wrong place."""
    names: dict[type, str] = {
        **_KINDS,
        dict: "a table",
        list: "a list",
        float: "a decimal number",
        Decimal: "a decimal number",
        datetime: "a time",
    }
    return names.get(type(value), type(value).__name__)
