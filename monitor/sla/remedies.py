"""The clauses on remedies: what a missed objective is worth, in which unit, up to which caps, and when it falls due."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated

from monitor.sla.quantity import Quantity, length, number, one_of, percent, points_or_time, whole
from monitor.values import identifier

KINDS = ("credit", "penalty", "extension", "support", "termination", "report")
MONEY_KINDS = ("credit", "penalty")
UNITS = ("percent", "fraction", "money", "days-of-fee", "hours-of-fee", "days", "hours")
BASES = (
    "component-period",
    "component-month",
    "agreement-period",
    "agreement-month",
    "annual",
    "annual/12",
    "last-30-days",
)
SPANS = ("incident", "day", "period", "month", "30-days", "quarter", "12-months", "subscription")
ROUNDINGS = ("half-up", "half-even", "down", "up")


@dataclass(frozen=True)
class Tier:
    """One band. On availability: ``below`` or ``at_most``, perhaps with a lower edge ``from`` (inclusive) or ``over`` (strict).
    On time down: ``down_over`` (strict) or ``down_from`` (inclusive), in seconds. Exactly one upper edge."""

    give: Annotated[Fraction, number]
    below: Annotated[Fraction, percent] | None = None
    at_most: Annotated[Fraction, percent] | None = None
    from_: Annotated[Fraction, percent] | None = field(default=None, metadata={"key": "from"})
    over: Annotated[Fraction, percent] | None = None
    down_over: Annotated[int, length] | None = None
    down_from: Annotated[int, length] | None = None

    def __post_init__(self) -> None:
        if sum(edge is not None for edge in (self.below, self.at_most, self.down_over, self.down_from)) != 1:
            raise ValueError("needs exactly one of: below, at_most, down_over, down_from")
        if self.from_ is not None and self.over is not None:
            raise ValueError("takes from or over, not both")
        if self.is_time and (self.from_ is not None or self.over is not None):
            raise ValueError("an edge in time takes no from or over")

    @property
    def is_time(self) -> bool:
        """True for a band on the time down."""
        return self.below is None and self.at_most is None

    @property
    def edge(self) -> tuple[Fraction, int]:
        """The upper edge, in an order in which ``below`` comes before ``at_most`` of the same number."""
        if self.below is not None:
            return self.below, 0
        return (self.at_most if self.at_most is not None else Fraction(0)), 1

    def holds(self, percentage: Fraction) -> bool:
        """True when the percentage lies in the band."""
        if self.below is not None and not percentage < self.below:
            return False
        if self.at_most is not None and not percentage <= self.at_most:
            return False
        if self.from_ is not None and not percentage >= self.from_:
            return False
        return self.over is None or percentage > self.over

    def is_reached(self, down: Fraction) -> bool:
        """True when so many seconds of downtime are in the band or beyond it."""
        if self.down_over is not None:
            return down > self.down_over
        return self.down_from is not None and down >= self.down_from


@dataclass(frozen=True)
class Steps:
    """``give`` for each ``every`` of a shortfall (points), of downtime or of its excess over the allowance (time).

    Counting begins at ``after``, where ``base`` is given.
    """

    of: Annotated[str, one_of("shortfall", "downtime", "excess")]
    every: Annotated[Quantity, points_or_time]
    count: Annotated[str, one_of("started", "completed", "exact", "nearest")]
    give: Annotated[Fraction, number]
    after: Annotated[Quantity, points_or_time] | None = None
    base: Annotated[Fraction, number] = Fraction(0)

    def __post_init__(self) -> None:
        for quantity, key in ((self.every, "every"), (self.after, "after")):
            if quantity and quantity.is_time == (self.of == "shortfall"):
                raise ValueError(
                    f'{key} must be {"points" if self.of == "shortfall" else "a duration"}, as of = "{self.of}"'
                )


@dataclass(frozen=True)
class Prorata:
    """``multiple`` times the fee for the time down, or for its excess over the allowance."""

    of: Annotated[str, one_of("downtime", "excess")]
    multiple: Annotated[Fraction, number] = Fraction(1)


def rung(value: object) -> Fraction | None:
    """What one rung of a ladder gives: an amount, or None for ``"report"``, which is a meeting or a report and no amount."""
    return None if value in ("report", "meeting") else number(value)


def periods(value: object) -> int:
    """``"6-months"``: a number of months."""
    found = re.fullmatch(r"([1-9]\d?)-months", value) if isinstance(value, str) else None
    if not found:
        raise ValueError('is not a number of months; write it as "6-months"')
    return int(found[1])


@dataclass(frozen=True)
class Ladder:
    """The n-th miss within ``over`` (months) gives the n-th entry; further ones give the last."""

    give: tuple[Annotated[Fraction | None, rung], ...]
    over: Annotated[int, periods]


@dataclass(frozen=True)
class Form:
    """Exactly one way to say how much is given."""

    tiers: tuple[Tier, ...] = ()
    steps: Steps | None = None
    prorata: Prorata | None = None
    flat: Annotated[Fraction, number] | None = None
    ladder: Ladder | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The forms that are present."""
        found = {"tiers": self.tiers, "steps": self.steps, "prorata": self.prorata, "ladder": self.ladder}
        return (*(name for name, form in found.items() if form), *(("flat",) if self.flat is not None else ()))


@dataclass(frozen=True)
class Cap:
    """No more than this over a span of time: one of percent, money, days, hours, count.

    A percentage is of the fees over the span; with ``of = "base"`` it is of the base of one period.
    """

    over: Annotated[str, one_of(*SPANS)]
    percent: Annotated[Fraction, number] | None = None
    money: Annotated[Fraction, number] | None = None
    days: Annotated[Fraction, number] | None = None
    hours: Annotated[Fraction, number] | None = None
    count: Annotated[int, whole(1, 10_000)] | None = None
    of: Annotated[str, one_of("span", "base")] = "span"

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.percent, self.money, self.days, self.hours, self.count)) != 1:
            raise ValueError("needs exactly one of: percent, money, days, hours, count")

    @property
    def share(self) -> Fraction | None:
        """The part of the fees; None for a cap in another measure."""
        return None if self.percent is None else self.percent / 100

    @property
    def seconds(self) -> Fraction | None:
        """A length of time; None for a cap in another measure."""
        if self.days is not None:
            return self.days * 86_400
        return None if self.hours is None else self.hours * 3600


@dataclass(frozen=True)
class Sum:
    """An amount of money."""

    money: Annotated[Fraction, number]


@dataclass(frozen=True)
class When:
    """A trigger: misses in a row, or so many of the last so many periods; with ``below`` a miss is below that percentage."""

    consecutive: Annotated[int, whole(1, 36)] | None = None
    misses: Annotated[int, whole(1, 36)] | None = None
    of: Annotated[int, whole(1, 36)] | None = None
    below: Annotated[Fraction, percent] | None = None
    retroactive: bool = False

    def __post_init__(self) -> None:
        if (self.consecutive is None) == (self.misses is None) or (self.misses is None) != (self.of is None):
            raise ValueError("needs consecutive, or misses and of")
        if self.misses and self.of and self.misses > self.of:
            raise ValueError("misses cannot be more than of")

    @property
    def reach(self) -> int:
        """How many periods it looks at, the last one included."""
        return self.consecutive or self.of or 1

    @property
    def needed(self) -> int:
        """How many of them must be misses."""
        return self.consecutive or self.misses or 1


@dataclass(frozen=True, kw_only=True)
class Remedy(Form):
    """One remedy. Which of ``unit`` and ``base`` fit together, and what must be capped, is a matter of validation."""

    id: Annotated[str, identifier] = ""
    kind: Annotated[str, one_of(*KINDS)] = "credit"
    per: Annotated[str, one_of("period", "incident", "clock-hour", "day")] = "period"
    base: Annotated[str, one_of(*BASES)] = "component-period"
    unit: Annotated[str, one_of(*UNITS)] = "percent"
    greater_of: tuple[Form, ...] = ()
    allowance: Annotated[int, length] | None = None
    cap: tuple[Cap, ...] = ()
    floor: Sum | None = None
    pay_if_over: Sum | None = None
    hold_until: Sum | None = None
    when: tuple[When, ...] = ()
    choice_group: str | None = None
    affected: bool = False
    automatic: bool | None = None
    statutory: bool = False
    month_hours: Annotated[Fraction, number] | None = None
    money_rounding: Annotated[str, one_of(*ROUNDINGS)] = "half-up"
    money_rounding_on: Annotated[str, one_of("total", "line")] = "total"
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or self.kind)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms of which the greatest gives."""
        return self.greater_of or (self,)
