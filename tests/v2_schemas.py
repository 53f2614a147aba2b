"""The Statuspage API v2 as JSON Schemas: every key required, every vocabulary closed, extra keys allowed."""

from __future__ import annotations

from typing import Any

import jsonschema

Schema = dict[str, Any]
ID: Schema = {"type": "string", "pattern": "^[0-9a-z]{12}$"}
AT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
URL: Schema = {"type": "string", "pattern": "^https?://.+[^/]$"}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NULL: Schema = {"type": "null"}
COMPONENT_STATUS: Schema = {
    "enum": ["operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"]
}
INCIDENT_STATUS = ["investigating", "identified", "monitoring", "resolved", "postmortem"]
MAINTENANCE_STATUS = ["scheduled", "in_progress", "verifying", "completed"]
DESCRIPTIONS = [
    "All Systems Operational",
    "Major System Outage",
    "Partial System Outage",
    "Minor Service Outage",
    "Degraded System Service",
    "Partially Degraded Service",
    "Service Under Maintenance",
]


def check(document: object, schema: Schema) -> None:
    """ValidationError when the document is not as the schema says."""
    jsonschema.Draft202012Validator(schema).validate(document)


def shape(**keys: Schema) -> Schema:
    """An object with all of these keys."""
    return {"type": "object", "properties": keys, "required": list(keys)}


def some(of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def perhaps(of: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [of, NULL]}


PAGE = shape(id=ID, name=TEXT, url=URL, time_zone=TEXT, updated_at=AT)
STATUS = shape(
    indicator={"enum": ["none", "minor", "major", "critical", "maintenance"]}, description={"enum": DESCRIPTIONS}
)
COMPONENT: Schema = {
    **shape(
        id=ID,
        name=TEXT,
        status=COMPONENT_STATUS,
        created_at=AT,
        updated_at=AT,
        position={"type": "integer", "minimum": 1},
        description=perhaps(TEXT),
        showcase=FLAG,
        start_date=perhaps({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}),
        group_id=perhaps(ID),
        page_id=ID,
        group=FLAG,
        only_show_if_degraded=FLAG,
    ),
    "if": {"properties": {"group": {"const": True}}},
    "then": {**shape(components=some(ID)), "properties": {"components": some(ID), "group_id": NULL}},
}
AFFECTED = shape(code=ID, name=TEXT, old_status=COMPONENT_STATUS, new_status=COMPONENT_STATUS)


def _incident(statuses: list[str], every: list[str], impacts: list[str], **more: Schema) -> Schema:
    """In one of these statuses; what was told of it before may have any."""
    update = shape(
        id=ID,
        status={"enum": every},
        body=TEXT,
        incident_id=ID,
        created_at=AT,
        updated_at=AT,
        display_at=AT,
        affected_components=perhaps(some(AFFECTED)),
        deliver_notifications=FLAG,
        custom_tweet=NULL,
        tweet_id=NULL,
    )
    return shape(
        id=ID,
        name=TEXT,
        status={"enum": statuses},
        created_at=AT,
        updated_at=AT,
        monitoring_at=perhaps(AT),
        resolved_at=perhaps(AT),
        impact={"enum": impacts},
        shortlink=URL,
        started_at=AT,
        page_id=ID,
        incident_updates={**some(update), "minItems": 1},
        components=some(COMPONENT),
        reminder_intervals=NULL,
        **more,
    )


IMPACTS = ["none", "minor", "major", "critical"]


def incidents(statuses: list[str]) -> Schema:
    """Incidents in one of these statuses."""
    return some(_incident(statuses, INCIDENT_STATUS, IMPACTS))


def maintenances(statuses: list[str]) -> Schema:
    """Maintenances in one of these statuses."""
    return some(_incident(statuses, MAINTENANCE_STATUS, ["maintenance"], scheduled_for=AT, scheduled_until=AT))


OPEN = INCIDENT_STATUS[:3]
SCHEMAS: dict[str, Schema] = {
    "status": shape(page=PAGE, status=STATUS),
    "summary": shape(
        page=PAGE,
        components=some(COMPONENT),
        incidents=incidents(OPEN),
        scheduled_maintenances=maintenances(MAINTENANCE_STATUS[:3]),
        status=STATUS,
    ),
    "components": shape(page=PAGE, components=some(COMPONENT), status=STATUS),
    "incidents": shape(page=PAGE, incidents=incidents(INCIDENT_STATUS)),
    "incidents/unresolved": shape(page=PAGE, incidents=incidents(OPEN)),
    "scheduled-maintenances": shape(page=PAGE, scheduled_maintenances=maintenances(MAINTENANCE_STATUS)),
    "scheduled-maintenances/upcoming": shape(page=PAGE, scheduled_maintenances=maintenances(["scheduled"])),
    "scheduled-maintenances/active": shape(
        page=PAGE, scheduled_maintenances=maintenances(["in_progress", "verifying"])
    ),
}
