"""The addresses of feeds and calendars, and the page that tells how to use them. Like ``app`` it stands at the door to Flask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Response, abort, g, jsonify, render_template, request

from monitor.config import Config
from monitor.incidents.maintenance import Maintenance
from monitor.timeline.record import Edition, Notice
from statuspage import headers
from statuspage.agreements import key, opening, public, reveal_component
from statuspage.feeds import calendars, channels, json_feed, xml
from statuspage.feeds.item import BIRTH, Item, Place, moment
from statuspage.letters import payload_schema

Routing = Callable[[str], Callable[[Callable[..., Any]], Callable[..., Any]]]
ANY = "<any(rss, atom, json):form>"


def add_subscriptions(route: Routing, config: Config, whole: Config) -> None:
    """Feeds of all, of a component, of a group, of the agreements and of one of them; calendars."""
    _feeds(route, config, whole)
    _agreement_feeds(route, config, whole)
    groups = channels.groups(config)

    _calendars(route, config)

    @route("/webhook.schema.json")
    def webhook_schema() -> Response:
        return jsonify(payload_schema())

    @route("/subscribe")
    def subscribe() -> str:
        shown = {"components": config.components, "groups": groups, "agreements": public(config)}
        return render_template("subscribe.html", sign_up=config.telling.sign_up, **shown)


def _calendars(route: Routing, config: Config) -> None:
    names = channels.component_names(config)

    def answer(path: str, title: str, works: Sequence[Maintenance]) -> Response:
        body = calendars.maintenance_calendar(path, title, works, names, _place(config))
        return _kept(body, calendars.MEDIA, calendars.said_last(works, BIRTH))

    @route("/maintenance.ics")
    def maintenance_ics() -> Response:
        return answer("/maintenance.ics", g.language.text("Maintenance"), g.facts.told.maintenances)

    @route("/components/<name>/maintenance.ics")
    def component_ics(name: str) -> Response:
        if name not in names:
            abort(404)
        works = [each for each in g.facts.told.maintenances if name in each.components]
        title = f"{g.language.text('Maintenance')}: {names[name]}"
        return answer(f"/components/{name}/maintenance.ics", title, works)

    # Longer than the page of the same folder, so that it is asked first.
    @route("/maintenances/<name>.ics")
    def one_maintenance_ics(name: str) -> Response:
        work: Maintenance = g.facts.told.maintenance(name) or abort(404)
        return answer(f"/maintenances/{name}.ics", g.language.text("Maintenance"), [work])


def _feeds(route: Routing, config: Config, whole: Config) -> None:
    every = channels.component_names(whole)
    groups = channels.groups(config)

    @route(f"/feed.{ANY}")
    def feed(form: str) -> Response:
        items = (*channels.everything(_notices(), _latest(config), config, _place(config)), *_told(config))
        return _answer(form, "/feed", "", items, config)

    @route("/history.<any(rss, atom):form>")
    def feed_history(form: str) -> Response:
        # Twice as many notices as outages, and more where one was told to go on.
        items = channels.past(_notices(limit=4 * channels.FETCHED), config, _place(config))
        return _answer(form, "/history", g.language.text("Outages"), items, config)

    @route(f"/components/<name>/feed.{ANY}")
    def feed_component(name: str, form: str) -> Response:
        reveal_component(whole, name)
        title = every.get(name) or abort(404)
        items = (*channels.everything(_notices((name,)), (), g.facts.config, _place(config)), *_told(config, (name,)))
        return _answer(form, f"/components/{name}/feed", title, items, config)

    @route(f"/groups/<word>/feed.{ANY}")
    def feed_group(word: str, form: str) -> Response:
        title, members = groups.get(word) or abort(404)
        items = (*channels.everything(_notices(members), (), config, _place(config)), *_told(config, members))
        return _answer(form, f"/groups/{word}/feed", title, items, config)


def _agreement_feeds(route: Routing, config: Config, whole: Config) -> None:
    found = opening(whole)

    @route(f"/sla/feed.{ANY}")
    def feed_agreements(form: str) -> Response:
        items = channels.everything((), _latest(config), config, _place(config))
        return _answer(form, "/sla/feed", g.language.text("Agreements"), items, config)

    # Written out: a form to be filled in would give way to the statements of periods, /sla/<name>/<label>.json.
    @route("/sla/<name>/feed.json")
    def feed_agreement_json(name: str) -> Response:
        return agreement(name, "json")

    @route("/sla/<name>/feed.<any(rss, atom):form>")
    def feed_agreement(name: str, form: str) -> Response:
        return agreement(name, form)

    def agreement(name: str, form: str) -> Response:
        terms = found(name).newest
        items = channels.agreed(_editions(name), g.facts.config, _place(config), g.facts.now)
        return _answer(form, f"/sla/{name}/feed", terms.title or name, items, config)

    @route("/sla/<name>/claims.ics")
    def claims(name: str) -> Response:
        terms = found(name).newest
        editions = _editions(name)
        body = calendars.calendar(f"/sla/{name}/claims.ics", terms.title or name, editions, _place(config))
        return _kept(body, calendars.MEDIA, calendars.changed(editions, BIRTH))


def _place(config: Config) -> Place:
    return Place(config.page, g.language, g.prefix, key())


def _notices(components: tuple[str, ...] | None = None, limit: int = channels.FETCHED) -> tuple[Notice, ...]:
    found: tuple[Notice, ...] = g.facts.reader.notices(limit, components) if g.facts.reader else ()
    return found


def _told(config: Config, components: tuple[str, ...] | None = None) -> Iterable[Item]:
    by_people = "kind" not in request.args
    return channels.told(g.facts.told, g.facts.now, config, _place(config), components, by_people=by_people)


def _latest(config: Config) -> tuple[Edition, ...]:
    """The newest statements of agreements that everybody may see, and no other."""
    names = [terms.id for terms in public(config)]
    found: tuple[Edition, ...] = g.facts.reader.latest(channels.FETCHED, names) if g.facts.reader else ()
    return found


def _editions(name: str) -> tuple[Edition, ...]:
    found: tuple[Edition, ...] = g.facts.reader.editions(name) if g.facts.reader else ()
    return found


def _answer(form: str, path: str, title: str, items: Iterable[Item], config: Config) -> Response:
    kind = request.args.get("kind", "")
    if kind and kind not in channels.KINDS:
        abort(404)
    made = channels.channel(path, title, items, _place(config), kind)
    body = json_feed.render(made) if form == "json" else xml.render(made, form)
    return _kept(body, json_feed.MEDIA if form == "json" else xml.MEDIA[form], made.updated)


def _kept(body: bytes, media: str, updated: int) -> Response:
    g.kept = headers.NEVER if g.get("private") else headers.FEED
    response = Response(body, content_type=f"{media}; charset=utf-8")
    response.last_modified = moment(updated)
    return response
