"""The admin is killed while programs tell customers something: each thing is said once, however often it was asked."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from running import Meetlat, eventually, free_port, installed
from samples import ONE_TARGET

from monitor.clock import Clock
from monitor.config import load
from monitor.saying import recorded
from monitor.store import open_record

KILLS = max(5, int(os.environ.get("MEETLAT_KILLS", "40")) // 8)
EACH = 4


def ask(url: str, token: str, key: str) -> int:
    """Say something under a key; 0 when nobody answers."""
    body = {"title": {"en": key}, "text": {"en": "We look."}, "components": {"api": "down"}}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{url}/api/v1/incidents", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def started(meetlat: Meetlat) -> subprocess.Popen[bytes]:
    """The admin, as a process."""
    with (meetlat.home / "log").open("ab") as log:
        command = [sys.executable, "-m", "monitor", "admin", str(meetlat.config)]
        return subprocess.Popen(command, env=meetlat.environment(), stdout=log, stderr=log, cwd=meetlat.home)


def test_each_thing_is_said_once_under_kills(tmp_path: Path) -> None:
    """Asked again with the same key until it is answered, whatever was killed when: as many incidents as there were keys."""
    chance, port = random.Random(1), free_port()
    url = f"http://127.0.0.1:{port}"
    with installed(tmp_path) as meetlat:
        meetlat.write("meetlat.toml", ONE_TARGET.format(port=9) + f"[admin]\nport = {port}\n")
        config = ("--config", str(meetlat.config))
        meetlat.run("operator", "add", "jansen", *config, text="correct horse battery\n")
        token = meetlat.run("token", "new", "t", "--operator", "jansen", "--scope", "incidents:write", *config).strip()
        own = load(meetlat.config, {"MEETLAT_STATE": str(meetlat.home / "state")})
        open_record(own.storage.url.reveal(), Clock()).close()
        answered: set[str] = set()
        for turn in range(KILLS):
            process = started(meetlat)
            eventually(lambda: ask(url, "none", "x") == 401, "the admin")
            keys = [f"k-{turn}-{n}" for n in range(EACH)]
            asking = [threading.Thread(target=ask, args=(url, token, key)) for key in keys]
            for each in asking:
                each.start()
            time.sleep(chance.random() * 0.15)
            process.send_signal(signal.SIGKILL)
            process.wait()
            for each in asking:
                each.join()
            answered |= set(keys)
        process = started(meetlat)
        try:
            eventually(lambda: ask(url, "none", "x") == 401, "the admin")
            assert {ask(url, token, key) for key in sorted(answered)} == {201}
            assert {ask(url, token, key) for key in sorted(answered)} == {201}
        finally:
            process.kill()
            process.wait()
        titles = [each.titles["en"] for each in recorded(own).incidents]
        assert sorted(titles) == sorted(answered)
