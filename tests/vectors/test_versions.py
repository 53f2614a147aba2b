"""Terms that change, and figures that are shown."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from calculated import MINUTE, computed, objective, reading, spans

from monitor.sla.quantity import floored

SIMPLE = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "{target}"\n'


def exact(found: dict[str, Any]) -> Fraction:
    """The availability, in percent."""
    return Fraction(found["availability"]["exact"]) * 100


def decimals(share: Fraction, digits: int) -> str:
    """Half up, as the sources print it."""
    scaled = int(share * 10**digits + Fraction(1, 2))
    return f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


VERSION = '\n[version]\neffective_from = {day}\nmid_period = "{how}"\n'


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("next-period", [("99.9", "99.722222", "missed")]),
        ("split", [("99.9", "99.814815", "missed"), ("99.5", "99.629630", "met")]),
    ],
)
def test_terms_that_change_inside_a_month(how: str, expected: list[tuple[str, str, str]]) -> None:
    """C53: a version of 16 June applies from July on, or cuts June in two; it is never applied backwards."""
    head = '[agreement]\nid = "acme"\ntimezone = "UTC"\n'
    files = [
        head + VERSION.format(day=day, how=how) + SIMPLE.format(target=target)
        for day, target in (("2026-01-01", "99.9"), ("2026-06-16", "99.5"))
    ]
    found = reading(*files)
    assert not found.faults
    outages = spans(("2026-06-05T00:00", "2026-06-05T00:40"), ("2026-06-20T00:00", "2026-06-20T01:20"))
    made = computed(found.versions[0], "2026-06", outages)["objectives"]
    assert [(each["target"], decimals(exact(each), 6), each["verdict"]) for each in made] == expected


def test_a_minute_in_ninety_days_never_reads_a_hundred() -> None:
    """E01, E04: display is cut, never rounded up."""
    text = SIMPLE.format(target="99.9").replace("target", 'period = "rolling"\nperiod_days = 90\ntarget')
    found = objective(text, spans(("2026-06-10T00:00", "2026-06-10T00:01")), period="2026-06")
    assert found["counted_seconds"] == 129_600 * MINUTE
    assert found["availability"]["percent"] == "99.999"
    assert decimals(exact(found), 5) == "99.99923"
    assert floored(Fraction(999, 1000), 1) == "99.9"
