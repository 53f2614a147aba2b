"""What goes up and down all the time is unstable: one notice, not twenty."""

from __future__ import annotations

from fractions import Fraction

import pytest
from drawn import STEP, marks, observations, watch
from hypothesis import given
from hypothesis import strategies as st
from judging import Told, drawn

from monitor.timeline.flapping import is_unstable, share
from monitor.timeline.fold import Folding


def slow_share(results: str) -> Fraction:
    """The formula as Nagios documents it: change n of 20 weighs 0.75 + 0.5 (n - 1) / 19, missing results are no change."""
    last = results[-21:].rjust(21, results[:1] or "u")
    changes = [n for n in range(1, 21) if last[n] != last[n - 1]]
    return sum((Fraction(3, 4) + Fraction(n - 1, 38) for n in changes), Fraction()) / 20


@given(st.text("ux", max_size=60))
def test_the_share_is_the_one_that_is_documented(results: str) -> None:
    """For any results."""
    if len(results) >= 21 or not results:
        assert share(results) == slow_share(results)
    assert share("uu" * 20 + results) == slow_share("uu" * 20 + results)


@given(st.text("ux", max_size=100))
def test_it_becomes_unstable_at_thirty_percent_and_stable_at_twenty(results: str) -> None:
    """In between it stays what it was."""
    was = False
    for n in range(1, len(results) + 1):
        now = is_unstable(results[:n], was=was)
        found = share(results[:n])
        assert now == (found >= Fraction(3, 10) if not was else found > Fraction(1, 5))
        was = now


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("." * 30, False),
        ("." * 10 + "x" * 10 + "." * 10, False),  # one outage
        (".x" * 4, True),
        (".x" * 10 + "." * 14, True),
        (".x" * 10 + "." * 21, False),
        (".?" * 20, False),  # what is unknown is no change
    ],
)
def test_a_probe_is_unstable(drawing: str, expected: bool) -> None:
    """And that it is survives being written down."""
    _, folding = marks(observations(drawing), watch())
    assert (folding.unstable is not None) == expected
    assert Folding.loads(folding.dumps()) == folding


def test_one_notice_instead_of_twenty() -> None:
    """An outage each four minutes for two hours: told as it begins and comes again, and once more when all of it is over."""
    terms = [watch()]
    monitor = Told(terms)
    monitor.turns(drawn(terms, ["." * 5 + "xx.." * 30 + "." * 30]))
    kinds = [kind for _, kind in monitor.told()]
    assert kinds == ["opened", "closed"] * (len(kinds) // 2)
    assert len(kinds) <= 8
    last = monitor.notices[-1]
    assert (last.end or 0) - last.start > 25 * 4 * STEP
    assert sum(notice.down_seconds for notice in monitor.notices if notice.kind == "closed") == 60 * STEP


def test_while_it_is_unstable_nothing_more_is_told() -> None:
    """The outage that is open stays so."""
    terms = [watch(confirm=1)]
    monitor = Told(terms)
    monitor.turns(drawn(terms, ["." * 5 + ".x.x..x..x" * 4]))
    told = len(monitor.notices)
    monitor.turns([pair for pair in drawn(terms, ["." * 5 + ".x.x..x..x" * 12]) if pair[0].at > monitor.notices[-1].at])
    assert len(monitor.notices) <= told + 1
    assert monitor.notices[-1].kind == "opened"
