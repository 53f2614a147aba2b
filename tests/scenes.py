"""Each kind of probe with everything that can be asked of it, a server that does all of it, and what breaks each of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import dns.flags
import dns.message
import dns.rrset
from certified import Office
from listened import Listened, Packets, hears
from serving import Serve, answer, says, silent, talks
from speakers import GREETED, always, grpc_server, named, oauth, over_tcp, registry, supplier, timed, upgrades, web

from monitor import kinds, probes
from monitor.json_rules import JsonRule
from monitor.probes._web import Days
from monitor.probes.domain import DomainDays
from monitor.probes.steps import Step
from monitor.table import Secret

PLACED: dict[str, Any] = {"host": "localhost", "port": "PORT"}
MUCH, LITTLE = Days(degrade=3000), Days(degrade=1)


@dataclass(frozen=True)
class Scene:
    """A probe with everything that can be asked of its kind, and what breaks each of it, by its key: other settings, or another
    server. ``tls`` says that the server speaks TLS from the first byte.
    """

    settings: dict[str, Any]
    serve: Callable[[Any], Serve] = lambda _: silent
    broken: dict[str, dict[str, Any]] = field(default_factory=dict)
    tls: bool = False
    packets: Packets | None = None


CLIENT_HELLO, TOO_NEW = b"\x16\x03\x01", b"\x15\x03\x03\0\x02\x02\x46"  # the alert protocol_version
IN_TLS: dict[str, dict[str, Any]] = {
    "verify": {"host": "127.0.0.1"},
    "version": {"version": "1.3", "serve": lambda _: talks((CLIENT_HELLO, TOO_NEW)), "plain": True},
    "certificate_days": {"certificate_days": MUCH},
}
GONE: dict[str, dict[str, Any]] = {"connection": {"serve": None}}


def greeted(kind: str) -> Scene:
    """A server that speaks first, and a probe that logs in."""
    greeting, upgrade, login, talk = GREETED[kind]
    secured = (b"TLS", b"")

    def serve(*turns: tuple[bytes, bytes]) -> Callable[[Any], Serve]:
        return lambda tls: talks(*turns, greeting=greeting, tls=tls)

    who = {"user": Secret("", "me"), "password": Secret("", "hush")}
    return Scene(
        PLACED | who | {"tls": "starttls", "expect": "ready", "certificate_days": LITTLE},
        serve(*upgrade, secured, *login, *talk),
        GONE
        | IN_TLS
        | {
            "greeting": {"serve": always(says(b"?\r\n"))},
            "expect": {"expect": "other"},
            "tls": {"serve": serve((upgrade[0][0], b"?\r\n"))},
            "version": {"version": "1.3", "serve": serve(*upgrade, (CLIENT_HELLO, TOO_NEW))},
            "user": {"serve": serve(*upgrade, secured, (login[0][0], b"?\r\n"))},
            "answer": {"serve": serve(*upgrade, secured, *login, (talk[0][0], b"?\r\n"))},
        },
    )


ASKED: dict[str, Any] = {
    "contains": "good", "lacks": "bad", "matches": "g..d", "json_path": (JsonRule(path="$.a", equals="good"),),
    "expect_headers": {"X-Seen": "yes"}, "http": "1.1", "degraded_above": 4000,
}  # fmt: skip
UNASKED: dict[str, dict[str, Any]] = {
    "contains": {"contains": "else"}, "lacks": {"lacks": "good"}, "matches": {"matches": "b.d"},
    "json_path": {"json_path": (JsonRule(path="$.b"),)}, "expect_headers": {"expect_headers": {"X-Seen": "no"}},
    "http": {"http": "2"}, "status": {"status": (204,)},
}  # fmt: skip
HTTPS = {"url": "https://localhost:PORT/in"}
DOWN = {"serve": always(supplier("major_outage"))}
STEP = Step(url="http://127.0.0.1:PORT/in")

SCENES: dict[str, list[Scene]] = {
    **{kind: [greeted(kind)] for kind in GREETED},
    "tcp": [
        Scene(
            PLACED | {"tls": True, "expect": "ready", "certificate_days": LITTLE},
            always(talks(greeting=b"ready\r\n")),
            GONE | IN_TLS | {"tls": {"plain": True}, "expect": {"expect": "other"}},
            tls=True,
        ),
        Scene(
            PLACED | {"starttls": "imap", "matches": "r.ady", "certificate_days": LITTLE},
            lambda tls: talks(*GREETED["imap"][1], (b"TLS", b"ready"), greeting=b"* OK x\r\n", tls=tls),
            {"starttls": {"serve": always(says(b"* BYE\r\n"))}, "matches": {"matches": "b.d"}},
        ),
    ],
    "tls": [
        Scene(
            PLACED | {"starttls": "pop3", "name": "localhost", "certificate_days": LITTLE},
            lambda tls: talks(*GREETED["pop3"][1], (b"TLS", b""), greeting=b"+OK x\r\n", tls=tls),
            GONE | IN_TLS | {
                "verify": {"name": "a.example"},
                "name": {"name": "a.example"},
                "starttls": {"serve": always(says(b"-ERR\r\n"))},
                "version": {
                    "version": "1.3",
                    "serve": always(talks(*GREETED["pop3"][1], (CLIENT_HELLO, TOO_NEW), greeting=b"+OK x\r\n")),
                },
            },
        )
    ],
    "ssh": [
        Scene(
            PLACED | {"expect": "Open"},
            always(talks(greeting=b"SSH-2.0-Open\r\n" + b"\0\0\1\0\x04\x14" + bytes(20))),
            GONE | {
                "version 2 of SSH": {"serve": always(says(b"220 x\r\n"))},
                "expect": {"expect": "Closed"},
                "exchange of keys": {"serve": always(talks(greeting=b"SSH-2.0-Open\r\nrubbish"))},
            },
        )
    ],
    "redis": [
        Scene(
            PLACED | {"tls": True, "password": Secret("", "hush"), "certificate_days": LITTLE},
            always(talks((b"*2\r\n$4\r\nAUTH\r\n$4\r\nhush\r\n", b"+OK\r\n"), (b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n"))),
            GONE | IN_TLS | {
                "tls": {"plain": True},
                "password": {"serve": always(says(b"-WRONGPASS\r\n"))},
                "PONG": {"serve": always(says(b"+OK\r\n-LOADING\r\n"))},
            },
            tls=True,
        )
    ],
    "websocket": [
        Scene(
            {"url": "wss://localhost:PORT/", "protocols": ("a",), "certificate_days": LITTLE, wanted: "world"},
            always(upgrades()),
            GONE | IN_TLS | {
                "verify": {"url": "wss://127.0.0.1:PORT/"},
                "status 101": {"serve": always(upgrades("404 No"))},
                "handshake of WebSocket": {"serve": always(upgrades(accept="wrong"))},
                "protocols": {"serve": always(upgrades(protocol="b"))},
                wanted: {"serve": always(upgrades(frame=b"\x88\x00"))},
            },
            tls=True,
        )
        for wanted in ("expect", "matches")
    ],
    "grpc": [
        Scene(
            PLACED | {"tls": True, "certificate_days": LITTLE},
            always(grpc_server()),
            GONE | IN_TLS | {
                "tls": {"plain": True},
                "answer": {"serve": always(grpc_server(code="12"))},
                "expect": {"serve": always(grpc_server(2))},
            },
            tls=True,
        )
    ],
    "udp": [
        Scene(
            PLACED | {"host": "127.0.0.1", "send": Secret("", "hi"), wanted: "ready"},
            packets=lambda _: [b"ready"],
            broken={"answer": {"packets": None}, wanted: {wanted: "other"}},
        )
        for wanted in ("expect", "matches")
    ],
    "dns": [
        Scene(
            {
                "name": "a.example.", "server": "127.0.0.1", "port": "PORT", "expect": ("192.0.2.1",), "exact": True,
                "dnssec": True,
            },
            packets=named(0, dns.flags.AD, "192.0.2.1"),
            broken={
                "answer": {"packets": None},
                "NOERROR or NXDOMAIN": {"packets": named(2)},
                "dnssec": {"packets": named(0, 0, "192.0.2.1")},
                "a record": {"packets": named()},
                "expect": {"expect": ("192.0.2.2",)},
                "exact": {"packets": named(0, dns.flags.AD, "192.0.2.1", "192.0.2.2")},
            },
        ),
        Scene(
            {"name": "a.example.", "server": "127.0.0.1", "port": "PORT", "absent": True},
            packets=named(3),
            broken={"absent": {"packets": named(0, 0, "192.0.2.1")}},
        ),
        Scene(
            {"name": "a.example.", "server": "localhost", "port": "PORT", "transport": "tls", "certificate_days": LITTLE},
            always(over_tcp(named(0, 0, "192.0.2.1"))),
            {"verify": {"server": "127.0.0.1"}, "certificate_days": {"certificate_days": MUCH}},
            tls=True,
        ),
    ],
    "ntp": [
        Scene(
            {"host": "127.0.0.1", "port": "PORT", "stratum": 3, "degraded_above": 30_000, "failed_above": 60_000},
            packets=timed(),
            broken={
                "answer": {"packets": None},
                "it keeps time": {"packets": timed(16)},
                "stratum": {"packets": timed(4)},
                "failed_above": {"packets": timed(2, 90)},
                "degraded_above": {"packets": timed(2, 40)},
            },
        )
    ],
    "sql": [
        Scene(
            {"url": Secret("", "sqlite://"), "query": "SELECT 7", "rows": 1, "equals": 7, "differs": 8, "above": 6, "below": 8},
            broken={
                "connection": {"url": Secret("", "sqlite:////there/is/none.db")},
                "answer": {"query": "SELECT none"},
                "rows": {"rows": 2},
                "equals": {"equals": 8},
                "differs": {"differs": 7},
                "above": {"above": Decimal("7.5")},
                "below": {"below": 7},
            },
        )
    ],
    "domain": [
        Scene(
            {"domain": "a.example", "server": "http://127.0.0.1:PORT", "days": DomainDays(degrade=10)},
            always(registry(90)),
            {
                "the registry knows it": {"serve": always(says(answer("404 None")))},
                "not on hold": {"serve": always(registry(90, "client hold"))}, "days": {"serve": always(registry(5))},
            },
        )
    ],
    "statuspage": [
        Scene({"url": "http://127.0.0.1:PORT"}, always(supplier("operational")), {"indicator none": DOWN}),
        Scene(
            {"url": "http://127.0.0.1:PORT", "component": "API"},
            always(supplier("operational")),
            {
                "a summary that can be read": {"serve": always(says(answer("200 OK", "[]")))},
                "component": DOWN,
            },
        ),
    ],
    "command": [
        Scene(
            {"program": "/bin/echo", "arguments": (Secret("", "fine"),)},
            broken={
                "end of the program": {"program": "/bin/sleep", "arguments": (Secret("", "9"),), "timeout": 500},
                "exit code 0": {"program": "/bin/false"},
            },
        )
    ],
    "http": [
        Scene(
            HTTPS | ASKED | {"oauth": oauth("/token"), "certificate_days": LITTLE, "final_url": "/in"},
            always(web),
            UNASKED
            | {
                "oauth": {"oauth": oauth("/no-token")},
                "redirects": {"redirects": 0, "url": "https://localhost:PORT/moved"},
                "verify": {"url": "https://127.0.0.1:PORT/in"},
                "final_url": {"final_url": "/else"},
                "certificate_days": {"certificate_days": MUCH},
                "degraded_above": {"degraded_above": 0},
            },
            tls=True,
        ),
        Scene(
            {"url": "https://localhost:PORT/moved", "location": "/in"},
            always(web),
            {"location": {"location": "/else"}},
            tls=True,
        ),
    ],
}  # fmt: skip


def played(kind: str, scene: Scene, office: Office, **changed: Any) -> Listened:
    """What is heard of a scene in which some things are other."""
    context = office.context()
    if kind == "grpc":
        context.set_alpn_protocols(["h2"])
    packets = changed.pop("packets", scene.packets)
    make = changed.pop("serve", scene.serve)
    is_plain = changed.pop("plain", False)
    settings = kinds.load(probes, kind).Settings
    serve = make(context) if make and not (scene.packets and packets is None) else None
    tls = context if scene.tls and not is_plain else None
    return hears(settings, serve, tls, packets, **(scene.settings | changed))
