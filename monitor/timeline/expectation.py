"""Pure: when an endpoint should have called, and what it means that it did or did not.

* Until the call is due all is as it was. From then on it is late, which is degraded; once the grace is over it was missed, which
  is down, until a success is heard. A failure that it reports is down at once, until a success is heard.
* That nobody called is evidence only for who listened: for the whole of the window in which the call could have come. Where that
  cannot be said, it is unknown, until a window has passed in which somebody did listen. What was missed already when a pause
  no longer than the grace began, is still missed after it.
* With ``longest``, a start in time is a call too: from then on the end of that run is what is due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from monitor.timeline.cron import latest, moments
from monitor.timeline.model import Reason, Verdict
from monitor.timeline.signals import Life

MOST_EARLY_MS = 30_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with the endpoint: a call each ``every``, or at the moments of ``cron`` on the clocks of ``zone``.

    Durations in milliseconds; exactly one of ``every`` and ``cron`` is there. ``longest`` is how long a run may take.
    """

    every: int | None
    cron: str | None
    zone: str
    grace: int
    longest: int | None = None

    def first(self, call_ms: int) -> int:
        """When the next call is due after one. By cron, one that came a little early was for the moment it was early for."""
        if self.every is not None:
            return call_ms + self.every
        due, after = islice(self._moments(call_ms), 2)
        return after if due - call_ms <= _early(due, after) else due

    def missed(self, call_ms: int, now_ms: int) -> tuple[int, int] | None:
        """The last window that is over without a call since ``call_ms``, from when on the call could have come until it was late
        beyond its grace; None when there is none.
        """
        over, first = now_ms - self.grace - 1, self.first(call_ms)
        if over < first:
            return None
        if self.every is not None:
            return now_ms - self.grace - self.every, now_ms
        due = latest(self.cron or "", self.zone, over, first) or first
        return self.opens(due), due + self.grace

    def opens(self, due_ms: int) -> int:
        """From when on a call counts for the moment at which it is due."""
        if self.every is not None:
            return due_ms - self.every
        return due_ms - _early(due_ms, next(self._moments(due_ms)))

    def _moments(self, after_ms: int) -> Iterator[int]:
        return moments(self.cron or "", self.zone, after_ms)


def judge(life: Life, terms: Terms, now_ms: int) -> Verdict:
    """What is to be said of an endpoint now."""
    if life.failed_ms is not None:
        what = "a failure" if life.code is None else f"exit code {life.code}"
        return Verdict.failed(Reason.REPORTED, f"it reported {what} at {_instant(life.failed_ms)}")
    if life.success_ms is None and not life.unheard:
        return Verdict.unknown(Reason.NO_OBSERVATION, "nobody has listened yet")
    call_ms = life.unheard[0][1] if life.success_ms is None else life.success_ms
    started = life.started_ms
    if terms.longest and started is not None and started <= terms.first(call_ms) + terms.grace:
        verdict = _running(life, terms, started, terms.longest, now_ms)
        if verdict:
            return verdict
        call_ms = started
    return _expected(life, terms, call_ms, now_ms)


def _running(life: Life, terms: Terms, started: int, longest: int, now_ms: int) -> Verdict | None:
    """The same of one that said it began; None when nobody listened for its end, and only further calls can tell."""
    due = started + longest
    if now_ms <= due:
        return _good(life, terms)
    is_over = now_ms > due + terms.grace
    if not life.is_heard(started, min(now_ms, due + terms.grace)):
        return None if is_over else _unheard()
    if is_over:
        return Verdict.failed(Reason.MISSED, f"the run that began at {_instant(started)} has not ended")
    return Verdict.degraded(Reason.LATE, f"running since {_instant(started)}, longer than {longest // 1000} s")


def _expected(life: Life, terms: Terms, call_ms: int, now_ms: int) -> Verdict:
    """The same of one that should call at its time."""
    missed = terms.missed(call_ms, now_ms)
    if missed:
        if not _is_missed(life, terms, call_ms, now_ms):
            return _unheard()
        return Verdict.failed(Reason.MISSED, f"no call in time; {_last(life)}")
    due = terms.first(call_ms)
    if now_ms <= due:
        return _good(life, terms)
    if not life.is_heard(terms.opens(due), now_ms):
        return _unheard()
    return Verdict.degraded(Reason.LATE, f"due at {_instant(due)}; {_last(life)}")


def _is_missed(life: Life, terms: Terms, call_ms: int, at_ms: int) -> bool:
    """True when somebody listened in the last window that was over by then, or when it was missed before a short pause."""
    window = terms.missed(call_ms, at_ms)
    if window is None or life.is_heard(*window):
        return window is not None
    start, end = max(span for span in life.unheard if span[0] < at_ms)
    return end - start <= terms.grace and _is_missed(life, terms, call_ms, start)


def _good(life: Life, terms: Terms) -> Verdict:
    """What its last success says."""
    if life.success_ms is None:
        return Verdict.unknown(Reason.NO_OBSERVATION, "it has not called yet, and need not have")
    if terms.longest and (life.run_us or 0) > terms.longest * 1000:
        took = (life.run_us or 0) // 1_000_000
        return Verdict.degraded(Reason.SLOW, f"the run took {took} s, longer than {terms.longest // 1000} s")
    return Verdict.passed()


def _unheard() -> Verdict:
    return Verdict.unknown(Reason.NO_OBSERVATION, "nobody listened for some of the time in which it should have called")


def _last(life: Life) -> str:
    return "no success ever" if life.success_ms is None else f"last success at {_instant(life.success_ms)}"


def _early(due_ms: int, after_ms: int) -> int:
    return min(MOST_EARLY_MS, (after_ms - due_ms) // 10)


def _instant(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
