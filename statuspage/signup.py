"""Where visitors ask to be told: a small application of its own, on its own port, beside the site that only reads.

Nobody is told anything about anybody: the answer is the same for every address, and a subscription begins only with the link that
was sent there. It knows no login and no cookie. Opening an address changes nothing: programs open the links in mails too.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, render_template, request
from werkzeug.exceptions import HTTPException

from monitor.alerts import SignUp
from monitor.clock import Clock
from monitor.config import Config
from monitor.mishaps import Mishaps
from monitor.store import Subscribers
from monitor.telling.receiver import Wish, address_of
from statuspage import headers
from statuspage.asking import USUAL, WAYS, WRONG, Counter, Rate, chosen, said
from statuspage.i18n import N_, Language
from statuspage.letters import Letters
from statuspage.private import veiled
from statuspage.subscribed import add_subscription

WHETHER = N_("Tell %(address)s what happens to %(name)s?")
WHETHER_NO_MORE = N_("Hear no more of what happens to %(name)s?")


def create_app(config: Config, sign_up: SignUp, subscribers: Subscribers, clock: Clock) -> Flask:
    """The application over one configuration."""
    app = Flask("statuspage")
    shown = veiled(config)
    counter = Counter(shown, sign_up, subscribers, Letters(shown), Rate(clock))
    languages, first = counter.letters.languages, config.page.languages[0]

    @app.before_request
    def look() -> None:
        asked = (request.view_args or {}).pop("lang", first)
        g.language = languages.get(asked) or abort(404)
        if request.method == "POST" and request.endpoint != "leave" and _is_foreign(counter.base):
            abort(403)

    @app.after_request
    def dress(response: Response) -> Response:
        # No other site learns an address with a token; and forms of our own still say where they come from.
        for name, value in {**headers.SECURITY, "Referrer-Policy": "same-origin"}.items():
            response.headers[name] = value
        response.headers["Cache-Control"] = headers.NEVER
        response.headers["X-Robots-Tag"] = "noindex"
        if response.location:  # of a slash too few or too many: what a visitor says of our host is not believed
            place = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
            response.headers["Location"] = f"{counter.base}{place}"
        return response

    @app.context_processor
    def words() -> dict[str, Any]:
        language: Language = g.get("language") or languages[first]
        shared = {"page": config.page, "base": counter.base, "languages": languages}
        return {**shared, "language": language, "_": language.text}

    mishaps = Mishaps(clock)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> HTTPException | tuple[str, int]:
        # Not as Flask would log it: with the address, in which there may be a token.
        if isinstance(error, HTTPException):
            return error
        mishaps.met(error, "the form to subscribe")
        return said("broken", 503)

    @app.errorhandler(404)
    def missing(_: Exception) -> tuple[str, int]:
        return said("old", 404)

    _add_form(app, counter)
    _add_confirming(app, counter)
    _add_leaving(app, counter)
    add_subscription(app, counter)
    return app


def _add_form(app: Flask, counter: Counter) -> None:
    def form(wrong: str = "", status: int = 200) -> tuple[str, int]:
        return render_template(
            "signup/ask.html",
            ways={way: WAYS[way] for way in counter.sign_up.ways},
            about=counter.about,
            components=counter.config.components,
            chosen=set(request.form.getlist("kind")) or set(USUAL),
            picked=set(request.form.getlist("component")),
            wrong=WRONG.get(wrong, ""),
        ), status

    @app.get("/")
    @app.get("/<string(length=2):lang>/")
    def ask() -> tuple[str, int]:
        return form()

    @app.post("/<string(length=2):lang>/")
    def asked() -> tuple[str, int]:
        wish = _wish(counter, g.language.code)
        if isinstance(wish, str):
            return form(wish, 400)
        if not counter.rate.allows(visitor(request.environ, counter.sign_up.proxies)):
            return form("often", 429)
        counter.subscribers.ask(wish, counter.letters.confirmation(wish))
        return said("asked")


def _add_confirming(app: Flask, counter: Counter) -> None:
    @app.get("/confirm/<string(length=2):lang>/<token>")
    def confirm(token: str) -> tuple[str, int]:
        wish = counter.subscribers.asked(token)
        if wish is None:
            return said("old", 404)
        address = wish.address if wish.way == "email" else urlsplit(wish.address).hostname or ""
        values = {"name": counter.config.page.name, "address": address}
        return said(g.language.text(WHETHER) % values, 200, request.path, N_("Confirm"))

    @app.post("/confirm/<string(length=2):lang>/<token>")
    def confirmed(token: str) -> tuple[str, int]:
        return said("confirmed") if counter.subscribers.confirm(token) else said("old", 404)


def _add_leaving(app: Flask, counter: Counter) -> None:
    @app.get("/leave/<string(length=2):lang>/<token>")
    def leaving(token: str) -> tuple[str, int]:
        if counter.subscribers.leaving(token) is None:
            return said("left")
        text = g.language.text(WHETHER_NO_MORE) % {"name": counter.config.page.name}
        return said(text, 200, request.path, N_("Hear no more of it"))

    @app.post("/leave/<string(length=2):lang>/<token>")
    def leave(token: str) -> tuple[str, int]:
        # Also what a mail program posts by itself (RFC 8058): it has no cookie, no origin, and follows no redirect.
        return said("left") if counter.subscribers.leave(token) else said("old", 404)


class Below:
    """An application that is reached below a path of its public address, whether or not a proxy takes that path off."""

    def __init__(self, app: Callable[[dict[str, Any], Any], Iterable[bytes]], url: str) -> None:
        self._app = app
        self._path = urlsplit(url).path.rstrip("/")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        path = environ["PATH_INFO"]
        if self._path and (path == self._path or path.startswith(f"{self._path}/")):
            environ["PATH_INFO"] = path.removeprefix(self._path) or "/"
        return self._app(environ, start_response)


def visitor(environ: dict[str, Any], proxies: int) -> str:
    """Who asks, as the last of our own proxies saw it; what comes before that anybody may have written. Of IPv6, the network."""
    chain = [each.strip() for each in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")] if proxies else []
    text = chain[-proxies] if 0 < proxies <= len(chain) else environ.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return str(environ.get("REMOTE_ADDR", ""))[:64]
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _is_foreign(base: str) -> bool:
    """Whether another site had the browser send this form."""
    origin, parts = request.headers.get("Origin"), urlsplit(base)
    if origin is not None:
        return bool(origin != f"{parts.scheme}://{parts.netloc}")
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def _wish(counter: Counter, language: str) -> Wish | str:
    """What the form asks for, or what is wrong with it."""
    ways = counter.sign_up.ways
    way, address = request.form.get("way", ways[0]), request.form.get("address", "").strip()
    found = chosen(counter)
    if isinstance(found, str):
        return found
    try:
        checked = address_of(way, address, is_plain_allowed=bool(counter.sign_up.reach))
    except ValueError:
        return "address"
    return Wish(way, checked, language, *found) if way in ways else "address"
