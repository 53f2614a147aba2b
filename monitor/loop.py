"""The event loop that probes run on. The door to uvloop: a loop in C, where there is one, and Python's own elsewhere."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
YOUNG = 10_000  # objects made before the youngest are looked at for garbage: those of one probe are gone by then


def fastest() -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes a loop here."""
    try:
        import uvloop
    except ImportError:  # not built for this platform
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def run(main: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``, on the fastest loop."""
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    with asyncio.Runner(loop_factory=fastest()) as runner:
        return runner.run(main)


def settle() -> None:
    """What is in memory now stays: it is not looked at for garbage again.

    With ten thousand probes that look takes a third of a second, during which every one of them is late.
    """
    gc.freeze()
