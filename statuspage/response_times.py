"""Response times of the last day, as a chart and as one figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.timeline.span import Span
from statuspage.charts import Tick, path, scale, ticks
from statuspage.views import Facts

BUCKETS = 96
QUARTER = 900


@dataclass(frozen=True)
class Chart:
    """Response times of the last day: two lines, the top of their scale in microseconds, marks in time, and all figures."""

    middle: str
    high: str
    top: int
    ticks: tuple[Tick, ...]
    rows: tuple[tuple[int, int, int], ...]


def chart(facts: Facts, component: str) -> Chart | None:
    """Response times of the last 24 hours, in whole quarters of an hour; None when there is none."""
    end = -(-(facts.now + 1) // QUARTER) * QUARTER
    begin = end - BUCKETS * QUARTER
    heard = facts.reader.responses(component, Span(begin, end), BUCKETS) if facts.reader else ()
    rows = tuple((begin + i * QUARTER, *pair) for i, pair in enumerate(heard) if pair)
    if not rows:
        return None
    top = scale(max(high for _, _, high in rows))
    middle = path([pair[0] if pair else None for pair in heard], top, 100)
    high = path([pair[1] if pair else None for pair in heard], top, 100)
    return Chart(middle, high, top, ticks(begin, end, _hours(facts, begin, end)), rows)


def median(facts: Facts, component: str) -> int | None:
    """The median of the answers of the last 24 hours, in microseconds."""
    heard = facts.reader.responses(component, Span(facts.now - 86_400, facts.now + 1), 1) if facts.reader else ()
    return next((pair[0] for pair in heard if pair), None)


def _hours(facts: Facts, begin: int, end: int) -> list[int]:
    """Midnight, six, noon and eighteen hours on the clocks of the page's zone, as far as a quarter of an hour meets them."""
    zone = ZoneInfo(facts.config.page.timezone)
    local = ((at, datetime.fromtimestamp(at, zone)) for at in range(begin, end + 1, QUARTER))
    return [at for at, time in local if time.hour % 6 == 0 and time.minute == 0]
