"""What a probe makes of the answers of name servers, and which addresses it never asks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiodns import error as aiodns_error
from samples import MAIN
from serving import answer, asked, http_probe, moved, says, serving

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.describe import describe
from monitor.probes import observe, open_tools
from monitor.table import ConfigError
from monitor.timeline.model import Observation, Outcome, Reason
from monitor.values import network


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


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::]/",
        "http://100.100.100.200/",
        "http://[fd00:ec2::254]/",
    ],
)
def test_a_metadata_address_is_never_asked(url: str) -> None:
    """Whatever way it is written."""
    seen = asyncio.run(asked(None, url=url))
    assert (seen.outcome, seen.reason) == (Outcome.UNKNOWN, Reason.POLICY), seen


@pytest.mark.parametrize(
    ("forbidden", "found", "is_refused"),
    [
        ("127.0.0.0/8", ["127.0.0.1"], True),
        ("10.0.0.0/8", ["127.0.0.1"], False),
        ("10.0.0.0/8", ["127.0.0.1", "10.1.2.3"], True),
        ("10.0.0.0/8", ["::ffff:10.1.2.3"], True),
        ("10.0.0.0/8", ["64:ff9b::a01:203"], True),
        ("fd00::/8", ["127.0.0.1", "fd12::1"], True),
    ],
)
def test_what_an_operator_forbids_is_not_asked(forbidden: str, found: list[str], is_refused: bool) -> None:
    """By name, by number, or by a redirect; nothing is connected to, and the reason is our own policy."""

    async def ask() -> tuple[Observation, Observation]:
        async with open_tools(Clock()) as tools, serving(says(answer("200 OK"))) as port:
            tools.resolver._resolver = Server({"a.test": found})  # type: ignore[assignment]
            tools.resolver.forbid([network(forbidden)])
            by_name = await observe(http_probe(port, url="http://a.test:{port}/"), "local", 1000, tools)
            tools.resolver.forbid([])
            async with serving(moved(f"http://[::ffff:10.9.9.9]:{port}/")) as first:
                tools.resolver.forbid([network("10.0.0.0/8")])
                return by_name, await observe(http_probe(first), "local", 1000, tools)

    seen, led = asyncio.run(ask())
    assert (seen.reason is Reason.POLICY) == is_refused, seen
    if not is_refused:
        assert seen.outcome is Outcome.PASS
    assert (led.outcome, led.reason) == (Outcome.FAIL, Reason.REDIRECT)


def test_networks_are_written_as_such(tmp_path: Path) -> None:
    """In ``[network]``; another form is a fault that says where."""

    def loaded(forbidden: str) -> Config:
        (tmp_path / "meetlat.toml").write_text(f"{MAIN}\n[network]\nforbidden = {forbidden}\n")
        return load(tmp_path, {})

    assert loaded('["10.0.0.0/8", "fd00::/8", "192.0.2.1"]').network.forbidden == tuple(
        map(network, ("10.0.0.0/8", "fd00::/8", "192.0.2.1"))
    )
    assert "never asked: 10.0.0.0/8, fd00::/8\n" in describe(loaded('["10.0.0.0/8", "fd00::/8"]')) + "\n"
    for wrong in ('["10.0.0.1/8"]', '["x"]', "[5]"):
        with pytest.raises(ConfigError, match=r"network\.forbidden\[0\]: allowed is a network"):
            loaded(wrong)


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
