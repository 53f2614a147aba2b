"""The kinds in which the server speaks first: a greeting, TLS if that is wanted, and a question that it can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Course, Tools
from monitor.probes._dial import TLS, Secured, certificate, dialled, expected, heard, secure
from monitor.probes._login import LOGINS
from monitor.probes._starttls import WAYS
from monitor.table import Secret
from monitor.timeline.model import Verdict
from monitor.values import one_of, words
from monitor.wire import Wire


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

    asserted: ClassVar[tuple[str, ...]] = ("connection", "greeting", "expect", "tls", *TLS, "user", "answer")

    @property
    def is_secured(self) -> bool:
        """Whether there is TLS, at once or later."""
        return self.tls != "none"

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
        with course.look("greeting") as look:
            greeting = await WAYS[way].greet(wire)
            look.saw(lambda: heard(greeting))
        if probe.expect and (wrong := course.judged([expected(probe.expect, greeting, "the greeting")])):
            return wrong
        if probe.tls == "starttls":
            with course.look("tls"):
                await WAYS[way].upgrade(wire)
            await secure(wire, probe, probe.host, tools, course)
        if probe.user and probe.password:
            await _log_in(way, wire, probe.user.reveal(), probe.password.reveal(), course)
        with course.look("answer"):
            await WAYS[way].talk(wire)
        return certificate(wire, probe, tools, course) or Verdict.passed()


async def _log_in(way: str, wire: Wire, user: str, password: str, course: Course) -> None:
    """Say who asks, which nobody else hears."""
    course.phase = "answer to the login"
    wire.on_sent, hears = None, wire.on_sent
    with course.look("user"):
        await LOGINS[way](wire, user.encode(), password.encode())
    wire.on_sent = hears
    course.phase = "answer"
