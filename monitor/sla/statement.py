"""What the terms say about a month: the ledger, the availability, the verdict, the credit, and every step on the way.

The ledger is a partition of the part of the period that has passed, so that it always sums to it. Time to date is divided by the
time that has passed, never by the length of the whole month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256

from monitor.sla.agreement import Agreement, Objective, Remedy
from monitor.timeline.model import State, Stretch, Timeline
from monitor.timeline.period import Period
from monitor.timeline.span import Span

ACCOUNTS = {State.OPERATIONAL: "up", State.DEGRADED: "degraded", State.DOWN: "down", State.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One span, posted to one account: up, degraded, down or unknown; ``reason`` is a word, or None for up."""

    span: Span
    account: str
    reason: str | None


@dataclass(frozen=True)
class Ledger:
    """A partition of ``span``: every second of it is posted to exactly one account."""

    span: Span
    entries: tuple[Entry, ...]

    def seconds(self, account: str) -> int:
        """What was posted to an account."""
        return sum(entry.span.seconds for entry in self.entries if entry.account == account)


@dataclass(frozen=True)
class Assessment:
    """One objective over one period.

    ``availability`` is counted up time over counted time; ``worst`` and ``best`` are what it would be had all unknown time been
    down or up. All three are None when there is nothing to divide by. ``credit`` is a percentage of the fee, None where the
    agreement promises none. ``could_change`` says whether the verdict depends on the unknown time.
    """

    objective: Objective
    ledger: Ledger
    availability: Fraction | None
    best: Fraction | None
    worst: Fraction | None
    verdict: str
    credit: Fraction | None
    decided_by: str
    could_change: bool
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """What an agreement says about one period, up to ``until``."""

    agreement: Agreement
    period: Period
    is_closed: bool
    until: int
    assessments: tuple[Assessment, ...]


def statement(agreement: Agreement, period: Period, timelines: Mapping[str, Timeline], now: int) -> Statement:
    """The statement of a period as far as it has passed. ValueError for a period that has not begun."""
    until = min(now, period.span.end)
    if until <= period.span.start:
        raise ValueError(f"{period.label} has not begun")
    span = Span(period.span.start, until)
    found = tuple(
        _assess(objective, _ledger(timelines.get(objective.of, ()), span)) for objective in agreement.objectives
    )
    return Statement(agreement, period, now >= period.span.end, until, found)


def _ledger(timeline: Timeline, span: Span) -> Ledger:
    entries: list[Entry] = []
    done = span.start
    for stretch in timeline:
        part = stretch.span.clip(span)
        if part is None:
            continue
        if part.start > done:
            entries.append(Entry(Span(done, part.start), "unknown", "not-watched"))
        entries.append(_posted(part, stretch))
        done = part.end
    if done < span.end:
        entries.append(Entry(Span(done, span.end), "unknown", "not-watched"))
    return Ledger(span, tuple(entries))


def _posted(span: Span, stretch: Stretch) -> Entry:
    return Entry(span, ACCOUNTS[stretch.state], stretch.reason.word if stretch.reason else None)


def _assess(objective: Objective, ledger: Ledger) -> Assessment:
    up = ledger.seconds("up") + ledger.seconds("degraded")
    down, unknown = ledger.seconds("down"), ledger.seconds("unknown")
    known, whole = up + down, ledger.span.seconds
    counted = known if objective.no_data == "exclude" else whole
    good = up + (unknown if objective.no_data == "up" else 0)
    availability = Fraction(good, counted) if counted else None
    worst, best = Fraction(up, whole), Fraction(up + unknown, whole)
    target = objective.target / 100
    verdict = _verdict(availability, target)
    credit, decided_by = _credit(objective, availability, verdict)
    steps = (
        f"period: {whole} s = {', '.join(f'{name} {ledger.seconds(name)} s' for name in ACCOUNTS.values())}",
        f"measure.no_data = {objective.no_data}: {good} s available of {counted} s counted",
        f"availability = {availability if availability is not None else 'no figure: no time was counted'}",
        f"target {percentage(objective.target)} %: {verdict}",
        f"{decided_by}: {percentage(credit) + ' %' if credit is not None else 'no credit is promised'}",
    )
    could_change = unknown > 0 and (worst >= target) != (best >= target)
    return Assessment(objective, ledger, availability, best, worst, verdict, credit, decided_by, could_change, steps)


def _verdict(availability: Fraction | None, target: Fraction) -> str:
    if availability is None:
        return "undetermined"
    return "met" if availability >= target else "missed"


def _credit(objective: Objective, availability: Fraction | None, verdict: str) -> tuple[Fraction | None, str]:
    """The deepest tier that matches, and the key of the clause that decided."""
    remedy: Remedy | None = next((each for each in objective.remedies if each.kind == "credit"), None)
    if remedy is None or availability is None:
        return None, f"objective.{objective.id}.target"
    if verdict == "met":
        return Fraction(0), f"objective.{objective.id}.target"
    matching = [(tier.below, n, tier.give) for n, tier in enumerate(remedy.tiers) if availability * 100 < tier.below]
    if not matching:
        return Fraction(0), f"objective.{objective.id}.remedy.{remedy.id}.tiers"
    _, n, give = min(matching)
    return give, f"objective.{objective.id}.remedy.{remedy.id}.tiers[{n}]"


def document(made: Statement) -> dict[str, object]:
    """The statement as JSON values: fractions and amounts are strings, times are ISO 8601 in UTC."""
    return {
        "schema": 1,
        "agreement": made.agreement.id,
        "title": made.agreement.title,
        "provider": made.agreement.provider,
        "period": {
            "label": made.period.label,
            "timezone": made.period.zone,
            "start": instant(made.period.span.start),
            "end": instant(made.period.span.end),
            "seconds": made.period.span.seconds,
            "until": instant(made.until),
        },
        "closed": made.is_closed,
        "objectives": [_objective(each) for each in made.assessments],
    }


def _objective(made: Assessment) -> dict[str, object]:
    entries = [
        {
            "start": instant(entry.span.start),
            "end": instant(entry.span.end),
            "seconds": entry.span.seconds,
            "account": entry.account,
            "reason": entry.reason,
        }
        for entry in made.ledger.entries
    ]
    accounts = {account: made.ledger.seconds(account) for account in ACCOUNTS.values()}
    return {
        "id": made.objective.id,
        "component": made.objective.of,
        "target": percentage(made.objective.target),
        "verdict": made.verdict,
        "availability": _share(made.availability),
        "bounds": {"worst": _share(made.worst), "best": _share(made.best), "could_change": made.could_change},
        "accounts": accounts | {"total": made.ledger.span.seconds},
        "down_seconds": accounts["down"],
        "credit": {
            "percent": percentage(made.credit) if made.credit is not None else None,
            "decided_by": made.decided_by,
        },
        "steps": list(made.steps),
        "ledger": entries,
        "digest": sha256(repr(entries).encode()).hexdigest(),
    }


def instant(second: int) -> str:
    """``2026-03-02T10:12:00Z``."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _share(share: Fraction | None) -> dict[str, str] | None:
    """Exactly, and as a percentage cut after three decimals."""
    if share is None:
        return None
    thousandths = share.numerator * 100_000 // share.denominator
    return {
        "exact": f"{share.numerator}/{share.denominator}",
        "percent": f"{thousandths // 1000}.{thousandths % 1000:03d}",
    }


def percentage(number: Fraction) -> str:
    """``99.9``: a decimal without trailing zeros where the fraction has one that ends; the fraction itself otherwise."""
    scaled = number * 10**6
    if scaled.denominator != 1:
        return str(number)
    whole, rest = divmod(scaled.numerator, 10**6)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
