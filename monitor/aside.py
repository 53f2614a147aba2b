"""Calls that block, beside the event loop: each in a thread of its own, so that one which hangs takes no thread from another."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Hashable
from typing import TypeVar

T = TypeVar("T")


class BusyError(Exception):
    """The call before this one has not come back."""


class Aside:
    """The calls that are out: at most one for each ``whose``."""

    def __init__(self) -> None:
        self._out: set[Hashable] = set()

    async def run(self, whose: Hashable, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises. BusyError while an earlier one is out, also one whose caller gave up.

        The deadline is the caller's; the thread lives until ``work`` ends.
        """
        if whose in self._out:
            raise BusyError
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def come_back(result: T | None, error: BaseException | None) -> None:
            self._out.discard(whose)
            if done.cancelled():
                return
            if error:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type] # without an error there is one

        def go() -> None:
            result, error = None, None
            try:
                result = work()
            except BaseException as raised:  # noqa: BLE001 -- it is raised again, where it is waited for
                error = raised
            with contextlib.suppress(RuntimeError):  # the loop may be gone by now
                loop.call_soon_threadsafe(come_back, result, error)

        self._out.add(whose)
        threading.Thread(target=go, name="aside", daemon=True).start()
        return await done
