"""Statements over the record: facts are read, sealed documents go before what would be computed anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from importlib.resources import files
from typing import Any

from monitor.incidents.book import Book, book
from monitor.incidents.incident import Incident
from monitor.incidents.labels import Labelled, labelled
from monitor.sla.document import document
from monitor.sla.facts import Count, Facts, Fee, Granted, Ticket, TicketEvent, Window, line
from monitor.sla.periods import Rule, asked
from monitor.sla.statement import Statement, Versions, reach, statement
from monitor.store import Reader
from monitor.timeline.period import Period
from monitor.timeline.span import Span


def schema() -> dict[str, Any]:
    """The JSON Schema of a statement."""
    found: dict[str, Any] = json.loads(files("monitor.sla").joinpath("statement.schema.json").read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Settlement:
    """One agreement over one record, at one moment. ``fees`` are never part of what is published."""

    versions: Versions
    reader: Reader | None
    now: int
    fees: tuple[Fee, ...] = ()
    tickets: tuple[Ticket, ...] = ()

    def document(self, period: Period) -> dict[str, Any]:
        """The statement of a period: as it was last sealed, or to date. ValueError for one that has not begun."""
        if self.reader and not self.fees and not self.tickets:
            for label, sealed in self.reader.sealed(self.versions.newest.id):
                if label == period.label:
                    return sealed
        return document(self.made(period))

    def made(self, period: Period, only: Rule | None = None) -> Statement:
        """The statement as it is computed now. ValueError for a period that has not begun."""
        if period.span.start >= self.now:
            raise ValueError(f"{period.label} has not begun")
        return statement(self.versions, period, self.facts(period), self.now, only)

    def facts(self, period: Period) -> Facts:
        """What the record knows that matters to a period."""
        if self.reader is None:
            return Facts(fees=self.fees)
        begin = reach(self.versions, period)
        since = self.reader.since()
        begin = min(period.span.start, max(begin, since)) if since is not None else period.span.start
        span = Span(begin, max(self.now, begin + 1))
        resolution: dict[str, int] = {}
        for watch in self.reader.watches():
            resolution[watch.component] = max(resolution.get(watch.component, 0), -(-watch.interval_ms // 1000))
        told = book(self.reader.events())
        return Facts(
            {name: line(timeline) for name, timeline in self.reader.timelines(span).items()},
            windows(holding(self.reader, self.now)) + announced(told),
            self._speeds(period),
            fees=self.fees,
            tickets=(*tickets(told), *self.tickets),
            granted=tuple(_granted(self.reader.sealed(self.versions.newest.id), period)),
            resolution=resolution,
        )

    def _speeds(self, period: Period) -> dict[str, tuple[Count, ...]]:
        """For each objective on response times: how many probes of a component were fast enough, by the hour."""
        found: dict[str, tuple[Count, ...]] = {}
        agreement = self.versions.in_force(period.span.start)
        for objective in agreement.objectives:
            if objective.metric == "latency" and objective.measure.good_under and self.reader:
                under = int(objective.measure.good_under * 1_000_000)
                own = agreement.rule(objective).overlapping(period.span)
                span = Span(own[0].span.start, own[-1].span.end)
                for name in objective.of.components:
                    found[f"{objective.id}/{name}"] = self.reader.fast(name, span, under)
        return found


def every_label(reader: Reader, now: int) -> tuple[Labelled, ...]:
    """All that people labelled, each with the time that it is about as far as that is known now."""
    labels = reader.labels()
    names = {each.outage for each in labels if each.outage}
    told = [notice for name in names for notice in reader.notices_of(name)[:1]]
    spans = {each.outage: Span(each.start, max(now if each.end is None else each.end, each.start + 1)) for each in told}
    return labelled(labels, spans)


def holding(reader: Reader, now: int) -> tuple[Labelled, ...]:
    """The labels that nobody took back, in the order in which they were made."""
    return tuple(each for each in every_label(reader, now) if each.after is None)


def sealed_over(reader: Reader, agreements: Iterable[str], component: str, span: Span) -> Iterator[tuple[str, str]]:
    """The agreements and periods that are sealed and speak of the component in that time: they move only by a restatement."""
    for agreement in agreements:
        for period, found in reader.sealed(agreement):
            about = (each["period"] for each in found["objectives"] if component in each["components"])
            if any(_span(each).clip(span) for each in about):
                yield agreement, period


def _span(period: Mapping[str, Any]) -> Span:
    return Span(*(int(datetime.fromisoformat(period[edge]).timestamp()) for edge in ("start", "end")))


def windows(found: Sequence[Labelled]) -> tuple[Window, ...]:
    """Labels that hold as windows."""
    return tuple(
        Window(of.component, each.span, of.kind, of.at, True, of.by, of.why) for each in found for of in (each.label,)
    )


def announced(told: Book) -> tuple[Window, ...]:
    """Maintenance as windows: each part of it since when it was announced. Told by people, as labels are, and shown as such."""
    return tuple(
        Window(component, span, each.kind, at, True, each.events[0].by, next(iter(each.titles.values())))
        for each in reversed(told.maintenances)
        for component in each.components
        for span, at in each.windows()
    )


def tickets(told: Book) -> tuple[Ticket, ...]:
    """Incidents that were given a severity, as what response and resolution clocks run over.

    The clock starts when the trouble is said to have begun, in the incident or in one that was merged into it. It is answered when
    somebody acknowledged it, or else with the first word of a person about it: what the monitor says by itself answers nobody. It
    is solved when it ended.
    """
    found: list[Ticket] = []
    for each in told.apart():
        whole = (each, *(other for other in told.incidents if other.merged == each.id))
        severities = [one.severity for one in whole if one.severity is not None]
        if not severities:
            continue
        start = min(one.start for one in whole)
        events = [TicketEvent(start, "created", min(severities))]
        if any(one.events[0].said.automatic for one in whole):
            events.append(TicketEvent(max(start, min(one.opened for one in whole)), "auto-reply"))
        answers = [at for one in whole if (at := _answered(one)) is not None]
        if answers:
            events.append(TicketEvent(max(start, min(answers)), "human-reply"))
        if each.end is not None:
            events.append(TicketEvent(each.end, "resolved"))
        found.append(Ticket(each.id, tuple(sorted(events, key=lambda event: event.at))))
    return tuple(found)


def _answered(incident: Incident) -> int | None:
    """When a person said so, or else anything of it; None while nobody did."""
    if incident.acknowledged is not None:
        return incident.acknowledged
    return next((event.at for event in incident.events if not event.said.automatic), None)


def _granted(sealed: Sequence[tuple[str, Mapping[str, Any]]], period: Period) -> Iterator[Granted]:
    """What the sealed statements of earlier periods granted."""
    for objective in (each for _, found in sealed for each in found["objectives"]):
        held = objective["period"]
        span = _span(held)
        for remedy in objective["remedies"] if span.end <= period.span.start else ():
            if remedy["due"]:
                yield Granted(
                    objective["id"],
                    remedy["id"],
                    objective["component"],
                    held["label"],
                    span,
                    Fraction(remedy["number"]),
                    None if remedy["amount"] is None else Fraction(remedy["amount"]),
                    sum(step["word"] == "give-each" for step in remedy["steps"]) or 1,
                )


def named(versions: Versions, label: str) -> Period:
    """The period of a label, in the agreement's zone: one of its own, such as a billing month, before any other of that name.

    ValueError for a text that names none.
    """
    terms = versions.newest
    rules = tuple(terms.rule(objective) for objective in terms.objectives)
    span = asked(label, terms.timezone, rules)
    own = (rule.holding(span.start) for rule in rules)
    return next((each for each in own if each.label == label), Period(label, terms.timezone, span))


def running(versions: Versions, reader: Reader | None, now: int) -> Iterator[Statement]:
    """The periods that are running, to date: for each rule that cuts periods, the objectives that it cuts them for."""
    terms = versions.newest
    for rule in dict.fromkeys(terms.rule(objective) for objective in terms.objectives):
        period = rule.holding(now)
        if period.span.start < now:
            yield Settlement(versions, reader, now).made(period, rule)


def rule_of(versions: Versions, period: Period) -> Rule:
    """The rule of the agreement that cuts this very period. ValueError when none does."""
    for rule in dict.fromkeys(versions.newest.rule(objective) for objective in versions.newest.objectives):
        if rule.holding(period.span.start).span == period.span:
            return rule
    raise ValueError(f"{period.label} is not a period of this agreement")


def closing(versions: Versions, since: int, until: int) -> Iterator[tuple[Rule, Period]]:
    """Each period that closed between two instants, with the rule that cuts it; those of a rolling kind never close."""
    for rule in dict.fromkeys(versions.newest.rule(objective) for objective in versions.newest.objectives):
        begin = max(since, versions.begin)
        if rule.kind != "rolling" and begin < until:
            for period in rule.overlapping(Span(begin, until)):
                if period.span.end <= until:
                    yield rule, period
