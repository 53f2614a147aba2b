"""The page of one subscription: who has the link changes what they are told, and in which language, or ends it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from receiving import Hooks, Mailing, mail_table, receiving
from running import eventually
from samples import MAIN
from signing import SIGN_UP, Counter, counter_of
from telling_run import WEB, Told, told

from monitor.clock import Clock
from monitor.store import open_subscribers
from monitor.telling.receiver import Subscriber


@pytest.fixture
def servers() -> Iterator[tuple[Hooks, Mailing]]:
    """A mail server and an HTTP server."""
    with receiving() as found:
        yield found


@pytest.fixture
def acme(tmp_path: Path, servers: tuple[Hooks, Mailing]) -> Iterator[Told]:
    """An installation at which one can subscribe in each way."""
    with told(tmp_path, mail_table(servers[1]) + SIGN_UP) as found:
        yield found


@pytest.fixture
def counter(acme: Told) -> Iterator[Counter]:
    """Its form."""
    subscribers = open_subscribers(acme.url, Clock())
    yield counter_of(acme, subscribers)
    subscribers.close()


def path_of(counter: Counter, to: Subscriber, language: str = "en") -> str:
    """Where a subscription is changed."""
    return f"/to/subscription/{language}/{counter.subscribers.keys.token('manage', to.id)}"


def test_each_message_leads_to_it(counter: Counter, servers: tuple[Hooks, Mailing]) -> None:
    """By mail, webhook, Slack and Teams; what is changed there holds for the next message, in the other language."""
    acme, (hooks, mailing) = counter.told, servers
    acme.subscribe("jan@acme.example")
    for way in ("webhook", "slack", "teams"):
        acme.subscribe(hooks.url(f"/{way}"), way)
    acme.start()
    acme.incident(1, "investigating")
    letter = eventually(lambda: mailing.letters, "the mail")[0]
    link = letter.link("subscription")
    assert f'href="{link}"' in "".join(letter.html.splitlines())
    for way in ("webhook", "slack", "teams"):
        post = eventually(lambda way=way: hooks.at(f"/{way}"), way)[0]  # type: ignore[misc]
        found = re.search(rb"https://[^\"|]*/subscription/en/[^\"|]*", post.body)
        assert found
        assert counter.client.get(urlsplit(found[0].decode()).path).status_code == 200
    assert hooks.at("/webhook")[0].told["subscription"].startswith("https://status.acme.example/to/subscription/en/")
    changed = counter.press(link, data={"kind": ["incident"], "component": ["api"], "language": "nl"})
    assert "From now on you are told of this." in changed.text
    acme.incident(2, "resolved")
    second = eventually(lambda: mailing.letters[1:], "the second mail")[0]
    assert second.mail["Subject"] == "[Opgelost] Trouble"
    assert "/subscription/nl/" in second.link("subscription")
    assert "Wijzig waarover u bericht krijgt" in second.text


def test_it_shows_what_is_chosen(counter: Counter) -> None:
    """And no more of the address than its owner needs to know it."""
    to = counter.told.subscribe("jan.jansen@acme.example", kinds=("incident", "statement"), components=("web",))
    hook = counter.told.subscribe("https://hooks.acme.example/T0P-S3CRET", "webhook")
    page = counter.client.get(path_of(counter, to)).text
    checked = re.findall(r'value="(\w+)" checked', page)
    assert checked == ["incident", "statement", "web", "en"]
    assert "j…@acme.example" in page
    assert "jansen" not in page
    page = counter.client.get(path_of(counter, hook)).text
    assert "hooks.acme.example" in page
    assert "T0P-S3CRET" not in page
    dutch = html.unescape(counter.client.get(path_of(counter, to, "nl")).text)
    assert "Uw abonnement" in dutch
    assert path_of(counter, to, "en") in dutch
    for text in ("Your subscription", "Change it", "In which language", "is told to"):
        assert text not in dutch


def test_only_the_form_changes_it(counter: Counter) -> None:
    """Opening it changes nothing, nor does a form that another site sends or that asks for what there is not."""
    to = counter.told.subscribe("jan@acme.example")
    path, good = path_of(counter, to), {"kind": ["incident"]}
    answer = counter.client.get(path, query_string=good)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for origin in ("null", "https://evil.example"):
        assert counter.client.post(path, data=good, headers={"Origin": origin}).status_code == 403
    for bad in ({}, {"kind": ["alert"]}, {**good, "component": ["no-such"]}, {**good, "language": "xx"}):
        assert counter.client.post(path, data=bad).status_code == 400
    assert counter.subscribers.subscriber(to.id) == to
    assert counter.client.post(path, data={**good, "address": "piet@acme.example", "way": "slack"}).status_code == 200
    (now,) = counter.subscribers.every()
    assert (now.id, now.since, now.wish.address, now.wish.way) == (to.id, to.since, "jan@acme.example", "email")
    assert now.wish.kinds == ("incident",)


def test_a_link_that_is_not_ours_opens_nothing(counter: Counter) -> None:
    """Neither one to leave, nor that of somebody who left; and the one that is ours ends the subscription with one press."""
    to = counter.told.subscribe("jan@acme.example")
    leave = counter.subscribers.keys.token("leave", to.id)
    for token in (leave, f"{to.id}.x", "x", f".{leave}", "é.é"):
        path = f"/to/subscription/en/{token}"
        assert counter.client.get(path).status_code == 404
        assert counter.client.post(path, data={"kind": ["incident"]}).status_code == 404
    page = counter.client.get(path_of(counter, to)).text
    (action,) = re.findall(r'action="https://status\.acme\.example(/to/leave/[^"]+)"', page)
    assert counter.client.post(action).status_code == 200
    assert counter.subscribers.every() == []
    assert counter.client.get(path_of(counter, to)).status_code == 404


def test_what_is_private_is_not_offered(acme: Told) -> None:
    """Nor can it be asked for; who chose it before it was private does not get it back."""
    to = acme.subscribe("jan@acme.example", components=("api", "web"))
    acme.write(acme.tables, MAIN + WEB.replace('name = "Web"', 'name = "Canary"\nprivate = true'))
    subscribers = open_subscribers(acme.url, Clock())
    counter = counter_of(acme, subscribers)
    path = path_of(counter, to)
    assert "Canary" not in counter.client.get(path).text
    assert "web" not in re.findall(r'value="(\w+)"', counter.client.get(path).text)
    assert counter.client.post(path, data={"kind": ["incident"], "component": ["web"]}).status_code == 400
    assert counter.client.post(path, data={"kind": ["incident"], "component": ["api"]}).status_code == 200
    assert subscribers.every()[0].wish.components == ("api",)
    subscribers.close()


def test_what_the_form_does_not_offer_stays(acme: Told) -> None:
    """Measured outages are not asked for while each becomes an incident; who wanted them has them when that ends."""
    to = acme.subscribe("jan@acme.example", kinds=("outage", "incident"))
    acme.write(acme.tables + '\n[incidents]\nautomatic = "open-and-resolve"\n')
    subscribers = open_subscribers(acme.url, Clock())
    counter = counter_of(acme, subscribers)
    assert counter.client.post(path_of(counter, to), data={"kind": ["statement"]}).status_code == 200
    assert set(subscribers.every()[0].wish.kinds) == {"outage", "statement"}
    subscribers.close()
