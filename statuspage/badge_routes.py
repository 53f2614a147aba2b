"""``/badge/``: pictures, and the same for shields.io. Like ``app`` it stands at the door to Flask."""

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
from statuspage.pages.overall import Overall
from statuspage.private import public
from statuspage.response_times import median
from statuspage.views import Row

USUAL = 30  # days of a badge that does not say how many


def add_badges(app: Flask, config: Config) -> None:
    """Badges of the whole, of each component and of each agreement, in each language of the page."""
    group = Blueprint("badges", __name__)
    languages = spoken(config)
    agreements = public(config)

    def route(path: str, *known: str) -> Callable[[Callable[..., badges.Badge]], None]:
        """A badge whose question may have a label, a language and these parameters."""

        def add(made: Callable[..., badges.Badge]) -> None:
            def view(form: str, **places: str) -> Response:
                query = Query(request.args.lists(), ("label", "lang", *known))
                language = _language(query, languages)
                return _answer(made(query, language, **places), form, language)

            for n, prefix in enumerate(("", "/<string(length=2):lang>")):
                group.add_url_rule(f"{prefix}/badge/{path}.<any(svg,json):form>", f"{made.__name__}{n}", view)

        return add

    _measured(route, config)

    @route("<name>/sla")
    def sla(query: Query, language: Language, name: str) -> badges.Badge:
        query.done()
        return _verdict(agreements.get(name) or abort(404), language)

    group.register_error_handler(NotFound, lambda _: _error(404))
    group.register_error_handler(QueryError, lambda _: _error(400))
    app.register_blueprint(group)


Route = Callable[..., Callable[[Callable[..., badges.Badge]], None]]


def _measured(route: Route, config: Config) -> None:
    """What was measured: of the whole, and of one component."""

    def found(name: str) -> Row:
        row: Row | None = next(iter(g.facts.rows((name,))), None)
        return row or abort(404)

    @route("status")
    def overall(query: Query, language: Language) -> badges.Badge:
        query.done()
        state = Overall.UNKNOWN if g.facts.is_stale else g.facts.overall()
        return badges.overall(config.page.name, state, language)

    @route("<name>/status")
    def status(query: Query, language: Language, name: str) -> badges.Badge:
        query.done()
        row = found(name)
        return badges.status(row, State.UNKNOWN if g.facts.is_stale else row.state, language)

    @route("<name>/uptime", "days")
    def uptime(query: Query, language: Language, name: str) -> badges.Badge:
        days = query.choice("days", [str(each) for each in WINDOWS]) or str(USUAL)
        query.done()
        return badges.uptime(found(name), int(days), language)

    @route("<name>/response")
    def response(query: Query, language: Language, name: str) -> badges.Badge:
        query.done()
        return badges.response(found(name), median(g.facts, name), language)


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
