"""Everything that programs read: its routes, its headers, and its errors, which are JSON. Like ``app`` at the door to Flask."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, MethodNotAllowed, NotFound

from monitor.config import Config
from monitor.settlement import running
from monitor.timeline.model import State
from monitor.timeline.span import Span
from statuspage import headers
from statuspage.api import metrics
from statuspage.api.query import DAY, QueryError
from statuspage.api_v1_routes import add_v1
from statuspage.api_v2_routes import add_v2
from statuspage.badge_routes import add_badges
from statuspage.pages.edges import standing
from statuspage.private import public
from statuspage.views import LEAST_SILENCE, Facts

MACHINES = re.compile(r"/(api/|metrics$|(\w\w/)?badge/)")


def add_api(app: Flask, config: Config) -> None:
    """Add them all. What is registered after this runs ahead of it: it has the last word on its own headers."""
    api = Blueprint("api", __name__)
    add_v1(api, config)
    add_v2(api, config)
    api.add_url_rule("/metrics", "metrics", lambda: _metrics(config))
    add_badges(app, config)
    api.add_url_rule("/api/<path:_rest>", "nowhere", _nowhere)  # so that this blueprint answers for it, in JSON
    for kind in (NotFound, InternalServerError):
        api.register_error_handler(kind, problem)
    api.register_error_handler(QueryError, _invalid)
    app.register_blueprint(api)
    app.register_error_handler(MethodNotAllowed, _not_allowed)
    app.after_request(_dress)


def _metrics(config: Config) -> Response:
    facts: Facts = g.facts
    reader, now = facts.reader, facts.now
    found = facts.timelines(Span(now - 2 * LEAST_SILENCE, now + 1))
    stretches = {each.id: standing(found.get(each.id, ()), LEAST_SILENCE) for each in config.components}
    states = {name: stretch.state if stretch else State.UNKNOWN for name, stretch in stretches.items()}
    today = now - now % DAY
    heard = reader.heard(Span(today, now + 1)) if reader else ()
    families = (
        metrics.newest(facts.newest),
        metrics.states(states),
        *metrics.probes(heard, reader.watches() if reader else (), today),
        *metrics.objectives(each for versions in public(config).values() for each in running(versions, reader, now)),
    )
    g.kept = headers.API
    return Response(metrics.exposition(families), content_type=metrics.CONTENT_TYPE)


def _nowhere(_rest: str) -> Response:
    raise NotFound


def _dress(response: Response) -> Response:
    if MACHINES.match(request.path):
        for name, value in headers.MACHINES.items():
            response.headers[name] = value
    return response


def _invalid(error: QueryError) -> Response:
    errors = [{"parameter": name, "detail": detail} for name, detail in error.errors]
    return problem(BadRequest(), detail="Some parameters were not understood.", errors=errors)


def problem(error: HTTPException, **more: Any) -> Response:
    """An error as problem details (RFC 9457). Readers of v2 refuse any other media type than JSON itself."""
    g.pop("kept", None)
    found: dict[str, Any] = {"type": "about:blank", "title": error.name, "status": error.code, **more}
    kind = "application/json; charset=utf-8" if request.path.startswith("/api/v2/") else "application/problem+json"
    response = Response(json.dumps(found), error.code or 500, content_type=kind)
    response.headers.extend((name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After"))
    return response


def _not_allowed(error: MethodNotAllowed) -> Response | MethodNotAllowed:
    return problem(error) if MACHINES.match(request.path) else error
