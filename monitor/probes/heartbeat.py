"""Does the endpoint call us when it should, and does its work succeed?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from monitor.heartbeats import NobodyListensError
from monitor.probes import Check, Course, Probe, Tools
from monitor.sla.periods import instant
from monitor.table import Secret, duration, lasting
from monitor.timeline.cron import expression
from monitor.timeline.expectation import Terms, judge
from monitor.timeline.model import Reason, Verdict
from monitor.timeline.signals import Life, Sign, Signal
from monitor.values import zone

SECOND_MS = 1000
SILENT = {Reason.LATE, Reason.MISSED, Reason.NO_OBSERVATION}


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """For what cannot be asked: a backup, a nightly job, a machine behind a firewall. It calls ``/heartbeat/TOKEN`` of the intake,
    the address in ``[heartbeat]``, with GET, POST or HEAD, and has succeeded. ``/heartbeat/TOKEN/start`` says that it begins,
    ``/heartbeat/TOKEN/fail`` that it failed, ``/heartbeat/TOKEN/3`` that it ended with exit code 3; 0 is a success. A call that
    was answered with 200 is on disk. What a POST brings is kept as a note for operators, the first 4 kB of it.

    A success is due each ``every`` after the last one, or at the moments of ``cron`` on the clocks of ``timezone``: one of the
    two. It is a pass until then; late is degraded; with no call within ``grace`` after that it is down, as it is from a reported
    failure on, until the next success. With ``longest`` a start in time will do, and the run may take as long as that: longer is
    degraded, and without an end in another ``grace`` it is down. The run time is the response time on the page.

    ``token`` is at least 16 letters, digits, hyphens and underscores, and no other probe's. ``interval`` is how often it is
    looked at what was heard; ``confirm`` and ``recover`` are 1 unless they stand here, because one call missed is one too many.
    While the monitor is off or the record cannot be written nobody listens: a call that could have come then is not missed.
    """

    usual: ClassVar[Mapping[str, object]] = {"confirm": 1, "recover": 1}

    token: Secret
    every: Annotated[int, duration] | None = None
    cron: Annotated[str, expression] | None = None
    timezone: Annotated[str, zone] = "UTC"
    grace: Annotated[int, duration] = 300_000
    longest: Annotated[int, duration] | None = None

    asserted: ClassVar[tuple[str, ...]] = (
        "somebody listens",
        "every",
        "cron",
        "grace",
        "longest",
        "no failure reported",
    )

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,128}", self.token.reveal()):
            raise ValueError("token: allowed are 16 to 128 letters, digits, hyphens and underscores")
        if (self.every is None) == (self.cron is None):
            raise ValueError("allowed is one of every and cron, and one must be there")
        if any(each is not None and each < SECOND_MS for each in (self.every, self.longest)):
            raise ValueError("every and longest: allowed is at least 1s")

    @property
    def terms(self) -> Terms:
        """When it should call."""
        return Terms(self.every, self.cron, self.timezone, self.grace, self.longest)

    def target(self) -> str:
        """What it should do."""
        when = f"each {lasting(self.every)}" if self.every else f"{self.cron} in {self.timezone}"
        return f"calls us {when}"

    def warnings(self) -> tuple[str, ...]:
        """A pause that could end before anybody looks."""
        if self.interval <= self.grace:
            return ()
        return (f"it is looked at each {lasting(self.interval)} only, longer than its grace of {lasting(self.grace)}",)

    def sole(self) -> tuple[str, str]:
        """Its token."""
        return "token", self.token.reveal()


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Look at what was heard. While our own line is broken, nobody can be said not to have called."""
    course.phase, course.silence = "answer of the record", Reason.OVERLOAD
    try:
        with course.look("somebody listens"):
            life, before = await tools.heartbeats.look(probe.id, probe.interval)
    except NobodyListensError as error:
        return Verdict.unknown(Reason.INTERNAL, str(error))
    course.run_us = life.run_us or 0
    now = tools.clock.now_ms()
    verdict = judge(life, probe.terms, now)
    if course.listener and verdict.reason is not Reason.NO_OBSERVATION:
        course.judged(_checks(probe, life, verdict, now))
    if verdict.reason in SILENT and await tools.canaries.answer() is False:
        await tools.heartbeats.hear(Signal(probe.id, before, Sign.UNHEARD, now))
        return Verdict.unknown(Reason.BLIND, f"{verdict.detail}, and others cannot be reached either")
    return verdict


def _checks(probe: Settings, life: Life, verdict: Verdict, now_ms: int) -> Iterator[Check]:
    """What was agreed on one by one, beside the verdict that weighs all of it."""
    last = f"last success at {instant(life.success_ms // 1000)}" if life.success_ms else "no success yet"
    yield Check("no failure reported", verdict if life.failed_ms is not None else None, verdict.detail)
    late = verdict if verdict.reason in (Reason.LATE, Reason.MISSED) else None
    yield Check("every" if probe.every else "cron", late, verdict.detail or last)
    yield Check("grace", verdict if verdict.reason is Reason.MISSED else None, last)
    if probe.longest:
        began = life.started_ms
        is_long = verdict.reason is Reason.SLOW or (began is not None and now_ms > began + probe.longest)
        took = "still running" if began is not None else f"{(life.run_us or 0) // 1_000_000} s"
        yield Check("longest", verdict if is_long else None, took)
