"""What else may be asked over HTTP, and what else an answer must be."""

from __future__ import annotations

import asyncio
import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from certified import Office, office
from samples import MAIN
from serving import Serve, answer, asked, bound, http_probe, moved, says
from transports import transport

from monitor.config import load
from monitor.describe import describe
from monitor.json_rules import JsonRule
from monitor.probes import http
from monitor.probes._web import Days
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

pytestmark = pytest.mark.usefixtures("transport")

__all__ = ["office", "transport"]
JSON = '{"status": "ok", "checks": [{"name": "db", "ms": 12.5}, {"name": "mq", "ms": 40}], "ready": true, "none": null}'


def seen(body: str = "", *headers: str, status: str = "200 OK", **settings: Any) -> tuple[Outcome, Reason | None]:
    """What is made of this answer."""
    found = asyncio.run(asked(says(answer(status, body, *headers)), **settings))
    return found.outcome, found.reason


def heard(**settings: Any) -> str:
    """What a server hears from a probe with these settings."""
    said: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")
        said.append(head + await reader.readexactly(length))
        writer.write(answer("200 OK"))
        await writer.drain()

    assert asyncio.run(asked(serve, **settings)).outcome is Outcome.PASS
    return said[0].decode()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, ["GET /health HTTP/1.1"]),
        ({"method": "HEAD"}, ["HEAD /health HTTP/1.1"]),
        ({"method": "POST", "body": Secret("x", "a=hush")}, ["POST /health", "Content-Length: 6", "\r\n\r\na=hush"]),
        ({"method": "PUT", "json": Secret("x", "[1]")}, ["content-type: application/json", "\r\n\r\n[1]"]),
        ({"user": "me", "password": Secret("x", "hush")}, ["authorization: Basic bWU6aHVzaA=="]),
        ({"bearer": Secret("x", "hush")}, ["authorization: Bearer hush"]),
    ],
)
def test_what_is_sent_is_what_was_written(settings: dict[str, Any], words: list[str]) -> None:
    """Method, body, JSON and who asks."""
    said = heard(**settings).lower()
    assert all(word.lower() in said for word in words), said


@pytest.mark.parametrize(
    ("status", "wanted", "reason"),
    [
        ("404 No", (range(400, 500),), None),
        ("404 No", (404,), None),
        ("404 No", (200, range(500, 600)), Reason.STATUS),
        ("200 OK", (range(400, 500),), Reason.STATUS),
        ("429 No", (range(400, 500),), None),
    ],
)
def test_a_status_may_be_one_of_a_range(status: str, wanted: tuple[Any, ...], reason: Reason | None) -> None:
    """A list of numbers and ranges."""
    found = asyncio.run(asked(says(answer(status)), status=wanted))
    assert found.reason is reason, found


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"expect_headers": {"X-Kind": "ripe"}}, None),
        ({"expect_headers": {"X-Kind": "rotten"}}, Reason.BODY),
        ({"expect_headers": {"X-Other": "ripe"}}, Reason.BODY),
        ({"lacks": "error"}, None),
        ({"lacks": "status"}, Reason.BODY),
        ({"matches": r'"ms": \d+\.5'}, None),
        ({"matches": r"^nothing$"}, Reason.BODY),
        ({"matches": r"(s*)*zz"}, Reason.BODY),
    ],
)
def test_headers_and_text_are_judged(settings: dict[str, Any], reason: Reason | None) -> None:
    """A header that must hold a text, a text that must not be there, a pattern."""
    assert seen(JSON, "X-Kind: a ripe pear", **settings)[1] is reason


@pytest.mark.parametrize(
    ("rule", "is_good"),
    [
        ({"path": "$.status", "equals": "ok"}, True),
        ({"path": "$.status", "equals": "bad"}, False),
        ({"path": "$.status", "differs": "ok"}, False),
        ({"path": "$.status"}, True),
        ({"path": "$.state"}, False),
        ({"path": "$.state", "exists": False}, True),
        ({"path": "$.none"}, True),
        ({"path": "$.checks[0].ms", "above": Decimal("12.4"), "below": 13}, True),
        ({"path": "$.checks[?match(@.name, 'd|db?')].ms", "equals": Decimal("12.5")}, True),
        ({"path": "$.checks[?match(@.name, 'd')]"}, False),
        ({"path": "$.checks[?match(@.ms, '.*')]"}, False),
        ({"path": "$.checks[?search(@.name, '^d')].name", "equals": "db"}, True),
        ({"path": "$.checks[?search(@.name, '(b*)*$')].name", "differs": "qm"}, True),
        ({"path": "$.checks[*].ms", "below": 40}, False),
        ({"path": "$.checks[?@.name == 'mq'].ms", "equals": 40}, True),
        ({"path": "$..ms", "above": 1}, True),
        ({"path": "$.status", "above": 1}, False),
        ({"path": "$.ready", "equals": True}, True),
        ({"path": "$.ready", "equals": 1}, False),
    ],
)
def test_a_rule_of_json_is_kept(rule: dict[str, Any], is_good: bool) -> None:
    """Each value at the path, and there must be one, unless nothing may be there. Numbers are exact; true is not 1."""
    assert (seen(JSON, json_path=(JsonRule(**rule),))[1] is None) == is_good


@pytest.mark.parametrize("body", ["", "<html>", "[" * 60_000, '{"status": NaN}', "9" * 50_000, '"text"'])
def test_what_is_not_the_json_that_was_meant_is_a_fault_of_the_body(body: str) -> None:
    """Nothing, something else, JSON deeper or longer than anybody means."""
    assert seen(body, json_path=(JsonRule(path="$.status"),)) == (Outcome.FAIL, Reason.BODY)


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_how_much_of_a_body_is_read_can_be_said(coding: str) -> None:
    """64 KiB, or what the operator says, over the wire and after its coding was undone."""
    text = f'{{"a": "{"x" * 100_000}", "b": 1}}'
    body = gzip.compress(text.encode()) if coding else text.encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
        + (f"Content-Encoding: {coding}\r\n" if coding else "")
        + "\r\n"
    )
    for limit, is_found in ((64, False), (200, True)):
        rule = (JsonRule(path="$.b", equals=1),)
        for wanted in ({"contains": '"b"'}, {"json_path": rule}):
            found = asyncio.run(asked(says(head.encode() + body), body_limit=limit, **wanted))
            assert (found.outcome is Outcome.PASS) == is_found, (limit, wanted, found)
    assert (
        "body_limit: allowed is a whole number from 1 to 1024"
        in bound(http.Settings, url="http://a.example", body_limit=2000)[0]
    )


def test_a_deep_document_cannot_be_followed() -> None:
    """Two dots through a thousand levels end with a fault of the body, not of the monitor."""
    body = '{"a":' * 300 + "1" + "}" * 300
    assert seen(body, json_path=(JsonRule(path="$..b"),)) == (Outcome.FAIL, Reason.BODY)


@pytest.mark.parametrize(("redirects", "reason"), [(0, Reason.REDIRECT), (2, Reason.REDIRECT), (3, None)])
def test_redirects_are_counted_or_forbidden(redirects: int, reason: Reason | None) -> None:
    """Three redirects are followed when three are allowed."""
    met: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        met.append(1)
        writer.write(answer("302 Found", "", "Location: /on") if len(met) < 4 else answer("200 OK"))
        await writer.drain()

    assert asyncio.run(asked(serve, redirects=redirects)).reason is reason


@pytest.mark.parametrize(
    ("status", "words"), [(303, b"GET /on"), (302, b"GET /on"), (307, b"hush"), (308, b"POST /on")]
)
def test_a_redirect_of_a_post_is_followed_as_browsers_do(status: int, words: bytes) -> None:
    """307 and 308 ask the same again, the others ask for a page."""
    said: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await reader.read(2000))
        await asyncio.sleep(0.05)
        writer.write(answer(f"{status} On", "", "Location: /on") if len(said) == 1 else answer("200 OK"))
        await writer.drain()

    found = asyncio.run(asked(serve, method="POST", body=Secret("x", "hush"), redirects=1))
    assert found.outcome is Outcome.PASS
    assert words in said[1]


def test_a_body_stays_with_its_host() -> None:
    """A redirect that would send it to another host is not followed."""
    found = asyncio.run(asked(moved_on("http://localhost:{port}/"), method="POST", body=Secret("x", "hush")))
    assert (found.outcome, found.reason) == (Outcome.FAIL, Reason.REDIRECT)


def moved_on(location: str) -> Serve:
    """A server that redirects and wants to be told all again."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        port = str(writer.get_extra_info("sockname")[1])
        writer.write(answer("308 On", "", f"Location: {location.replace('{port}', port)}"))
        await writer.drain()

    return serve


def over_tls(office: Office, days: int = 30, **settings: Any) -> Observation:
    """One observation over https of a server whose certificate ends in so many days."""
    return asyncio.run(
        asked(says(answer("200 OK")), office.context(days=(-10, days)), url="https://localhost:{port}/", **settings)
    )


@pytest.mark.parametrize(
    ("days", "outcome", "reason"),
    [(30, Outcome.PASS, None), (10, Outcome.DEGRADED, Reason.TLS), (2, Outcome.FAIL, Reason.TLS)],
)
def test_the_days_of_a_certificate_are_counted(
    office: Office, days: int, outcome: Outcome, reason: Reason | None
) -> None:
    """Two weeks before the end it is degraded, in the last days it failed, if that was asked."""
    found = over_tls(office, days, certificate_days=Days(degrade=14, fail=5))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert over_tls(office, days).outcome is Outcome.PASS


def test_an_issuer_of_ones_own_is_believed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """``ca`` names who vouches; ``verify = false`` asks nobody; without either the stranger is refused."""
    monkeypatch.delenv("SSL_CERT_FILE")
    assert over_tls(office).reason is Reason.TLS
    assert over_tls(office, ca=Secret("file:ca.pem", office.pem)).outcome is Outcome.PASS
    assert over_tls(office, verify=False).outcome is Outcome.PASS
    assert http_probe(1, verify=False).warnings()
    assert not http_probe(1).warnings()


def test_a_redirect_over_tls_keeps_its_issuer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is believed of the first hop is believed of the next."""
    monkeypatch.delenv("SSL_CERT_FILE")
    ca = Secret("file:ca.pem", office.pem)
    found = asyncio.run(
        asked(moved("https://localhost:{port}/x"), office.context(), url="https://localhost:{port}/", ca=ca)
    )
    assert found.verdict.detail == "more than 5 redirects"


def test_check_warns_of_what_is_not_verified(tmp_path: Path) -> None:
    """Who reads what would run sees that a certificate is believed whatever it is."""
    written = MAIN.replace('kind = "http"', 'kind = "http"\n  verify = false')
    (tmp_path / "meetlat.toml").write_text(written)
    assert "warning: probe api-health: verify = false" in describe(load(tmp_path, {}))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"method": "FETCH"}, "method: allowed: GET, HEAD"),
        ({"user": "me"}, "user and password belong together"),
        ({"user": "a:b", "password": "x"}, "a user must not hold a colon"),
        ({"bearer": "x", "headers": {"authorization": "y"}}, "allowed is one of: user with password, bearer"),
        ({"body": "x", "json": "[]"}, "allowed is one of: body, json"),
        ({"json": "{hush"}, "json is no text in JSON"),
        ({"ca": "hush"}, "ca holds no certificate"),
        ({"status": ["3xx", "500-400"]}, "status[1]: allowed is a whole number from 200 to 999, or a range"),
        ({"matches": "(?=x)"}, "matches: is not a regular expression"),
        ({"matches": ""}, "matches: allowed is a regular expression"),
        ({"json_path": [{"path": "status"}]}, "json_path[0].path: allowed is a JSONPath"),
        (
            {"json_path": [{"path": "$[?search(@.a, '(')]"}]},
            "json_path[0].path: is not a JSONPath: the pattern of search",
        ),
        (
            {"json_path": [{"path": "$[?matches(@.a, 'x')]"}]},
            "json_path[0].path: is not a JSONPath: function 'matches'",
        ),
        ({"json_path": [{"path": "$.a[", "exists": True}]}, "json_path[0].path: is not a JSONPath"),
        ({"json_path": [{"path": "$", "exists": False, "above": 1}]}, "there is nothing to compare"),
        ({"method": "HEAD", "contains": "x"}, "an answer to HEAD has no body"),
        ({"redirects": 21}, "redirects: allowed is a whole number from 0 to 20"),
        ({"certificate_days": {}}, "certificate_days needs an https address"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault, at its place, that does not repeat what may be secret."""
    found = bound(http.Settings, url="http://a.example/", **table)
    assert len(found) == 1, found
    assert said in found[0]
    assert "hush" not in found[0]
