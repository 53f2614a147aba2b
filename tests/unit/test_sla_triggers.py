"""Remedies that fall due only after several misses."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from monitor.sla.periods import months_on
from monitor.sla.remedies import Ladder, When
from monitor.sla.trigger import Past, fires, misses_within, unpaid
from monitor.timeline.period import Period, midnight
from monitor.timeline.span import Span


def edge(months: int) -> int:
    """The first second of a month, counted from January 2020."""
    return midnight(months_on(date(2020, 1, 1), months), "UTC")


def past(drawing: str, months: int = 1) -> list[Past]:
    """Periods of so many months one after another: ``m`` met at 99.95, ``x`` missed at 98, ``X`` missed at 90, ``?`` no figure."""
    figures = {"m": Fraction("99.95"), "x": Fraction(98), "X": Fraction(90), "?": None}
    verdicts = {"m": "met", "x": "missed", "X": "missed", "?": "undetermined"}
    return [
        Past(Period(str(n), "UTC", Span(edge(n * months), edge((n + 1) * months))), verdicts[letter], figures[letter])
        for n, letter in enumerate(drawing)
    ]


@pytest.mark.parametrize(
    ("trigger", "drawing", "is_met"),
    [
        (When(consecutive=2), "xx", True),
        (When(consecutive=2), "mx", False),
        (When(consecutive=2), "xm", False),
        (When(consecutive=2), "x", False),
        (When(consecutive=2), "xmx", False),
        (When(consecutive=2), "x?x", False),
        (When(consecutive=1), "mx", True),
        (When(consecutive=3), "xxx", True),
        (When(consecutive=3), "mxx", False),
        (When(misses=2, of=3), "xmx", True),
        (When(misses=2, of=3), "xmmx", False),
        (When(misses=2, of=3), "xxm", False),
        (When(misses=2, of=3), "xx", True),
        (When(misses=2, of=3), "x", False),
        (When(misses=1, of=1), "xm", False),
        (When(misses=1, of=1), "mx", True),
        (When(consecutive=1, below=Fraction(98)), "x", False),
        (When(consecutive=1, below=Fraction(98)), "X", True),
        (When(consecutive=1, below=Fraction(98)), "?", False),
        (When(consecutive=2, below=Fraction("98.5")), "xX", True),
        (When(consecutive=2), "", False),
    ],
)
def test_a_trigger(trigger: When, drawing: str, is_met: bool) -> None:
    """Misses in a row, or so many of the last so many; the last period must itself be a miss, and no figure is none."""
    assert (fires([trigger], past(drawing)) == 0) == is_met


def test_the_first_of_several_triggers_is_named() -> None:
    """Two below 98.5 in a row, or one below 96.5."""
    triggers = [When(consecutive=2, below=Fraction("98.5")), When(consecutive=1, below=Fraction("96.5"))]
    assert [fires(triggers, past(drawing)) for drawing in ("x", "mX", "xX", "xx", "mm")] == [None, 1, 0, 0, None]


@pytest.mark.parametrize(
    ("trigger", "drawing", "labels"),
    [
        (When(consecutive=2, retroactive=True), "xx", ["0"]),
        (When(consecutive=2, retroactive=True), "mxx", ["1"]),
        (When(consecutive=2, retroactive=True), "xxx", []),
        (When(consecutive=2), "xx", []),
        (When(consecutive=3, retroactive=True), "xxx", ["0", "1"]),
        (When(misses=2, of=3, retroactive=True), "xmx", ["0"]),
        (When(misses=2, of=3, retroactive=True), "mmxmx", ["2"]),
        (When(misses=2, of=3, retroactive=True), "xmxx", []),
        (When(consecutive=2, retroactive=True), "xm", []),
        (When(misses=3, of=6, retroactive=True), "xxx", ["0", "1"]),
    ],
)
def test_earlier_misses_are_paid_once(trigger: When, drawing: str, labels: list[str]) -> None:
    """A retroactive trigger pays the misses that made it fire, unless it had fired for them before."""
    assert [period.label for period in unpaid([trigger], past(drawing))] == labels


@pytest.mark.parametrize(
    ("over", "months", "drawing", "misses"),
    [
        (6, 1, "xmxmmmmmx", 1),
        (6, 1, "xxmmmmx", 2),
        (6, 3, "xxx", 2),
        (3, 12, "xx", 1),
        (12, 12, "xx", 1),
        (6, 1, "x?x", 2),
    ],
)
def test_the_misses_of_a_ladder(over: int, months: int, drawing: str, misses: int) -> None:
    """Of the periods in its span, the last one included; a period that is longer than the span stands for itself."""
    assert misses_within(Ladder((None, Fraction(10)), over), past(drawing, months)) == misses
