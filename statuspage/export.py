"""The whole site as files, so that any web server or CDN can serve it while everything else is dead.

Every page is asked as a visitor would, from the overview on, following the links that lead to the site itself, those in feeds and
documents too; files that nothing links to are asked by name. The clock stands still at the newest observation, so that an equal
record gives equal bytes.
"""

from __future__ import annotations

import re
import shutil
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from werkzeug.test import Client

from monitor.clock import Clock
from monitor.config import Config
from statuspage.app import create_app
from statuspage.headers import OPEN, REPEATED, SHARED
from statuspage.opened import OpenRecord
from statuspage.pages.overall import Overall
from statuspage.private import hidden, public, veiled

READ = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
)  # they lead to pages too
LINK = re.compile(r'(?:href|src)="([^"#]+)')
UNLINKED = (
    "/feed.rss",
    "/statement.schema.json",
    "/webhook.schema.json",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/security.txt",
    "/favicon.ico",
    *(f"/static/og-{state}.png" for state in Overall),
    *(f"/api/v2/{name}.json" for name in ("summary", "status", "components", "incidents", "incidents/unresolved")),
    *(f"/api/v2/scheduled-maintenances{name}.json" for name in ("", "/upcoming", "/active")),
)
MOST = 50_000  # files
MISSING = "404.html"
HEADERS = "_headers"  # the name under which static hosts look for them; many take no notice of it
CHARSET = b'<meta charset="utf-8">\n'  # with which the head of each page begins
POLICY = f'<meta http-equiv="Content-Security-Policy" content="{REPEATED}">\n'.encode()


@dataclass(frozen=True)
class Still(Clock):
    """A clock that stands still."""

    second: int = 0

    def now(self) -> int:
        """The same second each time."""
        return self.second


@dataclass(frozen=True)
class File:
    """One answer of the site: where it lies below the folder, what kind it is, its bytes."""

    path: str
    kind: str
    body: bytes


def files(config: Config, open_record: OpenRecord, also: Iterable[str] = ()) -> list[File]:
    """Every public page and file, sorted by path, all of one moment of the record, which must be there and opened still."""
    reader = open_record(hidden(config))
    try:
        app = create_app(config, lambda _: reader, Still((reader.newest() or 0) + 1))
        return _collected(app.test_client(), config, also)
    finally:
        reader.close()


def _collected(client: Client, config: Config, also: Iterable[str]) -> list[File]:
    waiting = deque(["/", *(f"/{code}/" for code in config.page.languages[1:]), *UNLINKED, *_badges(config), *also])
    seen: set[str] = set(waiting)
    found: dict[str, File] = {}
    while waiting and len(found) < MOST:
        path = waiting.popleft()
        with client.get(
            path, follow_redirects=True
        ) as answer:  # another name of a page holds the page: files lead nowhere
            status, kind, body = answer.status_code, answer.headers.get("Content-Type", ""), answer.data
        if status != 200:
            continue  # what is not there is not exported
        name = _name(urlsplit(path).path, kind)
        found[name] = File(name, kind, _guarded(body, kind))
        for link in _links(body, kind, config.page.url):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    with client.get(f"/{MISSING}") as answer:  # static hosts show this file for what is not there
        kind = answer.headers["Content-Type"]
        found[MISSING] = File(MISSING, kind, _guarded(answer.data, kind))
    return [found[name] for name in sorted(found)]


def _guarded(body: bytes, kind: str) -> bytes:
    """A page that carries its policy itself, ahead of all that it loads."""
    return body.replace(CHARSET, CHARSET + POLICY, 1) if kind.startswith("text/html") else body


def _badges(config: Config) -> list[str]:
    whats = [f"{each.id}/{what}" for each in veiled(config).components for what in ("status", "uptime", "response")]
    names = ["status", *whats, *(f"{name}/sla" for name in public(config))]
    prefixes = ("", *(f"/{code}" for code in config.page.languages[1:]))
    return [f"{prefix}/badge/{name}.{form}" for prefix in prefixes for name in names for form in ("svg", "json")]


def _links(body: bytes, kind: str, base: str) -> list[str]:
    """The paths of the site itself that a page, a feed or a document leads to."""
    text = body.decode("utf-8", "replace")
    if kind.startswith("text/html"):
        raws = [unescape(each) for each in LINK.findall(text)]
    elif kind.startswith(READ):
        raws = re.findall(re.escape(base.rstrip("/")) + r"/[^\s\"<>&#\\]*", text)
    else:
        return []
    own = urlsplit(base).netloc
    found = []
    for raw in raws:
        parts = urlsplit(raw)
        if parts.scheme in ("", "http", "https") and parts.netloc in ("", own) and parts.path.startswith("/"):
            found.append(parts.path + (f"?{parts.query}" if parts.query and parts.path.startswith("/static/") else ""))
    return found


def _name(path: str, kind: str) -> str:
    """A page becomes the ``index.html`` of a folder, anything else a file of its own name."""
    clean = unquote(path).strip("/")
    if kind.startswith("text/html"):
        return f"{clean}/index.html" if clean else "index.html"
    return clean


def _shared(file: File) -> list[str]:
    """What programs and readers of other sites need to be told."""
    is_open = file.path.startswith("api/") or "badge/" in file.path or f"/{file.path}".endswith(OPEN)
    return [f"  {name}: {value}" for name, value in SHARED.items()] if is_open else []


def write(folder: Path, made: list[File], headers: dict[str, str]) -> None:
    """Write all files beside the folder, then put them in its place in one step: a reader sees the old site or the new one."""
    fresh = folder.with_name(f".{folder.name}.new")
    old = folder.with_name(f".{folder.name}.old")
    if old.exists() and not folder.exists():  # the one before us was cut off between two steps
        old.rename(folder)
    for each in (fresh, old):
        shutil.rmtree(each, ignore_errors=True)
    for file in made:
        place = (fresh / file.path).resolve()
        if not place.is_relative_to(fresh.resolve()):
            continue  # a path that leads out is nobody's page
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.body)
    lines = ["/*", *(f"  {name}: {value}" for name, value in headers.items())]
    lines += [
        line
        for file in made
        if not file.kind.startswith("text/html")
        for line in (f"/{file.path}", f"  Content-Type: {file.kind}", *_shared(file))
    ]
    (fresh / HEADERS).write_text("\n".join(lines) + "\n", "utf-8")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
