"""Mail to mailboxes, by the server in the table ``[mail]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from monitor.channels import Letter, Tools
from monitor.channels._letter import NotSent
from monitor.telling.receiver import mailbox


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Writes to each mailbox in ``to``."""

    to: tuple[Annotated[str, mailbox], ...]

    def __post_init__(self) -> None:
        if not self.to:
            raise ValueError("to: name at least one mailbox")


async def send(settings: Settings, tools: Tools, letter: Letter) -> None:
    """Write to each of them."""
    if tools.post is None:
        raise NotSent("there is no table [mail]", everybody=True)
    for each in settings.to:
        await tools.post.send(each, letter)
