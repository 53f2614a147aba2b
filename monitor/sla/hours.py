"""Agreed hours: weekly opening times in a zone, with holidays, breaks and shifts, as UTC spans; and clocks that run only then."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from monitor.sla.holidays import country, days_off
from monitor.timeline.span import Span, Spans, subtract, total, union
from monitor.values import identifier, zone

ALWAYS = "24x7"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FAR = 3660  # days after which a clock that has not run down never will


def interval(value: object) -> tuple[int, int]:
    """``"09:00-17:00"`` as seconds of the local day; ``24:00`` may end it."""
    found = (
        re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", value) if isinstance(value, str) else None
    )
    if found:
        start, end = (int(found[i]) * 3600 + int(found[i + 1]) * 60 for i in (1, 3))
        if start < end <= 86_400:
            return start, end
    raise ValueError('is not an interval within a day; write it as "09:00-17:00", one over midnight as two')


def pause(value: object) -> tuple[datetime, datetime]:
    """``"2026-12-24T12:00/2026-12-24T17:00"``: local times."""
    parts = value.split("/") if isinstance(value, str) else []
    try:
        start, end = map(datetime.fromisoformat, parts)
        if start.tzinfo is None and end.tzinfo is None and start < end:
            return start, end
    except ValueError:
        pass
    raise ValueError('is not a break; write it as "2026-12-24T12:00/2026-12-24T17:00", in local time')


def holiday(value: object) -> date | str:
    """A date, or the code of a country (``"NL"``, or ``"DE-BY"`` for a part of one) whose public holidays are closed."""
    if type(value) is date:
        return value
    return country(value)


@dataclass(frozen=True)
class Shift:
    """Other hours on one date."""

    date: date
    open: tuple[Annotated[tuple[int, int], interval], ...]


@dataclass(frozen=True)
class Calendar:
    """Opening times by local wall clock. A day that is left out is closed."""

    id: Annotated[str, identifier]
    timezone: Annotated[str, zone] | None = None
    mon: tuple[Annotated[tuple[int, int], interval], ...] = ()
    tue: tuple[Annotated[tuple[int, int], interval], ...] = ()
    wed: tuple[Annotated[tuple[int, int], interval], ...] = ()
    thu: tuple[Annotated[tuple[int, int], interval], ...] = ()
    fri: tuple[Annotated[tuple[int, int], interval], ...] = ()
    sat: tuple[Annotated[tuple[int, int], interval], ...] = ()
    sun: tuple[Annotated[tuple[int, int], interval], ...] = ()
    holidays: tuple[Annotated[date | str, holiday], ...] = ()
    breaks: tuple[Annotated[tuple[datetime, datetime], pause], ...] = ()
    shifts: tuple[Shift, ...] = ()

    @property
    def is_weekly(self) -> bool:
        """True when it opens again every week."""
        return any(getattr(self, day) for day in DAYS)

    @property
    def is_empty(self) -> bool:
        """True when it never opens."""
        return not self.is_weekly and not any(shift.open for shift in self.shifts)


@dataclass(frozen=True)
class Hours:
    """A calendar in its zone; without a calendar it is always open."""

    zone: str
    calendar: Calendar | None = None

    def within(self, span: Span) -> Spans:
        """The open time in the span."""
        if self.calendar is None:
            return (span,)
        first, last = (_local(instant, self.zone).date() for instant in (span.start, span.end))
        spans: list[Span] = []
        for n in range((last - first).days + 1):
            spans.extend(_day(self.calendar, self.zone, first + timedelta(days=n)))
        clipped = (each.clip(span) for each in spans)
        return union(each for each in clipped if each)

    def seconds(self, start: int, end: int) -> int:
        """How long it is open between two instants."""
        return total(self.within(Span(start, end))) if start < end else 0

    def after(self, start: int, seconds: int) -> int:
        """The instant at which the clock has run for so many open seconds; 0 gives the next open moment. ValueError: never."""
        if self.calendar is None:
            return start + seconds
        for span in self._from(start):
            if seconds <= span.seconds:
                return span.start + seconds
            seconds -= span.seconds
        raise ValueError(f"the calendar {self.calendar.id!r} does not open for long enough")

    def days_after(self, start: int, days: int) -> int:
        """So many open days later, at the same time of day; outside opening times counting begins at the next open moment."""
        begin = self.after(start, 0)
        local = _local(begin, self.zone)
        day = local.date()
        for _ in range(FAR):
            if not days:
                break
            day += timedelta(days=1)
            days -= self.is_business_day(day)
        return begin if day == local.date() else _instant(day, _second(local), self.zone)

    def is_business_day(self, day: date) -> bool:
        """True when it opens at all on that local date; without a calendar Monday to Friday."""
        if self.calendar is None:
            return day.weekday() < 5
        return bool(_day(self.calendar, self.zone, day))

    def _from(self, start: int) -> Iterator[Span]:
        """The open spans from an instant on."""
        assert self.calendar  # noqa: S101 -- both callers looked
        first = _local(start, self.zone).date()
        for n in range(FAR):
            for span in _day(self.calendar, self.zone, first + timedelta(days=n)):
                if span.end > start:
                    yield Span(max(span.start, start), span.end)


@lru_cache(maxsize=20_000)
def _day(calendar: Calendar, zone_name: str, day: date) -> Spans:
    """The open spans that begin on a local date."""
    shift = next((shift for shift in calendar.shifts if shift.date == day), None)
    if shift is None and (day in calendar.holidays or _is_public_holiday(calendar, day)):
        return ()
    wall = shift.open if shift else getattr(calendar, DAYS[day.weekday()])
    found = []
    for start, end in wall:
        begin, finish = _instant(day, start, zone_name), _instant(day, end, zone_name)
        if begin < finish:  # the hour that the clocks skip has no length
            found.append(Span(begin, finish))
    return subtract(union(found), _breaks(calendar, zone_name))


@lru_cache(maxsize=1_000)
def _breaks(calendar: Calendar, zone_name: str) -> Spans:
    edges = [[_instant(wall.date(), _second(wall), zone_name) for wall in pair] for pair in calendar.breaks]
    return union(Span(start, end) for start, end in edges if start < end)


def _is_public_holiday(calendar: Calendar, day: date) -> bool:
    return any(day in days_off(code, day.year) for code in calendar.holidays if isinstance(code, str))


def _instant(day: date, second: int, zone_name: str) -> int:
    """A wall time as an instant: one that is skipped moves an hour on, one that occurs twice means the first (PEP 495, fold 0)."""
    wall = datetime(day.year, day.month, day.day) + timedelta(seconds=second)  # noqa: DTZ001 -- the zone follows
    return int(wall.replace(tzinfo=ZoneInfo(zone_name)).timestamp())


def _second(wall: datetime) -> int:
    """The second of its day."""
    return wall.hour * 3600 + wall.minute * 60 + wall.second


def _local(instant: int, zone_name: str) -> datetime:
    return datetime.fromtimestamp(instant, ZoneInfo(zone_name))


def position(spans: Spans, instant: int) -> Span | None:
    """The span that holds the instant, or None; the spans are a set of spans."""
    place = bisect_right(spans, instant, key=lambda span: span.start) - 1
    return spans[place] if place >= 0 and instant in spans[place] else None
