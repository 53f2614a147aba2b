"""The kinds in which the server speaks first: a greeting, TLS if that is wanted, and a question that it can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from monitor.probes import Course, Tools
from monitor.probes._dial import Secured, certificate, dialled, secure
from monitor.probes._login import LOGINS
from monitor.probes._starttls import WAYS
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.values import one_of, words


@dataclass(frozen=True, kw_only=True)
class Greeted(Secured):
    """``tls`` is none, starttls or implicit; ``expect`` is a text that the greeting must hold; ``user`` and ``password`` log in.

    They are given in the clear only with ``cleartext = true``.
    """

    tls: Annotated[str, one_of("none", "starttls", "implicit")] = "none"
    expect: Annotated[str, words] | None = None
    user: Secret | None = None
    password: Secret | None = None
    cleartext: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.certificate_days and self.tls == "none":
            raise ValueError('certificate_days needs tls = "starttls" or "implicit"')
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        for key, secret in (("user", self.user), ("password", self.password)):
            if secret and not secret.reveal().isprintable():
                raise ValueError(f"{key} holds what a line cannot")
        if self.user and self.tls == "none" and not self.cleartext:
            raise ValueError('a login needs tls = "starttls" or "implicit", or cleartext = true')

    def warnings(self) -> tuple[str, ...]:
        """That the password can be read on the way."""
        said = "cleartext = true: whoever is on the way can read the password"
        return (*super().warnings(), *([said] if self.user and self.tls == "none" else []))


async def converse(way: str, probe: Greeted, tools: Tools, course: Course) -> Verdict:
    """Hear the greeting, shake hands and log in if that is wanted, ask, and look at the certificate."""
    async with dialled(probe, tools, course) as wire:
        if probe.tls == "implicit":
            await secure(wire, probe, probe.host, tools, course)
        greeting = await WAYS[way].greet(wire)
        if probe.expect and probe.expect.encode() not in greeting:
            return Verdict.failed(Reason.BODY, "the greeting is not the one that was expected")
        if probe.tls == "starttls":
            await WAYS[way].upgrade(wire)
            await secure(wire, probe, probe.host, tools, course)
        if probe.user and probe.password:
            course.phase = "answer to the login"
            await LOGINS[way](wire, probe.user.reveal().encode(), probe.password.reveal().encode())
            course.phase = "answer"
        await WAYS[way].talk(wire)
        return certificate(wire, probe, tools) or Verdict.passed()
