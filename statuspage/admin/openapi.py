"""What the API of the admin takes and answers, as an OpenAPI 3.1 document about one configuration."""

from __future__ import annotations

from typing import Any

from monitor.config import Config
from monitor.incidents.event import LONGEST_TEXT, LONGEST_TITLE
from monitor.incidents.labels import NONE
from monitor.incidents.lifecycle import IMPACTS, SEVERITIES, STATES, STOPPED, Phase, Stage
from monitor.incidents.maintenance import KINDS as WORK
from monitor.people.model import Scope
from monitor.saying import LONGEST_WHY
from monitor.sla.clauses import KINDS

TIME = {"type": "string", "format": "date-time"}
TEXT = {"type": "string"}
PHASES = [str(each) for each in Phase if each not in (Phase.POSTMORTEM, Phase.MERGED)]
ONE = {"type": "object"}
PROBLEM = {"type": "object", "properties": {"error": TEXT}, "required": ["error"]}
WHY = {
    "400": "The request is not whole.",
    "401": "There is no good token.",
    "403": "The token is not for this.",
    "404": "There is no such thing.",
    "409": "Somebody else said something first.",
    "413": "It is too much.",
    "415": "It is not JSON.",
    "422": "It does not follow from what was said, or cannot be meant; or the key was used for something else.",
    "503": "The record cannot be written at this moment.",
}


def document(config: Config) -> dict[str, Any]:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{config.page.name}: admin", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM, **_read(), **_asked(config)},
        },
        "security": [{"token": []}],
        "paths": {
            "/api/v1/incidents": {
                "get": _listing("The newest incidents", "incidents", "Incident"),
                "post": _writing("Open an incident", "Opening", "Incident", Scope.INCIDENTS),
            },
            "/api/v1/incidents/{id}": {"get": _reading("One incident", "Incident")},
            "/api/v1/incidents/{id}/updates": {
                "post": _writing("Say what is new of an incident", "Update", "Incident", Scope.INCIDENTS, named=True)
            },
            "/api/v1/maintenances": {
                "get": _listing("The newest maintenance", "maintenances", "Maintenance"),
                "post": _writing("Announce maintenance", "Planning", "Maintenance", Scope.MAINTENANCE),
            },
            "/api/v1/maintenances/{id}": {"get": _reading("One maintenance", "Maintenance")},
            "/api/v1/maintenances/{id}/updates": {
                "post": _writing(
                    "Say what is new of maintenance", "Progress", "Maintenance", Scope.MAINTENANCE, named=True
                )
            },
            "/api/v1/labels": {
                "get": _listing("The newest labels", "labels", "Label"),
                "post": _writing("Label an outage, or a span of time", "Labelling", "Label", Scope.LABELS),
            },
        },
    }


ABOUT = (
    "What is said here is published at once and kept for ever. Give each request that writes an Idempotency-Key of your own: asked"
    " again under the same key within a week, it is said once and answered the same."
)


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _answers(code: str, schema: dict[str, Any], *faults: str) -> dict[str, Any]:
    good = {code: {"description": "Done.", "content": _content(schema)}}
    return good | {each: {"description": WHY[each], "content": _content(_ref("Problem"))} for each in faults}


NAMED = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,120}$"},
}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$", "maxLength": 255},
    "description": "Of your own making, another one for each thing to be said.",
}


def _listing(summary: str, name: str, of: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {name: {"type": "array", "items": _ref(of)}}, "required": [name]}
    return {
        "summary": summary,
        "description": f"Scope: {Scope.READ}",
        "responses": _answers("200", schema, "401", "403", "503"),
    }


def _reading(summary: str, of: str) -> dict[str, Any]:
    answers = _answers("200", _ref(of), "400", "401", "403", "404", "503")
    return {"summary": summary, "description": f"Scope: {Scope.READ}", "parameters": [NAMED], "responses": answers}


def _writing(summary: str, body: str, of: str, scope: Scope, *, named: bool = False) -> dict[str, Any]:
    faults = [each for each in WHY if named or each != "404"]
    return {
        "summary": summary,
        "description": f"Scope: {scope}",
        "parameters": [ONCE, *([NAMED] if named else [])],
        "requestBody": {"required": True, "content": _content(_ref(body))},
        "responses": _answers("201", _ref(of), *faults),
    }


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _read() -> dict[str, Any]:
    """What is answered."""
    words = {"type": "object", "additionalProperties": TEXT}
    update = _object(
        ("number", "at", "by", "step", "text", "components"),
        number={"type": "integer"}, at=TIME, by=TEXT, step=TEXT, text=words, components=words,
    )  # fmt: skip
    updates = {"type": "array", "items": update}
    incident = {
        "id": TEXT, "url": TEXT, "phase": {"enum": [str(each) for each in Phase]}, "title": words, "impact": TEXT,
        "severity": _or_null(TEXT), "components": words, "started_at": TIME, "ended_at": _or_null(TIME), "opened_at": TIME,
        "acknowledged_at": _or_null(TIME), "backfilled": {"type": "boolean"}, "updates": updates,
    }  # fmt: skip
    work = {
        "id": TEXT, "url": TEXT, "stage": {"enum": [str(each) for each in Stage]}, "title": words, "kind": TEXT,
        "components": {"type": "array", "items": TEXT}, "starts_at": TIME, "ends_at": TIME, "updates": updates,
    }  # fmt: skip
    label = {
        "at": TIME, "component": TEXT, "starts_at": TIME, "ends_at": TIME, "kind": TEXT, "by": TEXT, "why": TEXT,
        "outage": _or_null(TEXT),
    }  # fmt: skip
    return {
        "Incident": _object(tuple(incident), **incident),
        "Maintenance": _object(tuple(work), **work),
        "Label": _object(tuple(label), **label),
    }


def _asked(config: Config) -> dict[str, Any]:
    """What is taken."""
    codes, ids = list(config.page.languages), [each.id for each in config.components]

    def each(names: list[str], value: dict[str, Any]) -> dict[str, Any]:
        own = {"type": "object", "properties": dict.fromkeys(names, value), "additionalProperties": False}
        return own | {"minProperties": 1}

    title = each(codes, {"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE})
    text = each(codes, {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT})
    states = each(ids, {"enum": list(STATES)})
    graded = {"impact": {"enum": list(IMPACTS)}, "severity": {"enum": list(SEVERITIES)}}
    told = {"started_at": TIME, "ended_at": TIME}
    after = {
        "type": "integer",
        "minimum": 0,
        "maximum": 999_999_999,
        "description": "The number of the last update that was seen.",
    }
    steps = {"enum": [*PHASES, "postmortem", "merged", "acknowledged", "corrected"]}
    name = {"type": "string", "minLength": 1}
    opening = {
        "title": title,
        "text": text,
        "components": states,
        "phase": {"enum": PHASES},
        **graded,
        **told,
        "outage": name,
    }
    listed = {"type": "array", "items": {"enum": ids}, "minItems": 1}
    planning = {
        "title": title, "text": text, "components": listed, "starts_at": TIME, "ends_at": TIME, "announced_at": TIME,
        "kind": {"enum": list(WORK)}, "repeat": name, "remind": {"type": "array", "items": name},
    }  # fmt: skip
    update = {
        "phase": steps,
        "title": title,
        "text": text,
        "components": states,
        **graded,
        **told,
        "after": after,
        "into": name,
    }
    stages = {"enum": [*(str(stage) for stage in Stage), STOPPED]}
    progress = {"stage": stages, "title": title, "text": text, "starts_at": TIME, "ends_at": TIME, "after": after}
    labelling = {
        "kind": {"enum": [*KINDS, NONE]}, "why": {"type": "string", "minLength": 1, "maxLength": LONGEST_WHY}, "outage": name,
        "component": {"enum": ids}, "starts_at": TIME, "ends_at": TIME,
    }  # fmt: skip
    return {
        "Opening": _object(("title", "text", "components"), **opening),
        "Update": _object((), **update),
        "Planning": _object(("title", "components", "starts_at", "ends_at"), **planning),
        "Progress": _object((), **progress),
        "Labelling": _object(("kind", "why"), **labelling),
    }
