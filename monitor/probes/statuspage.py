"""What does a supplier's own status page say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._hearsay import HearsayError, each_of, heard
from monitor.probes._web import address, shown_address
from monitor.timeline.model import Outcome, Reason, Verdict
from monitor.values import words

WHOLE = {
    "none": Outcome.PASS,
    "maintenance": Outcome.DEGRADED,
    "minor": Outcome.DEGRADED,
    "major": Outcome.FAIL,
    "critical": Outcome.FAIL,
}
PART = {
    "operational": Outcome.PASS,
    "under_maintenance": Outcome.DEGRADED,
    "degraded_performance": Outcome.DEGRADED,
    "partial_outage": Outcome.DEGRADED,
    "major_outage": Outcome.FAIL,
}


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """``url`` is the page of a supplier that has ``/api/v2/summary.json``, or the address of that document.

    A pass is the indicator none, or, of the ``component`` with that id or name, the status operational. Minor, maintenance and a
    partial outage are degraded; major and critical failed. A page that cannot be read says nothing about the supplier: unknown.
    """

    url: Annotated[str, address]
    component: Annotated[str, words] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("a summary that can be read", "component", "indicator none")

    def assertions(self) -> tuple[str, ...]:
        """The component, or the whole."""
        return tuple(key for key in super().assertions() if key != "indicator none" or not self.component)

    def target(self) -> str:
        """The address of the document."""
        return shown_address(self.document())

    def document(self) -> str:
        """Where the summary is."""
        return self.url if self.url.endswith(".json") else self.url.rstrip("/") + "/api/v2/summary.json"

    def shown(self) -> dict[str, object]:
        """The settings in force."""
        return super().shown() | {"url": shown_address(self.url)}


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Read the summary."""
    try:
        with course.look("a summary that can be read"):
            document = await heard(probe.document(), tools, course)
            word, outcome = _part(probe.component, document) if probe.component else _whole(document)
    except HearsayError as error:
        return Verdict.unknown(Reason.BLOCKED, str(error))
    wrong = None
    if outcome is not Outcome.PASS:
        said = Verdict.failed if outcome is Outcome.FAIL else Verdict.degraded
        wrong = said(Reason.STATUS, f"its status page says {word}")
    return course.judged([Check("component" if probe.component else "indicator none", wrong, word)]) or Verdict.passed()


def _whole(document: dict[str, object]) -> tuple[str, Outcome]:
    status = document.get("status")
    return _known(status.get("indicator") if isinstance(status, dict) else None, WHOLE)


def _part(name: str, document: dict[str, object]) -> tuple[str, Outcome]:
    found = [each for each in each_of(document, "components") if name in (each.get("id"), each.get("name"))]
    if not found:
        raise HearsayError("its status page has no component of that id or name")
    return max((_known(each.get("status"), PART) for each in found), key=lambda each: list(PART).index(each[0]))


def _known(word: object, words: dict[str, Outcome]) -> tuple[str, Outcome]:
    if not isinstance(word, str) or word not in words:
        raise HearsayError("its status page says what is not understood")
    return word, words[word]
