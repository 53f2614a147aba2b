"""An agreement on the page: its terms in words, its periods, and a statement's steps in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from monitor.settlement import Settlement, named
from monitor.sla.agreement import Agreement, Deadline, Objective
from monitor.sla.budget import allowance, averages
from monitor.sla.hours import ALWAYS
from monitor.sla.quantity import length, plain
from monitor.sla.remedies import MONEY_KINDS, Form, Remedy, Tier
from monitor.sla.statement import Versions
from monitor.sla.step import SENTENCES
from monitor.store import Reader
from monitor.timeline.period import Period
from monitor.timeline.span import Span
from statuspage.i18n import Language
from statuspage.pages.wording import PHRASES, WORDS

MOST = 36  # periods that are listed
WHOSE = {"customer": "the customer", "third-party": "a third party"}


@dataclass(frozen=True)
class Phrase:
    """A sentence of the terms: its words in English, and what stands in it."""

    text: str
    values: Mapping[str, str]

    def told(self, language: Language) -> str:
        """In a language: values that are words of the vocabulary are translated too."""
        return say(language, self.text, self.values)


def say(language: Language, text: str, values: Mapping[str, str]) -> str:
    """A sentence with its values, in a language."""
    known = {
        key: language.text(WORDS[value]) if value in WORDS else language.decimal(value) for key, value in values.items()
    }
    return language.text(text) % known


def phrase(name: str, /, **values: object) -> Phrase:
    """One of the phrases, by name."""
    return Phrase(PHRASES[name], {k: plain(v) if isinstance(v, Fraction) else str(v) for k, v in values.items()})


def document(versions: Versions, label: str, reader: Reader | None, now: int) -> dict[str, Any]:
    """The statement of a period. ValueError for a label that names none, or one that has not begun."""
    return Settlement(versions, reader, now).document(named(versions, label))


def current(versions: Versions, now: int) -> str:
    """The label of the period that is running: of the shortest of its objectives."""
    rules = [versions.newest.rule(objective) for objective in versions.newest.objectives]
    return min((rule.holding(now) for rule in rules), key=lambda period: (period.span.seconds, period.label)).label


def periods(versions: Versions, reader: Reader | None, now: int) -> tuple[Period, ...]:
    """The periods there can be a statement of, newest first."""
    since = reader.since() if reader else None
    begin = min(now, max(versions.begin, since if since is not None else now))
    found: dict[str, Period] = {}
    for rule in dict.fromkeys(versions.newest.rule(objective) for objective in versions.newest.objectives):
        for each in rule.overlapping(Span(begin, now + 1))[-MOST:] if rule.kind != "rolling" else ():
            found.setdefault(each.label, each)
    return tuple(sorted(found.values(), key=lambda period: period.span, reverse=True)[:MOST])


def terms(objective: Objective) -> Iterator[Phrase]:
    """An objective in words, the promise first."""
    target = plain(objective.target)
    yield phrase("promise", metric=objective.metric, target=target, period=objective.period)
    if objective.hours != ALWAYS:
        yield phrase("hours", hours=objective.hours)
    measure = objective.measure
    if not objective.is_support:
        yield phrase(f"no-data-{measure.no_data}")
    if measure.min_coverage:
        yield phrase("min-coverage", least=measure.min_coverage)
    if measure.min_outage:
        yield phrase("min-outage", time=f"{measure.min_outage} s")
    for clause in objective.exclude:
        yield phrase(f"exclude-{clause.treat}", kind=clause.kind)
        if clause.notice:
            yield phrase("notice", hours=plain(Fraction(clause.notice, 3600)))
        if clause.max is not None:
            yield phrase("most", hours=plain(Fraction(clause.max, 3600)), per=clause.max_per)
    for goal in objective.targets:
        yield phrase("goal", priority=goal.priority, minutes=plain(Fraction(goal.within, 60)))
    for remedy in objective.remedies:
        yield from _remedy(remedy)


def _remedy(remedy: Remedy) -> Iterator[Phrase]:
    if remedy.kind in ("termination", "report") and not remedy.names:
        yield phrase("right", kind=remedy.kind)
    for form in remedy.forms:
        yield from _form(form, remedy)
    for trigger in remedy.when:
        if trigger.consecutive:
            yield phrase("consecutive", count=trigger.consecutive)
        else:
            yield phrase("misses", misses=trigger.misses, of=trigger.of)
    for cap in remedy.cap:
        given = [("percent", cap.percent), ("money", cap.money), ("days", cap.days), ("hours", cap.hours)]
        for unit, amount in given:
            if amount is not None:
                yield phrase("cap", amount=amount, unit=unit, over=cap.over)
    if remedy.choice_group:
        yield phrase("choice", kind=remedy.kind)


def _form(form: Form, remedy: Remedy) -> Iterator[Phrase]:
    for tier in form.tiers:
        yield _tier(tier, remedy)
    if form.flat is not None:
        yield phrase("flat", give=form.flat, unit=remedy.unit, kind=remedy.kind)
    if form.steps:
        every = form.steps.every
        size = f"{plain(every.amount / 60)} min" if every.is_time else f"{plain(every.amount)} %"
        yield phrase(
            "steps", give=form.steps.give, unit=remedy.unit, kind=remedy.kind, every=size, of=form.steps.of,
            count=form.steps.count,
        )  # fmt: skip
    if form.prorata:
        yield phrase("prorata", multiple=form.prorata.multiple, of=form.prorata.of, kind=remedy.kind)
    if form.ladder:
        gives = ", ".join("report" if give is None else plain(give) for give in form.ladder.give)
        yield phrase("ladder", gives=gives, months=form.ladder.over)


def _tier(tier: Tier, remedy: Remedy) -> Phrase:
    give = {"give": tier.give, "unit": remedy.unit, "kind": remedy.kind}
    if tier.down_over is not None:
        return phrase("tier-over", minutes=plain(Fraction(tier.down_over, 60)), **give)
    if tier.down_from is not None:
        return phrase("tier-from", minutes=plain(Fraction(tier.down_from, 60)), **give)
    if tier.below is not None:
        return phrase("tier-below", edge=tier.below, **give)
    return phrase("tier-at-most", edge=tier.at_most, **give)


def claims(agreement: Agreement) -> Iterator[Phrase]:
    """How a remedy is claimed, in words."""
    claim = agreement.claim
    if claim.automatic:
        yield phrase("automatic")
    for name, due in (("notify", claim.notify), ("submit", claim.submit)):
        if due:
            yield _deadline(name, due)
    yield from _settling(agreement)
    for own in agreement.components:
        if own.measured_by != "provider":
            yield phrase("measured-by", component=own.title or own.id, whose=WHOSE[own.measured_by])


def _settling(agreement: Agreement) -> Iterator[Phrase]:
    """What a claim contains, how it is paid and until when, and whether there is anything else to be had."""
    claim = agreement.claim
    if claim.evidence and not claim.automatic:
        yield phrase("evidence", what=", ".join(claim.evidence))
    if any(remedy.kind in MONEY_KINDS for each in agreement.objectives for remedy in each.remedies):
        yield phrase("settle", settle=claim.settle)
        if claim.expires == "termination":
            yield phrase("expires-termination")
        elif claim.expires != "never":
            yield phrase("expires", days=Fraction(length(claim.expires), 86_400))
    if agreement.head.exclusive_remedy and any(each.remedies for each in agreement.objectives):
        yield phrase("exclusive")


def _deadline(name: str, due: Deadline) -> Phrase:
    if not due.within:
        return phrase(f"{name}-at", anchor=due.from_)
    return phrase(name, within=due.within, unit=due.unit, anchor=due.from_)


def steps(found: list[dict[str, Any]], language: Language) -> list[tuple[str, str, list[dict[str, str]]]]:
    """Sentence, clause and spans of each step of a document, in a language."""
    told = []
    for step in found:
        text = SENTENCES.get(step["word"], "")
        told.append((say(language, text, step["values"]) if text else step["text"], step["clause"], step["spans"]))
    return told


def budget(found: dict[str, Any]) -> tuple[Fraction, Fraction] | None:
    """The seconds of downtime that the target allows in the whole period, and what is left of them; None without time."""
    if found["requests"] is not None or not found["period"]["seconds"]:
        return None
    period = found["period"]
    passed = found["ledger"] and found["accounts"]["total"]
    agreed = Fraction(found["counted_seconds"])
    ahead = period["seconds"] - (passed or 0)
    allowed = allowance(Fraction(found["target"]), agreed + ahead)
    return allowed, allowed - Fraction(found["down_seconds"])


def period_name(period: Mapping[str, str], language: Language) -> str:
    """What a period is called: ``October 2026`` for a month, its label otherwise."""
    label = period["label"]
    if not re.fullmatch(r"\d{4}-\d\d", label):
        return label
    return language.month_name(label)


def deadline(text: str, language: Language) -> str:
    """The last day of a claim, or its last second, in a language."""
    return language.date(date.fromisoformat(text)) if len(text) == 10 else language.precise(second(text))


def is_month(found: dict[str, Any]) -> bool:
    """True for a statement over a calendar month, beside which the average month can be shown."""
    return re.fullmatch(r"\d{4}-\d\d", found["period"]["label"]) is not None


def average_month(target: str) -> str:
    """What is often quoted as the allowance of a month: that of an average one."""
    return averages(Fraction(target))["month"]


def second(text: str) -> int:
    """The second of an instant in a document."""
    return int(datetime.fromisoformat(text).timestamp())
