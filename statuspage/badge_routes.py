"""``/badges/``: pictures, and the same for shields.io. Like ``app`` it stands at the door to Flask."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import Blueprint, Flask, Response, abort, g, request
from werkzeug.exceptions import NotFound

from monitor.config import Config
from monitor.sla.statement import Versions
from monitor.timeline.model import State
from statuspage import headers
from statuspage.api import badges
from statuspage.api.query import Query, QueryError
from statuspage.api.v1 import WINDOWS
from statuspage.i18n import Language, spoken
from statuspage.pages import agreement as pages
from statuspage.private import public


def add_badges(app: Flask, config: Config) -> None:
    """A badge for each component and for each agreement, in each language of the page."""
    group = Blueprint("badges", __name__)
    languages = spoken(config)
    agreements = public(config)

    def route(path: str, view: Callable[..., Response]) -> None:
        for n, prefix in enumerate(("", "/<string(length=2):lang>")):
            group.add_url_rule(f"{prefix}/badges/{path}.<any(svg,json):form>", f"{view.__name__}{n}", view)

    def component(name: str, form: str) -> Response:
        query = Query(request.args.lists(), ("days", "label", "lang"))
        days = query.choice("days", [str(each) for each in WINDOWS])
        language = _language(query, languages)
        query.done()
        row = next(iter(g.facts.rows((name,))), None) or abort(404)
        state = State.UNKNOWN if g.facts.is_stale else row.state
        made = badges.uptime(row, int(days), language) if days else badges.status(row, state, language)
        return _answer(made, form, language)

    def response(name: str, form: str) -> Response:
        query = Query(request.args.lists(), ("label", "lang"))
        language = _language(query, languages)
        query.done()
        row = next(iter(g.facts.rows((name,))), None) or abort(404)
        return _answer(badges.response(row, g.facts.median(name), language), form, language)

    def agreement(name: str, form: str) -> Response:
        query = Query(request.args.lists(), ("label", "lang"))
        language = _language(query, languages)
        query.done()
        versions = agreements.get(name) or abort(404)
        return _answer(_verdict(versions, language), form, language)

    route("<name>", component)
    route("response/<name>", response)
    route("sla/<name>", agreement)
    group.register_error_handler(NotFound, lambda _: _error(404))
    group.register_error_handler(QueryError, lambda _: _error(400))
    app.register_blueprint(group)


def _language(query: Query, languages: Mapping[str, Language]) -> Language:
    """The one of the path, unless another is asked for."""
    spoken: Language = languages.get(query.choice("lang", languages) or "", g.language)
    return spoken


def _verdict(versions: Versions, language: Language) -> badges.Badge:
    """On the period that is running, to date."""
    try:
        made = pages.document(versions, pages.current(versions, g.facts.now), g.facts.reader, g.facts.now)
    except ValueError:  # it begins in this very second
        made = {"objectives": []}
    return badges.sla(versions.newest.title, [each for each in made["objectives"] if not each["kpi"]], language)


def _error(status: int) -> Response:
    """Whoever embeds a badge sees that it is not there, in the place where it would be."""
    response = _answer(badges.error(status, g.language), request.path.rpartition(".")[2], g.language)
    response.status_code = status
    return response


def _answer(made: badges.Badge, form: str, language: Language) -> Response:
    g.kept = headers.FEED
    label = request.args.get("label")
    made = replace(made, label=label, about=made.about or made.label) if label and not made.is_error else made
    if form == "json":
        return Response(json.dumps(made.shield()), content_type="application/json; charset=utf-8")
    return Response(made.svg(language.code), content_type="image/svg+xml; charset=utf-8")
