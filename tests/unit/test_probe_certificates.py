"""The certificate of any TLS is shown whole by ``meetlat probe``, also the one that is not believed; and never a secret."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from certified import Office, office
from hypothesis import given
from hypothesis import strategies as st
from listened import Listened, hears, listened
from programs import pem, postgresql, program, started
from proxies import Proxy, speaks_2
from running import free_port
from scenes import SCENES, played
from serving import COMMON, Serve, answer, http_probe, says, serving, silent

from monitor.commands._secrets import without_secrets
from monitor.commands._x509 import certificate
from monitor.probes import http, sql, tcp, tls, websocket
from monitor.table import Secret

__all__ = ["office"]
WHAT = (
    "subject: ",
    "names: localhost",
    "issuer: ",
    "serial: ",
    "not before: ",
    "certificate ends ",
    "key: ",
    "chain: ",
)
DER = ssl.PEM_cert_to_DER_cert(trustme.CA().issue_cert("localhost", "127.0.0.1").cert_chain_pems[0].bytes().decode())


def is_whole(found: Listened) -> bool:
    """Whether a certificate is shown, with each thing about it."""
    text = "\n".join(found.said)
    return all(f"\n  {what}" in text for what in WHAT)


@pytest.mark.parametrize("serve", [says(answer("200 OK")), speaks_2()], ids=["lean", "stock"])
@pytest.mark.parametrize(
    ("settings", "head"),
    [
        ({}, "certificate:"),
        ({"url": "https://127.0.0.1:PORT/"}, "certificate:"),
        ({"url": "https://127.0.0.1:PORT/", "verify": False}, "certificate, not verified:"),
    ],
)
def test_it_is_shown_over_http(office: Office, serve: Serve, settings: dict[str, Any], head: str) -> None:
    """Believed, not believed, and not verified at all; over either transport."""
    context = office.context()
    context.set_alpn_protocols(["h2"])
    way = "2" if "speaks_2" in serve.__qualname__ else "1.1"
    found = hears(http.Settings, serve, context, **({"url": "https://localhost:PORT/", "http": way} | settings))
    assert head in found.said
    assert is_whole(found), found.said


@pytest.mark.parametrize(
    "kind", [kind for kind, scenes in SCENES.items() if any("verify" in each.broken for each in scenes)]
)
@pytest.mark.parametrize("is_believed", [True, False])
def test_it_is_shown_by_every_kind_that_speaks_tls(office: Office, kind: str, is_believed: bool) -> None:
    """Whoever begins it, and whether the handshake ends well or not."""
    scene = next(each for each in SCENES[kind] if "verify" in each.broken)
    found = played(kind, scene, office, **({} if is_believed else scene.broken["verify"]))
    assert is_whole(found), found.said
    *_, last = (each for each in found.said if each.startswith("TLS: "))
    assert last.startswith("TLS: TLSv1.3, TLS_") == is_believed


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_whole_chain_is_counted(newest: ssl.TLSVersion, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the form of each version of TLS; the first certificate is the server's."""
    root = trustme.CA()
    root.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    cert = root.create_child_ca().create_child_ca().issue_cert("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = newest
    cert.configure_cert(context)
    found = hears(tls.Settings, silent, context, host="localhost", port="PORT")
    assert found.observation.reason is None, found
    assert "  chain: 2 more certificates shown" in found.said
    assert is_whole(found)


def test_the_certificate_of_a_real_web_server_and_of_a_database_is_shown(office: Office, tmp_path: Path) -> None:
    """nginx, and PostgreSQL, which is asked for it apart: a driver tells nothing of its TLS."""
    cert = office.ca.issue_cert("localhost")
    key, chain = pem(cert, tmp_path)
    port = free_port()
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off;"
        f" server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {chain}; ssl_certificate_key {key}; return 200 fine; }} }}"
    )
    with started([program("nginx", "nginx"), "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)], port):
        web = asyncio.run(listened(http_probe(port, url="https://localhost:{port}/", contains="fine")))
    assert web.observation.reason is None, web
    assert is_whole(web)
    assert "  server: nginx" in "\n".join(web.said)
    with postgresql(cert) as (port, _):
        url = Secret("", f"postgresql://me:hush@localhost:{port}/postgres?sslmode=require")
        found = asyncio.run(listened(sql.Settings(**COMMON, url=url, rows=1, equals=1)))
    assert found.asserted[:2] == ["ok   connection", "ok   answer"], found
    assert is_whole(found)
    assert not any("hush" in each for each in (*found.said, *found.asserted))


def test_what_stands_in_a_certificate() -> None:
    """What openssl would say of it; times to the second, the serial in hexadecimal."""
    start, end = (datetime.now(UTC).replace(microsecond=0) + timedelta(days=days) for days in (-1, 90))
    ca = trustme.CA(key_type=trustme.KeyType.RSA)
    made = ca.issue_cert(
        "*.a.example", "127.0.0.1", "me@a.example", not_before=start, not_after=end, common_name="a.example"
    )
    found = certificate(ssl.PEM_cert_to_DER_cert(made.cert_chain_pems[0].bytes().decode()))
    assert found.names == ("*.a.example", "127.0.0.1", "me@a.example")
    assert (found.start, found.end) == (int(start.timestamp()), int(end.timestamp()))
    assert found.subject.endswith("CN=a.example")
    assert "O=trustme" in found.issuer
    assert (found.key, found.signature) == ("ECDSA on P-256", "RSA with SHA-256")
    assert certificate(ssl.PEM_cert_to_DER_cert(ca.cert_pem.bytes().decode())).key == "RSA of 2048 bits"


@given(st.integers(0, len(DER) - 1), st.binary(max_size=8))
def test_what_is_no_certificate_is_refused(at: int, other: bytes) -> None:
    """However it is cut or changed: a ValueError, or something to be shown."""
    for words in (DER[:at], DER[:at] + other + DER[at + len(other) :]):
        with contextlib.suppress(ValueError):
            certificate(words)
    with pytest.raises(ValueError, match="not a certificate"):
        certificate(DER[:at])


def test_a_secret_that_was_cut_is_not_shown() -> None:
    """What is heard is cut somewhere, perhaps in the middle of what the target says back; and long lines are cut last."""
    key = "key-" + "x" * 60
    probe = tcp.Settings(**COMMON, host="a.example", port=1, send=Secret("", key))
    assert without_secrets([f"heard: {'y' * 150}{key[:30]}…"], probe) == [f"heard: {'y' * 150}***…"]
    (line,) = without_secrets([f"{'y' * 280}{key}"], probe)
    assert line == f"{'y' * 280}***"
    assert without_secrets(["heard: nothing of it…"], probe) == ["heard: nothing of it…"]


def test_what_is_heard_from_a_target_that_says_everything_back() -> None:
    """However long that is."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"y" * 180 + await reader.read(1000) + b"\n")
        await writer.drain()

    key = "key-" + "x" * 60
    found = hears(tcp.Settings, echo, host="127.0.0.1", port="PORT", send=Secret("", key), expect="no")
    assert not any("key-" in each for each in (*found.said, *found.asserted)), found


def test_all_of_the_head_of_an_answer_is_shown_but_what_lets_somebody_in() -> None:
    """Also what nobody asked for; of a cookie, a token or a key only the name."""
    words = answer("418 Tea", "", "X-Kind: oolong", "Set-Cookie: id=hush-hush", "X-Auth-Token: hush-hush")
    found = hears(http.Settings, says(words), url="http://127.0.0.1:PORT/")
    for line in ("answer: 418, HTTP/1.1", "  x-kind: oolong", "  set-cookie: ***", "  x-auth-token: ***"):
        assert line in found.said
    assert not any("hush" in each for each in found.said)


def test_the_head_of_a_handshake_is_shown_alike(office: Office) -> None:
    """Of WebSocket too, which reads it by itself."""
    words = answer("401 Who", "", "Set-Cookie: id=hush-hush", "Server: x", "Location: /in?key=hush-hush")
    found = hears(websocket.Settings, says(words), url="ws://127.0.0.1:PORT/live")
    for line in ("answer: 401", "  set-cookie: ***", "  server: x", "  location: /in"):
        assert line in found.said, found.said
    assert found.marks("status 101") == {"not"}
    assert found.marks("handshake of WebSocket") == {"?"}


def test_the_proxy_is_named_without_who_asks(office: Office) -> None:
    """Its address, and not the password in it."""

    async def ask() -> Listened:
        proxy = Proxy()
        async with serving(says(answer("200 OK"))) as target, proxy.serving("http") as port:
            secret = Secret("", f"http://me:hush@127.0.0.1:{port}")
            return await listened(http_probe(target, proxy=secret))

    found = asyncio.run(ask())
    assert any(each.startswith("through the proxy http://127.0.0.1:") for each in found.said), found
    assert not any("hush" in each for each in found.said)
