"""Fees as a customer has them: of a part of the time, of a longer one, of somebody else, and twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from told import agreement, promise, refused, told, value

FLAT = 'flat = "10"'
QUARTER = agreement(promise(FLAT, period="calendar-quarter"))
MONTH = agreement(promise(FLAT))
DOWN = "api,2026-06-10T10:00Z,2026-06-11T11:00Z"
REMEDY = "objectives.0.remedies.0"


def said(found: object, word: str) -> list[dict[str, str]]:
    """The values of the remedy's steps with that word."""
    return [step["values"] for step in value(found, f"{REMEDY}.steps") if step["word"] == word]


def test_a_fee_of_a_part_of_the_period_is_said_to_be_one(tmp_path: Path) -> None:
    """Only June of the quarter has a fee: 10 % of it is given, and the steps tell that April and May (61 days) have none."""
    found = told(tmp_path, QUARTER, "2026-Q2", outages=DOWN, fees="api,2026-06,100")
    assert value(found, f"{REMEDY}.amount") == "10.00"
    assert said(found, "fee-short") == [{"unpaid": str(61 * 86_400), "seconds": str(91 * 86_400)}]


def test_a_fee_of_every_month_of_the_quarter_needs_no_word(tmp_path: Path) -> None:
    """Three months make the quarter: nothing is missing and nothing is taken in proportion."""
    fees = "\n".join(f"api,2026-0{n},100" for n in (4, 5, 6))
    found = told(tmp_path, QUARTER, "2026-Q2", outages=DOWN, fees=fees)
    assert value(found, f"{REMEDY}.amount") == "30.00"
    assert said(found, "fee-short") == said(found, "fee-part") == []


def test_a_part_of_a_longer_fee_is_said_to_be_one(tmp_path: Path) -> None:
    """A year at 1200 is a hundred a month, and the step names the year's fee."""
    found = told(tmp_path, MONTH, outages=DOWN, fees="api,2026,1200")
    assert value(found, f"{REMEDY}.amount") == "10.00"
    (part,) = said(found, "fee-part")
    assert (part["amount"], part["start"], part["component"]) == ("1200", "2026-01-01T00:00:00Z", "api")


def test_the_fee_of_the_whole_agreement_is_said_to_be_a_part_too(tmp_path: Path) -> None:
    """It has no component to name."""
    terms = agreement(promise(FLAT + '\nbase = "agreement-month"'))
    found = told(tmp_path, terms, outages=DOWN, fees=",2026-Q2,300")
    assert (value(found, f"{REMEDY}.amount"), said(found, "fee-part")[0]["component"]) == ("10.00", "-")


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("fees", "ap,2026-06,100\napi,2026-06,100", "line 2: component: there is no 'ap'; did you mean 'api'"),
        (
            "fees",
            "api,2026-06,100\n,2026-06,5\napi,2026-06,100",
            "line 4: there is a row before it with the same component",
        ),
        ("counts", "api,2026-06-01T00:00Z,9,9\napi,2026-06-01T00:00Z,9,9", "line 3: there is a row before it with the"),
        (
            "granted",
            "uptime,credit,api,2026-05,5,\nuptime,credit,api,2026-05,5,",
            "line 3: there is a row before it with",
        ),
    ],
)
def test_a_row_that_would_count_twice_or_for_nobody_is_refused(
    tmp_path: Path, table: str, row: str, message: str
) -> None:
    """A fee of a component that there is not gives no credit to anybody; one that stands there twice would give it twice."""
    assert message in refused(tmp_path, MONTH, **{table: row})
