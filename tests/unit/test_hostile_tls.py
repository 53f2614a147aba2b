"""Targets whose TLS is wrong: expired, foreign, of another name, no TLS at all."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme
from certified import Office, office
from serving import Serve, answer, asked, says, silent, then
from transports import transport

from monitor.timeline.model import Observation, Outcome, Reason

pytestmark = pytest.mark.usefixtures("transport")

__all__ = ["office", "transport"]


def ask(serve: Serve, tls: ssl.SSLContext | None, host: str = "localhost") -> Observation:
    """One observation over https."""
    return asyncio.run(asked(serve, tls, url=f"https://{host}:{{port}}/"))


def test_a_good_certificate_passes(office: Office) -> None:
    """And the handshake is timed."""
    seen = ask(says(answer("200 OK")), office.context())
    assert (seen.outcome, seen.reason) == (Outcome.PASS, None), seen
    assert seen.phases.tls_us


@pytest.mark.parametrize(
    ("name", "days", "code"),
    [("other.example", (-10, 10), 62), ("localhost", (-10, -1), 10), ("localhost", (1, 10), 9)],
)
def test_a_bad_certificate_is_told_with_its_code(office: Office, name: str, days: tuple[int, int], code: int) -> None:
    """Another name, expired, not yet valid."""
    seen = ask(says(answer("200 OK")), office.context(name, days))
    assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.TLS), seen
    assert f"(verify code {code})" in seen.verdict.detail


def test_a_stranger_is_not_trusted(office: Office) -> None:
    """A certificate of an issuer that nobody knows."""
    stranger = Office(trustme.CA())
    seen = ask(says(answer("200 OK")), stranger.context())
    assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.TLS), seen
    assert "(verify code 20)" in seen.verdict.detail


@pytest.mark.parametrize("words", [answer("400 Bad"), b"SSH-2.0-OpenSSH\r\n", b"\x16\x03\x01\xff\xff" + b"x" * 70_000])
def test_no_tls_where_it_should_be_is_said(words: bytes) -> None:
    """Plain HTTP, another protocol, and rubbish in the shape of a handshake."""
    seen = ask(says(words), None, "127.0.0.1")
    assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.TLS), seen
    assert len(seen.verdict.detail) < 60


def test_a_connection_closed_in_the_handshake_is_closed() -> None:
    """A server that accepts and hangs up before TLS."""
    assert ask(says(b""), None, "127.0.0.1").reason is Reason.CLOSED


def test_a_body_without_end_is_cut_under_tls(office: Office) -> None:
    """The limits hold for what was deciphered."""
    endless = then(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000)
    assert ask(endless, office.context()).outcome is Outcome.PASS
    hints = then(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500)
    assert ask(hints, office.context()).reason is Reason.PROTOCOL


@pytest.mark.parametrize("serve", [silent, then(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", b"x", 0.2)])
def test_a_handshake_that_never_ends_is_cut(serve: Serve) -> None:
    """Silence, and one byte at a time: the deadline ends both, and says where."""
    seen = asyncio.run(asked(serve, url="https://127.0.0.1:{port}/", timeout=2500))
    assert (seen.reason, seen.verdict.detail) == (Reason.TIMEOUT, "no TLS handshake within 2500 ms")
