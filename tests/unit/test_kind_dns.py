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
from serving import COMMON, bound, met, met_packets, observed, serving, serving_packets

from monitor.probes import dns as kind
from monitor.timeline.model import Observation, Outcome, Reason

ZONE = {"A": ["192.0.2.1", "192.0.2.2"], "MX": ["10 Mail.Example."], "TXT": ['"v=spf1 -all"'], "CNAME": ["b.example."]}


def server(code: int = 0, cut: bool = False, lies: bool = False) -> Callable[[bytes], list[bytes]]:
    """A name server that answers with this code, cuts its answers short, or answers other questions."""

    def reply(said: bytes) -> list[bytes]:
        query = dns.message.from_wire(said)
        asked = dns.message.make_response(query)
        asked.set_rcode(dns.rcode.Rcode(code))
        name, rdtype = query.question[0].name, query.question[0].rdtype.name
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
        ({"transport": "tls"}, "transport: allowed: udp, tcp"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(kind.Settings, **({"name": "a.example"} | table))
    assert len(found) == 1, found
    assert said in found[0]
