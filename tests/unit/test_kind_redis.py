"""What a Redis probe makes of servers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from certified import Office, office
from serving import Serve, bound, met, says, silent, talks

from monitor.probes import redis
from monitor.probes._web import Days
from monitor.table import Secret
from monitor.timeline.model import Outcome, Reason

__all__ = ["office"]
PING = b"*1\r\n$4\r\nPING\r\n"
HUSH = Secret("${KEY}", "hush")
AUTH = b"*2\r\n$4\r\nAUTH\r\n$4\r\nhush\r\n"
AUTH_AS = b"*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$4\r\nhush\r\n"
AS_ME = {"user": "me", "password": HUSH}


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (talks((PING, b"+PONG\r\n")), {}, Outcome.PASS, None),
        (talks((AUTH, b"+OK\r\n"), (PING, b"+PONG\r\n")), {"password": HUSH}, Outcome.PASS, None),
        (talks((AUTH_AS, b"+OK\r\n"), (PING, b"+PONG\r\n")), AS_ME, Outcome.PASS, None),
        (talks((AUTH, b"-WRONGPASS hush is wrong\r\n")), {"password": HUSH}, Outcome.FAIL, Reason.STATUS),
        (talks((PING, b"-NOAUTH Authentication required.\r\n")), {}, Outcome.FAIL, Reason.STATUS),
        (talks((PING, b"-LOADING Redis is loading\r\n")), {}, Outcome.FAIL, Reason.STATUS),
        (talks((PING, b"-<script>\r\n")), {}, Outcome.FAIL, Reason.STATUS),
        (says(b"HTTP/1.1 400 Bad\r\n\r\n"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (says(b"x" * 9000), {}, Outcome.FAIL, Reason.PROTOCOL),
        (says(b""), {}, Outcome.FAIL, Reason.CLOSED),
        (silent, {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
    ],
)
def test_each_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """PONG, refusals of every sort, other protocols; what the server says of a password is not repeated."""
    found = asyncio.run(met(redis.Settings, serve, **settings))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "hush" not in found.verdict.detail
    assert "script" not in found.verdict.detail


def test_it_is_asked_in_tls(office: Office) -> None:
    """And the certificate is looked at."""
    serve, tls = talks((PING, b"+PONG\r\n")), office.context(days=(-1, 5))
    assert asyncio.run(met(redis.Settings, serve, tls, host="localhost", tls=True)).outcome is Outcome.PASS
    found = asyncio.run(met(redis.Settings, serve, tls, host="localhost", tls=True, certificate_days=Days()))
    assert (found.outcome, found.reason) == (Outcome.DEGRADED, Reason.TLS)
    other = office.context("other.example")
    assert asyncio.run(met(redis.Settings, serve, other, host="localhost", tls=True)).reason is Reason.TLS


@pytest.mark.parametrize(
    ("table", "said"),
    [({"user": "me"}, "user needs password"), ({"certificate_days": {}}, "certificate_days needs tls = true")],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(redis.Settings, host="a.example", **table)
    assert len(found) == 1, found
    assert said in found[0]
