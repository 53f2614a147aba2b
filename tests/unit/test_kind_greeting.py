"""What probes of mail and file servers make of greetings and answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from certified import Office, office
from serving import COMMON, Serve, bound, met, silent, talks

from monitor.probes import ftp, imap, pop3, smtp
from monitor.probes._web import Days
from monitor.table import Secret
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


PLAIN = b"AUTH PLAIN AG1lAGh1c2g=\r\n"
CAN = (EHLO[0], b"250-hi\r\n250 AUTH LOGIN PLAIN\r\n")
CAN_LOGIN = (EHLO[0], b"250-hi\r\n250-SIZE\r\n250 auth LOGIN\r\n")
LOGIN = [(b"AUTH LOGIN\r\n", b"334 VXNlcm5hbWU6\r\n"), (b"bWU=\r\n", b"334 UGFzc3dvcmQ6\r\n")]
LITERALS = [(b"l LOGIN {2}\r\n", b"+ go\r\n"), (b"me {4}\r\n", b"+\r\n")]
AS_ME: dict[str, Any] = {"user": Secret("${ME}", "me"), "password": Secret("${KEY}", "hush"), "cleartext": True}
LOGINS: list[tuple[str, Turns, Reason | None, str]] = [
    ("smtp", [CAN, (PLAIN, b"235 in\r\n")], None, ""),
    ("smtp", [CAN_LOGIN, *LOGIN, (b"aHVzaA==\r\n", b"235 in\r\n")], None, ""),
    ("smtp", [CAN, (PLAIN, b"535 hush is wrong\r\n")], Reason.STATUS, "the login was refused (535)"),
    ("smtp", [CAN_LOGIN, *LOGIN, (b"aHVzaA==\r\n", b"454 later\r\n")], Reason.STATUS, "the login was refused (454)"),
    ("smtp", [EHLO], Reason.STATUS, "the server offers no login by PLAIN or LOGIN"),
    ("smtp", [CAN, (PLAIN, b"<script>\r\n")], Reason.PROTOCOL, "not a reply of three digits"),
    ("imap", [*LITERALS, (b"hush\r\n", b"l OK in\r\n")], None, ""),
    ("imap", [*LITERALS, (b"hush\r\n", b"* x\r\nl NO hush is wrong\r\n")], Reason.STATUS, "the login was refused"),
    ("imap", [(LITERALS[0][0], b"l BAD LOGINDISABLED\r\n")], Reason.STATUS, "the login was refused"),
    ("imap", [(LITERALS[0][0], b"<script>\r\n")], Reason.PROTOCOL, "not an answer of IMAP"),
    ("pop3", [(b"USER me\r\n", b"+OK\r\n"), (b"PASS hush\r\n", b"+OK in\r\n")], None, ""),
    ("pop3", [(b"USER me\r\n", b"+OK\r\n"), (b"PASS hush\r\n", b"-ERR hush\r\n")], Reason.STATUS, "the login was refused"),
    ("pop3", [(b"USER me\r\n", b"<script>\r\n")], Reason.PROTOCOL, "not a line of POP3"),
    ("ftp", [(b"USER me\r\n", b"331 and\r\n"), (b"PASS hush\r\n", b"230 in\r\n")], None, ""),
    ("ftp", [(b"USER me\r\n", b"230 in\r\n")], None, ""),
    ("ftp", [(b"USER me\r\n", b"331 and\r\n"), (b"PASS hush\r\n", b"530 hush\r\n")], Reason.STATUS, "the login was refused (530)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "turns", "reason", "detail"), LOGINS)
def test_a_login_has_its_outcome(name: str, turns: Turns, reason: Reason | None, detail: str) -> None:
    """Granted, refused, not to be had, not understood; what the server says of the password is not repeated."""
    kind = KINDS[name]
    found = seen(kind, talks(*turns, *kind.talk, greeting=kind.greeting), **AS_ME)
    assert (found.reason, found.verdict.detail) == (reason, detail)
    assert (found.outcome is Outcome.PASS) == (reason is None)


@pytest.mark.parametrize("name", KINDS)
def test_a_login_is_given_within_tls_only(office: Office, name: str) -> None:
    """What a probe says in the clear to a server that does not grant TLS holds no password; within TLS it logs in."""
    kind = KINDS[name]
    turns = next(turns for who, turns, reason, _ in LOGINS if who == name and reason is None)
    secret = {key: AS_ME[key] for key in ("user", "password")}
    serve = talks(*kind.upgrade, (b"TLS", b""), *turns, *kind.talk, greeting=kind.greeting, tls=office.context())
    assert seen(kind, serve, tls="starttls", **secret).outcome is Outcome.PASS
    heard = bytearray()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(kind.greeting)
        for _, words in kind.upgrade[:-1]:
            heard.extend(await reader.readline())
            writer.write(words)
        heard.extend(await reader.readline())
        writer.write(kind.no.replace(b"b ", b"a "))
        heard.extend(await reader.read(1000))

    assert seen(kind, refuse, tls="starttls", **secret).reason is Reason.STATUS
    assert heard.startswith(kind.upgrade[0][0])
    assert b"hush" not in heard
    assert b"aHVzaA" not in heard


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"user": "me"}, "user and password go together"),
        ({"user": "me", "password": "hush"}, 'a login needs tls = "starttls" or "implicit", or cleartext = true'),
        ({"user": "me", "password": "hu\nsh", "tls": "implicit"}, "password holds what a line cannot"),
    ],
)
def test_a_login_that_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """Half of one, one in the clear, one of two lines."""
    assert bound(imap.Settings, host="a.example", **table) == [f"meetlat.toml: probe: {said}"]
    probe = imap.Settings(**COMMON, host="a.example", **AS_ME)
    assert probe.warnings() == ("cleartext = true: whoever is on the way can read the password",)
    assert "hush" not in f"{probe!r} {probe.shown()}"
