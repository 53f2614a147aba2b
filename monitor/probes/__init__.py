"""Asking endpoints. One file a kind: a frozen dataclass ``Settings`` whose fields are the TOML keys, and ``ask``.

``ask(probe, tools, course)`` returns a verdict and fills in ``course``; it may raise NoAnswerError and what the resolver raises.
What it wants of the answer it looks at by ``course``, so that ``meetlat probe`` can show each by itself.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Collection, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from monitor.aside import Aside
from monitor.canaries import Canaries
from monitor.clock import Clock
from monitor.heartbeats import Heartbeats
from monitor.http_client import TO_PROXY, HttpClient
from monitor.mishaps import Mishaps
from monitor.pictures import Pictures
from monitor.probes._course import Check, Course
from monitor.reach import NoAnswerError
from monitor.resolver import DeniedError, NoSuchNameError, Resolver, UnresolvableError
from monitor.table import duration
from monitor.timeline.model import Observation, Outcome, Phases, Reason, Verdict
from monitor.trust import Contexts
from monitor.values import count, identifier

__all__ = ["Check", "Course", "Probe", "Pulse", "Tools", "is_wanted", "observe", "open_tools"]

BEAT_MS = 50
BROWSERS = 2  # at a time: one takes as much memory as all else together
SPARE_MS = 100
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What every kind has. Durations in milliseconds.

    While a failure is not confirmed it is asked again each ``confirm_every``, which is shorter than the interval.
    """

    id: Annotated[str, identifier]
    interval: Annotated[int, duration]
    timeout: Annotated[int, duration]
    confirm: Annotated[int, count]
    recover: Annotated[int, count]
    confirm_every: Annotated[int, duration] | None = None

    # What a kind has in place of ``[defaults]``, as it would stand in the TOML.
    usual: ClassVar[Mapping[str, object]] = {}
    # What can be wanted of an answer: keys of the kind, and words for what is always wanted.
    asserted: ClassVar[tuple[str, ...]] = ()

    @property
    def deadline(self) -> int:
        """The timeout, or less: a probe has ended before its next slot begins, or that slot would be lost."""
        pace = self.confirm_every or self.interval
        return min(self.timeout, pace - max(SPARE_MS, pace // 20))

    def target(self) -> str:
        """What is asked, in a form that may be shown to operators."""
        return ""

    def independent(self) -> str:
        """Whose failure it would be: the host that is asked; empty when that cannot be said."""
        first = next(iter(getattr(self, "steps", ())), self)
        return str(urlsplit(getattr(first, "url", "")).hostname or getattr(first, "host", ""))

    def refusal(self, commands: Collection[str]) -> str:  # noqa: ARG002 -- most kinds run nothing
        """Why these settings are not allowed where only these programs may be run; empty when they are."""
        return ""

    def sole(self) -> tuple[str, str]:
        """A key and its value that no other probe may have as well; two empty texts when there is none."""
        return "", ""

    def prepare(self) -> None:
        """Make what can be made before it is asked, and then stays."""

    def warnings(self) -> tuple[str, ...]:
        """What an operator should know about these settings."""
        return ()

    def assertions(self) -> tuple[str, ...]:
        """Those of ``asserted`` that are wanted by these settings."""
        return tuple(key for key in self.asserted if is_wanted(getattr(self, key, True)))

    def secret(self) -> object:
        """Where the secrets in these settings are."""
        return self

    def shown(self) -> dict[str, object]:
        """The settings in force, in a form that may be shown to operators."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def is_wanted(value: object) -> bool:
    """Whether a key with this value asks for anything."""
    return value is not None and value is not False and value not in ((), {}, "any", "none")


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
    """What probes share. ``tokens`` are those that were given to us, each with the monotonic millisecond at which it ends;
    ``flights`` those that are being asked for.
    """

    clock: Clock
    resolver: Resolver
    http: HttpClient
    pulse: Pulse
    mishaps: Mishaps
    canaries: Canaries
    contexts: Contexts
    aside: Aside
    browsers: asyncio.Semaphore
    pictures: Pictures
    heartbeats: Heartbeats
    tokens: dict[Hashable, tuple[int, str]] = field(default_factory=dict)
    flights: dict[Hashable, Any] = field(default_factory=dict)


@asynccontextmanager
async def open_tools(clock: Clock, state: Path | None = None) -> AsyncIterator[Tools]:
    """The tools, on the running event loop. What is to be kept is kept in the folder ``state``."""
    resolver, pulse = Resolver(clock), Pulse(clock)
    canaries = Canaries(clock, lambda canary: _sings(canary, tools))
    beating = asyncio.create_task(pulse.beat())
    try:
        contexts = Contexts()
        tools = Tools(
            clock,
            resolver,
            HttpClient(contexts),
            pulse,
            Mishaps(clock),
            canaries,
            contexts,
            Aside(),
            asyncio.Semaphore(BROWSERS),
            Pictures(state / "pictures" if state else None),
            Heartbeats(clock),
        )
        yield tools
    finally:
        beating.cancel()
        canaries.close()
        await resolver.close()


async def observe(probe: Probe, location: str, slot_ms: int, tools: Tools, course: Course | None = None) -> Observation:
    """Ask once, within the probe's deadline. Never raises, except when it is cancelled."""
    start_ms, begun = tools.clock.now_ms(), tools.clock.ticks_us()
    course = course or Course()
    verdict, is_unreachable = await _asked(probe, tools, course, begun)
    total = tools.clock.ticks_us() - begun if course.run_us is None else course.run_us
    phases = Phases(total, course.dns_us, course.connect_us, course.tls_us, course.first_byte_us)
    if is_unreachable or verdict.outcome is Outcome.FAIL or verdict.reason is Reason.RESOLVER:
        verdict = _weighed(verdict, await tools.canaries.answer())
    return Observation(probe.id, location, slot_ms, max(start_ms, slot_ms), phases, verdict)


async def _sings(canary: Probe, tools: Tools) -> bool | None:
    """Whether a canary answers; None when we were too busy to tell. Where only a connection is asked, a refusal is an answer."""
    verdict, _ = await _asked(canary, tools, Course(), tools.clock.ticks_us())
    if verdict.reason in (Reason.OVERLOAD, Reason.INTERNAL):
        return None
    is_refused = verdict.reason is Reason.CONNECT and not hasattr(canary, "url")
    return is_refused or verdict.outcome in (Outcome.PASS, Outcome.DEGRADED)


async def _asked(probe: Probe, tools: Tools, course: Course, begun: int) -> tuple[Verdict, bool]:
    """The verdict by itself, and whether the host could not be reached by a fault that may be anybody's."""
    late_before = tools.pulse.late_ms
    is_unreachable = False
    try:
        async with asyncio.timeout(probe.deadline / 1000):
            verdict: Verdict = await sys.modules[type(probe).__module__].ask(probe, tools, course)
    except TimeoutError:
        over = (tools.clock.ticks_us() - begun) // 1000 - probe.deadline
        verdict = _timed_out(probe, course, max(over, tools.pulse.late_ms - late_before))
    except NoAnswerError as failure:
        verdict, is_unreachable = _no_answer(failure), failure.kind == "unreachable"
    except NoSuchNameError as error:
        verdict = Verdict.failed(Reason.DNS, str(error) or "no such name")
    except UnresolvableError as error:
        verdict = Verdict.unknown(Reason.RESOLVER, str(error))
    except DeniedError as error:
        verdict = Verdict.unknown(Reason.POLICY, str(error))
    except Exception as error:  # noqa: BLE001 -- our own mistake is nobody's downtime
        tools.mishaps.met(error, f"probe {probe.id}")
        verdict = Verdict.unknown(Reason.INTERNAL, type(error).__name__)
    return verdict, is_unreachable


def _no_answer(failure: NoAnswerError) -> Verdict:
    """What it means, by itself, that there was no answer."""
    causes = {
        "internal": Reason.INTERNAL,
        "network": Reason.NETWORK,
        "unreachable": Reason.NETWORK,
        "blocked": Reason.BLOCKED,
    }
    if failure.kind in causes:
        return Verdict.unknown(causes[failure.kind], failure.evidence)
    reasons = {each.word: each for each in Reason if each.is_evidence}
    return Verdict.failed(reasons[failure.kind], failure.evidence)


def _timed_out(probe: Probe, course: Course, late_ms: int) -> Verdict:
    """What it means that the deadline passed, when the event loop was late by this much."""
    if late_ms * 4 > probe.deadline:
        return Verdict.unknown(Reason.OVERLOAD, f"the monitor was {late_ms} ms late")
    silence = Reason.NETWORK if course.phase == TO_PROXY else course.silence
    if silence:
        return Verdict.unknown(silence, f"no {course.phase}{course.place} within {probe.deadline} ms")
    if course.phase == "dns":
        return Verdict.unknown(Reason.RESOLVER, "no name server answered in time")
    return Verdict.failed(Reason.TIMEOUT, f"no {course.phase}{course.place} within {probe.deadline} ms")


def _weighed(verdict: Verdict, is_line_good: bool | None) -> Verdict:
    """What looks the same on a broken line of our own, after the canaries were asked; None when there are none."""
    if is_line_good and verdict.reason is Reason.NETWORK:
        return Verdict.failed(Reason.CONNECT, f"{verdict.detail}, while others can be reached")
    if is_line_good is False and verdict.reason is not Reason.INTERNAL:
        return Verdict.unknown(Reason.BLIND, f"{verdict.detail}, and others cannot be reached either")
    return verdict
