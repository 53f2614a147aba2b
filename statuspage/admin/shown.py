"""Incidents, maintenance and labels as programs read them in the API of the admin. Pure."""

from __future__ import annotations

from typing import Any

from monitor.incidents.event import Event
from monitor.incidents.incident import Incident
from monitor.incidents.maintenance import Maintenance
from monitor.sla.periods import instant
from monitor.timeline.record import Label


def incident(each: Incident, base: str) -> dict[str, Any]:
    """One incident with all that was said of it."""
    return {
        "id": each.id,
        "url": f"{base}/incidents/{each.id}",
        "phase": str(each.phase),
        "title": dict(each.titles),
        "impact": each.impact,
        "severity": each.severity,
        "components": dict(each.components),
        "started_at": instant(each.start),
        "ended_at": _when(each.end),
        "opened_at": instant(each.opened),
        "acknowledged_at": _when(each.acknowledged),
        "backfilled": each.backfilled,
        "updates": [_event(event) for event in each.events],
    }


def maintenance(each: Maintenance, base: str, now: int) -> dict[str, Any]:
    """One maintenance with all that was said of it."""
    return {
        "id": each.id,
        "url": f"{base}/maintenances/{each.id}",
        "stage": str(each.standing(now)),
        "title": dict(each.titles),
        "kind": each.kind,
        "components": list(each.components),
        "starts_at": instant(each.start),
        "ends_at": instant(each.end),
        "updates": [_event(event) for event in each.events],
    }


def label(each: Label) -> dict[str, Any]:
    """One label."""
    return {
        "at": instant(each.at),
        "component": each.component,
        "starts_at": instant(each.start),
        "ends_at": instant(each.end),
        "kind": each.kind,
        "by": each.by,
        "why": each.why,
        "outage": each.outage or None,
    }


def _event(event: Event) -> dict[str, Any]:
    said = event.said
    return {
        "number": event.number,
        "at": instant(event.at),
        "by": event.by,
        "step": str(event.step),
        "text": dict(event.texts),
        "components": dict(said.components or {}),
    }


def _when(second: int | None) -> str | None:
    return None if second is None else instant(second)
