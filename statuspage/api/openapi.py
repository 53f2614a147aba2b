"""The description of ``/api/v1/`` as OpenAPI 3.1. Every answer of every route is held to it by a test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from monitor.settlement import schema as statement_schema
from monitor.sla.agreement import METRICS
from monitor.sla.periods import KINDS
from monitor.timeline.blind import CANARIES, CORRELATED
from monitor.timeline.model import Outcome, Reason, State
from statuspage.api.schemas import AT, COUNT, PUBLIC, TEXT, TOLD, Schema, perhaps, ref, shape, some
from statuspage.api.v1 import COLUMNS, WINDOWS

REASON: Schema = {"enum": [reason.word for reason in Reason]}
STATE: Schema = {"enum": [state.value for state in State]}


def openapi(base: str, components: Sequence[str]) -> dict[str, Any]:
    """The document, for a page at this address with these components."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Meetlat",
            "version": "1",
            "description": "What was measured and what the agreements make of it. Read only, open to all, in UTC. Figures that"
            " matter are exact fractions. Time of which nothing is known is `unknown`, never up and never down.",
        },
        "servers": [{"url": base}],
        "paths": {path: {"get": get} for path, get in _paths(components)},
        "components": {"schemas": SCHEMAS | _statement()},
    }


def _statement() -> dict[str, Schema]:
    """The schema of a statement. What it defines for itself stands beside it, where every reader of OpenAPI looks."""
    text = json.dumps(statement_schema()).replace('"#/$defs/', '"#/components/schemas/Statement.')
    found: dict[str, Any] = json.loads(text)
    found.pop("$schema")
    own: dict[str, Schema] = found.pop("$defs")
    return {"Statement": found} | {f"Statement.{name}": schema for name, schema in own.items()}


def _asked(name: str, about: str, schema: Schema, where: str = "query") -> Schema:
    return {"name": name, "in": where, "required": where == "path", "description": about, "schema": schema}


_TALLY = {
    "operational_seconds": COUNT,
    "degraded_seconds": COUNT,
    "down_seconds": COUNT,
    "unknown_seconds": COUNT,
    "availability": perhaps(ref("Share")),
}
SCHEMAS: dict[str, Schema] = TOLD | {
    "Share": {
        **shape(
            exact={"type": "string", "pattern": r"^\d+/[1-9]\d*$"},
            percent={"type": "string", "pattern": r"^\d+\.\d{3}$"},
        ),
        "description": "An exact fraction, and the same in percent, cut after three decimals and never rounded up.",
    },
    "Totals": {**shape(**_TALLY), "description": "Availability is what was not down of the time that is known."},
    "Uptime": shape(days={"enum": list(WINDOWS)}, **_TALLY),
    "Component": shape(
        id=TEXT,
        name=TEXT,
        group=perhaps(TEXT),
        description=perhaps(TEXT),
        public_id={**PUBLIC, "description": "The id of the same component in the Statuspage API v2."},
        state=STATE,
        reason=perhaps(REASON),
        since={**perhaps(AT), "description": "Null for more than ninety days."},
        unstable_since={**perhaps(AT), "description": "Since when it goes up and down; null when it does not."},
        needs={**some(TEXT), "description": "The components that it is built on."},
        uptime=some(ref("Uptime")),
    ),
    "Components": shape(newest_observation=perhaps(AT), components=some(ref("Component"))),
    "Stretch": shape(start=AT, end=AT, seconds=COUNT, state=STATE, reason=perhaps(REASON)),
    "Timeline": shape(
        **{"component": TEXT, "from": AT, "to": AT, "totals": ref("Totals"), "stretches": some(ref("Stretch"))}
    ),
    "Outage": shape(
        component=TEXT,
        start=AT,
        end=perhaps(AT),
        down_seconds=COUNT,
        reason=REASON,
        because={**perhaps(TEXT), "description": "The component whose outage explains this one."},
        incident={**perhaps(TEXT), "description": "The incident that tells of it."},
        labels=some(ref("Label")),
    ),
    "Failure": shape(at=AT, reason=REASON),
    "Unconfirmed": shape(**{"component": TEXT, "from": AT, "to": AT, "failures": some(ref("Failure"))}),
    "Blind": shape(start=AT, end=perhaps(AT), cause={"enum": [CANARIES, CORRELATED]}),
    "Blinds": shape(**{"from": AT, "to": AT, "blind": some(ref("Blind"))}),
    "Outages": shape(**{"from": AT, "to": AT, "outages": some(ref("Outage"))}),
    "Objective": shape(
        id=TEXT,
        title=perhaps(TEXT),
        metric={"enum": list(METRICS)},
        components=some(TEXT),
        of={"enum": ["all", "any", "mean", "each"]},
        period={"enum": list(KINDS)},
        target={"type": "string", "description": "In percent."},
    ),
    "Sealed": shape(period=TEXT, edition={"type": "integer", "minimum": 1}, sealed_at=AT, reason=TEXT),
    "Agreement": shape(
        id=TEXT,
        title=TEXT,
        provider=perhaps(TEXT),
        kind={"enum": ["customer", "service", "multilevel"]},
        timezone=TEXT,
        currency=perhaps(TEXT),
        versions=some({"type": "string", "format": "date"}),
        objectives=some(ref("Objective")),
        current_period=TEXT,
        periods=some(TEXT),
        sealed=some(ref("Sealed")),
    ),
    "Agreements": shape(agreements=some(ref("Agreement"))),
    "Observation": shape(
        component=TEXT,
        probe={**PUBLIC, "description": "Tells the probes of a component apart."},
        location=TEXT,
        slot=AT,
        began=AT,
        outcome={"enum": [outcome.value for outcome in Outcome]},
        reason=perhaps(REASON),
        duration_us=COUNT,
    ),
    "Problem": {
        **shape(type=TEXT, title=TEXT, status={"type": "integer"}),
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": some(shape(parameter=TEXT, detail=TEXT)),
        },
        "description": "RFC 9457; `errors` names every parameter that was not understood.",
    },
}
PAGED = '`rel="next"`: the next page. A page may hold fewer than `limit`, even none: the last one has no link.'
PARTS = (
    '`rel="prev"`: what lies ahead. One answer holds at most the last 400 days of a span; `from` and `to` say which.'
)
_COMPONENT = _asked("component", "The id of a component.", TEXT, "path")
_AGREEMENT = _asked("agreement", "The id of an agreement.", TEXT, "path")
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_TO = _asked("to", "Until this instant; now when it is not given or in the future.", _INSTANT)


def _since(usual: str) -> Schema:
    about = f"From this instant on; {usual} ahead of `to` when it is not given."
    return _asked("from", about, _INSTANT)


def _paths(components: Sequence[str]) -> list[tuple[str, Schema]]:
    month = [_since("30 days"), _TO]
    pages = [
        _asked("limit", "Observations a page.", {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000}),
        _asked("cursor", "As in the link to the next page.", {"type": "string", "pattern": "^[0-9a-z]{1,13}$"}),
    ]
    within = [_COMPONENT, _since("a day"), _TO, *pages]
    label = _asked("period", "Such as 2026-10, 2026-Q4, 2026, 2026-W40, 2026-10-05.", TEXT, "path")
    edition = _asked(
        "edition", "One that was sealed, by its number.", {"type": "integer", "minimum": 1, "maximum": 1_000_000}
    )
    one = "/api/v1/components/{component}"
    lines = {"application/x-ndjson": {"schema": {**TEXT, "description": "Each line is an `Observation`."}}}
    return [
        ("/api/v1/openapi.json", _get("This document.", [], _as_json({"type": "object"}))),
        ("/api/v1/components", _get("All components.", [], _as_json(ref("Components")))),
        (one, _get("One component.", [_COMPONENT], _as_json(ref("Component")))),
        (
            f"{one}/timeline",
            _get("Its states, a partition of a span.", [_COMPONENT, *month], _as_json(ref("Timeline")), PARTS),
        ),
        (
            f"{one}/observations.csv",
            _get(f"Observations: {', '.join(COLUMNS)}.", within, {"text/csv": {"schema": TEXT}}, PAGED),
        ),
        (f"{one}/observations.jsonl", _get("Observations.", within, lines, PAGED)),
        (
            "/api/v1/outages",
            _get(
                "Measured outages that share time with a span, newest first, with their true edges.",
                [_asked("component", "Of this component only.", {**TEXT, "enum": list(components)}), *month],
                _as_json(ref("Outages")),
                PARTS,
            ),
        ),
        (
            "/api/v1/incidents",
            _get(
                "What was told of incidents that share time with a span, newest first, beside what was measured.",
                [_asked("component", "About this component only.", {**TEXT, "enum": list(components)}), *month],
                _as_json(ref("Incidents")),
                PARTS,
            ),
        ),
        (
            "/api/v1/maintenances",
            _get(
                "Maintenance that shares time with a span, the latest first, with each plan as it was announced.",
                [
                    _asked("component", "Of this component only.", {**TEXT, "enum": list(components)}),
                    _asked("from", "From this instant on; 30 days ago when it is not given.", _INSTANT),
                    _asked("to", "Until this instant; a year from now when it is not given or later.", _INSTANT),
                ],
                _as_json(ref("Maintenances")),
                PARTS,
            ),
        ),
        (
            f"{one}/unconfirmed",
            _get(
                "Failures that were no outage, because what was asked again answered.",
                [_COMPONENT, _since("a day"), _TO],
                _as_json(ref("Unconfirmed")),
                PARTS,
            ),
        ),
        (
            "/api/v1/blind",
            _get("When the monitor itself could not see, newest first.", month, _as_json(ref("Blinds")), PARTS),
        ),
        ("/api/v1/agreements", _get("All agreements.", [], _as_json(ref("Agreements")))),
        ("/api/v1/agreements/{agreement}", _get("One agreement.", [_AGREEMENT], _as_json(ref("Agreement")))),
        (
            "/api/v1/agreements/{agreement}/statements/{period}",
            _get(
                "What the agreement says about a period: as last sealed, or to date.",
                [_AGREEMENT, label, edition],
                _as_json(ref("Statement")),
            ),
        ),
    ]


def _as_json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _get(summary: str, parameters: list[Schema], content: Schema, link: str = "") -> Schema:
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    answer: Schema = {"description": summary, "content": content}
    if link:
        answer["headers"] = {"Link": {"description": link, "schema": TEXT}}
    return {
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": answer,
            "304": {"description": "Unchanged: the `If-None-Match` that was sent is its `ETag`."},
            "400": {"description": "A parameter was not understood.", "content": problem},
            "404": {"description": "There is no such thing.", "content": problem},
        },
    }
