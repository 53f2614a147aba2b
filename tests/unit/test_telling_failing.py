"""Receivers that hang, refuse, are away or lie: each is its own trouble only, visible, and told in the end with the same id."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from click.testing import CliRunner
from receiving import Hooks, Mailing, mail_table, receiving
from running import eventually
from telling_run import WEB, Told, told

from monitor.__main__ import cli
from monitor.store import failing

MAIN = """
[page]
name = "Acme"
url = "https://status.acme.example"
[[component]]
id = "api"
name = "API"
[[component.probe]]
id = "api-port"
kind = "tcp"
host = "api.acme.example"
port = 443
"""


@pytest.fixture
def servers() -> Iterator[tuple[Hooks, Mailing]]:
    """A mail server and an HTTP server."""
    with receiving() as found:
        yield found


def channels(hooks: Hooks, mailing: Mailing) -> str:
    """A channel of each of our own kinds."""
    return f"""{mail_table(mailing)}
[subscribe]
url = "https://status.acme.example/to"
ways = ["email", "webhook"]
reach = ["127.0.0.0/8"]
[[channel]]
id = "mail"
kind = "email"
language = "en"
to = ["ops@acme.example"]
[[channel]]
id = "hook"
kind = "webhook"
url = "{hooks.url("/hook")}"
[[channel]]
id = "slow"
kind = "slack"
url = "{hooks.url("/slow")}"
[[channel]]
id = "any"
kind = "apprise"
url = "json://127.0.0.1:{hooks.port}/any"
[[alert]]
id = "all"
channels = ["mail", "hook", "slow", "any"]
together = "1s"
"""


@pytest.fixture
def acme(tmp_path: Path, servers: tuple[Hooks, Mailing]) -> Iterator[Told]:
    """An installation with these channels."""
    with told(tmp_path, channels(*servers)) as found:
        yield found


def typed(acme: Told, *words: str, code: int = 0) -> str:
    """What a command prints."""
    done = CliRunner().invoke(cli, [*words, "--config", str(acme.folder)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_mail_server_that_hangs_delays_nobody_else(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Webhooks and Apprise are told at once; the mail is visible as waiting, and comes once when the server is back."""
    hooks, mailing = servers
    mailing.hangs = True
    acme.subscribe("jan@acme.example")
    acme.start()
    begun = time.monotonic()
    acme.down()
    eventually(lambda: hooks.at("/hook") and hooks.at("/slow") and hooks.at("/any"), "the others")
    assert time.monotonic() - begun < 10
    assert mailing.letters == []
    printed = typed(acme, "deliveries")
    assert "email: 1 waiting" in printed
    assert "channel:mail: 1 waiting" in printed
    mailing.hangs = False
    eventually(lambda: len(mailing.letters) == 2, "both mails", 60)
    assert {each.to for each in mailing.letters} == {"jan@acme.example", "ops@acme.example"}
    eventually(lambda: "everything was told" in typed(acme, "deliveries"), "nothing that waits")


def test_a_mail_server_that_is_away(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Nothing is counted against any mailbox; all of it comes, in order, when it is back."""
    _, mailing = servers
    mailing.stop()
    for n in range(20):
        acme.subscribe(f"a{n}@acme.example")
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: failing(acme.url)[1], "a failure that is shown")
    acme.incident(2, "resolved")
    mailing.start()
    eventually(lambda: len([each for each in mailing.letters if each.to != "ops@acme.example"]) == 40, "all", 60)
    for n in range(20):
        subjects = [each.mail["Subject"] for each in mailing.to(f"a{n}@acme.example")]
        assert subjects == ["[Investigating] Trouble", "[Resolved] Trouble"]
    assert all(each.tried == 0 for each in failing(acme.url)[1])


def test_what_is_tried_again_has_the_same_id(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """A receiver that failed gets the same bytes under the same id, so that it knows them again."""
    hooks, _ = servers
    hooks.status["/hook"] = 503
    acme.start()
    acme.down()
    eventually(lambda: hooks.at("/hook"), "the first try")
    eventually(lambda: "tried 1 times, status 503" in typed(acme, "deliveries"), "the failure")
    hooks.status["/hook"] = 200
    eventually(lambda: len(hooks.at("/hook")) == 2, "the second try")
    first, second = hooks.at("/hook")
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_receiver_that_hangs_delays_no_other_subscriber(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Twenty that never answer, and one that does: it is told at once, of each change."""
    hooks, _ = servers
    for n in range(20):
        hooks.hanging.add(f"/dead{n}")
        acme.subscribe(hooks.url(f"/dead{n}"), "webhook")
    acme.subscribe(hooks.url("/alive"), "webhook")
    acme.start()
    begun = time.monotonic()
    acme.incident(1, "investigating")
    eventually(lambda: len(hooks.at("/alive")) == 1, "the first change")
    acme.incident(2, "resolved")
    eventually(lambda: len(hooks.at("/alive")) == 2, "the second")
    assert time.monotonic() - begun < 10
    hooks.hanging.clear()


def test_a_mailbox_that_is_not_there_is_given_up(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """At once, visibly, and without a word to the others."""
    _, mailing = servers
    mailing.refused.add("gone@acme.example")
    acme.subscribe("gone@acme.example")
    acme.subscribe("jan@acme.example")
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: mailing.to("jan@acme.example"), "the other")
    eventually(lambda: "given up" in typed(acme, "deliveries"), "giving up")
    printed = typed(acme, "deliveries")
    assert "refused it: 550" in printed
    assert "gone@acme.example" not in printed


def test_a_redirect_is_not_followed(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Where an address leads is for who wrote it to say, not for who answers there."""
    hooks, _ = servers
    hooks.status["/hook"] = 307
    acme.start()
    acme.down()
    eventually(lambda: "status 307" in typed(acme, "deliveries"), "the failure")
    assert hooks.at("/elsewhere") == []


def test_the_test_command(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Each channel gets a test at once; one that fails is said and gives exit code 1."""
    hooks, mailing = servers
    printed = typed(acme, "alert", "test")
    assert printed.splitlines() == ["mail: sent", "hook: sent", "slow: sent", "any: sent"]
    assert hooks.at("/hook")[0].told["kind"] == "test"
    assert mailing.letters[0].mail["Subject"] == "Test of Acme"
    hooks.status["/hook"] = 500
    assert "hook: status 500" in typed(acme, "alert", "test", "hook", code=1)
    assert "did you mean 'hook'" in typed(acme, "alert", "test", "hok", code=2)


@pytest.mark.parametrize(
    "name", ["Evil\\r\\nBcc: all@acme.example", "\\u2028x\\u202eexe", "<script>alert(1)</script>", "é" * 300]
)
def test_a_hostile_name_begins_no_header(tmp_path: Path, servers: tuple[Hooks, Mailing], name: str) -> None:
    """The name of a component stands in subject and text of a mail, and is nothing but text there."""
    with told(tmp_path, channels(*servers)) as acme:
        acme.write(acme.tables, MAIN.replace('name = "API"', f'name = "{name}"'))
        acme.start()
        acme.down()
        _, mailing = servers
        letter = eventually(lambda: mailing.letters, "the mail")[0]
        names = [key.lower() for key in letter.mail]
        assert "bcc" not in names
        assert names.count("subject") == names.count("to") == 1
        assert letter.data.partition(b"\r\n\r\n")[0].isascii()
        page = html5lib.parse(letter.html, namespaceHTMLElements=False)
        assert not page.findall(".//script")
        assert "\u202e" not in letter.text


def test_hostile_markdown_in_mail_and_slack(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Markup that people write is clean in HTML; in Slack it mentions nobody and hides no link."""
    hooks, mailing = servers
    acme.subscribe("jan@acme.example")
    acme.start()
    text = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) <!channel> <https://evil.example|Acme>"
    acme.incident(1, "investigating", titles={"en": "<!everyone> *x*"}, text=text)
    letter = eventually(lambda: mailing.to("jan@acme.example"), "the mail")[0]
    page = html5lib.parse(letter.html, namespaceHTMLElements=False)
    assert not page.findall(".//img")
    assert not page.findall(".//script")
    assert all(re.match("https?://", each.get("href", "https://")) for each in page.iter("a"))
    posts = eventually(lambda: hooks.at("/slow"), "the alert in Slack")
    blocks = posts[0].told
    assert "<!" not in blocks["text"]
    kinds = [each["text"]["type"] for each in blocks["blocks"] if "text" in each]
    assert kinds == ["plain_text", "plain_text", "mrkdwn"]
    assert "everyone" not in blocks["blocks"][2]["text"]["text"]


def test_no_secret_is_shown_or_logged(
    acme: Told, servers: tuple[Hooks, Mailing], caplog: pytest.LogCaptureFixture
) -> None:
    """The address of a webhook is one: neither commands nor log say more than which channel failed, and why."""
    hooks, _ = servers
    acme.write(acme.tables.replace("/hook", "/T0P-S3CRET").replace("/any", "/T0P-S3CRET"), MAIN + WEB)
    hooks.status["/T0P-S3CRET"] = 500
    acme.start()
    with caplog.at_level("DEBUG"):
        acme.down()
        eventually(lambda: len(failing(acme.url)[1]) == 2, "two failures")
    printed = typed(acme, "deliveries") + typed(acme, "alert", "list") + typed(acme, "alert", "test", "hook", code=1)
    assert "T0P-S3CRET" not in printed
    ours = [each for each in caplog.records if not each.name.startswith(("mail.log", "urllib3", "asyncio"))]
    assert all("T0P-S3CRET" not in each.getMessage() for each in ours)


def test_one_teller_tells(acme: Told) -> None:
    """A second one is refused, and says why."""
    acme.start()
    assert "another" in typed_outside(acme)


def typed_outside(acme: Told) -> str:
    """What a second teller says."""
    words = [sys.executable, "-m", "monitor", "teller", str(acme.folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    return done.stderr
