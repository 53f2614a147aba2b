"""What an agreement cannot mean, and what looks like it and can: each is said to its author, with the place."""

from __future__ import annotations

import pytest
from calculated import faults, reading, warnings

TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "99.9"\n'
EXTENSION = '[[objective.remedy]]\nkind = "extension"\nunit = "days"\nflat = "5"\ncap = [{{ {}, over = "month" }}]\n'
GOAL = '[[objective]]\nid = "fix"\nmetric = "response"\nclock = "24x7"\ntarget = "95"\n'
BREAK = '[[calendar]]\nid = "c"\nmon = ["09:00-17:00"]\nbreaks = ["{}/{}"]\n'
NIGHTS = 'targets = [{ priority = "P1", within = "1h", clock = "nights" }]\n'


@pytest.mark.parametrize(
    ("meets", "edge", "said"),
    [
        (">=", "below", ""),
        (">=", "at_most", "gives at exactly 99.9, although that meets the target"),
        (">", "below", "gives nothing at exactly 99.9, although that misses the target"),
        (">", "at_most", ""),
    ],
)
def test_the_first_edge_and_the_target_agree(meets: str, edge: str, said: str) -> None:
    """Of a table that does not, its author is warned, and of one that does, not."""
    text = TARGET + f'meets = "{meets}"\n[[objective.remedy]]\ntiers = [{{ {edge} = "99.9", give = "10" }}]\n'
    text += "[claim]\nautomatic = true\n"
    found = warnings(text)
    assert [said in each for each in found] == ([True] if said else [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TARGET + TARGET, "objective: 'uptime' is the id of 2"),
        (TARGET + '[[objective.remedy]]\nflat = "5"\n[[objective.remedy]]\nflat = "6"\n', "'credit' is the id of 2"),
        (
            TARGET.replace('"api"', '{ mean = ["api", "web"] }') + '[[objective.remedy]]\nper = "day"\nflat = "5"\n',
            "remedy[0].per: a mean is of a period",
        ),
        (
            TARGET + '[[objective.remedy]]\ntiers = [{ below = "99.9", from = "90", give = "5" }]\n',
            "nothing is given below 90",
        ),
        (
            TARGET + '[[objective.remedy]]\ntiers = [{ below = "99.9", over = "80", give = "5" }]\n',
            "nothing is given below 80",
        ),
        (
            TARGET + '[[objective.remedy]]\ntiers = [{ below = "99.9", give = "100.5" }]\n',
            "gives more than all of the fee",
        ),
        (TARGET.replace('"api"', '{ all = ["api"], any = ["web"] }'), "of: allowed is a component, or one of"),
        (TARGET.replace('"api"', '["api"]'), "of: allowed is a component, or one of"),
        (GOAL + NIGHTS, "targets[0].clock: there is no calendar 'nights'"),
        (TARGET + EXTENSION.format('percent = "5"'), "cap[0]: time is capped in days or hours, not in money"),
        (TARGET + EXTENSION.format('money = "5"'), "cap[0]: time is capped in days or hours, not in money"),
        (TARGET + '[[objective.remedy]]\nflat = "5"\nwhen = { misses = 4, of = 3 }\n', "misses cannot be more than of"),
        (
            TARGET + '[[calendar]]\nid = "c"\nmon = ["09:00-09:00"]\n',
            "calendar[0].mon[0]: is not an interval within a day",
        ),
        (
            TARGET + '[[calendar]]\nid = "c"\nmon = ["09:00-24:01"]\n',
            "calendar[0].mon[0]: is not an interval within a day",
        ),
        (TARGET + BREAK.format("2026-12-24T17:00", "2026-12-24T12:00"), "calendar[0].breaks[0]: is not a break"),
        (
            TARGET + BREAK.format("2026-12-24T12:00+01:00", "2026-12-24T17:00+01:00"),
            "calendar[0].breaks[0]: is not a break",
        ),
        (TARGET + '[[calendar]]\nid = "shut"\n', "calendar[0]: never opens"),
        (
            TARGET + '[[calendar]]\nid = "shut"\nshifts = [{ date = 2026-06-01, open = [] }]\n',
            "calendar[0]: never opens",
        ),
    ],
)
def test_what_cannot_be_meant_is_a_fault(text: str, said: str) -> None:
    """What stands there twice, never opens, or cannot be said of a day: the author is told where."""
    assert any(said in each for each in faults(text)), faults(text)


def test_ids_that_differ_are_no_fault() -> None:
    """Two objectives, two remedies, two calendars that open once each."""
    other = TARGET.replace("uptime", "other")
    two = '[[objective.remedy]]\nflat = "5"\n[[objective.remedy]]\nid = "more"\nflat = "6"\n'
    open_ = '[[calendar]]\nid = "{}"\nshifts = [{{ date = 2026-06-01, open = ["09:00-10:00"] }}]\n'
    assert not faults(TARGET + two + other + two + open_.format("one") + open_.format("two"))
    assert not faults(TARGET + EXTENSION.format('days = "5"'))
    assert not faults(TARGET + '[[objective.remedy]]\ntiers = [{ below = "99.9", give = "100" }]\n')
    assert not faults(TARGET + '[[objective.remedy]]\nflat = "5"\nwhen = { misses = 3, of = 3 }\n')


@pytest.mark.parametrize("code", ['"eur"', '"EURO"', '"EÜR"', "5"])
def test_a_currency_has_three_letters(code: str) -> None:
    """Capital ones, of the alphabet of ISO 4217."""
    found = reading(f'[agreement]\nid = "acme"\ntimezone = "UTC"\ncurrency = {code}\n{TARGET}')
    assert any("is not a currency" in str(fault) for fault in found.faults)
