"""Looking back: how far an objective's terms do, over which periods, and what one period leaves to later ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from monitor.sla.agreement import Agreement, Objective
from monitor.sla.assess import Assessment
from monitor.sla.facts import Granted
from monitor.sla.periods import day_of, months_on
from monitor.sla.step import Step, step
from monitor.sla.trigger import Past
from monitor.timeline.period import Period, midnight

MONTHS = {"calendar-quarter": 3, "fiscal-quarter": 3, "calendar-year": 12, "contract-year": 12}
EVER = 1200  # months
LATELY = 3  # periods of which two misses are too many, where nothing is given for them
# How far back a cap looks. What a rolling one leaves depends on what it left before, and so on from the beginning.
SPAN_MONTHS = {"month": 1, "30-days": EVER, "quarter": 3, "12-months": EVER, "subscription": EVER}


def looks_back(agreement: Agreement, objective: Objective, period: Period) -> int:
    """The earliest instant that a trigger, ladder, cap or saved amount looks back to."""
    months = -(-objective.period_days // 28) if objective.period == "rolling" else MONTHS.get(objective.period, 1)
    claim = agreement.claim
    back = 24 * months if any(due and due.from_ == "second-miss" for due in (claim.notify, claim.submit)) else 0
    back = back if objective.remedies else max(back, LATELY * months)
    for remedy in objective.remedies:
        # Twice: a retroactive trigger asks of each miss that it counts whether one had fired for that before.
        back = max([back, *(2 * when.reach * months for when in remedy.when)])
        if remedy.ladder:
            back = max(back, remedy.ladder.over)
        back = max([back, *(SPAN_MONTHS.get(cap.over, 0) for cap in remedy.cap)])
        back = EVER if remedy.hold_until else back
    day = day_of(period.span.end, agreement.timezone)
    earliest = midnight(months_on(day, -back), agreement.timezone)
    return min(period.span.start, earliest)


def back(agreement: Agreement, objective: Objective, period: Period, earliest: int) -> list[Period]:
    """The period and those before it, oldest first, back to the one that holds the instant; rolling ones side by side."""
    chain = [period]
    rule = agreement.rule(objective)
    while chain[0].span.start > earliest:
        chain.insert(0, rule.before(chain[0]))
    return chain


def review(objective: Objective, past: Sequence[Past]) -> tuple[Step, ...]:
    """The advice to look at the agreement again: nothing is given for a miss, and this period and another were missed lately."""
    lately = past[-LATELY:]
    misses = sum(each.verdict == "missed" for each in lately)
    if objective.remedies or lately[-1].verdict != "missed" or misses == 1:
        return ()
    return (step(f"objective.{objective.id}.target", "review", misses=misses, periods=len(lately)),)


def grants(made: Assessment, recorded: set[tuple[str, str]]) -> list[Granted]:
    """What later periods must know of this one. What was recorded as granted goes before what is computed."""
    found: list[Granted] = []
    for each in made.awards:
        name, label = each.remedy.id, made.period.label

        def grant(remedy: str, give: Fraction, amount: Fraction | None, label: str = label, count: int = 1) -> Granted:
            return Granted(made.objective.id, remedy, made.component, label, made.period.span, give, amount, count)

        if each.remedy.when:
            found.append(grant(f"{name}?", each.would, None))
        if each.is_due and (name, label) not in recorded:
            found.append(grant(name, each.give, each.amount, count=each.count))
        if each.remedy.hold_until and each.amount and each.payable is not None:
            found.append(grant(f"{name}!", Fraction(0), each.amount - each.payable))
    return found
