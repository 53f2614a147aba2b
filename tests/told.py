"""An agreement and what happened as files, taken through the command as anybody would who has read no more than the reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from jsonschema import validate

from monitor.commands.what_if import command
from monitor.settlement import schema
from monitor.table import ConfigError

HEAD = """
schema = 1
[agreement]
id = "acme"
title = "Acme service level agreement"
kind = "service"
provider = "Acme B.V."
timezone = "{zone}"
currency = "EUR"
[version]
effective_from = {since}
"""
OBJECTIVE = """
[[objective]]
id = "uptime"
metric = "availability"
of = {of}
period = "{period}"
target = "{target}"
{more}
"""
AUTOMATIC = "[claim]\nautomatic = true\n"
HEADERS = {
    "outages": "component,start,end,state,label,announced",
    "fees": "component,period,amount",
    "counts": "component,start,good,total",
    "granted": "objective,remedy,component,period,give,amount",
    "tickets": "ticket,at,event,priority",
}
FEE = "api,2026-06,100"
HOUR = "api,2026-06-10T10:00Z,2026-06-10T11:00Z"


def agreement(body: str, *, zone: str = "UTC", since: str = "2026-01-01", claim: str = AUTOMATIC) -> str:
    """A whole file by the part that matters."""
    return HEAD.format(zone=zone, since=since) + body + claim


def promise(
    *remedies: str, more: str = "", of: str = '"api"', period: str = "calendar-month", target: str = "99.9"
) -> str:
    """One objective on availability; ``more`` are keys and tables of its own, put before its remedies."""
    found = OBJECTIVE.format(of=of, period=period, target=target, more=more)
    return found + "".join(f"[[objective.remedy]]\n{remedy}\n" for remedy in remedies)


def table(name: str, text: str) -> str:
    """A table with its usual header before it, unless it brings its own."""
    first = HEADERS[name].split(",", 1)[0]
    return text if text.startswith(f"{first},") else f"{HEADERS[name]}\n{text}\n"


def ran(folder: Path, files: Mapping[str, str], period: str = "2026-06", *options: str, **tables: str) -> Result:
    """The command on the first of the files, with tables beside it."""
    for name, text in files.items():
        (folder / name).write_text(text)
    args = [str(folder / next(iter(files))), "--period", period, "--json", *options]
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(table(name, text))
        args += [f"--{name}", str(folder / f"{name}.csv")]
    return CliRunner().invoke(command, args)


def told(folder: Path, terms: str, period: str = "2026-06", *options: str, **tables: str) -> dict[str, Any]:
    """The statement, which fits its published schema."""
    result = ran(folder, {"acme.toml": terms}, period, *options, **tables)
    assert result.exit_code == 0, result.output or result.exception
    found: dict[str, Any] = json.loads(result.output)
    validate(found, schema())
    return found


def refused(folder: Path, terms: str, *options: str, **tables: str) -> str:
    """What the command says of something that it does not take; anything but a refusal fails the test."""
    result = ran(folder, {"acme.toml": terms}, "2026-06", *options, **tables)
    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit | ConfigError), result.exception
    return str(result.exception) if isinstance(result.exception, ConfigError) else result.output


def value(found: Any, path: str) -> Any:
    """What stands at a dotted path: ``0.remedies.0.amount``."""
    for part in path.split("."):
        found = found[int(part) if isinstance(found, list) else part]
    return found
