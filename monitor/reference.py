"""The kinds of probe and their keys in words, from their docstrings, fields and parsers, so that it cannot say what is not so."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from monitor import channels, kinds, probes
from monitor.alerts import AlertTable, SignUp
from monitor.channels import Mail
from monitor.components import Allowed, Defaults
from monitor.config import Intake
from monitor.probes import Probe
from monitor.sla.agreement import Agreement
from monitor.sla.quantity import length, plain
from monitor.table import Secret, duration, lasting

HEAD = """# Kinds of probe

Written by `meetlat kinds > config/REFERENCE.md` from the program itself. Each `[[component.probe]]` has a `kind` and the keys of
that kind. A key without a default must be there; `-` means that nothing is asked or sent. What is asserted `meetlat probe ID` shows
one by one: `ok`, `not`, or `?` for what was not reached.
"""
TERMS = """# Keys of an agreement

Written by `meetlat kinds --agreements > config/agreements/REFERENCE.md` from the program itself. A key without a default must
be there; `-` means that nothing is agreed about it. Percentages, money and fractions are text, so that they are exact.
"""
PLAIN = {str: "text", int: "whole number", bool: "true or false", date: "date"}
# What a key of an agreement means when it is left out, where its field does not say it.
LEFT_OUT = {
    "objective.of": "none; all but support must have it",
    "objective.measure": "as below",
    "objective.measure.weight": "as below",
    "objective.remedy.id": "its `kind`",
    "objective.remedy.allowance": "what the target allows",
    "objective.remedy.automatic": "`claim.automatic`",
    "objective.remedy.month_hours": "the real length of the period",
    "objective.targets.clock": "that of the objective",
    "objective.targets.share": "`target`",
    "calendar.timezone": "`agreement.timezone`",
    "claim.notify.calendar": "Monday to Friday",
    "claim.submit.calendar": "Monday to Friday",
}


def reference() -> str:
    """The whole reference, in Markdown."""
    hints = get_type_hints(Defaults, include_extras=True)
    inherited = {each.name: _default(each, hints[each.name]) for each in dataclasses.fields(Defaults)}
    parts = [
        HEAD,
        "## Every kind\n",
        _table(
            Probe,
            {name: f"{value}, or `[defaults]`" for name, value in inherited.items()},
        ),
    ]
    parts += ["## The table `[probes]`\n", _prose(Allowed), _table(Allowed, {})]
    parts += ["## The table `[heartbeat]`\n", _prose(Intake), _table(Intake, {})]
    shared = {each.name for each in dataclasses.fields(Probe)}
    nested: dict[str, type[Any]] = {}
    parts += _of_telling(nested)
    for kind in kinds.names(probes):
        module = kinds.load(probes, kind)
        parts += [f"## {kind}\n", _question(module), _prose(module.Settings)]
        parts.append(_table(module.Settings, {}, shared))
        parts += [f"Asserted: {_keys(module.Settings)}.\n"]
        for found in _inner(module.Settings):
            nested.setdefault(found.__name__, found)
    for name, cls in sorted(nested.items()):
        parts += [f"## Table {name}\n", _prose(cls), _table(cls, {})]
    return "\n".join(parts)


def _of_telling(nested: dict[str, type[Any]]) -> list[str]:
    """Who is told, and how; the tables within are added to ``nested``."""
    parts = []
    for name, cls in (("[mail]", Mail), ("[subscribe]", SignUp), ("[[alert]]", AlertTable)):
        parts += [f"## The table `{name}`\n", _prose(cls), _table(cls, {})]
        nested |= {found.__name__: found for found in _inner(cls)}
    about = "Beside its `id` and `kind`, perhaps a `language` of the page, and the keys of the kind."
    parts.append(f"## The table `[[channel]]`\n\n{about}\n")
    for kind in kinds.names(channels):
        settings = kinds.load(channels, kind).Settings
        parts += [f'### `kind = "{kind}"`\n', _prose(settings), _table(settings, {})]
    return parts


def agreements() -> str:
    """The keys of an agreement, in Markdown: each table under the name that it has in the file."""
    parts = [TERMS]
    for name, cls in _named(Agreement, ""):
        own = {key.rpartition(".")[2]: meant for key, meant in LEFT_OUT.items() if key.rpartition(".")[0] == name}
        parts += [f"## {name}\n", _prose(cls), _table(cls, own)]
    return "\n".join(parts)


def _named(cls: type[Any], path: str) -> Iterable[tuple[str, type[Any]]]:
    """The tables within a table by their paths, such as ``objective.measure``; what a parser reads from one value is none."""
    hints = get_type_hints(cls, include_extras=True)
    for each in dataclasses.fields(cls):
        key = each.metadata.get("key", each.name)
        hint = hints[each.name]
        within = () if get_origin(hint) is Annotated else (hint, *get_args(hint))
        for found in within:
            if key and isinstance(found, type) and dataclasses.is_dataclass(found):
                name = f"{path}.{key}".removeprefix(".")
                yield name, found
                yield from _named(found, name)


def _question(module: types.ModuleType) -> str:
    return f"{(inspect.getdoc(module) or '').partition('?')[0]}?\n"


def _prose(cls: type[Any]) -> str:
    return f"{_plain(inspect.getdoc(cls) or '')}\n"


def _keys(settings: type[Probe]) -> str:
    """What can be wanted of an answer: keys as they are written, and words for what is always wanted."""
    keys = {each.metadata.get("key", each.name) for each in dataclasses.fields(settings)}
    return ", ".join(f"`{each}`" if each in keys else each for each in settings.asserted)


def _plain(text: str) -> str:
    """A docstring as Markdown."""
    return text.replace("``", "`")


def _table(cls: type[Any], defaults: dict[str, str], without: Iterable[str] = ()) -> str:
    hints = get_type_hints(cls, include_extras=True)
    lines = ["| key | form | default |", "|---|---|---|"]
    for each in sorted(dataclasses.fields(cls), key=lambda found: not _is_required(found)):
        if each.init and each.name not in without and each.metadata.get("key") != "":
            form = _form(hints[each.name]).replace("|", "\\|")
            default = defaults.get(each.name) or _default(each, hints[each.name])
            lines.append(f"| `{each.metadata.get('key', each.name)}` | {form} | {default} |")
    return "\n".join([*lines, ""])


def _is_required(each: dataclasses.Field[Any]) -> bool:
    return each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING


def _default(each: dataclasses.Field[Any], hint: Any) -> str:
    if _is_required(each):
        return ""
    value = each.default if each.default_factory is dataclasses.MISSING else each.default_factory()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int) and duration in getattr(hint, "__metadata__", ()):
        return f'`"{lasting(value)}"`'
    if isinstance(value, int) and length in getattr(hint, "__metadata__", ()):
        return f'`"{value}s"`'
    if isinstance(value, int):
        return f"`{value}`"
    if isinstance(value, Fraction):
        return f'`"{plain(value)}"`'
    if isinstance(value, date):
        return f"`{value}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if dataclasses.is_dataclass(value):
        pairs = ", ".join(f"{f.name} = {getattr(value, f.name)}" for f in dataclasses.fields(value))
        return f"`{{ {pairs} }}`"
    return "-"


def _form(hint: Any) -> str:
    """What a value of this type looks like in TOML."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _parser(args[1])
    if origin in (Union, types.UnionType):
        return _form(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return f"list; each: {_form(args[0])}"
    if origin is dict:
        return f"table; each key: {_form(args[0])}; each value: {_form(args[1])}"
    if hint is Secret:
        return 'text, `"${NAME}"` or `"file:path"`; never shown'
    return PLAIN.get(hint, f"table {hint.__name__}")


def _parser(parser: Any) -> str:
    """The first sentence of what a parser says of itself."""
    said = " ".join((inspect.getdoc(parser) or "").split())
    said = re.sub(r"^allowed(?: is|:) ", "", said)
    first = re.split(r"\. (?=[A-Z])", said)[0].rstrip(".")
    is_name = first[1:2].isupper() or first[1:2] == ","  # TLS, or the record A
    return _plain(first if is_name else first[:1].lower() + first[1:])


def _inner(cls: type[Any]) -> Iterable[type[Any]]:
    """The tables within a table, and those within them."""
    for hint in get_type_hints(cls).values():
        for found in (hint, *get_args(hint)):
            if dataclasses.is_dataclass(found) and isinstance(found, type) and found is not Secret:
                yield found
                yield from _inner(found)
