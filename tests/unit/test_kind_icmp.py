"""What a ping probe makes of answers. Where the kernel refuses to play its part, the other end of a pair of sockets does."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from serving import COMMON, bound, observed

from monitor.probes import icmp
from monitor.timeline.model import Observation, Outcome, Reason

Reply = Callable[[bytes], list[bytes]]


def back(said: bytes) -> list[bytes]:
    """The answer to a request."""
    return [b"\0" + said[1:]]


def seen(monkeypatch: pytest.MonkeyPatch, reply: Reply, **settings: Any) -> Observation:
    """What is seen of a host that answers each packet like this."""

    async def ask() -> Observation:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        ours.setblocking(False)
        theirs.setblocking(False)

        def heard() -> None:
            with contextlib.suppress(OSError):
                for each in reply(theirs.recv(2048)):
                    theirs.send(each)

        asyncio.get_running_loop().add_reader(theirs, heard)
        monkeypatch.setattr(icmp, "opened", lambda _: ours)
        try:
            return await observed(icmp.Settings(**(COMMON | {"host": "127.0.0.1"} | settings)))
        finally:
            asyncio.get_running_loop().remove_reader(theirs)
            theirs.close()
            ours.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("reply", "settings", "outcome", "reason"),
    [
        (back, {}, Outcome.PASS, None),
        (back, {"least": 3}, Outcome.PASS, None),
        (lambda said: back(said) if said[7] == 0 else [], {"least": 2}, Outcome.DEGRADED, Reason.TIMEOUT),
        (lambda said: back(said) if said[7] == 2 else [], {}, Outcome.PASS, None),
        (lambda said: [said, b"short", back(said)[0][:8] + b"x" * 8], {"timeout": 1500}, Outcome.FAIL, Reason.TIMEOUT),
        (lambda _: [], {"timeout": 1500}, Outcome.FAIL, Reason.TIMEOUT),
    ],
)
def test_each_answer_has_its_outcome(
    monkeypatch: pytest.MonkeyPatch, reply: Reply, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """All, some and none of the answers; echoes of ourselves, rubbish, and answers to others."""
    found = seen(monkeypatch, reply, **settings)
    assert (found.outcome, found.reason) == (outcome, reason), found


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EPROTONOSUPPORT])
def test_a_kernel_that_forbids_it_accuses_nobody(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """We may not ask, which says nothing about the host."""

    def refuse(_: str) -> socket.socket:
        raise OSError(number, "no")

    monkeypatch.setattr(icmp, "opened", refuse)
    found = asyncio.run(observed(icmp.Settings(**COMMON, host="127.0.0.1")))
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.INTERNAL), found
    assert ("ping_group_range" in found.verdict.detail) == (number == errno.EACCES)


# A network of our own, in which we may ping and loopback is up, whatever the machine allows.
PINGING = """
import asyncio, fcntl, pathlib, socket, struct
from serving import COMMON, observed
from monitor.probes import icmp

pathlib.Path("/proc/sys/net/ipv4/ping_group_range").write_text("0 0")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loopback:
    fcntl.ioctl(loopback, 0x8914, struct.pack("16sH14s", b"lo", 0x41, b""))  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
for address in ("127.0.0.1", "::1"):
    found = asyncio.run(observed(icmp.Settings(**COMMON, host=address, least=3)))
    print(address, found.outcome.value, found.verdict.detail)
"""


def test_loopback_answers() -> None:
    """The real thing, over IPv4 and IPv6."""
    asked = subprocess.run(
        ["unshare", "--map-root-user", "--net", sys.executable, "-c", PINGING],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if asked.returncode and "unshare" in asked.stderr and os.environ.get("CI") != "true":
        pytest.skip(f"no network of our own can be made here: {asked.stderr}")
    assert asked.returncode == 0, asked.stderr
    assert [line.split()[:2] for line in asked.stdout.splitlines()] == [["127.0.0.1", "pass"], ["::1", "pass"]], (
        asked.stdout
    )


def test_the_sum_of_a_request_is_right() -> None:
    """All its words add up to nothing, as the protocol wants."""
    packet = icmp.request(5, b"\xff\xfe12345\xff", is_6=False)
    total = sum(int.from_bytes(packet[i : i + 2], "big") for i in range(0, 16, 2))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF


@pytest.mark.parametrize(
    ("table", "said"),
    [({"count": 3, "least": 4}, "least cannot be more"), ({"count": 20, "timeout": "2s"}, "do not fit in the timeout")],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(icmp.Settings, host="a.example", **table)
    assert len(found) == 1, found
    assert said in found[0]
