"""What was measured beside what was told: the outages that incidents tell of, of their components and in their time."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.incidents.incident import Incident
from monitor.timeline.span import Span
from statuspage.pages.told import Measured, measured
from statuspage.views import Facts


def recounted(facts: Facts, incidents: Sequence[Incident]) -> list[tuple[Incident, Measured]]:
    """Each incident with what was measured of it. The record is asked once for all of them."""
    since = facts.reader.since() if facts.reader else None
    spans = [_span(each, facts.now, facts.now if since is None else since) for each in incidents]
    known = [each for each in spans if each]
    names = {name for each in incidents for name in each.components}
    whole = Span(min(each.start for each in known), max(each.end for each in known)) if known else None
    found = facts.whole(whole, names) if whole else {}
    return [
        (
            each,
            measured(
                each,
                (
                    outage
                    for name in each.components
                    for outage in found.get(name, ())
                    if span and outage.start < span.end and (outage.end is None or outage.end > span.start)
                ),
            ),
        )
        for each, span in zip(incidents, spans, strict=True)
    ]


def _span(incident: Incident, now: int, since: int) -> Span | None:
    """The time that it tells of, as far as anything was watched then."""
    begin = max(incident.start, since)
    end = now + 1 if incident.end is None else max(incident.end, incident.start + 1)
    return Span(begin, end) if begin < end else None
