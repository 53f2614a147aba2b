"""A month in any zone against a walk over its minutes, each read on the local clock; the walk shares no code with the engine."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from calculated import terms
from hypothesis import given
from hypothesis import strategies as st

from monitor.sla.facts import Facts, Piece, Window, drawn
from monitor.sla.periods import asked
from monitor.sla.statement import statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
MINUTES = 33 * 24 * 60
TERMS = """
[[objective]]
id = "uptime"
of = "api"
target = "99.9"
hours = "open"
[[objective.exclude]]
kind = "maintenance"
treat = "{}"
[[objective.remedy]]
tiers = [{{ below = "99.9", give = "10" }}, {{ below = "97", give = "25" }}]
[[calendar]]
id = "open"
"""


def walked(
    zone: str, month: tuple[int, int], first: int, down: set[int], excused: set[int], treat: str, hours: range
) -> tuple[int, int]:
    """The minutes that count and those of them that are down: of each that lies in the month there, on an open hour there."""
    counted = bad = 0
    for n in range(MINUTES):
        local = datetime.fromtimestamp(first + n * 60, ZoneInfo(zone))
        if (local.year, local.month) != month or local.hour not in hours or (treat == "remove" and n in excused):
            continue
        counted += 1
        bad += n in down and n not in excused
    return counted, bad


@given(st.sampled_from(ZONES), st.integers(2023, 2028), st.integers(1, 12), st.integers(0, 2**32))
def test_a_month_in_any_zone_is_the_sum_of_its_minutes(zone: str, year: int, month: int, seed: int) -> None:
    """Months of clocks that change and leap ones: what counts, what is down, and the tier that pays are those of the walk."""
    chance = Random(seed)
    first = int(datetime(year, month, 1, tzinfo=UTC).timestamp()) - 86_400
    treat, opens = chance.choice(("forgive", "remove")), chance.choice((range(24), range(9, 17), range(6)))
    cuts = [sorted(chance.sample(range(MINUTES), 2 * chance.randrange(1, 5))) for _ in range(2)]
    pairs = [[range(a, b) for a, b in zip(each[::2], each[1::2], strict=True) if b - a < 3000] for each in cuts]
    down, excused = ({n for each in one for n in each} for one in pairs)
    outages, windows = ([Span(first + 60 * r.start, first + 60 * r.stop) for r in one] for one in pairs)
    days = "".join(
        f'{day} = ["{opens.start:02d}:00-{opens.stop:02d}:00"]\n'
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    )
    period = asked(f"{year}-{month:02d}", zone)
    whole = Span(first, first + MINUTES * 60)
    facts = Facts(
        {"api": drawn(whole, [Piece(each, "down") for each in outages])},
        tuple(Window("api", each, "maintenance", first) for each in windows),
    )
    versions = terms(TERMS.format(treat) + days, zone)
    found = statement(versions, Period("it", zone, period), facts, period.end).assessments[0]
    counted, bad = walked(zone, (year, month), first, down, excused, treat, opens)
    assert found.figure.counted == counted * 60
    assert found.figure.down == bad * 60
    share = 100 - Fraction(100 * bad, counted)
    assert found.awards[0].give == (25 if share < 97 else 10 if share < Fraction("99.9") else 0)
