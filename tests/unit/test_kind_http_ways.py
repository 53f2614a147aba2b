"""The way to a target over HTTP: proxies, families, versions, certificates of our own, and where redirects must lead."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Any

import pytest
import trustme
from certified import Office, office
from proxies import Proxy, speaks_2
from running import free_port
from serving import Serve, answer, asked, bound, http_probe, moved, observed, says, serving, silent

from monitor.clock import Clock
from monitor.probes import http, observe, open_tools
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]


def through(
    kind: str, proxy: Proxy | None, serve: Serve | None, tls: ssl.SSLContext | None = None, **rest: Any
) -> Observation:
    """One observation through this proxy, or one that is not there."""

    async def ask() -> Observation:
        async with contextlib.AsyncExitStack() as stack:
            target = await stack.enter_async_context(serving(serve, tls)) if serve else free_port()
            between = rest.pop("between", None)
            port = await stack.enter_async_context(proxy.serving(kind, between)) if proxy else free_port()
            who, at = rest.pop("who", ""), rest.pop("at", "127.0.0.1")
            url = f"{'https' if tls else 'http'}://localhost:{target}/x"
            return await observed(
                http_probe(target, **({"url": url, "proxy": Secret("x", f"{kind}://{who}{at}:{port}")} | rest))
            )

    return asyncio.run(ask())


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("is_secure", [False, True])
def test_a_proxy_stands_between(office: Office, kind: str, is_secure: bool) -> None:
    """It is asked, by name, and told who asks; the target answers, and its certificate is looked at."""
    proxy = Proxy()
    context = office.context() if is_secure else None
    seen = through(kind, proxy, says(answer("200 OK", "fine")), context, contains="fine", who="me:hush@")
    assert seen.outcome is Outcome.PASS, seen
    assert (seen.phases.tls_us is not None) == is_secure
    assert b"localhost" in b" ".join(proxy.heard)
    who = b"me:hush" if kind == "socks5" else b"Basic bWU6aHVzaA=="
    assert who in b" ".join(proxy.heard)


@pytest.mark.parametrize(
    ("kind", "refusal", "outcome", "reason", "detail"),
    [
        ("http", b"HTTP/1.1 502 <script>\r\n\r\n", Outcome.FAIL, Reason.CONNECT, "the proxy could not connect: status 502"),
        ("http", b"HTTP/1.1 407 Who\r\n\r\n", Outcome.UNKNOWN, Reason.NETWORK, "the proxy gave no way: status 407"),
        ("http", b"SSH-2.0\r\n\r\n", Outcome.UNKNOWN, Reason.NETWORK, "the proxy gave no way: it does not speak as a proxy should"),
        ("socks5", b"\x05\x05\x00\x01\0\0\0\0\0\0", Outcome.FAIL, Reason.CONNECT, "the proxy could not connect: Connection"),
        ("socks5", b"rubbish", Outcome.UNKNOWN, Reason.NETWORK, "the proxy gave no way: it does not speak as a proxy should"),
    ],
)  # fmt: skip
def test_what_a_proxy_says_of_the_target_counts_and_its_own_trouble_does_not(
    office: Office, kind: str, refusal: bytes, outcome: Outcome, reason: Reason, detail: str
) -> None:
    """That it cannot reach the target is a failure; that it wants a password, or is no proxy, is unknown."""
    seen = through(kind, Proxy(refusal), says(b""), office.context())
    assert (seen.outcome, seen.reason) == (outcome, reason), seen
    assert seen.verdict.detail.startswith(detail), seen


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_that_is_not_there_accuses_nobody(office: Office, kind: str) -> None:
    """Neither over http nor over https."""
    for context in (None, office.context()):
        seen = through(kind, None, says(answer("200 OK")), context)
        assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.NETWORK), seen
        assert seen.verdict.detail == "the proxy gave no way: Connection refused"


@pytest.mark.parametrize("is_secure", [False, True])
def test_a_proxy_may_be_reached_in_tls(office: Office, is_secure: bool) -> None:
    """By its own name and with its own certificate; what goes on within is another handshake, with the target."""
    proxy = Proxy()
    between, inner = office.context("proxy.localhost"), office.context() if is_secure else None
    rest = {"who": "me:hush@", "at": "proxy.localhost", "between": between, "contains": "fine"}
    seen = through("https", proxy, says(answer("200 OK", "fine")), inner, **rest)
    assert seen.outcome is Outcome.PASS, seen
    assert b"Basic bWU6aHVzaA==" in b" ".join(proxy.heard)
    assert (seen.phases.tls_us is not None) == is_secure
    if is_secure:
        seen = through("https", Proxy(), says(answer("200 OK")), Office(trustme.CA()).context(), **rest)
        assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.TLS), seen


def test_the_trouble_of_a_proxy_in_tls_accuses_nobody(office: Office) -> None:
    """A certificate of a stranger or for another name, no TLS at all, silence in the handshake."""
    stranger, other = Office(trustme.CA()).context("proxy.localhost"), office.context("other.example")
    wanted = [
        (stranger, "the proxy gave no way: "),
        (other, "the proxy gave no way: "),
        (None, "no connection to the proxy within 1200 ms"),
    ]
    for inner in (None, office.context()):
        for between, detail in wanted:
            rest = {"at": "proxy.localhost", "between": between, "timeout": 1200}
            seen = through("https", Proxy(), says(answer("200 OK")), inner, **rest)
            assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.NETWORK), (seen, detail)
            assert seen.verdict.detail.startswith(detail)

    async def ask() -> Observation:
        async with serving(silent) as port:
            proxy = Secret("", f"https://localhost:{port}")
            return await observed(http_probe(1, url="https://localhost:1/", proxy=proxy, timeout=1200))

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.NETWORK), seen
    assert seen.verdict.detail == "no connection to the proxy within 1200 ms"


def test_what_comes_through_a_proxy_is_judged_as_ever(office: Office) -> None:
    """A certificate of a stranger, a wrong status, silence; and no proxy leads to an address that is denied."""
    stranger = Office(trustme.CA())
    assert through("http", Proxy(), says(answer("200 OK")), stranger.context()).reason is Reason.TLS
    assert through("http", Proxy(), says(answer("500 No"))).reason is Reason.STATUS
    seen = through("http", Proxy(), silent, office.context(), timeout=1200)
    assert (seen.reason, seen.verdict.detail) == (Reason.TIMEOUT, "no answer within 1200 ms")
    proxy = Proxy()
    assert through("http", proxy, None, url="http://169.254.169.254/").reason is Reason.POLICY
    assert not proxy.heard


@pytest.mark.parametrize(("ip", "reason"), [("any", None), ("4", None), ("6", Reason.CONNECT)])
def test_a_family_may_be_asked_for(ip: str, reason: Reason | None) -> None:
    """A server that listens on version 4 only has no one there on version 6."""

    async def ask() -> Observation:
        async with serving(says(answer("200 OK"))) as port, open_tools(Clock()) as tools:

            async def look_up(_: str) -> tuple[str, ...]:
                return "127.0.0.1", "::1"

            tools.resolver._look_up = look_up  # type: ignore[method-assign, assignment]
            return await observe(http_probe(port, url="http://two.example:{port}/", ip=ip), "local", 1000, tools)

    assert asyncio.run(ask()).reason is reason


def test_a_name_without_address_of_the_family_has_none() -> None:
    """As for a name that does not exist."""
    seen = asyncio.run(asked(says(answer("200 OK")), ip="6"))
    assert (seen.outcome, seen.reason, seen.verdict.detail) == (Outcome.FAIL, Reason.DNS, "no address of IPv6")


def offering(office: Office, *protocols: str) -> ssl.SSLContext:
    """TLS that goes on in one of these."""
    context = office.context()
    context.set_alpn_protocols(list(protocols))
    return context


@pytest.mark.parametrize(
    ("serve", "offered", "wanted", "detail"),
    [
        (speaks_2(), ["h2"], "2", ""),
        (speaks_2("503"), ["h2"], "2", "status 503"),
        (says(answer("200 OK", "fine")), ["http/1.1"], "1.1", ""),
        (says(answer("200 OK", "fine")), ["http/1.1"], "2", "answered over HTTP/1.1"),
        (says(b"HTTP/1.0 200 OK\r\n\r\nfine"), ["http/1.1"], "1.1", "answered over HTTP/1.0"),
        (says(b"HTTP/1.0 200 OK\r\n\r\nfine"), ["http/1.1"], "any", ""),
    ],
)
def test_a_version_of_http_may_be_asked_for(
    office: Office, serve: Serve, offered: list[str], wanted: str, detail: str
) -> None:
    """It is offered, and an answer in another is a fault of protocol."""
    context = offering(office, *offered)
    seen = asyncio.run(asked(serve, context, url="https://localhost:{port}/", http=wanted, contains="fine"))
    assert seen.verdict.detail == detail, seen
    assert seen.phases.first_byte_us is not None
    if "over" in detail:
        assert (seen.outcome, seen.reason) == (Outcome.FAIL, Reason.PROTOCOL)


def test_a_server_may_ask_who_we_are(office: Office) -> None:
    """With our certificate it answers; without it, or with that of a stranger, the handshake fails, said or unsaid."""
    context = office.context()
    context.verify_mode = ssl.CERT_REQUIRED
    office.ca.configure_trust(context)

    def seen(**settings: Any) -> Observation:
        return asyncio.run(asked(says(answer("200 OK")), context, url="https://localhost:{port}/", **settings))

    assert seen(**shown(office.ca)).outcome is Outcome.PASS
    assert seen().reason in (Reason.TLS, Reason.CLOSED)
    assert seen(**shown(trustme.CA())).reason in (Reason.TLS, Reason.CLOSED)


def shown(issuer: trustme.CA) -> dict[str, Secret]:
    """A certificate of that issuer, as settings."""
    made = issuer.issue_cert("monitor.example")
    chain = "".join(each.bytes().decode() for each in made.cert_chain_pems)
    key = made.private_key_pem.bytes().decode()
    return {"client_certificate": Secret("file:c.pem", chain), "client_key": Secret("${KEY}", key)}


def test_another_host_is_not_shown_our_certificate(office: Office) -> None:
    """A redirect leads there without it."""
    asks, trusted = office.context(), office.context()
    asks.verify_mode = ssl.CERT_OPTIONAL
    office.ca.configure_trust(asks)
    met: list[object] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        met.append(writer.get_extra_info("ssl_object").getpeercert())
        writer.write(answer("200 OK"))
        await writer.drain()

    async def ask() -> Observation:
        async with serving(note, asks) as there, serving(moved(f"https://localhost:{there}/"), trusted) as here:
            probe = http_probe(here, url="https://localhost:{port}/", **shown(office.ca))
            await observed(http_probe(there, url="https://localhost:{port}/", **shown(office.ca)))
            return await observed(probe)

    assert asyncio.run(ask()).outcome is Outcome.PASS
    assert bool(met[0])
    assert not met[1]


@pytest.mark.parametrize(
    ("serve", "settings", "reason", "detail"),
    [
        (moved("/login?next=/"), {"location": "/login?next=/"}, None, ""),
        (moved("http://127.0.0.1:{port}/in"), {"location": "/in"}, None, ""),
        (moved("/other"), {"location": "/in"}, Reason.REDIRECT, "redirected to another address than location"),
        (moved("http://["), {"location": "/in"}, Reason.REDIRECT, "redirected to what is no address"),
        (says(answer("302 Found")), {"location": "/in"}, Reason.REDIRECT, "redirected to another address than location"),
        (says(answer("200 OK")), {"location": "/in"}, Reason.STATUS, "status 200"),
        (moved("/in"), {"location": "/in", "status": (301,)}, Reason.REDIRECT, "more than 5 redirects"),
        (says(answer("200 OK")), {"final_url": "/health"}, None, ""),
        (says(answer("200 OK")), {"final_url": "/other"}, Reason.REDIRECT, "ended at another address than final_url, on 127"),
    ],
)  # fmt: skip
def test_where_a_redirect_must_lead(serve: Serve, settings: dict[str, Any], reason: Reason | None, detail: str) -> None:
    """To ``location``, and is not followed; or in the end to ``final_url``."""
    seen = asyncio.run(asked(serve, **settings))
    assert (seen.reason, seen.verdict.detail[: len(detail)]) == (reason, detail), seen


def test_the_end_of_redirects_is_the_address_that_answered() -> None:
    """Two hops on, with a query."""
    paths = iter(["/a?x=1", "/b?y=2"])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        onward = next(paths, None)
        writer.write(answer("302 Found", "", f"Location: {onward}") if onward else answer("200 OK"))
        await writer.drain()

    assert asyncio.run(asked(serve, final_url="/b?y=2")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"client_certificate": "x"}, "client_certificate and client_key belong together"),
        (
            {"client_certificate": "x", "client_key": "hush"},
            "client_certificate with client_key holds no certificate in PEM",
        ),
        ({"http": "3"}, "http: allowed: any, 1.1, 2"),
        ({"http": "2"}, 'http = "2" needs an https address'),
        ({"ip": "5"}, "ip: allowed: any, 4, 6"),
        ({"proxy": "ftp://hush.example:1"}, "proxy: allowed is an address that begins with http://"),
        ({"proxy": "hush"}, "proxy: allowed is an address that begins with http://"),
        ({"proxy": "http://p.example:1", "ip": "4"}, "behind a proxy it is the proxy that chooses the address"),
        ({"location": "in"}, "location: "),
        ({"location": "/in", "final_url": "/in"}, "allowed is one of: location"),
    ],
)
def test_ways_that_cannot_be_meant_are_refused(table: dict[str, Any], said: str) -> None:
    """One fault, which shows no secret."""
    found = bound(http.Settings, url="http://a.example/", **table)
    assert len(found) == 1, found
    assert said in found[0]
    assert "hush" not in found[0]
