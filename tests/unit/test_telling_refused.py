"""What a receiver says of a message: never, not now, or that there is nobody any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from receiving import Hooks, Mailing, mail_table, receiving
from running import eventually
from telling_run import Told, told

from monitor.__main__ import cli
from monitor.store import failing


@pytest.fixture
def servers() -> Iterator[tuple[Hooks, Mailing]]:
    """A mail server and an HTTP server."""
    with receiving() as found:
        yield found


@pytest.fixture
def acme(tmp_path: Path, servers: tuple[Hooks, Mailing]) -> Iterator[Told]:
    """An installation with a channel, and the ways to subscribe by mail and webhook."""
    hooks, mailing = servers
    tables = f"""{mail_table(mailing)}
[subscribe]
url = "https://status.acme.example/to"
ways = ["email", "webhook", "slack"]
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
    with told(tmp_path, tables) as found:
        yield found


NEVER, NOT_NOW = (400, 413, 422), (401, 403, 404, 405, 429, 500, 503)


def test_never_and_not_now(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """A message that is never taken is given up at once, visibly, and holds up no other. What an operator can repair, such as a
    wrong address or a secret that ran out, is tried again, and comes in order when it is mended.
    """
    hooks, _ = servers
    names = {}
    for status in (*NEVER, *NOT_NOW):
        hooks.status[f"/{status}"] = status
        names[acme.subscribe(hooks.url(f"/{status}"), "webhook").id] = status
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: len(failing(acme.url)[1]) == len(names), "ten failures")
    for each in failing(acme.url)[1]:
        assert each.is_given_up == (names[each.receiver] in NEVER)
        assert each.error.startswith(f"status {names[each.receiver]}")
    hooks.status.clear()
    acme.incident(2, "resolved")
    for status in (*NEVER, *NOT_NOW):
        eventually(lambda at=status: hooks.at(f"/{at}")[-1].told["data"]["step"] == "resolved", f"the end at {status}")  # type: ignore[misc]
        came = list(dict.fromkeys(each.told["data"]["step"] for each in hooks.at(f"/{status}")))
        assert came == ["investigating", "resolved"]


def test_a_network_that_is_forbidden_is_not_told(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Neither a channel nor a subscriber leads there, whatever [subscribe] reaches; nor does the test of a channel."""
    hooks, _ = servers
    acme.write(acme.tables + '\n[network]\nforbidden = ["127.0.0.0/8"]\n')
    acme.subscribe(hooks.url("/them"), "webhook")
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: len(failing(acme.url)[1]) == 2, "both")
    assert {each.error for each in failing(acme.url)[1]} == {"its address may not be asked"}
    done = CliRunner().invoke(cli, ["alert", "test", "--config", str(acme.folder)])
    assert done.output == "ops: its address may not be asked\n"
    assert hooks.posts == []


def test_a_webhook_that_is_gone_ends_its_subscription(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """Who answers 410 is not asked again; the operator sees that it ended, when and why, and no address."""
    hooks, _ = servers
    hooks.status["/them"] = 410
    acme.subscribe(hooks.url("/them"), "webhook")
    acme.subscribe(hooks.url("/others"), "slack")
    acme.start()
    acme.incident(1, "investigating")
    eventually(lambda: len(everybody(acme)) == 1, "the end of it")
    acme.incident(2, "resolved")
    eventually(lambda: len(hooks.at("/others")) == 2, "what the other hears")
    assert len(hooks.at("/them")) == 1
    assert "webhook: status 410, gone" in typed(acme, "subscribers", "ended")
    assert "/them" not in typed(acme, "subscribers", "ended") + typed(acme, "subscribers", "ended", "--json")
    assert "1 ended by themselves" in typed(acme, "subscribers", "list")


def test_a_mailbox_that_is_gone_ends_its_subscription(acme: Told, servers: tuple[Hooks, Mailing]) -> None:
    """After three messages one after the other of which its server says that there is none; one that was taken begins anew. What
    the server has against us ends nothing.
    """
    _, mailing = servers
    mailing.refused.add("gone@acme.example")
    mailing.why = "5.1.1 "
    acme.subscribe("gone@acme.example")
    acme.subscribe("jan@acme.example")
    acme.start()

    def say(number: int, step: str) -> None:
        acme.incident(number, step)
        eventually(lambda: len(mailing.to("jan@acme.example")) == number and failing(acme.url)[0] == {}, "the news")

    say(1, "investigating")
    say(2, "identified")
    mailing.refused.clear()
    say(3, "monitoring")
    mailing.refused.add("gone@acme.example")
    say(4, "identified")
    mailing.why = "5.7.1 "
    for number, step in ((5, "monitoring"), (6, "identified"), (7, "monitoring")):
        say(number, step)
    mailing.why = "5.1.1 "
    say(8, "identified")
    assert len(everybody(acme)) == 2
    say(9, "resolved")
    eventually(lambda: len(everybody(acme)) == 1, "the end of it")
    assert "email: the mail server refused it: 550 5.1.1" in typed(acme, "subscribers", "ended")
    assert "gone@" not in typed(acme, "subscribers", "ended")


def everybody(acme: Told) -> list[str]:
    """The names of those who are subscribed."""
    found = acme.subscribers()
    names = [each.id for each in found.every()]
    found.close()
    return names


def typed(acme: Told, *words: str) -> str:
    """What a command prints."""
    done = CliRunner().invoke(cli, [*words, "--config", str(acme.folder)])
    assert done.exit_code == 0, done.output
    return done.output
