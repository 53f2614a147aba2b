"""An endpoint that calls ``meetlat run``, as in the README: page, feed and statement tell of it."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from running import eventually, free_port, installed

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-that-nobody-guesses"
CONFIG = """
[page]
name = "Acme"
url = "https://status.acme.example"
timezone = "Europe/Amsterdam"
languages = ["en", "nl"]

[defaults]
interval = "2s"
timeout = "1s"

[heartbeat]
port = {port}
mount = true

[[component]]
id = "backup"
name = "Backup"

  [[component.probe]]
  id = "nightly"
  kind = "heartbeat"
  token = "file:token"
  every = "5s"
  grace = "3s"
"""


def call(url: str, body: bytes | None = None, method: str | None = None) -> tuple[int, str]:
    """Call an address."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, method=method), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_a_life_of_calls(tmp_path: Path) -> None:
    """It calls, on the intake and through the site, and is up; it stops and is down, in words; it calls again and is up."""
    port = free_port()
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", CONFIG.format(port=port))
        meetlat.write("token", TOKEN + "\n")
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a healthy page")
        assert call(f"http://127.0.0.1:{port}/heartbeat/{TOKEN}/start")[0] == 200

        def state() -> str:
            if beating:
                call(f"{meetlat.url}/heartbeat/{TOKEN}", b"copied 3 files")
                time.sleep(0.4)
            component = json.loads(meetlat.get("/api/v1/components")[1])["components"][0]
            return str(component["state"])

        beating = True
        eventually(lambda: state() == "operational", "up")
        page = meetlat.get("/components/backup")[1]
        assert "Last sign of life" in page
        assert "Laatste teken van leven" in meetlat.get("/nl/components/backup")[1]
        assert "copied 3 files" not in page
        other, nothing = [call(f"{meetlat.url}/{name}/{TOKEN}x") for name in ("heartbeat", "somewhere")]
        assert other == (404, nothing[1].replace("somewhere", "heartbeat"))
        assert call(f"{meetlat.url}/heartbeat/{TOKEN}")[1] == "OK\n"
        assert call(f"{meetlat.url}/heartbeat/{TOKEN}", method="HEAD") == (200, "")
        assert "nightly: pass" in meetlat.run("probe", "nightly", "--config", str(meetlat.config))
        beating = False
        eventually(lambda: state() == "down", "down")
        assert "No sign of life in time." in meetlat.get("/components/backup")[1]
        assert "Geen teken van leven op tijd." in meetlat.get("/nl/components/backup")[1]
        beating = True
        eventually(lambda: state() == "operational", "up again")
        assert "copied 3 files" in meetlat.run("signals", "nightly", "--config", str(meetlat.config))
        meetlat.stop()
        assert TOKEN not in meetlat.log()
        every = [path.read_bytes() for path in (tmp_path / "state").iterdir()]
        assert not any(TOKEN.encode() in each for each in every)


def test_the_site_passes_on_what_may_be_a_call(tmp_path: Path) -> None:
    """With nobody behind it the caller is told to come again; too much is refused; whatever else is a page that is not there."""
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", CONFIG.format(port=free_port()))
        meetlat.write("token", TOKEN)
        meetlat.start("site")
        eventually(lambda: meetlat.get("/")[0] == 200, "a page")
        here = f"{meetlat.url}/heartbeat/{TOKEN}"
        assert call(here) == (503, "Not kept, call again\n")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(here, timeout=10)
        assert refused.value.headers["Cache-Control"] == "no-store"
        assert refused.value.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert refused.value.headers["X-Content-Type-Options"] == "nosniff"
        refused.value.close()
        assert call(here, b"x" * 2_000_000)[0] in (413, 0)  # or cut off while it still sends
        assert call(here, b"x", "DELETE")[0] == 503
        assert {call(here + more)[0] for more in ("/", "/a/b", "/start/", "/waytoolongtobeaword")} == {404}
        assert call(f"{meetlat.url}/heartbeat/short")[0] == 404
        meetlat.stop()


def test_the_example_of_the_readme(tmp_path: Path) -> None:
    """The job as printed there: its exit code is heard, and what it said with it; its tables are a configuration."""
    readme = (ROOT / "README.md").read_text()
    tables = next(each for each in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL) if "heartbeat" in each)
    job = next(each for each in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL) if "heartbeat" in each)
    port = free_port()
    with installed(tmp_path) as meetlat:
        page = CONFIG.partition("[[component]]")[0].format(port=port)
        meetlat.write("meetlat.toml", page + tables.replace("${BACKUP_TOKEN}", TOKEN))
        meetlat.start("worker")
        eventually(lambda: call(f"http://127.0.0.1:{port}/")[0] == 404, "an intake")
        for code, said in ((3, "disk full"), (0, "all copied")):
            (tmp_path / "backup").write_text(f"#!/bin/sh\necho {said}\nexit {code}\n")
            (tmp_path / "backup").chmod(0o755)
            environment = meetlat.environment() | {"BACKUP_TOKEN": TOKEN}
            script = job.replace("8082", str(port))
            done = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, timeout=60, check=False)
            assert done.returncode == 0
        said = meetlat.run("signals", "nightly-backup", "--config", str(meetlat.config))
        words = [line.partition(" ")[2] or line for line in said.splitlines()[1:]]
        assert words == ["start", "fail 3", " disk full", "start", "success", " all copied"]
        meetlat.stop()
