"""The kinds in which the server speaks first: a greeting, TLS if that is wanted, and a question that it can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from monitor.probes import Course, Tools
from monitor.probes._dial import Secured, certificate, dialled, secure
from monitor.probes._starttls import WAYS
from monitor.timeline.model import Reason, Verdict
from monitor.values import one_of, words


@dataclass(frozen=True, kw_only=True)
class Greeted(Secured):
    """``tls`` is none, starttls or implicit; ``expect`` is a text that the greeting must hold."""

    tls: Annotated[str, one_of("none", "starttls", "implicit")] = "none"
    expect: Annotated[str, words] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.certificate_days and self.tls == "none":
            raise ValueError('certificate_days needs tls = "starttls" or "implicit"')


async def converse(way: str, probe: Greeted, tools: Tools, course: Course) -> Verdict:
    """Hear the greeting, shake hands if that is wanted, ask, and look at the certificate."""
    async with dialled(probe, tools, course) as wire:
        if probe.tls == "implicit":
            await secure(wire, probe, probe.host, tools, course)
        greeting = await WAYS[way].greet(wire)
        if probe.expect and probe.expect.encode() not in greeting:
            return Verdict.failed(Reason.BODY, "the greeting is not the one that was expected")
        if probe.tls == "starttls":
            await WAYS[way].upgrade(wire)
            await secure(wire, probe, probe.host, tools, course)
        await WAYS[way].talk(wire)
        return certificate(wire, probe, tools) or Verdict.passed()
