"""Asking endpoints. One file a kind: a frozen dataclass ``Settings`` whose fields are the TOML keys, and ``ask``.

``ask(probe, tools, course)`` returns a verdict and fills in ``course``; it may raise what the resolver raises.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Annotated

from monitor.clock import Clock
from monitor.http_client import HttpClient
from monitor.reach import NoAnswerError
from monitor.resolver import DeniedError, NoSuchNameError, Resolver, UnresolvableError
from monitor.table import duration
from monitor.timeline.model import Observation, Phases, Reason, Verdict
from monitor.values import count, identifier

BEAT_MS = 25
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What every kind has. Durations in milliseconds."""

    id: Annotated[str, identifier]
    interval: Annotated[int, duration]
    timeout: Annotated[int, duration]
    confirm: Annotated[int, count]
    recover: Annotated[int, count]

    def target(self) -> str:
        """What is asked, in a form that may be shown to operators."""
        return ""

    def shown(self) -> dict[str, object]:
        """The settings in force, in a form that may be shown to operators."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass
class Course:
    """How far a probe came: filled in on the way, so that a deadline finds what was measured by then."""

    phase: str = "dns"
    dns_us: int | None = None
    connect_us: int | None = None
    tls_us: int | None = None
    first_byte_us: int | None = None


@dataclass
class Pulse:
    """How late the event loop was, all told. What is late by less than a beat is not counted."""

    clock: Clock
    late_ms: int = 0

    async def beat(self) -> None:
        """Measure, for ever."""
        while True:
            before = self.clock.monotonic_ms()
            await asyncio.sleep(BEAT_MS / 1000)
            late = self.clock.monotonic_ms() - before - BEAT_MS
            self.late_ms += late if late > BEAT_MS else 0


@dataclass(frozen=True)
class Tools:
    """What probes share."""

    clock: Clock
    resolver: Resolver
    http: HttpClient
    pulse: Pulse


@asynccontextmanager
async def open_tools(clock: Clock) -> AsyncIterator[Tools]:
    """The tools, on the running event loop."""
    resolver, pulse = Resolver(clock), Pulse(clock)
    beating = asyncio.create_task(pulse.beat())
    try:
        yield Tools(clock, resolver, HttpClient(), pulse)
    finally:
        beating.cancel()
        await resolver.close()


def verdict_of(failure: NoAnswerError) -> Verdict:
    """What it means that there was no answer."""
    causes = {"internal": Reason.INTERNAL, "network": Reason.NETWORK}
    if failure.kind in causes:
        return Verdict.unknown(causes[failure.kind], failure.evidence)
    reasons = {each.word: each for each in Reason if each.is_evidence}
    return Verdict.failed(reasons[failure.kind], failure.evidence)


async def observe(probe: Probe, location: str, slot_ms: int, tools: Tools) -> Observation:
    """Ask once, within the probe's deadline. Never raises, except when it is cancelled."""
    start_ms, begun = tools.clock.now_ms(), tools.clock.ticks_us()
    course, late_before = Course(), tools.pulse.late_ms
    try:
        async with asyncio.timeout(probe.timeout / 1000):
            verdict: Verdict = await sys.modules[type(probe).__module__].ask(probe, tools, course)
    except TimeoutError:
        over = (tools.clock.ticks_us() - begun) // 1000 - probe.timeout
        over = max(over, tools.pulse.late_ms - late_before)
        if over * 4 > probe.timeout:
            verdict = Verdict.unknown(Reason.OVERLOAD, f"the monitor was {over} ms late")
        elif course.phase == "dns":
            verdict = Verdict.unknown(Reason.RESOLVER, "no name server answered in time")
        else:
            verdict = Verdict.failed(Reason.TIMEOUT, f"no {course.phase} within {probe.timeout} ms")
    except NoSuchNameError as error:
        verdict = Verdict.failed(Reason.DNS, str(error) or "no such name")
    except UnresolvableError as error:
        verdict = Verdict.unknown(Reason.RESOLVER, str(error))
    except DeniedError as error:
        verdict = Verdict.unknown(Reason.POLICY, str(error))
    except Exception as error:  # our own mistake is nobody's downtime
        log.exception("probe %s could not be carried out", probe.id)
        verdict = Verdict.unknown(Reason.INTERNAL, type(error).__name__)
    total = tools.clock.ticks_us() - begun
    phases = Phases(total, course.dns_us, course.connect_us, course.tls_us, course.first_byte_us)
    return Observation(probe.id, location, slot_ms, max(start_ms, slot_ms), phases, verdict)
