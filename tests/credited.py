"""Credits of a contract that is given by the part that matters, in the terms an operator writes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from calculated import MINUTE, at, objective

from monitor.sla.facts import Count

JUNE = at("2026-06-01T00:00")
MONTH = 43_200 * MINUTE
TARGET = '[[objective]]\nid = "uptime"\nof = "api"\ntarget = "{target}"\n'


def tiers(*pairs: tuple[str, str]) -> str:
    """A table of tiers: below, give."""
    return "tiers = [" + ", ".join(f'{{ below = "{below}", give = "{give}" }}' for below, give in pairs) + "]\n"


def remedy(text: str, target: str = "99.9", **more: Any) -> dict[str, Any]:
    """The only remedy of a contract."""
    found: dict[str, Any] = objective(TARGET.format(target=target) + "[[objective.remedy]]\n" + text, **more)[
        "remedies"
    ][0]
    return found


def at_uptime(text: str, uptime: str, target: str, **more: Any) -> dict[str, Any]:
    """The remedy at exactly that availability of a day: counted requests make any percentage."""
    share = Fraction(uptime) / 100
    counts = {"api": (Count(JUNE, share.numerator, share.denominator),)}
    text = '[objective.measure]\nmethod = "events"\n[[objective.remedy]]\n' + text
    found: dict[str, Any] = objective(TARGET.format(target=target) + text, counts=counts, **more)
    return found


def number(found: dict[str, Any]) -> str:
    """How much is given."""
    return str(found["remedies"][0]["number"])
