"""One number with its proof: the ledger of a period, the availability, its bounds, and the outages that count."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from monitor.sla.agreement import Agreement, Objective
from monitor.sla.clauses import SLICED, Rounding
from monitor.sla.combine import by_slices, from_counts, together
from monitor.sla.exclude import Taken, excluded
from monitor.sla.excuse import parts
from monitor.sla.facts import Count, Facts, Line, Share
from monitor.sla.hours import position
from monitor.sla.ledger import Cuts, Ledger, post
from monitor.sla.outage import NOTHING, Found, find, shared
from monitor.sla.periods import Rule, into_the_hour
from monitor.timeline.period import Period
from monitor.timeline.span import Span, Spans, subtract


@dataclass(frozen=True)
class Incident:
    """One outage that counts: where it lies, and how many seconds of it count as down."""

    span: Span
    down: Fraction


@dataclass(frozen=True)
class Figure:
    """What was measured of one component, or of several put together, over one period up to now.

    ``availability`` is exact; ``used`` is what decides, which differs only under terms that round first. Both are None when nothing
    was counted. ``worst`` and ``best`` are what it would be had the time without data been down or up, and had each outage begun or
    ended as much earlier as the probes leave open. ``scope`` is the agreed time of the period in seconds, known or not,
    without what was removed; ``coverage`` the known part of it.
    """

    component: str
    ledger: Ledger
    availability: Fraction | None
    used: Fraction | None
    worst: Fraction | None
    best: Fraction | None
    counted: int
    down: Fraction
    scope: int
    coverage: Fraction
    incidents: tuple[Incident, ...]
    share: Fraction = Fraction(1)
    good: int | None = None
    requests: int | None = None
    source: str = "probes"


@dataclass(frozen=True)
class Measured:
    """An objective's line over all that is known, with its outages and exclusions: made once, then cut into periods."""

    objective: Objective
    component: str
    found: Found
    taken: Taken
    agreed: Spans
    counts: tuple[Count, ...]
    asked: tuple[Count, ...]
    resolution: int
    source: str
    shares: tuple[Share, ...] = ()


def measured(agreement: Agreement, objective: Objective, names: Sequence[str], facts: Facts, span: Span) -> Measured:
    """Combine, find outages, and exclude, over the whole span."""
    measure = objective.measure
    counts = tuple(count for name in names for count in counts_of(objective, name, facts))
    lines = [_line(name, objective, facts, span) for name in names]
    line = together(lines, objective.of.mode, span)
    midnight = agreement.rule(objective).holding(span.start).span.start
    line = by_slices(line, measure, midnight)
    if measure.affected_share or measure.method == "user-minutes":
        line = shared(line, [share for share in facts.shares if share.component in names])
    resolution = max((facts.resolution.get(name, 0) for name in names), default=0)
    reports = [report for report in facts.reports if report.component in names]
    found = find(line, measure, resolution, reports)
    hours = agreement.hours(objective.hours)
    agreed = hours.within(span)
    windows = [window for window in facts.windows if not window.component or window.component in names]
    within = {clause.within: agreement.hours(clause.within) for clause in objective.exclude}
    by_name = dict(zip(names, lines, strict=True))
    taken = excluded(
        objective.exclude,
        windows,
        parts(objective, by_name, found, resolution, reports, midnight, has_windows=bool(windows)),
        found.outages,
        within,
        agreed,
        agreement.rule(objective),
    )
    shares = tuple(share for share in facts.shares if share.component in names)
    source = "counts" if counts else facts.source
    asked = tuple(
        count
        for name in names
        for count in outside(counts_of(objective, name, facts), subtract(agreed, taken.of[name]))
    )
    return Measured(objective, "+".join(names), found, taken, agreed, counts, asked, resolution, source, shares)


def counts_of(objective: Objective, name: str, facts: Facts) -> tuple[Count, ...]:
    """The counts of a component: those made for this very objective, else those that were imported."""
    return facts.counts.get(f"{objective.id}/{name}") or facts.counts.get(name, ())


def _line(name: str, objective: Objective, facts: Facts, span: Span) -> Line:
    counts = counts_of(objective, name, facts)
    if counts and objective.measure.method in SLICED:
        return from_counts(counts, objective.measure, span)
    return facts.lines.get(name, ())


def figure(made: Measured, period: Period, service_start: int, until: int) -> Figure:
    """The figure of one period, up to ``until``, which lies after its beginning."""
    objective, measure = made.objective, made.objective.measure
    span = Span(period.span.start, min(period.span.end, until))
    last = max(span.end, made.found.line[-1].span.end)
    service: Spans = (Span(service_start, last),) if service_start < last else ()
    is_deemed = objective.first_period == "deemed-up"
    cuts = Cuts(service, made.agreed, made.taken, made.found.ignored, is_deemed)
    ledger = post(made.found.line, cuts, measure, span)
    incidents = tuple(
        Incident(outage, down)
        for outage in _beginning(made.found.outages, span)
        for down in [_within(ledger, outage, made, cuts)]
        if down
    )
    found = _from_ledger(made, ledger, incidents)
    if measure.method == "events" or (objective.metric in ("events", "latency") and measure.method == "duration"):
        found = _from_counts(made, found, span)
    elif measure.min_requests and made.counts:
        requests = sum(count.total for count in made.counts if count.start in span)
        if requests < measure.min_requests:
            found = replace(found, availability=None, requests=requests)
    used = _rounded(found.availability, measure.round)
    return replace(found, used=used)


def _beginning(outages: Spans, span: Span) -> Spans:
    """The outages that begin within the span."""
    first, last = (bisect_left(outages, edge, key=lambda outage: outage.start) for edge in (span.start, span.end))
    return outages[first:last]


def _within(ledger: Ledger, outage: Span, made: Measured, cuts: Cuts) -> Fraction:
    """What counts as down of an outage, all of it, also where it goes on after the period."""
    if outage.end <= ledger.span.end:
        return ledger.down_within(outage)
    return post(made.found.line, cuts, made.objective.measure, outage).down


def _from_ledger(made: Measured, ledger: Ledger, incidents: tuple[Incident, ...]) -> Figure:
    counted, down = ledger.counted, ledger.down
    blind = sum(e.seconds for e in ledger.entries if e.account == "unknown" and e.clause == "measure.no_data")
    unknown_removed = sum(e.seconds for e in ledger.entries if e.clause == "measure.no_data" and not e.is_counted)
    scope = counted + unknown_removed
    known_down = down - sum(
        (e.down * e.seconds for e in ledger.entries if e.account == "unknown" and e.is_counted), Fraction(0)
    )
    seen = [down for down in (ledger.down_within(each.span, is_known=True) for each in incidents) if down]
    early = 0 if made.objective.measure.outage_starts == "last-good" else made.resolution * len(seen)
    most = min(Fraction(scope), known_down + blind + early)
    least = max(Fraction(0), known_down - sum(min(Fraction(made.resolution), each) for each in seen))
    return Figure(
        made.component,
        ledger,
        1 - down / counted if counted else None,
        None,
        1 - most / scope if scope else None,
        1 - least / scope if scope else None,
        counted,
        down,
        scope,
        Fraction(scope - blind, scope) if scope else Fraction(0),
        incidents,
        _share(incidents, made),
        source=made.source,
    )


def _share(incidents: tuple[Incident, ...], made: Measured) -> Fraction:
    """The part of the customers that was hit, weighed by how long; 1 where nobody said."""
    down = sum((each.down for each in incidents), Fraction(0))
    if not down or not made.shares:
        return Fraction(1)
    hit = Fraction(0)
    for each in incidents:
        told = [share.share for share in made.shares if share.span.clip(each.span)]
        hit += each.down * (max(told) if told else 1)
    return hit / down


def _from_counts(made: Measured, found: Figure, span: Span) -> Figure:
    """Good of all requests; those in time that was removed or forgiven to their component are left out."""
    inside = [count for count in made.asked if count.start in span]
    good, requests = sum(count.good for count in inside), sum(count.total for count in inside)
    enough = requests > 0 and requests >= made.objective.measure.min_requests
    share = Fraction(good, requests) if enough else None
    return replace(
        found, availability=share, worst=share, best=share, coverage=Fraction(1), good=good, requests=requests
    )


def outside(counts: Sequence[Count], allowed: Spans) -> Iterator[Count]:
    """The counts whose slices begin in a set of spans."""
    return (count for count in counts if position(allowed, count.start))


def mean(figures: Sequence[Figure]) -> Figure:
    """The mean of the availabilities of several components, None when one of them has no figure; of one it is that one."""
    count = len(figures)
    down = sum((each.down for each in figures), Fraction(0))

    def of(values: Sequence[Fraction | None]) -> Fraction | None:
        known = [value for value in values if value is not None]
        return sum(known, Fraction(0)) / count if len(known) == count else None

    first = figures[0]
    return replace(
        first,
        component="+".join(each.component for each in figures),
        availability=of([each.availability for each in figures]),
        used=of([each.used for each in figures]),
        worst=of([each.worst for each in figures]),
        best=of([each.best for each in figures]),
        counted=sum(each.counted for each in figures) // count,
        down=down / count,
        scope=sum(each.scope for each in figures) // count,
        coverage=min(each.coverage for each in figures),
        share=sum((each.share * each.down for each in figures), Fraction(0)) / down if down else Fraction(1),
        incidents=tuple(sorted((i for each in figures for i in each.incidents), key=lambda i: i.span)),
    )


def _rounded(share: Fraction | None, rule: Rounding | None) -> Fraction | None:
    if share is None or rule is None:
        return share
    return rounded(share * 100, rule.digits, rule.mode) / 100


def rounded(amount: Fraction, digits: int, mode: str) -> Fraction:
    """To so many decimals. Exact: the remainder decides, never a decimal that was cut before."""
    scaled = amount * 10**digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    half = Fraction(rest, scaled.denominator) - Fraction(1, 2)
    up = {"half-up": half >= 0, "half-even": half > 0 or (half == 0 and whole % 2 == 1), "down": False, "up": rest > 0}
    return Fraction(whole + up[mode], 10**digits)


def spent(made: Measured, period: Period, service_start: int, until: int, unit: str, zone: str) -> tuple[Incident, ...]:
    """Each clock hour or local day of the period with downtime in it, however short the outages were."""
    span = Span(period.span.start, min(period.span.end, until))
    service: Spans = (Span(service_start, span.end),) if service_start < span.end else ()
    ledger = post(made.found.line, Cuts(service, made.agreed, made.taken, ()), made.objective.measure, span)
    found: dict[Span, Fraction] = {}
    for entry in ledger.entries:
        at = entry.span.start
        while entry.down and entry.is_counted and at < entry.span.end:
            bucket = _bucket(at, unit, zone)
            part = Span(at, min(entry.span.end, bucket.end))
            found[bucket] = found.get(bucket, NOTHING) + entry.down * part.seconds
            at = bucket.end
    return tuple(Incident(bucket, down) for bucket, down in sorted(found.items()))


def _bucket(at: int, unit: str, zone: str) -> Span:
    if unit == "clock-hour":
        start = at - into_the_hour(at, zone)
        return Span(start, start + 3600)
    return Rule("day", zone).holding(at).span
