"""Our own mistakes are told once, and counted."""

from __future__ import annotations

import logging

import pytest

from monitor.clock import Clock
from monitor.mishaps import AGAIN_MS, Mishaps


class Set(Clock):
    """A clock that stands where it is put."""

    at = 0

    def monotonic_ms(self) -> int:
        """Where it was put."""
        return Set.at


def meet(mishaps: Mishaps, kind: type[Exception], times: int = 1) -> None:
    """So many exceptions of one kind from one place."""
    for _ in range(times):
        try:
            raise kind("boom")
        except Exception as error:  # noqa: BLE001 -- that is what is met
            mishaps.met(error, "probe api")


def test_a_mishap_is_logged_once_and_counted_by_the_hour(caplog: pytest.LogCaptureFixture) -> None:
    """The first of a kind in full, then nothing for an hour, then how many there were; another kind is told at once."""
    caplog.set_level(logging.ERROR)
    Set.at = 5
    mishaps = Mishaps(Set())
    meet(mishaps, RuntimeError, 1000)
    meet(mishaps, KeyError, 2)
    assert [bool(each.exc_info) for each in caplog.records] == [True, True]
    caplog.clear()
    Set.at += AGAIN_MS
    meet(mishaps, RuntimeError, 10)
    assert ["1000 more times" in each.message for each in caplog.records] == [True]
    caplog.clear()
    Set.at += AGAIN_MS
    meet(mishaps, RuntimeError)
    assert ["10 more times" in each.message for each in caplog.records] == [True]
