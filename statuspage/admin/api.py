"""The API by which programs tell customers: the same rules as the pages, with a token in the place of a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, g, jsonify, request

from monitor import saying
from monitor.incidents.event import INCIDENT, MAINTENANCE, Event, StepError
from monitor.saying import BehindError
from monitor.store import Conflict
from monitor.timeline.record import Label
from statuspage.admin import bodies, shown
from statuspage.admin.house import House, Routes
from statuspage.admin.once import BadKeyError, KeyReusedError, Once, Saying, plan_of, planned
from statuspage.admin.openapi import document

MOST = 100


routes = Routes()


@routes.get("/api/v1/openapi.json", "api_document")
def description(house: House) -> Any:
    """What it takes and answers."""
    return jsonify(document(house.config))


@routes.get("/api/v1/incidents", "api_incidents")
def list_incidents(house: House) -> Any:
    """The newest incidents."""
    found = house.book().incidents[:MOST]
    return jsonify(incidents=[shown.incident(each, house.base) for each in found])


@routes.get("/api/v1/incidents/<name>", "api_incident")
def show_incident(house: House, name: str) -> Any:
    """One incident."""
    return jsonify(_shown(house, INCIDENT, name) or abort(404))


@routes.post("/api/v1/incidents", "api_open_incident")
def open_incident(house: House) -> Any:
    """Open one."""
    body = _body()

    def make() -> Saying:
        asked = bodies.read(body, bodies.Opening)
        name, at = asked.outage or saying.fresh_id(), house.clock.now()
        wish = saying.of_outage(house.facts().reader, asked.wish(house.when))
        return _said(house, saying.opened(house.config, house.book(), wish, name, house.who(), at))

    return _written(house, make)


@routes.post("/api/v1/incidents/<name>/updates", "api_update_incident")
def update_incident(house: House, name: str) -> Any:
    """Say what is new of one."""
    body = _body()
    if house.book().incident(name) is None:
        abort(404)

    def make() -> Saying:
        asked, at = bodies.read(body, bodies.Update), house.clock.now()
        wish = asked.wish(house.when)
        return _said(house, saying.updated(house.config, house.book(), wish, name, house.who(), at, asked.after))

    return _written(house, make)


@routes.get("/api/v1/maintenances", "api_maintenances")
def list_maintenances(house: House) -> Any:
    """The newest maintenance."""
    found = house.book().maintenances[:MOST]
    return jsonify(maintenances=[shown.maintenance(each, house.base, house.facts().now) for each in found])


@routes.get("/api/v1/maintenances/<name>", "api_maintenance")
def show_maintenance(house: House, name: str) -> Any:
    """One maintenance."""
    return jsonify(_shown(house, MAINTENANCE, name) or abort(404))


@routes.post("/api/v1/maintenances", "api_schedule_maintenance")
def schedule_maintenance(house: House) -> Any:
    """Announce one."""
    body = _body()

    def make() -> Saying:
        wish = bodies.read(body, bodies.Planning).wish(house.when)
        name, at = saying.fresh_id(), house.clock.now()
        return _said(house, saying.scheduled(house.config, house.book(), wish, name, house.who(), at))

    return _written(house, make)


@routes.post("/api/v1/maintenances/<name>/updates", "api_update_maintenance")
def update_maintenance(house: House, name: str) -> Any:
    """Say what is new of one."""
    body = _body()
    if house.book().maintenance(name) is None:
        abort(404)

    def make() -> Saying:
        asked, at = bodies.read(body, bodies.Progress), house.clock.now()
        wish = asked.wish(house.when)
        return _said(house, saying.worked(house.config, house.book(), wish, name, house.who(), at, asked.after))

    return _written(house, make)


@routes.get("/api/v1/labels", "api_labels")
def list_labels(house: House) -> Any:
    """The newest labels."""
    reader = house.facts().reader
    return jsonify(labels=[shown.label(each) for each in (reader.labels()[::-1][:MOST] if reader else ())])


@routes.post("/api/v1/labels", "api_label")
def add_label(house: House) -> Any:
    """Label an outage or a span of time."""
    body = _body()

    def make() -> Saying:
        reader = house.facts().reader
        if reader is None:
            raise StepError("there is no record yet")
        made = saying.labelled(house.config, reader, _label(house, bodies.read(body, bodies.Labelling)))
        return Saying(plan_of(made), lambda: house.label(made), lambda: shown.label(made))

    return _written(house, make)


def _written(house: House, make: Callable[[], Saying]) -> Any:
    """Do it once, and answer; or say why not."""
    asked = f"{request.method} {request.path}\n".encode() + request.get_data()
    once = Once(house.access.people, house.clock)
    key = request.headers.get("Idempotency-Key")
    try:
        found, is_again = once.do(g.token.id, key, asked, make, lambda plan: _was_said(house, plan))
    except (BehindError, Conflict) as error:
        return jsonify(error=str(error)), 409
    except StepError as error:
        return jsonify(error=str(error)), 422
    except KeyReusedError:
        return jsonify(error="this Idempotency-Key was used for another request"), 422
    except BadKeyError:
        return jsonify(error="an Idempotency-Key is 1 to 255 visible characters of ASCII"), 400
    return jsonify(found), 201, {"Idempotent-Replayed": "true"} if is_again else {}


def _said(house: House, events: tuple[Event, ...]) -> Saying:
    first = events[0]
    return Saying(plan_of(first), lambda: house.say(*events), lambda: _shown(house, first.account, first.subject))


def _was_said(house: House, plan: str) -> Any:
    """The answer to what was planned, if the record has it."""
    house.look_again()
    what = planned(plan)
    if isinstance(what, Label):
        reader = house.facts().reader
        return shown.label(what) if reader and what in reader.labels() else None
    book = house.book()
    found = book.incident(what.subject) if what.account == INCIDENT else book.maintenance(what.subject)
    is_there = found is not None and len(found.events) >= what.number and found.events[what.number - 1] == what
    return _shown(house, what.account, what.subject) if is_there else None


def _shown(house: House, account: str, name: str) -> Any:
    """It, as it is now in the record; None when it is not there."""
    house.look_again()
    book, now = house.book(), house.facts().now
    if account == INCIDENT:
        incident = book.incident(name)
        return incident and shown.incident(incident, house.base)
    maintenance = book.maintenance(name)
    return maintenance and shown.maintenance(maintenance, house.base, now)


def _body() -> Any:
    """The body as JSON. 415 or 400 when it is none."""
    if request.mimetype != "application/json":
        abort(415)
    try:
        return request.get_json()
    except RecursionError:  # very many brackets
        abort(400)


def _label(house: House, asked: bodies.Labelling) -> Label:
    now, reader = house.clock.now(), house.facts().reader
    if asked.outage and reader:
        if asked.component or asked.starts_at or asked.ends_at:
            raise StepError("say an outage, or a component with starts_at and ends_at")
        return saying.label_of(saying.measured(reader, asked.outage), asked.kind, house.who(), asked.why, now)
    if not (asked.component and asked.starts_at and asked.ends_at):
        raise StepError("say an outage, or a component with starts_at and ends_at")
    start, end = house.when(asked.starts_at, "starts_at"), house.when(asked.ends_at, "ends_at")
    return Label(now, asked.component, start, end, asked.kind, house.who(), asked.why)
