"""The ways to tell: one file a kind, each with its ``Settings`` as they stand in ``[[channel]]`` and a ``send``.

What went wrong is an exception in the words of this package: Refused when trying again would change nothing, NotSent when it
may. Its text holds nothing of an address, which may be a secret, and nothing that the other side wrote but a status.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from monitor.aside import Aside
from monitor.channels._letter import Gone, Letter, NotSent, Refused
from monitor.channels._mail import Mail, Post
from monitor.clock import Clock
from monitor.http_client import HttpClient
from monitor.public import Network
from monitor.resolver import Resolver
from monitor.trust import Contexts

__all__ = ["Gone", "Letter", "Mail", "NotSent", "Refused", "Tools", "open_tools"]

SECONDS = 10.0  # for which one delivery to a webhook may last


@dataclass(frozen=True)
class Tools:
    """What the kinds share. ``reach`` are networks that strangers' addresses may lead to beside public ones."""

    clock: Clock
    resolver: Resolver
    http: HttpClient
    aside: Aside
    post: Post | None
    reach: tuple[Network, ...] = ()


@asynccontextmanager
async def open_tools(
    clock: Clock, mail: Mail | None, reach: tuple[Network, ...] = (), forbidden: tuple[Network, ...] = ()
) -> AsyncIterator[Tools]:
    """The tools, on the running event loop. No webhook in a network that is ``forbidden`` is posted to, whoever named it."""
    contexts, resolver = Contexts(), Resolver(clock)
    resolver.forbid(forbidden)
    post = Post(mail, contexts) if mail else None
    try:
        yield Tools(clock, resolver, HttpClient(contexts), Aside(), post, reach)
    finally:
        if post:
            await post.close()
        await asyncio.sleep(0)
        await resolver.close()
