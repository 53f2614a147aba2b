"""What a probe makes of the answers of name servers, and which addresses it never asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiodns import error as aiodns_error
from serving import answer, asked, http_probe, says, serving

from monitor.clock import Clock
from monitor.probes import observe, open_tools
from monitor.timeline.model import Observation, Outcome, Reason


class Server:
    """A name server that for each name has addresses, or the code of a refusal, or None for silence."""

    def __init__(self, names: dict[str, list[str] | int | None]) -> None:
        self._names = names

    async def getaddrinfo(self, host: str, **_: Any) -> SimpleNamespace:
        """What the library would give."""
        found = self._names[host]
        if found is None:
            await asyncio.sleep(60)
        if not isinstance(found, list):
            raise aiodns_error.DNSError(found, "told so")
        return SimpleNamespace(nodes=[SimpleNamespace(addr=(address.encode(), 0)) for address in found])

    async def close(self) -> None:
        """Nothing is open."""


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

    async def ask() -> Observation:
        async with open_tools(Clock()) as tools:
            tools.resolver._resolver = Server({"nowhere.test": code})  # type: ignore[assignment]
            return await observe(http_probe(9, url="http://nowhere.test/", timeout=1000), "local", 1000, tools)

    seen = asyncio.run(ask())
    assert (seen.outcome, seen.reason) == (outcome, reason), seen


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://[::ffff:169.254.169.254]/"])
def test_a_metadata_address_is_never_asked(url: str) -> None:
    """Whatever way it is written."""
    seen = asyncio.run(asked(None, url=url))
    assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.POLICY), seen


def test_of_a_thousand_addresses_a_few_are_tried() -> None:
    """Four of each family, in turns, so that a silent family does not hold up the other."""
    names = [f"10.0.{i // 250}.{i % 250}" for i in range(1000)] + [f"fd00::{i:x}" for i in range(1000)]

    async def ask() -> tuple[str, ...]:
        async with open_tools(Clock()) as tools:
            tools.resolver._resolver = Server({"many.test": names})  # type: ignore[assignment]
            return await tools.resolver.addresses("Many.test.")

    assert asyncio.run(ask())[:4] == ("10.0.0.0", "fd00::0", "10.0.0.1", "fd00::1")
    assert len(asyncio.run(ask())) == 8


def test_names_that_hang_delay_no_other() -> None:
    """A hundred names whose servers are silent, and a healthy name beside them."""

    async def ask() -> tuple[Observation, list[Observation]]:
        async with serving(says(answer("200 OK"))) as port, open_tools(Clock()) as tools:
            names: dict[str, list[str] | int | None] = {f"x{i}.test": None for i in range(100)}
            tools.resolver._resolver = Server(names | {"good.test": ["127.0.0.1"]})  # type: ignore[assignment]
            hanging = [http_probe(9, url=f"http://{name}/", timeout=2000) for name in names]
            asked = [asyncio.ensure_future(observe(probe, "local", 1000, tools)) for probe in hanging]
            await asyncio.sleep(0.1)
            good = await observe(http_probe(port, url="http://good.test:{port}/"), "local", 1000, tools)
            assert not any(each.done() for each in asked)
            return good, [await each for each in asked]

    good, hung = asyncio.run(ask())
    assert good.outcome is Outcome.PASS
    assert all(each.reason in (Reason.RESOLVER, Reason.OVERLOAD) for each in hung)


def test_a_pool_of_threads_is_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of hosts with an address of one network card only, which the system would look up in a thread."""
    hosts = "127.0.0.1 card.test # x\n\nfe80::1%lo card.test\n::1 card.test\nrubbish card.test\n"

    async def ask() -> tuple[str, ...]:
        async with open_tools(Clock()) as tools:
            return await tools.resolver.addresses("card.test")

    (tmp_path / "hosts").write_text(hosts)
    monkeypatch.setattr("monitor.resolver.HOSTS", tmp_path / "hosts")
    assert asyncio.run(ask()) == ("127.0.0.1", "::1")
