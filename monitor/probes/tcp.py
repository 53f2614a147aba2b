"""Does a port accept connections, and say what it should?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.patterns import is_found, pattern
from monitor.probes import Check, Course, Tools
from monitor.probes._dial import TLS, Secured, certificate, dialled, heard, secure
from monitor.probes._starttls import Dialect, agree, dialect
from monitor.reach import NoAnswerError
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.values import words
from monitor.wire import Wire


@dataclass(frozen=True, kw_only=True)
class Settings(Secured):
    """``host`` is a name or an address, ``port`` a TCP port. A pass is an accepted connection.

    With ``tls = true``, or with ``starttls`` for a protocol in which TLS is asked for first, it is also a handshake. Then
    ``send`` is said, and the answer must hold the text ``expect`` or match the regular expression ``matches``; at most 64 KiB of
    it are read. ``send`` may hold secrets. ``ca``, ``verify``, ``version`` and ``certificate_days`` are about TLS.
    """

    tls: bool = False
    starttls: Annotated[Dialect, dialect] | None = None
    send: Secret | None = None
    expect: Annotated[str, words] | None = None
    matches: Annotated[str, pattern] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("connection", "starttls", "tls", *TLS, "expect", "matches")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.tls and self.starttls:
            raise ValueError("allowed is one of: tls, starttls")
        if self.expect and self.matches:
            raise ValueError("allowed is one of: expect, matches")
        if self.certificate_days and not (self.tls or self.starttls):
            raise ValueError("certificate_days needs tls or starttls")

    @property
    def is_secured(self) -> bool:
        """Whether there is TLS, at once or later."""
        return bool(self.tls or self.starttls)


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Connect, speak if that is asked, and close again."""
    async with dialled(probe, tools, course) as wire:
        if probe.starttls:
            await agree(wire, probe.starttls, course)
        if probe.tls or probe.starttls:
            await secure(wire, probe, probe.host, tools, course)
        if probe.send:
            wire.send(probe.send.reveal().encode())
        course.phase = "expected answer"
        if probe.expect or probe.matches:
            key = "expect" if probe.expect else "matches"
            with course.look(key):
                is_answered = await _is_answered(probe, wire)
            wrong = None if is_answered else Verdict.failed(Reason.BODY, "the answer is not the one that was expected")
            if failed := course.judged([Check(key, wrong, heard(wire.first))]):
                return failed
        return certificate(wire, probe, tools, course) or Verdict.passed()


async def _is_answered(probe: Settings, wire: Wire) -> bool:
    """Read until the answer is there, or there is no more of it. NoAnswerError when nothing came at all."""
    seen = -1
    while True:
        if len(wire.unread) > seen:
            seen = len(wire.unread)
            text = wire.unread.decode("utf-8", "replace")
            if (probe.expect and probe.expect in text) or (probe.matches and is_found(probe.matches, text)):
                return True
        try:
            await wire.more()
        except NoAnswerError:
            if not wire.unread:
                raise
            return False
