"""What a TCP probe says and expects to hear, in the clear and in TLS."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from certified import Office, office
from serving import Serve, bound, met, says, silent, talks, then

from monitor.probes import tcp
from monitor.probes._web import Days
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]
PING = Secret("PING ${KEY}", "PING hush")
PONG = talks((b"PING hush", b"PO"), (b"", b"NG"))


def seen(serve: Serve | None, *rest: Any, **settings: Any) -> Observation:
    """What a probe of this server sees."""
    return asyncio.run(met(tcp.Settings, serve, *rest, **settings))


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (PONG, {"send": PING, "expect": "PONG"}, Outcome.PASS, None),
        (PONG, {"send": PING, "matches": "^P.N"}, Outcome.PASS, None),
        (talks(greeting=b"hello\r\n"), {"expect": "hello"}, Outcome.PASS, None),
        (silent, {"send": PING}, Outcome.PASS, None),
        (says(b"PANG"), {"send": PING, "expect": "PONG"}, Outcome.FAIL, Reason.BODY),
        (says(b""), {"send": PING, "expect": "PONG"}, Outcome.FAIL, Reason.CLOSED),
        (silent, {"send": PING, "expect": "PONG", "timeout": 800}, Outcome.FAIL, Reason.TIMEOUT),
        (then(b"", b"x" * 1000), {"send": PING, "expect": "PONG"}, Outcome.FAIL, Reason.BODY),
        (None, {"expect": "PONG"}, Outcome.FAIL, Reason.CONNECT),
        (says(b"HTTP/1.1 400 Bad\r\n\r\n"), {"tls": True}, Outcome.FAIL, Reason.TLS),
    ],
)
def test_each_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """The expected answer in one piece or several; another, none, one without end."""
    found = seen(serve, **settings)
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "hush" not in found.verdict.detail


def test_words_are_said_in_tls(office: Office) -> None:
    """And the phases are measured apart."""
    found = seen(PONG, office.context(), host="localhost", tls=True, send=PING, expect="PONG")
    assert found.outcome is Outcome.PASS, found
    assert found.phases.tls_us
    assert found.phases.first_byte_us is not None
    assert seen(PONG, office.context("other.example"), host="localhost", tls=True).reason is Reason.TLS


@pytest.mark.parametrize(("days", "reason"), [(10, Reason.TLS), (30, None)])
def test_the_days_of_a_certificate_are_counted(office: Office, days: int, reason: Reason | None) -> None:
    """When that was asked."""
    tls = office.context(days=(-1, days))
    assert seen(silent, tls, host="localhost", tls=True, certificate_days=Days()).reason is reason
    assert seen(silent, tls, host="localhost", tls=True).reason is None


WAYS: dict[str, tuple[bytes, list[tuple[bytes, bytes]]]] = {
    "smtp": (
        b"220 hi\r\n",
        [(b"EHLO meetlat.invalid\r\n", b"250-hi\r\n250 STARTTLS\r\n"), (b"STARTTLS\r\n", b"220 go\r\n")],
    ),
    "imap": (b"* OK hi\r\n", [(b"a STARTTLS\r\n", b"* x\r\na OK go\r\n")]),
    "pop3": (b"+OK hi\r\n", [(b"STLS\r\n", b"+OK\r\n")]),
    "ftp": (b"220-hi\r\n220 there\r\n", [(b"AUTH TLS\r\n", b"234 go\r\n")]),
    "postgresql": (b"", [(b"\0\0\0\x08\x04\xd2\x16\x2f", b"S")]),
}


@pytest.mark.parametrize("way", WAYS)
def test_tls_is_asked_for_in_the_middle(office: Office, way: str) -> None:
    """In each protocol that has a way to."""
    greeting, turns = WAYS[way]
    serve = talks(*turns, (b"TLS", b""), (b"PING hush", b"PONG"), greeting=greeting, tls=office.context())
    found = seen(serve, host="localhost", starttls=way, send=PING, expect="PONG")
    assert found.outcome is Outcome.PASS, found
    assert found.phases.tls_us


REFUSED = {
    "smtp": talks(greeting=b"554 no\r\n"),
    "imap": talks((b"a STARTTLS\r\n", b"a NO\r\n"), greeting=b"* OK hi\r\n"),
    "pop3": talks((b"STLS\r\n", b"-ERR\r\n"), greeting=b"+OK hi\r\n"),
    "ftp": talks((b"AUTH TLS\r\n", b"502 no\r\n"), greeting=b"220 hi\r\n"),
    "postgresql": talks((b"\0\0\0\x08\x04\xd2\x16\x2f", b"N")),
}


@pytest.mark.parametrize("way", REFUSED)
def test_a_refusal_of_tls_is_a_failure(way: str) -> None:
    """The server answered, and it was no."""
    assert seen(REFUSED[way], starttls=way).reason is Reason.STATUS


@pytest.mark.parametrize("way", ["smtp", "imap", "pop3", "ftp", "postgresql"])
@pytest.mark.parametrize("words", [b"<script>\r\n", b"\0" * 9000, b"250\r\n" + b"220-x\r\n" * 500])
def test_another_protocol_is_a_failure(way: str, words: bytes) -> None:
    """What is not an answer, a line without end, an answer without end."""
    found = seen(then(words, b""), starttls=way) if way == "postgresql" else seen(talks(greeting=words), starttls=way)
    assert found.reason in (Reason.PROTOCOL, Reason.STATUS), found
    assert "script" not in found.verdict.detail


def test_words_smuggled_in_before_tls_are_refused(office: Office) -> None:
    """What came in the clear behind the agreement is not heard as if it came in TLS."""
    serve = talks((b"STLS\r\n", b"+OK\r\nPONG"), greeting=b"+OK hi\r\n")
    assert seen(serve, host="localhost", starttls="pop3", expect="PONG").reason is Reason.TLS


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"tls": True, "starttls": "smtp"}, "allowed is one of: tls, starttls"),
        ({"starttls": "http"}, "starttls: allowed: smtp, imap"),
        ({"expect": "a", "matches": "b"}, "allowed is one of: expect, matches"),
        ({"certificate_days": {}}, "certificate_days needs tls or starttls"),
        ({"tls": True, "verify": False, "certificate_days": {}}, "certificate_days needs verify = true"),
        ({"ca": "hush"}, "ca holds no certificate"),
        ({"version": "1.0"}, "version: allowed: 1.2, 1.3"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(tcp.Settings, host="a.example", port=1, **table)
    assert len(found) == 1, found
    assert said in found[0]
