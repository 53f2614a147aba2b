"""What happens is told to those who should know: real mail and HTTP servers on loopback get each change once."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from receiving import Hooks, Mailing, mail_table, receiving
from running import eventually
from samples import MAIN
from sealing import statement
from telling import maintenance_step
from telling_run import WEB, Told, told

from monitor.clock import Clock
from monitor.housekeeping import announced
from monitor.store import failing
from statuspage.letters import payload_schema

SECRET = "whsec_c2VjcmV0IG9mIGFjbWU="
SIGN_UP = """
[subscribe]
url = "https://status.acme.example/to"
ways = ["email", "webhook", "slack", "teams"]
reach = ["127.0.0.0/8"]
"""


@pytest.fixture
def servers() -> Iterator[tuple[Hooks, Mailing]]:
    """A mail server and an HTTP server."""
    with receiving() as found:
        yield found


@pytest.fixture
def acme(tmp_path: Path, servers: tuple[Hooks, Mailing]) -> Iterator[Told]:
    """An installation with a signed webhook for alerts, and subscribers."""
    hooks, mailing = servers
    tables = f"""{mail_table(mailing)}{SIGN_UP}
[[channel]]
id = "ops"
kind = "webhook"
language = "en"
url = "{hooks.url("/ops")}"
secret = "{SECRET}"
[[alert]]
id = "all"
channels = ["ops"]
together = "1s"
kinds = ["outage", "incident", "maintenance"]
"""
    with told(tmp_path, tables) as found:
        yield found


def quiet() -> None:
    """Wait long enough for what should not come."""
    time.sleep(1.5)


def test_each_change_is_told_once(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """An outage: one alert and its end, signed; each subscriber gets each notice once, by mail, webhook, Slack and Teams."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example", language="nl")
    for way in ("webhook", "slack", "teams"):
        acme.subscribe(hooks.url(f"/{way}"), way)
    acme.start()
    begun = acme.down()
    eventually(lambda: hooks.at("/ops") and mailing.letters, "an alert and a mail")
    acme.up(begun)
    eventually(lambda: len(hooks.at("/ops")) == 2 and len(mailing.letters) == 2, "the end of it")
    quiet()
    alerts = hooks.at("/ops")
    assert [each.told["data"]["step"] for each in alerts] == ["opened", "recovered"]
    assert all(each.is_signed_with(SECRET) for each in alerts)
    assert all(each.headers["webhook-id"] == each.told["id"] for each in alerts)
    for path in ("/webhook", "/slack", "/teams"):
        assert len(hooks.at(path)) == 2, path
    keys = acme.subscribers().keys
    for each in (*hooks.at("/webhook"), *alerts):
        jsonschema.validate(each.told, payload_schema(), format_checker=jsonschema.FormatChecker())
    assert all(each.is_signed_with(keys.secret(hooks.url("/webhook"))) for each in hooks.at("/webhook"))
    first, second = mailing.letters
    assert first.mail["Subject"] == "[Storing] API"
    assert "https://status.acme.example/incidents/" in first.text
    assert first.mail["Message-ID"] != second.mail["Message-ID"]
    assert failing(acme.url) == ({}, [])


def test_the_life_of_an_incident(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Each step is one mail in the language of the subscriber; that somebody acknowledged is nobody's mail."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    acme.incident(1, "investigating", components={"api": "degraded"}, impact="minor")
    eventually(lambda: hooks.at("/ops"), "an alert")
    acme.incident(2, "acknowledged", text="")
    acme.incident(3, "identified")
    acme.incident(4, "resolved")
    eventually(lambda: len(mailing.letters) == 3 and len(hooks.at("/ops")) == 2, "the whole of it")
    quiet()
    subjects = [each.mail["Subject"] for each in mailing.letters]
    assert subjects == ["[Investigating] Trouble", "[Identified] Trouble", "[Resolved] Trouble"]
    assert len(hooks.at("/ops")) == 2
    assert hooks.at("/ops")[0].told["data"]["severity"] == "P3"


def test_the_life_of_a_maintenance(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Announced, begun and ended by its plan: three mails, and the same to the channel of a rule that asks for it."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example", kinds=("maintenance",))
    acme.start()
    now = int(time.time())
    acme.maintenance(1, "scheduled", start=now + 2, end=now + 4)
    eventually(lambda: len(mailing.letters) == 3 and len(hooks.at("/ops")) == 3, "all of it")
    steps = [each.told["data"]["step"] for each in hooks.at("/ops")]
    assert steps == ["scheduled", "begins", "ends"]
    assert [each.mail["Subject"].partition("]")[0] for each in mailing.letters] == [
        "[Scheduled",
        "[Begun as planned",
        "[Ended as planned",
    ]


def test_people_tell_instead_of_the_machine(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """An outage that an incident tells of is not told by the machine too, and is one alert with its severity."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    acme.incident(1, "investigating", severity="P2")
    acme.down(at=int(time.time()) + 1)
    eventually(lambda: hooks.at("/ops") and mailing.letters, "both")
    quiet()
    assert [each.mail["Subject"] for each in mailing.letters] == ["[Investigating] Trouble"]
    assert [each.told["data"]["severity"] for each in hooks.at("/ops")] == ["P2"]


def test_everybody_hears_what_they_chose(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """By component and by kind."""
    _, mailing = servers
    acme.subscribe("web@acme.example", components=("web",))
    acme.subscribe("api@acme.example", components=("api",))
    acme.subscribe("work@acme.example", kinds=("maintenance",))
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: mailing.letters, "a mail")
    quiet()
    assert [each.to for each in mailing.letters] == ["api@acme.example"]


def test_nothing_of_before_is_told_but_what_goes_on(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """A first start floods nobody: the past is past, an open outage is an alert."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.up(acme.down())
    acme.down("web")
    acme.incident(1, "investigating")
    acme.incident(2, "resolved")
    acme.start()
    eventually(lambda: hooks.at("/ops"), "an alert")
    quiet()
    assert [each.told["components"] for each in hooks.at("/ops")] == [["web"]]
    assert mailing.letters == []


def test_what_happened_meanwhile_is_told_after_a_restart(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Also what began and ended while no teller ran; and nothing of before again."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: mailing.letters and hooks.at("/ops"), "a mail and an alert")
    acme.stop()
    acme.incident(2, "resolved")
    acme.up(acme.down("web"))
    acme.start()
    eventually(lambda: len(mailing.letters) == 4 and len(hooks.at("/ops")) == 2, "the rest")
    quiet()
    assert len(mailing.letters) == 4
    assert [each.told["data"]["step"] for each in hooks.at("/ops")] in (["opened", "changed"], ["opened", "recovered"])


def test_a_removed_component(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Its incident is still told of, by its id; its open outage is over for the operators."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    acme.down("web")
    eventually(lambda: hooks.at("/ops"), "an alert")
    acme.incident(1, "investigating", components={"web": "down"})
    eventually(lambda: len(mailing.letters) == 2, "a mail")
    acme.stop()
    acme.write(acme.tables, MAIN)
    acme.start()
    acme.incident(2, "identified")
    eventually(lambda: len(mailing.letters) == 3 and len(hooks.at("/ops")) == 2, "both")
    assert "web" in mailing.letters[-1].text
    assert hooks.at("/ops")[-1].told["data"]["step"] == "recovered"


def test_a_private_component_is_told_to_operators_only(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Subscribers hear nothing that names it, not even beside another component."""
    hooks, mailing = servers
    acme.write(acme.tables, MAIN + WEB.replace('name = "Web"', 'name = "Canary"\nprivate = true'))
    acme.subscribe("jan@acme.example")
    acme.start()
    acme.down("web")
    eventually(lambda: hooks.at("/ops"), "an alert")
    acme.incident(1, "investigating", components={"api": "down", "web": "down"})
    eventually(lambda: mailing.letters, "a mail")
    quiet()
    assert len(mailing.letters) == 1
    assert "Canary" not in mailing.letters[0].data.decode()
    assert "web" not in mailing.letters[0].text.replace("webhook", "")


def test_a_private_component_stays_so_when_it_is_taken_out(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """What comes of it afterwards, such as the end of its outage, is for no subscriber either."""
    _, mailing = servers
    private = MAIN + WEB.replace('name = "Web"', 'name = "Canary"\nprivate = true')
    acme.write(acme.tables, private)
    announced(acme.record, acme.config, Clock().now())
    acme.subscribe("jan@acme.example")
    acme.start()
    outage = acme.down("web")
    acme.stop()
    acme.write(acme.tables, MAIN)
    acme.start()
    acme.up(outage)
    acme.incident(1, "investigating", components={"web": "down"})
    acme.down("api")
    eventually(lambda: mailing.letters, "what anybody may hear")
    quiet()
    assert len(mailing.letters) == 1
    assert "web" not in mailing.letters[0].text


def test_a_statement_that_is_sealed_is_told(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """With its figure, as in the feed."""
    _, mailing = servers
    acme.subscribe("jan@acme.example", kinds=("statement",))
    acme.start()
    acme.record.seal("acme", "2026-01", statement() | {"agreement": "acme", "title": "Acme service level agreement"})
    eventually(lambda: mailing.letters, "a mail")
    assert "Acme service level agreement" in mailing.letters[0].mail["Subject"]


def test_what_cannot_be_kept_is_told_later(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """An outbox that is locked for a while loses nothing and tells nothing twice."""
    _, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    with contextlib.closing(sqlite3.connect(acme.folder / "meetlat-telling.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        acme.incident(1, "investigating")
        time.sleep(7)
        other.execute("ROLLBACK")
    eventually(lambda: mailing.letters, "the mail", 60)
    quiet()
    assert len(mailing.letters) == 1


def test_a_message_that_cannot_be_made_keeps_no_other(
    acme: Told, servers: tuple[Hooks, Mailing], caplog: pytest.LogCaptureFixture
) -> None:
    """A document of another program in the record is our mistake, logged once; what comes beside it is told."""
    _, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    acme.record.seal("acme", "2026-01", {"agreement": "acme", "objectives": "none"})
    acme.incident(1, "investigating")
    eventually(lambda: mailing.letters, "the mail")
    assert "a message failed, which is a fault of the monitor" in caplog.text


def test_work_that_comes_back_is_announced_once(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Eight weeks that are planned in one moment are one mail, of the next time."""
    _, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    now = int(time.time())
    first = maintenance_step(1, "scheduled", now, start=now + 3600, end=now + 7200)
    weeks = [
        replace(first, subject=f"w{n}", said=replace(first.said, start=start, end=start + 3600))
        for n, start in enumerate(range(now + 3600, now + 8 * 604_800, 604_800))
    ]
    acme.record.tell(weeks)
    eventually(lambda: mailing.letters, "the mail")
    quiet()
    assert len(mailing.letters) == 1
    assert "/maintenances/w0" in mailing.letters[0].text
