"""Logging in and out, and what each operator may change of their own."""

from __future__ import annotations

from typing import Any

from flask import abort, g, redirect, render_template, request

from monitor.access import IDLE, LONGEST, TooOftenError
from monitor.people import keys, passwords
from monitor.people.passwords import BusyError
from statuspage.admin.guard import safe
from statuspage.admin.house import House, Routes

WRONG = "That name, password and code do not go together."
OFTEN = "Too many tries. Wait a quarter of an hour."
BUSY = "Too many people log in at once. Try again in a moment."


routes = Routes()


@routes.get("/login")
def login(_: House) -> Any:
    """Where one logs in."""
    return login_page("", 200) if g.session is None else redirect(safe(request.args.get("next", "/")), 303)


@routes.post("/login", endpoint="enter")
def enter(house: House) -> Any:
    """Log in."""
    name, password, code = (request.form.get(each, "") for each in ("name", "password", "code"))
    try:
        key = house.access.enter(name.strip(), password, code, house.guard.address())
    except TooOftenError:
        return login_page(OFTEN, 429)
    except BusyError:
        return login_page(BUSY, 503)
    if key is None:
        return login_page(WRONG, 401)
    if g.session:  # whoever was in here before is not, from now on
        house.access.leave(g.session, house.guard.address())
    answer = redirect(safe(request.form.get("next", "/")), 303)
    house.guard.set_cookie(answer, key)
    return answer


@routes.post("/leave")
def leave(house: House) -> Any:
    """Log out."""
    house.access.leave(g.session, house.guard.address())
    answer = redirect("/login", 303)
    house.guard.set_cookie(answer, "")
    return answer


@routes.get("/account")
def account(house: House) -> Any:
    """What is one's own."""
    return _account_page(house)


@routes.post("/account/password")
def change_password(house: House) -> Any:
    """Another password; all sessions end, this one too."""
    name = g.session.operator.name
    old, new, again = (request.form.get(each, "") for each in ("old", "new", "again"))
    try:
        if not house.access.confirm(name, old, house.guard.address()):
            return _account_page(house, "That is not your password.", 422)
        if new != again:
            return _account_page(house, "The new password was not typed the same twice.", 422)
        hashed = passwords.hashed(passwords.check_new(new, name, g.session.operator.shown))
    except TooOftenError:
        return _account_page(house, OFTEN, 429)
    except (BusyError, ValueError) as error:
        return _account_page(house, str(error) or BUSY, 422)
    house.access.people.change(name, house.deed("password changed", name), password=hashed)
    answer = redirect("/login", 303)
    house.guard.set_cookie(answer, "")
    return answer


@routes.post("/account/sessions")
def end_own_session(house: House) -> Any:
    """End another session of one's own."""
    name = g.session.operator.name
    which = request.form.get("session", "")
    if not house.access.people.end_session(which, house.deed("session ended", name), name):
        abort(404)
    return redirect("/account", 303)


def login_page(wrong: str, status: int) -> Any:
    """Where one logs in, with what was wrong."""
    wanted = safe(request.values.get("next", "/"))
    name = request.form.get("name", "")[:64]
    later = {"Retry-After": "900" if status == 429 else "5"} if status in (429, 503) else {}
    return render_template("admin/login.html", kept=[], next=wanted, wrong=wrong, name=name), status, later


def _account_page(house: House, wrong: str = "", status: int = 200) -> Any:
    now = house.clock.now()
    found = house.access.people.sessions(now, IDLE, LONGEST, g.session.operator.name)
    shown = {"wrong": wrong, "sessions": found, "shortest": passwords.SHORTEST}
    return render_template("admin/account.html", **shown), status


def form_key(house: House) -> str:
    """What goes in each form of whoever is in."""
    key = request.cookies.get(house.guard.cookie, "")
    return keys.form_key(key) if g.get("session") else ""
