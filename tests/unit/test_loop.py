"""Probes run on uvloop where there is one, and on Python's own loop elsewhere; the same on both."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import uvloop
from certified import Office, office
from serving import COMMON, answer, http_probe, observed, says, serving, talks

from monitor.loop import fastest, run
from monitor.probes import dns, redis, udp
from monitor.table import Secret
from monitor.timeline.model import Observation, Outcome

__all__ = ["office"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def without_uvloop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine for which uvloop is not built."""
    really = builtins.__import__

    def imported(name: str, *rest: Any, **named: Any) -> Any:
        if name == "uvloop":
            raise ImportError(name)
        return really(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", imported)


async def made() -> str:
    """The kind of loop that this runs on."""
    return type(asyncio.get_running_loop()).__module__


def test_uvloop_is_used_where_there_is_one() -> None:
    """It is in the lock, and so it is here."""
    with contextlib.closing(fastest()()) as loop:
        assert isinstance(loop, uvloop.Loop)
    assert run(made()).startswith("uvloop")


@pytest.mark.usefixtures("without_uvloop")
def test_without_it_probes_see_the_same(office: Office) -> None:
    """Over HTTP, in TLS, over a connection of their own, and in single packets; on Python's own loop."""

    async def ask() -> list[Observation]:
        assert (await made()).startswith("asyncio")
        pong = talks((b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n"))
        async with (
            serving(says(answer("200 OK", "fine"))) as plain,
            serving(says(answer("200 OK", "fine")), office.context()) as secure,
            serving(pong, office.context()) as store,
        ):
            return [
                await observed(http_probe(plain, contains="fine")),
                await observed(http_probe(secure, url="https://localhost:{port}/", contains="fine")),
                await observed(http_probe(secure, url="https://localhost:{port}/", contains="fine", http="2")),
                await observed(redis.Settings(**COMMON, host="localhost", port=store, tls=True)),
                await observed(udp.Settings(**COMMON, host="127.0.0.1", port=plain, send=Secret("", "x"))),
                await observed(dns.Settings(**COMMON, name="a.example.", server="127.0.0.1", port=plain)),
            ]

    found = run(ask())
    assert [each.outcome for each in found] == [
        Outcome.PASS,
        Outcome.PASS,
        Outcome.FAIL,
        Outcome.PASS,
        Outcome.FAIL,
        Outcome.FAIL,
    ]
    assert found[2].verdict.detail == "answered over HTTP/1.1"
    assert {each.verdict.detail for each in found[4:]} == {"Connection refused"}


def test_the_command_works_without_it(tmp_path: Path) -> None:
    """``meetlat probe`` in a process that cannot import uvloop at all."""
    (tmp_path / "meetlat.toml").write_text(
        '[page]\nname = "Acme"\nurl = "https://status.acme.example"\n[[component]]\nid = "api"\nname = "API"\n'
        '[[component.probe]]\nid = "p"\nkind = "command"\nprogram = "/bin/true"\n[probes]\ncommands = ["/bin/true"]\n'
    )
    script = f"""
        import sys
        sys.modules["uvloop"] = None
        from monitor.__main__ import main
        sys.argv = ["meetlat", "probe", "p", "--config", {str(tmp_path)!r}]
        main()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ok   exit code 0" in done.stdout
