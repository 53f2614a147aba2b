"""The three applications that answer over HTTP, each with a client, and what strangers could put into their addresses."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import quote, unquote_to_bytes

from operating import HOST, office
from samples import MAIN
from shown import client
from telling_run import WEB, told
from werkzeug.routing import Map
from werkzeug.test import Client, TestResponse

from monitor.clock import Clock
from statuspage.signup import create_app

CANARY = "canary-that-no-answer-holds"
FORM = "https://status.acme.example"
SIGN_UP = (
    f'\n[subscribe]\nurl = "{FORM}"\nways = ["email", "webhook"]\n[mail]\nhost = "127.0.0.1"\nfrom = "a@acme.example"\n'
)
STEPS = ["..", "%2e%2e", "%252e%252e", "..;", "%c0%ae%c0%ae", ".%00.", "\uff0e\uff0e", "...."]
BETWEEN = ["/", "%2f", "\\", "%5c", "%252f", "%c0%af", "//"]
GOALS = [
    "etc/passwd", "meetlat.toml", "state/meetlat.db", "meetlat-people.db", "meetlat-telling.key", "agreements/acme.toml",
    "proc/self/environ", "windows/win.ini", "app.py", "evil.example/",
]  # fmt: skip
BEFORE = ["", "/", "//evil.example/", "file:///", "%00", "C:"]
BEHIND = ["", "%00", "%00.png", "%0d%0aSet-Cookie:x=y", "?x", ".json"]


@dataclass
class Door:
    """One application: how it is asked, and the files that it may not change."""

    name: str
    client: Client
    url: str
    routes: Map
    files: list[Path]
    token: str = ""

    def get(self, path: str, method: str = "GET", query: str = "", **headers: str) -> TestResponse:
        """Ask for a path as a server hands it on: decoded once, byte for byte, and nothing made plain."""
        raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
        sent = {"Authorization": f"Bearer {self.token}"} if path.startswith("/api/") and self.token else {}
        headers = sent | headers
        return self.client.open(
            "/", method=method, base_url=self.url, headers=headers, environ_overrides=raw, buffered=True
        )

    def paths(self) -> list[tuple[str, str]]:
        """Each address in which something is filled in, with ``{}`` for one of them and what is there for the others."""
        found = []
        for rule in self.routes.iter_rules():
            if (
                rule.arguments
                and "GET" in (rule.methods or ())
                and not rule.rule.startswith("/<string(length=2):lang>")
            ):
                parts = re.split(r"(<[^>]+>)", rule.rule)
                holes = [n for n, part in enumerate(parts) if part.startswith("<")]
                for hole in holes:
                    words = ["{}" if n == hole else _usual(part) for n, part in enumerate(parts)]
                    found.append((rule.rule, "".join(words)))
        return found

    def dump(self) -> list[str]:
        """All that is in its files."""
        lines: list[str] = []
        for file in self.files:
            raw = sqlite3.connect(file)
            lines += raw.iterdump()
            raw.close()
        return lines


def _usual(part: str) -> str:
    if not part.startswith("<"):
        return part
    choices = re.match(r"<any\(([^,)]+)", part)
    return choices[1] if choices else {"label": "2026-01", "lang": "en"}.get(part.strip("<>").rpartition(":")[2], "api")


@contextmanager
def doors(folder: Path) -> Iterator[list[Door]]:
    """The page, the admin with an owner at it, and the form; each over a record of its own, with a canary in what is kept."""
    with ExitStack() as stack:
        site = client(folder / "site", "....ccc....", more=f"\n# {CANARY}")
        house = stack.enter_context(office(_made(folder / "admin"), more=f"# {CANARY}"))
        entered, program = house.browser("jansen"), house.program()
        assert program.get("/api/v1/incidents").status_code == 200  # that it was used stands there from now on
        acme = stack.enter_context(told(folder / "form"))
        acme.write(f"{SIGN_UP}\n# {CANARY}", MAIN + WEB)
        subscribers = acme.subscribers()
        stack.callback(subscribers.close)
        sign_up = acme.config.telling.sign_up
        assert sign_up
        form = create_app(acme.config, sign_up, subscribers, Clock())
        record = folder / "admin/meetlat.db"
        yield [
            Door("page", site, "http://localhost", site.application.url_map, [folder / "site/state/meetlat.db"]),
            Door(
                "admin",
                entered.client,
                f"http://{HOST}",
                house.app.url_map,
                [record, folder / "admin/meetlat-people.db"],
                program.token,
            ),
            Door(
                "form",
                Client(form),
                FORM,
                form.url_map,
                [folder / "form/told/meetlat.db", folder / "form/told/meetlat-telling.db"],
            ),
        ]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def wanderings(count: int, seed: int = 1) -> list[str]:
    """So many ways to write a path out of where one is."""
    chance = Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        step, between = chance.choice(STEPS), chance.choice(BETWEEN)
        goal = chance.choice(GOALS).replace("/", chance.choice(["/", between]))
        text = chance.choice(BEFORE) + (step + between) * chance.choice([0, 1, 2, 3, 12]) + goal + chance.choice(BEHIND)
        made[quote(text, safe="%/\\:;?=.~")] = None
    return list(made)
