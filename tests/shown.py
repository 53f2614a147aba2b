"""What was drawn is shown: the site over a record of drawn observations, at a moment that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib
import jsonschema
from drawn import START, STEP, observations, watch
from flask.testing import FlaskClient
from samples import AGREEMENT

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.incidents.event import Event
from monitor.judge import judge, rewatch
from monitor.store import open_desk, open_reader, open_record
from monitor.timeline.record import Batch
from statuspage.app import create_app

URL = 'url = "https://status.acme.example"'
NASTY = "<script>alert(1)</script>"
CONFIG = f"""
[page]
name = "Acme {NASTY}"
{URL}
timezone = "Europe/Amsterdam"
languages = ["en", "nl"]
[[component]]
id = "api"
name = "API {NASTY}"
group = "Platform"
[[component.probe]]
id = "api-health"
kind = "http"
url = "https://api.acme.example/secret-path"
"""
SECOND = """
[[component]]
id = "web"
name = "Web"
[[component.probe]]
id = "web-health"
kind = "http"
url = "https://acme.example/"
"""
PAGES = [
    "/",
    "/components/api",
    "/groups/platform",
    "/history",
    "/history/2026-01",
    "/sla",
    "/sla/acme",
    "/sla/acme/2026-01",
    "/how-we-calculate",
    "/subscribe",
]


@dataclass(frozen=True)
class Still(Clock):
    """A clock that stands still."""

    second: int = 0

    def now(self) -> int:
        """Always the same."""
        return self.second


def configured(folder: Path, more: str = "", page: str = URL) -> Config:
    """The configuration of these tests; ``page`` is what else its page says."""
    (folder / "agreements").mkdir(parents=True, exist_ok=True)
    (folder / "meetlat.toml").write_text(CONFIG.replace(URL, page) + more)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    return load(folder, {"MEETLAT_STATE": str(folder / "state")})


def client(folder: Path, drawing: str, later: int = 1, more: str = "", page: str = URL) -> FlaskClient:
    """The site over a record of these observations, ``later`` seconds after the last one."""
    config = configured(folder, more, page)
    url = config.storage.url.reveal()
    end = START + (len(drawing) - 1) * STEP
    if drawing:
        record = open_record(url, Clock())
        record.watch([watch()], START)
        for n, seen in enumerate(observations(drawing)):
            stands = rewatch(record.standing(START), record.watches(), START + n * STEP).standing
            turn = judge(stands, [(seen, record.watches()[0])], START + n * STEP)
            record.append(Batch(START, (seen,), turn.redraws, turn.foldings, turn.notices))
        record.close()
    return create_app(config, lambda unseen: open_reader(url, unseen), Still(end + later)).test_client()


def showing(folder: Path, drawing: str, *events: Event, later: int = 1, more: str = "") -> FlaskClient:
    """The site over what was drawn and what was said."""
    site = client(folder, drawing, later, more)
    desk = open_desk(f"sqlite:///{folder}/state/meetlat.db", Clock())
    desk.tell(*events)
    desk.close()
    return site


def parsed(site: FlaskClient, path: str) -> str:
    """The page, which is well-formed and has nothing in it that runs."""
    answer = site.get(path)
    assert answer.status_code == 200, answer.text
    document = html5lib.HTMLParser(strict=False).parse(answer.text)
    for node in document.iter():
        if isinstance(node.tag, str):
            assert not node.tag.endswith(("img", "iframe")), path
            assert not node.tag.endswith("script") or node.attrib["src"].startswith("/static/"), "the site's own alone"
            assert not any(str(name).startswith("on") for name in node.attrib), path
            assert not str(node.attrib.get("href", "")).lower().startswith("javascript"), path
    assert "\u202e" not in answer.text
    assert ' style="' not in answer.text
    return answer.text


def held_to(described: dict[str, Any], schema: dict[str, Any], found: object) -> None:
    """ValidationError when it is not as the description says."""
    whole = {"components": described["components"], "allOf": [schema]}
    jsonschema.Draft202012Validator(whole).validate(found)
