"""Where visitors ask to be told: a small application of its own, on its own port, beside the site that only reads.

Nobody is told anything about anybody: the answer is the same for every address, and a subscription begins only with the link that
was sent there. It knows no login and no cookie. Opening an address changes nothing: programs open the links in mails too.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, render_template, request
from werkzeug.exceptions import HTTPException

from monitor.alerts import SignUp
from monitor.clock import Clock
from monitor.config import Config
from monitor.incidents.automatic import OPEN_AND_RESOLVE
from monitor.mishaps import Mishaps
from monitor.store import Subscribers
from monitor.telling.message import INCIDENT, KINDS, MAINTENANCE, OUTAGE
from monitor.telling.receiver import Wish, address_of
from statuspage import headers
from statuspage.i18n import N_, Language
from statuspage.letters import Letters
from statuspage.private import veiled

EACH_MS = 360_000  # ten an hour
AT_ONCE = 10
KEPT = 10_000
WAYS = {"email": N_("E-mail"), "webhook": N_("Webhook"), "slack": "Slack", "teams": "Microsoft Teams"}
ABOUT = {
    "incident": N_("Incidents"),
    "maintenance": N_("Maintenance"),
    "outage": N_("Measured outages that no incident tells of"),
    "statement": N_("Statements of agreements"),
}
USUAL = (INCIDENT, MAINTENANCE)
WRONG = {
    "address": N_("This address cannot be used."),
    "kinds": N_("Choose at least one of what happens."),
    "often": N_("Too often; try again later."),
}
SAID = {
    "asked": N_("If this address can be reached, a message with a link is on its way to it. Open the link to confirm."),
    "confirmed": N_("Confirmed: you will be told."),
    "old": N_("This link is no longer good. Ask again."),
    "left": N_("You will hear no more of it."),
    "broken": N_("This cannot be done now; try again later."),
}
WHETHER = N_("Tell %(address)s what happens to %(name)s?")
WHETHER_NO_MORE = N_("Hear no more of what happens to %(name)s?")


@dataclass
class Rate:
    """How often each visitor may ask: many at once, then one every six minutes. Who floods it locks nobody else out."""

    clock: Clock
    _full_ms: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def allows(self, visitor: str) -> bool:
        """True for one more now, unless there were too many."""
        now = self.clock.monotonic_ms()
        full = max(now, self._full_ms.pop(visitor, now)) + EACH_MS
        is_allowed = full - now <= AT_ONCE * EACH_MS
        self._full_ms[visitor] = full if is_allowed else full - EACH_MS
        while len(self._full_ms) > KEPT:
            self._full_ms.popitem(last=False)
        return is_allowed


@dataclass(frozen=True)
class Counter:
    """What the views share: a configuration as strangers see it, and where they are kept."""

    config: Config
    sign_up: SignUp
    subscribers: Subscribers
    letters: Letters
    rate: Rate

    @property
    def tells_outages(self) -> bool:
        """Whether outages are told of that no incident tells of."""
        return self.config.incidents.automatic != OPEN_AND_RESOLVE

    @property
    def base(self) -> str:
        """The public address, without a slash at its end."""
        return self.sign_up.url.rstrip("/")


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
        return _said("broken", 503)

    @app.errorhandler(404)
    def missing(_: Exception) -> tuple[str, int]:
        return _said("old", 404)

    _add_form(app, counter)
    _add_confirming(app, counter)
    _add_leaving(app, counter)
    return app


def _add_form(app: Flask, counter: Counter) -> None:
    def form(wrong: str = "", status: int = 200) -> tuple[str, int]:
        return render_template(
            "signup/ask.html",
            ways={way: WAYS[way] for way in counter.sign_up.ways},
            about={kind: name for kind, name in ABOUT.items() if kind != OUTAGE or counter.tells_outages},
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
        wish = _wish(counter.sign_up, g.language.code, {each.id for each in counter.config.components})
        if isinstance(wish, str):
            return form(wish, 400)
        if not counter.rate.allows(visitor(request.environ, counter.sign_up.proxies)):
            return form("often", 429)
        counter.subscribers.ask(wish, counter.letters.confirmation(wish))
        return _said("asked")


def _add_confirming(app: Flask, counter: Counter) -> None:
    @app.get("/confirm/<string(length=2):lang>/<token>")
    def confirm(token: str) -> tuple[str, int]:
        wish = counter.subscribers.asked(token)
        if wish is None:
            return _said("old", 404)
        address = wish.address if wish.way == "email" else urlsplit(wish.address).hostname or ""
        values = {"name": counter.config.page.name, "address": address}
        return _said(g.language.text(WHETHER) % values, 200, request.path, N_("Confirm"))

    @app.post("/confirm/<string(length=2):lang>/<token>")
    def confirmed(token: str) -> tuple[str, int]:
        return _said("confirmed") if counter.subscribers.confirm(token) else _said("old", 404)


def _add_leaving(app: Flask, counter: Counter) -> None:
    @app.get("/leave/<string(length=2):lang>/<token>")
    def leaving(token: str) -> tuple[str, int]:
        if counter.subscribers.leaving(token) is None:
            return _said("left")
        text = g.language.text(WHETHER_NO_MORE) % {"name": counter.config.page.name}
        return _said(text, 200, request.path, N_("Hear no more of it"))

    @app.post("/leave/<string(length=2):lang>/<token>")
    def leave(token: str) -> tuple[str, int]:
        # Also what a mail program posts by itself (RFC 8058): it has no cookie, no origin, and follows no redirect.
        return _said("left") if counter.subscribers.leave(token) else _said("old", 404)


def _said(what: str, status: int = 200, action: str = "", button: str = "") -> tuple[str, int]:
    return render_template("signup/said.html", said=SAID.get(what, what), action=action, button=button), status


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


def _wish(sign_up: SignUp, language: str, known: set[str]) -> Wish | str:
    """What the form asks for, or what is wrong with it."""
    way, address = request.form.get("way", sign_up.ways[0]), request.form.get("address", "").strip()
    kinds = tuple(each for each in KINDS if each in request.form.getlist("kind"))
    components = tuple(dict.fromkeys(request.form.getlist("component")))
    if not kinds:
        return "kinds"
    try:
        found = address_of(way, address, is_plain_allowed=bool(sign_up.reach))
    except ValueError:
        return "address"
    if way not in sign_up.ways or not known.issuperset(components):
        return "address"
    return Wish(way, found, language, kinds, components)
