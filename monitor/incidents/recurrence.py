"""Maintenance that comes back: a rule of RFC 5545, on the clocks of a zone. The door to dateutil."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from monitor.timeline.span import Span

PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST = 400  # occurrences in one look


def rule(text: object) -> str:
    """A rule such as ``FREQ=MONTHLY;BYDAY=1SU``. ValueError for anything else, and for what comes back within a day."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*", text):
        raise ValueError('allowed is a rule of RFC 5545, such as "FREQ=MONTHLY;BYDAY=1SU"')
    parts = dict(part.split("=", 1) for part in text.split(";"))
    strange = [key for key in parts if key not in PARTS]
    if strange or len(parts) != text.count(";") + 1:
        raise ValueError(f"{(strange or ['a part'])[0]} is not allowed here; once each: {', '.join(PARTS)}")
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f"FREQ is one of: {', '.join(FREQUENCIES)}")
    if not re.fullmatch(r"[1-9][0-9]{0,2}", parts.get("INTERVAL", "1")):
        raise ValueError("INTERVAL is a whole number from 1 to 999")
    try:
        first = next(iter(rrulestr(text, dtstart=datetime(2000, 1, 1))), None)  # noqa: DTZ001 -- wall time, without a zone
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise ValueError(f"the rule cannot be followed: {error}") from error
    if first is None:
        raise ValueError("the rule names no day at all")
    return text


def occurrences(text: str, first: Span, zone: str, within: Span) -> Iterator[Span]:
    """The spans of a rule that begin within a span: at the same time on the clock as the first one, and as long."""
    place = ZoneInfo(zone)
    local = datetime.fromtimestamp(first.start, place).replace(tzinfo=None, fold=0)
    begin, end = (datetime.fromtimestamp(second, place).replace(tzinfo=None) for second in (within.start, within.end))
    for number, found in enumerate(rrulestr(text, dtstart=local).xafter(begin, inc=True)):
        if found > end or number >= MOST:
            return
        start = int(found.replace(tzinfo=place).timestamp())
        if start in within:
            yield Span(start, start + first.seconds)
