"""What probes of mail and file servers make of greetings and answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from certified import Office, office
from serving import Serve, bound, met, silent, talks

from monitor.probes import ftp, imap, pop3, smtp
from monitor.probes._web import Days
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]
Turns = list[tuple[bytes, bytes]]


@dataclass
class Kind:
    """How a server of this kind talks: its greeting, a refusal in its place, the way to TLS, and one question."""

    settings: Any
    greeting: bytes
    refusal: bytes
    upgrade: Turns
    talk: Turns
    no: bytes


EHLO = (b"EHLO meetlat.invalid\r\n", b"250-hi\r\n250 SIZE\r\n")
KINDS = {
    "smtp": Kind(
        smtp.Settings, b"220 mx ready\r\n", b"554 go away\r\n", [EHLO, (b"STARTTLS\r\n", b"220 go\r\n")], [EHLO], b"500 no\r\n"
    ),
    "imap": Kind(
        imap.Settings, b"* OK mx ready\r\n", b"* BYE\r\n", [(b"a STARTTLS\r\n", b"a OK\r\n")],
        [(b"b NOOP\r\n", b"* x\r\nb OK\r\n")], b"b BAD\r\n",
    ),
    "pop3": Kind(
        pop3.Settings, b"+OK mx ready\r\n", b"-ERR\r\n", [(b"STLS\r\n", b"+OK\r\n")], [(b"QUIT\r\n", b"+OK\r\n")], b"-ERR\r\n"
    ),
    "ftp": Kind(
        ftp.Settings, b"220-mx ready\r\n220 x\r\n", b"421 busy\r\n", [(b"AUTH TLS\r\n", b"234 go\r\n")],
        [(b"QUIT\r\n", b"221 bye\r\n")], b"500 no\r\n",
    ),
}  # fmt: skip


def seen(kind: Kind, serve: Serve | None, *rest: Any, **settings: Any) -> Observation:
    """What a probe of this kind sees."""
    return asyncio.run(met(kind.settings, serve, *rest, **({"host": "localhost"} | settings)))


@pytest.mark.parametrize("name", KINDS)
def test_each_answer_has_its_outcome(name: str) -> None:
    """A server that works, one that greets otherwise, refuses, cannot answer, hangs up, is silent, is another, or is not there."""
    kind = KINDS[name]
    good = talks(*kind.talk, greeting=kind.greeting)
    wanted: list[tuple[Serve | None, dict[str, Any], Outcome, Reason | None]] = [
        (good, {}, Outcome.PASS, None),
        (good, {"expect": "ready"}, Outcome.PASS, None),
        (good, {"expect": "other"}, Outcome.FAIL, Reason.BODY),
        (talks(greeting=kind.refusal), {}, Outcome.FAIL, Reason.STATUS),
        (talks((kind.talk[0][0], kind.no), greeting=kind.greeting), {}, Outcome.FAIL, Reason.STATUS),
        (talks((kind.talk[0][0][:2], b""), (b"\0", b""), greeting=kind.greeting), {}, Outcome.FAIL, Reason.CLOSED),
        (talks((kind.talk[0][0], b"<script>\r\n"), greeting=kind.greeting), {}, Outcome.FAIL, Reason.PROTOCOL),
        (talks(greeting=b"SSH-2.0-x\r\n"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (talks(greeting=b"x" * 9000), {}, Outcome.FAIL, Reason.PROTOCOL),
        (talks(greeting=b"220-x\r\n" * 20_000), {}, Outcome.FAIL, Reason.PROTOCOL),
        (silent, {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
        (good, {"tls": "implicit", "host": "127.0.0.1"}, Outcome.FAIL, Reason.TLS),
    ]
    for serve, settings, outcome, reason in wanted:
        found = seen(kind, serve, **settings)
        assert (found.outcome, found.reason) == (outcome, reason), (settings, found)
        assert "script" not in found.verdict.detail


@pytest.mark.parametrize("name", KINDS)
def test_it_is_asked_in_tls(office: Office, name: str) -> None:
    """From the start, or in the middle; and the certificate is looked at."""
    kind = KINDS[name]
    good, soon = office.context(days=(-1, 30)), office.context(days=(-1, 5))
    plain = talks(*kind.talk, greeting=kind.greeting)
    assert seen(kind, plain, good, tls="implicit").outcome is Outcome.PASS
    assert seen(kind, plain, soon, tls="implicit", certificate_days=Days()).outcome is Outcome.DEGRADED
    for context, outcome in ((good, Outcome.PASS), (office.context("other.example"), Outcome.FAIL)):
        serve = talks(*kind.upgrade, (b"TLS", b""), *kind.talk, greeting=kind.greeting, tls=context)
        found = seen(kind, serve, tls="starttls")
        assert found.outcome is outcome, found
        assert found.reason in (None, Reason.TLS)


def test_what_cannot_be_meant_is_refused() -> None:
    """Days of a certificate that is not asked for."""
    found = bound(smtp.Settings, host="a.example", certificate_days={})
    assert found == ['meetlat.toml: probe: certificate_days needs tls = "starttls" or "implicit"']
    assert bound(smtp.Settings, host="a.example", tls="yes") == [
        "meetlat.toml: probe.tls: allowed: none, starttls, implicit"
    ]
