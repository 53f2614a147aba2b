"""From no account at all to a word that customers read: by what is typed, by what runs, by what a program asks."""

from __future__ import annotations

import json
import socket
import urllib.request
from pathlib import Path

from running import Target, eventually, free_port, installed
from samples import ONE_TARGET

SLOW = {"title": {"en": "It is slow"}, "text": {"en": "We look."}, "components": {"api": "degraded"}}


def listens(port: int) -> bool:
    """Whether anybody is there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def test_the_admin_is_there_once_there_is_an_operator(tmp_path: Path) -> None:
    """Without one nothing listens; once one is made it does, without a restart. What a token says is on the page."""
    target, port = Target(), free_port()
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", ONE_TARGET.format(port=target.port) + f"[admin]\nport = {port}\n")
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a first observation")
        assert not listens(port)
        assert not list((tmp_path / "state").glob("*people*"))
        config = ("--config", str(meetlat.config))
        meetlat.run("operator", "add", "jansen", *config, text="correct horse battery\n")
        token = meetlat.run("token", "new", "t", "--operator", "jansen", "--scope", "incidents:write", *config).strip()
        eventually(lambda: listens(port), "the admin")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/incidents", json.dumps(SLOW).encode(), headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            made = json.load(answer)
        eventually(lambda: "It is slow" in meetlat.get(f"/incidents/{made['id']}")[1], "its page")
        assert "incident investigating" in meetlat.run("audit", *config)
        for path in ("/login", "/audit", "/people"):
            assert meetlat.get(path)[0] == 404, "the page that customers see knows no login"
        assert token not in meetlat.log()
        meetlat.stop()
        assert not listens(port)
    target.stop()
