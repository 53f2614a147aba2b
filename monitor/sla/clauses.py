"""The clauses on measuring: of what, how downtime is counted, and what is excluded. Field names are the keys of the TOML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated

from monitor.sla.hours import ALWAYS
from monitor.sla.quantity import length, number, one_of, percent, whole

METHODS = ("duration", "bad-slices", "mean-of-slices", "events", "user-minutes")
SLICED = ("bad-slices", "mean-of-slices")
KINDS = (
    "maintenance",
    "emergency",
    "customer",
    "third-party",
    "force-majeure",
    "suspension",
    "beta",
    "network",
)
ANNOUNCED = ("maintenance", "emergency")


def latency(value: object) -> Fraction:
    """``"800ms"`` or ``"2s"``, in seconds."""
    found = re.fullmatch(r"([0-9]{1,9})(ms|s)", value) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise ValueError('is not a response time; write it as "800ms" or "2s"')
    return Fraction(int(found[1]), 1000 if found[2] == "ms" else 1)


@dataclass(frozen=True)
class Of:
    """The components an objective is about, and how they are put together: each, all, any or mean."""

    mode: str
    components: tuple[str, ...]


def of(value: object) -> Of:
    """``"web"`` or ``{ all = ["web", "api"] }``."""
    if isinstance(value, str):
        return Of("all", (value,))
    if isinstance(value, dict) and len(value) == 1:
        mode, names = next(iter(value.items()))
        is_list = isinstance(names, list) and names and all(isinstance(name, str) for name in names)
        if mode in ("each", "all", "any", "mean") and is_list and len(set(names)) == len(names):
            return Of(mode, tuple(names))
    raise ValueError('allowed is a component, or one of each, all, any, mean: { all = ["web", "api"] }')


@dataclass(frozen=True)
class BadSlice:
    """When a slice is bad: its error rate is over so many percent, or (None) all of it is down."""

    error_rate_over: Fraction | None = None


def bad_slice(value: object) -> BadSlice:
    """``{ error_rate_over = "5" }`` or ``"whole-slice-down"``."""
    if value == "whole-slice-down":
        return BadSlice()
    if isinstance(value, dict) and set(value) == {"error_rate_over"}:
        return BadSlice(percent(value["error_rate_over"]))
    raise ValueError('allowed: "whole-slice-down" or { error_rate_over = "5" }')


@dataclass(frozen=True)
class Rounding:
    """A rounding before the decision, which hardly any contract has: so many digits of the percentage."""

    digits: Annotated[int, whole(0, 9)]
    mode: Annotated[str, one_of("half-up", "half-even", "down", "up")] = "half-up"


def rounding(value: object) -> Rounding | None:
    """``"none"``, or ``{ digits = 2, mode = "half-up" }``."""
    if value == "none":
        return None
    if isinstance(value, dict) and set(value) <= {"digits", "mode"} and "digits" in value:
        mode = one_of("half-up", "half-even", "down", "up")(value.get("mode", "half-up"))
        return Rounding(whole(0, 9)(value["digits"]), mode)
    raise ValueError('allowed: "none" or { digits = 2, mode = "half-up" }')


def weight(value: object) -> Fraction:
    """The part of the time that counts as down, from 0 to 1."""
    found = number(value)
    if found > 1:
        raise ValueError("allowed is from 0 to 1")
    return found


@dataclass(frozen=True)
class Weight:
    """What part of the time counts as down, by how bad it was."""

    major: Annotated[Fraction, weight] = Fraction(1)
    partial: Annotated[Fraction, weight] = Fraction(1)
    degraded: Annotated[Fraction, weight] = Fraction(0)


@dataclass(frozen=True)
class Confirm:
    """When an outage exists: seen from so many locations of so many, by so many failures in a row. Applied by the probes."""

    locations: Annotated[int, whole(1, 50)] = 1
    of: Annotated[int, whole(1, 50)] = 1
    failures: Annotated[int, whole(1, 50)] = 1


@dataclass(frozen=True)
class Measure:
    """How observations or counts become downtime. Lengths in seconds."""

    method: Annotated[str, one_of(*METHODS)] = "duration"
    slice: Annotated[int, length] | None = None
    bad_slice: Annotated[BadSlice, bad_slice] | None = None
    partial_slice: Annotated[str, one_of("exact", "drop", "whole")] = "exact"
    empty_slice: Annotated[str, one_of("up", "exclude", "down")] = "up"
    min_requests: Annotated[int, whole(0, 10**12)] = 0
    good_under: Annotated[Fraction, latency] | None = None
    min_outage: Annotated[int, length] = 0
    min_outage_inclusive: bool = True
    min_outage_counts: Annotated[str, one_of("whole", "excess")] = "whole"
    confirm: Confirm | None = None
    outage_starts: Annotated[str, one_of("first-bad", "last-good", "midpoint", "reported")] = "first-bad"
    no_data: Annotated[str, one_of("exclude", "up", "down", "hold")] = "exclude"
    min_coverage: Annotated[Fraction, percent] = Fraction(0)
    weight: Weight = field(default_factory=Weight)
    affected_share: bool = False
    round: Annotated[Rounding | None, rounding] = None


@dataclass(frozen=True)
class Exclude:
    """Time that does not count against the provider. ``notice`` and ``max`` in seconds."""

    kind: Annotated[str, one_of(*KINDS)]
    treat: Annotated[str, one_of("forgive", "remove")]
    notice: Annotated[int, length] = 0
    max: Annotated[int, length] | None = None
    max_per: Annotated[str, one_of("period", "calendar-month", "calendar-quarter", "calendar-year")] | None = None
    within: str = ALWAYS
    overrun: Annotated[str, one_of("counts", "excluded")] = "counts"
