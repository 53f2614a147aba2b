"""People tell of trouble and of work beside a running monitor, through the real command."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from running import Meetlat, Target, eventually, installed
from samples import AGREEMENT

CONFIG = """
[page]
name = "Acme"
url = "https://status.acme.example"
languages = ["en"]
[[component]]
id = "api"
name = "API"
[[component.probe]]
id = "api-health"
kind = "http"
url = "http://127.0.0.1:{port}/"
interval = "1s"
timeout = "900ms"
"""
PLAN = """
[[maintenance]]
id = "disks"
title = "New disks"
components = ["api"]
start = 2026-01-01T10:00:00
end = 2036-01-01T10:00:00
"""
BY = ("--by", "J. Jansen", "--text")


def open_two(meetlat: Meetlat, names: list[str]) -> None:
    """Incidents, one command after the other."""
    line = ("incident", "open", "Slow", "--component", "api=degraded", *BY, "We look.")
    names.extend(meetlat.run(*line).split()[0] for _ in range(2))


def test_telling_beside_a_running_monitor(tmp_path: Path) -> None:
    """Two operators at once, and no incident is lost; the page has them within seconds; a plan that is reloaded is in force."""
    target = Target()
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", CONFIG.format(port=target.port))
        meetlat.write("agreements/acme.toml", AGREEMENT)
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a healthy page")
        names: list[str] = []
        operators = [threading.Thread(target=open_two, args=(meetlat, names)) for _ in range(2)]
        for each in operators:
            each.start()
        for each in operators:
            each.join()
        assert len(set(names)) == 4
        eventually(lambda: all(f"/incidents/{name}" in meetlat.get("/")[1] for name in names), "the incidents", 10)
        assert "Degraded performance</h1>" in meetlat.get("/")[1]
        for name in names:
            meetlat.run("incident", "resolve", name, *BY, "Over.")
        assert meetlat.run("incident", "list") == "no open incidents\n"
        meetlat.write("meetlat.toml", CONFIG.format(port=target.port) + PLAN)
        meetlat.signal(signal.SIGHUP)
        eventually(lambda: "disks  in_progress" in meetlat.run("maintenance", "list"), "the plan in the record")
        eventually(lambda: "Under maintenance</h1>" in meetlat.get("/")[1], "the maintenance", 10)
        assert meetlat.get("/maintenances/disks")[0] == 200
        meetlat.stop()
    target.stop()
