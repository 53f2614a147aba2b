"""Our own documents, which say what v2 has no word for: unknown time, exact figures, the statement of an agreement."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.incidents.book import Book
from monitor.incidents.labels import Labelled, touching
from monitor.rows import cell
from monitor.sla.document import share
from monitor.sla.periods import instant
from monitor.sla.quantity import plain
from monitor.sla.statement import Versions
from monitor.timeline.blind import Blind
from monitor.timeline.model import Observation, Outage, Reason, State, Stretch, Timeline
from monitor.timeline.period import Period
from monitor.timeline.record import Edition
from monitor.timeline.span import Span
from statuspage.api.ids import public_id
from statuspage.pages.tally import Tally, tally, total
from statuspage.views import Row

Document = dict[str, Any]
WINDOWS = (30, 90)  # days
LOOK_BACK = 90 * 86_400
COLUMNS = ("component", "probe", "location", "slot", "began", "outcome", "reason", "duration_us")


def component(row: Row, stretch: Stretch | None, now: int, unstable: int | None) -> Document:
    """A component, the stretch it is in, since when it goes up and down (None: it does not), and how much it was up."""
    about = row.component
    since = stretch.span.start if stretch and stretch.span.start > now - LOOK_BACK else None
    return {
        "id": about.id,
        "name": about.name,
        "group": about.group or None,
        "description": about.description or None,
        "public_id": public_id("component", about.id),
        "state": stretch.state.value if stretch else State.UNKNOWN.value,
        "reason": stretch.reason.word if stretch and stretch.reason else None,
        "since": None if since is None else instant(since),
        "unstable_since": None if unstable is None else instant(unstable),
        "needs": list(about.needs),
        "uptime": [{"days": days, **_tally(total(row.days[-days:]))} for days in WINDOWS],
    }


def timeline(component: str, found: Timeline, span: Span) -> Document:
    """The states of a component, a partition of the span."""
    found = found or (Stretch(span, State.UNKNOWN, Reason.NOT_WATCHED),)
    return {
        "component": component,
        "from": instant(span.start),
        "to": instant(span.end),
        "totals": _tally(tally(found, [span])[0]),
        "stretches": [
            {
                "start": instant(each.span.start),
                "end": instant(each.span.end),
                "seconds": each.span.seconds,
                "state": each.state.value,
                "reason": each.reason.word if each.reason else None,
            }
            for each in found
        ],
    }


def outages(
    found: Iterable[Outage],
    span: Span,
    because: Callable[[Outage], str | None],
    labels: Sequence[Labelled],
    told: Book,
) -> Document:
    """Measured outages, newest first, and the component whose outage explains them. One that is still open has no end.

    With what people say of them: their labels, and the incident that tells of it.
    """
    listed = sorted(found, key=lambda each: (each.start, each.component), reverse=True)
    return {
        "from": instant(span.start),
        "to": instant(span.end),
        "outages": [
            {
                "component": each.component,
                "start": instant(each.start),
                "end": None if each.end is None else instant(each.end),
                "down_seconds": each.down_seconds,
                "reason": each.reason.word,
                "because": because(each),
                "incident": story.id if (story := told.about(each.component, each.start, each.end)) else None,
                "labels": [_label(one) for one in touching(labels, each)],
            }
            for each in listed
        ],
    }


def _label(each: Labelled) -> Document:
    return {
        "kind": each.label.kind,
        "by": each.label.by,
        "why": each.label.why,
        "at": instant(each.label.at),
        "until": None if each.after is None else instant(each.after.at),
    }


def _perhaps(second: int | None) -> str | None:
    return None if second is None else instant(second)


def unconfirmed(component: str, found: Iterable[Observation], span: Span) -> Document:
    """Failures that were no outage, newest first."""
    return {
        "component": component,
        "from": instant(span.start),
        "to": instant(span.end),
        "failures": [
            {"at": _precisely(each.start_ms), "reason": each.reason.word if each.reason else None} for each in found
        ],
    }


def blind(found: Iterable[Blind], span: Span) -> Document:
    """When the monitor could not see, newest first. What still lasts has no end."""
    return {
        "from": instant(span.start),
        "to": instant(span.end),
        "blind": [
            {
                "start": instant(each.start),
                "end": None if each.end is None else instant(each.end),
                "cause": each.cause,
            }
            for each in found
        ],
    }


def agreement(versions: Versions, current: str, periods: Sequence[Period], editions: Sequence[Edition]) -> Document:
    """What was agreed, and which statements there are of it."""
    terms = versions.newest
    return {
        "id": terms.id,
        "title": terms.title,
        "provider": terms.head.provider or None,
        "kind": terms.head.kind,
        "timezone": terms.timezone,
        "currency": terms.head.currency,
        "versions": [each.effective_from.isoformat() for each in versions.every],
        "objectives": [
            {
                "id": each.id,
                "title": each.title or None,
                "metric": each.metric,
                "components": list(each.of.components),
                "of": each.of.mode,
                "period": each.period,
                "target": plain(each.target),
            }
            for each in terms.objectives
        ],
        "current_period": current,
        "periods": [each.label for each in periods],
        "sealed": [
            {"period": each.period, "edition": each.number, "sealed_at": instant(each.sealed_at), "reason": each.reason}
            for each in editions
        ],
    }


def _tally(found: Tally) -> Document:
    return {
        "operational_seconds": found.up,
        "degraded_seconds": found.degraded,
        "down_seconds": found.down,
        "unknown_seconds": found.unknown,
        "availability": share(found.availability),
    }


def observation(component: str, seen: Observation) -> Document:
    """An observation as strangers may see it: what it says and how long it took, nothing of what was asked and answered."""
    return {
        "component": component,
        "probe": public_id("probe", seen.probe),
        "location": seen.location,
        "slot": _precisely(seen.slot_ms),
        "began": _precisely(seen.start_ms),
        "outcome": seen.outcome.value,
        "reason": seen.reason.word if seen.reason else None,
        "duration_us": seen.phases.total_us,
    }


def as_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """JSON, one observation a line."""
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)


def as_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV with a heading. No cell is a formula to a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows([cell(row[column]) for column in COLUMNS] for row in rows)
    return written.getvalue()


FORMATS: dict[str, tuple[str, Callable[[Iterable[Mapping[str, Any]]], str]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", as_table),
    "jsonl": ("application/x-ndjson", as_lines),
}


def _precisely(ms: int) -> str:
    """``2026-03-02T10:12:00.125Z``."""
    whole, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"
