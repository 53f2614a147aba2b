"""Asking endpoints. One file a kind: a frozen dataclass ``Settings`` whose fields are the TOML keys, and ``ask``.

``ask(probe, tools)`` returns phases and a verdict; what it may raise is Unclear, with a cause that is not the target's.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from monitor.clock import Clock
from monitor.http_client import HttpClient
from monitor.resolver import DeniedError, NoSuchNameError, Resolver, UnresolvableError
from monitor.table import duration
from monitor.timeline.model import Observation, Phases, Reason, Verdict

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What every kind has. Durations in milliseconds."""

    id: str
    interval: Annotated[int, duration]
    timeout: Annotated[int, duration]
    confirm: int
    recover: int

    def target(self) -> str:
        """What is asked, in a form that may be shown to operators."""
        return ""


@dataclass
class Course:
    """How far a probe came: filled in on the way, so that a deadline finds what was measured by then."""

    phase: str = "dns"
    dns_us: int | None = None
    connect_us: int | None = None
    tls_us: int | None = None
    first_byte_us: int | None = None


@dataclass(frozen=True)
class Tools:
    """What probes share."""

    clock: Clock
    resolver: Resolver
    http: HttpClient


@asynccontextmanager
async def open_tools(clock: Clock) -> AsyncIterator[Tools]:
    """The tools, on the running event loop."""
    resolver = Resolver(clock)
    try:
        yield Tools(clock, resolver, HttpClient(resolver.address))
    finally:
        await resolver.close()


async def observe(probe: Probe, location: str, slot_ms: int, tools: Tools) -> Observation:
    """Ask once, within the probe's deadline. Never raises, except when it is cancelled."""
    start_ms, begun = tools.clock.now_ms(), tools.clock.ticks_us()
    course = Course()
    try:
        async with asyncio.timeout(probe.timeout / 1000):
            verdict: Verdict = await sys.modules[type(probe).__module__].ask(probe, tools, course)
    except TimeoutError:
        over = (tools.clock.ticks_us() - begun) // 1000 - probe.timeout
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
