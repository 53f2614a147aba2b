"""The pages of incidents and maintenance. Like ``app`` it stands at the door to Flask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, abort, g, redirect, render_template
from werkzeug.wrappers import Response

from monitor.config import Config
from monitor.incidents.course import OVERRUNS, REMINDER, of_maintenance
from monitor.incidents.labels import touching
from monitor.timeline.model import Outage
from monitor.timeline.span import Span
from statuspage import headers
from statuspage.api.ids import Outages
from statuspage.api.told import told_incident_id, told_maintenance_id
from statuspage.pages import told
from statuspage.pages.diary import DAYS, diary, seen
from statuspage.pages.tally import calendar
from statuspage.pages.wording import WORDS
from statuspage.prose import prose
from statuspage.recounted import recounted
from statuspage.views import Facts, Row, anchor

Routing = Callable[[str], Callable[[Callable[..., Any]], Callable[..., Any]]]


def add_incident_pages(app: Flask, route: Routing, config: Config) -> None:
    """Each incident and each maintenance under an address of its own, which never changes."""
    known = Outages()
    public = {component.id: component.name for component in config.components}

    @app.context_processor
    def words() -> dict[str, Any]:
        return _words(public)

    @route("/incidents/<name>")
    def incident(name: str) -> str | Response:
        facts: Facts = g.facts
        found = facts.told.incident(name)
        if found is None and (own := _own_address(facts, name)):
            return redirect(f"{g.prefix}{own}", 308)
        if found is None:
            return _measured(facts, name, known)
        g.kept = headers.PAGE if found.phase.is_open else headers.OVER
        notices = [each for outage in found.outages for each in facts.notices_of(outage)]
        ((_, measured),) = recounted(facts, (found,))
        return render_template("incident.html", each=found, measured=measured, notices=notices, anchor=anchor)

    @route("/maintenances/<name>")
    def maintenance(name: str) -> str | Response:
        facts: Facts = g.facts
        found = facts.told.maintenance(name)
        if found is None:
            return redirect(f"{g.prefix}{_own_address(facts, name) or abort(404)}", 308)
        further = [each for each in facts.told.upcoming(facts.now) if each.id.startswith(f"{found.id}-")]
        unsaid = [each for each in of_maintenance(found, facts.now) if each.step in (REMINDER, OVERRUNS)]
        shown = further if found.repeat else ()
        return render_template("maintenance.html", each=found, further=shown, unsaid=unsaid)


def _measured(facts: Facts, name: str, known: Outages) -> str | Response:
    """The page of an outage that was measured, under its name; programs know it under another one."""
    notices = facts.notices_of(name)
    if not notices:
        own = known.name(name, facts.reader.opened_after) if facts.reader else None
        return redirect(f"{g.prefix}/incidents/{own or abort(404)}", 308)
    newest = notices[0]
    g.kept = headers.OVER if newest.kind == "closed" else headers.PAGE
    story = facts.told.about(newest.component, newest.start, newest.end)
    outage = Outage(newest.component, newest.start, newest.end, newest.down_seconds, newest.reason)
    return render_template("outage.html", notices=notices, last=newest, outage=outage, story=story, anchor=anchor)


def _own_address(facts: Facts, name: str) -> str | None:
    """Where a maintenance of this name stands, or what programs know under this id: they make its address themselves."""
    for work in facts.told.maintenances:
        if name in (work.id, told_maintenance_id(work.id)):
            return f"/maintenances/{work.id}"
    known = (each.id for each in facts.told.incidents if name == told_incident_id(each))
    return next((f"/incidents/{each}" for each in known), None)


def on_overview(facts: Facts, down: Sequence[tuple[Outage, str]]) -> dict[str, Any]:
    """What is told on the overview: what goes on, what is to come. What is down stands inside the incident that tells of it."""
    inside: dict[str, list[tuple[Outage, str]]] = {each.id: [] for each in facts.told.open()}
    apart: list[tuple[Outage, str]] = []
    for outage, name in down:
        story = facts.told.about(outage.component, outage.start, outage.end)
        (inside[story.id] if story and story.id in inside else apart).append((outage, name))
    return {
        "incidents": facts.told.open(),
        "inside": inside,
        "down": apart,
        "running": facts.told.running(facts.now),
        "upcoming": facts.told.upcoming(facts.now),
    }


def diary_of(facts: Facts, rows: Sequence[Row]) -> dict[str, Any]:
    """The last two weeks of these components, day by day, and how to find what an outage of them is called."""
    days = calendar(facts.now, DAYS, facts.config.page.timezone)
    known = seen([row.runs for row in rows], len(rows[0].calendar) - len(days), len(days)) if rows else set()
    pages = diary(facts.now, days, facts.told, [row.outages for row in rows], known)
    down = [each for row in rows for each in row.outages if each.is_open]
    return {"diary": pages, "outage_name": facts.names((*down, *(each for page in pages for each in page.outages)))}


def in_span(facts: Facts, span: Span) -> dict[str, Any]:
    """What was told of a span of time."""
    incidents, maintenances = facts.told.within(span)
    figure = told.telling(recounted(facts, incidents))
    return {"incidents": incidents, "maintenances": maintenances, "telling": figure}


def news_of(facts: Facts, row: Row) -> dict[str, Any]:
    """What was told of a component in the days that are shown of it, and of work on it that is to come."""
    name, begin = row.component.id, row.calendar[0].span.start
    every = facts.told
    return {
        "incidents": [each for each in every.apart() if name in each.components and (each.end or facts.now) >= begin],
        "maintenances": [
            each for each in every.maintenances if name in each.components and max(each.end, each.ended or 0) > begin
        ],
    }


def _words(public: dict[str, str]) -> dict[str, Any]:
    """What templates need to show what people said. Only ``public`` components have a page that a link can lead to."""
    facts: Facts | None = g.get("facts")
    names = {each.id: each.name for each in facts.config.components} if g.get("private") and facts else public

    def covering(outage: Outage) -> Any:
        return facts.told.about(outage.component, outage.start, outage.end) if facts else None

    return {
        "now": facts.now if facts else 0,
        "named": lambda component: names.get(component, component),
        "known": lambda component: component in public,
        "covering": covering,
        "labels_on": lambda outage: touching(facts.labels, outage) if facts else (),
        "label_word": lambda kind: g.language.text(WORDS[kind]),
        "incident_named": lambda name: facts.told.incident(name) if facts and name else None,
        "spoken": told.spoken,
        "newest_words": told.newest_words,
        "prose": prose,
        "step_word": lambda step: g.language.text(told.WORDS[step]),
        "impact_word": lambda impact: g.language.text(told.IMPACTS[impact]),
        "said_state": lambda state: g.language.text(told.STATES[state]),
    }
