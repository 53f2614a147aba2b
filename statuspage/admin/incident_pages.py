"""Incidents in the admin: opened in two taps, shown beforehand as customers will see them, updated, resolved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request

from monitor import saying
from monitor.incidents import incident as incidents
from monitor.incidents.drafts import DISCARDED, published, waiting
from monitor.incidents.event import INCIDENT, Event, StepError
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import IMPACTS, INCIDENTS, SEVERITIES, STATES, Phase
from monitor.incidents.template import Template, filled, titled
from monitor.incidents.template import spoken as in_languages
from monitor.incidents.together import opening
from monitor.saying import BehindError, Wish
from monitor.store import Conflict, open_desk
from statuspage.admin.house import House, Routes
from statuspage.admin.telling_pages import audience, was_told

CHOICES = {"impacts": IMPACTS, "severities": SEVERITIES, "states": STATES}
OPEN_PHASES = ("investigating", "identified", "monitoring", "resolved")
SHOWN = 50


routes = Routes()


@routes.get("/incidents", "incidents")
def listed(house: House) -> Any:
    """The newest incidents."""
    return render_template("admin/incidents.html", found=house.book().incidents[:SHOWN])


@routes.get("/incidents/new")
def new_incident(house: House) -> Any:
    """The form, with words that are ready, and what customers will see if it is published as it is."""
    wish = _ready(house, request.args.get("template"), request.args.getlist("component"), request.args.get("outage"))
    return _opening_page(house, wish, wish.outage or saying.fresh_id())


@routes.post("/incidents/new")
def open_incident(house: House) -> Any:
    """Show it, or publish it."""
    form = house.form()
    wish, name = form.words(), saying.fresh_id()
    try:
        name = form.subject()
        wish = saying.of_outage(house.facts().reader, form.wish())
        events = saying.opened(house.config, house.book(), wish, name, house.who(), house.clock.now())
        if request.form.get("do") == "publish":
            house.say(*events)
            return redirect(f"/incidents/{name}", 303)
    except (StepError, Conflict) as error:
        house.look_again()
        if found := house.book().incident(name):
            if house.is_said(found.events[0], wish):  # the form was sent twice
                return redirect(f"/incidents/{name}", 303)
            return _incident_page(house, found, wish, behind=0, status=409)
        return _opening_page(house, wish, name, str(error), 422)
    return _opening_page(house, wish, name)


@routes.get("/incidents/<name>")
def incident(house: House, name: str) -> Any:
    """One incident, and the form to say more."""
    found = house.book().incident(name) or abort(404)
    step = request.args.get("step", "")
    wish = Wish(step=step if step in INCIDENTS[found.phase] else "")
    if wish.step == Phase.RESOLVED:
        wish = replace(wish, texts=_resolved(house, found))
    return _incident_page(house, found, wish)


@routes.post("/incidents/<name>")
def update_incident(house: House, name: str) -> Any:
    """Show what is new, or publish it. Who did not see what was said meanwhile sees it first, and keeps the text."""
    form, found = house.form(), house.book().incident(name) or abort(404)
    wish = form.words()
    try:
        wish = form.wish()
        after = form.number("after")
        events = saying.updated(house.config, house.book(), wish, name, house.who(), house.clock.now(), after)
        if request.form.get("do") == "publish":
            house.say(*events)
            return redirect(f"/incidents/{name}", 303)
    except (BehindError, Conflict):
        house.look_again()
        found = house.book().incident(name) or found
        return _incident_page(house, found, wish, behind=form.number("after") or 0, status=409)
    except StepError as error:
        return _incident_page(house, found, wish, str(error), status=422)
    return _incident_page(house, found, wish, preview=events)


@routes.post("/drafts/<name>/publish")
def publish_draft(house: House, name: str) -> Any:
    """Publish what was drafted, as it was seen. Who comes second sees what the first said."""
    if found := house.book().incident(name):
        if found.events[0].by == house.who():  # the form was sent twice
            return redirect(f"/incidents/{name}", 303)
        return _incident_page(house, found, Wish(), behind=0, status=409)
    draft = _draft(house, name)
    try:
        if house.form().number("after") not in (None, len(draft.events)):
            abort(409)
        events = opening(house.book(), published(draft, house.clock.now(), house.who()))
        house.say(*events)
    except (StepError, Conflict):
        house.look_again()
        return _incident_page(house, house.book().incident(name) or abort(409), Wish(), behind=0, status=409)
    return redirect(f"/incidents/{name}", 303)


@routes.post("/drafts/<name>/discard")
def discard_draft(house: House, name: str) -> Any:
    """Take a draft off the list."""
    draft = _draft(house, name)
    desk = open_desk(house.config.storage.url.reveal(), house.clock)
    try:
        desk.draft(Event(INCIDENT, name, len(draft.events) + 1, house.clock.now(), house.who(), DISCARDED))
    except Conflict:
        abort(409)
    finally:
        desk.close()
    house.note("draft discarded", name)
    return redirect("/", 303)


def _draft(house: House, name: str) -> Incident:
    reader = house.facts().reader or abort(404)
    return next((each for each in waiting(reader.drafts(), house.book()) if each.id == name), None) or abort(404)


def _ready(house: House, template: str | None, components: list[str], outage: str | None) -> Wish:
    """What the form says at first: words that are ready, of what is down."""
    ready = {each.id: each for each in house.config.templates}.get(template or "")
    known = {each.id for each in house.config.components}
    states = {name: "down" for name in components if name in known} or dict(ready.components if ready else {})
    start = None
    reader = house.facts().reader
    if outage and reader and (found := reader.notices_of(outage)):
        states, start = {found[0].component: "down"} | states, found[0].start
    else:
        outage = None
    if ready is None and not states:
        return Wish(step="investigating")
    words = in_languages(ready or house.config.incidents.template, house.config.page.languages)
    own = Template("", words.titles, (ready.texts if ready else {}) or OURS)
    names = house.words.names(states)
    texts = {code: text for code, text in filled(own.texts, names).items() if code in house.config.page.languages}
    return Wish(
        "investigating",
        titled(own.titles, names),
        texts,
        states,
        ready.impact if ready else None,
        ready.severity if ready else None,
        start,
        outage=outage,
    )


OURS = {"en": "We are looking into it.", "nl": "Wij zoeken het uit."}


def _resolved(house: House, found: Incident) -> dict[str, str]:
    """The last words of the template that it was opened with, if that has any."""
    names = house.words.names(found.components)
    own = set(found.titles.values())
    ready = next(
        (each.resolved for each in house.config.templates if own & set(titled(each.titles, names).values())), {}
    )
    return {code: text for code, text in filled(ready, names).items() if code in house.words.languages}


def _opening_page(house: House, wish: Wish, name: str, wrong: str = "", status: int = 200) -> Any:
    shown, may_publish, to = [], False, None
    try:
        events = saying.opened(house.config, house.book(), wish, name, house.who(), house.clock.now())
        made = incidents.told(None, events[0])
        shown, may_publish, to = house.words.preview(made), True, audience(house, made)
    except StepError as error:
        wrong = wrong or (str(error) if request.method == "POST" else "")
    given = {"wish": wish, "subject": name, "wrong": wrong, "shown": shown, "may_publish": may_publish, "audience": to}
    page = render_template("admin/open.html", phases=OPEN_PHASES, ready=house.config.templates, **CHOICES, **given)
    return page, status


def _incident_page(
    house: House,
    found: Incident,
    wish: Wish,
    wrong: str = "",
    behind: int | None = None,
    status: int = 200,
    preview: tuple[Event, ...] = (),
) -> Any:
    made = incidents.told(found, preview[0]) if preview else None
    shown = house.words.preview(made) if made else []
    steps = [each for each in INCIDENTS[found.phase] if each not in (Phase.MERGED, "corrected", "acknowledged")]
    order = [str(each) for each in Phase]
    meanwhile = found.events[behind:] if behind is not None else ()
    given = {"wish": wish, "wrong": wrong, "shown": shown, "meanwhile": meanwhile}
    page = render_template(
        "admin/incident.html",
        each=found,
        steps=sorted(steps, key=order.index),
        can_acknowledge="acknowledged" in INCIDENTS[found.phase] and found.acknowledged is None,
        others=[one for one in house.book().incidents[:SHOWN] if one.id != found.id and one.phase.is_open],
        can_merge=Phase.MERGED in INCIDENTS[found.phase],
        can_correct="corrected" in INCIDENTS[found.phase],
        audience=audience(house, made) if made else None,
        was_told=was_told(house, found),
        **CHOICES,
        **given,
    )
    return page, status
