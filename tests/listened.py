"""Probes that are asked while somebody listens, as ``meetlat probe`` does."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from running import free_port
from serving import COMMON, Serve, serving, serving_packets

from monitor.clock import Clock
from monitor.commands._overheard import Overheard
from monitor.commands._secrets import without_secrets
from monitor.probes import Probe, Tools, observe, open_tools
from monitor.timeline.model import Observation

Packets = Callable[[bytes], Iterable[bytes]]


@dataclass(frozen=True)
class Listened:
    """What was seen, what was said on the way, and each assertion: its mark, ``ok``, ``not`` or ``?``, by its line."""

    observation: Observation
    said: list[str]
    asserted: list[str]

    def marks(self, key: str) -> set[str]:
        """The marks of the lines about this key."""
        split = [each.split(maxsplit=1) for each in self.asserted]
        return {mark for mark, line in split if line == key or line.startswith((f"{key} ", f"{key}:"))}


async def listened(probe: Probe, prepare: Callable[[Tools], Awaitable[None]] | None = None) -> Listened:
    """One observation by this probe."""
    overheard = Overheard()
    async with open_tools(Clock()) as tools:
        if prepare:
            await prepare(tools)
        seen = await observe(probe, "local", 1000, overheard.tools(tools), overheard.course)
    said = without_secrets(overheard.lines, probe, overheard.hidden)
    return Listened(seen, said, without_secrets(overheard.assertions(probe), probe, overheard.hidden))


def hears(
    kind: Any, serve: Serve | None, context: ssl.SSLContext | None = None, packets: Packets | None = None, **rest: Any
) -> Listened:
    """One observation by a probe of this kind, of a server that behaves like this, or of nobody; ``PORT`` in a text is its port."""

    async def ask() -> Listened:
        async with contextlib.AsyncExitStack() as stack:
            if packets:
                port = await stack.enter_async_context(serving_packets(packets))
            else:
                port = await stack.enter_async_context(serving(serve, context)) if serve else free_port()
            placed = {key: _placed(value, port) for key, value in (COMMON | rest).items()}
            return await listened(kind(**placed))

    return asyncio.run(ask())


def _placed(value: Any, port: int) -> Any:
    if value == "PORT":
        return port
    if isinstance(value, str):
        return value.replace("PORT", str(port))
    if isinstance(value, tuple):
        return tuple(_placed(each, port) for each in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value, **{each.name: _placed(getattr(value, each.name), port) for each in dataclasses.fields(value)}
        )
    return value
