"""The operator's TOML: ``meetlat.toml`` and ``agreements/*.toml`` become a ``Config``, or a ConfigError that holds every fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any

from monitor import alerts
from monitor.agreements import read_tables
from monitor.alerts import Telling
from monitor.components import Allowed, Component, Group, Reader
from monitor.confirmed import unlike
from monitor.incidents.automatic import Policy
from monitor.incidents.planned import Planned
from monitor.incidents.template import Template
from monitor.maintenance import planned
from monitor.oidc import Provider
from monitor.probes import Probe
from monitor.sla.statement import Versions
from monitor.table import ConfigError, Fault, Faults, Secret, did_you_mean, read
from monitor.templates import Incidents, policy, templates
from monitor.theme import Look, Theme, doubts, look
from monitor.values import authority, contact, count, network, origin, port, web_address, whole, words, zone

LANGUAGES = ("nl", "en")
OURS = Path(__file__).parents[1] / "statuspage/translations"
LISTS = ("group", "component", "canary", "maintenance", "template", *alerts.LISTS)
TABLES = (
    "page",
    "site",
    "theme",
    "storage",
    "network",
    "heartbeat",
    "admin",
    "incidents",
    *LISTS,
    "probes",
    "defaults",
    *alerts.TABLES,
)


def language(value: object) -> str:
    """The code of a language, two letters (ISO 639-1)."""
    if not isinstance(value, str) or not re.fullmatch("[a-z]{2}", value):
        raise ValueError('allowed are two letters, such as "nl"')
    return value


def catalogues(folder: Path) -> dict[str, Path | None]:
    """The languages the page can speak: English, in which it is written, ours, and each ``translations/xx.po`` of the folder."""
    files = [*sorted(OURS.glob("??.po")), *sorted((folder / "translations").glob("??.po"))]
    return {"en": None, **{file.stem: file for file in files}}


@dataclass(frozen=True)
class Link:
    """An address of the operator's own, in the head of each page."""

    name: Annotated[str, words]
    url: Annotated[str, web_address]


@dataclass(frozen=True)
class Page:
    """What the public page is called, and where and in which zone and languages it is shown; the first language is the default.

    ``authority`` is what the ids in feeds begin with; without it, the host of ``url``. ``security`` is where holes are to be told
    (RFC 9116). With ``index = false`` search engines are asked to stay away.
    """

    name: str
    url: Annotated[str, web_address]
    timezone: Annotated[str, zone] = "UTC"
    languages: tuple[Annotated[str, language], ...] = LANGUAGES
    support: Annotated[str, web_address] | None = None
    authority: Annotated[str, authority] | None = None
    links: tuple[Link, ...] = ()
    security: Annotated[str, contact] | None = None
    index: bool = True


@dataclass(frozen=True)
class Site:
    """Where the page is served. ``key`` signs the links by which customers see what is not public. The sites in ``embed`` may show
    the small page /embed within theirs; without any there is none. ``meetlat run`` keeps the whole site as files in the folder
    ``export``.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, port] = 8080
    key: Secret | None = None
    embed: tuple[Annotated[str, origin], ...] = ()
    export: Annotated[str, words] | None = None


@dataclass(frozen=True)
class Intake:
    """Where probes of the kind heartbeat call. With ``mount`` the site passes on what comes to it under ``/heartbeat/``."""

    host: str = "127.0.0.1"
    port: Annotated[int, port] = 8082
    mount: bool = False


@dataclass(frozen=True)
class Admin:
    """Where operators work. ``url`` is the address by which they reach it, of a proxy that adds TLS; ``proxies`` is how many such
    stand before it, each of which says whom it speaks for. Elsewhere than on this machine it listens only behind one with https.
    With ``oidc`` operators may also log in with a provider of identities.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, port] = 8081
    url: Annotated[str, origin] | None = None
    proxies: Annotated[int, whole(0, 5)] = 0
    oidc: Provider | None = None

    @property
    def own(self) -> str | None:
        """``url`` as browsers write it: without the port that goes without saying."""
        if self.url is None:
            return None
        return self.url.removesuffix(":443" if self.is_secure else ":80")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.url is not None and self.url.startswith("https://")

    def __post_init__(self) -> None:
        if not self.is_secure and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("passwords would cross the network in the clear: give url, the https address of a proxy")


@dataclass(frozen=True)
class Storage:
    """Where the record is kept."""

    url: Secret


@dataclass(frozen=True)
class Network:
    """Our own line. We are blind while ``quorum`` of the canaries fail: without one, more than half of them. No probe asks an
    address in a network that is ``forbidden``, nor the metadata services of clouds.
    """

    quorum: Annotated[int, count] | None = None
    forbidden: tuple[Annotated[IPv4Network | IPv6Network, network], ...] = ()
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
    look: Look = field(default_factory=Look)
    catalogues: Mapping[str, Path | None] = field(default_factory=dict)
    heartbeat: Intake = Intake()
    admin: Admin = Admin()
    telling: Telling = field(default_factory=Telling)
    incidents: Policy = field(default_factory=Policy)
    templates: tuple[Template, ...] = ()
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
    warnings = (*made.warnings, *reading.warnings, *unlike(reading.versions, made.components))
    return replace(made, agreements=reading.versions, warnings=warnings)


def _ids(tables: object) -> set[str]:
    return {str(t.get("id")) for t in tables if isinstance(t, dict)} if isinstance(tables, list) else set()


def _main(top: dict[str, Any], faults: Faults, environment: Mapping[str, str], folder: Path) -> Config | None:
    """``meetlat.toml`` as a configuration without agreements; None, with all its faults gathered, when anything is wrong."""
    for key in top:
        if key not in TABLES:
            faults.add(key, f"unknown key; {did_you_mean(key, TABLES)}")
    reader = Reader(top, faults, environment, folder)
    page = reader.bind(top.get("page", {}), Page, "page")
    spoken = catalogues(folder)
    _check_languages(top.get("page"), spoken, faults)
    site = reader.bind(top.get("site", {}), Site, "site")
    theme = reader.bind(top.get("theme", {}), Theme, "theme")
    seen = look(theme, folder, faults) if theme else Look()
    default = {"url": f"sqlite:///{environment.get('MEETLAT_STATE', 'var')}/meetlat.db"}
    storage = reader.bind(top.get("storage", default), Storage, "storage")
    if storage and not storage.url.reveal().startswith("sqlite:///"):
        faults.add("storage.url", "allowed is sqlite:///folder/file.db")
    network = reader.bind(top.get("network", {}), Network, "network")
    intake = reader.bind(top.get("heartbeat", {}), Intake, "heartbeat")
    admin = reader.bind(top.get("admin", {}), Admin, "admin")
    allowed, groups, components = reader.allow(), reader.groups(), reader.components()
    canaries = reader.canaries(components)
    if network and network.quorum is not None and network.quorum > len(canaries):
        faults.add("network.quorum", f"{network.quorum} of {len(canaries)} canaries can never fail")
    languages, zoned = (page.languages, page.timezone) if page else (LANGUAGES, "UTC")
    known = sorted(_ids(top.get("component")))
    plans = planned(top.get("maintenance", []), known, languages, zoned, faults)
    grouped = {each.id: each.group for each in components}
    told = alerts.Reading(top, faults, reader.bind, alerts.Known(grouped, languages, zoned)).read()
    ready = templates(top.get("template", []), known, languages, faults)
    asked = reader.bind(top.get("incidents", {}), Incidents, "incidents")
    stories = policy(asked, ready, languages, faults) if asked else Policy()
    if faults.found or not (page and site and storage and network and allowed and intake and admin):
        return None
    doubtful = tuple(Fault(faults.file, path, text) for path, text in doubts(theme)) if theme else ()
    return Config(
        page,
        site,
        storage,
        components,
        (),
        groups,
        replace(network, canaries=canaries),
        plans,
        allowed,
        look=seen,
        catalogues=spoken,
        heartbeat=intake,
        admin=admin,
        telling=told,
        incidents=stories,
        templates=ready,
        warnings=doubtful,
    )


def _check_languages(page: object, spoken: Mapping[str, object], faults: Faults) -> None:
    """Looked at as it was written, so that no other fault of the page hides one."""
    wanted = page.get("languages") if isinstance(page, dict) else None
    for n, each in enumerate(wanted if isinstance(wanted, list) else []):
        if isinstance(each, str) and re.fullmatch("[a-z]{2}", each) and each not in spoken:
            faults.add(f"page.languages[{n}]", f"there is no translations/{each}.po; there are: {', '.join(spoken)}")
