"""Endpoints that call us: each thing they can say, over real connections, and what is made of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from calling import HOURLY, TOKEN, Called, Turned, called, status
from running import free_port
from serving import tcp_probe

from monitor.config import load
from monitor.probes import observe, open_tools
from monitor.resolver import NoSuchNameError
from monitor.store import StoreError
from monitor.timeline.model import Observation, Reason
from monitor.timeline.signals import Sign, Signal
from monitor.timeline.span import Span

OTHER = """
[[component]]
id = "api"
name = "API"
[[component.probe]]
id = "port"
kind = "tcp"
host = "127.0.0.1"
port = 1
"""
Scene = Callable[[Called], Awaitable[Observation]]


def seen(folder: Path, scene: Scene, terms: str = HOURLY) -> str:
    """The outcome of a scene, and its reason."""

    async def play() -> Observation:
        async with called(folder, terms) as meetlat:
            return await scene(meetlat)

    found = asyncio.run(play())
    return f"{found.outcome} {found.reason.word}" if found.reason else str(found.outcome)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_call_is_a_success(tmp_path: Path, method: str) -> None:
    """However it is made; it is on disk when it is answered."""

    async def scene(meetlat: Called) -> Observation:
        assert await meetlat.call(method=method) == 200
        assert [each.sign for each in meetlat.record.reader.signals("nightly", "local")] == [Sign.UNHEARD, Sign.SUCCESS]
        return await meetlat.look()

    assert seen(tmp_path, scene) == "pass"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fail", "fail reported"),
        ("/1", "fail reported"),
        ("/255", "fail reported"),
        ("/0", "pass"),
        ("/start", "pass"),
    ],
)
def test_what_a_call_says(tmp_path: Path, path: str, expected: str) -> None:
    """It failed, it ended with an exit code, or it has begun, which by itself changes nothing."""

    async def scene(meetlat: Called) -> Observation:
        assert await meetlat.call() == 200
        assert await meetlat.call(path) == 200
        return await meetlat.look()

    assert seen(tmp_path, scene) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(59, "pass"), (61, "degraded late"), (69, "degraded late"), (71, "fail missed")]
)
def test_no_call_is_late_then_missed(tmp_path: Path, minutes: int, expected: str) -> None:
    """After the last one in time nothing came for so many minutes."""

    async def scene(meetlat: Called) -> Observation:
        await meetlat.call()
        return await meetlat.look(minutes)

    assert seen(tmp_path, scene) == expected


def test_a_run_that_took_too_long_is_degraded_and_its_time_is_shown(tmp_path: Path) -> None:
    """The run time is the response time."""

    async def scene(meetlat: Called) -> Observation:
        await meetlat.call("/start")
        await meetlat.look(20)
        await meetlat.call()
        found = await meetlat.look()
        assert 1_200_000_000 <= found.phases.total_us < 1_230_000_000
        return found

    assert seen(tmp_path, scene, HOURLY + '\n  longest = "15m"') == "degraded slow"


def test_time_in_which_the_monitor_was_off_is_nobodys_fault(tmp_path: Path) -> None:
    """A call that could have come while nobody listened is unknown; one missed after that is missed."""
    clock = Turned([])

    async def play() -> list[str]:
        async with called(tmp_path, clock=clock) as meetlat:
            await meetlat.call()
            meetlat.worker.saw(await meetlat.look(10), next(iter(meetlat.worker._asked.values())).watch)
        clock.added.append(2 * 3600)
        async with called(tmp_path, clock=clock) as meetlat:
            words = [(await meetlat.look(minutes)).verdict for minutes in (0, 30, 60)]
            await meetlat.call()
            words.append((await meetlat.look()).verdict)
        return [f"{each.outcome} {each.reason.word}" if each.reason else str(each.outcome) for each in words]

    assert asyncio.run(play()) == ["unknown no-observation", "unknown no-observation", "fail missed", "pass"]


def test_a_step_of_the_clock_is_nobodys_fault(tmp_path: Path) -> None:
    """Two hours that never passed are not two hours without a call."""

    async def scene(meetlat: Called) -> Observation:
        await meetlat.call()
        await meetlat.look(10)
        meetlat.clock.added.append(7200)
        return await meetlat.look()

    assert seen(tmp_path, scene) == "unknown no-observation"


def test_a_broken_line_of_our_own_is_nobodys_fault(tmp_path: Path) -> None:
    """Nothing can call while no canary can be reached, and what it missed by then stays unknown."""

    async def scene(meetlat: Called) -> Observation:
        async def dead(host: str) -> tuple[str, ...]:
            raise NoSuchNameError(host)

        await meetlat.call()
        assert (await meetlat.look(59)).outcome == "pass"
        meetlat.tools.resolver._look_up = dead  # type: ignore[method-assign]
        meetlat.tools.canaries.use((replace(tcp_probe(53), host="dead.test", timeout=2000),) * 3)
        blind = await meetlat.look(15)
        assert blind.reason is Reason.BLIND
        assert blind.verdict.detail.endswith("others cannot be reached either")
        meetlat.tools.canaries.use(())
        return await meetlat.look(1)

    assert seen(tmp_path, scene) == "unknown no-observation"


def test_a_call_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    """A full disk is answered with 503 and a time to call again; that time is unknown, and the next success heals."""

    async def scene(meetlat: Called) -> Observation:
        await meetlat.call()
        keep = meetlat.record.hear

        def full(*_: object) -> None:
            raise StoreError("disk full")

        meetlat.record.hear = full  # type: ignore[method-assign, assignment]
        assert await meetlat.call() == 503
        assert (await meetlat.look(0)).verdict.outcome == "unknown"
        meetlat.record.hear = keep  # type: ignore[method-assign]
        assert (await meetlat.look(0)).verdict.outcome == "pass"
        assert await meetlat.call() == 200
        return await meetlat.look()

    assert seen(tmp_path, scene) == "pass"


def test_where_nobody_listens_nothing_is_missed(tmp_path: Path) -> None:
    """Tools without an intake, as a probe by hand has them, know nothing about calls."""

    async def scene(meetlat: Called) -> Observation:
        probe = meetlat.worker._config.components[0].probes[0]
        async with open_tools(meetlat.clock) as apart:
            return await observe(probe, "local", meetlat.clock.now_ms(), apart)

    assert seen(tmp_path, scene) == "unknown internal"


def test_a_slow_record_is_nobodys_fault(tmp_path: Path) -> None:
    """A disk that answers later than the deadline makes it unknown, and a call waits for it."""

    async def scene(meetlat: Called) -> Observation:
        keep = meetlat.record.hear

        def slow(signals: Sequence[Signal], location: str) -> None:
            time.sleep(0.6)
            keep(signals, location)

        meetlat.record.hear = slow  # type: ignore[method-assign]
        assert await meetlat.call() == 200
        meetlat.clock.added.append(600)
        probe = replace(meetlat.worker._config.components[0].probes[0], timeout=200)
        return await observe(probe, "local", meetlat.clock.now_ms(), meetlat.tools)

    assert seen(tmp_path, scene) == "unknown overload"


def test_a_note_is_kept_and_cut(tmp_path: Path) -> None:
    """The first 4 kB of what a POST brings, whatever bytes they are; a megabyte of it harms nothing, more is refused."""

    async def scene(meetlat: Called) -> Observation:
        assert await meetlat.call(method="POST", body=b"out of space\xff\x00<script>" + b"x" * 1_000_000) == 200
        kept = meetlat.record.reader.signals("nightly", "local")[1].note
        assert kept.startswith("out of space\ufffd\x00<script>x")
        assert len(kept.encode("utf-8", "replace")) <= 4100
        return await meetlat.look()

    assert seen(tmp_path, scene) == "pass"


def test_a_reload_takes_a_new_token(tmp_path: Path) -> None:
    """From then on the old one is nobody's, and what was known is still known."""

    async def scene(meetlat: Called) -> Observation:
        await meetlat.call()
        path = tmp_path / "meetlat.toml"
        path.write_text(path.read_text().replace(TOKEN, "another-token-nobody-guesses"))
        await meetlat.worker.apply(load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state")}))
        assert await meetlat.call() == 404
        assert status(await meetlat.say(b"GET /heartbeat/another-token-nobody-guesses HTTP/1.0\r\n\r\n")) == 200
        return await meetlat.look()

    assert seen(tmp_path, scene) == "pass"


def test_a_reload_moves_the_intake_and_forgets_nothing(tmp_path: Path) -> None:
    """To another port, away with the last probe that calls, and back again: what was known is known, the pause is too."""
    environment = {"MEETLAT_STATE": str(tmp_path / "state")}

    async def scene(meetlat: Called) -> Observation:
        await meetlat.call()
        path = tmp_path / "meetlat.toml"
        text = path.read_text()
        before, meetlat.port = meetlat.port, free_port()
        path.write_text(text.replace(f"port = {before}", f"port = {meetlat.port}"))
        await meetlat.worker.apply(load(tmp_path, environment))
        assert await meetlat.call() == 200
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", before)
        moved = path.read_text()
        path.write_text(text.partition("[heartbeat]")[0] + OTHER)
        await meetlat.worker.apply(load(tmp_path, environment))
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", meetlat.port)
        path.write_text(moved)
        await meetlat.worker.apply(load(tmp_path, environment))
        assert str(meetlat.record.reader.signals("nightly", "local")[-1].sign) == "unheard"
        return await meetlat.look()

    assert seen(tmp_path, scene) == "pass"


def test_only_runs_that_were_measured_are_on_the_chart(tmp_path: Path) -> None:
    """A call without a start before it has no run time, which is not a run time of nothing."""

    async def charted(*calls: str) -> list[tuple[int, int]]:
        async with called(tmp_path) as meetlat:
            for path in calls:
                await meetlat.call(path)
            now = meetlat.clock.now()
            meetlat.worker.saw(await meetlat.look(), next(iter(meetlat.worker._asked.values())).watch)
            await meetlat.worker.turn()
            return [each for each in meetlat.record.reader.responses("backup", Span(now - 60, now + 60), 1) if each]

    assert asyncio.run(charted("")) == []
    assert len(asyncio.run(charted("/start", "/0"))) == 1
