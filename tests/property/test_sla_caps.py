"""Caps over a year of history: month after month against a plain sum, and never more than was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from calculated import month, terms
from hypothesis import given
from hypothesis import strategies as st

from monitor.sla.chain import Memory
from monitor.sla.facts import Facts, Fee, Granted, Piece, drawn
from monitor.sla.statement import Versions, statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

LABELS = [f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(20)]
CONTRACT = """
[version]
effective_from = 2024-01-01
[[objective]]
id = "uptime"
of = "api"
target = "99"
[[objective.remedy]]
tiers = [{{ below = "99", give = "10" }}, {{ below = "95", give = "25" }}, {{ below = "90", give = "100" }}]
cap = [{{ percent = "{monthly}", over = "month" }}, {{ percent = "{yearly}", over = "12-months" }}{most}]
money_rounding = "{how}"
"""
TIERS = ((90, 100), (95, 25), (99, 10))


def history(chance: Random) -> tuple[Facts, list[Fraction], list[Fraction]]:
    """A fee and some downtime in each month, and the percentage that was reached in it."""
    fees: list[Fraction] = []
    pieces: list[Piece] = []
    reached: list[Fraction] = []
    for label in LABELS:
        span = month(label)
        down = chance.choice((0, 0, span.seconds * 2 // 100, span.seconds * 6 // 100, span.seconds * 12 // 100))
        if down:
            pieces.append(Piece(Span(span.start + 3600, span.start + 3600 + down), "down"))
        fees.append(Fraction(chance.randrange(100, 99_999), 100))
        reached.append(100 - Fraction(100 * down, span.seconds))
    whole = Span(month(LABELS[0]).start, month(LABELS[-1]).end)
    rows = tuple(Fee("api", month(label), fee) for label, fee in zip(LABELS, fees, strict=True))
    return Facts({"api": drawn(whole, pieces)}, fees=rows), fees, reached


def following(
    paid: Sequence[Fraction], fees: Sequence[Fraction], percentage: Fraction, caps: tuple[int, int, int | None]
) -> Fraction:
    """What the month after some others pays: its tier, then what the month, the year and the whole subscription leave."""
    n, (monthly, yearly, most) = len(paid), caps
    tier = next((give for below, give in TIERS if percentage < below), 0)
    year = slice(max(0, n - 11), n)
    left = [fees[n] * min(tier, monthly) / 100, (sum(fees[year]) + fees[n]) * yearly / 100 - sum(paid[year])]
    if most is not None:
        left.append(Fraction(most) - sum(paid))
    return Fraction(int(max(Fraction(0), min(left)) * 100 + Fraction(1, 2)), 100)


def amounts(versions: Versions, facts: Facts, labels: Sequence[str]) -> list[Fraction]:
    """What the statements of some months say."""
    found = []
    for label in labels:
        made = statement(versions, Period(label, "UTC", month(label)), facts, month(label).end).assessments[0]
        amount = made.awards[0].amount
        assert amount is not None
        found.append(amount)
    return found


@given(st.integers(0, 2**63))
def test_caps_over_months_years_and_the_subscription(seed: int) -> None:
    """Each month pays its tier up to what the month, twelve months and the subscription leave, with fees that change."""
    chance = Random(seed)
    monthly, yearly, most = chance.choice((10, 20, 50)), chance.choice((1, 3, 8)), chance.choice((None, 50, 100))
    text = f', {{ money = "{most}", over = "subscription" }}' if most else ""
    versions = terms(CONTRACT.format(monthly=monthly, yearly=yearly, most=text, how="half-up"))
    facts, fees, reached = history(chance)
    right: list[Fraction] = []
    for percentage in reached:
        right.append(following(right, fees, percentage, (monthly, yearly, most)))
    some = sorted(chance.sample(range(20), 3))
    assert amounts(versions, facts, [LABELS[n] for n in some]) == [right[n] for n in some], (
        monthly,
        yearly,
        most,
        fees,
    )


@given(st.integers(0, 2**63))
def test_a_cap_is_never_exceeded(seed: int) -> None:
    """Whenever something is paid, all of the last twelve months together is at most the agreed part of their fees."""
    chance = Random(seed)
    yearly = chance.choice((1, 3, 8))
    versions = terms(CONTRACT.format(monthly=50, yearly=yearly, most="", how="down"))
    facts, fees, _ = history(chance)
    last = chance.randrange(20)
    first = max(0, last - 11)
    paid = amounts(versions, facts, LABELS[first : last + 1])
    assert not paid[-1] or sum(paid) <= sum(fees[first : last + 1]) * yearly / 100, (yearly, fees)


@given(st.integers(0, 2**63))
def test_what_was_granted_goes_before_what_would_be_computed(seed: int) -> None:
    """A credit on record takes the place of the computed one of its month: the cap leaves what was not really given."""
    chance = Random(seed)
    versions = terms(CONTRACT.format(monthly=100, yearly=8, most="", how="half-up"))
    facts, fees, reached = history(chance)
    at, now = 3, chance.randrange(4, 15)
    given_then = Fraction(chance.randrange(0, 5000), 100)
    row = Granted("uptime", "credit", "", LABELS[at], month(LABELS[at]), given_then / fees[at] * 100, given_then)
    paid: list[Fraction] = []
    for n in range(now + 1):
        paid.append(given_then if n == at else following(paid, fees, reached[n], (100, 8, None)))
    assert amounts(versions, replace(facts, granted=(row,)), [LABELS[now]]) == [paid[now]], (at, now, given_then)


@given(st.integers(0, 2**63))
def test_statements_that_share_what_was_computed_say_the_same(seed: int) -> None:
    """Months in any order, computed with what others left behind, are the same as each by itself."""
    chance = Random(seed)
    versions = terms(CONTRACT.format(monthly=50, yearly=8, most="", how="half-up"))
    facts, _, _ = history(chance)
    memory, now = Memory(), month(LABELS[-1]).end
    for label in chance.sample(LABELS, 3):
        period = Period(label, "UTC", month(label))
        assert statement(versions, period, facts, now, memory=memory) == statement(versions, period, facts, now)
