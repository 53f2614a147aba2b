"""``[incidents]`` and ``[[template]]`` of the operator's TOML: when outages tell of themselves, and words that are ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from monitor.incidents.automatic import OFF, WAYS, Policy
from monitor.incidents.lifecycle import IMPACTS, SEVERITIES, STATES
from monitor.incidents.template import USUAL, Template, spoken
from monitor.maintenance import a_title, in_languages
from monitor.table import Faults, bind, did_you_mean, duration
from monitor.values import identifier, one_of

_NOWHERE = Path()
Texts = Annotated[dict[str, str], in_languages]


def seconds(value: object) -> int:
    """A duration, in whole seconds; ``"0s"`` is none."""
    return 0 if value == "0s" else -(-duration(value) // 1000)


@dataclass(frozen=True)
class Incidents:
    """What a measured outage becomes: an incident that opens and resolves itself, a draft for people to publish, or none.

    Only outages of at least ``minimum`` do; those that begin within ``together`` of the first are told of in one incident. The
    words are those of the ``template`` of that id.
    """

    automatic: Annotated[str, one_of(*WAYS)] = OFF
    minimum: Annotated[int, seconds] = 60
    together: Annotated[int, seconds] = 300
    template: Annotated[str, identifier] | None = None


@dataclass(frozen=True)
class Table:
    """Words that are ready. In titles and texts ``{components}`` stands for the names of the components."""

    id: Annotated[str, identifier]
    title: Annotated[dict[str, str], a_title]
    text: Texts | None = None
    update: Texts | None = None
    resolved: Texts | None = None
    impact: Annotated[str, one_of(*IMPACTS)] | None = None
    severity: Annotated[str, one_of(*SEVERITIES)] | None = None
    components: dict[str, Annotated[str, one_of(*STATES)]] | None = None


def templates(found: object, known: Sequence[str], languages: Sequence[str], faults: Faults) -> tuple[Template, ...]:
    """The tables under ``template``; every fault is gathered."""
    if not isinstance(found, list):
        faults.add("template", "write it as [[template]]")
        return ()
    made: dict[str, Template] = {}
    for number, each in enumerate(found):
        name = each.get("id") if isinstance(each, dict) else None
        path = f"template[{name if isinstance(name, str) else number}]"
        table = _table(each, path, known, languages, faults)
        if table and table.id in made:
            faults.add(f"{path}.id", f"{table.id!r} is the id of another template already")
        elif table:
            made[table.id] = _template(table, languages[0])
    return tuple(made.values())


def policy(table: Incidents, ready: Sequence[Template], languages: Sequence[str], faults: Faults) -> Policy:
    """How measured outages become incidents. Reported is a template that there is not."""
    known = {each.id: each for each in ready}
    if table.template is not None and table.template not in known:
        faults.add(
            "incidents.template", f"there is no template {table.template!r}; {did_you_mean(table.template, known)}"
        )
    words = spoken(known.get(table.template or "", USUAL), languages)
    return Policy(table.automatic, table.minimum, table.together, words)


def _table(found: Any, path: str, known: Sequence[str], languages: Sequence[str], faults: Faults) -> Table | None:
    if not isinstance(found, dict):
        faults.add(path, "must be a table")
        return None
    before = len(faults.found)
    table = bind(found, Table, path, faults, {}, _NOWHERE)
    if table is None:
        return None
    for component in table.components or {}:
        if component not in known:
            faults.add(f"{path}.components", f"there is no component {component!r}; {did_you_mean(component, known)}")
    for key in ("title", "text", "update", "resolved"):
        for language in set(getattr(table, key) or {}) - {"", *languages}:
            faults.add(f"{path}.{key}", f"{language!r} is no language of the page; {did_you_mean(language, languages)}")
    return table if len(faults.found) == before else None


def _template(table: Table, first: str) -> Template:
    def said(texts: Mapping[str, str] | None) -> dict[str, str]:
        return {language or first: text for language, text in (texts or {}).items()}

    made = Template(table.id, said(table.title), said(table.text), said(table.update), said(table.resolved))
    return replace(made, impact=table.impact, severity=table.severity, components=table.components or {})
