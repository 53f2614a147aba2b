"""What a form gives: tiers, steps, pro rata, flat and ladder, on the figure of a period or on one outage. Amounts are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.sla.figure import rounded
from monitor.sla.remedies import Form, Ladder, Prorata, Remedy, Steps, Tier

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Given:
    """An amount in the remedy's unit, and the key of what decided, below the remedy. ``is_report``: a report and no amount.

    ``count`` is of how many outages, hours or days it is the sum.
    """

    amount: Fraction
    clause: str
    is_report: bool = False
    count: int = 1


@dataclass(frozen=True)
class Case:
    """What a form is applied to: a period, an outage, a clock hour or a day.

    ``percentage`` is that of the period, None when it has no figure. ``down`` and ``allowed`` are seconds, ``priced`` the seconds
    that one base pays for. ``misses`` are those within the ladder's span, this one included; ``has_missed`` is about the
    objective.
    """

    percentage: Fraction | None
    target: Fraction
    down: Fraction
    allowed: Fraction
    priced: Fraction
    has_missed: bool
    misses: int = 1
    is_period: bool = True
    min_outage: int = 0


def entitled(remedy: Remedy, case: Case) -> Given:
    """What the remedy gives; of ``greater_of`` the greatest, the first of equal ones."""
    found = []
    for n, form in enumerate(remedy.forms):
        prefix = f"greater_of[{n}]." if remedy.greater_of else ""
        given = _of_form(form, remedy, case)
        found.append(Given(given.amount, prefix + given.clause, given.is_report))
    return max(found, key=lambda given: (given.amount, given.is_report))


def _of_form(form: Form, remedy: Remedy, case: Case) -> Given:
    if form.tiers:
        return _tiers(form.tiers, case)
    if form.steps:
        return _steps(form.steps, remedy, case)
    if form.prorata:
        return _prorata(form.prorata, remedy, case)
    if form.ladder:
        return _ladder(form.ladder, case)
    if form.flat is not None and _is_due(remedy, case):
        return Given(form.flat, "flat")
    return Given(NOTHING, "flat" if form.flat is not None else "")


def _is_due(remedy: Remedy, case: Case) -> bool:
    """An allowance of the remedy's own decides by itself; otherwise a period must have missed, an outage only be there."""
    if remedy.allowance is not None:
        return case.down > case.allowed
    return case.has_missed or not case.is_period


def _tiers(tiers: Sequence[Tier], case: Case) -> Given:
    if tiers[0].is_time:
        reached = [
            (tier.down_over or tier.down_from or 0, n) for n, tier in enumerate(tiers) if tier.is_reached(case.down)
        ]
        place = max(reached)[1] if reached else None
    else:
        matching = [
            (tier.edge, n)
            for n, tier in enumerate(tiers)
            if case.percentage is not None and tier.holds(case.percentage)
        ]
        place = min(matching)[1] if matching else None
    if place is None:
        return Given(NOTHING, "tiers")
    return Given(tiers[place].give, f"tiers[{place}]")


def measure_of(what: str, case: Case) -> Fraction:
    """The shortfall in points, or the downtime or its excess in seconds; never negative."""
    if what == "shortfall":
        return max(NOTHING, case.target - case.percentage) if case.percentage is not None else NOTHING
    if what == "excess":
        return max(NOTHING, case.down - case.allowed)
    return case.down


def _steps(steps: Steps, remedy: Remedy, case: Case) -> Given:
    amount = measure_of(steps.of, case)
    is_gated = steps.of != "excess" and steps.of != "shortfall" and not _is_due(remedy, case)
    if not amount or is_gated:
        return Given(NOTHING, "steps")
    after = steps.after.amount if steps.after else NOTHING
    if amount < after:
        # `base` is given at `after`; a threshold of the agreement's own gives it from there on.
        has_threshold = steps.of != "shortfall" and (remedy.allowance is not None or bool(case.min_outage))
        return Given(steps.base if has_threshold else NOTHING, "steps.base")
    return Given(steps.base + steps.give * _count((amount - after) / steps.every.amount, steps.count), "steps")


def _count(steps: Fraction, how: str) -> Fraction:
    digits = {"started": "up", "completed": "down", "nearest": "half-up"}
    return steps if how == "exact" else rounded(steps, 0, digits[how])


def _prorata(prorata: Prorata, remedy: Remedy, case: Case) -> Given:
    if prorata.of == "downtime" and not _is_due(remedy, case):
        return Given(NOTHING, "prorata")
    time = measure_of(prorata.of, case) * prorata.multiple
    if not case.priced and remedy.unit in ("percent", "fraction"):
        return Given(NOTHING, "prorata")
    units = {
        "percent": case.priced / 100,
        "fraction": case.priced,
        "days-of-fee": Fraction(86_400),
        "days": Fraction(86_400),
        "hours-of-fee": Fraction(3600),
        "hours": Fraction(3600),
    }
    return Given(time / units[remedy.unit], "prorata")


def _ladder(ladder: Ladder, case: Case) -> Given:
    if not case.has_missed or not case.misses:
        return Given(NOTHING, "ladder")
    place = min(case.misses, len(ladder.give)) - 1
    give = ladder.give[place]
    return Given(give or NOTHING, f"ladder.give[{place}]", is_report=give is None)
