"""The site. Read only: every route answers GET, HEAD and OPTIONS. The door to Flask."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from hashlib import sha256
from heapq import nlargest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from monitor.clock import Clock
from monitor.components import kind_of
from monitor.config import Config
from monitor.sla.periods import instant
from monitor.store import StoreError
from monitor.timeline.model import REASONS
from monitor.timeline.period import days_of, parse_month
from statuspage import headers, views
from statuspage.agreements import add_agreement_pages, key, reveal_component
from statuspage.api_routes import add_api
from statuspage.doubts import Doubts
from statuspage.feeds.channels import groups
from statuspage.i18n import Language, spoken
from statuspage.incidents import add_incident_pages, diary_of, in_span, news_of, on_overview
from statuspage.negotiated import FIRST_VISIT, preferred
from statuspage.opened import Opened, OpenRecord, revealed
from statuspage.pages.bars import drawn, width
from statuspage.pages.method import effective
from statuspage.pages.overall import told
from statuspage.pages.sentences import OVERALL, SENTENCES, STATES
from statuspage.pages.trouble import by_day, days_of_each
from statuspage.private import about, hidden, veil, veiled
from statuspage.prose import TURNING
from statuspage.response_times import chart
from statuspage.subscriptions import add_subscriptions
from statuspage.surroundings import add_surroundings
from statuspage.views import Facts


def _hashed(name: str) -> str:
    return sha256((Path(__file__).with_name("static") / name).read_bytes()).hexdigest()[:12]


CSS, JS = _hashed("meetlat.css"), _hashed("meetlat.js")
MANY = 1_000  # components on one page
RECENT = 20  # outages that are over
FROZEN_AFTER = 300  # seconds that a cache may have kept a page
WORDS = {reason.word: reason for reason in REASONS.values()}
log = logging.getLogger(__name__)


def create_app(whole: Config, open_record: OpenRecord, clock: Clock) -> Flask:
    """The site over one configuration. The record is opened when it is first there to be read: without what is private, and once
    more with it, for whoever has a link.
    """
    app = Flask(__name__)
    app.jinja_options = {"finalize": _plain}
    config = veiled(whole)
    add_api(app, config)  # ahead of the rest, so that it has the last word on its headers
    record, everything = Opened(lambda: veil(open_record(hidden(whole)), whole)), Opened(lambda: open_record(()))
    languages = spoken(config)
    first = config.page.languages[0]

    @app.before_request
    def look() -> None:
        asked = (request.view_args or {}).pop("lang", None)
        word = request.path.split("/")[1]  # also of a path that leads nowhere
        code = word if word in languages else first
        g.language, g.prefix = languages[code], "" if code == first else f"/{code}"
        if asked == first and len(languages) > 1 and request.endpoint == "overview_other":
            g.bare = "/"  # the overview in the first language, for whoever was led to another one
        elif asked is not None and (asked not in languages or asked == first):
            abort(404)
        g.facts = Facts(config, record.reader(), clock.now())
        g.reveal = lambda names: revealed(whole, everything.reader(), g.facts.now, names)

    @app.after_request
    def dress(response: Response) -> Response:
        return _keepable(_dressed(response, config))

    @app.context_processor
    def words() -> dict[str, Any]:
        return _words(config, languages, first, languages[first])

    _status_pages(app, config, whole)
    add_agreement_pages(_routing(app), whole)
    add_incident_pages(app, _routing(app), config)
    add_subscriptions(_routing(app), config, whole)
    add_surroundings(app, config)
    _other_pages(app, config)
    return app


def _dressed(response: Response, config: Config) -> Response:
    """With what goes ahead of every answer."""
    for name, value in headers.SECURITY.items():
        response.headers.setdefault(name, value)
    if response.location:  # what a visitor says of our host is not believed
        response.headers["Location"] = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
    if request.path == FIRST_VISIT and len(config.page.languages) > 1:
        response.vary.add("Accept-Language")
    if response.mimetype == "text/html" and "language" in g:
        response.headers["Content-Language"] = g.language.code
    if not config.page.index:
        response.headers["X-Robots-Tag"] = "noindex"
    if request.path.endswith(headers.OPEN):
        response.headers.extend(headers.SHARED)
    return response


def _keepable(response: Response) -> Response:
    """Say who may keep it for how long, and answer 304 to whoever has these very bytes."""
    wanted: str = headers.NEVER if g.get("private") else g.get("kept", headers.PAGE)
    if request.endpoint == "static":
        wanted = headers.FILE if request.args.get("v") in (CSS, JS) else headers.ABSENT
    response.headers["Cache-Control"] = headers.kept(response.status_code, wanted)
    if response.status_code == 200 and wanted != headers.NEVER and not response.direct_passthrough:
        response.add_etag()
        response.make_conditional(request)
    return response


def _plain(value: Any) -> Any:
    """Text without characters that turn the writing direction of what follows them. What is markup already was made of such."""
    return TURNING.sub("", value) if type(value) is str else value


def _words(config: Config, languages: dict[str, Language], first: str, usual: Language) -> dict[str, Any]:
    """What every template may use."""
    language: Language = g.get("language", usual)
    prefix: str = g.get("prefix", "")
    bare = g.get("bare") or request.path.removeprefix(prefix) or "/"
    key = f"?key={request.args['key']}" if g.get("private") else ""
    facts: Facts | None = g.get("facts")
    doubts = Doubts(facts) if facts else None
    names = {each.id: each for each in config.components}
    return {
        "page": config.page,
        "look": config.look,
        "base": config.page.url.rstrip("/"),
        "bare": bare,
        "language": language,
        "_": language.text,
        "prefix": prefix,
        "home": f"/{language.code}/" if len(languages) > 1 else "/",
        "others": [
            (each, f"{'' if code == first else '/' + code}{bare}{key}")
            for code, each in languages.items()
            if each is not language
        ],
        "state_word": lambda state: language.text(STATES[state]),
        "overall_word": lambda state: language.text(OVERALL[state]),
        "drawn": lambda row: drawn(row.runs, row.calendar, language),
        "bars_width": width,
        "sentence": lambda reason: language.text(SENTENCES[reason]),
        "why": lambda word: language.text(SENTENCES[WORDS[word]]) if word in WORDS else "",
        "iso": instant,
        "because": lambda outage: names.get(doubts.because(outage) or "") if doubts else None,
        "doubts": doubts,
        "newest": facts.newest if facts else None,
        "is_stale": facts.is_stale if facts else False,
        "css": CSS,
        "js": JS,
        "frozen_after": FROZEN_AFTER + (facts.patience if facts else 0),
    }


def _routing(app: Flask) -> Callable[[str], Callable[[Callable[..., Any]], Callable[..., Any]]]:
    """Each path in the first language and, with a prefix, in the others."""

    def route(path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def add(view: Callable[..., Any]) -> Callable[..., Any]:
            app.add_url_rule(path, view.__name__, view)
            app.add_url_rule(f"/<string(length=2):lang>{path}", f"{view.__name__}_other", view)
            return view

        return add

    return route


def _status_pages(app: Flask, config: Config, whole: Config) -> None:
    route = _routing(app)

    words = {name: word for word, (name, _) in groups(config).items()}

    @route("/")
    def overview() -> str | BaseResponse:
        wanted = preferred(request.headers.get("Accept-Language", ""), config.page.languages)
        if request.path == FIRST_VISIT and wanted != config.page.languages[0]:
            return redirect(f"/{wanted}/", 302)
        rows = g.facts.rows()
        listed = _listed(config, rows)
        news = on_overview(g.facts, listed["down"])
        state = told([(row.state, row.is_maintained) for row in rows], g.facts.told.impacts())
        return render_template("overview.html", state=state, words=words, **diary_of(g.facts, rows), **(listed | news))

    @route("/groups/<word>")
    def group(word: str) -> str:
        name, members = groups(config).get(word) or abort(404)
        rows = [row for row in g.facts.rows(members) if row.component.id in members]
        state = told([(row.state, row.is_maintained) for row in rows], ())
        about = next((each.description for each in config.groups if each.name == name), "")
        listed = _listed(config, rows)
        naming = g.facts.names(each for each, _ in (*listed["down"], *listed["past"]))
        shown = {"word": word, "name": name, "about": about, "state": state, "outage_name": naming}
        return render_template("group.html", **shown, **listed)

    @route("/components/<name>")
    def component(name: str) -> str:
        reveal_component(whole, name)
        row = next(iter(g.facts.rows((name,))), None) or abort(404)
        naming = g.facts.names(row.outages)
        outages = [(each, naming(each)) for each in row.outages]
        lives = g.facts.reader.lives(name) if g.facts.reader else {}
        shown = {"row": row, "chart": chart(g.facts, name), "outages": outages, "lives": lives}
        shown |= {"on": by_day(row.outages, row.calendar, g.facts.now), "outage_name": naming}
        shown |= {"months": g.facts.recent_months(name), "terms": about(config, name)}
        return render_template("component.html", query=key(), **shown, **news_of(g.facts, row))

    @route("/history")
    def history() -> str:
        return render_template("history.html", months=g.facts.months(config.page.timezone))

    @route("/history/<label>")
    def history_month(label: str) -> str:
        try:
            found = g.facts.month(label)
        except ValueError:
            abort(404)
        month = parse_month(label, config.page.timezone)
        g.kept = headers.OVER if month.span.end <= g.facts.now else headers.PAGE
        naming = g.facts.names(outage for each in found for outage in each.outages)
        told_of = in_span(g.facts, month.span)
        every = sorted((each for one in found for each in one.outages), key=lambda each: (-each.start, each.component))
        days = by_day(every, days_of(month), g.facts.now)
        shown = {"label": label, "found": found, "month": month, "days": days, "outage_name": naming}
        shown["touched"] = days_of_each(days)
        return render_template("month.html", **shown, **told_of)


def _listed(config: Config, rows: Sequence[views.Row]) -> dict[str, Any]:
    """Rows by group, what is down now and what was down last. A page of very many leaves the bars to the pages of their groups."""
    found: dict[str, list[views.Row]] = {each.name: [] for each in config.groups}
    for row in rows:
        found.setdefault(row.component.group, []).append(row)
    down = [(each, row.component.name) for row in rows for each in row.outages if each.is_open]
    past = ((each, row.component.name) for row in rows for each in row.outages if not each.is_open)
    recent = nlargest(RECENT, past, key=lambda pair: pair[0].start)
    return {"groups": found, "rows": rows, "down": down, "past": recent, "is_brief": len(rows) > MANY}


def _other_pages(app: Flask, config: Config) -> None:
    route = _routing(app)

    @route("/how-we-calculate")
    def method() -> str:
        return render_template("method.html", kind=kind_of, **effective(config))

    @app.get("/healthz")
    def health() -> tuple[Response, int]:
        g.kept = headers.NEVER
        try:
            newest, stale = g.facts.newest, g.facts.is_stale
        except StoreError as error:
            log.warning("the record cannot be read: %s", error)
            newest, stale = None, False
        ok = newest is not None and not stale
        return jsonify(status="ok" if ok else "stale" if stale else "no data", newest=newest), 200 if ok else 503

    @app.errorhandler(404)
    def missing(_: Exception) -> tuple[str, int]:
        g.bare = "/"  # where its other languages lead
        return render_template("error.html", code=404), 404

    @app.errorhandler(500)
    def broken(_: Exception) -> tuple[str, int]:
        g.pop("facts", None)
        g.bare = "/"
        return render_template("error.html", code=500), 500
