"""``/api/v1/``: our own documents. Like ``app`` it stands at the door to Flask."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, request

from monitor.components import Component
from monitor.config import Config
from monitor.sla.periods import instant
from monitor.sla.statement import Versions
from monitor.timeline.model import Stretch
from monitor.timeline.span import Span
from statuspage import headers
from statuspage.api import v1, v1_told
from statuspage.api.openapi import openapi
from statuspage.api.query import DAY, Query
from statuspage.doubts import Doubts
from statuspage.pages import agreement as pages
from statuspage.pages.edges import standing
from statuspage.private import public
from statuspage.recounted import recounted
from statuspage.views import LEAST_SILENCE

LONGEST = 400 * DAY
USUAL = 30 * DAY
YEAR = 366 * DAY  # ahead, of what is planned
PAGE, LARGEST = 1000, 10_000  # observations


def add_v1(api: Blueprint, config: Config) -> None:
    """Components, timelines, outages, observations, agreements, statements, and the description of all of it."""
    components = {each.id: each for each in config.components}
    described = openapi(config.page.url.rstrip("/"), list(components))

    def route(path: str, *known: str) -> Callable[[Callable[..., Response]], None]:
        """A path whose questions may have these parameters and no others."""

        def add(answer: Callable[..., Response]) -> None:
            def view(**places: str) -> Response:
                return answer(Query(request.args.lists(), known), **places)

            api.add_url_rule(f"/api/v1/{path}", f"v1-{path.replace('.', '-')}", view)

        return add

    @route("openapi.json")
    def _(query: Query) -> Response:
        query.done()
        return _json(described)

    _add_components(route, components, config.page.url.rstrip("/"))
    _add_observations(route, components, config.page.url.rstrip("/"))
    _add_agreements(route, public(config))


Route = Callable[..., Callable[[Callable[..., Response]], None]]


def _add_components(route: Route, components: dict[str, Component], base: str) -> None:
    @route("components")
    def _(query: Query) -> Response:
        query.done()
        now, unstable = _stretches(), Doubts(g.facts).unstable
        found = [
            v1.component(row, now.get(row.component.id), g.facts.now, unstable.get(row.component.id))
            for row in g.facts.rows()
        ]
        newest = g.facts.newest
        return _json({"newest_observation": None if newest is None else instant(newest), "components": found})

    @route("components/<name>")
    def _(query: Query, name: str) -> Response:
        query.done()
        _known(components, name)
        row = next(row for row in g.facts.rows() if row.component.id == name)
        return _json(v1.component(row, _stretches().get(name), g.facts.now, Doubts(g.facts).unstable.get(name)))

    @route("components/<name>/timeline", "from", "to")
    def _(query: Query, name: str) -> Response:
        _known(components, name)
        whole = query.span(g.facts.now, USUAL)
        query.done()
        span = _newest_part(whole)
        response = _json(v1.timeline(name, g.facts.timelines(span).get(name, ()), span), _kept(span))
        return _before(response, f"{base}/api/v1/components/{name}/timeline", whole, span)

    @route("outages", "component", "from", "to")
    def _(query: Query) -> Response:
        wanted = query.choice("component", components)
        whole = query.span(g.facts.now, USUAL)
        query.done()
        span = _newest_part(whole)
        found = g.facts.outages(span)
        listed = [each for n in found if wanted in (n, None) for each in found[n]]
        response = _json(v1.outages(listed, span, Doubts(g.facts).because, g.facts.labels, g.facts.told))
        return _before(response, f"{base}/api/v1/outages", whole, span, **({"component": wanted} if wanted else {}))

    @route("incidents", "component", "from", "to")
    def _(query: Query) -> Response:
        wanted = query.choice("component", components)
        whole = query.span(g.facts.now, USUAL)
        query.done()
        span = _newest_part(whole)
        found = [each for each in g.facts.told.touching(span) if wanted is None or wanted in each.components]
        response = _json(v1_told.incidents(recounted(g.facts, found), span))
        return _before(response, f"{base}/api/v1/incidents", whole, span, **({"component": wanted} if wanted else {}))

    @route("maintenances", "component", "from", "to")
    def _(query: Query) -> Response:
        wanted = query.choice("component", components)
        whole = query.span(g.facts.now, USUAL, YEAR)
        query.done()
        span = _newest_part(whole)
        found = [each for each in g.facts.told.within(span)[1] if wanted is None or wanted in each.components]
        response = _json(v1_told.maintenances(found, span, g.facts.now))
        return _before(
            response, f"{base}/api/v1/maintenances", whole, span, **({"component": wanted} if wanted else {})
        )

    @route("components/<name>/unconfirmed", "from", "to")
    def _(query: Query, name: str) -> Response:
        _known(components, name)
        span = _newest_part(whole := query.span(g.facts.now, DAY))
        query.done()
        response = _json(v1.unconfirmed(name, Doubts(g.facts).unconfirmed(name, span), span))
        return _before(response, f"{base}/api/v1/components/{name}/unconfirmed", whole, span)

    @route("blind", "from", "to")
    def _(query: Query) -> Response:
        span = _newest_part(whole := query.span(g.facts.now, USUAL))
        query.done()
        return _before(_json(v1.blind(Doubts(g.facts).blind(span), span)), f"{base}/api/v1/blind", whole, span)


def _add_observations(route: Route, components: dict[str, Component], base: str) -> None:
    @route("components/<name>/observations.<any(csv,jsonl):form>", "from", "to", "limit", "cursor")
    def _(query: Query, name: str, form: str) -> Response:
        _known(components, name)
        span = query.span(g.facts.now, DAY)
        limit = query.number("limit", 1, LARGEST) or PAGE
        after = query.place("cursor")
        query.done()
        found, place = g.facts.reader.observed(name, span, after, limit) if g.facts.reader else ((), None)
        kind, write = v1.FORMATS[form]
        response = _answer(write(v1.observation(name, each) for each in found), kind, _kept(span))
        if place is not None:
            asked = {"from": instant(span.start), "to": instant(span.end), "limit": limit, "cursor": _cursor(place)}
            path = f"{base}/api/v1/components/{name}/observations.{form}"
            response.headers["Link"] = f'<{path}?{urlencode(asked)}>; rel="next"'
        return response


def _add_agreements(route: Route, agreements: dict[str, Versions]) -> None:
    def about(versions: Versions) -> dict[str, Any]:
        reader, now = g.facts.reader, g.facts.now
        editions = reader.editions(versions.newest.id) if reader else ()
        return v1.agreement(versions, pages.current(versions, now), pages.periods(versions, reader, now), editions)

    @route("agreements")
    def _(query: Query) -> Response:
        query.done()
        return _json({"agreements": [about(each) for each in agreements.values()]})

    @route("agreements/<name>")
    def _(query: Query, name: str) -> Response:
        query.done()
        return _json(about(_known(agreements, name)))

    @route("agreements/<name>/statements/<label>", "edition")
    def _(query: Query, name: str, label: str) -> Response:
        versions = _known(agreements, name)
        edition = query.number("edition", 1, 1_000_000)
        query.done()
        if edition:
            editions = g.facts.reader.editions(name) if g.facts.reader else ()
            found = next((e for e in editions if (e.period, e.number) == (label, edition)), None) or abort(404)
            return _json(dict(found.document), headers.OVER)
        try:
            made = pages.document(versions, label, g.facts.reader, g.facts.now)
        except ValueError:
            abort(404)
        return _json(made, headers.OVER if made["closed"] else headers.API)


def _known(of: dict[str, Any], name: str) -> Any:
    return of.get(name) or abort(404)


def _stretches() -> dict[str, Stretch]:
    """The stretch each component is in, as far back as ninety days."""
    span = Span(g.facts.now - v1.LOOK_BACK, g.facts.now + 1)
    found = {name: standing(line, LEAST_SILENCE) for name, line in g.facts.timelines(span).items()}
    return {name: stretch for name, stretch in found.items() if stretch}


def _newest_part(whole: Span) -> Span:
    """As much of a span as one answer holds; what it covers stands in it."""
    return Span(max(whole.start, whole.end - LONGEST), whole.end)


def _before(response: Response, address: str, whole: Span, span: Span, **more: str) -> Response:
    """With a link to the part of the span that lies ahead of what is answered."""
    if span.start > whole.start:
        asked = {**more, "from": instant(whole.start), "to": instant(span.start)}
        response.headers["Link"] = f'<{address}?{urlencode(asked)}>; rel="prev"'
    return response


def _kept(span: Span) -> str:
    """What was observed in a span that is well over is not expected to change."""
    return headers.OVER if span.end < g.facts.now - DAY else headers.API


def _cursor(place: int) -> str:
    found = ""
    while place:
        place, digit = divmod(place, 36)
        found = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + found
    return found or "0"


def _json(document: dict[str, Any], kept: str = headers.API) -> Response:
    return _answer(json.dumps(document, ensure_ascii=False), "application/json; charset=utf-8", kept)


def _answer(body: str, kind: str, kept: str) -> Response:
    g.kept = kept
    return Response(body, content_type=kind)
