"""What a DNS probe makes of name servers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from certified import Office, office
from serving import COMMON, Serve, bound, met, met_packets, observed, says, serving, serving_packets

from monitor.probes import dns as kind
from monitor.probes._web import Days
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]
ZONE = {"A": ["192.0.2.1", "192.0.2.2"], "MX": ["10 Mail.Example."], "TXT": ['"v=spf1 -all"'], "CNAME": ["b.example."]}


def server(
    code: int = 0, cut: bool = False, lies: bool = False, validates: bool = False
) -> Callable[[bytes], list[bytes]]:
    """A name server that answers with this code, cuts its answers short, answers other questions, or validates if asked to."""

    def reply(said: bytes) -> list[bytes]:
        query = dns.message.from_wire(said)
        asked = dns.message.make_response(query)
        asked.set_rcode(dns.rcode.Rcode(code))
        name, rdtype = query.question[0].name, query.question[0].rdtype.name
        if validates and query.flags & dns.flags.AD:
            asked.flags |= dns.flags.AD
        if cut:
            asked.flags |= dns.flags.TC
        elif not code and name.to_text() == "a.example.":
            asked.answer += [dns.rrset.from_text(name, 60, "IN", rdtype, each) for each in ZONE.get(rdtype, [])]
        if lies:
            asked.id ^= 1
        return [asked.to_wire()]

    return reply


def seen(reply: Any, **settings: Any) -> Observation:
    """What a probe of this server sees."""
    return asyncio.run(met_packets(kind.Settings, reply, **({"name": "a.example.", "server": "127.0.0.1"} | settings)))


@pytest.mark.parametrize(
    ("reply", "settings", "outcome", "reason"),
    [
        (server(), {}, Outcome.PASS, None),
        (server(), {"recursive": False}, Outcome.PASS, None),
        (server(), {"expect": ("192.0.2.1",)}, Outcome.PASS, None),
        (server(), {"expect": ("192.0.2.2", "192.0.2.1"), "exact": True}, Outcome.PASS, None),
        (server(), {"expect": ("192.0.2.1",), "exact": True}, Outcome.FAIL, Reason.BODY),
        (server(), {"expect": ("192.0.2.9",)}, Outcome.FAIL, Reason.BODY),
        (server(), {"type": "MX", "expect": ("10 mail.example.",)}, Outcome.PASS, None),
        (server(), {"type": "TXT", "expect": ('"v=spf1 -all"',)}, Outcome.PASS, None),
        (server(), {"type": "AAAA"}, Outcome.FAIL, Reason.DNS),
        (server(), {"type": "AAAA", "absent": True}, Outcome.PASS, None),
        (server(), {"absent": True}, Outcome.FAIL, Reason.BODY),
        (server(dns.rcode.NXDOMAIN), {}, Outcome.FAIL, Reason.DNS),
        (server(dns.rcode.NXDOMAIN), {"absent": True}, Outcome.PASS, None),
        (server(dns.rcode.SERVFAIL), {}, Outcome.FAIL, Reason.DNS),
        (server(dns.rcode.REFUSED), {"absent": True}, Outcome.FAIL, Reason.DNS),
        (server(validates=True), {"dnssec": True}, Outcome.PASS, None),
        (server(), {"dnssec": True}, Outcome.FAIL, Reason.BODY),
        (server(lies=True), {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (lambda _: [b"\xff" * 500], {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (lambda _: [], {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (lambda _: [b"junk"] * 200, {}, Outcome.FAIL, Reason.PROTOCOL),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
    ],
)
def test_each_answer_has_its_outcome(
    reply: Any, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """The records, others, none; refusals; silence; forged and unreadable answers."""
    found = seen(reply, **settings)
    assert (found.outcome, found.reason) == (outcome, reason), found


def over_tcp(reply: Callable[[bytes], list[bytes]]) -> Any:
    """The same server over TCP."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        for each in reply(said):
            writer.write(len(each).to_bytes(2, "big") + each)
        await writer.drain()

    return serve


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (server(), None),
        (server(lies=True), Reason.PROTOCOL),
        (lambda _: [b"\xff" * 500], Reason.PROTOCOL),
        (lambda _: [], Reason.CLOSED),
        (None, Reason.CONNECT),
    ],
)
def test_a_server_may_be_asked_over_tcp(reply: Any, reason: Reason | None) -> None:
    """Where an answer to another question cannot be a stranger's."""
    serve = over_tcp(reply) if reply else None
    found = asyncio.run(met(_tcp, serve))
    assert found.reason is reason, found


def _tcp(host: str, **settings: Any) -> kind.Settings:
    return kind.Settings(name="a.example.", server=host, transport="tcp", **settings)


def over_https(reply: Callable[[bytes], list[bytes]], status: str = "200 OK", form: str = kind.FORM) -> Serve:
    """The same server over HTTP, which also wants the right question."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("post /dns-query http/1.1\r\n")
        said = await reader.readexactly(int(head.partition("content-length: ")[2].split()[0]))
        body = b"".join(reply(said))
        told = f"HTTP/1.1 {status}\r\nContent-Type: {form}\r\nLocation: /x\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(told.encode() + body)
        await writer.drain()

    return serve


@pytest.mark.parametrize(
    ("transport", "serve", "reason"),
    [
        ("tls", over_tcp(server()), None),
        ("tls", over_tcp(server(lies=True)), Reason.PROTOCOL),
        ("tls", over_tcp(lambda _: []), Reason.CLOSED),
        ("https", over_https(server()), None),
        ("https", over_https(server(dns.rcode.SERVFAIL)), Reason.DNS),
        ("https", over_https(server(lies=True)), Reason.PROTOCOL),
        ("https", over_https(server(), "503 Busy"), Reason.STATUS),
        ("https", over_https(server(), "302 Found"), Reason.REDIRECT),
        ("https", over_https(server(), "429 Busy"), Reason.BLOCKED),
        ("https", over_https(server(), form="text/html"), Reason.PROTOCOL),
        ("https", says(b""), Reason.CLOSED),
    ],
)
def test_a_server_may_be_asked_in_tls(office: Office, transport: str, serve: Serve, reason: Reason | None) -> None:
    """Directly or over HTTP, where it must be the one that it says it is."""

    def asking(host: str, **settings: Any) -> kind.Settings:
        return kind.Settings(name="a.example.", server=host, transport=transport, **settings)

    found = asyncio.run(met(asking, serve, office.context(), host="localhost"))
    assert found.reason is reason, found
    own = {"host": "localhost", "ca": Secret("", office.pem)}
    assert asyncio.run(met(asking, serve, office.context(), **own)).reason is reason
    assert asyncio.run(met(asking, serve, office.context("other.example"), host="localhost")).reason is Reason.TLS


@pytest.mark.parametrize(("transport", "serve"), [("tls", over_tcp(server())), ("https", over_https(server()))])
def test_the_days_of_its_certificate_are_looked_at(office: Office, transport: str, serve: Serve) -> None:
    """As of any server in TLS; without TLS there are none to look at."""

    def asking(host: str, **settings: Any) -> kind.Settings:
        return kind.Settings(name="a.example.", server=host, transport=transport, **settings)

    for days, outcome in (
        (Days(degrade=5), Outcome.PASS),
        (Days(degrade=50), Outcome.DEGRADED),
        (Days(fail=50), Outcome.FAIL),
    ):
        found = asyncio.run(met(asking, serve, office.context(), host="localhost", certificate_days=days))
        assert (found.outcome, found.reason) == (outcome, None if outcome is Outcome.PASS else Reason.TLS), found
    (fault,) = bound(kind.Settings, name="a.example", server="a.example", certificate_days={"fail": 3})
    assert 'certificate_days needs transport = "tls" or "https"' in fault


def test_a_cut_answer_is_asked_for_again_over_tcp() -> None:
    """As every resolver does."""

    async def ask() -> Observation:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(20):  # the port of TCP may be taken by another
                port = await stack.enter_async_context(serving_packets(server(cut=True)))
                with contextlib.suppress(OSError):
                    await stack.enter_async_context(serving(over_tcp(server()), port=port))
                    break
            probe = kind.Settings(**(COMMON | {"name": "a.example.", "server": "127.0.0.1", "port": port}))
            return await observed(probe)

    assert asyncio.run(ask()).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("reply", "outcome", "reason"),
    [
        (server(), Outcome.PASS, None),
        (server(dns.rcode.NXDOMAIN), Outcome.FAIL, Reason.DNS),
        (server(dns.rcode.SERVFAIL), Outcome.UNKNOWN, Reason.RESOLVER),
        (lambda _: [], Outcome.UNKNOWN, Reason.RESOLVER),
        (None, Outcome.UNKNOWN, Reason.RESOLVER),
    ],
)
def test_trouble_with_our_own_name_server_accuses_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reply: Any, outcome: Outcome, reason: Reason | None
) -> None:
    """Only its clear answer about the name does."""
    (tmp_path / "resolv.conf").write_text("# ours\nnameserver 127.0.0.1\n")
    monkeypatch.setattr(kind, "RESOLV", tmp_path / "resolv.conf")
    found = seen(reply, server=None, timeout=1200)
    assert (found.outcome, found.reason) == (outcome, reason), found


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"name": "a..b"}, "name: allowed is a domain name"),
        ({"type": "ANY"}, "type: allowed: A, AAAA"),
        ({"exact": True}, "exact needs expect"),
        ({"absent": True, "expect": ["192.0.2.1"]}, "allowed is one of: absent, expect"),
        ({"expect": ["mail"]}, "expect holds what is no record of type A"),
        ({"transport": "quic"}, "transport: allowed: udp, tcp, tls, https"),
        ({"transport": "tls"}, 'transport = "tls" needs server'),
        ({"ca": "x"}, 'ca needs transport = "tls" or "https"'),
        ({"ca": "hush", "transport": "https", "server": "a.example"}, "ca holds no certificate"),
        ({"path": "/a?b"}, "path: allowed is a path"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(kind.Settings, **({"name": "a.example"} | table))
    assert len(found) == 1, found
    assert said in found[0]
