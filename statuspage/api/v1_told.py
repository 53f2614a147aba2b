"""What people tell, in our own documents: incidents beside what was measured of them, maintenance, and every word of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from monitor.incidents import course
from monitor.incidents.course import Turn
from monitor.incidents.event import Event
from monitor.incidents.incident import Incident
from monitor.incidents.maintenance import Maintenance
from monitor.sla.periods import instant
from monitor.timeline.span import Span
from statuspage.pages.told import Measured, Telling, telling

Document = dict[str, Any]


def incidents(found: Iterable[tuple[Incident, Measured]], span: Span) -> Document:
    """What was told of a span, newest first, beside what was measured of it, and how long the telling took."""
    rows = list(found)
    return {
        "from": instant(span.start),
        "to": instant(span.end),
        "telling": _telling(telling(rows)),
        "incidents": [_incident(each, measured) for each, measured in rows],
    }


def _incident(each: Incident, measured: Measured) -> Document:
    return {
        "id": each.id,
        "titles": dict(each.titles),
        "phase": str(each.phase),
        "impact": each.impact,
        "severity": each.severity,
        "components": [{"component": name, "state": state} for name, state in each.components.items()],
        "start": instant(each.start),
        "end": _perhaps(each.end),
        "published": instant(each.opened),
        "acknowledged": _perhaps(each.acknowledged),
        "backfilled": each.backfilled,
        "automatic": each.is_own,
        "merged_into": each.merged,
        "corrections": [
            {"at": instant(fix.at), "by": fix.by, "what": fix.what, "old": instant(fix.old), "new": instant(fix.new)}
            for fix in each.corrections
        ],
        "measured": {
            "start": _perhaps(measured.start),
            "end": _perhaps(measured.end),
            "down_seconds": measured.down,
            "first_word_after_seconds": measured.delay,
            "last_word_after_seconds": measured.end_delay,
        },
        "updates": _updates(course.of_incident(each), each.events),
    }


def _telling(found: Telling) -> Document:
    return {
        "incidents": found.incidents,
        "measured": found.measured,
        "automatic": found.automatic,
        "median_seconds": found.median,
    }


def maintenances(found: Iterable[Maintenance], span: Span, now: int) -> Document:
    """The maintenance that shares time with a span, the latest first: how it stands, and each plan as it was announced."""
    return {
        "from": instant(span.start),
        "to": instant(span.end),
        "maintenances": [_maintenance(each, now) for each in found],
    }


def _maintenance(each: Maintenance, now: int) -> Document:
    return {
        "id": each.id,
        "titles": dict(each.titles),
        "stage": str(each.standing(now)),
        "kind": each.kind,
        "components": list(each.components),
        "start": instant(each.start),
        "end": instant(each.end),
        "began": _perhaps(each.began),
        "ended": _perhaps(each.ended),
        "overrun_seconds": each.overrun(now),
        "repeat": each.repeat or None,
        "plans": [
            {
                "start": instant(plan.span.start),
                "end": instant(plan.span.end),
                "announced": instant(plan.announced),
                "recorded": instant(plan.recorded),
            }
            for plan in each.plans
        ],
        "updates": _updates(course.of_maintenance(each, now), each.events),
    }


def _updates(turns: Iterable[Turn], events: Iterable[Event]) -> list[Document]:
    """Oldest first. What came by its plan was said by nobody."""
    authors = {str(event.number): event.by for event in events}
    return [
        {
            "id": turn.key,
            "at": instant(turn.at),
            "by": authors.get(turn.key),
            "step": str(turn.step),
            "texts": dict(turn.texts),
            "changes": [_change(name, *states) for name, states in turn.changes.items()],
        }
        for turn in turns
    ]


def _change(component: str, old: str, new: str) -> Mapping[str, str]:
    return {"component": component, "old": old, "new": new}


def _perhaps(second: int | None) -> str | None:
    return None if second is None else instant(second)
