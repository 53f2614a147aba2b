"""The operator's TOML: ``meetlat.toml`` and ``agreements/*.toml`` become a ``Config``, or a ConfigError that holds every fault."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

from monitor import kinds, probes
from monitor.agreements import read_tables
from monitor.probes import Probe
from monitor.sla.statement import Versions
from monitor.table import ConfigError, Fault, Faults, Secret, bind, did_you_mean, duration, join
from monitor.values import count, identifier, port, web_address, zone

LANGUAGES = ("nl", "en")
T = TypeVar("T")


def language(value: object) -> str:
    """A language there is a catalogue for."""
    if value not in LANGUAGES:
        raise ValueError(f"allowed: {', '.join(LANGUAGES)}")
    return str(value)


@dataclass(frozen=True)
class Page:
    """What the public page is called, and where and in which zone and languages it is shown; the first language is the default."""

    name: str
    url: Annotated[str, web_address]
    timezone: Annotated[str, zone] = "UTC"
    languages: tuple[Annotated[str, language], ...] = LANGUAGES
    support: Annotated[str, web_address] | None = None


@dataclass(frozen=True)
class Site:
    """Where the page is served."""

    host: str = "127.0.0.1"
    port: Annotated[int, port] = 8080


@dataclass(frozen=True)
class Storage:
    """Where the record is kept."""

    url: Secret


@dataclass(frozen=True)
class Defaults:
    """What holds for each probe that does not say otherwise. Durations in milliseconds."""

    interval: Annotated[int, duration] = 60_000
    timeout: Annotated[int, duration] = 10_000
    confirm: Annotated[int, count] = 3
    recover: Annotated[int, count] = 2


@dataclass(frozen=True)
class Group:
    """A heading on the page. Once one is declared, all are."""

    name: str
    description: str = ""


@dataclass(frozen=True)
class Component:
    """A row on the page. ``need`` is how many of its probes must be up: 0 stands for all of them."""

    id: Annotated[str, identifier]
    name: str
    group: str = ""
    description: str = ""
    probes: tuple[Probe, ...] = field(default=())
    need: int = 0


@dataclass(frozen=True)
class Config:
    """Everything an operator said."""

    page: Page
    site: Site
    storage: Storage
    components: tuple[Component, ...]
    agreements: tuple[Versions, ...]
    groups: tuple[Group, ...] = ()
    warnings: tuple[Fault, ...] = ()


def load(folder: Path, environment: Mapping[str, str]) -> Config:
    """Read a folder. ConfigError holds every fault of every file."""
    faults = Faults("meetlat.toml")
    top = read(folder / "meetlat.toml", faults)
    made = _Main(top, faults, environment, folder).config() if top is not None else None
    found = list(faults.found)
    tables: dict[str, dict[str, Any]] = {}
    for file in sorted((folder / "agreements").glob("*.toml")):
        own = Faults(f"agreements/{file.name}")
        table = read(file, own)
        if table is not None:
            tables[own.file] = table
        found += own.found
    reading = read_tables(tables, _ids(top.get("component")) if top else set())
    found += reading.faults
    if found or made is None:
        raise ConfigError(tuple(found))
    return replace(made, agreements=reading.versions, warnings=reading.warnings)


def read(file: Path, faults: Faults) -> dict[str, Any] | None:
    """One TOML file; a fault when it cannot be read."""
    try:
        return tomllib.loads(file.read_text(), parse_float=Decimal)
    except FileNotFoundError:
        faults.add("", f"there is no file {file}")
    except (OSError, UnicodeDecodeError) as error:
        faults.add("", f"cannot be read: {error}")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        faults.add("", f"is not TOML: {error}")
    return None


def _ids(tables: object) -> set[str]:
    return {str(t.get("id")) for t in tables if isinstance(t, dict)} if isinstance(tables, list) else set()


class _Main:
    """One reading of ``meetlat.toml``."""

    def __init__(self, top: dict[str, Any], faults: Faults, environment: Mapping[str, str], base: Path) -> None:
        self._top = top
        self._faults = faults
        self._environment = environment
        self._base = base
        self._probe_ids: Counter[str] = Counter()

    def _bind(self, table: object, cls: type[T], path: str) -> T | None:
        if not isinstance(table, dict):
            self._faults.add(path, "must be a table")
            return None
        return bind(table, cls, path, self._faults, self._environment, self._base)

    def config(self) -> Config | None:
        known = ("page", "site", "storage", "defaults", "group", "component")
        for key in self._top:
            if key not in known:
                self._faults.add(key, f"unknown key; {did_you_mean(key, known)}")
        page = self._bind(self._top.get("page", {}), Page, "page")
        site = self._bind(self._top.get("site", {}), Site, "site")
        state = self._environment.get("MEETLAT_STATE", "var")
        default = {"url": f"sqlite:///{state}/meetlat.db"}
        storage = self._bind(self._top.get("storage", default), Storage, "storage")
        if storage and not storage.url.reveal().startswith("sqlite:///"):
            self._faults.add("storage.url", "allowed is sqlite:///folder/file.db")
        defaults = self._bind(self._top.get("defaults", {}), Defaults, "defaults") or Defaults()
        groups = [self._bind(t, Group, p) for p, t in self._tables(self._top, "group", "")]
        components = [self._component(t, p, defaults) for p, t in self._tables(self._top, "component", "")]
        if not components:
            self._faults.add("component", "is missing: there must be at least one [[component]]")
        self._relations([c for c in components if c], [g.name for g in groups if g])
        if self._faults.found or not (page and site and storage):
            return None
        return Config(
            page, site, storage, tuple(c for c in components if c), (), tuple(group for group in groups if group)
        )

    def _tables(self, table: dict[str, Any], key: str, path: str) -> Iterable[tuple[str, Any]]:
        found = table.get(key, [])
        if not isinstance(found, list):
            self._faults.add(join(path, key), f"write it as [[{join(path, key)}]]")
            return
        for i, each in enumerate(found):
            name = each.get("id") if isinstance(each, dict) else None
            yield f"{join(path, key)}[{name if isinstance(name, str) else i}]", each

    def _component(self, table: Any, path: str, defaults: Defaults) -> Component | None:
        if not isinstance(table, dict):
            self._faults.add(path, "allowed is a table")
            return None
        own = [self._probe(t, p, defaults) for p, t in self._tables(table, "probe", path)]
        if not table.get("probe"):
            self._faults.add(join(path, "probe"), "is missing: a component needs at least one [[component.probe]]")
        need = self._need(table.get("probes", "all"), max(1, len(own)), join(path, "probes"))
        plain = {key: value for key, value in table.items() if key not in ("probe", "probes")}
        if "need" in plain:
            self._faults.add(join(path, "need"), f"unknown key; {did_you_mean('need', ['probes'])}")
            plain.pop("need")
        made = self._bind(plain, Component, path)
        found = tuple(probe for probe in own if probe)
        return Component(made.id, made.name, made.group, made.description, found, need) if made else None

    def _need(self, wanted: object, of: int, path: str) -> int:
        if wanted in ("all", "any"):
            return 0 if wanted == "all" else 1
        least = wanted.get("at_least") if isinstance(wanted, dict) and len(wanted) == 1 else None
        if type(least) is int and 1 <= least <= of:
            return least
        self._faults.add(path, f'found {wanted!r}; allowed: "all", "any" or {{ at_least = 1 to {of} }}')
        return 0

    def _probe(self, table: Any, path: str, defaults: Defaults) -> Probe | None:
        if not isinstance(table, dict):
            self._faults.add(path, "allowed is a table")
            return None
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in kinds.names(probes):
            self._faults.add(join(path, "kind"), f"found {kind!r}; {did_you_mean(str(kind), kinds.names(probes))}")
            return None
        inherited = {"interval", "timeout", "confirm", "recover"} - set(table)
        plain = {key: value for key, value in table.items() if key != "kind"}
        filled = plain | {key: _written(key, defaults) for key in inherited}
        made: Probe | None = self._bind(filled, kinds.load(probes, kind).Settings, path)
        if made is None:
            return None
        self._probe_ids[made.id] += 1
        if self._probe_ids[made.id] == 2:
            self._faults.add(join(path, "id"), f"{made.id!r} is the id of two probes")
        if made.timeout < 1:
            self._faults.add(join(path, "timeout"), "allowed is more than 0")
        if made.interval < 1000:
            self._faults.add(join(path, "interval"), "allowed is at least 1s")
        if made.timeout > made.interval:
            self._faults.add(
                join(path, "timeout"), f"{made.timeout} ms does not fit in the interval of {made.interval} ms"
            )
        return made

    def _relations(self, components: list[Component], groups: list[str]) -> None:
        for name, times in Counter(c.id for c in components).items():
            if times > 1:
                self._faults.add(f"component[{name}].id", f"{name!r} is the id of {times} components")
        for component in components:
            if groups and component.group and component.group not in groups:
                path = f"component[{component.id}].group"
                self._faults.add(
                    path, f"there is no group {component.group!r}; {did_you_mean(component.group, groups)}"
                )


def _written(key: str, defaults: Defaults) -> object:
    """A default as it would stand in the TOML."""
    value = getattr(defaults, key)
    return f"{value}ms" if key in ("interval", "timeout") else value
