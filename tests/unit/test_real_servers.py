"""What probes make of the servers that users have: Debian's, each started for the test."""

from __future__ import annotations

import asyncio
import contextlib
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from certified import NOW, Office, office
from programs import is_listening, pem, postgresql, program, started
from running import eventually, free_port
from serving import COMMON, observed

from monitor.probes import command, dns, ftp, http, imap, pop3, redis, sql, tcp, tls
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]
AS_ME = {"user": Secret("${ME}", "me"), "password": Secret("${KEY}", "hush")}
HUSH, WRONG = Secret("${KEY}", "hush"), Secret("${KEY}", "wrong")


def seen(kind: Any, **settings: Any) -> Observation:
    """What a probe of this kind sees."""
    return asyncio.run(observed(kind.Settings(**(COMMON | settings))))


@contextlib.contextmanager
def keydb(folder: Path, office: Office) -> Iterator[tuple[int, int]]:
    """Redis, in the clear and in TLS: the password is ``hush``, and the user ``me`` may PING with it and no more."""
    port, secure = free_port(), free_port()
    key, chain = pem(office.ca.issue_cert("localhost"), folder)
    lines = ["save ''", "appendonly no", "bind 127.0.0.1", "requirepass hush", f"port {port}", f"tls-port {secure}"]
    lines += [f"tls-cert-file {chain}", f"tls-key-file {key}", "tls-auth-clients no", f"dir {folder}"]
    lines += ["user me on >hush +ping", "user you on >hush -@all"]
    (folder / "redis.conf").write_text("\n".join(lines))
    with started([program("redis-server", "redis-server"), str(folder / "redis.conf")], port):
        eventually(lambda: is_listening(secure), "TLS of Redis")
        yield port, secure


def test_redis(tmp_path: Path, office: Office) -> None:
    """Who gives the right password gets an answer; nobody else does, and each is told why."""
    with keydb(tmp_path, office) as (port, secure):
        wanted: list[tuple[dict[str, Any], Reason | None, str]] = [
            ({"password": HUSH}, None, ""),
            ({"user": "me", "password": HUSH}, None, ""),
            ({"user": "you", "password": HUSH}, Reason.STATUS, "the server said NOPERM"),
            ({"password": WRONG}, Reason.STATUS, "the server said WRONGPASS"),
            ({}, Reason.STATUS, "the server said NOAUTH"),
            ({"port": secure, "tls": True, "password": HUSH}, None, ""),
        ]
        for settings, reason, detail in wanted:
            found = seen(redis, **({"host": "localhost", "port": port} | settings))
            assert (found.reason, found.verdict.detail) == (reason, detail), settings
        assert seen(redis, host="localhost", port=secure, password=HUSH).reason is Reason.CLOSED


ZONE = {
    "A": ("shop.example", ["192.0.2.7"]),
    "AAAA": ("shop.example", ["2001:db8::7"]),
    "MX": ("shop.example", ["10 mail.example."]),
    "TXT": ("shop.example", ['"v=spf1 -all"']),
    "CNAME": ("www.shop.example", ["shop.example."]),
    "SRV": ("_sip._tcp.shop.example", ["1 2 5060 sip.example."]),
    "CAA": ("shop.example", ['0 issue "ca.example"']),
    "NAPTR": ("shop.example", ['10 20 "s" "SIP+D2U" "" _sip._udp.shop.example.']),
    "PTR": ("7.2.0.192.in-addr.arpa", ["shop.example."]),
}


def test_a_name_server() -> None:
    """Dnsmasq is asked for each type that it serves, over both of its ways."""
    port = free_port()
    settings = [
        "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-dhcp-interface=*", "--bind-interfaces",
        "--listen-address=127.0.0.1", f"--port={port}", "--host-record=shop.example,192.0.2.7,2001:db8::7",
        "--mx-host=shop.example,mail.example,10", "--txt-record=shop.example,v=spf1 -all", "--local=/example/",
        "--cname=www.shop.example,shop.example", "--srv-host=_sip._tcp.shop.example,sip.example,5060,1,2",
        "--naptr-record=shop.example,10,20,s,SIP+D2U,,_sip._udp.shop.example", "--caa-record=shop.example,0,issue,ca.example",
    ]  # fmt: skip
    server = {"server": "127.0.0.1", "port": port}
    with started([program("dnsmasq", "dnsmasq-base"), *settings], port):
        for kind, (name, records) in ZONE.items():
            for transport in ("udp", "tcp"):
                asked = {"name": name, "type": kind, "expect": tuple(records), "exact": True, "transport": transport}
                found = seen(dns, **server, **asked)
                assert found.outcome is Outcome.PASS, (kind, found)
        assert seen(dns, **server, name="none.example").verdict.detail == "no such name"
        assert seen(dns, **server, name="none.example", absent=True).outcome is Outcome.PASS
        assert seen(dns, **server, name="far.invalid").reason is Reason.DNS  # nobody whom it could ask: refused
        assert seen(dns, **server, name="shop.example", expect=("192.0.2.9",)).reason is Reason.BODY


def test_a_web_server(tmp_path: Path, office: Office) -> None:
    """Nginx is asked in the clear and in TLS, for what is there and what is not."""
    port, secure = free_port(), free_port()
    key, chain = pem(office.ca.issue_cert("localhost", not_after=NOW.replace(year=NOW.year + 1)), tmp_path)
    (tmp_path / "nginx.conf").write_text(
        f"""daemon off; master_process off; pid {tmp_path}/pid; error_log stderr; events {{}}
http {{ access_log off; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p; fastcgi_temp_path {tmp_path}/f;
uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s; gzip on; gzip_min_length 1; gzip_types *;
server {{ listen 127.0.0.1:{port}; listen 127.0.0.1:{secure} ssl; ssl_certificate {chain}; ssl_certificate_key {key};
location = /health {{ default_type text/plain; return 200 "all is well"; }}
location = /old {{ return 301 /health; }} location = /upstream {{ proxy_pass http://127.0.0.1:{free_port()}; }}
location / {{ return 404; }} }} }}"""
    )
    with started([program("nginx", "nginx-light"), "-c", f"{tmp_path}/nginx.conf", "-e", "stderr"], port):
        base = f"http://127.0.0.1:{port}"
        assert seen(http, url=f"{base}/health").outcome is Outcome.PASS
        assert seen(http, url=f"{base}/old").outcome is Outcome.PASS
        assert seen(http, url=f"https://localhost:{secure}/health").outcome is Outcome.PASS
        assert seen(http, url=f"https://127.0.0.1:{secure}/health").reason is Reason.TLS
        for path, detail in (("none", "status 404"), ("upstream", "status 502")):
            assert seen(http, url=f"{base}/{path}").verdict.detail == detail
        assert seen(tls, host="localhost", port=secure).outcome is Outcome.PASS


def test_postgresql_in_tls(tmp_path: Path, office: Office) -> None:
    """Its certificate is looked at by the kinds that do, and by its driver if it is told to."""
    cert = office.ca.issue_cert("localhost", not_after=NOW.replace(year=NOW.year + 1))
    with postgresql(cert) as (port, _):
        assert seen(tls, host="localhost", port=port, starttls="postgresql").outcome is Outcome.PASS
        assert seen(tls, host="127.0.0.1", port=port, starttls="postgresql").reason is Reason.TLS
        assert seen(tcp, host="localhost", port=port, starttls="postgresql").outcome is Outcome.PASS
        office.ca.cert_pem.write_to_path(str(tmp_path / "root.pem"))
        root = f"?sslmode=verify-full&sslrootcert={tmp_path}/root.pem"
        for host, reason in (("localhost", None), ("127.0.0.1", Reason.TLS)):
            url = Secret("", f"postgresql://me:hush@{host}:{port}/postgres{root}")
            assert seen(sql, url=url).reason is reason


def dovecot(folder: Path, office: Office, ports: dict[str, int]) -> list[str]:
    """The command of a Dovecot with these ports, by which anybody gets in with the password ``hush``, in TLS or from here."""
    key, chain = pem(office.ca.issue_cert("localhost"), folder)
    owner = pwd.getpwuid(os.geteuid()).pw_name
    mine = owner != "root"
    group = grp.getgrgid(os.getegid()).gr_name
    own = {"default_internal_user": owner, "default_internal_group": group, "default_login_user": owner} if mine else {}
    users = "".join(f"{name} = {value}\n" for name, value in own.items())
    inner = "".join(f"service {name} {{\nchroot =\n}}\n" for name in ("anvil", "stats")) if mine else ""
    logins = "".join(
        f"service {name}-login {{\n{'chroot =' if mine else ''}\ninet_listener {name} {{\nport = {ports[name]}\n}}\n"
        f"inet_listener {name}s {{\nport = {ports[f'{name}s']}\nssl = yes\n}}\n}}\n"
        for name in ("imap", "pop3")
    )
    (folder / "home").mkdir()
    as_whom = owner if mine else "nobody"
    shutil.chown(folder / "home", as_whom)
    (folder / "dovecot.conf").write_text(
        f"""protocols = imap pop3
base_dir = {folder}/run
log_path = {folder}/log
ssl = required
ssl_cert = <{chain}
ssl_key = <{key}
listen = 127.0.0.1
mail_location = maildir:~/mail
first_valid_uid = 1
{users}{inner}{logins}
passdb {{
driver = static
args = password=hush
}}
userdb {{
driver = static
args = uid={as_whom} gid={grp.getgrgid(pwd.getpwnam(as_whom).pw_gid).gr_name} home={folder}/home
}}
"""
    )
    return [program("dovecot", "dovecot-imapd"), "-F", "-c", f"{folder}/dovecot.conf"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder in which servers that take another name find their way."""
    with tempfile.TemporaryDirectory(prefix="meetlat-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_a_server_of_mailboxes(open_folder: Path, office: Office) -> None:
    """Dovecot over IMAP and POP3: in the clear, by STARTTLS and in TLS, with a login that is right, wrong or not tried."""
    ports = {name: free_port() for name in ("imap", "imaps", "pop3", "pop3s")}
    with started(dovecot(open_folder, office, ports), ports["imap"]):
        for name, kind in (("imap", imap), ("pop3", pop3)):
            eventually(lambda port=ports[f"{name}s"]: is_listening(port), "Dovecot")  # type: ignore[misc]
            at = {"host": "localhost", "port": ports[name]}
            assert seen(kind, **at).outcome is Outcome.PASS
            assert seen(kind, **at, tls="starttls").outcome is Outcome.PASS
            assert seen(kind, **at, tls="starttls", **AS_ME).outcome is Outcome.PASS
            assert seen(kind, **at | {"port": ports[f"{name}s"]}, tls="implicit", **AS_ME).outcome is Outcome.PASS
            found = seen(kind, **at, tls="starttls", **AS_ME | {"password": WRONG})
            assert (found.reason, found.verdict.detail) == (Reason.STATUS, "the login was refused")


def test_a_server_of_files(open_folder: Path, office: Office) -> None:
    """Vsftpd, in the clear and in TLS, to anybody and to nobody."""
    key, chain = pem(office.ca.issue_cert("localhost"), open_folder)
    port, owner = free_port(), pwd.getpwuid(os.geteuid()).pw_name
    (open_folder / "root").mkdir(mode=0o555)
    lines = ["listen=YES", "listen_address=127.0.0.1", f"listen_port={port}", "background=NO", "seccomp_sandbox=NO"]
    lines += ["ssl_enable=YES", "allow_anon_ssl=YES", f"rsa_cert_file={chain}", f"rsa_private_key_file={key}"]
    lines += ["anonymous_enable=YES", f"anon_root={open_folder}/root", f"secure_chroot_dir={open_folder}/root"]
    lines += [f"ftp_username={owner}", "run_as_launching_user=YES"] if owner != "root" else []
    (open_folder / "vsftpd.conf").write_text("\n".join([*lines, ""]))
    anybody = {"user": Secret("", "anonymous"), "password": Secret("", "a@b.example")}
    with started([program("vsftpd", "vsftpd"), f"{open_folder}/vsftpd.conf"], port):
        at = {"host": "localhost", "port": port}
        assert seen(ftp, **at).outcome is Outcome.PASS
        assert seen(ftp, **at, tls="starttls").outcome is Outcome.PASS
        assert seen(ftp, **at, tls="starttls", **anybody).outcome is Outcome.PASS
        found = seen(ftp, **at, tls="starttls", **AS_ME | {"password": WRONG})
        assert (found.reason, found.verdict.detail) == (Reason.STATUS, "the login was refused (530)")


def plugin(name: str, *arguments: str, **settings: Any) -> Observation:
    """What is seen of a plugin of Nagios."""
    path = program(name, "monitoring-plugins-basic")
    return seen(command, program=path, arguments=tuple(Secret("", each) for each in arguments), **settings)


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        ("0", Outcome.PASS, None),
        ("1", Outcome.DEGRADED, Reason.BODY),
        ("2", Outcome.FAIL, Reason.BODY),
        ("3", Outcome.UNKNOWN, Reason.INTERNAL),
    ],
)
def test_each_code_of_a_plugin(code: str, outcome: Outcome, reason: Reason | None) -> None:
    """As the plugin that is there for it ends."""
    found = plugin("check_dummy", code, "so it is")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert found.verdict.detail.endswith(": ***")  # its arguments may be secrets


def test_a_plugin_that_asks_a_server() -> None:
    """Good, and gone; its performance data are left out."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        found = plugin("check_tcp", "-H", "127.0.0.1", "-p", port)
        assert found.outcome is Outcome.PASS
        assert "second response time" in found.verdict.detail
        assert "|" not in found.verdict.detail
        said = subprocess.run(
            [program("check_tcp", ""), "-H", "127.0.0.1", "-p", port], capture_output=True, text=True, check=True
        )
        assert "|time=" in said.stdout
    found = plugin("check_tcp", "-H", "127.0.0.1", "-p", port)
    assert (found.outcome, found.reason) == (Outcome.FAIL, Reason.BODY)
