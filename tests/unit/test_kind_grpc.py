"""What a gRPC probe makes of servers: of the real one of gRPC, and of others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import grpc
import h2.config
import h2.connection
import h2.events
import pytest
import trustme
from certified import NOW, Office, office
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from serving import COMMON, Serve, bound, met, observed, says, silent, talks, then
from speakers import grpc_server

from monitor.probes import grpc as kind
from monitor.probes._web import Days
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]
STATUS = health_pb2.HealthCheckResponse
STATES = {"": STATUS.SERVING, "ill": STATUS.NOT_SERVING, "new": STATUS.UNKNOWN}
KEY = Secret("${KEY}", "hush")


class Refusing(health_pb2_grpc.HealthServicer):  # type: ignore[misc] # grpcio has no types
    """Each service is a status of gRPC by its name; the one named ``who`` wants a key."""

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802 -- the name of the protocol
        """Refuse."""
        if dict(context.invocation_metadata()).get("x-key") != "hush":
            is_closed = request.service == "who"
            context.abort(grpc.StatusCode["UNAUTHENTICATED" if is_closed else request.service], "<script>")
        return STATUS(status=STATUS.SERVING)


@contextlib.contextmanager
def server(servicer: Any, credentials: Any = None) -> Iterator[int]:
    """A server of gRPC with this health service, or with none; its port."""
    made = grpc.server(ThreadPoolExecutor(4))
    if servicer:
        health_pb2_grpc.add_HealthServicer_to_server(servicer, made)
    port = made.add_secure_port("127.0.0.1:0", credentials) if credentials else made.add_insecure_port("127.0.0.1:0")
    made.start()
    try:
        yield port
    finally:
        made.stop(None).wait()


def healthy() -> health.HealthServicer:
    """The servicer that comes with gRPC, in these states."""
    made = health.HealthServicer()
    for name, state in STATES.items():
        made.set(name, state)
    return made


def seen(port: int, **settings: Any) -> Observation:
    """What a probe of this port sees."""
    return asyncio.run(observed(kind.Settings(**(COMMON | {"host": "localhost", "port": port} | settings))))


@pytest.mark.parametrize(
    ("settings", "outcome", "reason", "detail"),
    [
        ({}, Outcome.PASS, None, ""),
        ({"service": "ill"}, Outcome.FAIL, Reason.BODY, "it is NOT_SERVING, not SERVING"),
        ({"service": "ill", "expect": "NOT_SERVING"}, Outcome.PASS, None, ""),
        ({"expect": "NOT_SERVING"}, Outcome.FAIL, Reason.BODY, "it is SERVING, not NOT_SERVING"),
        ({"service": "new"}, Outcome.FAIL, Reason.BODY, "it is UNKNOWN, not SERVING"),
        ({"service": "none"}, Outcome.FAIL, Reason.STATUS, "the server does not know the service"),
        ({"service": "x" * 300}, Outcome.FAIL, Reason.STATUS, "the server does not know the service"),
    ],
)
def test_each_answer_of_the_health_service_has_its_outcome(
    settings: dict[str, Any], outcome: Outcome, reason: Reason | None, detail: str
) -> None:
    """Serving, not serving, not known yet, no such service; of the whole server or of one service."""
    with server(healthy()) as port:
        found = seen(port, **settings)
    assert (found.outcome, found.reason, found.verdict.detail) == (outcome, reason, detail)


@pytest.mark.parametrize(
    ("service", "reason", "detail"),
    [
        ("DEADLINE_EXCEEDED", Reason.TIMEOUT, "the server says that it took too long"),
        ("UNAVAILABLE", Reason.STATUS, "the server says that it is unavailable"),
        ("PERMISSION_DENIED", Reason.STATUS, "the server does not permit it"),
        ("INTERNAL", Reason.STATUS, "status 13 of gRPC"),
        ("who", Reason.STATUS, "the server wants to know who asks"),
    ],
)
def test_each_refusal_has_its_reason(service: str, reason: Reason, detail: str) -> None:
    """In our own words; those of the server are not repeated."""
    with server(Refusing()) as port:
        found = seen(port, service=service)
    assert (found.outcome, found.reason, found.verdict.detail) == (Outcome.FAIL, reason, detail)


def test_a_server_without_the_health_service_is_told_from_one_that_is_ill() -> None:
    """UNIMPLEMENTED is not NOT_SERVING."""
    with server(None) as port:
        found = seen(port)
    assert (found.reason, found.verdict.detail) == (
        Reason.STATUS,
        "the server does not speak the health checking protocol",
    )


@pytest.mark.parametrize("status", ["9" * 5000, "²00", "-1", "20"])
def test_a_status_that_is_none_is_the_fault_of_the_server(status: str) -> None:
    """However long or odd it is."""
    found = asyncio.run(met(kind.Settings, grpc_server(status=status)))
    assert (found.outcome, found.reason, found.verdict.detail) == (Outcome.FAIL, Reason.STATUS, "status 0 of HTTP"), (
        found
    )


def test_metadata_are_sent_and_never_shown() -> None:
    """A key in a header opens the door."""
    with server(Refusing()) as port:
        assert seen(port, service="who", headers={"x-key": KEY}).outcome is Outcome.PASS
    probe = kind.Settings(**COMMON, host="a.example", port=1, headers={"x-key": KEY})
    assert "hush" not in f"{probe!r} {probe.shown()}"


def test_it_is_asked_in_tls(office: Office) -> None:
    """With HTTP/2 agreed on in the handshake; and the certificate is looked at."""

    def credentials(cert: trustme.LeafCert) -> Any:
        chain = b"".join(each.bytes() for each in cert.cert_chain_pems)
        return grpc.ssl_server_credentials([(cert.private_key_pem.bytes(), chain)])

    with server(healthy(), credentials(office.ca.issue_cert("localhost", not_after=NOW + timedelta(5)))) as port:
        assert seen(port, tls=True).outcome is Outcome.PASS
        found = seen(port, tls=True, certificate_days=Days())
        assert (found.outcome, found.reason) == (Outcome.DEGRADED, Reason.TLS)
        assert seen(port).reason is Reason.CLOSED  # in the clear
    with server(healthy(), credentials(office.ca.issue_cert("other.example"))) as port:
        assert seen(port, tls=True).reason is Reason.TLS
    found = asyncio.run(met(kind.Settings, silent, office.context(), host="localhost", tls=True))
    assert (found.reason, found.verdict.detail) == (Reason.PROTOCOL, "the server does not speak HTTP/2 in TLS")


def answers(
    status: str = "200", body: bytes | None = b"\0\0\0\0\x02\x08\x01", code: str = "0", form: str = "application/grpc"
) -> Serve:
    """A server of HTTP/2 that answers like this; with no body and no end for None."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        told = [(":status", status), ("content-type", form), ("retry-after", "9")]
        while said := await reader.read(1000):
            for event in connection.receive_data(said):
                if isinstance(event, h2.events.StreamEnded):
                    assert event.stream_id
                    if status == "reset":
                        connection.reset_stream(event.stream_id)
                    elif status == "leave":
                        connection.close_connection()
                    elif body is not None:
                        connection.send_headers(event.stream_id, told)
                        connection.send_data(event.stream_id, body)
                        connection.send_headers(event.stream_id, [("grpc-status", code)], end_stream=True)
            writer.write(connection.data_to_send())
            await writer.drain()

    return serve


@pytest.mark.parametrize(
    ("serve", "outcome", "reason"),
    [
        (answers(), Outcome.PASS, None),
        (answers(body=b"\0\0\0\0\0"), Outcome.FAIL, Reason.BODY),
        (answers(body=b"\0\0\0\0\x02\x08\x7f"), Outcome.FAIL, Reason.PROTOCOL),
        (answers(body=b"\1\0\0\0\x02\x08\x01"), Outcome.FAIL, Reason.PROTOCOL),
        (answers(body=b"<script>"), Outcome.FAIL, Reason.PROTOCOL),
        (answers(code="hm"), Outcome.FAIL, Reason.PROTOCOL),
        (answers(form="text/html"), Outcome.FAIL, Reason.PROTOCOL),
        (answers("503"), Outcome.FAIL, Reason.STATUS),
        (answers("429"), Outcome.UNKNOWN, Reason.BLOCKED),
        (answers("reset"), Outcome.FAIL, Reason.CLOSED),
        (answers("leave"), Outcome.FAIL, Reason.CLOSED),
        (then(b"", b"\0\0\0\4\0\0\0\0\0"), Outcome.FAIL, Reason.PROTOCOL),
        (says(b""), Outcome.FAIL, Reason.CLOSED),
        (says(b"HTTP/1.1 400 Bad\r\n\r\n" * 3), Outcome.FAIL, Reason.PROTOCOL),
        (talks((b"PRI", b"\0\0\x04\x04" + b"\0" * 9)), Outcome.FAIL, Reason.PROTOCOL),
        (silent, Outcome.FAIL, Reason.TIMEOUT),
        (answers(body=None), Outcome.FAIL, Reason.TIMEOUT),
        (None, Outcome.FAIL, Reason.CONNECT),
    ],
)
def test_each_other_answer_has_its_outcome(serve: Serve | None, outcome: Outcome, reason: Reason | None) -> None:
    """Other messages, other protocols, guards in front of the server, broken calls, too much, silence."""
    found = asyncio.run(met(kind.Settings, serve, timeout=1500))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "script" not in found.verdict.detail


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"certificate_days": {}}, "certificate_days needs tls = true"),
        ({"expect": "UP"}, "expect: allowed: SERVING, NOT_SERVING"),
        ({"headers": {"TE": "x"}}, "headers.TE: is set by the probe itself"),
        ({"headers": {"a": "x\ny"}}, "headers.a holds what a header cannot"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(kind.Settings, host="a.example", port=1, **table)
    assert len(found) == 1, found
    assert said in found[0]
