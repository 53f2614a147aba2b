"""Where visitors ask to be told: nobody learns who asked, nothing begins without the link, and one press ends it."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from receiving import Hooks, Mailing, mail_table, receiving
from running import eventually
from samples import MAIN
from signing import SIGN_UP, URL, Counter, counter_of
from telling_run import WEB, Told, told

from monitor.clock import Clock
from monitor.store import failing, open_subscribers
from monitor.store.subscribers import ASKED_SECONDS
from statuspage.signup import visitor


@dataclass(frozen=True)
class Later(Clock):
    """A clock that is ahead."""

    by: int = 0

    def now(self) -> int:
        """So many seconds later."""
        return super().now() + self.by


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


def test_double_opt_in_by_mail(counter: Counter, servers: tuple[Hooks, Mailing]) -> None:
    """Asked, a mail with a link, pressed, told; and a link in what is told ends it with one press."""
    acme, mailing = counter.told, servers[1]
    acme.start()
    assert "on its way" in counter.ask("jan@acme.example", component="api").text
    letter = eventually(lambda: mailing.letters, "the link")[0]
    assert letter.mail["Subject"] == "Confirm that Acme may write to you"
    assert letter.mail["List-Unsubscribe"] is None
    assert abs(letter.mail["Date"].datetime.timestamp() - Clock().now()) < 3600
    assert counter.subscribers.every() == []
    link = letter.link("confirm")
    assert counter.client.get(urlsplit(link).path).status_code == 200
    assert counter.subscribers.every() == []  # a program that only opens links confirms nothing
    assert "Confirmed" in counter.press(link).text
    assert [each.wish.components for each in counter.subscribers.every()] == [("api",)]
    assert counter.press(link, 404).status_code == 404  # once
    acme.incident(1, "investigating")
    news = eventually(lambda: mailing.letters[1:], "the news")[0]
    leave = str(news.mail["List-Unsubscribe"]).strip("<>")
    assert news.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert leave in news.text.replace("=\n", "")
    answer = counter.client.post(urlsplit(leave).path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert counter.subscribers.every() == []
    assert counter.press(leave).status_code == 200  # to leave twice is no mistake


@pytest.mark.parametrize("way", ["webhook", "slack", "teams"])
def test_double_opt_in_by_webhook(counter: Counter, servers: tuple[Hooks, Mailing], way: str) -> None:
    """The link is posted there, so that only who reads the channel can confirm; a webhook gets its secret with it."""
    acme, hooks = counter.told, servers[0]
    acme.start()
    counter.ask(hooks.url("/them"), way=way)
    post = eventually(lambda: next(iter(hooks.at("/them")), None), "the link")
    found = re.search(rb"https://[^\"|]*/confirm/[^\"|]*", post.body)
    assert found
    assert counter.press(found[0].decode()).status_code == 200
    acme.incident(1, "investigating")
    eventually(lambda: len(hooks.at("/them")) == 2, "the news")
    if way == "webhook":
        secret = post.told["data"]["secret"]
        assert all(each.is_signed_with(secret) for each in hooks.at("/them"))


def test_nobody_learns_who_is_subscribed(counter: Counter, servers: tuple[Hooks, Mailing]) -> None:
    """The answer is the same, byte for byte, whether the address is unknown, asked for, or subscribed already."""
    counter.told.subscribe("known@acme.example")
    answers = [counter.ask(address) for address in ("known@acme.example", "new@acme.example", "new@acme.example")]
    answers += [counter.ask("new@acme.example") for _ in range(4)]  # more than there are links for one address
    assert len({each.data for each in answers}) == 1
    assert len({tuple(sorted(each.headers.items())) for each in answers}) == 1
    assert [each.wish.address for each in counter.subscribers.every()] == ["known@acme.example"]


def test_asking_again_changes_what_one_is_told(counter: Counter) -> None:
    """A subscriber who confirms another wish has that one, and the links in old mails still end it."""
    first = counter.told.subscribe("jan@acme.example")
    counter.ask("jan@acme.example", kind=["statement"])
    name = counter.only_request()
    assert counter.subscribers.confirm(counter.subscribers.keys.token("confirm", name))
    (now,) = counter.subscribers.every()
    assert now.wish.kinds == ("statement",)
    assert counter.subscribers.leave(counter.subscribers.keys.token("leave", first.id))
    assert counter.subscribers.every() == []


def test_a_link_is_good_for_a_day(acme: Told, counter: Counter) -> None:
    """Afterwards it confirms nothing."""
    counter.ask("jan@acme.example")
    token = counter.subscribers.keys.token("confirm", counter.only_request())
    later = open_subscribers(acme.url, Later(by=ASKED_SECONDS + 1))
    assert later.confirm(token) is None
    assert counter_of(acme, later).press(f"{URL}/confirm/en/{token}", 404).status_code == 404
    later.close()


@pytest.mark.parametrize(
    "token", ["", "x", "x.y", "." * 500, "\u2028", "a" * 32 + "." + "A" * 43, "%00", "é.é", "../../etc"]
)
def test_a_link_that_is_not_ours_does_nothing(counter: Counter, token: str) -> None:
    """Whatever stands in it; and the answer is a page, never an error of ours."""
    counter.told.subscribe("jan@acme.example")
    for what in ("confirm", "leave"):
        answer = counter.client.post(f"/to/{what}/en/{token}")
        assert answer.status_code in (404, 405)
    assert len(counter.subscribers.every()) == 1


def test_no_token_is_kept(counter: Counter) -> None:
    """Who reads the file without the key beside it can confirm and end nothing; nobody else may read either."""
    counter.ask("jan@acme.example")
    subscriber = counter.told.subscribe("known@acme.example")
    keys = counter.subscribers.keys
    file = counter.told.folder / "meetlat-telling.db"
    data = b"".join(each.read_bytes() for each in counter.told.folder.glob("meetlat-telling.db*"))
    for token in (keys.token("confirm", counter.only_request()), keys.token("leave", subscriber.id)):
        name, _, code = token.partition(".")
        assert len(code) == 43  # 256 bits
        assert name.encode() in data
        assert code.encode() not in data
    assert keys.key not in data
    assert file.stat().st_mode & 0o077 == 0
    assert file.with_suffix(".key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jan",
        "jan@acme",
        "jan@acme.example\r\nBcc: all@acme.example",
        "jan@acme.example,piet@acme.example",
        '"x y"@acme.example',
        "jan@[127.0.0.1]",
        "jan@acme.example\x00",
        "jan <jan@acme.example>",
        ".jan@acme.example",
        "a" * 65 + "@acme.example",
        "jan@xn--.example\u2028",
    ],
)
def test_what_is_no_mailbox_is_refused(counter: Counter, address: str) -> None:
    """Before anything is kept or sent; a header cannot begin in an address."""
    counter.ask(address, 400)


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://a.example", "https://u:p@a.example/"),
        "https://a.example\\@b.example/",
        "javascript:alert(1)",
        "https:///x",
        "https://a b/",
    ],
)
def test_what_is_no_webhook_is_refused(counter: Counter, address: str) -> None:
    """Only http and https, without user and password and without spellings that programs read differently."""
    counter.ask(address, 400, way="webhook")


def test_a_webhook_leads_to_public_addresses_only(tmp_path: Path, servers: tuple[Hooks, Mailing]) -> None:
    """What a stranger names is looked up and judged as an address: loopback is never connected to."""
    hooks, mailing = servers
    tables = f'{mail_table(mailing)}\n[subscribe]\nurl = "{URL}"\nways = ["webhook"]\n'
    with told(tmp_path, tables) as acme:
        subscribers = open_subscribers(acme.url, Clock())
        counter = counter_of(acme, subscribers)
        acme.start()
        for name in ("localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1"):
            counter.ask(f"https://{name}:{hooks.port}/x", way="webhook", visitor=f"192.0.2.{len(name)}")
        eventually(lambda: len(failing(acme.url)[1]) == 5, "five refusals")
        assert hooks.posts == []
        assert {each.error for each in failing(acme.url)[1]} <= {
            "its address is not public",
            "its name was not found",
            "its address cannot be asked",
        }
        subscribers.close()


def test_who_floods_it_locks_nobody_else_out(counter: Counter) -> None:
    """After ten at once the eleventh of the same visitor waits; another visitor is served."""
    for n in range(10):
        counter.ask(f"a{n}@acme.example")
    assert "Too often" in counter.ask("a11@acme.example", 429).text
    counter.ask("b@acme.example", visitor="192.0.2.8")


def test_a_proxy_is_believed_only_when_it_is_ours() -> None:
    """As many steps from the end as the operator said; of IPv6 the network is one visitor."""
    forged = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "10.9.9.9, 198.51.100.7"}
    assert visitor(forged, 0) == "192.0.2.1"
    assert visitor(forged, 1) == "198.51.100.7"
    assert visitor({"REMOTE_ADDR": "[2001:db8::1]"}, 0) == visitor({"REMOTE_ADDR": "2001:db8::2"}, 0) == "2001:db8::/64"
    assert visitor({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "<script>"}, 1) == ""


@pytest.mark.parametrize(
    "headers", [{"Origin": "null"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_cannot_send_the_form(counter: Counter, headers: dict[str, str]) -> None:
    """A page of somebody else has nobody's browser ask for a link."""
    counter.ask("jan@acme.example", 403, headers=headers)
    counter.ask("jan@acme.example", headers={"Origin": "https://status.acme.example"})


def test_opening_any_address_changes_nothing(counter: Counter) -> None:
    """Each answers GET without a cookie, is kept by nobody, and leaves all as it was."""
    subscriber = counter.told.subscribe("jan@acme.example")
    counter.ask("new@acme.example")
    token = counter.subscribers.keys.token("confirm", counter.only_request())
    leave = counter.subscribers.keys.token("leave", subscriber.id)
    for path in ("/to/", "/to/nl/", "/", f"/to/confirm/en/{token}", f"/to/leave/en/{leave}"):
        answer = counter.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert [each.wish.address for each in counter.subscribers.every()] == ["jan@acme.example"]


def test_a_hostile_configuration_and_form_are_shown_as_text(counter: Counter) -> None:
    """What is typed is never markup; a private component and one that is not there cannot be chosen."""
    counter.told.write(
        counter.told.tables, counter.told.folder.joinpath("meetlat.toml").read_text().split("\n[storage]")[0]
    )
    counter.ask("jan@acme.example", 400, component="no-such")
    counter.ask("jan@acme.example", 400, kind="")
    answer = counter.ask('"><script>alert(1)</script>', 400)
    assert "<script" not in answer.text


def test_the_form_speaks_each_language(counter: Counter) -> None:
    """Nothing of it is left in English on the Dutch page."""
    page = html.unescape(counter.client.get("/to/nl/").text)
    assert "Subscribe" not in page
    assert "Stuur mij de link" in page


def test_a_private_component_is_not_on_the_form(acme: Told) -> None:
    """Nor can it be asked for by its id."""
    acme.write(acme.tables, MAIN + WEB.replace('name = "Web"', 'name = "Canary"\nprivate = true'))
    subscribers = open_subscribers(acme.url, Clock())
    counter = counter_of(acme, subscribers)
    assert "Canary" not in counter.client.get("/to/en/").text
    counter.ask("jan@acme.example", 400, component="web")
    subscribers.close()


def test_what_fails_is_logged_without_the_link(counter: Counter, caplog: pytest.LogCaptureFixture) -> None:
    """A file that cannot be read is our fault: a page says to try later, and no token comes into the log."""
    counter.ask("jan@acme.example")
    token = counter.subscribers.keys.token("confirm", counter.only_request())
    with sqlite3.connect(counter.told.folder / "meetlat-telling.db") as file:
        file.execute("DROP TABLE requests")
    file.close()
    with caplog.at_level("DEBUG"):
        assert counter.client.post(f"/to/confirm/en/{token}").status_code == 503
    assert "the form to subscribe failed" in caplog.text
    assert token not in caplog.text
