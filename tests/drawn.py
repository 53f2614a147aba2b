"""Scenarios are drawn: one character a slot.

``.`` pass, ``d`` degraded (slow), ``x`` fail (timeout), ``c`` fail (connect), ``?`` unknown (resolver), a space for a slot without
an observation. ``read`` turns a timeline back into the same kind of drawing: ``U`` operational, ``D`` degraded, ``X`` down, ``-``
unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.timeline.fold import Folding, Mark, fold, timeline
from monitor.timeline.model import Observation, Phases, Reason, State, Timeline, Verdict, Watch
from monitor.timeline.span import Span

START = 1_767_225_600  # 2026-01-01T00:00:00Z
STEP = 60

VERDICTS = {
    ".": Verdict.passed(),
    "d": Verdict.degraded(Reason.SLOW, "1200 ms"),
    "x": Verdict.failed(Reason.TIMEOUT, "no answer"),
    "c": Verdict.failed(Reason.CONNECT, "refused"),
    "?": Verdict.unknown(Reason.RESOLVER, "no resolver answers"),
}
LETTERS = {State.OPERATIONAL: "U", State.DEGRADED: "D", State.DOWN: "X", State.UNKNOWN: "-"}


def watch(
    probe: str = "api-health", component: str = "api", *, confirm: int = 2, recover: int = 2, need: int = 0
) -> Watch:
    """A watch in force since START, asking each STEP seconds."""
    return Watch(probe, component, "local", START, None, STEP * 1000, confirm, recover, need)


def observations(drawing: str, probe: str = "api-health", start: int = START, step: int = STEP) -> list[Observation]:
    """The observations of a drawing, the first in the slot at ``start``."""
    return [
        Observation(
            probe, "local", slot * 1000, slot * 1000 + 3, Phases(total_us=20_000 + i % 7 * 1000), VERDICTS[letter]
        )
        for i, letter in enumerate(drawing)
        if letter != " "
        for slot in [start + i * step]
    ]


def marks(
    drawn: Iterable[Observation], terms: Watch, folding: Folding | None = None, ahead: Iterable[Mark] = ()
) -> tuple[list[Mark], Folding]:
    """The marks after folding, and where the fold stands: what a record keeps. Goes on from ``folding`` and the marks ahead."""
    folding = folding or Folding()
    kept = list(ahead)
    for observation in drawn:
        folding, redraw = fold(folding, observation, terms)
        if redraw:
            kept = [mark for mark in kept if mark.at < redraw.start] + list(redraw.marks)
    return kept, folding


def timeline_of(drawing: str, slots: int | None = None, confirm: int = 2, recover: int = 2) -> Timeline:
    """The timeline of one probe over as many slots as were drawn."""
    kept, folding = marks(observations(drawing), watch(confirm=confirm, recover=recover))
    return timeline(kept, folding.cover, Span(START, START + (slots or len(drawing)) * STEP))


def read(drawn: Timeline, step: int = STEP) -> str:
    """One letter a slot: the state at the slot's beginning."""
    span = Span(drawn[0].span.start, drawn[-1].span.end)
    return "".join(
        next(LETTERS[s.state] for s in drawn if instant in s.span) for instant in range(span.start, span.end, step)
    )
