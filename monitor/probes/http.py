"""Does an address answer over HTTP as it should?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from monitor.probes import Course, Probe, Tools
from monitor.probes._ask import answered
from monitor.probes._asking import Asking
from monitor.probes._assertions import ASSERTED, tell, wanted_of
from monitor.probes._judging import judged
from monitor.reach import NoAnswerError
from monitor.timeline.model import Verdict


@dataclass(frozen=True, kw_only=True)
class Settings(Asking, Probe):
    """``url`` is asked with ``method``, with ``headers`` and with a ``body``, or a ``json`` text as body; all may hold secrets.

    ``user`` and ``password``, ``bearer``, or a token by ``oauth`` (client credentials of OAuth 2.0), say who asks. A token is used
    until it ends; that none is given fails the probe, with a reason that begins with "token". At most ``redirects`` are followed,
    0 forbids them; one whose status is in the list is not followed.

    ``ca`` holds the only issuers of certificates that are believed, in PEM; ``verify = false`` believes any, which ``meetlat
    check`` warns of. ``client_certificate`` and ``client_key``, in PEM, are shown to a server that asks for them, and to no other
    host that it redirects to. ``proxy`` is the address of one to go through, http, https or socks5, perhaps with user and
    password; its own troubles are unknown, never a failure of the target. ``ip`` asks addresses of version 4 or 6 only.

    A pass is a ``status`` of the list (empty: 200 to 299), a text in each header of ``expect_headers``, and a body that holds
    ``contains``, lacks ``lacks``, matches the regular expression ``matches`` and each rule of ``json_path``. Of the body at most
    ``body_limit`` KiB are read, and as many when its coding is undone: what stands behind them is not found. ``http`` is the
    version in which the answer must come, 2 over https only. ``location`` is where the answer must redirect to, which is then not
    followed; ``final_url`` is the address where the redirects must end. ``degraded_above`` is a duration: a slower right answer is
    degraded. ``certificate_days`` says how many days a certificate must still have.
    """

    asserted: ClassVar[tuple[str, ...]] = ASSERTED

    def assertions(self) -> tuple[str, ...]:
        """Those that ask for anything."""
        return wanted_of(self)

    def prepare(self) -> None:
        """The request is the same each time."""
        self.question.prepare()

    def shown(self) -> dict[str, object]:
        """The settings in force; secrets hide themselves."""
        return super().shown() | {"url": self.target()}


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Request, follow redirects, judge."""
    try:
        answer, took_ms = await answered(probe, probe.question, tools, course)
    except NoAnswerError as failure:
        if course.listener and failure.kind == "redirect":
            course.listener.check("redirects", "", False, failure.evidence)
        raise
    if course.listener:
        tell(probe, answer, took_ms, tools.clock.now(), course)
    return judged(probe, answer, took_ms, tools.clock.now())
