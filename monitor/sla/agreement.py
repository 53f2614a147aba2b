"""The terms of one version of one service level agreement, as its TOML states them; a default is what an unset key means.

Numbers are exact fractions, lengths are seconds, percentages are points (99.9, not 0.999).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Annotated

from monitor.sla.clauses import Exclude, Measure, Of, of
from monitor.sla.hours import ALWAYS, Calendar, Hours
from monitor.sla.periods import KINDS, Rule
from monitor.sla.quantity import length, one_of, promised, whole
from monitor.sla.remedies import Remedy
from monitor.values import identifier, zone

METRICS = ("availability", "latency", "events", "response", "resolution")
SUPPORT = ("response", "resolution")
ANCHORS = (
    "incident-start",
    "incident-end",
    "awareness",
    "eligibility",
    "period-end",
    "following-period-end",
    "quarter-end",
    "billing-cycle-end",
    "following-billing-cycle-end",
    "second-billing-cycle-end",
    "invoice-date",
    "term-end",
    "second-miss",
)


def schema(value: object) -> int:
    """The version of the format of the file."""
    if value != 1 or isinstance(value, bool):
        raise ValueError("allowed: 1")
    return 1


def currency(value: object) -> str:
    """An ISO 4217 code."""
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper():
        return value
    raise ValueError('is not a currency; write it as its three letters, such as "EUR"')


def expiry(value: object) -> str:
    """``"never"``, ``"termination"`` or a length of time."""
    if value not in ("never", "termination"):
        try:
            length(value)
        except ValueError:
            raise ValueError('allowed: "never", "termination", or a duration such as "365d"') from None
    return str(value)


@dataclass(frozen=True)
class Head:
    """Who promises what to whom, in which zone and money."""

    id: Annotated[str, identifier]
    timezone: Annotated[str, zone]
    title: str = ""
    provider: str = ""
    kind: Annotated[str, one_of("customer", "service", "multilevel")] = "service"
    customers: tuple[str, ...] = ()
    extends: Annotated[str, identifier] | None = None
    summary: str = ""
    source: str = ""
    currency: Annotated[str, currency] | None = None
    language: str = "en"
    exclusive_remedy: bool = True
    combine: Annotated[str, one_of("sum", "highest")] = "sum"
    preconditions: tuple[str, ...] = ()
    review_by: date | None = None
    review_when: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """From when these terms hold, and what happens to a period that they begin inside of."""

    effective_from: date = date(1970, 1, 1)
    mid_period: Annotated[str, one_of("next-period", "split")] = "next-period"


@dataclass(frozen=True)
class OwnComponent:
    """A component that is measured by other means than our probes."""

    id: Annotated[str, identifier]
    title: str = ""
    source: str | None = field(default=None, metadata={"key": "import"})
    measured_by: Annotated[str, one_of("provider", "customer", "third-party")] = "provider"


@dataclass(frozen=True)
class Also:
    """A second way to miss an objective: one outage longer than this."""

    single_outage_over: Annotated[int, length]


@dataclass(frozen=True)
class Goal:
    """How soon tickets of one priority must be answered or solved; ``share`` percent of them where not all need be."""

    priority: str
    within: Annotated[int, length]
    clock: str | None = None
    share: Annotated[Fraction, promised] | None = None


@dataclass(frozen=True)
class Objective:
    """One promised number."""

    id: Annotated[str, identifier]
    target: Annotated[Fraction, promised]
    metric: Annotated[str, one_of(*METRICS)] = "availability"
    period: Annotated[str, one_of(*KINDS)] = "calendar-month"
    of: Annotated[Of, of] = field(default=Of("all", ()))
    title: str = ""
    hours: str = ALWAYS
    billing_day: Annotated[int, whole(1, 31)] = 1
    fiscal_start_month: Annotated[int, whole(1, 12)] = 1
    period_days: Annotated[int, whole(1, 3660)] = 30
    first_period: Annotated[str, one_of("prorate", "deemed-up", "skip")] = "prorate"
    meets: Annotated[str, one_of(">=", ">")] = ">="
    also: Also | None = None
    kpi: bool = False
    measure: Measure = field(default_factory=Measure)
    exclude: tuple[Exclude, ...] = ()
    remedies: tuple[Remedy, ...] = field(default=(), metadata={"key": "remedy"})
    clock: str | None = None
    stops_on: Annotated[str, one_of("human-reply", "any-reply")] = "human-reply"
    pause_on: tuple[str, ...] = ()
    on_priority_change: Annotated[str, one_of("from-change", "from-creation")] = "from-change"
    targets: tuple[Goal, ...] = ()

    @property
    def is_support(self) -> bool:
        """True when it is about tickets, not about components."""
        return self.metric in SUPPORT

    def meets_target(self, percentage: Fraction) -> bool:
        """True when the percentage is good enough."""
        return percentage > self.target if self.meets == ">" else percentage >= self.target


@dataclass(frozen=True)
class Deadline:
    """``within`` units after an anchor; the day of the anchor is day 0 and the last day is included."""

    within: Annotated[int, whole(0, 3660)]
    unit: Annotated[str, one_of("hours", "days", "business-days", "months")]
    from_: Annotated[str, one_of(*ANCHORS)] = field(metadata={"key": "from"})
    calendar: str | None = None


@dataclass(frozen=True)
class Claim:
    """What a customer must do to get a remedy, and until when."""

    automatic: bool = False
    notify: Deadline | None = None
    submit: Deadline | None = None
    evidence: tuple[str, ...] = ()
    settle: Annotated[str, one_of("next-invoice", "second-next-invoice", "renewal", "cash", "balance")] = "next-invoice"
    expires: Annotated[str, expiry] = "never"


@dataclass(frozen=True)
class Agreement:
    """One version of one agreement. ``began`` is the first day of its first version, from which contract years are counted."""

    head: Head = field(metadata={"key": "agreement"})
    schema: Annotated[int, schema] = 1
    version: Version = field(default_factory=Version)
    objectives: tuple[Objective, ...] = field(default=(), metadata={"key": "objective"})
    calendars: tuple[Calendar, ...] = field(default=(), metadata={"key": "calendar"})
    components: tuple[OwnComponent, ...] = field(default=(), metadata={"key": "component"})
    claim: Claim = field(default_factory=Claim)
    began: date | None = field(default=None, metadata={"key": ""})

    @property
    def id(self) -> str:
        """The same in all versions."""
        return self.head.id

    @property
    def title(self) -> str:
        """What it is called."""
        return self.head.title or self.head.id

    @property
    def timezone(self) -> str:
        """The zone of its periods and deadlines."""
        return self.head.timezone

    @property
    def effective_from(self) -> date:
        """The first day of this version."""
        return self.version.effective_from

    def hours(self, name: str | None) -> Hours:
        """The agreed hours of that name. KeyError for one that is not there."""
        if name in (None, ALWAYS):
            return Hours(self.timezone)
        calendar = next((each for each in self.calendars if each.id == name), None)
        if calendar is None:
            raise KeyError(name)
        return Hours(calendar.timezone or self.timezone, calendar)

    def rule(self, objective: Objective) -> Rule:
        """How the objective's periods are cut."""
        return Rule(
            objective.period,
            self.timezone,
            objective.billing_day,
            objective.fiscal_start_month,
            objective.period_days,
            self.began or self.version.effective_from,
        )

    def names(self) -> tuple[str, ...]:
        """The components that its objectives are about."""
        return tuple(dict.fromkeys(name for each in self.objectives for name in each.of.components))
