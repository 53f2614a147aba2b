"""What a program says in JSON, as a wish. Every fault of a body is told at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

from monitor.incidents.event import StepError
from monitor.saying import Wish
from monitor.table import Faults, bind
from monitor.values import words
from statuspage.admin.forms import When, leads

T = TypeVar("T")
_NOWHERE = Path()


def texts(value: object) -> dict[str, str]:
    """A text for each language."""
    if not isinstance(value, dict) or not value or not all(isinstance(text, str) and text for text in value.values()):
        raise ValueError('must be an object with a text for each language, such as {"en": "We look into it."}')
    return dict(value)


def states(value: object) -> dict[str, str]:
    """A state for each component."""
    if not isinstance(value, dict) or not value or not all(isinstance(text, str) for text in value.values()):
        raise ValueError('must be an object with a state for each component, such as {"api": "down"}')
    return dict(value)


def names(value: object) -> dict[str, str]:
    """A list of components."""
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise ValueError('must be a list of components, such as ["api"]')
    return dict.fromkeys(value, "maintenance")


def number(value: object) -> int:
    """The number of an event."""
    if type(value) is not int or not 0 <= value < 1_000_000_000:
        raise ValueError("must be the number of the last update that was seen")
    return value


@dataclass(frozen=True)
class Opening:
    """A new incident."""

    title: Annotated[dict[str, str], texts]
    text: Annotated[dict[str, str], texts]
    components: Annotated[dict[str, str], states]
    phase: Annotated[str, words] = "investigating"
    impact: Annotated[str, words] | None = None
    severity: Annotated[str, words] | None = None
    started_at: Annotated[str, words] | None = None
    ended_at: Annotated[str, words] | None = None
    outage: Annotated[str, words] | None = None

    def wish(self, when: When) -> Wish:
        """What it asks for."""
        return Wish(
            self.phase, self.title, self.text, self.components, self.impact, self.severity,
            _time(when, self.started_at, "started_at"), _time(when, self.ended_at, "ended_at"), outage=self.outage,
        )  # fmt: skip


@dataclass(frozen=True)
class Update:
    """What is new of an incident."""

    phase: Annotated[str, words] | None = None
    title: Annotated[dict[str, str], texts] = field(default_factory=dict)
    text: Annotated[dict[str, str], texts] = field(default_factory=dict)
    components: Annotated[dict[str, str], states] = field(default_factory=dict)
    impact: Annotated[str, words] | None = None
    severity: Annotated[str, words] | None = None
    started_at: Annotated[str, words] | None = None
    ended_at: Annotated[str, words] | None = None
    after: Annotated[int, number] | None = None
    into: Annotated[str, words] | None = None

    def wish(self, when: When) -> Wish:
        """What it asks for."""
        return Wish(
            self.phase or "", self.title, self.text, self.components, self.impact, self.severity,
            _time(when, self.started_at, "started_at"), _time(when, self.ended_at, "ended_at"),
            into=self.into,
        )  # fmt: skip


@dataclass(frozen=True)
class Planning:
    """New maintenance."""

    title: Annotated[dict[str, str], texts]
    components: Annotated[dict[str, str], names]
    starts_at: Annotated[str, words]
    ends_at: Annotated[str, words]
    text: Annotated[dict[str, str], texts] = field(default_factory=dict)
    announced_at: Annotated[str, words] | None = None
    kind: Annotated[str, words] | None = None
    repeat: Annotated[str, words] | None = None
    remind: tuple[Annotated[str, words], ...] = ()

    def wish(self, when: When) -> Wish:
        """What it asks for."""
        return Wish(
            "", self.title, self.text, self.components,
            start=when(self.starts_at, "starts_at"), end=when(self.ends_at, "ends_at"),
            announced=_time(when, self.announced_at, "announced_at"), kind=self.kind,
            repeat=self.repeat, remind=leads(self.remind),
        )  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """What is new of maintenance."""

    stage: Annotated[str, words] | None = None
    title: Annotated[dict[str, str], texts] = field(default_factory=dict)
    text: Annotated[dict[str, str], texts] = field(default_factory=dict)
    starts_at: Annotated[str, words] | None = None
    ends_at: Annotated[str, words] | None = None
    after: Annotated[int, number] | None = None

    def wish(self, when: When) -> Wish:
        """What it asks for."""
        start, end = _time(when, self.starts_at, "starts_at"), _time(when, self.ends_at, "ends_at")
        return Wish(self.stage or "", self.title, self.text, start=start, end=end)


@dataclass(frozen=True)
class Labelling:
    """What is said of an outage, or of a span of a component's time."""

    kind: Annotated[str, words]
    why: Annotated[str, words]
    outage: Annotated[str, words] | None = None
    component: Annotated[str, words] | None = None
    starts_at: Annotated[str, words] | None = None
    ends_at: Annotated[str, words] | None = None


def read(body: Any, cls: type[T]) -> T:
    """The body as one of these. StepError with all that is wrong with it."""
    if not isinstance(body, dict):
        raise StepError("the body must be an object")
    faults = Faults("")
    made = bind(body, cls, "", faults, {}, _NOWHERE)
    if made is None or faults.found:
        raise StepError("; ".join(map(str, faults.found)))
    return made


def _time(when: When, text: str | None, name: str) -> int | None:
    return None if text is None else when(text, name)
