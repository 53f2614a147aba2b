"""Maintenance as a table tells it: announced in time or too late, over a maximum, outside its hours, past its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from told import agreement, promise, told, value

CLAUSE = '[[objective.exclude]]\nkind = "maintenance"\ntreat = "{}"\n{}\n'
WINDOW = '[[calendar]]\nid = "window"\nwed = ["01:00-05:00"]\n'
ROW = "api,2026-06-10T01:00Z,2026-06-10T0{}:00Z,maintenance,,{}"
SPRING = "api,2026-02-11T01:00Z,2026-02-11T04:00Z,maintenance"
DOWN = "\napi,2026-06-10T0{}:00Z,2026-06-10T0{}:00Z,down"
YEARLY = 'max = "4h"\nmax_per = "calendar-year"'


@pytest.mark.parametrize("treat", ["forgive", "remove"])
@pytest.mark.parametrize(
    ("keys", "rows", "hours"),
    [
        ('notice = "48h"', ROW.format(3, "2026-06-08T01:00Z"), 0),
        ('notice = "48h"', ROW.format(3, "2026-06-08T01:00:01Z"), 2),
        ('notice = "48h"', ROW.format(3, ""), 2),
        ('notice = "48h"', ROW.format(3, "2026-06-09T01:00Z") + DOWN.format(2, 3), 1),
        ("", ROW.format(3, ""), 0),
        ("", ROW.format(3, "") + DOWN.format(2, 4), 1),
        ('overrun = "excluded"', ROW.format(3, "") + DOWN.format(2, 4), 0),
        ('within = "window"', ROW.format(7, ""), 2),
        (YEARLY, ROW.format(3, ""), 0),
        (YEARLY, f"{SPRING}\n{ROW.format(3, '')}", 1),
        (YEARLY.replace("year", "month"), f"{SPRING}\n{ROW.format(6, '')}", 1),
        ("", f"{ROW.format(3, '')}\n{ROW.format(4, '')}", 0),
    ],
)
def test_maintenance_that_is_not_excused_is_downtime(
    tmp_path: Path, treat: str, keys: str, rows: str, hours: int
) -> None:
    """A row of maintenance is time out of service: its clause excuses it or it counts. Rows beside it say what was down in it."""
    terms = agreement(promise('flat = "10"', more=CLAUSE.format(treat, keys)) + WINDOW)
    found = told(tmp_path, terms, outages=rows)["objectives"]
    assert value(found, "0.down_seconds") == hours * 3600
    assert value(found, "0.verdict") == ("missed" if hours else "met")


@pytest.mark.parametrize(("treat", "exact"), [("remove", "42917/42960"), ("forgive", "43157/43200")])
def test_removed_time_leaves_the_denominator(tmp_path: Path, treat: str, exact: str) -> None:
    """43 minutes down and four hours of maintenance: against 99.9 percent that one word decides."""
    rows = "api,2026-06-20T10:00Z,2026-06-20T10:43Z,down\n" + ROW.format(5, "")
    found = told(tmp_path, agreement(promise('flat = "10"', more=CLAUSE.format(treat, ""))), outages=rows)["objectives"]
    assert value(found, "0.availability.exact") == exact
    assert value(found, "0.verdict") == ("missed" if treat == "remove" else "met")


def test_without_a_clause_maintenance_counts(tmp_path: Path) -> None:
    """Nothing is excused that the terms do not name."""
    found = told(tmp_path, agreement(promise('flat = "10"')), outages=ROW.format(3, "2026-01-01T00:00Z"))["objectives"]
    assert value(found, "0.down_seconds") == 7200
