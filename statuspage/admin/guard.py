"""What stands before every route of the admin: who asks, whether the request is theirs, and whether they may."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from monitor.access import Access
from monitor.config import Admin
from monitor.people import keys
from monitor.people.model import Operator, Role, Token
from statuspage import headers
from statuspage.admin.rights import API, OPEN, PAGES

SAFE = ("GET", "HEAD", "OPTIONS")
PATH = re.compile(r"/(?!/)[A-Za-z0-9._~%/-]{0,300}(\?[A-Za-z0-9._~%=&+-]{0,300})?")
YEAR = "max-age=31536000"


@dataclass(frozen=True)
class Guard:
    """The rules, over who is let in and where the admin is reached."""

    access: Access
    admin: Admin

    @property
    def cookie(self) -> str:
        """The name of the cookie; its beginning makes browsers keep it to this very host."""
        return "__Host-meetlat" if self.admin.is_secure else "meetlat"

    @property
    def pending(self) -> str:
        """The name of the cookie of a login that was begun elsewhere."""
        return f"{self.cookie}-elsewhere"

    def stand(self, app: Flask) -> None:
        """Before every request, and after every answer."""
        app.before_request(self.look)
        app.after_request(self.dress)

    def look(self) -> Any:
        """None when the request may go on; an answer, or an abort, otherwise."""
        if request.host not in self._hosts():
            abort(400)
        endpoint = request.endpoint or ""
        if request.path.startswith("/api/"):
            if endpoint and endpoint not in OPEN:
                self._program(endpoint)
            return None
        if request.method not in SAFE and not self._is_ours():
            abort(403)
        g.session = self.access.session(request.cookies.get(self.cookie, ""))
        if not endpoint or endpoint in OPEN:
            return None
        if g.session is None:
            return self._ask_to_log_in()
        if request.method not in SAFE and not keys.is_form_key(
            request.cookies.get(self.cookie, ""), request.form.get("key", "")
        ):
            return self._ask_again()
        if not self._may(PAGES.get(endpoint)):
            abort(403)
        return None

    def dress(self, response: Response) -> Response:
        """Nothing of it is kept anywhere, nothing runs in it but what is ours."""
        for name, value in headers.SECURITY.items():
            response.headers.setdefault(name, value)
        response.headers["Referrer-Policy"] = "same-origin"
        if request.path.startswith("/api/"):
            response.headers["Content-Security-Policy"] = headers.MACHINES["Content-Security-Policy"]
        if request.endpoint == "look" and response.status_code == 200:
            response.headers["Cache-Control"] = headers.FILE if request.args.get("v") else headers.NEVER
        else:
            response.headers["Cache-Control"] = headers.NEVER
        if self.admin.is_secure:
            response.headers["Strict-Transport-Security"] = YEAR
        if response.location and "away" not in g:
            response.headers["Location"] = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
        return response

    def address(self) -> str:
        """Who asks: what the outermost of our own proxies saw, or whoever is connected."""
        connected = (request.remote_addr or "").strip("[]")
        seen = connected
        if self.admin.proxies:
            told = request.headers.get("X-Forwarded-For", "").split(",")
            if len(told) >= self.admin.proxies:
                seen = told[-self.admin.proxies].strip()
        try:
            return str(ipaddress.ip_address(seen))
        except ValueError:
            return connected

    def set_cookie(self, response: Answer, key: str) -> None:
        """Give the key of a session, or, empty, take it back."""
        response.set_cookie(
            self.cookie,
            key,
            max_age=None if key else 0,
            path="/",
            secure=self.admin.is_secure,
            httponly=True,
            samesite="Strict",
        )

    def set_pending(self, response: Answer, text: str, seconds: int) -> None:
        """Give what there is of a login elsewhere, or, empty, take it back. It goes along when another site leads back here."""
        response.set_cookie(
            self.pending, text, max_age=seconds, path="/", secure=self.admin.is_secure, httponly=True, samesite="Lax"
        )

    def _hosts(self) -> tuple[str, ...]:
        if self.admin.own:
            return (urlsplit(self.admin.own).netloc,)
        port = self.admin.port
        own = f"[{self.admin.host}]" if ":" in self.admin.host else self.admin.host
        return tuple(f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]", own))

    def _is_ours(self) -> bool:
        """Whether a page of ours sent this. Every browser says at least one of these two, and no page can make it lie."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is None and origin is None:
            return False
        own = self.admin.own or f"http://{request.host}"
        return site in (None, "same-origin") and origin in (None, own)

    def _may(self, needed: Role | None) -> bool:
        return needed is not None and g.session.operator.role.covers(needed)

    def _ask_to_log_in(self) -> Any:
        if request.method in SAFE:
            wanted = request.full_path.rstrip("?")
            return redirect(f"/login?next={quote(wanted, safe='')}" if safe(wanted) == wanted != "/" else "/login", 303)
        return render_template("admin/login.html", kept=_written(), next="/", wrong=""), 401

    def _ask_again(self) -> Any:
        """The form is of a session that ended: whoever logged in anew in another window gets back what they wrote."""
        if not (kept := _written()):
            abort(400)
        return render_template("admin/stale.html", kept=kept, again=safe(request.path)), 400

    def _program(self, endpoint: str) -> None:
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        found = self.access.token(key.strip()) if kind.lower() == "bearer" else None
        if found is None:
            abort(401)
        token, operator = found
        g.token, g.operator = token, operator
        if not _is_in_scope(token, operator, endpoint):
            abort(403)


def _written() -> list[tuple[str, str]]:
    """The words of a form, to be shown to whoever sent it; nothing else of it, such as a password."""
    words = ("title", "text", "why")
    return [(name, text) for name, text in request.form.items() if text.strip() and name.startswith(words)]


def _is_in_scope(token: Token, operator: Operator, endpoint: str) -> bool:
    """Whether the token is for this, and whoever stands for it may still do it."""
    scope = API.get(endpoint)
    return scope is not None and scope in token.scopes and operator.role.covers(scope.needs)


def safe(path: str) -> str:
    """A place of ours to go to; the first page for anything else."""
    return path if PATH.fullmatch(path) else "/"
