"""``[[component]]`` and ``[[component.probe]]`` of the operator's TOML. No fault hides another: ids, groups and paces are looked
at in the table as it was written, whatever else is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

from monitor import kinds, probes
from monitor.canaries import EACH, FEWEST
from monitor.pace import Pace, pace_of
from monitor.probes import Probe
from monitor.table import Faults, bind, did_you_mean, duration, join
from monitor.values import count, identifier, program

T = TypeVar("T")
DURATIONS = ("interval", "timeout", "confirm_every")
CANARY_KINDS = ("dns", "http", "icmp", "tcp")


@dataclass(frozen=True)
class Defaults:
    """What holds for each probe that does not say otherwise. Durations in milliseconds."""

    interval: Annotated[int, duration] = 60_000
    timeout: Annotated[int, duration] = 10_000
    confirm: Annotated[int, count] = 3
    recover: Annotated[int, count] = 2
    confirm_every: Annotated[int, duration] | None = None


@dataclass(frozen=True)
class Allowed:
    """What probes may do: ``commands`` are the only programs that the kinds command and browser may run."""

    commands: tuple[Annotated[str, program], ...] = ()


@dataclass(frozen=True)
class Group:
    """A heading on the page. Once one is declared, all are. With an ``id`` it stays the same group under another name."""

    name: str
    description: str = ""
    id: Annotated[str, identifier] = ""


@dataclass(frozen=True)
class Component:
    """A row on the page. ``need`` is how many of its probes must be up: 0 stands for all of them.

    ``needs`` are the components that it is built on: when one of them is down, this one's outage is a consequence.
    One that is ``private`` is seen only by whoever has its signed link.
    """

    id: Annotated[str, identifier]
    name: str
    group: str = ""
    description: str = ""
    private: bool = False
    probes: tuple[Probe, ...] = field(default=())
    need: int = 0
    needs: tuple[str, ...] = ()


class Reader:
    """One reading of the tables of ``meetlat.toml``."""

    def __init__(self, top: dict[str, Any], faults: Faults, environment: Mapping[str, str], base: Path) -> None:
        self._top = top
        self._faults = faults
        self._environment = environment
        self._base = base
        self._ids: set[tuple[str, str]] = set()
        self._group_names: list[str] = []
        self._commands: tuple[str, ...] = ()

    def bind(self, table: object, cls: type[T], path: str) -> T | None:
        """A table as this dataclass; None, with its faults gathered, when it is none."""
        if not isinstance(table, dict):
            self._faults.add(path, "must be a table")
            return None
        return bind(table, cls, path, self._faults, self._environment, self._base)

    def groups(self) -> tuple[Group, ...]:
        """The headings, which components may name from now on."""
        tables = list(self._tables(self._top, "group", ""))
        self._group_names = [str(table["name"]) for _, table in tables if _has(table, "name")]
        for path, table in tables:
            self._once("group", table, path)
        made = [self.bind(table, Group, path) for path, table in tables]
        return tuple(group for group in made if group)

    def allow(self) -> Allowed | None:
        """What probes may do, which they may do from now on."""
        allowed = self.bind(self._top.get("probes", {}), Allowed, "probes")
        self._commands = allowed.commands if allowed else ()
        return allowed

    def components(self) -> tuple[Component, ...]:
        """The components with their probes."""
        wanted = self._top.get("defaults", {})
        defaults = self.bind(wanted, Defaults, "defaults") or Defaults()
        pace = pace_of(wanted, {key: getattr(defaults, key) for key in DURATIONS}, "defaults", self._faults)
        tables = list(self._tables(self._top, "component", ""))
        if not tables:
            self._faults.add("component", "is missing: there must be at least one [[component]]")
        made = [self._component(table, path, defaults, pace) for path, table in tables]
        self._chained(tables)
        return tuple(component for component in made if component)

    def _chained(self, tables: Iterable[tuple[str, Any]]) -> None:
        """Each component that is needed exists, and none needs itself, however far around."""
        needs = {str(table["id"]): (path, _texts(table.get("needs"))) for path, table in tables if _has(table, "id")}
        directly = {name: needed for name, (_, needed) in needs.items()}
        for name, (path, needed) in needs.items():
            for each in needed:
                if each not in needs:
                    known = did_you_mean(each, [other for other in needs if other != name])
                    self._faults.add(join(path, "needs"), f"there is no component {each!r}; {known}")
            ring = _ring(name, directly)
            if ring and name == min(ring):  # told once, not by each of its members
                self._faults.add(join(path, "needs"), f"goes round: {' needs '.join((*ring, name))}")

    def canaries(self, of: Iterable[Component]) -> tuple[Probe, ...]:
        """What tells our own line from the target's: three or more, none of them asked for a component too."""
        pace = Defaults(interval=round(EACH * 1000), timeout=2000, confirm=1, recover=1)
        taken = {probe.target() for component in of for probe in component.probes}
        tables = list(self._tables(self._top, "canary", ""))
        made: list[Probe] = []
        for path, table in tables:
            canary = self._canary(table, path, pace)
            if canary and canary.target() in taken:
                self._faults.add(
                    path, f"{canary.target()} is asked already; a canary is nobody's component, and another one"
                )
            elif canary:
                taken.add(canary.target())
                made.append(canary)
        if 0 < len(tables) < FEWEST:
            self._faults.add("canary", f"allowed are none, or at least {FEWEST}")
        return tuple(made)

    def _canary(self, table: Any, path: str, pace: Defaults) -> Probe | None:
        if not isinstance(table, dict):
            self._faults.add(path, "must be a table")
            return None
        if table.get("kind") not in CANARY_KINDS:
            known = ", ".join(CANARY_KINDS)
            self._faults.add(join(path, "kind"), f"found {table.get('kind')!r}; allowed for a canary: {known}")
            return None
        for key in ("interval", "confirm", "confirm_every", "recover"):
            if key in table:
                self._faults.add(join(path, key), f"all canaries are asked each {EACH:.0f} s; leave it out")
        table = {key: value for key, value in table.items() if key != "interval"}
        return self._probe(table, path, pace, {"interval": pace.interval, "timeout": pace.timeout}, "canary")

    def _tables(self, table: dict[str, Any], key: str, path: str) -> Iterable[tuple[str, Any]]:
        found = table.get(key, [])
        if not isinstance(found, list):
            self._faults.add(join(path, key), f"write it as [[{join(path, key)}]]")
            return
        for i, each in enumerate(found):
            name = each.get("id") if isinstance(each, dict) else None
            yield f"{join(path, key)}[{name if isinstance(name, str) else i}]", each

    def _component(self, table: Any, path: str, defaults: Defaults, pace: Pace) -> Component | None:
        if not isinstance(table, dict):
            self._faults.add(path, "must be a table")
            return None
        own = [self._probe(t, p, defaults, pace) for p, t in self._tables(table, "probe", path)]
        if not table.get("probe"):
            self._faults.add(join(path, "probe"), "is missing: a component needs at least one [[component.probe]]")
        need = self._need(table.get("probes", "all"), max(1, len(own)), join(path, "probes"))
        plain = {key: value for key, value in table.items() if key not in ("probe", "probes")}
        if "need" in plain:
            self._faults.add(join(path, "need"), f"unknown key; {did_you_mean('need', ['probes'])}")
            plain.pop("need")
        made = self.bind(plain, Component, path)
        self._once("component", table, path)
        group = table.get("group")
        if self._group_names and isinstance(group, str) and group and group not in self._group_names:
            self._faults.add(
                join(path, "group"), f"there is no group {group!r}; {did_you_mean(group, self._group_names)}"
            )
        found = tuple(probe for probe in own if probe)
        return replace(made, probes=found, need=need) if made else None

    def _need(self, wanted: object, of: int, path: str) -> int:
        if wanted in ("all", "any"):
            return 0 if wanted == "all" else 1
        least = wanted.get("at_least") if isinstance(wanted, dict) and len(wanted) == 1 else None
        if type(least) is int and 1 <= least <= of:
            return least
        self._faults.add(path, f'found {wanted!r}; allowed: "all", "any" or {{ at_least = 1 to {of} }}')
        return 0

    def _probe(self, table: Any, path: str, defaults: Defaults, pace: Pace, what: str = "probe") -> Probe | None:
        if not isinstance(table, dict):
            self._faults.add(path, "must be a table")
            return None
        kind = table.get("kind")
        inherited = {
            f.name: _written(f.name, defaults) for f in fields(Defaults) if getattr(defaults, f.name) is not None
        }
        own = {key: value for key, value in table.items() if key != "kind"}
        plain = inherited | own
        settings: type[Probe] = Probe
        if isinstance(kind, str) and kind in kinds.names(probes):
            settings = kinds.load(probes, kind).Settings
            plain = inherited | dict(settings.usual) | own
        else:
            self._faults.add(join(path, "kind"), f"found {kind!r}; {_known(str(kind))}")
            shared = {each.name for each in fields(Probe)}  # what else there may be, only the kind could tell
            plain = {key: value for key, value in plain.items() if key in shared}
        made = self.bind(plain, settings, path)
        refusal = made.refusal(self._commands) if made else ""
        if refusal:
            self._faults.add(path, refusal)
        self._sole(made, path)
        self._once(what, table, path)
        pace_of(table, pace, path, self._faults)
        return made

    def _sole(self, made: Probe | None, path: str) -> None:
        """No secret twice that says which probe is meant."""
        key, value = made.sole() if made else ("", "")
        if key and (key, value) in self._ids:
            self._faults.add(join(path, key), f"is the {key} of another probe already")
        self._ids.add((key, value))

    def _once(self, what: str, table: dict[str, Any], path: str) -> None:
        """No id twice, whatever else may be wrong with what has it."""
        if _has(table, "id"):
            found = (what, str(table["id"]))
            if found in self._ids:
                self._faults.add(join(path, "id"), f"{table['id']!r} is the id of another {what} already")
            self._ids.add(found)


def kind_of(probe: Probe) -> str:
    """The ``kind`` that stands in the TOML: what is asked may be known to anybody, where and with which words is not."""
    return type(probe).__module__.rpartition(".")[2]


def _known(kind: str) -> str:
    """What to add to a message about an unknown kind: the nearest one, and all there are."""
    known = kinds.names(probes)
    every = f"known: {', '.join(known)}"
    guess = did_you_mean(kind, known)
    return guess if guess == every else f"{guess} {every}"


def _has(table: object, key: str) -> bool:
    return isinstance(table, dict) and isinstance(table.get(key), str)


def _written(key: str, defaults: Defaults) -> object:
    """A default as it would stand in the TOML."""
    value = getattr(defaults, key)
    return f"{value}ms" if key in DURATIONS else value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _ring(name: str, needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way from a component over what it needs back to itself; empty when there is none."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    for way in ways:
        for each in needs.get(way[-1], ()):
            if each == name:
                return way
            if each not in seen:
                seen.add(each)
                ways.append((*way, each))
    return ()
