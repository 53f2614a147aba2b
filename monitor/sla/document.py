"""A statement as JSON values: its published form, described by ``statement.schema.json``.

Fractions and amounts are strings, so that no reader rounds them; times are ISO 8601 in UTC; whole seconds are numbers.
"""

from __future__ import annotations

import json
from fractions import Fraction
from hashlib import sha256
from typing import Any

from monitor.sla.assess import Assessment
from monitor.sla.award import Award
from monitor.sla.claim import Due
from monitor.sla.figure import Figure
from monitor.sla.ledger import ACCOUNTS, Entry
from monitor.sla.money import coins
from monitor.sla.periods import instant
from monitor.sla.quantity import floored, plain
from monitor.sla.statement import Statement
from monitor.sla.step import Step
from monitor.timeline.period import Period
from monitor.timeline.span import Span

SCHEMA = 2
RIGHTS = ("termination", "report")


def document(made: Statement) -> dict[str, Any]:
    """The statement, whole."""
    head = made.agreement.head
    return {
        "schema": SCHEMA,
        "agreement": head.id,
        "title": made.agreement.title,
        "provider": head.provider,
        "kind": head.kind,
        "currency": head.currency,
        "effective_from": made.agreement.effective_from.isoformat(),
        "period": _period(made.period) | {"until": instant(made.until)},
        "closed": made.is_closed,
        "objectives": [_objective(each, head.currency) for each in made.assessments],
        "preconditions": list(head.preconditions),
        "warnings": list(made.warnings),
    }


def _period(period: Period) -> dict[str, Any]:
    return {
        "label": period.label,
        "timezone": period.zone,
        "start": instant(period.span.start),
        "end": instant(period.span.end),
        "seconds": period.span.seconds,
    }


def _objective(made: Assessment, currency: str | None) -> dict[str, Any]:
    found, objective = made.figure, made.objective
    ledgers = [part.ledger for part in made.parts] or [found.ledger]
    entries = [_entry(entry) for ledger in ledgers for entry in ledger.entries]
    accounts = {account: sum(ledger.seconds(account) for ledger in ledgers) for account in ACCOUNTS}
    return {
        "id": objective.id,
        "title": objective.title,
        "metric": objective.metric,
        "component": made.component,
        "components": list(objective.of.components) if objective.of.mode != "each" else [made.component],
        "of": objective.of.mode,
        "kpi": objective.kpi,
        "period": _period(made.period) | {"until": instant(made.until)},
        "closed": made.is_closed,
        "target": plain(objective.target),
        "meets": objective.meets,
        "verdict": made.verdict,
        "decided_by": made.decided_by,
        "availability": share(found.used if made.is_known else None),
        "exact_availability": share(found.availability if made.is_known else None),
        "counted_seconds": found.counted,
        "down_seconds": seconds(found.down),
        "unknown_seconds": accounts["unknown"],
        "accounts": accounts | {"total": sum(ledger.span.seconds for ledger in ledgers)},
        "excluded": _excluded(made),
        "bounds": {
            "worst": share(found.worst),
            "best": share(found.best),
            "could_change": made.could_change,
            "coverage": floored(found.coverage),
        },
        "without_labels": share(made.without_labels),
        "requests": None if found.requests is None else {"good": found.good, "total": found.requests},
        "measured_by": found.source,
        "outages": [_span(each.span) | {"down_seconds": seconds(each.down)} for each in found.incidents],
        "steps": [_step(each) for each in made.steps],
        "remedies": [_award(each, currency) for each in made.awards],
        "ledger": [] if made.parts else entries,
        "parts": [_part(each) for each in made.parts],
        "digest": sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest(),
    }


def _part(found: Figure) -> dict[str, Any]:
    return {
        "component": found.component,
        "availability": share(found.used),
        "counted_seconds": found.counted,
        "down_seconds": seconds(found.down),
        "ledger": [_entry(entry) for entry in found.ledger.entries],
    }


def _excluded(made: Assessment) -> list[dict[str, Any]]:
    found = []
    for n, clause in enumerate(made.objective.exclude):
        figures = made.parts or (made.figure,)
        entries = [e for each in figures for e in each.ledger.entries if e.clause == f"exclude[{n}]"]
        if entries:
            found.append(
                {
                    "clause": f"objective.{made.objective.id}.exclude[{n}]",
                    "kind": clause.kind,
                    "treat": clause.treat,
                    "seconds": sum(entry.seconds for entry in entries),
                    "spans": [_span(entry.span) for entry in entries],
                }
            )
    return found


def _entry(entry: Entry) -> dict[str, Any]:
    return _span(entry.span) | {
        "seconds": entry.seconds,
        "account": entry.account,
        "treatment": entry.treatment,
        "down": plain(entry.down),
        "reason": entry.reason,
        "clause": entry.clause or None,
    }


def _award(made: Award, currency: str | None) -> dict[str, Any]:
    remedy = made.remedy
    number = str(made.give) if remedy.unit == "fraction" else plain(made.give)
    give = remedy.kind if made.is_due and not made.give else f"{number} {remedy.unit}"
    if remedy.kind in RIGHTS and not made.is_due:
        give = "none"
    return {
        "id": remedy.id,
        "kind": remedy.kind,
        "title": remedy.title,
        "due": made.is_due,
        "give": "report" if made.is_report else give,
        "number": number,
        "unit": remedy.unit,
        "amount": None if made.amount is None else coins(made.amount, currency),
        "payable": None if made.payable is None else coins(made.payable, currency),
        "decided_by": made.clause,
        "choice_group": remedy.choice_group,
        "superseded_by": made.kept_by or None,
        "claim": {
            "automatic": made.is_automatic,
            "notify_by": _due(made.notify),
            "submit_by": _due(made.submit),
        },
        "steps": [_step(each) for each in made.steps],
    }


def _due(due: Due | None) -> str | None:
    return due.text if due else None


def _step(made: Step) -> dict[str, Any]:
    return {
        "clause": made.clause,
        "word": made.word,
        "text": made.text,
        "values": dict(made.values),
        "spans": [_span(each) for each in made.spans],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"start": instant(span.start), "end": instant(span.end)}


def seconds(amount: Fraction) -> int | str:
    """A whole number of seconds as a number, any other as exact text."""
    return amount.numerator if amount.denominator == 1 else plain(amount)


def share(found: Fraction | None) -> dict[str, str] | None:
    """Exactly, and as a percentage cut after three decimals."""
    if found is None:
        return None
    return {"exact": f"{found.numerator}/{found.denominator}", "percent": floored(found)}
