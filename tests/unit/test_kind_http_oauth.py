"""Tokens by OAuth 2.0: asked for once, used until they end, and told apart from the target when they are not given."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from serving import COMMON, Serve, answer, bound, http_probe, serving, silent

from monitor.clock import Clock
from monitor.probes import http, observe, open_tools, steps
from monitor.probes._oauth import OAuth
from monitor.probes.steps import Step
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason


@dataclass
class Shop:
    """Who gives tokens, and an API that wants the newest of them."""

    said: bytes = b""
    lasts: object = 3600
    given: int = 0
    asked: list[bytes] = field(default_factory=list)

    async def tokens(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Who gives them."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        self.asked.append(head + await reader.readexactly(length))
        self.given += 1
        document = {"access_token": f"hush{self.given}", "token_type": "Bearer", "expires_in": self.lasts}
        writer.write(self.said or answer("200 OK", json.dumps(document)))
        await writer.drain()

    async def api(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What the token is for."""
        head = await reader.readuntil(b"\r\n\r\n")
        is_known = f"authorization: Bearer hush{self.given}\r\n".encode() in head
        writer.write(answer("200 OK" if is_known else "401 Who"))
        await writer.drain()


def seen(
    shop: Shop, times: int = 1, tokens: Serve | None = None, between: Any = None, **settings: Any
) -> list[Observation]:
    """So many observations of the API by one monitor."""

    async def ask() -> list[Observation]:
        async with serving(tokens or shop.tokens) as giver, serving(shop.api) as api, open_tools(Clock()) as tools:
            oauth = OAuth(
                token_url=f"http://127.0.0.1:{giver}/token",
                client_id="me",
                client_secret=Secret("${S}", "a+b"),
                **settings.pop("of", {}),
            )
            found = []
            for _ in range(times):
                probe = http_probe(api, oauth=oauth, **settings)
                found.append(await observe(probe, "local", 1000, tools))
                if between:
                    between()
            return found

    return asyncio.run(ask())


def test_a_token_is_asked_for_once() -> None:
    """Three questions, one token."""
    shop = Shop()
    assert [each.outcome for each in seen(shop, 3)] == [Outcome.PASS] * 3
    assert shop.given == 1


@pytest.mark.parametrize("lasts", [0, 20, "soon", None, -5])
def test_a_token_that_ends_is_asked_for_again(lasts: object) -> None:
    """One that lasts no longer than a probe may, or of which it is not said how long it lasts, is used once."""
    shop = Shop(lasts=lasts)
    assert [each.outcome for each in seen(shop, 3)] == [Outcome.PASS] * 3
    assert shop.given == 3


def test_a_token_that_was_taken_back_is_asked_for_again() -> None:
    """A kept one that is refused accuses nobody; a new one that is refused does."""
    shop = Shop()

    def take_back() -> None:
        shop.given += 1

    assert [each.outcome for each in seen(shop, 3, between=take_back)] == [Outcome.PASS] * 3
    shop = Shop(answer("200 OK", '{"access_token": "other"}'))
    found = seen(shop)[0]
    assert (found.reason, found.verdict.detail) == (Reason.STATUS, "status 401")


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({}, [b"authorization: Basic bWU6YSUyQmI=", b"grant_type=client_credentials"]),
        ({"scope": "read all"}, [b"scope=read+all"]),
        ({"auth": "body"}, [b"client_id=me&client_secret=a%2Bb"]),
    ],
)
def test_who_asks_is_told_as_the_standard_says(of: dict[str, Any], words: list[bytes]) -> None:
    """In a header or in the body, with the characters that have a meaning there written otherwise."""
    shop = Shop()
    assert seen(shop, of=of)[0].outcome is Outcome.PASS
    assert all(word in shop.asked[0] for word in words), shop.asked


@pytest.mark.parametrize(
    ("said", "outcome", "reason", "detail"),
    [
        (answer("401 No"), Outcome.FAIL, Reason.STATUS, "token: status 401"),
        (answer("429 Slow"), Outcome.UNKNOWN, Reason.BLOCKED, "token: status 429"),
        (answer("302 On", "", "Location: /x"), Outcome.FAIL, Reason.REDIRECT, "token: redirected, which is not wanted"),
        (answer("200 OK", "<html>"), Outcome.FAIL, Reason.BODY, "token: the body is not JSON"),
        (answer("200 OK", "[]"), Outcome.FAIL, Reason.BODY, "token: there is none in the answer"),
        (answer("200 OK", "{}"), Outcome.FAIL, Reason.BODY, "token: there is none in the answer"),
        (answer("200 OK", '{"access_token": "a\\r\\nX: y"}'), Outcome.FAIL, Reason.BODY, "token: there is none in the answer"),
        (answer("200 OK", '{"access_token": "x", "token_type": "mac"}'), Outcome.FAIL, Reason.BODY, "token: it is of a type"),
        (b"SSH-2.0\r\n\r\n", Outcome.FAIL, Reason.PROTOCOL, "token: illegal status line"),
    ],
)  # fmt: skip
def test_a_token_that_is_not_given_has_a_reason_of_its_own(
    said: bytes, outcome: Outcome, reason: Reason, detail: str
) -> None:
    """It says that it is about the token; nothing of what was said is told."""
    found = seen(Shop(said))[0]
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert found.verdict.detail.startswith(detail), found
    assert "hush" not in found.verdict.detail


def test_who_is_silent_about_the_token_is_named() -> None:
    """The deadline is for both, and what is late is said."""
    found = seen(Shop(), tokens=silent, timeout=1200)[0]
    assert (found.reason, found.verdict.detail) == (Reason.TIMEOUT, "no answer for the token within 1200 ms")


def test_what_the_token_took_is_not_what_the_target_took() -> None:
    """A slow giver of tokens makes nobody slow."""
    shop = Shop()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.5)
        await shop.tokens(reader, writer)

    found = seen(shop, tokens=slow, degraded_above=450)[0]
    assert found.outcome is Outcome.PASS, found
    assert (found.phases.first_byte_us or 0) < 450_000


def test_steps_may_need_a_token_too() -> None:
    """And each says where it was."""
    shop = Shop()

    async def ask(said: bytes) -> Observation:
        shop.said = said
        async with serving(shop.tokens) as giver, serving(shop.api) as api, open_tools(Clock()) as tools:
            oauth = OAuth(token_url=f"http://127.0.0.1:{giver}/", client_id="me", client_secret=Secret("x", "s"))
            step = Step(url=f"http://127.0.0.1:{api}/", oauth=oauth)
            probe = steps.Settings(**COMMON, steps=(step, replace(step, method="HEAD")))
            return await observe(probe, "local", 1000, tools)

    assert asyncio.run(ask(b"")).outcome is Outcome.PASS
    assert asyncio.run(ask(answer("500 No"))).verdict.detail == "step 1: token: status 500"


TABLE = {"token_url": "http://a.example/t", "client_id": "me", "client_secret": "x"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"oauth": {"client_id": "me"}}, "probe.oauth.token_url: missing"),
        ({"oauth": TABLE | {"auth": "post"}}, "probe.oauth.auth: allowed: basic, body"),
        ({"oauth": TABLE, "bearer": "x"}, "allowed is one of: user with password, bearer, oauth"),
    ],
)
def test_what_cannot_be_meant_of_tokens_is_refused(table: dict[str, Any], said: str) -> None:
    """Where it is written."""
    found = bound(http.Settings, url="http://a.example/", **table)
    assert any(said in each for each in found), found


def together(tokens: Serve, timeouts: list[int], lasts: object = 3600) -> tuple[list[Observation], Shop]:
    """What as many probes of one API see at the same time, each with its timeout."""
    shop = Shop(lasts=lasts)

    async def ask() -> list[Observation]:
        async with serving(tokens) as giver, serving(shop.api) as api, open_tools(Clock()) as tools:
            shop.given = 1
            url = f"http://127.0.0.1:{giver}/token"
            oauth = OAuth(token_url=url, client_id="me", client_secret=Secret("", "secret"))
            probes = [http_probe(api, oauth=oauth, timeout=ms) for ms in timeouts]
            found = await asyncio.gather(*(observe(each, "local", 1000, tools) for each in probes))
            assert not tools.flights
            return found

    return asyncio.run(ask()), shop


@dataclass
class Giver:
    """Who gives the one token, after so many seconds, or says something else; ``asked`` counts."""

    pause: float = 0.3
    said: bytes = answer("200 OK", '{"access_token": "hush1", "expires_in": 3600}')
    asked: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Give it."""
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        await asyncio.sleep(self.pause)
        writer.write(self.said)
        await writer.drain()


def test_many_probes_ask_for_a_token_once() -> None:
    """All that come while it is asked for wait for the same one."""
    giver = Giver()
    found, _ = together(giver.serve, [5000] * 50)
    assert {each.outcome for each in found} == {Outcome.PASS}, found
    assert giver.asked == 1


def test_a_token_that_is_not_given_fails_all_who_wait_for_it() -> None:
    """With the reason of the one answer."""
    giver = Giver(said=answer("403 No"))
    found, _ = together(giver.serve, [5000] * 20)
    assert {each.verdict.detail for each in found} == {"token: status 403"}
    assert giver.asked == 1


def test_who_gives_up_takes_the_token_from_nobody() -> None:
    """The first may be in a hurry: the others have their own time."""
    giver = Giver(pause=3)
    found, _ = together(giver.serve, [1500, 9000, 9000])
    assert [each.outcome for each in found] == [Outcome.FAIL, Outcome.PASS, Outcome.PASS], found
    assert (found[0].reason, found[0].verdict.detail) == (Reason.TIMEOUT, "no answer for the token within 1500 ms")
    assert giver.asked == 1


def test_when_nobody_waits_any_more_nobody_asks() -> None:
    """A giver that never answers holds nothing of ours."""
    giver = Giver(pause=60)
    found, _ = together(giver.serve, [1500] * 20)
    assert {each.reason for each in found} == {Reason.TIMEOUT}
    assert giver.asked == 1
