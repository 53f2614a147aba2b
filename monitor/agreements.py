"""One file of ``agreements/`` becomes an ``Agreement``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from monitor.sla.agreement import Agreement, Objective, Remedy, Tier
from monitor.table import Faults, bind, did_you_mean, join
from monitor.values import identifier, zone


def _one_of(*words: str) -> Any:
    def choose(value: object) -> str:
        if value not in words:
            raise ValueError(f"allowed: {', '.join(words)}")
        return str(value)

    return choose


def percent(value: object) -> Fraction:
    """A percentage as text, above 0 and at most 100, so that it never passes through a binary float."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,3}(\.\d{1,9})?", value):
        raise ValueError('allowed is a percentage as text, such as "99.9"')
    number = Fraction(Decimal(value))
    if not 0 < number <= 100:
        raise ValueError("allowed is more than 0 and at most 100")
    return number


@dataclass(frozen=True)
class _Agreement:
    id: Annotated[str, identifier]
    title: str
    provider: str
    timezone: Annotated[str, zone]
    kind: Annotated[str, _one_of("service")] = "service"
    summary: str = ""


@dataclass(frozen=True)
class _Version:
    effective_from: date


@dataclass(frozen=True)
class _Tier:
    below: Annotated[Fraction, percent]
    give: Annotated[Fraction, percent]


@dataclass(frozen=True)
class _Remedy:
    id: Annotated[str, identifier]
    kind: Annotated[str, _one_of("credit")]
    tiers: tuple[_Tier, ...]


@dataclass(frozen=True)
class _Measure:
    no_data: Annotated[str, _one_of("exclude", "up", "down")] = "exclude"


@dataclass(frozen=True)
class _Objective:
    id: Annotated[str, identifier]
    of: str
    target: Annotated[Fraction, percent]
    metric: Annotated[str, _one_of("availability")]
    period: Annotated[str, _one_of("calendar-month")]
    title: str = ""
    measure: _Measure = _Measure()
    remedy: tuple[_Remedy, ...] = ()


@dataclass(frozen=True)
class _Claim:
    automatic: bool = False


def _schema(value: object) -> int:
    if value != 1:
        raise ValueError("allowed: 1")
    return 1


@dataclass(frozen=True)
class _File:
    schema: Annotated[int, _schema]
    agreement: _Agreement
    version: _Version
    objective: tuple[_Objective, ...]
    claim: _Claim = _Claim()


def read_agreement(
    table: dict[str, Any], components: set[str], faults: Faults, environment: Mapping[str, str], base: Path
) -> Agreement | None:
    """The file's table as an agreement over these components; None, with its faults gathered, when anything is wrong."""
    made = bind(table, _File, "", faults, environment, base)
    for i, objective in enumerate(made.objective if made else ()):
        _judge(objective, f"objective[{i}]", components, faults)
    if made is None or faults.found:
        return None
    names = [objective.id for objective in made.objective]
    if len(set(names)) < len(names) or not names:
        faults.add("objective", "there must be at least one, and no two with the same id")
        return None
    head = made.agreement
    objectives = tuple(
        Objective(
            o.id,
            o.of,
            o.target,
            o.title,
            o.measure.no_data,
            tuple(Remedy(r.id, r.kind, tuple(Tier(t.below, t.give) for t in r.tiers)) for r in o.remedy),
        )
        for o in made.objective
    )
    begin, claim = made.version.effective_from, made.claim.automatic
    return Agreement(
        head.id, head.title, head.provider, head.timezone, begin, objectives, head.kind, claim, head.summary
    )


def _judge(objective: _Objective, path: str, components: set[str], faults: Faults) -> None:
    if objective.of not in components:
        faults.add(
            join(path, "of"), f"there is no component {objective.of!r}; {did_you_mean(objective.of, components)}"
        )
    for i, remedy in enumerate(objective.remedy):
        edges = [tier.below for tier in remedy.tiers]
        at = join(path, f"remedy[{i}].tiers")
        if not edges or edges != sorted(set(edges), reverse=True):
            faults.add(at, "the edges must fall: the first is the target, each next one is lower")
        elif edges[0] != objective.target:
            faults.add(at, "the first edge must equal the target, or misses between the two pay nothing")
        gives = [tier.give for tier in remedy.tiers]
        if gives != sorted(gives):
            faults.add(at, "a lower availability must not give less")
