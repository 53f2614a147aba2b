"""The operator's TOML: ``meetlat.toml`` and ``agreements/*.toml`` become a ``Config``, or a ConfigError that holds every fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from monitor.agreements import read_tables
from monitor.components import Allowed, Component, Group, Reader
from monitor.incidents.planned import Planned
from monitor.maintenance import planned
from monitor.probes import Probe
from monitor.sla.statement import Versions
from monitor.table import ConfigError, Fault, Faults, Secret, did_you_mean, read
from monitor.values import authority, count, port, web_address, zone

LANGUAGES = ("nl", "en")


def language(value: object) -> str:
    """A language there is a catalogue for."""
    if value not in LANGUAGES:
        raise ValueError(f"allowed: {', '.join(LANGUAGES)}")
    return str(value)


@dataclass(frozen=True)
class Page:
    """What the public page is called, and where and in which zone and languages it is shown; the first language is the default.

    ``authority`` is what the ids in feeds begin with; without it, the host of ``url``.
    """

    name: str
    url: Annotated[str, web_address]
    timezone: Annotated[str, zone] = "UTC"
    languages: tuple[Annotated[str, language], ...] = LANGUAGES
    support: Annotated[str, web_address] | None = None
    authority: Annotated[str, authority] | None = None


@dataclass(frozen=True)
class Site:
    """Where the page is served. ``key`` signs the links by which customers see agreements that are theirs alone."""

    host: str = "127.0.0.1"
    port: Annotated[int, port] = 8080
    key: Secret | None = None


@dataclass(frozen=True)
class Storage:
    """Where the record is kept."""

    url: Secret


@dataclass(frozen=True)
class Network:
    """Our own line. We are blind while ``quorum`` of the canaries fail: without one, more than half of them."""

    quorum: Annotated[int, count] | None = None
    canaries: tuple[Probe, ...] = field(default=(), metadata={"key": ""})


@dataclass(frozen=True)
class Config:
    """Everything an operator said."""

    page: Page
    site: Site
    storage: Storage
    components: tuple[Component, ...]
    agreements: tuple[Versions, ...]
    groups: tuple[Group, ...] = ()
    network: Network = Network()
    maintenance: tuple[Planned, ...] = ()
    allowed: Allowed = field(default_factory=Allowed)
    warnings: tuple[Fault, ...] = ()


def load(folder: Path, environment: Mapping[str, str]) -> Config:
    """Read a folder. ConfigError holds every fault of every file."""
    faults = Faults("meetlat.toml")
    top = read(folder / "meetlat.toml", faults)
    made = _main(top, faults, environment, folder) if top is not None else None
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


def _ids(tables: object) -> set[str]:
    return {str(t.get("id")) for t in tables if isinstance(t, dict)} if isinstance(tables, list) else set()


def _main(top: dict[str, Any], faults: Faults, environment: Mapping[str, str], folder: Path) -> Config | None:
    """``meetlat.toml`` as a configuration without agreements; None, with all its faults gathered, when anything is wrong."""
    keys = ("page", "site", "storage", "network", "canary", "probes", "defaults", "group", "component", "maintenance")
    for key in top:
        if key not in keys:
            faults.add(key, f"unknown key; {did_you_mean(key, keys)}")
    reader = Reader(top, faults, environment, folder)
    page = reader.bind(top.get("page", {}), Page, "page")
    site = reader.bind(top.get("site", {}), Site, "site")
    default = {"url": f"sqlite:///{environment.get('MEETLAT_STATE', 'var')}/meetlat.db"}
    storage = reader.bind(top.get("storage", default), Storage, "storage")
    if storage and not storage.url.reveal().startswith("sqlite:///"):
        faults.add("storage.url", "allowed is sqlite:///folder/file.db")
    network = reader.bind(top.get("network", {}), Network, "network")
    allowed, groups, components = reader.allow(), reader.groups(), reader.components()
    canaries = reader.canaries(components)
    if network and network.quorum is not None and network.quorum > len(canaries):
        faults.add("network.quorum", f"{network.quorum} of {len(canaries)} canaries can never fail")
    languages, zoned = (page.languages, page.timezone) if page else (LANGUAGES, "UTC")
    known = sorted(_ids(top.get("component")))
    plans = planned(top.get("maintenance", []), known, languages, zoned, faults)
    if faults.found or not (page and site and storage and network and allowed):
        return None
    return Config(page, site, storage, components, (), groups, replace(network, canaries=canaries), plans, allowed)
