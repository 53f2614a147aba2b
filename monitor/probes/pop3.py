"""Does a server of mailboxes answer over POP3?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from monitor.probes import Course, Tools
from monitor.probes._greeting import Greeted, converse
from monitor.timeline.model import Verdict
from monitor.values import port


@dataclass(frozen=True, kw_only=True)
class Settings(Greeted):
    """A pass is a greeting of ``host`` at ``port``, with the text ``expect`` if that is asked, and a good answer to QUIT.

    ``tls`` is none, starttls, or implicit, which is usual at port 995; ``ca``, ``verify``, ``version`` and ``certificate_days`` are
    about it. ``user`` and ``password`` log in first, in the clear only with ``cleartext = true``.
    """

    port: Annotated[int, port] = 110


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Greet and take leave."""
    return await converse("pop3", probe, tools, course)
