"""How much downtime an objective leaves: over a period of its true length, and over the average periods that are often quoted.

An average month has 1/12 of 365.2425 days: no calendar month is that long, so that its allowance is for orientation only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from monitor.sla.assess import Assessment
from monitor.sla.quantity import clock

YEAR = Fraction(3_652_425 * 86_400, 10_000)
AVERAGE = {
    "day": Fraction(86_400),
    "week": Fraction(7 * 86_400),
    "month": YEAR / 12,
    "quarter": YEAR / 4,
    "year": YEAR,
}


@dataclass(frozen=True)
class Edge:
    """A percentage at which something changes: the target, or the edge of a tier.

    ``allowed`` is how many seconds of downtime reach it, ``left`` how many of these are not used; negative once it was passed.
    """

    percentage: Fraction
    gives: str
    allowed: Fraction
    left: Fraction


def allowance(
    target: Fraction, seconds: Fraction | int, normal: Fraction = Fraction(100), during: Fraction = Fraction(0)
) -> Fraction:
    """The seconds that may be spent at ``during`` percent and still make the target, the rest being at ``normal`` percent.

    ValueError when it cannot be spent: ``during`` is not below the target, or ``normal`` is below it.
    """
    if not during < target <= normal:
        raise ValueError("the target must lie above what it is during an outage, and not above what is normal")
    return Fraction(seconds) * (normal - target) / (normal - during)


def averages(target: Fraction) -> dict[str, str]:
    """The allowance over an average day, week, month, quarter and year, for people."""
    return {name: clock(allowance(target, seconds)) for name, seconds in AVERAGE.items()}


def edges(made: Assessment, seconds: int) -> tuple[Edge, ...]:
    """The target and the tiers of an objective, over so many seconds that count in the whole period; high to low."""
    down = made.figure.down
    marks = {made.objective.target: "target"}
    for remedy in made.objective.remedies:
        for form in remedy.forms:
            for tier in form.tiers:
                if not tier.is_time:
                    marks.setdefault(tier.edge[0], remedy.id)
    found = []
    for percentage in sorted(marks, reverse=True):
        allowed = (100 - percentage) / 100 * seconds
        found.append(Edge(percentage, marks[percentage], allowed, allowed - down))
    return tuple(found)


def serial(targets: Sequence[Fraction]) -> Fraction:
    """What can be planned for when all are needed and fail independently: the product. Never a measured figure."""
    return 100 * prod((target / 100 for target in targets), start=Fraction(1))


def parallel(targets: Sequence[Fraction]) -> Fraction:
    """What can be planned for when one of them is enough and they fail independently. Never a measured figure."""
    return 100 * (1 - prod((1 - target / 100 for target in targets), start=Fraction(1)))
