"""Mail to mailboxes, by the server in the table ``[mail]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from monitor.channels import Letter, Tools
from monitor.channels._letter import NotSent, Refused
from monitor.telling.receiver import mailbox


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Writes to each mailbox in ``to``."""

    to: tuple[Annotated[str, mailbox], ...]

    def __post_init__(self) -> None:
        if not self.to:
            raise ValueError("to: name at least one mailbox")


async def send(settings: Settings, tools: Tools, letter: Letter) -> None:
    """Write to each of them. One that is refused keeps it from no other, and who has it is not told again with the others."""
    if tools.post is None:
        raise NotSent("there is no table [mail]", everybody=True)
    done = tools.post.done_of((letter.id, *settings.to))
    faults: list[NotSent | Refused] = []
    for each in settings.to:
        if each in done:
            continue
        try:
            await tools.post.send(each, letter)
        except Refused as error:
            faults.append(error)
        except NotSent as error:
            if error.everybody:
                raise
            faults.insert(0, error)
            continue
        done.add(each)
    if faults:
        raise faults[0]
