"""The plug is pulled on the teller at random moments: all is told, and what is told twice has the same id."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path

from receiving import Hooks, mail_table, receiving
from running import eventually
from telling import incident_step
from telling_run import told

from monitor.clock import Clock
from monitor.store import failing

KILLS = int(os.environ.get("MEETLAT_KILLS", "5"))
SECONDS = 180  # for all of the kills: as many as fit


def test_a_kill_between_sending_and_noting_tells_the_same_again(tmp_path: Path) -> None:
    """After each kill -9 while changes come: each change reaches mailbox, webhook and channel at least once, in order, and whoever
    drops an id that he has got it exactly once. The two logs, what is told and what was, agree in the end.
    """
    chance = random.Random(20261125)
    with receiving() as (hooks, mailing):
        hooks.lingers = 0.05  # so that many kills fall between sending and noting
        tables = f"""{mail_table(mailing)}
[subscribe]
url = "https://status.acme.example/to"
ways = ["email", "webhook"]
reach = ["127.0.0.0/8"]
[[channel]]
id = "ops"
kind = "webhook"
url = "{hooks.url("/ops")}"
[[alert]]
id = "all"
channels = ["ops"]
together = "0s"
"""
        with told(tmp_path, tables) as acme:
            acme.subscribe("jan@acme.example")
            acme.subscribe(hooks.url("/them"), "webhook")
            acme.start()  # once, so that it follows from here
            acme.stop()
            stop, changes = threading.Event(), [0]

            def change() -> None:
                while not stop.wait(0.25):
                    changes[0] += 1
                    for number, step in ((1, "investigating"), (2, "resolved")):
                        event = incident_step(number, step, Clock().now())
                        acme.record.tell([type(event)(**{**vars(event), "subject": f"i{changes[0]}"})])

            changing = threading.Thread(target=change)
            changing.start()
            begun, kills = time.monotonic(), 0
            while kills < KILLS and time.monotonic() - begun < SECONDS:
                before, process = len(hooks.posts), start(acme.folder)
                if kills % 4:  # the others perhaps while it starts
                    eventually(partial(has_grown, hooks, before), "something that is told", 30)
                time.sleep(chance.random() / 2)
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
            stop.set()
            changing.join()
            process = start(acme.folder)
            wanted = 2 * changes[0]
            eventually(lambda: len({each.told["id"] for each in hooks.at("/them")}) == wanted, "all of it", 120)
            eventually(lambda: len({each.mail["Message-ID"] for each in mailing.letters}) == wanted, "all mails", 120)
            eventually(lambda: hooks.at("/ops")[-1].told["data"]["step"] in ("recovered", "passed"), "the end", 30)
            eventually(lambda: failing(acme.url) == ({}, []), "nothing that waits", 30)
            process.terminate()
            assert process.wait(20) == 0
        for path in ("/them", "/ops"):
            bodies = {each.told["id"]: each.body for each in hooks.at(path)}
            assert all(bodies[each.told["id"]] == each.body for each in hooks.at(path))
        firsts = list(dict.fromkeys(each.told["url"] for each in hooks.at("/them")))
        assert firsts == [url for n in range(1, changes[0] + 1) for url in (told_at(n, 1), told_at(n, 2))]
        steps = [each["step"] for each in {each.told["id"]: each.told["data"] for each in hooks.at("/ops")}.values()]
        assert is_sound(steps)
        twice = sum(count - 1 for count in Counter(each.told["id"] for each in hooks.at("/them")).values())
        mails = len(mailing.letters) - wanted
        print(f"{kills} kills, {wanted} changes: told again by webhook {twice}, by mail {mails}; none lost")


def has_grown(hooks: Hooks, before: int) -> bool:
    """Whether more came since."""
    return len(hooks.posts) > before


def start(folder: Path) -> subprocess.Popen[bytes]:
    """A teller."""
    with (folder / "log").open("ab") as log:
        words = [sys.executable, "-m", "monitor", "teller", str(folder)]
        return subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)


def told_at(incident: int, number: int) -> str:
    """Where a step of an incident is read."""
    return f"https://status.acme.example/en/incidents/i{incident}#i{incident}-{number}"


def is_sound(steps: list[str]) -> bool:
    """Whether alerts begin and end in turns."""
    is_open = False
    for step in steps:
        if step == "opened":
            if is_open:
                return False
            is_open = True
        elif step == "recovered":
            if not is_open:
                return False
            is_open = False
    return not is_open
