"""Cases worked out on paper from the reference alone: terms by what matters, what happened, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from told import agreement, promise, told, value

GIVE, AMOUNT, VERDICT = "remedies.0.number", "remedies.0.amount", "verdict"
DOWN, COUNTED, SHARE = "down_seconds", "counted_seconds", "availability.percent"
TIERS = 'tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "25" }]'
FLAT = 'flat = "10"'
MEASURE = "[objective.measure]\n{}\n"


def lasting(seconds: int, begin: str = "2026-06-10T10:00", component: str = "api") -> str:
    """A row of an outage that begins then, in UTC, and lasts so long."""
    start = datetime.fromisoformat(begin + "+00:00")
    return f"{component},{start.isoformat()},{(start + timedelta(seconds=seconds)).isoformat()}"


def between(start: str, end: str, *more: str) -> str:
    """A row of an outage of api between two times as they are written."""
    return ",".join(["api", start, end, *more])


@dataclass(frozen=True)
class Case:
    """``right`` is by dotted path what must come of it."""

    right: dict[str, Any]
    remedies: tuple[str, ...] = (TIERS,)
    outages: tuple[str, ...] = ()
    fee: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    extra: str = ""
    claim: str = "[claim]\nautomatic = true\n"
    zone: str = "UTC"
    since: str = "2026-01-01"
    label: str = "2026-06"


def comes(folder: Path, case: Case) -> dict[str, Any]:
    """What the command says, at the paths that were worked out."""
    terms = agreement(
        promise(*case.remedies, **case.keys) + case.extra, zone=case.zone, since=case.since, claim=case.claim
    )
    tables = {"outages": "\n".join(case.outages)} | ({"fees": case.fee} if case.fee else {})
    (found,) = told(folder, terms, case.label, **tables)["objectives"]
    return {path: value(found, path) for path in case.right}
