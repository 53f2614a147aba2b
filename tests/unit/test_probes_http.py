"""What an HTTP probe makes of an answer, and what it shows and keeps to itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from running import free_port
from serving import Serve, answer, asked, http_probe, moved, says, serving, silent, then
from transports import transport

from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["transport"]
pytestmark = pytest.mark.usefixtures("transport")


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (says(answer("200 OK", "fine")), {}, Outcome.PASS, None),
        (says(answer("200 OK", "fine")), {"contains": "fine"}, Outcome.PASS, None),
        (says(answer("200 OK", "fine")), {"contains": "good"}, Outcome.FAIL, Reason.BODY),
        (says(answer("500 <script>", "")), {}, Outcome.FAIL, Reason.STATUS),
        (says(answer("204 No Content")), {"status": (200,)}, Outcome.FAIL, Reason.STATUS),
        (says(answer("503 Busy")), {"status": (200, 503)}, Outcome.PASS, None),
        (says(answer("302 Found", "", "Location: /x")), {"status": (302,)}, Outcome.PASS, None),
        (says(answer("429 Slow down")), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("200 OK", "fine")), {"degraded_above": 0}, Outcome.DEGRADED, Reason.SLOW),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
    ],
)
def test_each_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """Status, body and pace are judged as the settings say."""
    seen = asyncio.run(asked(serve, **settings))
    assert (seen.outcome, seen.reason) == (outcome, reason), seen


def test_phases_are_measured() -> None:
    """Connecting and the first byte are known for an answer over plain HTTP; there is no TLS."""
    phases = asyncio.run(asked(says(answer("200 OK")))).phases
    assert phases.connect_us is not None
    assert phases.first_byte_us is not None
    assert phases.tls_us is None
    assert phases.total_us >= phases.connect_us + phases.first_byte_us


@pytest.mark.parametrize(
    ("serve", "url", "phase"),
    [
        (silent, "http", "answer"),
        (then(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", b""), "http", "end of the body"),
        (silent, "https", "TLS handshake"),
    ],
)
def test_a_timeout_names_what_was_waited_for(serve: Serve, url: str, phase: str) -> None:
    """A silent server, one whose body does not end, and one that is silent in the handshake are told apart."""
    seen = asyncio.run(asked(serve, url=f"{url}://127.0.0.1:{{port}}/", timeout=2000))
    assert (seen.reason, seen.verdict.detail) == (Reason.TIMEOUT, f"no {phase} within 2000 ms")


def test_phases_of_redirects_add_up() -> None:
    """A second hop that is refused leaves no phase negative, and none longer than the whole."""
    phases = asyncio.run(asked(moved(f"http://127.0.0.1:{free_port()}/"))).phases
    measured = [phases.dns_us, phases.connect_us, phases.first_byte_us]
    assert all(each is not None and each >= 0 for each in measured)
    assert sum(each or 0 for each in measured) <= phases.total_us


def test_an_unfit_header_is_our_fault_and_never_shown() -> None:
    """A secret that cannot be sent is no failure of the target, and stays out of the record."""
    headers = {"X-Key": Secret("${KEY}", "hush\n")}
    seen = asyncio.run(asked(says(answer("200 OK")), headers=headers))
    assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.INTERNAL)
    assert "hush" not in seen.verdict.detail


def test_a_secret_header_stays_with_its_host() -> None:
    """A redirect to another host or port does not take the headers along."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.write(answer("200 OK"))
        await writer.drain()

    async def ask() -> Observation:
        async with serving(hear) as there:
            return await asked(moved(f"http://127.0.0.1:{there}/"), headers={"X-Key": Secret("${KEY}", "hush")})

    assert asyncio.run(ask()).outcome is Outcome.PASS
    assert len(heard) == 1
    assert b"hush" not in heard[0]


def test_what_is_shown_of_a_probe_holds_no_key() -> None:
    """Neither a key in the address nor one in a header."""
    probe = http_probe(80, url="https://a.example/x?key=hush", headers={"X-Key": Secret("${KEY}", "hush")})
    assert "hush" not in probe.target() + repr(probe.shown())
    assert probe.shown()["url"] == "https://a.example/x?…"
