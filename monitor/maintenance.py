"""``[[maintenance]]`` of the operator's TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from monitor.incidents.event import LONGEST_TEXT, LONGEST_TITLE
from monitor.incidents.maintenance import LONGEST_LEAD
from monitor.incidents.planned import Planned
from monitor.incidents.recurrence import rule
from monitor.table import Faults, bind, did_you_mean, duration
from monitor.timeline.span import Span
from monitor.values import identifier

_NOWHERE = Path()


def moment(value: object) -> datetime:
    """A time of TOML, with an offset or on the clocks of the page's zone."""
    if not isinstance(value, datetime) or value.microsecond:
        raise ValueError("must be a time in whole seconds (2026-12-03T22:00:00, in the page's zone, or with an offset)")
    return value


def in_languages(value: object) -> dict[str, str]:
    """A text, or one for each language: ``{ en = "...", nl = "..." }``; ``""`` is the page's first language."""
    texts = {"": value} if isinstance(value, str) else value
    if not isinstance(texts, dict) or not texts or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError('must be text, or a table by language: { en = "...", nl = "..." }')
    if any(not text.strip() or len(text) > LONGEST_TEXT for text in texts.values()):
        raise ValueError(f"a text has 1 to {LONGEST_TEXT} characters")
    return texts


def a_title(value: object) -> dict[str, str]:
    """A text of one line."""
    texts = in_languages(value)
    if any(len(text) > LONGEST_TITLE or not text.isprintable() for text in texts.values()):
        raise ValueError(f"a title is one line of at most {LONGEST_TITLE} characters")
    return texts


def lead(value: object) -> int:
    """How long ahead, in seconds."""
    found = duration(value) // 1000
    if not 0 < found <= LONGEST_LEAD:
        raise ValueError(f'allowed is from "1s" to "{LONGEST_LEAD // 86_400}d"')
    return found


@dataclass(frozen=True)
class Table:
    """Work that is planned. ``repeat`` is a rule of RFC 5545; then ``start`` and ``end`` are those of the first time. ``remind`` is
    how long ahead customers are reminded.
    """

    id: Annotated[str, identifier]
    title: Annotated[dict[str, str], a_title]
    components: tuple[str, ...]
    start: Annotated[datetime, moment]
    end: Annotated[datetime, moment]
    announced: Annotated[datetime, moment] | None = None
    emergency: bool = False
    repeat: Annotated[str, rule] = ""
    text: Annotated[dict[str, str], in_languages] | None = None
    remind: tuple[Annotated[int, lead], ...] = ()


def planned(
    found: object, known: list[str], languages: tuple[str, ...], zone: str, faults: Faults
) -> tuple[Planned, ...]:
    """The tables under ``maintenance``; every fault is gathered."""
    if not isinstance(found, list):
        faults.add("maintenance", "write it as [[maintenance]]")
        return ()
    made: dict[str, Planned] = {}
    for number, each in enumerate(found):
        name = each.get("id") if isinstance(each, dict) else None
        path = f"maintenance[{name if isinstance(name, str) else number}]"
        plan = _planned(each, path, known, languages, zone, faults)
        if plan and plan.id in made:
            faults.add(f"{path}.id", f"{plan.id!r} is the id of another maintenance already")
        elif plan:
            made[plan.id] = plan
    return tuple(made.values())


def _planned(
    found: Any, path: str, known: list[str], languages: tuple[str, ...], zone: str, faults: Faults
) -> Planned | None:
    if not isinstance(found, dict):
        faults.add(path, "must be a table")
        return None
    # No value of these tables is a secret or a path: neither an environment nor a folder is needed.
    table = bind(found, Table, path, faults, {}, _NOWHERE)
    if table is None or not _fits(table, path, known, languages, zone, faults):
        return None
    span = Span(_second(table.start, zone), _second(table.end, zone))
    announced = None if table.announced is None else _second(table.announced, zone)
    kind = "emergency" if table.emergency else "maintenance"
    titles, texts = (_spoken(each, languages[0]) for each in (table.title, table.text or {}))
    return Planned(table.id, titles, texts, table.components, span, announced, kind, table.repeat, table.remind)


def _fits(table: Table, path: str, known: list[str], languages: tuple[str, ...], zone: str, faults: Faults) -> bool:
    """Whether it names what there is; reported where it does not."""
    before = len(faults.found)
    for component in table.components:
        if component not in known:
            faults.add(f"{path}.components", f"there is no component {component!r}; {did_you_mean(component, known)}")
    if not table.components:
        faults.add(f"{path}.components", "name at least one component")
    for key, texts in (("title", table.title), ("text", table.text or {})):
        for language in set(texts) - {"", *languages}:
            faults.add(f"{path}.{key}", f"{language!r} is no language of the page; {did_you_mean(language, languages)}")
    if _second(table.end, zone) <= _second(table.start, zone):
        faults.add(f"{path}.end", "is not after start")
    return len(faults.found) == before


def _spoken(texts: Mapping[str, str], first: str) -> dict[str, str]:
    return {language or first: text for language, text in texts.items()}


def _second(moment: datetime, zone: str) -> int:
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp())
