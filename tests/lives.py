"""The whole life of an incident and of two maintenances as operators tell it, and an installation that hears and passes it on."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from driving import BY, INCIDENT, MAINTENANCE, PASSWORD, Saying, Way
from receiving import Hooks, Letter, Mailing, Post, mail_table, receiving
from running import Meetlat, Target, eventually, free_port, installed
from samples import AGREEMENT

SECRET = "whsec_c2VjcmV0IG9mIGFjbWU="
MAILBOX = "jan@acme.example"
WHY = "The power of the whole city was out."
HOUR = 3600
CONFIG = """
[page]
name = "Acme"
url = "https://status.acme.example"
timezone = "Europe/Amsterdam"
languages = ["en", "nl"]
[defaults]
interval = "1s"
timeout = "900ms"
confirm = 1
[admin]
port = {admin}
[subscribe]
url = "http://127.0.0.1:{form}/to"
port = {form}
ways = ["email", "webhook"]
reach = ["127.0.0.0/8"]
[[channel]]
id = "ops"
kind = "webhook"
url = "{ops}"
secret = "{secret}"
[[alert]]
id = "all"
channels = ["ops"]
components = ["api", "web"]
together = "1s"
kinds = ["incident", "maintenance"]
"""
COMPONENT = """
[[component]]
id = "{id}"
name = "{name}"
[[component.probe]]
id = "{id}-port"
kind = "tcp"
host = "127.0.0.1"
port = {port}
"""


def written(at: int) -> str:
    """An instant as an operator writes it, with an offset."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def script(now: int) -> list[tuple[str, Saying]]:
    """All that is said, in order, each with the name of what it is said of."""

    def trouble(step: str, en: str = "", nl: str = "", **more: Any) -> tuple[str, Saying]:
        return "trouble", Saying(INCIDENT, step, {k: v for k, v in (("en", en), ("nl", nl)) if v}, **more)

    def disks(step: str, en: str, nl: str, **more: Any) -> tuple[str, Saying]:
        return "disks", Saying(MAINTENANCE, step, {"en": en, "nl": nl}, **more)

    api_and_web, began = {"api": "down", "web": "degraded"}, now - 600
    slow = {"en": "Orders are slow", "nl": "Bestellen gaat traag"}
    new_disks, router = {"en": "New disks", "nl": "Nieuwe schijven"}, {"en": "New router", "nl": "Nieuwe router"}
    tomorrow = now // HOUR * HOUR + 24 * HOUR
    return [
        trouble("investigating", "We *look* into it.", "Wij zoeken het **uit**.", titles=slow, components=api_and_web,
                impact="major", severity="P2", start=written(began)),
        trouble("acknowledged"),
        trouble("identified", "It is the database.", "Het is de database."),
        trouble("identified", "Half of it works again.", "De helft werkt weer.",
                components={"api": "degraded"}, impact="minor", severity="P3"),
        trouble("monitoring", "It works; we watch it.", "Het werkt; wij kijken toe."),
        trouble("resolved", "It is over.", "Het is voorbij.", end=written(now - 60)),
        trouble("postmortem", "A disk was full. We bought more.", "Een schijf was vol. Er zijn er meer gekocht."),
        trouble("corrected", "The graphs say so.", start=written(began - 300), end=written(now - 120)),
        disks("scheduled", "We replace disks.", "Wij vervangen schijven.", titles=new_disks,
              components={"web": "maintenance"}, start=written(tomorrow), end=written(tomorrow + HOUR)),
        disks("scheduled", "An hour later, and longer.", "Een uur later, en langer.",
              start=written(tomorrow + HOUR), end=written(tomorrow + 3 * HOUR)),
        disks("in_progress", "We begin early.", "Wij beginnen vroeg."),
        disks("verifying", "They are in.", "Zij zitten erin."),
        disks("completed", "All is well.", "Alles is goed."),
        ("router", Saying(MAINTENANCE, "scheduled", {"en": "A new one.", "nl": "Een nieuwe."}, router,
                          {"api": "maintenance"}, start=written(tomorrow), end=written(tomorrow + HOUR))),
        ("router", Saying(MAINTENANCE, "cancelled", {"en": "It did not come.", "nl": "Die kwam niet."})),
    ]  # fmt: skip


def sent(url: str, fields: Mapping[str, Any] | None = None) -> tuple[int, str]:
    """Open an address, or send a form to it."""
    data = urllib.parse.urlencode(fields, doseq=True).encode() if fields else None
    try:
        with urllib.request.urlopen(url, data, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


@dataclass
class Acme:
    """An installation that runs, whoever is told by it, and the names of what was said."""

    meetlat: Meetlat
    hooks: Hooks
    mailing: Mailing
    admin: str
    form: str
    names: dict[str, str] = field(default_factory=dict)
    standings: list[Any] = field(default_factory=list)
    secret: str = ""
    outage: str = ""
    trail: str = ""

    @property
    def letters(self) -> list[Letter]:
        """The mails, but for the one that asks to confirm."""
        return self.mailing.letters[1:]

    @property
    def posts(self) -> list[Post]:
        """What the subscriber's program got, but for the one that asks to confirm."""
        return self.hooks.at("/theirs")[1:]

    def asked(self, path: str) -> Any:
        """A document, as it is now: a question is never answered from what is kept."""
        return json.loads(self.meetlat.get(f"{path}{'&' if '?' in path else '?'}now={time.time_ns()}")[1])

    def sign_up(self) -> None:
        """Two subscribers ask, and confirm by the link that they got."""
        kinds = {"kind": ["incident", "maintenance"]}
        assert sent(f"{self.form}/nl/", {"address": MAILBOX, "way": "email", **kinds})[0] == 200
        assert sent(f"{self.form}/en/", {"address": self.hooks.url("/theirs"), "way": "webhook", **kinds})[0] == 200
        question = eventually(lambda: self.hooks.at("/theirs"), "the question to a program")[0].told
        self.secret = question["data"]["secret"]
        link = eventually(lambda: self.mailing.letters, "the question by mail")[0].link("confirm")
        for each in (question["url"], link):
            assert sent(each, {"yes": "1"})[0] == 200

    def live(self, way: Way) -> None:
        """Say all of it, each when the one before has arrived everywhere."""
        for number, (key, it) in enumerate(script(int(time.time())), 1):
            self.names[key] = way.say(it, self.names.get(key, ""))
            now = int(time.time())
            self._heard(sum(bool(each.texts) for _, each in script(0)[:number]), f"{key}, {it.step}")
            if number == 1:
                eventually(lambda: self.hooks.at("/ops"), "the alert", 60)
            self.standings.append(self._standing())
            self._outlive(now)
        way.label(self.outage, "force-majeure", WHY)
        self._heard(sum(bool(each.texts) for _, each in script(0)) + 1, "the label")
        eventually(lambda: self.meetlat.run("deliveries") == "everything was told\n", "that all is told", 60)
        self.trail = self.meetlat.run("audit")

    def _outlive(self, second: int) -> None:
        eventually(lambda: int(time.time()) > second, "another second")

    def _heard(self, many: int, what: str) -> None:
        eventually(lambda: len(self.letters) >= many and len(self.posts) >= many, what, 60)

    def _standing(self) -> Any:
        found = self.asked("/api/v2/summary.json")
        return {
            "components": {each["name"]: each["status"] for each in found["components"] if each["name"] != "Old"},
            "incidents": [each["status"] for each in found["incidents"] if "Old" not in each["name"]],
            "maintenances": [each["status"] for each in found["scheduled_maintenances"]],
        }


@contextmanager
def acme(folder: Path) -> Iterator[tuple[Acme, str]]:
    """An installation with an operator, two subscribers who confirmed and an outage that goes on; and a token."""
    target, admin, form = Target(), free_port(), free_port()
    with receiving() as (hooks, mailing), installed(folder) as meetlat:
        main = CONFIG.format(admin=admin, form=form, ops=hooks.url("/ops"), secret=SECRET) + mail_table(mailing)
        ports = {"api": target.port, "web": target.port, "old": free_port()}
        main += "".join(COMPONENT.format(id=name, name=name.title(), port=port) for name, port in ports.items())
        meetlat.write("meetlat.toml", main)
        meetlat.write("agreements/acme.toml", AGREEMENT)
        meetlat.run("operator", "add", "jansen", "--shown", BY, text=f"{PASSWORD}\n")
        scopes = [f"--scope={name}:write" for name in ("incidents", "maintenance", "labels")]
        token = meetlat.run("token", "new", "deploy", "--operator", "jansen", *scopes).strip()
        meetlat.start()
        found = Acme(meetlat, hooks, mailing, f"http://127.0.0.1:{admin}", f"http://127.0.0.1:{form}/to")
        eventually(lambda: sent(f"{found.form}/nl/")[0] == 200, "the form", 60)
        eventually(lambda: sent(f"{found.admin}/healthz")[0] == 200, "the admin", 60)
        found.sign_up()
        outages = eventually(lambda: found.asked("/feed.json?kind=outage")["items"], "the outage", 60)
        found.outage = str(outages[0]["url"]).rsplit("/", 1)[1].partition("#")[0]
        yield found, token
        meetlat.stop()
    target.stop()
