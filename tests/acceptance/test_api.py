"""What programs read, from the real command over a real connection, while a target breaks and recovers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from running import Meetlat, Target, eventually, free_port, installed
from samples import AGREEMENT, ONE_TARGET
from v2_schemas import SCHEMAS, check


def test_programs_follow_an_outage(tmp_path: Path) -> None:
    """Each v2 document is as it should be before, during and after; the badge, the metrics and our own API agree with them."""
    target = Target()
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", ONE_TARGET.replace("{port}", str(target.port)))
        meetlat.write("agreements/acme.toml", AGREEMENT)
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a healthy page")
        _agree(meetlat, "none", "operational")
        target.status = 500
        eventually(lambda: _asked(meetlat, "v2/incidents/unresolved.json")["incidents"], "an incident")
        _agree(meetlat, "critical", "down")
        target.status = 200
        eventually(lambda: not _asked(meetlat, "v2/incidents/unresolved.json")["incidents"], "its end")
        _agree(meetlat, "none", "operational")
        (incident,) = _asked(meetlat, "v2/incidents.json?page=1")[
            "incidents"
        ]  # a question is never answered from what is kept
        assert incident["status"] == "resolved"
        (outage,) = _asked(meetlat, "v1/outages?component=api")["outages"]
        assert outage["start"].replace("Z", ".000Z") == incident["started_at"]
        assert outage["reason"] == "status"
        status, text = meetlat.get("/api/v1/components/api/observations.csv")
        assert status == 200
        assert ",fail,status," in text
        head = urllib.request.Request(f"{meetlat.url}/api/v2/components.json", method="HEAD")
        with urllib.request.urlopen(head, timeout=10) as answer:
            assert answer.status == 200
            assert answer.headers.get_all("Content-Security-Policy") == ["default-src 'none'; sandbox"]
        meetlat.stop()
    target.stop()


def _agree(meetlat: Meetlat, indicator: str, state: str) -> None:
    """All of them say the same, once what is kept for two seconds is fresh again."""
    line = f'meetlat_component_state{{component="api",meetlat_component_state="{state}"}} 1'
    colour = "red" if state == "down" else "brightgreen"
    eventually(lambda: _asked(meetlat, "v2/status.json")["status"]["indicator"] == indicator, indicator)
    eventually(lambda: _asked(meetlat, "v1/components")["components"][0]["state"] == state, state)
    eventually(lambda: line in meetlat.get("/metrics")[1], line)
    eventually(lambda: json.loads(meetlat.get("/badge/api/status.json")[1])["color"] == colour, colour)
    for name, schema in SCHEMAS.items():
        check(_asked(meetlat, f"v2/{name}.json"), schema)


def _asked(meetlat: Meetlat, path: str) -> Any:
    status, text = meetlat.get(f"/api/{path}")
    assert status == 200, text
    return json.loads(text)


def test_our_own_api_is_as_it_describes_itself(tmp_path: Path) -> None:
    """Whatever the description allows to be asked, and what it does not: every answer is one that it names, and none is a fault.

    Left out is the check that whatever fits the description is accepted: a schema cannot say that ``from`` lies ahead of ``to``.
    """
    with installed(tmp_path) as meetlat:
        url = f"http://127.0.0.1:{meetlat.port}"
        meetlat.write(
            "meetlat.toml", ONE_TARGET.replace("{port}", str(free_port())).replace("https://status.acme.example", url)
        )
        meetlat.write("agreements/acme.toml", AGREEMENT)
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a healthy page")
        command = [
            str(Path(sys.executable).with_name("st")),
            "run",
            f"{url}/api/v1/openapi.json",
            "--max-examples",
            "40",
        ]
        command += ["--exclude-checks", "positive_data_acceptance", "--generation-deterministic", "--no-color"]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=tmp_path, check=False)
        assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
        selected, tested = (re.search(rf"{word}: (\d+)", ran.stdout) for word in ("Selected", "Tested"))
        assert selected
        assert tested
        assert int(selected[1]) == int(tested[1]) >= 11


def test_the_files_of_the_site_follow_what_happens(tmp_path: Path) -> None:
    """With a folder to write to, an outage is in its page, its feed and its documents soon after it is told, and so is its end."""
    target = Target()
    with installed(tmp_path) as meetlat:
        files = meetlat.config / "public"
        more = '[site]\nexport = "public"\n'
        meetlat.write("meetlat.toml", ONE_TARGET.replace("{port}", str(target.port)) + more)
        meetlat.start()

        def indicator() -> str:
            file = files / "api/v2/status.json"
            return str(json.loads(file.read_text())["status"]["indicator"]) if file.exists() else ""

        eventually(lambda: indicator() == "none", "files")
        target.stop()
        eventually(lambda: indicator() == "critical", "the outage in the files")
        assert "Grote storing" in (files / "index.html").read_text()
        assert "API" in (files / "feed.rss").read_text()
        target.start()
        eventually(lambda: indicator() == "none", "its end in the files")
        meetlat.stop()
