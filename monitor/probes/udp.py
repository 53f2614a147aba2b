"""Does something answer over UDP?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.patterns import is_found, pattern
from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._dial import heard
from monitor.probes._packets import answered, resolved
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.values import host, port, words


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``send`` is said to ``host`` at ``port`` in one packet, again each second. A pass is an answer in one packet.

    If so asked it must hold the text ``expect`` or match the regular expression ``matches``. With ``hex = true`` what is sent,
    and what comes back before it is looked at, are in hexadecimal. ``send`` may hold secrets. Silence is a failure: a service
    that does not answer cannot be watched this way.
    """

    host: Annotated[str, host]
    port: Annotated[int, port]
    send: Secret
    hex: bool = False
    expect: Annotated[str, words] | None = None
    matches: Annotated[str, pattern] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("answer", "expect", "matches")

    def __post_init__(self) -> None:
        if self.expect and self.matches:
            raise ValueError("allowed is one of: expect, matches")
        try:
            is_empty = not self.packet()
        except ValueError:
            raise ValueError("send is not hexadecimal") from None
        if is_empty:
            raise ValueError("send is empty")

    def packet(self) -> bytes:
        """What is sent."""
        return bytes.fromhex(self.send.reveal()) if self.hex else self.send.reveal().encode()

    def target(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Send, and look at the first packet that comes back."""
    addresses = await resolved(probe.host, tools, course)
    packet = probe.packet()
    found = await answered(addresses, probe.port, lambda: packet, lambda said: (said,), tools, course)
    course.note(lambda: heard(found[0]))
    text = found[0].hex() if probe.hex else found[0].decode("utf-8", "replace")
    return course.judged(_checks(probe, text)) or Verdict.passed()


def _checks(probe: Settings, text: str) -> Iterator[Check]:
    wrong = Verdict.failed(Reason.BODY, "the answer is not the one that was expected")
    if probe.expect:
        yield Check("expect", None if probe.expect in text else wrong, f"in {len(text)} characters")
    if probe.matches:
        yield Check("matches", None if is_found(probe.matches, text) else wrong, f"in {len(text)} characters")
