"""Any of the services that Apprise knows, by its address of one. The door to Apprise."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from monitor.aside import BusyError
from monitor.channels import Letter, Tools
from monitor.channels._letter import NotSent
from monitor.table import Secret

SECONDS = 30.0
STEPS = {
    "opened": "failure",
    "changed": "warning",
    "reminded": "warning",
    "escalated": "failure",
    "recovered": "success",
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Tells by ``url``, as https://github.com/caronc/apprise/wiki describes them: ``ntfys://…``, ``pover://…``, ``mailtos://…``."""

    url: Secret

    def __post_init__(self) -> None:
        if not _known(self.url.reveal()):
            raise ValueError("url: is no address that Apprise knows")


logging.getLogger("apprise").setLevel(logging.CRITICAL)


def _known(url: str) -> bool:
    """Whether Apprise can make something of it. It is loaded only where somebody uses it: that takes a second."""
    import apprise

    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None


def _tell(url: str, title: str, body: str, kind: str) -> bool:
    import apprise

    teller = apprise.Apprise()
    teller.add(url)
    return bool(teller.notify(body=body, title=title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT))


async def send(settings: Settings, tools: Tools, letter: Letter) -> None:
    """Have Apprise tell it, in a thread of its own. It says only whether it worked: its log may show addresses, and is shut."""
    body = f"{letter.text}\n{letter.url}"
    step = STEPS.get(str(letter.payload.get("data", {}).get("step")), "info")
    url = settings.url.reveal()
    try:
        async with asyncio.timeout(SECONDS):
            is_sent = await tools.aside.run(url, lambda: _tell(url, letter.title, body, step))
    except (TimeoutError, BusyError) as error:
        raise NotSent("no answer in time") from error
    if not is_sent:
        raise NotSent("Apprise could not send it")
