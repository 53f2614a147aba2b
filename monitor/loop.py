"""The event loop that probes run on. The door to uvloop: a loop in C, where there is one, and Python's own elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def fastest() -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes a loop here."""
    try:
        import uvloop
    except ImportError:  # not built for this platform
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def run(main: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``, on the fastest loop."""
    with asyncio.Runner(loop_factory=fastest()) as runner:
        return runner.run(main)
