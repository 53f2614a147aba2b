"""What a probe makes of the answers of name servers, and which addresses it never asks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiodns import error as aiodns_error
from serving import asked, http_probe

from monitor.clock import Clock
from monitor.probes import observe, open_tools
from monitor.timeline.model import Observation, Outcome, Reason


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        (aiodns_error.ARES_ENOTFOUND, Outcome.FAIL, Reason.DNS),
        (aiodns_error.ARES_ENODATA, Outcome.FAIL, Reason.DNS),
        (aiodns_error.ARES_ESERVFAIL, Outcome.UNKNOWN, Reason.RESOLVER),
        (aiodns_error.ARES_ETIMEOUT, Outcome.UNKNOWN, Reason.RESOLVER),
        (None, Outcome.UNKNOWN, Reason.RESOLVER),
    ],
)
def test_only_an_answer_of_no_is_a_failure_of_the_name(code: int | None, outcome: Outcome, reason: Reason) -> None:
    """A name server that says no accuses; one that is broken or silent (None) says nothing about the target."""

    class Server:
        async def getaddrinfo(self, *_: Any, **__: Any) -> None:
            if code is None:
                await asyncio.sleep(60)
            raise aiodns_error.DNSError(code, "told so")

        async def close(self) -> None:
            pass

    async def ask() -> Observation:
        async with open_tools(Clock()) as tools:
            tools.resolver._resolver = Server()  # type: ignore[assignment]
            return await observe(http_probe(9, url="http://nowhere.test/", timeout=1000), "local", 1000, tools)

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (outcome, reason), seen


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://[::ffff:169.254.169.254]/"])
def test_a_metadata_address_is_never_asked(url: str) -> None:
    """Whatever way it is written."""
    seen = asyncio.run(asked(None, url=url))
    assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.POLICY), seen
