"""Maintenance in the admin."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request

from monitor import saying
from monitor.incidents import maintenance as maintenances
from monitor.incidents.event import Event, StepError
from monitor.incidents.lifecycle import MAINTENANCES, STOPPED, Stage
from monitor.incidents.maintenance import KINDS, Maintenance
from monitor.saying import BehindError, Wish
from monitor.store import Conflict
from statuspage.admin.house import House, Routes
from statuspage.admin.telling_pages import audience, was_told

SHOWN = 50


routes = Routes()


@routes.get("/maintenances", "maintenances")
def listed(house: House) -> Any:
    """The newest maintenance."""
    return render_template("admin/maintenances.html", found=house.book().maintenances[:SHOWN])


@routes.get("/maintenances/new")
def new_maintenance(house: House) -> Any:
    """The form."""
    return _planning_page(house, Wish(), saying.fresh_id())


@routes.post("/maintenances/new")
def schedule_maintenance(house: House) -> Any:
    """Show it, or publish it."""
    form = house.form()
    wish, name = form.words(), saying.fresh_id()
    try:
        name = form.subject()
        wish = form.wish()
        events = saying.scheduled(house.config, house.book(), wish, name, house.who(), house.clock.now())
        if request.form.get("do") == "publish":
            house.say(*events)
            return redirect(f"/maintenances/{name}", 303)
    except (StepError, Conflict) as error:
        house.look_again()
        if found := house.book().maintenance(name):
            if house.is_said(found.events[0], wish):  # the form was sent twice
                return redirect(f"/maintenances/{name}", 303)
            return _maintenance_page(house, found, wish, behind=0, status=409)
        return _planning_page(house, wish, name, str(error), 422)
    return _planning_page(house, wish, name, events=events)


@routes.get("/maintenances/<name>")
def maintenance(house: House, name: str) -> Any:
    """One maintenance, and the form to say more."""
    return _maintenance_page(house, house.book().maintenance(name) or abort(404), Wish())


@routes.post("/maintenances/<name>")
def update_maintenance(house: House, name: str) -> Any:
    """Show what is new, or publish it; as of an incident."""
    form, found = house.form(), house.book().maintenance(name) or abort(404)
    wish = form.words()
    try:
        wish = form.wish()
        after = form.number("after")
        events = saying.worked(house.config, house.book(), wish, name, house.who(), house.clock.now(), after)
        if request.form.get("do") == "publish":
            house.say(*events)
            return redirect(f"/maintenances/{name}", 303)
    except (BehindError, Conflict):
        house.look_again()
        found = house.book().maintenance(name) or found
        return _maintenance_page(house, found, wish, behind=form.number("after") or 0, status=409)
    except StepError as error:
        return _maintenance_page(house, found, wish, str(error), status=422)
    return _maintenance_page(house, found, wish, preview=events)


def _planning_page(
    house: House, wish: Wish, name: str, wrong: str = "", status: int = 200, events: tuple[Event, ...] = ()
) -> Any:
    made = maintenances.told(None, events[0]) if events else None
    shown = house.words.preview(made) if made else []
    house.facts()
    given = {"wish": wish, "subject": name, "wrong": wrong, "shown": shown, "kinds": KINDS}
    given["audience"] = audience(house, made) if made else None
    return render_template("admin/plan.html", remind=house.form().text("remind"), **given), status


def _maintenance_page(
    house: House,
    found: Maintenance,
    wish: Wish,
    wrong: str = "",
    behind: int | None = None,
    status: int = 200,
    preview: tuple[Event, ...] = (),
) -> Any:
    made = maintenances.told(found, preview[0]) if preview else None
    shown = house.words.preview(made) if made else []
    order = [*(str(each) for each in Stage), STOPPED]
    comes_back = bool(found.repeat) and not found.is_stopped
    allowed = [each for each in MAINTENANCES[found.stage] if each != STOPPED or comes_back]
    steps = sorted(allowed, key=order.index)
    meanwhile = found.events[behind:] if behind is not None else ()
    given = {"wish": wish, "wrong": wrong, "shown": shown, "meanwhile": meanwhile, "was_told": was_told(house, found)}
    given["audience"] = audience(house, made) if made else None
    return render_template("admin/maintenance.html", each=found, steps=steps, **given), status
