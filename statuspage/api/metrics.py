"""What a monitoring system scrapes, as OpenMetrics text: states, what the probes said today, and how agreements stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.sla.statement import Statement
from monitor.timeline.model import Outcome, State, Watch
from monitor.timeline.record import Heard
from statuspage.api.ids import public_id

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
DIGITS = 9
Labels = Mapping[str, str]
Sample = tuple[str, Labels, str]  # suffix, labels, value


@dataclass(frozen=True)
class Family:
    """A metric with its samples."""

    name: str
    kind: str
    about: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        """As text."""
        yield f"# TYPE {self.name} {self.kind}"
        yield f"# HELP {self.name} {_escape(self.about)}"
        for suffix, labels, value in self.samples:
            pairs = ",".join(f'{key}="{_escape(text)}"' for key, text in labels.items())
            yield f"{self.name}{suffix}{{{pairs}}} {value}" if pairs else f"{self.name}{suffix} {value}"


def exposition(families: Iterable[Family]) -> str:
    """The whole text."""
    lines = [line for family in families for line in family.lines()]
    return "\n".join([*lines, "# EOF", ""])


def states(found: Mapping[str, State]) -> Family:
    """The state of each component, one of four."""
    name = "meetlat_component_state"
    samples = [
        ("", {"component": component, name: state.value}, str(int(state is now)))
        for component, now in found.items()
        for state in State
    ]
    return Family(name, "stateset", "State of a component after confirmation.", tuple(samples))


def probes(heard: Sequence[Heard], watches: Iterable[Watch], midnight: int) -> tuple[Family, ...]:
    """What each probe that is asked now said since midnight UTC, when the counters begin anew, and how long it took last."""
    components = {(each.probe, each.location): each.component for each in watches if each.end is None}
    counts: list[Sample] = []
    last: list[Sample] = []
    for each in heard:
        component = components.get((each.probe, each.location))
        if component is None:
            continue
        labels = {"component": component, "probe": public_id("probe", each.probe), "location": each.location}
        for outcome in Outcome:
            told = labels | {"outcome": outcome.value}
            counts.append(("_total", told, str(each.counts.get(outcome, 0))))
            counts.append(("_created", told, str(midnight)))
        last.append(("", labels, decimal(Fraction(each.last_us, 1_000_000))))
    said = "Observations by outcome, of the UTC day that is running."
    took = "How long the newest observation took."
    return (
        Family("meetlat_observations", "counter", said, tuple(counts)),
        Family("meetlat_last_duration_seconds", "gauge", took, tuple(last)),
    )


def objectives(statements: Iterable[Statement]) -> tuple[Family, ...]:
    """How the running period of each objective stands. No sample where there is no figure."""
    ratio: list[Sample] = []
    target: list[Sample] = []
    down: list[Sample] = []
    for statement in statements:
        for each in statement.assessments:
            labels = {
                "agreement": statement.agreement.id,
                "objective": each.objective.id,
                "component": each.component,
                "period": each.period.label,
            }
            target.append(("", labels, decimal(each.objective.target / 100)))
            if each.figure.used is not None:
                ratio.append(("", labels, decimal(each.figure.used)))
                down.append(("", labels, decimal(Fraction(each.figure.down))))
    return (
        Family("meetlat_objective_ratio", "gauge", "Availability of the running period to date, cut.", tuple(ratio)),
        Family("meetlat_objective_target_ratio", "gauge", "What was promised.", tuple(target)),
        Family("meetlat_objective_down_seconds", "gauge", "Counted downtime of the running period.", tuple(down)),
    )


def newest(second: int | None) -> Family:
    """When the newest observation began."""
    samples: tuple[Sample, ...] = () if second is None else (("", {}, str(second)),)
    return Family("meetlat_newest_observation_timestamp_seconds", "gauge", "When the newest one began.", samples)


def decimal(amount: Fraction) -> str:
    """A plain decimal, cut after nine digits."""
    scaled = amount.numerator * 10**DIGITS // amount.denominator
    text = f"{scaled // 10**DIGITS}.{scaled % 10**DIGITS:0{DIGITS}d}"
    return text.rstrip("0").rstrip(".")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
