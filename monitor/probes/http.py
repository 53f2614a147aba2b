"""Does an address answer over HTTP as it should?"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.probes import Course, Probe, Tools
from monitor.probes._asking import Asking, judged
from monitor.probes._fetch import fetch
from monitor.timeline.model import Verdict


@dataclass(frozen=True, kw_only=True)
class Settings(Asking, Probe):
    """``url`` is asked with ``method``, with ``headers`` and with a ``body``, or a ``json`` text as body; all may hold secrets.

    ``user`` and ``password``, or ``bearer``, say who asks. At most ``redirects`` are followed, 0 forbids them; one whose status
    is in the list is not followed. ``ca`` holds the only issuers of certificates that are believed, in PEM; ``verify = false``
    believes any, which ``meetlat check`` warns of.

    A pass is a ``status`` of the list (empty: 200 to 299), a text in each header of ``expect_headers``, and a body that holds
    ``contains``, lacks ``lacks``, matches the regular expression ``matches`` and each rule of ``json_path``. Of the body at most
    64 KiB are read. ``degraded_above`` is a duration: a slower right answer is degraded. ``certificate_days`` says how many days
    a certificate must still have.
    """

    def shown(self) -> dict[str, object]:
        """The settings in force; secrets hide themselves."""
        return super().shown() | {"url": self.target()}


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Request, follow redirects, judge."""
    begun = tools.clock.ticks_us()
    answer = await fetch(probe.question, tools, course, probe.redirects, probe.status)
    return judged(probe, answer, (tools.clock.ticks_us() - begun) // 1000, tools.clock.now())
