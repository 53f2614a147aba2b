"""The plug is pulled on the teller at random moments: all is told, and what is told twice has the same id."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

from receiving import Hooks, mail_table, receiving
from running import eventually
from telling import incident_step, maintenance_step
from telling_run import told
from warm import Warm

from monitor.clock import Clock
from monitor.store import failing

KILLS = int(os.environ.get("MEETLAT_KILLS", "5"))
DAY = 86_400
STEPS = (("incidents", 1), ("incidents", 2), ("maintenances", 1), ("maintenances", 2))


def test_a_kill_between_sending_and_noting_tells_the_same_again(tmp_path: Path) -> None:
    """After each kill -9 while changes come: each change reaches mailbox, webhook and channel at least once, in order, and whoever
    drops an id that he has got it exactly once: whole lives of incidents and of maintenance. What is told and what was agree.
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
                while not stop.wait(0.5):
                    changes[0] += 1
                    n, now = changes[0], Clock().now()
                    for number, step in ((1, "investigating"), (2, "resolved")):
                        acme.record.tell([replace(incident_step(number, step, now), subject=f"i{n}")])
                    then = {"titles": {"en": f"Work {n}"}, "start": now + 90 * DAY, "end": now + 91 * DAY}
                    for number, step in ((1, "scheduled"), (2, "cancelled")):
                        said = then if number == 1 else {}
                        acme.record.tell([replace(maintenance_step(number, step, now, **said), subject=f"m{n}")])

            changing = threading.Thread(target=change)
            changing.start()
            warm = Warm(acme.folder)
            for kill in range(KILLS):
                before = len(hooks.posts)
                warm.start()
                if kill % 4:  # the others perhaps while it starts
                    eventually(partial(has_grown, hooks, before), "something that is told", 30)
                time.sleep(chance.random() / 2)
                warm.kill()
            warm.close()
            stop.set()
            changing.join()
            hooks.lingers = 0
            process = start(acme.folder)
            wanted = 4 * changes[0]
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
        assert firsts == [told_at(n, *each) for n in range(1, changes[0] + 1) for each in STEPS]
        steps = [each["step"] for each in {each.told["id"]: each.told["data"] for each in hooks.at("/ops")}.values()]
        assert is_sound(steps)
        twice = sum(count - 1 for count in Counter(each.told["id"] for each in hooks.at("/them")).values())
        mails = len(mailing.letters) - wanted
        print(f"{KILLS} kills, {wanted} changes: told again by webhook {twice}, by mail {mails}; none lost")


def has_grown(hooks: Hooks, before: int) -> bool:
    """Whether more came since."""
    return len(hooks.posts) > before


def start(folder: Path) -> subprocess.Popen[bytes]:
    """A teller."""
    with (folder / "log").open("ab") as log:
        words = [sys.executable, "-m", "monitor", "teller", str(folder)]
        return subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)


def told_at(n: int, folder: str, number: int) -> str:
    """Where a step of an incident or of maintenance is read."""
    name = f"{folder[0]}{n}"
    return f"https://status.acme.example/en/{folder}/{name}#{name}-{number}"


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
