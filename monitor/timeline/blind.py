"""When the monitor itself could not see: what is then observed says nothing about anybody.

A *blind* span is a fact of its own, kept beside the observations, which stay as they were made. While it lasts a failure is no
evidence; an answer is, because it did come over the line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.timeline.model import Observation, Outcome, Reason, Verdict

CANARIES = "canaries"
CORRELATED = "correlated"
# What can be the doing of a line that is broken, besides a failure.
OF_THE_LINE = {Reason.BLIND, Reason.NETWORK, Reason.RESOLVER}


@dataclass(frozen=True, slots=True)
class Blind:
    """``[start, end)`` in seconds, ``end`` None while it lasts; ``cause`` is how it was known: ``canaries`` or ``correlated``.

    ``hosts`` is how many targets could have shown that we see, when that was the cause.
    """

    start: int
    end: int | None
    cause: str
    hosts: int = 0

    @classmethod
    def told(cls, start: int, end: int | None, detail: str) -> Blind:
        """As ``detail`` tells it in the journal."""
        cause, _, hosts = detail.partition(" of ")
        return cls(start, end, cause, int(hosts or 0))

    @property
    def detail(self) -> str:
        """For the journal."""
        return f"{self.cause} of {self.hosts}" if self.hosts else self.cause

    def touches(self, observation: Observation) -> bool:
        """Whether the observation was under way in it."""
        return observation.end_ms >= self.start * 1000 and (self.end is None or observation.at < self.end)


def judged(observation: Observation, blinds: Iterable[Blind]) -> tuple[Observation, int | None]:
    """The observation as it counts, and the second since which we were blind when it was made, None when we were not."""
    if observation.outcome is not Outcome.FAIL and observation.reason not in OF_THE_LINE:
        return observation, None
    for blind in blinds:
        if blind.touches(observation):
            counted = Verdict.unknown(Reason.BLIND, observation.verdict.detail)
            return replace(observation, verdict=counted), blind.start
    return observation, None


def ended(blinds: tuple[Blind, ...], end: int) -> tuple[Blind, ...]:
    """The same with the newest over; it lasted a second at least."""
    last = blinds[-1]
    return (*blinds[:-1], replace(last, end=max(end, last.start + 1)))
