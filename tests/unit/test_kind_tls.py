"""What a TLS probe makes of certificates and handshakes."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import pytest
from certified import Office, office
from serving import COMMON, Serve, bound, met, says, silent, talks, then

from monitor.probes import tls
from monitor.probes._web import Days
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]


def seen(serve: Serve | None, context: ssl.SSLContext | None = None, **settings: Any) -> Observation:
    """What a probe of this server sees."""
    return asyncio.run(met(tls.Settings, serve, context, **({"host": "localhost"} | settings)))


@pytest.mark.parametrize(
    ("name", "days", "outcome", "reason"),
    [
        ("localhost", (-10, 30), Outcome.PASS, None),
        ("localhost", (-10, 10), Outcome.DEGRADED, Reason.TLS),
        ("localhost", (-10, -1), Outcome.FAIL, Reason.TLS),
        ("localhost", (1, 90), Outcome.FAIL, Reason.TLS),
        ("other.example", (-10, 30), Outcome.FAIL, Reason.TLS),
    ],
)
def test_each_certificate_has_its_outcome(
    office: Office, name: str, days: tuple[int, int], outcome: Outcome, reason: Reason | None
) -> None:
    """Good, soon over, over, not yet, of another name."""
    found = seen(silent, office.context(name, days))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert found.phases.tls_us or outcome is Outcome.FAIL


def test_the_last_days_may_fail(office: Office) -> None:
    """A certificate that ends before anybody can renew it."""
    found = seen(silent, office.context(days=(-1, 3)), certificate_days=Days(degrade=14, fail=5))
    assert (found.outcome, found.reason) == (Outcome.FAIL, Reason.TLS)


def test_another_name_may_be_in_the_certificate(office: Office) -> None:
    """The name that customers use, at a host that has another."""
    assert seen(silent, office.context("other.example", (-1, 30)), name="other.example").outcome is Outcome.PASS
    assert seen(silent, office.context("localhost", (-1, 30)), name="other.example").reason is Reason.TLS


def test_a_stranger_is_refused_unless_he_is_known(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """``ca`` names who vouches, ``verify = false`` asks nobody."""
    monkeypatch.delenv("SSL_CERT_FILE")
    context = office.context(days=(-1, 30))
    assert seen(silent, context).reason is Reason.TLS
    assert seen(silent, context, ca=Secret("file:ca.pem", office.pem)).outcome is Outcome.PASS
    assert seen(silent, context, verify=False).outcome is Outcome.PASS


def test_an_old_version_is_refused(office: Office) -> None:
    """A server that can do no better than 1.2, where 1.3 is the least."""
    context = office.context(days=(-1, 30))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert seen(silent, context).outcome is Outcome.PASS
    assert seen(silent, context, version="1.3").outcome is Outcome.FAIL
    alert = says(b"\x15\x03\x03\x00\x02\x02\x46")  # what others say before they hang up
    assert seen(alert, version="1.3").reason is Reason.TLS


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (None, Reason.CONNECT),
        (says(b"HTTP/1.1 400 Bad\r\n\r\n"), Reason.TLS),
        (says(b""), Reason.CLOSED),
        (silent, Reason.TIMEOUT),
        (then(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", b"x", 0.2), Reason.TIMEOUT),
    ],
)
def test_what_is_no_handshake_is_a_failure(serve: Serve | None, reason: Reason) -> None:
    """Nobody, another protocol, one that hangs up, silence, one byte at a time."""
    found = seen(serve, host="127.0.0.1", timeout=1500)
    assert (found.outcome, found.reason) == (Outcome.FAIL, reason), found


def test_tls_is_asked_for_first(office: Office) -> None:
    """In the protocol that the server speaks."""
    serve = talks((b"STLS\r\n", b"+OK\r\n"), (b"TLS", b""), greeting=b"+OK hi\r\n", tls=office.context(days=(-1, 30)))
    assert seen(serve, starttls="pop3").outcome is Outcome.PASS
    refused = talks((b"STLS\r\n", b"-ERR no\r\n"), greeting=b"+OK hi\r\n")
    assert seen(refused, starttls="pop3").reason is Reason.STATUS
    assert seen(talks(greeting=b"220 hi\r\n"), starttls="pop3").reason is Reason.PROTOCOL


def test_what_cannot_be_meant_is_refused() -> None:
    """Days of a certificate that nobody verifies; without them, it may be left unverified, which is warned of."""
    table = {"host": "a.example", "port": 443, "verify": False}
    assert bound(tls.Settings, **table) == []
    assert bound(tls.Settings, **table, certificate_days={}) == [
        "meetlat.toml: probe: certificate_days needs verify = true"
    ]
    assert tls.Settings(**COMMON, host="a.example", port=443, verify=False).warnings()
