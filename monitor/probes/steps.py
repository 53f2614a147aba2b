"""Do several questions over HTTP, of which each may use what the answers before it said, all have the right answer?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from monitor.http_client import Answer, Cookies, Question
from monitor.json_rules import json_path, parsed, values_at
from monitor.patterns import captured, pattern_with_group
from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._ask import answered
from monitor.probes._asking import Asking
from monitor.probes._assertions import tell
from monitor.probes._judging import judged
from monitor.probes._web import text_of
from monitor.reach import NoAnswerError
from monitor.resolver import NoSuchNameError
from monitor.table import duration
from monitor.timeline.model import Outcome, Reason, Verdict
from monitor.values import words

STEPS = 10
LONGEST = 4096
PLACE = re.compile(r"\{\{([a-z0-9_]+)\}\}")


def _name(value: object) -> str:
    """A name of lower case letters, digits and underscores."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", value):
        raise ValueError("allowed are lower case letters, digits and underscores")
    return value


@dataclass(frozen=True, kw_only=True)
class Step(Asking):
    """One question, with the keys of the kind http, and what is kept of its answer.

    ``capture`` gives names to values in JSON, by JSONPath; ``capture_pattern`` to texts, by a regular expression with one group.
    """

    name: Annotated[str, words] | None = None
    capture: dict[Annotated[str, _name], Annotated[str, json_path]] = field(default_factory=dict)
    capture_pattern: dict[Annotated[str, _name], Annotated[str, pattern_with_group]] = field(default_factory=dict)

    def places(self) -> set[str]:
        """The names of what it uses."""
        sent = [secret.reveal() for secret in (*self.headers.values(), self.body, self.json, self.bearer) if secret]
        return {name for text in (self.url, *sent) for name in PLACE.findall(text)}

    def asked(self, values: Mapping[str, str]) -> Question:
        """What is asked, with these values in their places: quoted in the address and in JSON."""
        plain = self.question
        body = plain.body.decode()
        filled = _filled(
            body, {name: json.dumps(value)[1:-1] for name, value in values.items()} if self.json else values
        )
        return replace(
            plain,
            url=_filled(plain.url, {name: quote(value, safe="") for name, value in values.items()}),
            headers={name: _filled(value, values) for name, value in plain.headers.items()},
            body=filled.encode(),
        )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """Each ``step``, at most ten, is a question with the keys of the kind http. A pass is a right answer to each, all within the
    timeout; the first wrong one ends it.

    A step may keep values: ``capture = { token = "$.access_token" }``, or ``capture_pattern`` with a regular expression of one
    group. The steps behind it write ``{{token}}`` in their address, headers, body, JSON or bearer. What is kept is never shown.
    A step may have a ``name``. Cookies are kept from step to step, and forgotten at the end. ``degraded_above`` is about all steps
    together.
    """

    steps: tuple[Step, ...] = field(metadata={"key": "step"})
    degraded_above: Annotated[int, duration] | None = None

    asserted: ClassVar[tuple[str, ...]] = ("step", "degraded_above")

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= STEPS:
            raise ValueError(f"allowed are 1 to {STEPS} steps")
        known: set[str] = set()
        for number, step in enumerate(self.steps):
            missing = step.places() - known
            if missing:
                raise ValueError(f"step[{number}] uses {min(missing)!r}, which no step before it captures")
            known |= {*step.capture, *step.capture_pattern}

    def assertions(self) -> tuple[str, ...]:
        """Each step by itself."""
        steps = tuple(_place(number, step) for number, step in enumerate(self.steps, 1))
        return (*steps, *(key for key in super().assertions() if key != "step"))

    def target(self) -> str:
        """The addresses."""
        return ", then ".join(step.target() for step in self.steps)

    def shown(self) -> dict[str, object]:
        """The settings in force, of the steps only their addresses."""
        return super().shown() | {"steps": self.target()}

    def warnings(self) -> tuple[str, ...]:
        """Those of each step."""
        return tuple(f"step[{i}]: {warning}" for i, step in enumerate(self.steps) for warning in step.warnings())


def _place(number: int, step: Step) -> str:
    return f"step {number}" + (f" ({step.name})" if step.name else "")


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Ask one after the other."""
    begun = tools.clock.ticks_us()
    values: dict[str, str] = {}
    cookies = Cookies()
    first_degraded: Verdict | None = None
    for number, step in enumerate(probe.steps, 1):
        where = _place(number, step)
        course.place = f" in {where}"
        verdict = await _one(step, where, values, cookies, tools, course)
        if verdict.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
            return replace(verdict, detail=f"{where}: {verdict.detail}")
        if verdict.outcome is Outcome.DEGRADED and not first_degraded:
            first_degraded = replace(verdict, detail=f"{where}: {verdict.detail}")
    took_ms = (tools.clock.ticks_us() - begun) // 1000
    slow = None
    if probe.degraded_above is not None:
        wrong = Verdict.degraded(Reason.SLOW, f"{took_ms} ms") if took_ms > probe.degraded_above else None
        slow = course.judged([Check("degraded_above", wrong, f"{took_ms} ms")])
    return first_degraded or slow or Verdict.passed()


async def _one(
    step: Step, where: str, values: dict[str, str], cookies: Cookies, tools: Tools, course: Course
) -> Verdict:
    """Ask one, judge its answer, and keep what is to be kept of it."""
    try:
        question = replace(step.asked(values), cookies=cookies)
        with course.look(where):
            answer, took_ms = await answered(step, question, tools, course)
    except NoAnswerError as failure:
        raise NoAnswerError(failure.kind, f"{where}: {failure.evidence}") from failure
    except NoSuchNameError as error:
        raise NoSuchNameError(f"{where}: {error}") from error
    if course.listener:
        tell(step, answer, took_ms, tools.clock.now(), course, where)
    verdict = judged(step, answer, took_ms, tools.clock.now())
    if verdict.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return verdict
    try:
        found = dict(_captured(step, answer))
    except ValueError as error:
        wrong = Verdict.failed(Reason.BODY, str(error))
        course.judged([Check(where, wrong, wanted=f"capture{course.place}")])
        return wrong
    values.update(found)
    for name, value in found.items() if course.listener else ():
        _tell(name, value, where, course)
    return verdict


def _tell(name: str, value: str, where: str, course: Course) -> None:
    """That something was kept, and not what."""
    if course.listener:
        course.listener.hide(value)
        course.listener.check(where, f"capture {name}{course.place}", True, "kept")


def _captured(step: Step, answer: Answer) -> Iterable[tuple[str, str]]:
    """What is kept. ValueError, without the value, when it is not there or cannot be sent on."""
    if not (step.capture or step.capture_pattern):
        return
    text, is_cut = text_of(answer, step.body_limit << 10)
    cut = " (cut)" if is_cut else ""
    document = parsed(text) if step.capture else None
    for name, path in step.capture.items():
        found = values_at(path, document)
        if not found:
            raise ValueError(f"nothing to capture as {name}{cut}")
        yield name, _sendable(found[0], name)
    for name, pattern in step.capture_pattern.items():
        part = captured(pattern, text)
        if part is None:
            raise ValueError(f"nothing to capture as {name}{cut}")
        yield name, _sendable(part, name)


def _sendable(value: Any, name: str) -> str:
    """A value as text that fits in an address, a header or a body."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, (str, int, Decimal)) else ""
    if not text or len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise ValueError(f"what would be captured as {name} cannot be sent on")
    return text
