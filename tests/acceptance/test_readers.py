"""A feed reader that people use, installed from Debian, beside a running monitor."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

from programs import program
from running import Meetlat, Target, eventually, installed
from samples import ONE_TARGET


def test_newsboat_sees_every_change_once(tmp_path: Path) -> None:
    """Asked again and again while a component fails and recovers twice, it has one unread article for each beginning and end."""
    program("newsboat", "newsboat")
    target = Target()
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", ONE_TARGET.replace("{port}", str(target.port)))
        meetlat.start()
        eventually(lambda: meetlat.get("/healthz")[0] == 200, "a healthy page")
        for n in range(2):
            target.stop()
            eventually(lambda wanted=2 * n + 1: _articles(meetlat, tmp_path) == wanted, "the outage")  # type: ignore[misc]
            target.start()
            eventually(lambda wanted=2 * n + 2: _articles(meetlat, tmp_path) == wanted, "its end")  # type: ignore[misc]
        titles = _titles(tmp_path)
        assert len(titles) == len(set(titles)) == 4
        meetlat.stop()


def _articles(meetlat: Meetlat, folder: Path) -> int:
    """Reload as a user would; how many articles are unread."""
    (folder / "urls").write_text(f"http://127.0.0.1:{meetlat.port}/feed.atom\n")
    command = ["newsboat", "-u", str(folder / "urls"), "-c", str(folder / "cache.db"), "-C", os.devnull]
    command += ["-x", "reload", "print-unread"]
    own = os.environ | {"HOME": str(folder)}
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=own).stdout
    return int(said.split()[0])


def _titles(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "cache.db") as cache:
        return [f"{title} {at}" for title, at in cache.execute("SELECT title, pubDate FROM rss_item")]
