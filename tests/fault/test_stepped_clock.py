"""The machine's clock is set while the monitor runs: a real step, seen by every library in the process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
CHILD = """
import asyncio, time
from monitor.clock import Clock
from monitor.schedule import Due, Schedule

async def main():
    say = lambda word: print(word, time.monotonic(), flush=True)
    schedule = Schedule(Clock(), lambda due, slot: say("fire"), lambda *_: say("missed"), lambda before, after: say("step"))
    schedule.plan([Due("a", 500, 130)])
    schedule.start()
    await asyncio.sleep(SECONDS)
    schedule.stop()

asyncio.run(main())
"""


@pytest.mark.parametrize("step", ["-3600", "+3600", "-5", "+315360000", "-315360000"])
def test_setting_the_clock_neither_stops_nor_bursts_probing(step: str, tmp_path: Path) -> None:
    """An hour, five seconds or ten years either way: no hole longer than interval and a second, never twice the pace."""
    if LIBRARY is None:
        if os.environ.get("CI") == "true":
            pytest.fail("libfaketime is not installed: apt-get install faketime")
        pytest.skip("libfaketime is not installed")
    offset = tmp_path / "offset"
    offset.write_text("+0s\n")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.replace("SECONDS", "5")],
        env=os.environ
        | {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    first = child.stdout.readline()
    assert first.startswith("fire")
    time.sleep(1)
    offset.write_text(f"{step}s\n")
    rest, _ = child.communicate(timeout=20)
    lines = [line.split() for line in [first, *rest.splitlines()]]
    fired = [float(when) for word, when in lines if word == "fire"]
    steps = [float(when) for word, when in lines if word == "step"]
    assert len(steps) == 1
    assert max(b - a for a, b in pairwise(fired)) < 1.5
    assert fired[-1] - steps[0] > 2
    assert len(fired) <= 2 * 10
