"""The simulated year."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from monitor import demo
from monitor.clock import Clock
from monitor.commands.demo import command
from monitor.config import load
from monitor.store import open_reader
from monitor.timeline.model import Observation, Reason
from monitor.timeline.span import Span


def drawn(days: int) -> list[Observation]:
    """What all probes of the demonstration saw in so many days, by slot."""
    found = [each for part in demo.PARTS for each in demo.observed(part, 0, days * 86_400, 1)]
    return sorted(found, key=lambda each: each.slot_ms)


def test_an_outage_is_told_in_the_slot_that_showed_it(tmp_path: Path) -> None:
    """As by a monitor that was there: within a slot or two, not when a large batch happened to be full."""
    command.main([str(tmp_path / "demo"), "--months", "2", "--no-serve"], standalone_mode=False)
    config = load(tmp_path / "demo", {})
    reader = open_reader(config.storage.url.reveal())
    notices = reader.notices(limit=1000)
    reader.close()
    assert len(notices) > 10
    for notice in notices:
        seen = notice.start if notice.kind == "opened" else notice.end
        assert seen is not None
        assert 0 <= notice.at - seen <= 2 * demo.STEP, notice


def test_turns_hold_every_observation_once() -> None:
    """In their order; a slot is never cut in two, and a quiet month is judged in a few large turns."""
    seen = drawn(60)
    turns = list(demo.turns(seen))
    assert [each for turn in turns for each in turn] == seen
    assert all(before[-1].slot_ms < after[0].slot_ms for before, after in pairwise(turns))
    assert len(turns) < len(seen) // 60
    assert all(len(turn) <= demo.MOST + len(demo.PARTS) for turn in turns)


def test_a_demonstration_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begun anew after a while it has no gap, as if it had never stopped, and no observation twice."""
    folders = [tmp_path / "whole", tmp_path / "parts"]
    end = int(time.time()) // demo.STEP * demo.STEP + 1
    for folder, moments in zip(folders, ([end], [end - 100 * demo.STEP, end, end]), strict=True):
        for moment in moments:
            monkeypatch.setattr(Clock, "now", lambda _, at=moment: at)
            command.main([str(folder), "--months", "1", "--no-serve"], standalone_mode=False)
    readers = [open_reader(load(folder, {}).storage.url.reveal()) for folder in folders]
    whole, parts = readers
    assert parts.newest() == whole.newest() == end - 1
    span = Span(end - 90 * demo.STEP, end)
    assert [sum(each.span.seconds for each in line) for line in parts.timelines(span).values()] == [span.seconds] * 6
    assert not [
        each for line in parts.timelines(span).values() for each in line if each.reason is Reason.NO_OBSERVATION
    ]
    for reader in readers:
        reader.close()
