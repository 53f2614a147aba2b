"""The other pages of the admin: what is down now, labels, the audit trail, people."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request

from monitor import saying
from monitor.access import IDLE, LONGEST
from monitor.incidents.drafts import waiting
from monitor.incidents.event import StepError
from monitor.incidents.labels import NONE
from monitor.sla.clauses import KINDS
from monitor.store import PeopleError
from monitor.timeline.model import State
from monitor.timeline.record import Label
from monitor.timeline.span import Span
from statuspage.admin.house import House, Routes
from statuspage.pages.edges import standing
from statuspage.views import LEAST_SILENCE, Facts

LOOK_BACK = 3600
DAYS_OF_LABELS = 35
ROWS = 200


routes = Routes()


@routes.get("/")
def now(house: House) -> Any:
    """What is down now, what is told of it, what is to come."""
    facts, told = house.facts(), house.book()
    drafts = waiting(facts.reader.drafts(), told) if facts.reader else ()
    return render_template(
        "admin/now.html",
        trouble=_trouble(facts),
        open=told.open(),
        running=told.running(facts.now),
        upcoming=told.upcoming(facts.now)[:10],
        drafts=drafts,
        ready=house.config.templates,
        newest=facts.newest,
        is_silent=facts.is_stale,
    )


@routes.get("/labels")
def labels(house: House) -> Any:
    """Outages, and what was said of them."""
    facts = house.facts()
    found = facts.outages(Span(facts.now - DAYS_OF_LABELS * 86_400, facts.now + 1)) if facts.reader else {}
    outages = sorted((each for of in found.values() for each in of), key=lambda each: -each.start)[:ROWS]
    name_of = facts.names(outages)
    rows = [(each, name_of(each)) for each in outages]
    return render_template("admin/labels.html", rows=rows, labels=facts.labels[::-1][:ROWS])


@routes.get("/labels/new")
def new_label(house: House) -> Any:
    """The form."""
    fields = {name: request.args.get(name, "") for name in ("outage", "component", "start", "end")}
    return _label_page(house, fields)


@routes.post("/labels/new")
def label(house: House) -> Any:
    """Label an outage or a span of time."""
    fields = {name: house.form().text(name) for name in ("outage", "component", "start", "end", "kind", "why")}
    facts = house.facts()
    try:
        if facts.reader is None:
            raise StepError("there is no record yet")
        made = _label(house, facts, fields)
        house.label(saying.labelled(house.config, facts.reader, made))
    except StepError as error:
        return _label_page(house, fields, str(error), 422)
    return redirect("/labels", 303)


@routes.get("/audit")
def audit(house: House) -> Any:
    """Who did what."""
    before = request.args.get("before", "")
    number = int(before) if before.isdecimal() and len(before) < 16 else None
    rows = house.access.people.deeds(ROWS, number)
    return render_template("admin/audit.html", rows=rows, more=len(rows) == ROWS)


@routes.get("/people")
def people(house: House) -> Any:
    """Operators, who is in, tokens."""
    return _people_page(house)


@routes.post("/people/sessions")
def end_session(house: House) -> Any:
    """End somebody's session."""
    people, wanted = house.access.people, request.form.get("session", "")
    going_on = people.sessions(house.clock.now(), IDLE, LONGEST)
    found = next((each for each in going_on if each.key == wanted), None)
    if found:
        people.end_session(wanted, house.deed("session ended by an owner", found.operator.name, found.address))
    return redirect("/people", 303)


@routes.post("/people/tokens")
def revoke_token(house: House) -> Any:
    """End a token."""
    name = request.form.get("token", "")[:64]
    try:
        house.access.people.revoke(name, house.clock.now(), house.deed("token revoked", name))
    except PeopleError as error:
        return _people_page(house, str(error), 422)
    return redirect("/people", 303)


@routes.get("/healthz")
def healthz(_: House) -> Any:
    """That it answers."""
    return {"status": "ok"}


def _trouble(facts: Facts) -> list[dict[str, Any]]:
    """Each component that is not well: its state, the outage that goes on and its name, and the incident that tells of it."""
    drawn = facts.timelines(Span(facts.now - LOOK_BACK, facts.now + 1))
    bad = [
        each.id
        for each in facts.config.components
        if (found := standing(drawn.get(each.id, ()), LEAST_SILENCE)) and found.state is not State.OPERATIONAL
    ]
    rows = []
    for row in facts.rows(bad) if bad else ():
        outage = next((each for each in row.outages if each.is_open), None)
        name = facts.names([outage])(outage) if outage else None
        told = facts.told.about(row.component.id, outage.start, None) if outage else None
        rows.append({"row": row, "outage": outage, "name": name, "told": told})
    return rows


def _label(house: House, facts: Facts, fields: dict[str, str]) -> Label:
    who, now = house.who(), house.clock.now()
    if fields["outage"]:
        assert facts.reader  # noqa: S101 -- looked at by the caller
        found = saying.measured(facts.reader, fields["outage"])
        return saying.label_of(found, fields["kind"], who, fields["why"], now)
    start, end = (saying.when(house.config, fields[name], name) for name in ("start", "end"))
    return Label(now, fields["component"], start, end, fields["kind"], who, fields["why"])


def _label_page(house: House, fields: dict[str, str], wrong: str = "", status: int = 200) -> Any:
    house.facts()
    return render_template("admin/label.html", fields=fields, wrong=wrong, kinds=[*KINDS, NONE]), status


def _people_page(house: House, wrong: str = "", status: int = 200) -> Any:
    now, people = house.clock.now(), house.access.people
    g.now = now
    return render_template(
        "admin/people.html",
        operators=people.operators(),
        sessions=people.sessions(now, IDLE, LONGEST),
        tokens=people.tokens(),
        wrong=wrong,
    ), status
