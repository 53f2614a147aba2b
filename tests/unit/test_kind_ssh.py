"""What an SSH probe makes of servers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from serving import Serve, met, says, silent, talks

from monitor.probes import ssh
from monitor.timeline.model import Outcome, Reason

NAME = b"SSH-2.0-OpenSSH_9.9\r\n"
KEYS = b"\0\0\x01\x00\x06\x14" + b"x" * 251


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (talks(greeting=NAME + KEYS), {}, Outcome.PASS, None),
        (talks((b"SSH-2.0-Meetlat\r\n", KEYS), greeting=b"welcome\r\n" + NAME), {"expect": "OpenSSH"}, Outcome.PASS, None),
        (talks(greeting=NAME + KEYS), {"expect": "Dropbear"}, Outcome.FAIL, Reason.BODY),
        (talks(greeting=b"SSH-1.5-old\r\n"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (talks(greeting=NAME + b"Not allowed at this time\r\n"), {}, Outcome.FAIL, Reason.PROTOCOL),
        (talks(greeting=b"<script>\r\n" * 200), {}, Outcome.FAIL, Reason.PROTOCOL),
        (talks(greeting=b"x" * 9000), {}, Outcome.FAIL, Reason.PROTOCOL),
        (says(NAME), {}, Outcome.FAIL, Reason.CLOSED),
        (silent, {"timeout": 1200}, Outcome.FAIL, Reason.TIMEOUT),
        (None, {}, Outcome.FAIL, Reason.CONNECT),
    ],
)  # fmt: skip
def test_each_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """A server that names itself and begins; one of another name, of an old version, that stops, that is none."""
    found = asyncio.run(met(ssh.Settings, serve, **settings))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "script" not in found.verdict.detail
