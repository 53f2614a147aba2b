"""A real outage opens an incident by itself, a person takes it over and labels the outage, and the statement moves exactly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from running import Meetlat, Target, eventually, installed
from samples import AGREEMENT

CONFIG = """
[page]
name = "Acme"
url = "https://status.acme.example"
languages = ["en", "nl"]
[incidents]
automatic = "open-and-resolve"
minimum = "2s"
[[component]]
id = "api"
name = "API"
[[component.probe]]
id = "api-health"
kind = "http"
url = "http://127.0.0.1:{port}/"
interval = "1s"
timeout = "900ms"
confirm = 2
recover = 1
"""
FORGIVING = AGREEMENT.replace("Europe/Amsterdam", "UTC").replace(
    "  [[objective.remedy]]", '[[objective.exclude]]\nkind = "force-majeure"\ntreat = "forgive"\n[[objective.remedy]]'
)
BY = ("--by", "J. Jansen")


def told(meetlat: Meetlat) -> list[dict[str, Any]]:
    """The incidents, newest first."""
    status, body = meetlat.get("/api/v1/incidents")
    found: list[dict[str, Any]] = json.loads(body)["incidents"] if status == 200 else []
    return found


def down(meetlat: Meetlat) -> tuple[str, str]:
    """How long it was down as the agreement counts it, and the figure without labels."""
    made = meetlat.statement("acme", f"{datetime.now(UTC):%Y-%m}")["objectives"][0]
    return str(made["down_seconds"]), str(made["without_labels"])


def test_an_outage_tells_of_itself_until_somebody_speaks(tmp_path: Path) -> None:
    """Opened by itself, taken over, over without another word, labelled and excluded, and the label shown in both languages."""
    target = Target()
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", CONFIG.format(port=target.port))
        meetlat.write("agreements/acme.toml", FORGIVING)
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a healthy page")
        target.status = 503
        (found,) = eventually(lambda: told(meetlat), "an incident")
        name = found["id"]
        assert found["automatic"]
        eventually(lambda: f"/incidents/{name}" in meetlat.get("/")[1], "the page")
        assert "Current outages" not in meetlat.get("/")[1]
        meetlat.run("incident", "update", name, "--phase", "identified", *BY, "--text", "A *cable*.")
        target.status = 200
        eventually(lambda: told(meetlat)[0]["measured"]["end"], "the end of the outage")
        (found,) = told(meetlat)
        assert (found["phase"], found["automatic"]) == ("identified", False), "the monitor is silent"
        assert "measured up since" in meetlat.run("incident", "list")
        meetlat.run("incident", "resolve", name, *BY, "--text", "Mended.")
        seconds, bare = down(meetlat)
        assert (int(seconds) > 0, bare) == (True, "None")
        said = ("--outage", name, "--kind", "force-majeure", *BY, "--why", "A digger")
        meetlat.run("label", *said)
        assert down(meetlat)[0] == "0"
        assert "exact" in down(meetlat)[1]
        for prefix, word in (
            ("", "labels it as force majeure: A digger"),
            ("/nl", "merkt dit aan als overmacht: A digger"),
        ):
            path = f"{prefix}/incidents/{name}"
            eventually(lambda path=path, word=word: word in meetlat.get(path)[1], "the label", 15)  # type: ignore[misc]
        meetlat.run("label", *said[:2], "--kind", "none", *BY, "--why", "It was our own")
        assert down(meetlat) == (seconds, "None")
        meetlat.stop()
    target.stop()
