"""What stands around the pages: for search engines, finders of holes and other sites, and how the page looks. At Flask's door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Flask, Response, abort, g, render_template, send_from_directory

from monitor.config import Config
from monitor.sla.periods import instant
from monitor.theme import File
from statuspage import headers
from statuspage.agreements import public
from statuspage.feeds.channels import groups
from statuspage.pages.overall import told
from statuspage.views import Facts

XML = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
MOST = 10_000  # addresses of a sitemap, each in every language; the protocol ends at 50,000
PAGES = ("/", "/history", "/sla", "/how-we-calculate", "/subscribe")
WIDGET = """"use strict";
(() => {
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  frame.src = new URL(script.dataset.path || "/embed", script.src).href;
  frame.title = script.dataset.title || "Status";
  frame.width = script.dataset.width || "100%";
  frame.height = script.dataset.height || "160";
  frame.loading = "lazy";
  frame.style.border = "0";
  script.after(frame);
})();
"""


def add_surroundings(app: Flask, config: Config) -> None:
    """``/robots.txt``, ``/sitemap.xml``, ``/.well-known/security.txt``, ``/embed``, ``/widget.js`` and ``/theme/``."""
    base = config.page.url.rstrip("/")
    codes = config.page.languages

    @app.get("/robots.txt")
    def robots() -> Response:
        g.kept = headers.OVER
        rules = f"Allow: /\n\nSitemap: {base}/sitemap.xml" if config.page.index else "Disallow: /"
        return Response(f"User-agent: *\n{rules}\n", content_type="text/plain; charset=utf-8")

    @app.get("/sitemap.xml")
    def sitemap() -> Response:
        if not config.page.index:
            abort(404)
        g.kept = headers.OVER
        return Response(
            _sitemap(list(_addresses(config, g.facts)), base, codes), content_type="application/xml; charset=utf-8"
        )

    @app.get("/.well-known/security.txt")
    def security() -> Response:
        contact = config.page.security or abort(404)
        g.kept = headers.OVER
        lines = [f"Contact: {contact}", f"Expires: {instant(_expires(g.facts.now))}"]
        lines += [f"Preferred-Languages: {', '.join(codes)}", f"Canonical: {base}/.well-known/security.txt"]
        return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

    _add_embed(app, config)
    _add_look(app, config)


def _add_embed(app: Flask, config: Config) -> None:
    def embed() -> Response:
        if not config.site.embed:
            abort(404)
        rows = g.facts.rows()
        state = told([(row.state, row.is_maintained) for row in rows], g.facts.told.impacts())
        troubled = [row for row in rows if row.shown != "operational"]
        response = Response(render_template("embed.html", state=state, troubled=troubled))
        response.headers["Content-Security-Policy"] = headers.framed(config.site.embed)
        return response

    app.add_url_rule("/embed", "embed", embed)
    app.add_url_rule("/<string(length=2):lang>/embed", "embed_other", embed)

    @app.get("/widget.js")
    def widget() -> Response:
        if not config.site.embed:
            abort(404)
        g.kept = headers.OVER
        response = Response(WIDGET, content_type="text/javascript; charset=utf-8")
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def _add_look(app: Flask, config: Config) -> None:
    files: dict[str, File] = {each.name: each for each in (config.look.logo, config.look.css) if each}

    @app.get("/theme/<name>")
    def theme(name: str) -> Response:
        file = files.get(name) or abort(404)
        g.kept = headers.FILE
        return Response(file.body, content_type=file.media)

    @app.get("/favicon.ico")
    def favicon() -> Response:
        g.kept = headers.OVER
        return send_from_directory(app.static_folder or "", "icon.ico", mimetype="image/x-icon")


def _addresses(config: Config, facts: Facts) -> Iterator[str]:
    """The pages that somebody may search for."""
    yield from PAGES
    yield from (f"/groups/{quote(word)}" for word in groups(config))
    yield from (f"/components/{each.id}" for each in config.components)
    yield from (f"/history/{month.label}" for month in facts.months(config.page.timezone))
    for terms in public(config):
        yield f"/sla/{terms.id}"
        yield from (
            f"/sla/{terms.id}/{quote(label)}" for label, _ in (facts.reader.sealed(terms.id) if facts.reader else ())
        )
    yield from (f"/incidents/{quote(each.id)}" for each in facts.told.incidents)
    yield from (f"/maintenances/{quote(each.id)}" for each in facts.told.maintenances)


def _sitemap(paths: list[str], base: str, codes: tuple[str, ...]) -> str:
    """One entry a page and language, each with its other languages beside it (sitemaps.org 0.9, xhtml:link)."""
    entries = []
    for path in paths[:MOST]:
        others = [
            (code, escape(f"{base}{'' if n == 0 else '/' + code}{path}", {'"': "&quot;"}))
            for n, code in enumerate(codes)
        ]
        links = "".join(f'<xhtml:link rel="alternate" hreflang="{code}" href="{url}"/>' for code, url in others)
        entries += [f"<url><loc>{url}</loc>{links}</url>" for _, url in others]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{XML}" xmlns:xhtml="{XHTML}">'
    return head + "".join(entries) + "</urlset>\n"


def _expires(now: int) -> int:
    """The half year after the next one: the same bytes for months, and never more than a year out (RFC 9116, 2.5.5)."""
    today = datetime.fromtimestamp(now, UTC)
    return int(datetime(today.year + 1, 1 if today.month <= 6 else 7, 1, tzinfo=UTC).timestamp())
