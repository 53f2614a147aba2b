"""What people said, as a page shows it: beside what was measured, with how long it took to say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_high

from monitor.incidents.event import Event
from monitor.incidents.incident import Incident
from monitor.timeline.model import Outage
from statuspage.i18n import N_

WORDS: dict[str, str] = {
    "investigating": N_("Investigating"),
    "identified": N_("Identified"),
    "monitoring": N_("Monitoring"),
    "resolved": N_("Resolved"),
    "postmortem": N_("Postmortem"),
    "merged": N_("Told of elsewhere"),
    "acknowledged": N_("Acknowledged"),
    "corrected": N_("Times corrected"),
    "scheduled": N_("Scheduled"),
    "in_progress": N_("In progress"),
    "verifying": N_("Verifying"),
    "completed": N_("Completed"),
    "cancelled": N_("Cancelled"),
    "begins": N_("Begun as planned"),
    "ends": N_("Ended as planned"),
    "reminder": N_("Reminder"),
    "overruns": N_("Past its planned end"),
    "stopped": N_("Does not come back"),
}
IMPACTS: dict[str, str] = {
    "none": N_("No impact"),
    "minor": N_("Minor impact"),
    "major": N_("Major impact"),
    "critical": N_("Critical impact"),
}
STATES: dict[str, str] = {
    "operational": N_("Operational"),
    "degraded": N_("Degraded performance"),
    "partial": N_("Partial outage"),
    "down": N_("Major outage"),
}


@dataclass(frozen=True)
class Measured:
    """What was measured of what an incident tells of. The delays are in seconds; None when there is nothing to compare.

    ``delay`` is from the first measured failure to the first published word, ``end_delay`` from the last to the word that it was
    over; negative when people were ahead of the monitor.
    """

    outages: tuple[Outage, ...]
    start: int | None
    end: int | None
    down: int
    delay: int | None
    end_delay: int | None


def measured(incident: Incident, found: Iterable[Outage]) -> Measured:
    """The outages beside the incident: the first beginning, the last end unless one goes on, and the time down of all."""
    outages = tuple(sorted(found, key=lambda each: (each.start, each.component)))
    start = min((each.start for each in outages), default=None)
    ends = [each.end for each in outages]
    end = None if None in ends else max((each for each in ends if each is not None), default=None)
    over = next((event.at for event in incident.events if event.step == "resolved"), None)
    return Measured(
        outages,
        start,
        end,
        sum(each.down_seconds for each in outages),
        None if start is None else incident.opened - start,
        None if end is None or over is None else over - end,
    )


@dataclass(frozen=True)
class Telling:
    """How long it took to tell: of how many incidents, beside how many of which anything was measured, how many the monitor told
    first by itself. ``median`` is of the seconds from the first measured failure to the first word; None when there are none.
    """

    incidents: int
    measured: int
    automatic: int
    median: int | None


def telling(found: Iterable[tuple[Incident, Measured]]) -> Telling:
    """The figure for some incidents. The median of an even number is the longer of the two in the middle: never flattering."""
    rows = [(incident, seen) for incident, seen in found if incident.merged is None]
    delays = [seen.delay for _, seen in rows if seen.delay is not None]
    automatic = sum(bool(incident.events[0].said.automatic) for incident, _ in rows)
    return Telling(len(rows), len(delays), automatic, median_high(delays) if delays else None)


def spoken(texts: Mapping[str, str], code: str) -> tuple[str, str]:
    """The text in this language, or in the first there is, and which language that is. Two empty ones when there is none."""
    if code in texts:
        return texts[code], code
    return next(((text, language) for language, text in texts.items()), ("", ""))


def newest_words(events: tuple[Event, ...]) -> Event:
    """The newest event that says anything in words, or the newest."""
    return next((event for event in reversed(events) if event.texts), events[-1])
