"""Pure: what endpoints that call us have said, folded into what is known of each, one signal at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

REPEATED_MS = 10_000
MOST_SPANS = 50


class Sign(StrEnum):
    """What a signal says."""

    START = "start"
    SUCCESS = "success"
    FAIL = "fail"
    UNHEARD = "unheard"  # said by ourselves: nobody listened, from its moment until the one in ``number``


@dataclass(frozen=True, slots=True)
class Signal:
    """One call of an endpoint, kept before it is acknowledged. A fact: never changed.

    ``at_ms`` is when it was heard, ``number`` the exit code that came with a failure. ``note`` is what else was sent, as it came:
    hostile, and for operators only.
    """

    probe: str
    at_ms: int
    sign: Sign
    number: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of one endpoint that calls. ``Life()`` has heard nothing yet.

    ``success_ms`` is its last success and ``run_us`` how long the run before that took, when its start was heard. ``started_ms``
    is the start of a run that has not ended, ``failed_ms`` a failure that no success followed, ``code`` its exit code.
    ``unheard`` are the spans since the last success in which nobody listened, in order, in milliseconds.
    """

    success_ms: int | None = None
    run_us: int | None = None
    started_ms: int | None = None
    failed_ms: int | None = None
    code: int | None = None
    unheard: tuple[tuple[int, int], ...] = ()

    def is_heard(self, start_ms: int, end_ms: int) -> bool:
        """True when somebody listened all the time from ``start_ms`` to ``end_ms``."""
        return not any(start < end_ms and end > start_ms for start, end in self.unheard)


def live(life: Life, signals: Iterable[Signal]) -> Life:
    """The same after further signals."""
    for signal in signals:
        life = _after(life, signal)
    return life


def _after(life: Life, signal: Signal) -> Life:
    at = signal.at_ms
    if signal.sign is Sign.UNHEARD:
        end = at if signal.number is None else signal.number
        return replace(life, unheard=_joined((*life.unheard, (at, end))))
    if signal.sign is Sign.START:
        return replace(life, started_ms=at)
    run_us = None if life.started_ms is None else max(0, at - life.started_ms) * 1000
    if signal.sign is Sign.FAIL:
        return replace(life, started_ms=None, failed_ms=at, code=signal.number, run_us=run_us)
    if run_us is None and life.success_ms is not None and at - life.success_ms <= REPEATED_MS:
        run_us = life.run_us  # the answer to the same call was lost, and it was made again
    return Life(at, run_us, unheard=tuple(span for span in life.unheard if span[1] > at))


def _joined(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """In order, overlapping ones as one; of too many, the oldest two as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    if len(joined) > MOST_SPANS:
        joined[:2] = [(joined[0][0], joined[1][1])]
    return tuple(joined)
