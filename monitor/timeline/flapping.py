"""Flapping: a probe that changes its mind too often is unstable.

The formula is the one of Nagios (Nagios Core documentation, "Detection and Handling of State Flapping"): between the last 21
results there are 20 changes at most; the newest weighs 1.25 and the oldest 0.75, evenly between. At 30 % of 20 or more it becomes
unstable, at 20 % or less it is stable again. What is unknown is no result.
"""

from __future__ import annotations

from fractions import Fraction

KEPT = 21
WHOLE = 76 * (KEPT - 1)  # weights are counted in parts of 76, so that they are whole
ON, OFF = Fraction(30, 100), Fraction(20, 100)


def share(results: str) -> Fraction:
    """How much it changes: 0 for never. One letter a result, newest last; only the last 21 count."""
    last = results[-KEPT:][::-1]
    return Fraction(sum(95 - 2 * age for age in range(len(last) - 1) if last[age] != last[age + 1]), WHOLE)


def is_unstable(results: str, *, was: bool) -> bool:
    """Whether it is now, given whether it was before its newest result."""
    if not results or results.count(results[0]) == len(results):
        return False
    found = share(results)
    return found > OFF if was else found >= ON
