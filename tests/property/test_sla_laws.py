"""The laws of a statement, for any contract and any history: forty cases of each law for each of ``MEETLAT_EXAMPLES`` seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

from chance import BEGIN, SIZE, agreed, contract, history, known, remedy, row, span, week
from hypothesis import given
from hypothesis import strategies as st
from oracle import CELL, Terms, Window

from monitor.sla.assess import Assessment
from monitor.sla.facts import Facts, Piece, drawn
from monitor.sla.ledger import ACCOUNTS, Entry
from monitor.sla.statement import Versions, statement

seeds = st.integers(0, 2**63)
Case = tuple[Terms, list[str], list[Window]]


def assessed(versions: Versions, facts: Facts, until: int | None = None) -> Assessment:
    """What is said of the week in the middle."""
    period = week()
    return statement(versions, period, facts, period.span.end if until is None else until).assessments[0]


def cases(chance: Random, *, is_plain: bool = False) -> Iterator[tuple[Versions, Case]]:
    """Forty cases under four contracts, each with two remedies."""
    for _ in range(4):
        terms = contract(chance)
        if is_plain:
            terms = replace(terms, min_outage=0, slice=0, clauses=())
        remedies = [remedy(chance, terms) | {"id": f"r{n}"} for n in range(2)]
        versions = agreed(terms, chance.choice(("99", "96.4", "90")), remedies)
        for _ in range(10):
            yield versions, (terms, *history(chance, terms))


def says(entry: Entry) -> tuple[object, ...]:
    """All that an entry holds but its span."""
    return entry.account, entry.treatment, entry.down, entry.reason, entry.clause


@given(seeds)
def test_the_ledger_partitions_the_period(seed: int) -> None:
    """Each second is posted once: no hole, no overlap, neighbours differ, and the accounts add up to the period, also up to now."""
    chance = Random(seed)
    for versions, (_, rows, windows) in cases(chance):
        until = week().span.start + chance.randrange(1, week().span.seconds + 1)
        found = assessed(versions, known(rows, windows), until).figure
        spans = [entry.span for entry in found.ledger.entries]
        assert (spans[0].start, spans[-1].end) == (week().span.start, until)
        assert all(a.end == b.start for a, b in pairwise(spans))
        assert all(says(a) != says(b) for a, b in pairwise(found.ledger.entries))
        assert sum(found.ledger.seconds(account) for account in ACCOUNTS) == until - week().span.start
        assert (
            sum((each.down for each in found.incidents), Fraction(0)) <= found.down
            or found.incidents[-1].span.end > until
        )
        assert found.counted <= found.scope <= until - week().span.start
        assert 0 <= found.down <= found.counted


@given(seeds)
def test_more_downtime_never_raises_availability_nor_lowers_what_is_given(seed: int) -> None:
    """Whatever else happened, more time down means an availability that is not higher and remedies that are not lower."""
    chance = Random(seed)
    for versions, (terms, drawing, windows) in cases(chance):
        # An outage that excuses its own end, and a clause that removes what another one forgives, are what the contract says.
        if any(each.overrun == "excluded" for each in terms.clauses) or len({each.treat for each in terms.clauses}) > 1:
            continue
        # Where down beside unknown becomes known, the denominator grows.
        is_free = terms.count == 1 and not terms.slice
        rows = drawing if is_free else [each.replace("?", ".").replace("_", ".") for each in drawing]
        worse = list(rows)
        which, at, size = chance.randrange(terms.count), chance.randrange(SIZE), chance.randrange(1, 9)
        hit = "".join("x" if letter in ".dp" else letter for letter in rows[which][at : at + size])
        worse[which] = rows[which][:at] + hit + rows[which][at + size :]
        before, after = (assessed(versions, known(each, windows)) for each in (rows, worse))
        case = terms, rows, worse, windows
        if before.figure.availability is not None and after.figure.availability is not None:
            assert after.figure.availability <= before.figure.availability, case
            assert all(b.give <= a.give for b, a in zip(before.awards, after.awards, strict=True)), case


@given(seeds)
def test_the_order_in_which_components_and_windows_are_told_is_irrelevant(seed: int) -> None:
    """Windows in any order, told twice, and components in any order give the same ledger and the same remedies."""
    chance = Random(seed)
    for versions, (_, rows, windows) in cases(chance):
        facts = known(rows, windows)
        told = chance.sample(facts.windows * 2, 2 * len(facts.windows))
        lines = dict(chance.sample(list(facts.lines.items()), len(facts.lines)))
        before, after = assessed(versions, facts), assessed(versions, replace(facts, lines=lines, windows=tuple(told)))
        assert (before.figure, before.awards) == (after.figure, after.awards)


@given(seeds)
def test_outages_that_overlap_or_are_told_twice_change_nothing(seed: int) -> None:
    """Outages in any order, some of them twice, some cut into parts that overlap, make the same line."""
    chance = Random(seed)
    for _ in range(100):
        whole = span(0, SIZE)
        told = []
        for _ in range(chance.randrange(6)):
            start, size = chance.randrange(SIZE - 10), chance.randrange(1, 10)
            told.append(Piece(span(start, start + size), chance.choice(("down", "partial", "unknown"))))
        parts = []
        for each in told:
            first, last = ((edge - BEGIN) // CELL for edge in (each.span.start, each.span.end))
            middle = chance.randrange(first, last)
            parts += [replace(each, span=span(first, middle + 1)), replace(each, span=span(middle, last))]
        more = [*told, *parts, *told[:2]]
        assert drawn(whole, chance.sample(more, len(more))) == drawn(whole, told)


@given(seeds)
def test_the_bounds_contain_whatever_the_unknown_time_was(seed: int) -> None:
    """Filled with any mixture of up and down, the time without data gives an availability between worst and best."""
    chance = Random(seed)
    for versions, (terms, rows, windows) in cases(chance, is_plain=True):
        figure = assessed(versions, known(rows, windows)).figure
        if figure.worst is None or figure.best is None:
            continue
        assert figure.availability is None or figure.worst <= figure.availability <= figure.best
        if terms.count == 1:
            filled = ["".join(chance.choice(".x") if letter in "?_" else letter for letter in each) for each in rows]
            other = assessed(versions, known(filled, windows)).figure.availability
            assert other is not None
            assert figure.worst <= other <= figure.best, (terms, rows, filled)


@given(seeds)
def test_a_period_does_not_depend_on_what_is_told_of_the_time_long_after(seed: int) -> None:
    """What happens two days after a period has ended, in which nothing of it goes on, changes nothing in its ledger."""
    chance = Random(seed)
    for versions, (terms, rows, windows) in cases(chance):
        if any(each.max is not None for each in terms.clauses):
            continue  # a maximum over a month may be used up by an outage that goes on
        cut = 2 * 28 + 8
        calm = [each[: 2 * 28] + "." * 8 + each[cut:] for each in rows]
        other = [each[:cut] + row(chance, has_gaps=False)[cut:] for each in calm]
        early = [each for each in windows if each.end <= cut]
        before, after = (assessed(versions, known(each, early)) for each in (calm, other))
        assert before.figure.ledger == after.figure.ledger
