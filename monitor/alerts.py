"""``[[channel]]``, ``[[alert]]``, ``[[calendar]]``, ``[mail]`` and ``[subscribe]`` of the operator's TOML: who is told, and how."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from monitor import channels, kinds
from monitor.channels import Mail
from monitor.incidents.lifecycle import SEVERITIES
from monitor.public import Network
from monitor.sla.hours import Calendar, Hours
from monitor.table import Faults, did_you_mean, duration, join
from monitor.telling.message import INCIDENT, KINDS, OUTAGE
from monitor.telling.receiver import WAYS
from monitor.telling.rule import Level, Rule
from monitor.values import identifier, one_of, port, web_address, whole

T = TypeVar("T")
Bind = Callable[[object, type[T], str], T | None]
TABLES = ("mail", "subscribe")
LISTS = ("channel", "alert", "calendar")


def network(value: object) -> Network:
    """A network of addresses, such as ``10.0.0.0/8``."""
    try:
        return ipaddress.ip_network(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError('allowed is a network of addresses, such as "10.0.0.0/8"') from error


@dataclass(frozen=True)
class SignUp:
    """Where visitors ask to be told: ``host`` and ``port`` of the application, and the ``url`` at which the world reaches it. They
    may choose from these ``ways``. ``proxies`` is how many proxies of ours stand before it, each of which says who came. Webhooks
    of strangers may lead to public addresses, and to the networks in ``reach``.
    """

    url: Annotated[str, web_address]
    host: str = "127.0.0.1"
    port: Annotated[int, port] = 8083
    ways: tuple[Annotated[str, one_of(*WAYS)], ...] = ("email",)
    proxies: Annotated[int, whole(0, 5)] = 0
    reach: tuple[Annotated[Network, network], ...] = ()


@dataclass(frozen=True)
class Escalation:
    """Who is called when nobody has acknowledged it for so long."""

    after: Annotated[int, duration]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class AlertTable:
    """What is told to which ``channels``: trouble of these ``components`` and ``groups`` (all without either), of this
    ``severity`` and worse, of these ``kinds``. An alert begins within a ``calendar``; what goes on when it opens is told then.

    What happens within ``together`` is one alert. It is said again each ``remind`` while it goes on, and, with ``recovery``, when
    it is over. ``escalate`` says who else is called when nobody acknowledges.
    """

    id: Annotated[str, identifier]
    channels: tuple[str, ...]
    components: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    severity: Annotated[str, one_of(*SEVERITIES)] = SEVERITIES[-1]
    kinds: tuple[Annotated[str, one_of(*KINDS)], ...] = (OUTAGE, INCIDENT)
    calendar: str | None = None
    together: Annotated[int, duration] = 20_000
    remind: Annotated[int, duration] | None = None
    recovery: bool = True
    escalate: tuple[Escalation, ...] = ()


@dataclass(frozen=True)
class Channel:
    """Where alerts of operators go: a ``kind`` with its ``settings``; in the ``language`` of the page's first without one."""

    id: str
    kind: str
    language: str
    settings: Any


@dataclass(frozen=True)
class Telling:
    """Everything an operator said of telling."""

    channels: tuple[Channel, ...] = ()
    rules: tuple[Rule, ...] = ()
    mail: Mail | None = None
    sign_up: SignUp | None = None

    @property
    def is_any(self) -> bool:
        """Whether anybody can be told."""
        return bool(self.channels) or self.sign_up is not None


@dataclass(frozen=True)
class Known:
    """What rules may name: the ids of components with their groups, the languages of the page and its zone."""

    components: Mapping[str, str]
    languages: tuple[str, ...]
    zone: str


@dataclass
class Reading:
    """One reading of these tables; every fault is gathered."""

    top: Mapping[str, Any]
    faults: Faults
    bind: Callable[[object, type[Any], str], Any]
    known: Known
    calendars: dict[str, Calendar] = field(default_factory=dict)

    def read(self) -> Telling:
        """All of it; what has a fault is left out."""
        mail = self.bind(self.top["mail"], Mail, "mail") if "mail" in self.top else None
        sign_up = self.bind(self.top["subscribe"], SignUp, "subscribe") if "subscribe" in self.top else None
        for path, table in self._tables("calendar"):
            made = self.bind(table, Calendar, path)
            if made and made.is_empty:
                self.faults.add(path, "never opens")
            if made and self._once(made.id, self.calendars, path):
                self.calendars[made.id] = made
        found: dict[str, Channel] = {}
        for path, table in self._tables("channel"):
            channel = self._channel(table, path)
            if channel and self._once(channel.id, found, path):
                found[channel.id] = channel
        rules: dict[str, Rule] = {}
        for path, table in self._tables("alert"):
            rule = self._rule(table, path, self._ids("channel"))
            if rule and self._once(rule.id, rules, path):
                rules[rule.id] = rule
        needs = [f"channel[{each.id}]" for each in found.values() if each.kind == "email"]
        needs += ["subscribe.ways"] if sign_up and "email" in sign_up.ways else []
        if "mail" not in self.top:
            for path in needs:
                self.faults.add(path, "needs a table [mail]")
        return Telling(tuple(found.values()), tuple(rules.values()), mail, sign_up)

    def _tables(self, key: str) -> Iterator[tuple[str, Any]]:
        found = self.top.get(key, [])
        if not isinstance(found, list):
            self.faults.add(key, f"write it as [[{key}]]")
            return
        for number, each in enumerate(found):
            name = each.get("id") if isinstance(each, dict) else None
            yield f"{key}[{name if isinstance(name, str) else number}]", each

    def _ids(self, key: str) -> list[str]:
        found = self.top.get(key, [])
        return [str(each.get("id")) for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def _once(self, name: str, known: Collection[str], path: str) -> bool:
        if name in known:
            self.faults.add(join(path, "id"), f"{name!r} is the id of another one already")
        return name not in known

    def _channel(self, table: Any, path: str) -> Channel | None:
        if not isinstance(table, dict):
            self.faults.add(path, "must be a table")
            return None
        own, ways = dict(table), kinds.names(channels)
        kind, name, language = own.pop("kind", None), own.pop("id", None), own.pop("language", self.known.languages[0])
        before = len(self.faults.found)
        try:
            identifier(name)
        except ValueError as error:
            self.faults.add(join(path, "id"), "missing" if name is None else str(error))
        if language not in self.known.languages:
            hint = did_you_mean(str(language), self.known.languages)
            self.faults.add(join(path, "language"), f"{language!r} is no language of the page; {hint}")
        if kind not in ways:
            self.faults.add(join(path, "kind"), f"found {kind!r}; {did_you_mean(str(kind), ways)}")
            return None
        settings = self.bind(own, kinds.load(channels, str(kind)).Settings, path)
        if settings is None or len(self.faults.found) > before:
            return None
        return Channel(str(name), str(kind), str(language), settings)

    def _rule(self, table: Any, path: str, known: list[str]) -> Rule | None:
        made: AlertTable | None = self.bind(table, AlertTable, path)
        if made is None:
            return None
        before = len(self.faults.found)
        groups = sorted({each for each in self.known.components.values() if each})
        self._named("channels", made.channels, known, path, "channel")
        self._named("components", made.components, sorted(self.known.components), path, "component")
        self._named("groups", made.groups, groups, path, "group")
        for number, level in enumerate(made.escalate):
            self._named("channels", level.channels, known, f"{path}.escalate[{number}]", "channel")
        if not made.channels:
            self.faults.add(join(path, "channels"), "name at least one channel")
        if made.calendar is not None:
            self._named("calendar", (made.calendar,), self._ids("calendar"), path, "calendar")
        if len(self.faults.found) > before:
            return None
        chosen = {name for name, group in self.known.components.items() if group in made.groups} | set(made.components)
        calendar = self.calendars.get(made.calendar or "")
        return Rule(
            made.id,
            made.channels,
            frozenset(chosen) if made.components or made.groups else None,
            made.severity,
            made.kinds,
            Hours(calendar.timezone or self.known.zone, calendar) if calendar else None,
            made.together // 1000,
            None if made.remind is None else max(60, made.remind // 1000),
            made.recovery,
            tuple(
                Level(each.after // 1000, each.channels)
                for each in sorted(made.escalate, key=lambda level: level.after)
            ),
        )

    def _named(self, key: str, names: tuple[str, ...], known: Collection[str], path: str, what: str) -> None:
        for each in names:
            if each not in known:
                hint = did_you_mean(each, known) if known else "there is none"
                self.faults.add(join(path, key), f"there is no {what} {each!r}; {hint}")
