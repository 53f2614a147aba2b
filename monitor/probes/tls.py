"""Is a secure connection made, with the right certificate?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Course, Tools
from monitor.probes._dial import TLS, Secured, certificate, dialled, secure
from monitor.probes._starttls import Dialect, agree, dialect
from monitor.probes._web import Days
from monitor.timeline.model import Verdict
from monitor.values import host


@dataclass(frozen=True, kw_only=True)
class Settings(Secured):
    """A pass is a TLS handshake with ``host`` at ``port``, of at least ``version``, with a certificate of an issuer that is
    believed, for the name, with more days left than ``certificate_days`` says: less than 14 are degraded if it says nothing.

    ``name`` is the name in the certificate if it is not the host. ``starttls`` names the protocol in which TLS is asked for
    first. ``ca`` holds the only issuers that are believed, in PEM; ``verify = false`` believes any.
    """

    name: Annotated[str, host] | None = None
    starttls: Annotated[Dialect, dialect] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("connection", "starttls", *TLS, "name")

    @property
    def days(self) -> Days | None:
        """How many days the certificate must still have, also when nobody said it."""
        return self.certificate_days or (Days() if self.verify else None)

    def assertions(self) -> tuple[str, ...]:
        """The days among them."""
        found = super().assertions()
        return found if self.certificate_days or not self.verify else (*found, "certificate_days")


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Connect, shake hands, look at the certificate."""
    async with dialled(probe, tools, course) as wire:
        if probe.starttls:
            await agree(wire, probe.starttls, course)
        await secure(wire, probe, probe.name or probe.host, tools, course)
        return certificate(wire, probe, tools, course) or Verdict.passed()
