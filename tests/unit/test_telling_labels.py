"""What somebody calls an outage is told to those who asked for what people say: once, and so is that it is taken back."""

from __future__ import annotations

import time
from pathlib import Path

import jsonschema
from receiving import mail_table, receiving
from running import eventually
from samples import MAIN
from telling_run import WEB, Told, told

from monitor.clock import Clock
from monitor.store import failing, open_desk
from monitor.timeline.record import Label, Notice
from statuspage.letters import payload_schema

WHY = "<b>lightning</b>"


def say(acme: Told, about: Notice, kind: str) -> None:
    """Label an outage."""
    desk = open_desk(acme.url, Clock())
    end = about.start + 1
    desk.label(Label(Clock().now(), about.component, about.start, end, kind, "J. Jansen", WHY, about.outage))
    desk.close()


def test_a_label_is_told_once(tmp_path: Path) -> None:
    """With which outage it is, what it is called, by whom, why, and where that is read; in the language of who is told. What is
    private is told to the channels of the operators only; labels of before the teller was there to nobody.
    """
    with receiving() as (hooks, mailing):
        tables = f"""{mail_table(mailing)}
[subscribe]
url = "https://status.acme.example/to"
[[channel]]
id = "ops"
kind = "webhook"
url = "{hooks.url("/ops")}"
[[channel]]
id = "deaf"
kind = "webhook"
url = "{hooks.url("/deaf")}"
[[alert]]
id = "said"
channels = ["ops"]
kinds = ["incident"]
[[alert]]
id = "work"
channels = ["deaf"]
kinds = ["maintenance"]
"""
        with told(tmp_path, tables) as acme:
            acme.write(tables, MAIN + WEB.replace('name = "Web"', 'name = "Canary"\nprivate = true'))
            acme.subscribe("jan@acme.example", language="nl", kinds=("incident",))
            acme.subscribe("paper@acme.example", kinds=("statement", "outage"), components=("web",))
            seen, unseen = acme.down("api"), acme.down("web")
            say(acme, seen, "customer")
            acme.start()
            say(acme, seen, "force-majeure")
            say(acme, unseen, "force-majeure")
            eventually(lambda: len(hooks.at("/ops")) == 2 and mailing.letters, "the labels")
            acme.stop()
            acme.start()
            say(acme, seen, "none")
            eventually(lambda: len(hooks.at("/ops")) == 3 and len(mailing.letters) == 2, "that it is taken back")
            time.sleep(1.5)  # longer than a look
            assert failing(acme.url) == ({}, [])
        assert [each.to for each in mailing.letters] == ["jan@acme.example"] * 2
        first, second = mailing.letters
        assert first.mail["Subject"] == "[Aangemerkt] API"
        assert f"J. Jansen merkt dit aan als overmacht: {WHY}" in first.text
        assert f"/incidents/{seen.outage}" in first.text
        assert WHY not in first.html
        assert "Canary" not in first.text + second.text
        assert second.mail["Subject"] == "[Etiket ingetrokken] API"
        assert "Ingetrokken door J. Jansen" in second.text
        assert [each.told["data"]["label"] for each in hooks.at("/ops")] == ["force-majeure", "force-majeure", "none"]
        assert [each.told["components"] for each in hooks.at("/ops")] == [["api"], ["web"], ["api"]]
        for each in hooks.posts:
            jsonschema.validate(each.told, payload_schema(), format_checker=jsonschema.FormatChecker())
        assert hooks.at("/deaf") == []
