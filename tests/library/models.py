"""Worked cases of model contracts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from calculated import at

from library.row import Row, announced, counts, edges, lasting, tickets
from monitor.sla.facts import Count, Granted, Piece
from monitor.timeline.span import Span

MONTHS = [f"2025-{n:02d}" for n in range(7, 13)] + [f"2026-{n:02d}" for n in range(1, 7)]
TENS = {f"service|{month}": "10.00" for month in MONTHS}
YEAR = {f"service|2026-{n:02d}": "100.00" for n in range(1, 13)}


def builds(good: int, total: int, *earlier: tuple[str, int, int]) -> dict[str, Any]:
    """Builds of June, and of earlier months by a day in them."""
    june = counts("builds", 3600, (good, total))["counts"]["builds"]
    return {"counts": {"builds": (*(Count(at(day), ok, of) for day, ok, of in earlier), *june)}}


def granted(amount: str) -> dict[str, Any]:
    """A credit of eleven months ago."""
    span = Span(at("2025-07-01T00:00"), at("2025-08-01T00:00"))
    return {"granted": [Granted("uptime", "credit", "service", "2025-07", span, Fraction(11), Fraction(amount))]}


ROWS = [
    *edges("common-paper", (2591, "met", "0 percent"), (2592, "met", "0 percent"), (2593, "missed", "10 percent")),
    Row("common-paper", "2,577 s beside four planned hours, of 42,960 minutes", "met", "0 percent",
        down=(lasting("2026-06-10T10:00", 2577),),
        facts=announced("service", lasting("2026-06-01T00:00", minutes=240), 48)),
    Row("common-paper", "2,578 s beside them", "missed", "10 percent", down=(lasting("2026-06-10T10:00", 2578),),
        facts=announced("service", lasting("2026-06-01T00:00", minutes=240), 48), fees=YEAR),
    Row("common-paper", "two of three months", "missed", {"termination": "termination"}, 2593,
        down=(lasting("2026-04-10T10:00", 3600),)),
    Row("common-paper", "two of four", "missed", {"termination": "none"}, 2593,
        down=(lasting("2026-03-10T10:00", 3600),), submit="2026-07-07"),
    Row("common-paper", "1,296 s of half a month", "met", "0 percent", since=date(2026, 6, 16),
        down=(lasting("2026-06-20T10:00", 1296),)),
    Row("common-paper", "1,297 s of half a month", "missed", "8 percent", since=date(2026, 6, 16),
        down=(lasting("2026-06-20T10:00", 1297),), fees={"service|2026-06": "50.00"}, amount="4.00"),
    Row("common-paper", "an urgent ticket answered on the dot", "met", "0 percent", objective="response",
        facts=tickets("urgent", "human-reply", 3600)),
    Row("common-paper", "a second late", "missed", "5 percent", objective="response",
        facts=tickets("urgent", "human-reply", 3601)),
    Row("common-paper", "January of a subscription of 1,200: 10 is less than 8 percent of it", "missed", "10 percent",
        3600, period="2026-01", amount="10.00", fees=YEAR, facts={"term_end": at("2027-01-01T00:00")}),
    # 0.2 percent of June is 5,184 seconds, 2 percent 51,840.
    *edges(
        "accord-project",
        (5184, "met", "0 percent"),
        (5185, "missed", "2 percent"),
        (51_840, "missed", "2 percent"),
    ),
    Row("accord-project", "99.7 of a charge of ten", "missed", "2 percent", 7776, amount="0.20", fees=TENS),
    Row("accord-project", "97: no more than a tenth of the month", "missed", "10 percent", 77_760, amount="1.00", fees=TENS),
    Row("accord-project", "97 after 11.01 of 110: no more than a tenth of 120", "missed", "9.9 percent", 77_760,
        amount="0.99", fees=TENS, facts=granted("11.01")),
    Row("accord-project", "5,185 s without data", "missed", "2 percent",
        facts={"pieces": {"service": [Piece(lasting("2026-06-10T10:00", 5185), "unknown")]}}),
    Row("earthly", "990 of 1,000 builds", "met", "0 percent", facts=builds(990, 1000)),
    Row("earthly", "989", "missed", "5 percent", facts=builds(989, 1000)),
    Row("earthly", "970", "missed", "5 percent", facts=builds(970, 1000)),
    Row("earthly", "969", "missed", "20 percent", facts=builds(969, 1000)),
    Row("earthly", "940", "missed", "20 percent", facts=builds(940, 1000)),
    Row("earthly", "939", "missed", "35 percent", facts=builds(939, 1000)),
    Row("earthly", "900", "missed", "35 percent", facts=builds(900, 1000)),
    Row("earthly", "899", "missed", "50 percent", facts=builds(899, 1000)),
    Row("earthly", "two in a row", "missed", {"credit": "5 percent", "termination": "termination"},
        facts=builds(989, 1000, ("2026-05-10T00:00", 989, 1000))),
    Row("earthly", "two with a month between", "missed", {"termination": "none"},
        facts=builds(989, 1000, ("2026-04-10T00:00", 989, 1000), ("2026-05-10T00:00", 990, 1000))),
]  # fmt: skip
