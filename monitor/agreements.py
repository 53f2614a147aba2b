"""Files of ``agreements/`` become agreements: extended, bound, validated; all versions of one together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from monitor.mended import cut, is_about
from monitor.sla.agreement import Agreement
from monitor.sla.clauses import of
from monitor.sla.statement import Versions
from monitor.sla.validate import WARNING, faults
from monitor.table import ConfigError, Fault, Faults, bind, did_you_mean, read

MERGED = ("objective", "calendar", "component")


@dataclass(frozen=True)
class Reading:
    """What some files hold: agreements with all their versions, what is wrong, and what is worth a second look."""

    versions: tuple[Versions, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_tables(tables: Mapping[str, dict[str, Any]], components: Collection[str] | None) -> Reading:
    """The tables of files, by the name that faults carry. ``components`` None: there is no configuration to check against."""
    by_id: dict[str, list[dict[str, Any]]] = {}
    for table in tables.values():
        by_id.setdefault(_id(table), []).append(table)
    found: list[Agreement] = []
    wrong: list[Fault] = []
    warnings: list[Fault] = []
    for file, table in tables.items():
        own = Faults(file)
        agreement = _one(table, by_id, components, own, warnings)
        if agreement and any((a.id, a.effective_from) == (agreement.id, agreement.effective_from) for a in found):
            own.add("version.effective_from", f"{agreement.id!r} has another version from the same day")
        if agreement:
            found.append(agreement)
        wrong += own.found
    names = sorted({agreement.id for agreement in found})
    every = [sorted((a for a in found if a.id == name), key=lambda a: a.effective_from) for name in names]
    whole = [Versions(tuple(replace(each, began=one[0].effective_from) for each in one)) for one in every]
    return Reading(tuple(whole), tuple(wrong), tuple(warnings))


def _id(table: Mapping[str, Any]) -> str:
    head = table.get("agreement")
    return str(head.get("id")) if isinstance(head, dict) else ""


def _one(
    table: dict[str, Any],
    by_id: Mapping[str, Sequence[dict[str, Any]]],
    components: Collection[str] | None,
    own: Faults,
    warnings: list[Fault],
) -> Agreement | None:
    whole = _extended(table, by_id, own, ())
    agreement = bind(whole, Agreement, "", own, {}, Path())
    if agreement is None:
        _others(whole, components, own)
        return None
    for path, message in faults(agreement, components):
        if path.startswith(WARNING):
            warnings.append(Fault(own.file, path.removeprefix(WARNING), message))
        else:
            own.add(path, message)
    return None if own.found else agreement


def _others(table: dict[str, Any], components: Collection[str] | None, own: Faults) -> None:
    """What is wrong besides, found in the table without what is known to be wrong."""
    rest, said = deepcopy(table), [fault.path for fault in own.found]
    for _ in range(9):
        left = Faults(own.file)
        agreement = bind(rest, Agreement, "", left, {}, Path())
        if agreement:
            for path, message in faults(agreement, components):
                if not path.startswith(WARNING) and not any(is_about(path, each) for each in said):
                    own.add(path, message)
            return
        if not all(cut(rest, fault.path) for fault in left.found):
            break
    _dangling(table, components, own)


def _dangling(table: Mapping[str, Any], components: Collection[str] | None, own: Faults) -> None:
    """Objectives of components that are not there, told also of an agreement that has other faults."""
    objectives, declared = (table.get(key) for key in ("objective", "component"))
    extra = [each.get("id") for each in declared if isinstance(each, dict)] if isinstance(declared, list) else []
    for i, objective in enumerate(objectives if isinstance(objectives, list) and components is not None else ()):
        try:
            names = of(objective.get("of")).components if isinstance(objective, dict) else ()
        except ValueError:
            continue  # said already
        for name in names:
            if name not in (components or ()) and name not in extra:
                own.add(f"objective[{i}].of", f"there is no component {name!r}; {did_you_mean(name, components or ())}")


def _extended(
    table: dict[str, Any], by_id: Mapping[str, Sequence[dict[str, Any]]], own: Faults, seen: tuple[str, ...]
) -> dict[str, Any]:
    """The table with what it takes over from the agreement it extends; its own parts come first and win."""
    head = table.get("agreement")
    name = head.get("extends") if isinstance(head, dict) else None
    if not isinstance(name, str):
        return table
    if name in seen or name == _id(table):
        own.add("agreement.extends", f"{name!r} extends itself")
        return table
    if name not in by_id:
        own.add("agreement.extends", f"there is no agreement {name!r}; {did_you_mean(name, by_id)}")
        return table
    parent = _extended(_in_force(by_id[name], _day(table, date.max)), by_id, own, (*seen, name))
    parent_head = {key: value for key, value in parent.get("agreement", {}).items() if key not in ("id", "kind")}
    merged = {**parent, **table, "agreement": {**parent_head, **table["agreement"]}}
    for key in MERGED:
        mine, theirs = table.get(key, []), parent.get(key, [])
        if isinstance(mine, list) and isinstance(theirs, list):
            ids = {each.get("id") for each in mine if isinstance(each, dict)}
            merged[key] = [*mine, *(each for each in theirs if isinstance(each, dict) and each.get("id") not in ids)]
    return merged


def _in_force(every: Sequence[dict[str, Any]], day: date) -> dict[str, Any]:
    """Of the versions of an agreement the one that holds on a day; before the first one, the first."""
    ordered = sorted(every, key=lambda table: _day(table, date.min))
    return next((table for table in reversed(ordered) if _day(table, date.min) <= day), ordered[0])


def _day(table: Mapping[str, Any], otherwise: date) -> date:
    """From when the terms of a file hold."""
    version = table.get("version")
    found = version.get("effective_from") if isinstance(version, dict) else None
    return found if type(found) is date else otherwise


def read_file(file: Path) -> tuple[Versions, tuple[Fault, ...]]:
    """One agreement by its file, with its other versions and what it extends from the same folder, and the warnings.

    ConfigError when it cannot be read; what is wrong with other agreements beside it does not matter.
    """
    own = parse(file)
    beside: dict[str, dict[str, Any]] = {}
    for other in sorted(file.parent.glob("*.toml")):
        try:
            beside[other.name] = own if other == file else parse(other)
        except ConfigError:
            continue
    wanted = {_id(own)}
    while True:
        parents = {
            str(table["agreement"]["extends"])
            for table in beside.values()
            if _id(table) in wanted and isinstance(table.get("agreement"), dict) and "extends" in table["agreement"]
        }
        if parents <= wanted:
            break
        wanted |= parents
    tables = {file.name: own} | {name: table for name, table in beside.items() if _id(table) in wanted}
    reading = read_tables(tables, None)
    mine = [fault for fault in reading.faults if _id(tables[fault.file]) == _id(own)]
    if mine:
        raise ConfigError(mine)
    versions = next(each for each in reading.versions if each.newest.id == _id(own))
    return versions, tuple(each for each in reading.warnings if each.file == file.name)


def parse(file: Path) -> dict[str, Any]:
    """A file's TOML. ConfigError when it cannot be read."""
    faults = Faults(file.name)
    table = read(file, faults)
    if table is None:
        raise ConfigError(faults.found)
    return table
