"""What an author is told of terms that cannot be meant, and not told of terms next to them that can."""

from __future__ import annotations

import pytest
from calculated import faults, reading

TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
MEASURE = TARGET + "[objective.measure]\n"
LATENCY = TARGET + 'metric = "latency"\n[objective.measure]\ngood_under = "{}"\n'
SLICES = MEASURE + 'method = "bad-slices"\nslice = "5m"\nbad_slice = '


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        (TARGET.replace("99.9", "100") + 'meets = ">"', TARGET + 'meets = ">"', "can never be met"),
        (TARGET.replace("99.9", "100") + 'meets = ">"', TARGET.replace("99.9", "100"), "can never be met"),
        (
            TARGET.replace('"api"', "{ all = [] }"),
            TARGET.replace('"api"', '{ all = ["api"] }'),
            "allowed is a component",
        ),
        (
            TARGET.replace('"api"', "{ all = [1] }"),
            TARGET.replace('"api"', '{ any = ["api"] }'),
            "allowed is a component",
        ),
        (
            SLICES.replace("5m", "0s") + '"whole-slice-down"',
            SLICES.replace("5m", "1s") + '"whole-slice-down"',
            "more than zero",
        ),
        (LATENCY.format("0ms"), LATENCY.format("1ms"), "is not a response time"),
        (LATENCY.format("soon"), LATENCY.format("2s"), "is not a response time"),
        (SLICES + '{ other = "5" }', SLICES + '{ error_rate_over = "5" }', "error_rate_over"),
        (SLICES + '"half-down"', SLICES + '"whole-slice-down"', "error_rate_over"),
        (
            MEASURE + "confirm = { locations = 3, of = 2 }",
            MEASURE + "confirm = { locations = 2, of = 2 }",
            "cannot be more than of",
        ),
        (
            TARGET + 'metric = "latency"',
            TARGET + 'metric = "latency"\n[objective.measure]\ngood_under = "300ms"',
            "missing: how fast is good",
        ),
    ],
)
def test_a_term_that_cannot_be_meant_is_refused(wrong: str, right: str, said: str) -> None:
    """The fault says what is wrong; the nearest term that can be meant has none."""
    assert any(said in each for each in faults(wrong)), faults(wrong)
    assert not faults(right)


@pytest.mark.parametrize(
    ("form", "is_missing"),
    [
        ('flat = "5"', False),
        ('unit = "money"\nflat = "5"', True),
        ('flat = "5"\nfloor = { money = "5" }', True),
        ('flat = "5"\ncap = [{ money = "5", over = "month" }]', True),
        ('flat = "5"\ncap = [{ percent = "5", over = "month" }]', False),
    ],
)
def test_an_amount_of_money_needs_a_currency(form: str, is_missing: bool) -> None:
    """Percentages do without; an amount, a minimum or a cap in money does not."""
    text = f'[agreement]\nid = "acme"\ntimezone = "UTC"\n{TARGET}[[objective.remedy]]\n{form}\n'
    found = [str(each) for each in reading(text).faults]
    assert any("agreement.currency" in each for each in found) == is_missing, found
