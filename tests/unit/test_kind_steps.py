"""What is made of several questions of which each uses the answers before it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from running import free_port
from serving import COMMON, answer, bound, observed, serving

from monitor.json_rules import JsonRule
from monitor.probes import steps
from monitor.probes.steps import Step
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

TOKEN = 'a"b/c d'


class Shop:
    """A server that gives a token and a page with a number, and wants both back."""

    def __init__(self, token: object = TOKEN) -> None:
        self.token = token
        self.heard: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One answer."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0] or "0")
        said = head + (await reader.readexactly(length)).decode()
        self.heard.append(said)
        path = said.split()[1]
        if path == "/login":
            writer.write(answer("200 OK", json.dumps({"token": self.token, "is": True})))
        elif path == "/page":
            writer.write(answer("200 OK", '<input name="csrf" value="n42">'))
        elif path == "/slow":
            await asyncio.sleep(60)
        else:
            writer.write(answer("200 OK" if path.startswith("/order") else "404 No"))
        await writer.drain()


LOGIN: dict[str, Any] = {"url": "/login", "method": "POST", "json": Secret("{}", '{"key": "hush"}'), "name": "log in"}
KEEP: dict[str, Any] = LOGIN | {"capture": {"token": "$.token"}}
PAGE: dict[str, Any] = {"url": "/page", "capture_pattern": {"csrf": 'value="([^"]+)"'}}
ORDER: dict[str, Any] = {
    "url": "/order/{{token}}",
    "method": "POST",
    "headers": {"X-Csrf": Secret("x", "{{csrf}}")},
    "json": Secret("x", '{"token": "{{token}}", "all": "{{{csrf}}}"}'),
}


async def ask(shop: Shop, *tables: dict[str, Any], **settings: Any) -> Observation:
    """One observation of these steps in that shop."""
    async with serving(shop.serve) as port:
        made = [
            table | {"url": f"http://127.0.0.1:{table.get('port', port) or free_port()}{table['url']}"}
            for table in tables
        ]
        settings["steps"] = tuple(Step(**{key: each[key] for key in each if key != "port"}) for each in made)
        return await observed(steps.Settings(**(COMMON | settings)))


def test_what_was_captured_is_used() -> None:
    """In the address, in headers and in JSON, each time written so that it stays one value."""
    shop = Shop()
    found = asyncio.run(ask(shop, KEEP, PAGE, ORDER))
    assert found.outcome is Outcome.PASS, found
    assert len(shop.heard) == 3
    assert "POST /order/a%22b%2Fc%20d " in shop.heard[2]
    assert "n42" in shop.heard[2].partition("\r\n\r\n")[0]
    body = json.loads(shop.heard[2].partition("\r\n\r\n")[2])
    assert body == {"token": TOKEN, "all": "{n42}"}


NEXT = {"url": "/order/{{token}}"}


@pytest.mark.parametrize(
    ("token", "tables", "settings", "reason", "detail"),
    [
        (1, [KEEP, NEXT], {}, None, ""),
        (True, [KEEP, NEXT], {}, None, ""),
        (TOKEN, [{"url": "/gone"}, LOGIN], {}, Reason.STATUS, "step 1: status 404"),
        (TOKEN, [LOGIN | {"json_path": (JsonRule(path="$.no"),)}], {}, Reason.BODY, "step 1 (log in): the JSON has nothing"),
        (TOKEN, [LOGIN | {"capture": {"x": "$.no"}}], {}, Reason.BODY, "step 1 (log in): nothing to capture as x"),
        (TOKEN, [PAGE | {"capture_pattern": {"x": "no(.)"}}], {}, Reason.BODY, "step 1: nothing to capture as x"),
        (TOKEN, [PAGE | {"capture": {"x": "$.no"}}], {}, Reason.BODY, "step 1: the body is not JSON"),
        ("a\r\nX: hush", [KEEP, NEXT], {}, Reason.BODY, "step 1 (log in): what would be captured as token cannot be sent on"),
        ("x" * 5000, [KEEP, NEXT], {}, Reason.BODY, "step 1 (log in): what would be captured as token cannot be sent on"),
        (["x"], [KEEP, NEXT], {}, Reason.BODY, "step 1 (log in): what would be captured as token cannot be sent on"),
        (TOKEN, [LOGIN, {"url": "/slow"}], {"timeout": 1200}, Reason.TIMEOUT, "no answer in step 2 within 1200 ms"),
        (TOKEN, [PAGE, {"url": "/", "port": 0}], {}, Reason.CONNECT, "step 2: Connection refused"),
        (TOKEN, [LOGIN | {"degraded_above": 0}, PAGE], {}, Reason.SLOW, "step 1 (log in): "),
        (TOKEN, [LOGIN, PAGE], {"degraded_above": 0}, Reason.SLOW, ""),
    ],
)  # fmt: skip
def test_each_end_names_its_step(
    token: object, tables: list[dict[str, Any]], settings: dict[str, Any], reason: Reason | None, detail: str
) -> None:
    """The first wrong answer ends it; what was captured is not told."""
    found = asyncio.run(ask(Shop(token), *tables, **settings))
    assert found.reason is reason, found
    assert found.verdict.detail.startswith(detail), found
    assert "hush" not in found.verdict.detail


def test_what_is_shown_holds_no_key() -> None:
    """Neither a key in an address nor one in a body."""
    step = Step(**(LOGIN | {"url": "https://a.example/login?key=hush", "verify": False}))
    probe = steps.Settings(**COMMON, steps=(step,))
    assert "hush" not in probe.target() + repr(probe.shown())
    assert probe.warnings() == ("step[0]: verify = false: any certificate is believed",)


URL = "http://a.example/"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "allowed are 1 to 10 steps"),
        ([{"url": URL}] * 11, "allowed are 1 to 10 steps"),
        ([{"url": URL + "{{x}}"}], "step[0] uses 'x', which no step before it captures"),
        ([{"url": URL, "capture": {"x": "$"}, "body": "{{x}}"}], "step[0] uses 'x'"),
        ([{"url": URL, "capture": {"X": "$"}}], "step[0].capture.X: allowed are lower case letters"),
        ([{"url": URL, "capture_pattern": {"x": "no group"}}], "step[0].capture_pattern.x: allowed is a regular expression with"),
        ([{"url": "http://{{x}}/"}], "step[0].url: allowed"),
        ([{"url": URL, "user": "me"}], "step[0]: user and password belong together"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(table: list[dict[str, Any]], said: str) -> None:
    """One fault, at its step."""
    found = bound(steps.Settings, step=table)
    assert len(found) == 1, found
    assert said in found[0]


class Jar:
    """A server that sets a cookie with each answer, and redirects once."""

    def __init__(self, *cookies: str) -> None:
        self.cookies = cookies
        self.heard: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One answer."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heard.append(next((line for line in head.split("\r\n") if line.lower().startswith("cookie:")), ""))
        set_now = [f"Set-Cookie: {each}" for each in self.cookies]
        is_login = head.startswith("GET /login")
        writer.write(answer("302 On" if is_login else "200 OK", "", *set_now, *(["Location: /in"] if is_login else [])))
        await writer.drain()


@pytest.mark.parametrize(
    ("cookies", "shown"),
    [
        (["session=hush; Path=/; HttpOnly"], "cookie: session=hush"),
        (["a=1", "b=2; path=/"], "cookie: a=1; b=2"),
        (["session=hush; Secure"], ""),
        (["session=hush; Domain=other.example"], ""),
        (["session=hush; Max-Age=0"], ""),
        (["session=" + "x" * 5000], ""),
        ([f"n{n}=x" for n in range(50)] + ["late=x"], "cookie: " + "; ".join(f"n{n}=x" for n in range(50))),
        (["\x7f; ; =;=", "ok=1"], "cookie: ok=1"),
    ],
)
def test_cookies_are_kept_from_step_to_step(cookies: list[str], shown: str) -> None:
    """As browsers do: shown to whom they are for, over a way that is private enough, and never more than anybody means."""
    jar = Jar(*cookies)

    async def run() -> list[Observation]:
        async with serving(jar.serve) as port:
            made = tuple(Step(url=f"http://127.0.0.1:{port}{path}") for path in ("/login", "/order"))
            probe = steps.Settings(**COMMON, steps=made)
            return [await observed(probe), await observed(probe)]

    assert [each.outcome for each in asyncio.run(run())] == [Outcome.PASS, Outcome.PASS]
    once = ["", shown, shown]
    assert [each.lower() for each in jar.heard] == once + once  # also behind the redirect; forgotten at the end


def test_of_a_flood_of_cookies_only_some_are_kept() -> None:
    """Of two thousand, fifty."""
    jar = Jar(*(f"n{n}=x; path=/" for n in range(2000)))
    asyncio.run(flooded(jar))
    assert jar.heard[-1].count("=") == 50


async def flooded(jar: Jar) -> None:
    """Three steps there."""
    async with serving(jar.serve) as port:
        made = tuple(Step(url=f"http://127.0.0.1:{port}/{n}") for n in range(3))
        assert (await observed(steps.Settings(**COMMON, steps=made))).outcome is Outcome.PASS
