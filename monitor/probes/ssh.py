"""Does a server speak SSH?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Course, Tools
from monitor.probes._dial import Dialled, dialled, expected, heard
from monitor.reach import NoAnswerError
from monitor.timeline.model import Verdict
from monitor.values import port, words
from monitor.wire import Wire

LINES = 100
KEYS = 20  # the message with which an exchange of keys begins


@dataclass(frozen=True, kw_only=True)
class Settings(Dialled):
    """A pass is a server at ``host`` and ``port`` that names itself with version 2 of SSH, with the text ``expect`` in the name if
    that is asked, and that begins an exchange of keys. Nobody logs in.
    """

    port: Annotated[int, port] = 22
    expect: Annotated[str, words] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("connection", "version 2 of SSH", "expect", "exchange of keys")


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Name ourselves, hear its name, and see it begin."""
    async with dialled(probe, tools, course) as wire:
        wire.send(b"SSH-2.0-Meetlat\r\n")
        with course.look("version 2 of SSH") as look:
            name = await _name(wire)
            look.saw(lambda: heard(name))
        if probe.expect and (wrong := course.judged([expected(probe.expect, name, "the name of the server")])):
            return wrong
        with course.look("exchange of keys"):
            head = await wire.exactly(6)
            if not 12 <= int.from_bytes(head[:4], "big") <= 35_000 or head[5] != KEYS:
                raise NoAnswerError("protocol", "no exchange of keys")
        return Verdict.passed()


async def _name(wire: Wire) -> bytes:
    """The line in which the server names itself; others may stand before it."""
    for _ in range(LINES):
        line = await wire.line()
        if line.startswith((b"SSH-2.0-", b"SSH-1.99-")):
            return line
        if line.startswith(b"SSH-"):
            raise NoAnswerError("protocol", "not version 2 of SSH")
    raise NoAnswerError("protocol", f"no name of SSH in {LINES} lines")
