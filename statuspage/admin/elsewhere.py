"""Logging in with a provider of identities: there and back again."""

from __future__ import annotations

import logging
from typing import Any

from flask import abort, g, redirect, render_template, request

from monitor.oidc import ProviderError
from monitor.people.pending import SECONDS, Pending
from statuspage.admin.entrance import OFTEN, login_page
from statuspage.admin.guard import safe
from statuspage.admin.house import House, Routes

BACK = "/login/oidc/back"
NOT_BEGUN = "That login was not begun here, or too long ago. Begin again."
NOT_LET_IN = "You were not let in. Begin again, or log in with your password."
AWAY = "The provider does not answer as it should. Try again in a moment, or log in with your password."
log = logging.getLogger(__name__)
routes = Routes()


@routes.get("/login/oidc")
def begin_elsewhere(house: House) -> Any:
    """On to the provider. It changes nothing: all that there is of it is a cookie."""
    if house.oidc is None:
        abort(404)
    pending = Pending.fresh(house.access.secret, house.clock.now(), safe(request.args.get("next", "/")))
    try:
        answer = redirect(house.oidc.question(pending), 303)
    except ProviderError as error:
        log.warning("the provider of identities: %s", error)
        return login_page(AWAY, 503)
    house.guard.set_pending(answer, pending.cookie, SECONDS)
    g.away = True
    return answer


@routes.get(BACK)
def back_from_elsewhere(house: House) -> Any:
    """Back from the provider: a session, or one of few sentences."""
    if house.oidc is None:
        abort(404)
    address = house.guard.address()
    pending = Pending.of(house.access.secret, request.cookies.get(house.guard.pending, ""), house.clock.now())
    if pending is None or not pending.is_answer(request.args.get("state", "")):
        return _ended(house, NOT_BEGUN, 400)
    if not house.access.may_try_elsewhere(address):
        return _ended(house, OFTEN, 429)
    try:
        if request.args.get("iss", house.oidc.provider.issuer) != house.oidc.provider.issuer:  # RFC 9207
            raise ProviderError("the answer is of another issuer")
        code = request.args.get("code", "")
        if not code:
            raise ProviderError("it let nobody in")
        subject = house.oidc.subject(code, pending)
    except ProviderError as error:
        log.warning("the provider of identities: %s", error)
        house.access.refuse(address, f"by its provider: {error}")
        return _ended(house, NOT_LET_IN, 401)
    key = house.access.enter_by(house.oidc.provider.issuer, subject, address)
    if key is None:
        return _ended(house, NOT_LET_IN, 401)
    # The cookie of a session goes with nothing that another site began, so this page, which is ours, begins the next step.
    made: Any = house.answer(render_template("admin/entered.html", place=safe(pending.wanted)))
    house.guard.set_cookie(made, key)
    house.guard.set_pending(made, "", 0)
    return made


def _ended(house: House, wrong: str, status: int) -> Any:
    """What was begun is over, however it ended."""
    made = house.answer(login_page(wrong, status))
    house.guard.set_pending(made, "", 0)
    return made
