"""A worked case of a published agreement: what happened, and what its text makes of that, worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from calculated import MINUTE, at

from monitor.sla.facts import Count, Report, Share, Ticket, TicketEvent, Window
from monitor.timeline.span import Span

LIBRARY = Path(__file__).parents[2] / "config" / "agreements" / "library"


@dataclass(frozen=True)
class Row:
    """``give`` by remedy, of the first one when it is text, empty when there is none; ``amount`` is what the first one pays.

    June has 2,592,000 seconds, its quarter 7,862,400. ``seconds`` is an outage from the beginning of the period, ``since`` the day
    on which the service began, where that matters.
    """

    agreement: str
    happened: str
    verdict: str
    give: str | dict[str, str] = ""
    seconds: int = 0
    objective: str | None = None
    amount: str | None = None
    notify: str | None = None
    submit: str | None = None
    period: str = "2026-06"
    since: date | None = None
    down: tuple[Span, ...] = ()
    fees: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.agreement}: {self.happened}"


def edges(
    agreement: str, *outcomes: tuple[int, str, str], objective: str | None = None, period: str = "2026-06"
) -> list[Row]:
    """One outage from the beginning of the period, by its seconds, with the verdict and what is given."""
    return [
        Row(agreement, f"{objective or 'it'} is down for {n} s", verdict, give, n, objective, period=period)
        for n, verdict, give in outcomes
    ]  # fmt: skip


def lasting(start: str, seconds: int = 0, *, minutes: int = 0) -> Span:
    """An outage by its beginning and its length."""
    return Span(at(start), at(start) + seconds + minutes * MINUTE)


def hit(outage: Span, share: str, component: str = "service") -> dict[str, Any]:
    """The part of the customers that an outage hit."""
    return {"shares": [Share(component, outage, Fraction(share))]}


def counts(component: str, size: int, *slices: tuple[int, int], start: str = "2026-06-01T00:00") -> dict[str, Any]:
    """Imported counts: slices of so many seconds from a moment on, each by how many of how many were good."""
    rows = tuple(Count(at(start) + n * size, good, total) for n, (good, total) in enumerate(slices))
    return {"counts": {component: rows}}


def announced(component: str, span: Span, hours: int, kind: str = "maintenance") -> dict[str, Any]:
    """A window that was announced so many hours ahead."""
    return {"windows": [Window(component, span, kind, span.start - hours * 3600)]}


def all_of(*facts: dict[str, Any]) -> dict[str, Any]:
    """Several windows."""
    return {"windows": [window for each in facts for window in each["windows"]]}


def labelled(component: str, span: Span, kind: str) -> dict[str, Any]:
    """Time that a person labelled."""
    return {"windows": [Window(component, span, kind, None, is_label=True, by="operator", why="as told")]}


def reported(component: str, time: str) -> dict[str, Any]:
    """When a customer reported an outage."""
    return {"reports": [Report(component, at(time))]}


def tickets(priority: str, kind: str, *seconds: int) -> dict[str, Any]:
    """Tickets of one moment, by after how many seconds each was answered or solved."""
    made = at("2026-06-10T10:00")
    return {
        "tickets": [
            Ticket(f"t{n}", (TicketEvent(made, "created", priority), TicketEvent(made + each, kind)))
            for n, each in enumerate(seconds)
        ]
    }
