"""A table of CSV with a header, and what stands in its columns. What is wrong with it is a fault with the number of the line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitor.sla.quantity import number
from monitor.table import ConfigError, Fault

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
EARLIEST, LATEST = 1971, 8999  # the years in which every zone and every span around them can be computed
Row = Mapping[str, str]


def cell(value: object) -> str:
    """A value as text for a spreadsheet, empty for None; behind an apostrophe what it would take for a formula, but for numbers."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int) else text


@dataclass
class Table:
    """The rows of one file, and what is wrong with them."""

    name: str
    rows: list[tuple[int, Row]]
    faults: list[Fault] = field(default_factory=list)

    def each(self, read: Callable[[Row], object]) -> Iterator[object]:
        """What ``read`` makes of each row; a ValueError becomes a fault with the number of the line."""
        for line, row in self.rows:
            try:
                yield read(row)
            except ValueError as error:
                self.faults.append(Fault(self.name, f"line {line}", str(error)))
        if self.faults:
            raise ConfigError(self.faults)


def table(file: Path, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Table:
    """A CSV file with a header; semicolons or tabs may stand in the place of commas.

    ConfigError when it cannot be read, or when a column is missing or unknown.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Fault(str(file), "", f"cannot be read: {error}")]) from error
    first = text.partition("\n")[0]
    between = next((mark for mark in ";\t" if mark in first and "," not in first), ",")
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=between != "\t", delimiter=between, strict=True)
    try:
        reader.fieldnames = header = [name.strip() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise ConfigError([Fault(file.name, "line 1", str(error))]) from error
    known = (*required, *optional)
    found = [Fault(file.name, name, "missing column") for name in required if name not in header]
    found += [
        Fault(file.name, name, f"unknown column; known: {', '.join(known)}") for name in header if name not in known
    ]
    found += [
        Fault(file.name, name, "stands there more than once") for name in {n for n in header if header.count(n) > 1}
    ]
    if found:
        raise ConfigError(found)
    rows: list[tuple[int, Row]] = []
    for row in _rows(reader, file.name):
        plain = {
            key: (value or "").strip()
            for key, value in row.items()
            if isinstance(key, str) and not isinstance(value, list)
        }
        if None in row:
            found.append(Fault(file.name, f"line {reader.line_num}", "has more values than there are columns"))
        elif any(plain.values()):
            rows.append((reader.line_num, plain))
    return Table(file.name, rows, found)


def _rows(reader: csv.DictReader[str], name: str) -> Iterator[dict[str | Any, str | Any]]:
    """The rows. ConfigError for one that no table can have."""
    try:
        yield from reader
    except csv.Error as error:
        raise ConfigError([Fault(name, f"line {reader.reader.line_num}", str(error))]) from error


def moment(text: str, name: str) -> int:
    """An ISO 8601 time with zone or offset, in whole seconds."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name}: {text!r} is not a time; write it as 2026-10-03T10:12:00+02:00") from error
    if found.tzinfo is None:
        raise ValueError(f"{name}: {text!r} has no zone; add Z or an offset such as +02:00")
    if not EARLIEST <= found.year <= LATEST:
        raise ValueError(f"{name}: {text!r} is out of reach; years go from {EARLIEST} to {LATEST}")
    if found.microsecond:
        raise ValueError(f"{name}: {text!r} has a part of a second; write whole seconds")
    return int(found.timestamp())


def amount(row: Row, name: str) -> Fraction:
    """The exact number in a column."""
    try:
        return number(row[name])
    except ValueError:
        raise ValueError(f"{name}: {row[name][:40]!r} is not an exact number; write it as 10, 0.5 or 1/30") from None


def whole(row: Row, name: str) -> int:
    """The whole number in a column."""
    if not re.fullmatch("[0-9]{1,18}", row[name]):
        raise ValueError(f"{name}: {row[name][:40]!r} is not a whole number")
    return int(row[name])


def local(text: str, zone: str, name: str) -> int:
    """A time with offset, or a local one in the zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return moment(text, name)
    return moment((found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).isoformat(), name)
