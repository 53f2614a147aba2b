"""A failure is asked again sooner than the next slot, until it is confirmed or answered."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import free_port
from samples import MAIN
from serving import serving, silent

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.probes import open_tools
from monitor.schedule import Due, again
from monitor.store import open_reader, open_record
from monitor.table import ConfigError
from monitor.timeline.model import Observation, State, Watch
from monitor.timeline.span import Span
from monitor.worker import Worker

PROBE = """
[page]
name = "Acme"
url = "https://status.acme.example"

[[component]]
id = "api"
name = "API"

  [[component.probe]]
  id = "api-port"
  kind = "tcp"
  host = "127.0.0.1"
  port = PORT
  interval = "1h"
  timeout = "1s"
  confirm = 3
  confirm_every = "1s"
"""


@given(
    st.integers(1_000, 10_000), st.integers(0, 10_000), st.integers(1000, 9000), st.integers(1, 19), st.integers(0, 500)
)
def test_what_is_asked_again_meets_no_other_slot(interval: int, offset: int, every: int, times: int, late: int) -> None:
    """However it is set: its slot is no regular one, it comes a pace after the one before, and a pace before the next regular."""
    due = Due("a", interval, offset % interval)
    regular = due.slot_from(1_800_000_000_000)
    slot, began = regular, regular + late
    asked = [slot]
    while found := again(due, slot, began, every, times):
        assert found[1] == began + every
        assert found[1] + every <= regular + interval
        slot, began = found[0], found[1] + late
        asked.append(slot)
    assert len(asked) <= times + 1
    assert all(b == a + 1 for a, b in pairwise(asked))
    assert due.slot_from(asked[-1] - interval + 1) == regular


def configured(folder: Path, port: int) -> Config:
    """A probe that is due once an hour, and has been for two."""
    (folder / "meetlat.toml").write_text(PROBE.replace("PORT", str(port)))
    config = load(folder, {"MEETLAT_STATE": str(folder / "state")})
    record = open_record(config.storage.url.reveal(), Clock())
    since = Clock().now() - 7200
    record.watch([Watch("api-port", "api", "local", since, None, 3_600_000, 3, 2, 0, "127.0.0.1")], since)
    record.close()
    return config


async def asking(config: Config, until: int, first: int | None = None) -> list[Observation]:
    """What a worker has observed once it is ``until``, when it asks the first slot now, or goes on with what it was doing."""
    url = config.storage.url.reveal()
    async with open_tools(Clock()) as tools:
        worker = Worker(config, Clock(), tools, lambda: open_record(url, Clock()))
        await worker.begin()
        if first is not None:
            asked = worker._asked["api-port", "local"]
            worker._ask(asked, asked.due.slot_from(first - asked.due.interval_ms + 1))
        reader = open_reader(url)
        try:
            async with asyncio.timeout(20):
                while len(seen := list(reader.observations(Span(0, 4_000_000_000)))) < until:
                    await worker.turn()
                    await asyncio.sleep(0.02)
        finally:
            reader.close()
            await worker.end()
        return seen


def test_an_outage_is_confirmed_within_seconds_of_an_hour(tmp_path: Path) -> None:
    """Three failures a second apart, of which the first is the beginning; and then no more until the next slot."""
    config = configured(tmp_path, free_port())

    async def run() -> list[Observation]:
        return await asking(config, 3, Clock().now_ms())

    seen = asyncio.run(run())
    assert [b.slot_ms - a.slot_ms for a, b in pairwise(seen)] == [1, 1]
    assert all(b.start_ms - a.start_ms >= 1000 for a, b in pairwise(seen))
    reader = open_reader(config.storage.url.reveal())
    line = reader.timelines(Span(seen[0].at, seen[-1].at + 1))["api"]
    (notice,) = reader.notices()
    reader.close()
    assert [each.state for each in line] == [State.DOWN]
    assert notice.start == seen[0].at


def test_a_restart_goes_on_asking(tmp_path: Path) -> None:
    """The monitor stops after one failure, and starts again: the second question is asked a second later, not an hour."""
    config = configured(tmp_path, free_port())

    async def run() -> list[Observation]:
        await asking(config, 1, Clock().now_ms())
        return await asking(config, 3)

    seen = asyncio.run(run())
    assert [b.slot_ms - a.slot_ms for a, b in pairwise(seen)] == [1, 1]
    reader = open_reader(config.storage.url.reveal())
    assert [notice.kind for notice in reader.notices()] == ["opened"]
    reader.close()


def test_a_failure_that_was_answered_when_asked_again_stays_on_the_record(tmp_path: Path) -> None:
    """No outage, and nothing hidden."""
    port = free_port()
    config = configured(tmp_path, port)

    async def run() -> list[Observation]:
        await asking(config, 1, Clock().now_ms())
        async with serving(silent, port=port):
            return await asking(config, 2)

    seen = asyncio.run(run())
    assert [each.outcome for each in seen] == ["fail", "pass"]
    reader = open_reader(config.storage.url.reveal())
    span = Span(seen[0].at - 7200, seen[-1].at + 1)
    assert reader.failures("api", span) == (seen[0],)
    assert reader.notices() == ()
    # What was asked again is not a slot of its own in what is counted.
    assert sum(count.total for count in reader.fast("api", span, 10**9)) == 1
    reader.close()


@pytest.mark.parametrize(
    ("every", "fault"),
    [
        ('"30s"', "confirm_every: 30s is not shorter than the interval of 30s"),
        ('"5s"', "confirm_every: the timeout of 10s does not fit in 5s"),
        ('"500ms"', "confirm_every: allowed is at least 1s"),
    ],
)
@pytest.mark.parametrize("where", ["confirm = 2", 'kind = "tcp"'])
def test_a_pace_that_does_not_fit_is_refused(tmp_path: Path, every: str, fault: str, where: str) -> None:
    """In the defaults and at a probe."""
    (tmp_path / "meetlat.toml").write_text(MAIN.replace(where, f"{where}\nconfirm_every = {every}"))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    (found,) = caught.value.faults
    assert str(found).endswith(fault)
