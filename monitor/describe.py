"""A configuration in words: what would run, and what a reload changed. Never a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from monitor.config import Config, Network
from monitor.incidents.automatic import OFF
from monitor.probes import Probe
from monitor.sla.agreement import Objective
from monitor.sla.periods import instant
from monitor.sla.quantity import plain
from monitor.table import Secret, lasting
from monitor.telling.rule import Rule

# The tables of a configuration that have no name of their own, by the field that holds what they say.
TABLES = {
    "page": "page",
    "site": "site",
    "storage": "storage",
    "groups": "groups",
    "network": "network",
    "allowed": "probes",
    "look": "theme",
    "catalogues": "translations",
    "heartbeat": "heartbeat",
    "admin": "admin",
    "telling": "channels, alerts, mail or subscribe",
    "incidents": "incidents",
    "templates": "templates",
}


def _line(network: Network) -> Iterator[str]:
    """What is said of our own line."""
    canaries = network.canaries
    if canaries:
        quorum = network.quorum or len(canaries) // 2 + 1
        yield f"blind while {quorum} of {len(canaries)} canaries fail"
    yield from (f"  canary {canary.id}: {kind_of(canary)} {canary.target()}" for canary in canaries)
    if network.forbidden:
        yield "never asked: " + ", ".join(map(str, network.forbidden))


def describe(config: Config) -> str:
    """What would run, in lines."""
    lines = [
        f"{config.page.name}: {config.page.url}, {config.page.timezone}, {', '.join(config.page.languages)}",
        f"page on {config.site.host}:{config.site.port}; record in {_masked(config.storage.url)}",
    ]
    lines.extend(_line(config.network))
    if any(kind_of(probe) == "heartbeat" for component in config.components for probe in component.probes):
        where = ", and on the page's" if config.heartbeat.mount else ""
        lines.append(f"heartbeats on {config.heartbeat.host}:{config.heartbeat.port}{where}")
    if config.allowed.commands:
        lines.append("commands " + ", ".join(config.allowed.commands))
    for component in config.components:
        built_on = f", built on {', '.join(component.needs)}" if component.needs else ""
        of = f"needs {component.need or 'all'} of {len(component.probes)}"
        lines.append(f"component {component.id}: {component.name} ({of}{built_on})")
        for probe in component.probes:
            pace = f"each {lasting(probe.interval)}, at most {lasting(probe.timeout)}"
            counts = f"confirm {probe.confirm}, recover {probe.recover}"
            again = f", asked again each {lasting(probe.confirm_every)}" if probe.confirm_every else ""
            lines.append(f"  probe {probe.id}: {kind_of(probe)} {probe.target()}, {pace}, {counts}{again}")
            lines.extend(f"  warning: probe {probe.id}: {warning}" for warning in probe.warnings())
    for versions in config.agreements:
        for agreement in versions.every:
            lines.append(f"agreement {agreement.id}: {agreement.title}, from {agreement.effective_from}")
            lines.extend(map(_promise, agreement.objectives))
    for plan in config.maintenance:
        span = f"{instant(plan.span.start)} to {instant(plan.span.end)}"
        lines.append(f"maintenance {plan.id}: {', '.join(plan.components)}, {span}{plan.repeat and ', ' + plan.repeat}")
    stories = config.incidents
    if stories.automatic != OFF:
        length, words = lasting(stories.minimum * 1000), stories.template.id or "the usual words"
        lines.append(f"incidents of outages of at least {length}: {stories.automatic}, in {words}")
    lines.extend(f"template {each.id}: {next(iter(each.titles.values()))}" for each in config.templates)
    lines.extend(_told(config))
    lines.extend(f"warning: {warning}" for warning in config.warnings)
    return "\n".join(lines)


def _told(config: Config) -> Iterator[str]:
    """Who is told, and where people and programs speak."""
    telling = config.telling
    if telling.mail:
        yield f"mail from {telling.mail.sender} by {telling.mail.host}:{telling.mail.port}"
    yield from (f"channel {each.id}: {each.kind}, in {each.language}" for each in telling.channels)
    yield from map(_rule, telling.rules)
    if telling.sign_up:
        form = telling.sign_up
        yield f"subscribers by {', '.join(form.ways)}: {form.url}; form on {form.host}:{form.port}"
    yield f"admin on {config.admin.host}:{config.admin.port}, once there is an operator"


def _rule(rule: Rule) -> str:
    whose = "all" if rule.components is None else ", ".join(sorted(rule.components))
    parts = [
        f"alert {rule.id}: {', '.join(rule.kinds)} of {whose}, {rule.severity} and worse, to {', '.join(rule.channels)}"
    ]
    if rule.hours:
        parts.append("within its hours")
    if rule.remind:
        parts.append(f"said again each {lasting(rule.remind * 1000)}")
    parts += [f"after {lasting(each.after * 1000)} also to {', '.join(each.channels)}" for each in rule.escalate]
    return ", ".join(parts)


def _promise(objective: Objective) -> str:
    remedies = ", ".join(f"{remedy.kind} {remedy.id}" for remedy in objective.remedies) or "no remedy"
    what = ", ".join(objective.of.components) or objective.metric
    mode = f" ({objective.of.mode})" if len(objective.of.components) > 1 else ""
    meets = f"{objective.metric} of {what}{mode} {objective.meets} {plain(objective.target)} % a {objective.period}"
    return f"  objective {objective.id}: {meets}; {remedies}"


def kind_of(probe: Probe) -> str:
    """``http``: the name of the file that its settings come from."""
    return type(probe).__module__.rpartition(".")[2]


def _masked(url: Secret) -> str:
    return re.sub(r"://([^:/@]*):[^@]*@", r"://\1:***@", url.raw)


def changes(old: Config, new: Config) -> list[str]:
    """What differs, in words: each component, probe, agreement and maintenance that was added, removed, moved or changed."""
    found = [f"{words} changed" for name, words in TABLES.items() if getattr(old, name) != getattr(new, name)]
    was, now = _named(old), _named(new)
    found += [f"{name} added" for name in now if name not in was]
    found += [f"{name} removed" for name in was if name not in now]
    found += [f"{name} changed" for name in now if name in was and was[name] != now[name]]
    homes = _homes(old)
    return found + [
        f"probe {probe} moved from component {homes[probe]} to {home}"
        for probe, home in _homes(new).items()
        if homes.get(probe, home) != home
    ]


def _named(config: Config) -> dict[str, object]:
    """Everything that has a name of its own. A component stands for itself: its probes are named beside it."""
    components: dict[str, object] = {f"component {c.id}": replace(c, probes=()) for c in config.components}
    probes: dict[str, object] = {f"probe {p.id}": p for c in config.components for p in c.probes}
    agreements: dict[str, object] = {f"agreement {a.newest.id}": a for a in config.agreements}
    return components | probes | agreements | {f"maintenance {plan.id}": plan for plan in config.maintenance}


def _homes(config: Config) -> dict[str, str]:
    return {probe.id: component.id for component in config.components for probe in component.probes}
