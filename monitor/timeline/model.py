"""The values of the record: observations and the closed vocabulary of what they can say, states, stretches, outages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from monitor.timeline.span import Span

DETAIL_LIMIT = 200


class Outcome(StrEnum):
    """What one observation says."""

    PASS = "pass"  # noqa: S105 -- an outcome, not a password
    DEGRADED = "degraded"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Reason(Enum):
    """Why an observation is not a pass: a code that the record keeps for ever, and the word used everywhere else."""

    TIMEOUT = (1, "timeout")
    CONNECT = (2, "connect")
    DNS = (3, "dns")
    TLS = (4, "tls")
    STATUS = (5, "status")
    BODY = (6, "body")
    PROTOCOL = (7, "protocol")
    CLOSED = (8, "closed")
    REDIRECT = (9, "redirect")
    SLOW = (10, "slow")
    # Of endpoints that call us: that an expected call was not made, while we listened for it, is seen on the wire as well.
    LATE = (16, "late")
    MISSED = (17, "missed")
    REPORTED = (18, "reported")
    # Causes of "unknown": about us or about the way, never about the target.
    RESOLVER = (32, "resolver")
    NETWORK = (33, "network")
    OVERLOAD = (34, "overload")
    INTERNAL = (35, "internal")
    POLICY = (36, "policy")
    BLOCKED = (37, "blocked")
    NO_OBSERVATION = (38, "no-observation")
    NOT_WATCHED = (39, "not-watched")
    UNCONFIRMED = (40, "unconfirmed")
    BLIND = (41, "blind")

    def __init__(self, code: int, word: str) -> None:
        self.code = code
        self.word = word

    @property
    def is_evidence(self) -> bool:
        """True for what was seen on the wire; False for the causes of unknown."""
        return self.code < 32


REASONS = {reason.code: reason for reason in Reason}


@dataclass(frozen=True, slots=True)
class Phases:
    """How long each phase took, in microseconds; None for a phase that was not reached or does not apply.

    The phases do not overlap: ``first_byte`` runs from the moment the request could be sent to the first byte of the
    answer. ``total`` runs from the start of the probe to its end and is always known.
    """

    total_us: int
    dns_us: int | None = None
    connect_us: int | None = None
    tls_us: int | None = None
    first_byte_us: int | None = None


def _plain(text: str) -> str:
    """Hostile text cut to length, on one line, without control characters and lone surrogates."""
    safe = "".join(c if c.isprintable() and not 0xD800 <= ord(c) < 0xE000 else " " for c in text[: DETAIL_LIMIT * 2])
    return " ".join(safe.split())[:DETAIL_LIMIT]


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with its reason. Made by the four constructors below, so that only the wire can say ``fail``."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        if (self.reason is None) != (self.outcome is Outcome.PASS):
            raise ValueError(f"{self.outcome} with reason {self.reason}")
        if self.reason and self.reason.is_evidence == (self.outcome is Outcome.UNKNOWN):
            raise ValueError(f"{self.outcome} cannot have the reason {self.reason.word}")
        object.__setattr__(self, "detail", _plain(self.detail))

    @classmethod
    def passed(cls, detail: str = "") -> Verdict:
        """The target did what was asked."""
        return cls(Outcome.PASS, None, detail) if detail else PASSED

    @classmethod
    def degraded(cls, reason: Reason, evidence: str) -> Verdict:
        """The target did what was asked, but not well enough; ``evidence`` is what was seen on the wire."""
        return cls(Outcome.DEGRADED, reason, evidence)

    @classmethod
    def failed(cls, reason: Reason, evidence: str) -> Verdict:
        """The target failed. Without evidence seen on the wire there is no failure: ValueError."""
        if not evidence:
            raise ValueError("a failure needs the evidence that was seen on the wire")
        return cls(Outcome.FAIL, reason, evidence)

    @classmethod
    def unknown(cls, cause: Reason, detail: str = "") -> Verdict:
        """We could not tell; ``cause`` is our own fault or that of the way between."""
        return cls(Outcome.UNKNOWN, cause, detail)


PASSED = Verdict(Outcome.PASS)  # most of them are this one


@dataclass(frozen=True, slots=True)
class Observation:
    """What one probe saw in one slot. A fact: never changed, and deleted only with the month it belongs to.

    ``slot_ms`` is when it was due and ``start_ms`` when it began, both in milliseconds since the epoch. What is asked again to
    confirm a failure belongs to the same slot: its ``slot_ms`` is one more for each time.
    """

    probe: str
    location: str
    slot_ms: int
    start_ms: int
    phases: Phases
    verdict: Verdict

    @property
    def outcome(self) -> Outcome:
        """What it says."""
        return self.verdict.outcome

    @property
    def reason(self) -> Reason | None:
        """Why it is not a pass."""
        return self.verdict.reason

    @property
    def late_ms(self) -> int:
        """How long after it was due it began."""
        return self.start_ms - self.slot_ms

    @property
    def at(self) -> int:
        """The second from which it speaks."""
        return self.start_ms // 1000

    @property
    def end_ms(self) -> int:
        """When it ended, in milliseconds since the epoch."""
        return self.start_ms + self.phases.total_us // 1000


@dataclass(frozen=True, slots=True)
class Watch:
    """The terms under which one probe was asked, while they were in force: ``[start, end)``, ``end`` None when still so.

    ``need`` is how many of the component's probes must be up for it to be up: 0 stands for all of them. ``host`` is whose failure
    it would be, empty when that cannot be said. ``needs`` are the components that this one is built on.
    """

    probe: str
    component: str
    location: str
    start: int
    end: int | None
    interval_ms: int
    confirm: int
    recover: int
    need: int = 0
    host: str = ""
    needs: tuple[str, ...] = ()


class State(StrEnum):
    """The state of a component after confirmation, worst last."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span in one state, with the reason for any state but operational."""

    span: Span
    state: State
    reason: Reason | None = None


# Stretches in order, without hole or overlap, neighbours differing: a partition of the span they cover.
Timeline = tuple[Stretch, ...]


def extend(
    stretches: list[Stretch], start: int, end: int, state: State, reason: Reason | None = Reason.NO_OBSERVATION
) -> None:
    """Append ``[start, end)`` to a timeline in the making, unless it is empty; or lengthen the last one when it says the same."""
    if start >= end:
        return
    last = stretches[-1] if stretches else None
    if last and last.span.end == start and (last.state, last.reason) == (state, reason):
        stretches[-1] = Stretch(Span(last.span.start, end), state, reason)
    else:
        stretches.append(Stretch(Span(start, end), state, reason))


@dataclass(frozen=True, slots=True)
class Outage:
    """A measured span of down, perhaps interrupted by time without evidence, which is not counted as down.

    ``start`` is the first failed observation. ``last_good`` is the last second known to be good before it, so that the true
    beginning lies between the two; None when nothing good was seen before. ``end`` is None while it is still open.
    """

    component: str
    start: int
    end: int | None
    down_seconds: int
    reason: Reason
    last_good: int | None = None

    @property
    def is_open(self) -> bool:
        """True while the component has not been seen to recover."""
        return self.end is None
