"""One objective over one period: the figure, the verdict and the steps that lead to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.sla.agreement import Agreement, Objective, Version
from monitor.sla.award import Award
from monitor.sla.clauses import BadSlice
from monitor.sla.figure import Figure, Measured
from monitor.sla.ledger import Entry
from monitor.sla.periods import instant
from monitor.sla.quantity import clock, floored, plain
from monitor.sla.step import Step, step
from monitor.timeline.period import Period
from monitor.timeline.span import Span, total


@dataclass(frozen=True)
class Assessment:
    """One objective over one period. ``could_change`` says whether the verdict depends on what is not known."""

    objective: Objective
    component: str
    period: Period
    is_closed: bool
    until: int
    figure: Figure
    verdict: str
    decided_by: str
    could_change: bool
    steps: tuple[Step, ...]
    awards: tuple[Award, ...] = ()
    parts: tuple[Figure, ...] = ()
    without_labels: Fraction | None = None

    @property
    def is_known(self) -> bool:
        """False when too little is known for a figure: then only its bounds are shown."""
        return not self.decided_by.endswith("min_coverage")


def verdict(objective: Objective, found: Figure) -> tuple[str, str]:
    """met, missed, undetermined or not-applicable, and the key of the clause that decided."""
    key = f"objective.{objective.id}"
    if objective.first_period == "skip" and any(e.reason == "before-service" for e in found.ledger.entries):
        return "not-applicable", f"{key}.first_period"
    if not found.scope and found.requests is None:
        return "not-applicable", f"{key}.hours"
    if found.used is None:
        return "undetermined", f"{key}.measure.{'min_requests' if found.requests is not None else 'no_data'}"
    if found.coverage * 100 < objective.measure.min_coverage:
        return "undetermined", f"{key}.measure.min_coverage"
    if objective.also and any(each.down > objective.also.single_outage_over for each in found.incidents):
        return "missed", f"{key}.also.single_outage_over"
    return ("met" if objective.meets_target(found.used * 100) else "missed"), f"{key}.target"


def could_change(objective: Objective, found: Figure) -> bool:
    """True when the worst and the best that is possible fall on two sides of the target."""
    edges = _edges(found)
    return edges is None or objective.meets_target(edges[0] * 100) != objective.meets_target(edges[1] * 100)


def _edges(found: Figure) -> tuple[Fraction, Fraction] | None:
    """The worst and the best; None where nothing is in scope."""
    return None if found.worst is None or found.best is None else (found.worst, found.best)


def explained(
    agreement: Agreement, made: Sequence[Measured], found: Figure, parts: Sequence[Figure], period: Period, until: int
) -> Iterator[Step]:
    """The steps from observations to the verdict, in the order of computation. ``parts`` are the figures that it was made of."""
    objective = made[0].objective
    key, measure = f"objective.{objective.id}", objective.measure
    span = found.ledger.span
    if agreement.effective_from != Version().effective_from:
        yield step("version.effective_from", "version", day=agreement.effective_from.isoformat())
    yield step(
        f"{key}.period", "period", (span,), start=instant(span.start), end=instant(min(until, period.span.end)),
        seconds=span.seconds, time=clock(span.seconds),
    )  # fmt: skip
    if found.source == "counts":
        yield step(f"{key}.measure.method", "source-counts")
    else:
        down, partial, unknown = (
            sum(each.ledger.seconds(account) for each in parts) for account in ("down", "partial", "unknown")
        )
        yield step(f"{key}.measure.method", f"source-{found.source}", down=down + partial, unknown=unknown)
        if measure.method in ("bad-slices", "mean-of-slices", "events") and measure.bad_slice != BadSlice():
            yield step(f"{key}.measure.method", "no-counts")
    if len(objective.of.components) > 1:
        yield step(f"{key}.of", "combined", components=", ".join(objective.of.components), mode=objective.of.mode)
    yield from _posted(made, found, parts, key)
    if found.requests is not None:
        yield step(f"{key}.measure.method", "events", good=found.good, requests=found.requests)
    else:
        yield step(key, "counted", counted=found.counted, down=found.down)
    yield from _decided(objective, found, key)


def _posted(made: Sequence[Measured], found: Figure, parts: Sequence[Figure], key: str) -> Iterator[Step]:
    spans = tuple(each.span for each in found.incidents)
    yield step(f"{key}.measure", "outages", spans, count=len(spans))
    measure = made[0].objective.measure
    by_clause: dict[str, list[Entry]] = {}
    for entry in (entry for each in parts for entry in each.ledger.entries):
        by_clause.setdefault(entry.clause, []).append(entry)
    if "measure.min_outage" in by_clause:
        short = by_clause["measure.min_outage"]
        yield step(f"{key}.measure.min_outage", "short", _spans(short), seconds=_seconds(short))
    for n, clause in enumerate(made[0].objective.exclude):
        entries = by_clause.get(f"exclude[{n}]", [])
        if entries:
            yield step(
                f"{key}.exclude[{n}].{clause.treat}", f"excluded-{clause.treat}", _spans(entries),
                kind=clause.kind, seconds=_seconds(entries),
            )  # fmt: skip
        late = [part for each in made for taken in each.taken.every if taken.index == n for span, _ in taken.refused
                for part in [span.clip(found.ledger.span)] if part]  # fmt: skip
        if late:
            yield step(f"{key}.exclude[{n}].notice", "late-notice", tuple(late), kind=clause.kind, seconds=total(late))
    if "hours" in by_clause:
        yield step(f"{key}.hours", "hours", seconds=_seconds(by_clause["hours"]))
    if "first_period" in by_clause:
        entries = by_clause["first_period"]
        yield step(
            f"{key}.first_period", "service", _spans(entries), seconds=_seconds(entries),
            treatment=made[0].objective.first_period,
        )  # fmt: skip
    if "measure.no_data" in by_clause:
        entries = by_clause["measure.no_data"]
        yield step(
            f"{key}.measure.no_data", "no-data", _spans(entries), seconds=_seconds(entries), policy=measure.no_data
        )


def _spans(entries: Sequence[Entry]) -> tuple[Span, ...]:
    return tuple(entry.span for entry in entries)


def _seconds(entries: Sequence[Entry]) -> int:
    return sum(entry.seconds for entry in entries)


def _decided(objective: Objective, found: Figure, key: str) -> Iterator[Step]:
    measure = objective.measure
    word, clause = verdict(objective, found)
    if clause.endswith("min_coverage"):
        yield step(clause, "coverage", coverage=floored(found.coverage), least=measure.min_coverage)
        return
    if found.availability is None and found.requests is not None:
        yield step(f"{key}.measure.min_requests", "few-requests", requests=found.requests, least=measure.min_requests)
    elif found.availability is None:
        yield step(key, "no-figure")
    else:
        share = found.availability
        yield step(key, "availability", exact=f"{share.numerator}/{share.denominator}", percent=floored(share))
    if found.used is not None and measure.round:
        yield step(f"{key}.measure.round", "rounded", percent=plain(found.used * 100))
    if clause.endswith("single_outage_over") and objective.also:
        longest = max(each.down for each in found.incidents)
        yield step(clause, "also", time=clock(longest), limit=clock(objective.also.single_outage_over))
    elif found.used is not None:
        yield step(f"{key}.target", "verdict", target=objective.target, verdict=word)
        yield from _open(objective, found, key)


def _open(objective: Objective, found: Figure, key: str) -> Iterator[Step]:
    """What the verdict would be at both bounds, where they fall on two sides of the target."""
    edges = _edges(found)
    if edges and could_change(objective, found):
        clause = "no_data" if found.coverage < 1 else "outage_starts"
        yield step(
            f"{key}.measure.{clause}", "open", worst=floored(edges[0]), at_worst="missed", best=floored(edges[1]),
            at_best="met", policy=getattr(objective.measure, clause),
        )  # fmt: skip
