"""Any of the services that Apprise knows, by its address of one. The door to Apprise."""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

from monitor.aside import BusyError
from monitor.channels import Letter, Tools
from monitor.channels._letter import NotSent, Refused
from monitor.table import Secret

SECONDS = 30.0
KINDS = {
    "opened": "failure",
    "changed": "warning",
    "reminded": "warning",
    "escalated": "failure",
    "recovered": "success",
    "passed": "success",
}
logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it logs may show addresses


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Tells by ``url``, as https://github.com/caronc/apprise/wiki describes them: ``ntfys://…``, ``pover://…``, ``mailtos://…``."""

    url: Secret

    def __post_init__(self) -> None:
        if not re.match(r"[a-z0-9]+://", self.url.reveal()):
            raise ValueError("url: is no address of Apprise; such one begins with a service, as ntfys://")


@cache
def _library() -> Any:
    """Apprise, loaded when somebody is told by it: that takes a second, and brings warnings about libraries of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import apprise

        apprise.Apprise.instantiate("json://localhost")
    return apprise


def _tell(url: str, title: str, body: str, kind: str) -> bool | None:
    """Whether it was told; None when Apprise does not know such an address."""
    library = _library()
    teller = library.Apprise()
    if not teller.add(url):
        return None
    return bool(teller.notify(body=body, title=title, notify_type=kind, body_format=library.NotifyFormat.TEXT))


async def send(settings: Settings, tools: Tools, letter: Letter) -> None:
    """Have Apprise tell it, in a thread of its own. It says only whether it worked."""
    body, url = f"{letter.text}\n{letter.url}", settings.url.reveal()
    kind = KINDS.get(str(letter.payload.get("data", {}).get("step")), "info")
    try:
        async with asyncio.timeout(SECONDS):
            is_sent = await tools.aside.run(url, lambda: _tell(url, letter.title, body, kind))
    except (TimeoutError, BusyError) as error:
        raise NotSent("no answer in time") from error
    if is_sent is None:
        raise Refused("Apprise does not know such an address")
    if not is_sent:
        raise NotSent("Apprise could not send it")
