"""The terms of a service level agreement, as far as they are computed: availability over a calendar month, credit in tiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Tier:
    """Below ``below`` percent of availability, ``give`` percent of the fee is credited. The deepest tier that matches pays."""

    below: Fraction
    give: Fraction


@dataclass(frozen=True)
class Remedy:
    """What a missed objective is worth."""

    id: str
    kind: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True)
class Objective:
    """One promised number: ``target`` percent of a component's counted time in a calendar month.

    ``no_data`` says how time without observations counts: ``exclude`` (in neither part of the fraction), ``up`` or ``down``.
    """

    id: str
    of: str
    target: Fraction
    title: str = ""
    no_data: str = "exclude"
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """One agreement in one version. Months are cut at local midnight in ``timezone``."""

    id: str
    title: str
    provider: str
    timezone: str
    effective_from: date
    objectives: tuple[Objective, ...]
    kind: str = "service"
    automatic: bool = False
    summary: str = ""
