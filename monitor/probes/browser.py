"""Can a journey through pages be made in a real browser, one step after the other?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, ClassVar

from monitor.aside import BusyError
from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._chromium import Browsing, LateError, NoBrowserError, UnreadError, browsing, missing
from monitor.probes._gate import Gate
from monitor.probes._journey import Journey, Move
from monitor.probes._web import shown_address
from monitor.reach import NoAnswerError
from monitor.resolver import NoSuchNameError
from monitor.table import duration
from monitor.timeline.model import Outcome, Reason, Verdict
from monitor.values import program

STEPS = 30
HASTY = (Reason.TIMEOUT, Reason.BODY)  # what a monitor that is late itself would take for the target's fault
SPARE_MS = 1000  # for the picture of what was seen, and for closing the browser


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """Each ``step``, at most thirty, the first of them a ``goto``, is done by a Chromium that knows nothing of the journeys before.
    A pass is that each could be done, all within the timeout, and that no page was answered with a status of 400 or more. More
    time than ``degraded_above`` is degraded. When it fails, a picture of what was seen is kept in ``pictures`` of the state folder.

    It needs meetlat[browser]. ``executable`` is the path of a Chromium, such as ``/usr/bin/chromium``, which must stand in
    ``commands`` of the table ``[probes]``; without it Playwright's own is used. ``sandbox = false`` is for where Chromium can have
    none, as for root. ``verify = false`` believes any certificate. Two browsers run at a time; a journey that finds none free is
    unknown.
    """

    steps: tuple[Move, ...] = field(metadata={"key": "step"})
    executable: Annotated[str, program] | None = None
    sandbox: bool = True
    verify: bool = True
    degraded_above: Annotated[int, duration] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("verify", "step", "degraded_above")

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= STEPS:
            raise ValueError(f"allowed are 1 to {STEPS} steps")
        if not self.steps[0].goto:
            raise ValueError("step[0] must be a goto")
        if self.deadline < 2 * SPARE_MS:
            raise ValueError("timeout is at least 2s for this kind, and less than the interval")
        if missing():
            raise ValueError(missing())

    def assertions(self) -> tuple[str, ...]:
        """Each step by itself."""
        steps = tuple(_place(number, move) for number, move in enumerate(self.steps, 1))
        left = {"step"} if any(str(move.goto).startswith("https:") for move in self.steps) else {"step", "verify"}
        return (*steps, *(key for key in super().assertions() if key not in left))

    def target(self) -> str:
        """Where it begins."""
        return shown_address(str(self.steps[0].goto))

    def refusal(self, commands: Collection[str]) -> str:
        """That nobody allowed its program."""
        listed = ", ".join(commands) or "none"
        is_good = self.executable is None or self.executable in commands
        return "" if is_good else f"executable is not in [probes] commands, which are: {listed}"

    def warnings(self) -> tuple[str, ...]:
        """What protects less than it could."""
        said = {
            "verify = false: any certificate is believed": self.verify,
            "sandbox = false: a page that breaks out of the browser is on this machine": self.sandbox,
        }
        return tuple(text for text, is_safe in said.items() if not is_safe)

    def shown(self) -> dict[str, object]:
        """The settings in force, of the steps their number: an address may hold a key."""
        return super().shown() | {"steps": f"{len(self.steps)}, from {self.target()}"}


def _place(number: int, move: Move) -> str:
    return f"step {number}" + (f" ({move.name})" if move.name else "")


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Wait for a browser, and make the journey in it."""
    end = tools.clock.monotonic_ms() + probe.deadline - SPARE_MS
    late_before = tools.pulse.late_ms
    course.phase, course.silence = "free browser", Reason.OVERLOAD
    async with tools.browsers, Gate(tools, course) as gate:
        course.phase, course.silence = "start of the browser", Reason.INTERNAL
        try:
            async with browsing(probe.executable, probe.sandbox, probe.verify, gate.port) as browser:
                verdict = await _journey(probe, Journey(browser, gate, tools, end), course)
                late = tools.pulse.late_ms - late_before
                if verdict.reason in HASTY and late * 4 > probe.deadline:
                    return Verdict.unknown(Reason.OVERLOAD, f"the monitor was {late} ms late")
                return await _pictured(probe, verdict, browser, tools)
        except NoBrowserError as error:
            return Verdict.unknown(Reason.INTERNAL, f"the browser cannot be used: {error}")


async def _journey(probe: Settings, journey: Journey, course: Course) -> Verdict:
    """One step after the other, until one cannot be done."""
    begun = journey.tools.clock.monotonic_ms()
    course.phase, course.silence = "end", None
    for number, move in enumerate(probe.steps, 1):
        where = _place(number, move)
        course.place = f" of {where}"
        try:
            with course.look(where):
                found = await journey.step(move)
            await _tell(journey, course)
        except NoAnswerError as failure:
            if course.listener and failure.kind == "tls":
                course.listener.check("verify", "", False, failure.evidence)
            raise NoAnswerError(failure.kind, f"{where}: {failure.evidence}") from failure
        except NoSuchNameError as error:
            raise NoSuchNameError(f"{where}: {error}") from error
        if course.judged([Check(where, found)]) and found:
            return replace(found, detail=f"{where}: {found.detail}")
    took = journey.tools.clock.monotonic_ms() - begun
    if probe.degraded_above is None:
        return Verdict.passed()
    wrong = Verdict.degraded(Reason.SLOW, f"{took} ms") if took > probe.degraded_above else None
    return course.judged([Check("degraded_above", wrong, f"{took} ms")]) or Verdict.passed()


async def _tell(journey: Journey, course: Course) -> None:
    """What the browser heard, for who listens."""
    answer = journey.browser.answer if journey.browser.response else None
    if course.listener and answer:
        course.listener.head(f"answer: {answer.status}", answer.headers.items())
        for line in await journey.browser.certificate():
            course.listener.say(line)
            if line.startswith("certificate"):
                course.listener.check("verify", "", True, line)


async def _pictured(probe: Settings, verdict: Verdict, browser: Browsing, tools: Tools) -> Verdict:
    """The verdict with the name of a picture of what was seen, when it is none of the good ones."""
    if verdict.outcome not in (Outcome.FAIL, Outcome.UNKNOWN):
        return verdict
    try:
        picture = await browser.picture(SPARE_MS // 2)
        keep = partial(tools.pictures.keep, probe.id, tools.clock.now_ms(), picture)
        name = await tools.aside.run(("picture", probe.id), keep)
    except (LateError, UnreadError, NoBrowserError, NoAnswerError, BusyError):
        return verdict
    except OSError as error:
        tools.mishaps.met(error, f"keeping a picture of probe {probe.id}")
        return verdict
    return replace(verdict, detail=f"{verdict.detail} [{name}]") if name else verdict
