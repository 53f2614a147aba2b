"""The engine against a second, slow reading of the rules that shares no code with it.

One example holds many cases, for each of ``MEETLAT_EXAMPLES`` seeds 300 periods and 360 remedies: 26,400 in the usual run.
"""

from __future__ import annotations

import os
from fractions import Fraction
from random import Random

from chance import NAMES, agreed, contract, history, known, priced, remedy, week
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import CELL, WEEK, Sums, Terms, Window, judged
from worth import coins
from worth import given as gives

from monitor.sla.assess import Assessment
from monitor.sla.facts import Facts
from monitor.sla.statement import Versions, statement

seeds = st.integers(0, 2**63)
CONTRACTS = 6
SEEDS = int(os.environ.get("MEETLAT_EXAMPLES", "40"))
LETTERS = {"up": ".", "degraded": "d", "partial": "p", "down": "x", "unknown": "?"}


def assessed(versions: Versions, facts: Facts) -> Assessment:
    """What the engine says of the week in the middle."""
    period = week()
    return statement(versions, period, facts, period.span.end).assessments[0]


def marks(found: Assessment) -> list[tuple[str, str, Fraction]]:
    """The ledger, cell by cell, as the oracle writes it."""
    return [
        (LETTERS[each.account], each.treatment, each.down)
        for each in found.figure.ledger.entries
        for _ in range(each.seconds // CELL)
    ]


def expected(terms: Terms, rows: list[str], windows: list[Window]) -> Sums:
    """What the oracle says of the same week."""
    return judged(terms, rows, windows, WEEK, 2 * WEEK)


@settings(max_examples=SEEDS)
@given(seeds)
def test_the_ledger_equals_a_slow_independent_reading(seed: int) -> None:
    """For any terms on measuring and any history, each cell of the period is posted as the rules say when read one by one."""
    chance = Random(seed)
    for _ in range(CONTRACTS):
        terms = contract(chance)
        versions = agreed(terms)
        for _ in range(50):
            rows, windows = history(chance, terms)
            found, right = assessed(versions, known(rows, windows)), expected(terms, rows, windows)
            case = terms, rows, windows
            assert marks(found) == [(a.replace("_", "?"), b, c) for a, b, c in right.marks], case
            assert found.figure.availability == right.availability, case
            assert (found.figure.counted, found.figure.down) == (right.counted * CELL, right.down * CELL), case
            assert found.figure.scope == right.scope * CELL, case


@settings(max_examples=SEEDS)
@given(seeds)
def test_remedies_equal_a_slow_independent_reading(seed: int) -> None:
    """Tiers, steps, pro rata and flat give exactly what the rules say, up to the cap, and money is rounded once, at the end."""
    chance = Random(seed)
    for _ in range(CONTRACTS):
        terms, target = contract(chance), chance.choice(("99", "96.4", "90"))
        remedies = [remedy(chance, terms) | {"id": f"r{n}"} for n in range(3)]
        versions = agreed(terms, target, remedies)
        for _ in range(20):
            rows, windows = history(chance, terms)
            fees = [Fraction(chance.randrange(1, 99_999), 100) for _ in NAMES[: terms.count]]
            found = assessed(versions, priced(known(rows, windows), fees))
            right = expected(terms, rows, windows)
            for each, award in zip(remedies, found.awards, strict=True):
                give = gives(each, Fraction(target), right)
                case = terms, rows, windows, target, each, fees
                assert award.give == give, case
                if each["kind"] == "credit" and right.availability is not None:
                    assert award.amount == coins(give, fees, each["money_rounding"], each["money_rounding_on"]), case
