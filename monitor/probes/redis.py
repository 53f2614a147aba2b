"""Does a Redis server, or one that speaks like it, answer?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Course, Tools
from monitor.probes._dial import TLS, Secured, certificate, dialled, secure
from monitor.reach import NoAnswerError
from monitor.table import Secret
from monitor.timeline.model import Verdict
from monitor.values import port, words
from monitor.wire import Wire

# What a server may begin a refusal with, and nothing of what it says behind that, which may quote the password.
REFUSALS = (b"NOAUTH", b"WRONGPASS", b"NOPERM", b"LOADING", b"MASTERDOWN", b"MISCONF", b"BUSY", b"DENIED", b"ERR")


@dataclass(frozen=True, kw_only=True)
class Settings(Secured):
    """A pass is PONG of ``host`` at ``port``, after ``password`` and perhaps ``user`` were given, if the server wants them.

    With ``tls = true`` in TLS; ``ca``, ``verify``, ``version`` and ``certificate_days`` are about it.
    """

    port: Annotated[int, port] = 6379
    tls: bool = False
    user: Annotated[str, words] | None = None
    password: Secret | None = None

    asserted: ClassVar[tuple[str, ...]] = ("connection", "tls", *TLS, "password", "PONG")

    @property
    def is_secured(self) -> bool:
        """Whether there is TLS."""
        return self.tls

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.user and not self.password:
            raise ValueError("user needs password")
        if self.certificate_days and not self.tls:
            raise ValueError("certificate_days needs tls = true")


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Say who asks, and PING."""
    async with dialled(probe, tools, course) as wire:
        if probe.tls:
            await secure(wire, probe, probe.host, tools, course)
        if probe.password:
            who = [probe.user.encode()] if probe.user else []
            wire.on_sent, hears = None, wire.on_sent
            with course.look("password"):
                await _told(wire, b"+OK", b"AUTH", *who, probe.password.reveal().encode())
            wire.on_sent = hears
        with course.look("PONG"):
            await _told(wire, b"+PONG", b"PING")
        return certificate(wire, probe, tools, course) or Verdict.passed()


async def _told(wire: Wire, wanted: bytes, *words: bytes) -> None:
    """Say these words and hear the wanted answer. NoAnswerError for another."""
    wire.send(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
    line = await wire.line()
    if line == wanted:
        return
    if line.startswith(b"-"):
        word = next((each for each in REFUSALS if line[1:].startswith(each)), b"no")
        raise NoAnswerError("status", f"the server said {word.decode()}")
    raise NoAnswerError("protocol", "not an answer of Redis")
