"""The second application: the admin. The public site is another one, without login, cookie or anything that writes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, jsonify, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.exceptions import HTTPException

from monitor.access import Access
from monitor.clock import Clock
from monitor.config import Config
from monitor.oidc import Oidc
from monitor.store import Reader, StoreError
from statuspage.admin import (
    api,
    elsewhere,
    entrance,
    incident_pages,
    maintenance_pages,
    other_pages,
    telling_pages,
)
from statuspage.admin.context import Words
from statuspage.admin.entrance import form_key
from statuspage.admin.guard import Guard
from statuspage.admin.house import House
from statuspage.app import CSS, plain
from statuspage.i18n import spoken

SITE = Path(__file__).parents[1]
BODY_BYTES = 512 << 10
STYLES = {file.name: file.read_bytes() for file in (SITE / "static/meetlat.css", SITE / "admin/static/admin.css")}
OWN_CSS = sha256(STYLES["admin.css"]).hexdigest()[:12]
WHY = {
    400: "This request was not made by a page of this admin, or is not whole. Go back, load the page again, and try once more.",
    401: "Show a good token.",
    403: "You may not do this.",
    404: "There is nothing here.",
    405: "This cannot be asked in that way.",
    409: "Somebody else was first. Look again.",
    413: "That is too much.",
    415: "Say it in JSON.",
    503: "The record cannot be read or written at this moment. Nothing was lost; try again.",
}
log = logging.getLogger(__name__)


def create_admin(config: Config, access: Access, open_reader: Callable[[], Reader], clock: Clock) -> Flask:
    """The admin over one configuration. ``open_reader`` raises StoreError while there is no record."""
    app = Flask(__name__, static_folder=None)
    app.jinja_options = {"finalize": plain}
    app.jinja_loader = ChoiceLoader([FileSystemLoader(SITE / "admin/templates"), FileSystemLoader(SITE / "templates")])
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = BODY_BYTES
    guard = Guard(access, config.admin)
    provider, here = config.admin.oidc, config.admin.own or f"http://127.0.0.1:{config.admin.port}"
    oidc = Oidc(provider, clock, here + elsewhere.BACK) if provider else None
    house = House(config, access, guard, Words(config, spoken(config)), clock, open_reader, oidc)
    guard.stand(app)
    app.context_processor(house.words)
    app.context_processor(lambda: {"form_key": form_key(house), "css": CSS, "own_css": OWN_CSS})
    app.context_processor(lambda: {"provider": provider.name if provider else ""})
    for each in (entrance, elsewhere, other_pages, incident_pages, maintenance_pages, telling_pages, api):
        each.routes.add(app, house)

    @app.get("/look/<name>")
    def look(name: str) -> Any:
        return Response(STYLES[name], mimetype="text/css") if name in STYLES else abort(404)

    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(StoreError, _unreadable)
    app.register_error_handler(Exception, _broken)
    return app


def _refused(error: HTTPException) -> Any:
    code = error.code or 500
    if error.response is not None:  # a redirect of the router
        return error.response
    fields = dict(error.get_headers()) if code == 405 else {}
    fields.pop("Content-Type", None)
    if code == 401:
        fields["WWW-Authenticate"] = 'Bearer realm="meetlat"'
    return _answer(code, WHY.get(code, "Something is not as it should be."), fields)


def _unreadable(error: StoreError) -> Any:
    log.warning("the record: %s", error)
    return _answer(503, WHY[503], {"Retry-After": "5"})


def _broken(error: Exception) -> Any:
    log.error("a page of the admin broke", exc_info=error)
    return _answer(500, "This is our fault; it was noted.", {})


def _answer(code: int, why: str, fields: dict[str, str]) -> Any:
    if request.path.startswith("/api/"):
        return jsonify(error=why), code, fields
    g.setdefault("session", None)
    return render_template("admin/error.html", code=code, why=why), code, fields
