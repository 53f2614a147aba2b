"""Every address of the site is one that was meant to be public. A new one is added here by whoever meant it."""

from __future__ import annotations

from pathlib import Path

from shown import client

OTHER = "/<string(length=2):lang>"
IN_EVERY_LANGUAGE = {
    "/badge/<name>/response.<any(svg,json):form>",
    "/badge/<name>/sla.<any(svg,json):form>",
    "/badge/<name>/status.<any(svg,json):form>",
    "/badge/<name>/uptime.<any(svg,json):form>",
    "/badge/status.<any(svg,json):form>",
    "/",
    "/components/<name>",
    "/components/<name>/feed.<any(rss, atom, json):form>",
    "/embed",
    "/feed.<any(rss, atom, json):form>",
    "/groups/<word>",
    "/groups/<word>/feed.<any(rss, atom, json):form>",
    "/history",
    "/history.<any(rss, atom):form>",
    "/history/<label>",
    "/how-we-calculate",
    "/incidents/<name>",
    "/maintenance.ics",
    "/components/<name>/maintenance.ics",
    "/maintenances/<name>",
    "/maintenances/<name>.ics",
    "/sla",
    "/sla/<name>",
    "/sla/<name>/<label>",
    "/sla/<name>/<label>.json",
    "/sla/<name>/claims.ics",
    "/sla/<name>/feed.<any(rss, atom):form>",
    "/sla/<name>/feed.json",
    "/sla/feed.<any(rss, atom, json):form>",
    "/statement.schema.json",
    "/subscribe",
    "/webhook.schema.json",
}
ONCE = {
    "/.well-known/security.txt",
    "/api/<path:_rest>",
    "/api/v1/agreements",
    "/api/v1/agreements/<name>",
    "/api/v1/agreements/<name>/statements/<label>",
    "/api/v1/blind",
    "/api/v1/components",
    "/api/v1/components/<name>",
    "/api/v1/components/<name>/observations.<any(csv,jsonl):form>",
    "/api/v1/components/<name>/timeline",
    "/api/v1/components/<name>/unconfirmed",
    "/api/v1/openapi.json",
    "/api/v1/incidents",
    "/api/v1/maintenances",
    "/api/v1/outages",
    "/api/v2/components.json",
    "/api/v2/incidents.json",
    "/api/v2/incidents/unresolved.json",
    "/api/v2/scheduled-maintenances.json",
    "/api/v2/scheduled-maintenances/active.json",
    "/api/v2/scheduled-maintenances/upcoming.json",
    "/api/v2/status.json",
    "/api/v2/summary.json",
    "/favicon.ico",
    "/healthz",
    "/metrics",
    "/robots.txt",
    "/sitemap.xml",
    "/static/<path:filename>",
    "/theme/<name>",
    "/widget.js",
}


def test_no_address_is_public_by_accident(tmp_path: Path) -> None:
    """The site has these addresses and no others, and each only reads."""
    rules = list(client(tmp_path, "...").application.url_map.iter_rules())
    assert {rule.rule for rule in rules} == ONCE | IN_EVERY_LANGUAGE | {OTHER + each for each in IN_EVERY_LANGUAGE}
    assert all((rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"} for rule in rules)


def test_what_a_visitor_says_of_our_host_is_not_believed(tmp_path: Path) -> None:
    """A redirect leads to a path of ours, whatever host was asked for."""
    answer = client(tmp_path, "...").get("/nl", headers={"Host": "evil.example"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/nl/"
    page = client(tmp_path / "b", "...").get("/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in page.text
