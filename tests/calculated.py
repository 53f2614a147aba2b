"""A contract and what happened, in the terms an operator writes, and what comes of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from monitor.agreements import Reading, read_tables
from monitor.sla.document import document
from monitor.sla.facts import Count, Facts, Fee, Granted, Piece, Report, Share, Ticket, Window, drawn
from monitor.sla.periods import Rule, asked
from monitor.sla.statement import Versions, statement
from monitor.timeline.period import Period, midnight
from monitor.timeline.span import Span

HEAD = """
[agreement]
id = "acme"
timezone = "{zone}"
currency = "EUR"
"""
MINUTE, HOUR, DAY = 60, 3600, 86_400


def reading(*files: str) -> Reading:
    """What files of agreements hold, without a configuration beside them."""
    return read_tables({f"{n}.toml": tomllib.loads(text) for n, text in enumerate(files)}, None)


def terms(text: str, zone: str = "UTC") -> Versions:
    """An agreement by the part that matters; a head is put before it. Faults fail the test."""
    found = reading(HEAD.format(zone=zone) + text)
    assert not found.faults, found.faults
    return found.versions[0]


def faults(text: str, zone: str = "UTC") -> list[str]:
    """What is wrong with an agreement, as its author reads it."""
    return [str(fault) for fault in reading(HEAD.format(zone=zone) + text).faults]


def warnings(text: str, zone: str = "UTC") -> list[str]:
    """What its author is warned of."""
    return [str(fault) for fault in reading(HEAD.format(zone=zone) + text).warnings]


def at(text: str) -> int:
    """The second of an ISO time; UTC where it has no offset."""
    found = datetime.fromisoformat(text)
    return int(found.timestamp()) if found.tzinfo else int(datetime.fromisoformat(text + "+00:00").timestamp())


def spans(*pairs: tuple[str, str]) -> list[Span]:
    """Spans by the times of their edges."""
    return [Span(at(start), at(end)) for start, end in pairs]


def computed(
    versions: Versions,
    period: str = "2026-06",
    down: Iterable[Span] = (),
    *,
    seconds: int = 0,
    pieces: Mapping[str, Sequence[Piece]] | None = None,
    windows: Sequence[Window] = (),
    shares: Sequence[Share] = (),
    reports: Sequence[Report] = (),
    counts: dict[str, tuple[Count, ...]] | None = None,
    fees: dict[str, str] | None = None,
    granted: Sequence[Granted] = (),
    tickets: Sequence[Ticket] | None = None,
    term_end: int | None = None,
) -> dict[str, Any]:
    """The document of a period: ``down`` (and ``seconds`` from its beginning) is an outage of each component, the rest is up.

    ``fees`` by ``"component|period"`` or by period for the whole agreement.
    """
    agreement = versions.newest
    zone = agreement.timezone
    rules = tuple(agreement.rule(objective) for objective in agreement.objectives)
    span = asked(period, zone, rules)
    outages = [*down, *([Span(span.start, span.start + seconds)] if seconds else [])]
    whole = Span(
        min([span.start - 800 * DAY, *(each.start for each in outages)]),
        max([span.end + 400 * DAY, *(each.end for each in outages)]),
    )
    drawings: Mapping[str, Sequence[Piece]]
    drawings = pieces or {name: [Piece(each, "down") for each in outages] for name in agreement.names()}
    lines = {name: drawn(whole, rows) for name, rows in drawings.items()}
    prices = []
    for key, amount in (fees or {}).items():
        component, _, label = key.rpartition("|")
        prices.append(Fee(component, asked(label, zone, rules), Fraction(amount)))
    facts = Facts(
        lines,
        tuple(windows),
        counts or {},
        tuple(prices),
        tuple(shares),
        tuple(reports),
        None if tickets is None else tuple(tickets),
        tuple(granted),
        term_end=term_end,
    )
    return document(statement(versions, Period(period, zone, span), facts, span.end + 400 * DAY))


def objective(
    text: str, down: Iterable[Span] = (), *, zone: str = "UTC", period: str = "2026-06", **more: Any
) -> dict[str, Any]:
    """The only objective of an agreement that is given by its part that matters."""
    found: dict[str, Any] = computed(terms(text, zone), period, down, **more)["objectives"][0]
    return found


def day(text: str, zone: str = "UTC") -> int:
    """The first second of a local day."""
    return midnight(datetime.fromisoformat(text).date(), zone)


def month(label: str, zone: str = "UTC") -> Span:
    """A calendar month."""
    return Rule("calendar-month", zone).holding(day(f"{label}-01", zone)).span
