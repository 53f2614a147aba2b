"""The words in which answers are described (JSON Schema), and the descriptions of what people tell."""

from __future__ import annotations

from typing import Any

from monitor.incidents.lifecycle import IMPACTS, SEVERITIES, STATES, UNDER_MAINTENANCE, Phase, Stage
from monitor.incidents.maintenance import KINDS as WORK
from monitor.sla.clauses import KINDS as EXCLUSIONS

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
AT: Schema = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$"}
PUBLIC: Schema = {"type": "string", "pattern": "^[0-9a-z]{12}$"}


def shape(**keys: Schema) -> Schema:
    """An object with exactly these keys, all of them."""
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}


def some(of: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": of}


def perhaps(of: Schema) -> Schema:
    """This, or nothing."""
    return {"anyOf": [of, {"type": "null"}]}


def ref(name: str) -> Schema:
    """The schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


TITLES: Schema = {"type": "object", "additionalProperties": TEXT, "description": "By language."}
STANDING: Schema = {"enum": [*STATES, UNDER_MAINTENANCE]}
TOLD: dict[str, Schema] = {
    "Update": {
        **shape(
            id=TEXT,
            at=AT,
            by={**perhaps(TEXT), "description": "Null for what came by its plan, with nobody saying so."},
            step={**TEXT, "description": "A phase or stage that it came to, or a note."},
            texts={**TITLES, "description": "By language, in the Markdown in which they were written."},
            changes=some(shape(component=TEXT, old=STANDING, new=STANDING)),
        ),
        "description": "One thing that was said. It is never edited.",
    },
    "Label": {
        **shape(kind={"enum": list(EXCLUSIONS)}, by=TEXT, why=TEXT, at=AT, until=perhaps(AT)),
        "description": "What a person says of it, for agreements to weigh; until when, if that was taken back.",
    },
    "Incident": shape(
        id=TEXT,
        titles=TITLES,
        phase={"enum": [phase.value for phase in Phase]},
        impact={"enum": list(IMPACTS)},
        severity=perhaps({"enum": list(SEVERITIES)}),
        components=some(shape(component=TEXT, state={"enum": list(STATES)})),
        start={**AT, "description": "As it is told; what was measured stands under `measured`."},
        end=perhaps(AT),
        published={**AT, "description": "When the first word of it was published."},
        acknowledged=perhaps(AT),
        backfilled={"type": "boolean"},
        automatic={"type": "boolean", "description": "Told by the monitor itself, and taken over by nobody."},
        merged_into={**perhaps(TEXT), "description": "The incident that tells of this one."},
        corrections=some(shape(at=AT, by=TEXT, what={"enum": ["start", "end"]}, old=AT, new=AT)),
        measured=shape(
            start=perhaps(AT),
            end=perhaps(AT),
            down_seconds=COUNT,
            first_word_after_seconds={
                **perhaps({"type": "integer"}),
                "description": "From the first measured failure to the first published word; negative when that came first.",
            },
            last_word_after_seconds=perhaps({"type": "integer"}),
        ),
        updates={**some(ref("Update")), "description": "Oldest first."},
    ),
    "Incidents": shape(
        **{
            "from": AT,
            "to": AT,
            "telling": {
                **shape(incidents=COUNT, measured=COUNT, automatic=COUNT, median_seconds=perhaps({"type": "integer"})),
                "description": "How many, beside how many anything was measured, how many were told first by the monitor, and the"
                " median of `first_word_after_seconds`.",
            },
            "incidents": some(ref("Incident")),
        }
    ),
    "Maintenance": shape(
        id=TEXT,
        titles=TITLES,
        stage={"enum": [stage.value for stage in Stage]},
        kind={"enum": list(WORK)},
        components=some(TEXT),
        start={**AT, "description": "By the newest plan."},
        end=AT,
        began={**perhaps(AT), "description": "When somebody began it; null when it began by its plan, or did not."},
        ended=perhaps(AT),
        overrun_seconds=COUNT,
        repeat={**perhaps(TEXT), "description": "The rule by which it comes back (RFC 5545)."},
        plans={
            **some(shape(start=AT, end=AT, announced=AT, recorded=AT)),
            "description": "Each window as it was announced, oldest first, and when the record had it.",
        },
        updates={**some(ref("Update")), "description": "Oldest first."},
    ),
    "Maintenances": shape(**{"from": AT, "to": AT, "maintenances": some(ref("Maintenance"))}),
}
