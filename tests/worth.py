"""What a missed objective is worth, read slowly from the rules: the second half of the oracle, exact and without shared code."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from oracle import CELL, NOTHING, Sums


def given(remedy: dict[str, Any], target: Fraction, found: Sums) -> Fraction:
    """What a remedy gives for a period, before triggers and caps: percent of the fee, or hours. Downtime is in cells."""
    if found.availability is None:
        return NOTHING
    most = max(of_form(form, remedy, target, found) for form in remedy.get("greater_of", [remedy]))
    return min([most, *(Fraction(cap.get("percent") or cap["hours"]) for cap in remedy["cap"])])


def coins(give: Fraction, fees: Sequence[Fraction], mode: str, on: str) -> Fraction:
    """A percentage of some fees in whole cents: rounded once, on the total or on each line."""
    if on == "line" and len(fees) > 1:
        return sum((coins(give, [fee], mode, "total") for fee in fees), NOTHING)
    cents = give * sum(fees)
    whole = {
        "half-up": floor(cents + Fraction(1, 2)),
        "half-even": round(cents),
        "down": floor(cents),
        "up": ceil(cents),
    }
    return Fraction(whole[mode], 100)


def of_form(form: dict[str, Any], remedy: dict[str, Any], target: Fraction, found: Sums) -> Fraction:
    """One form: tiers, steps, pro rata or flat."""
    assert found.availability is not None
    percentage, seconds = found.availability * 100, found.down * CELL
    own = remedy.get("allowance")
    allowed = Fraction(hours(own)) if own else (100 - target) / 100 * found.counted * CELL
    is_due = seconds > allowed if own else percentage < target
    excess = max(NOTHING, seconds - allowed)
    if "tiers" in form:
        return tiered(form["tiers"], percentage, seconds)
    if "flat" in form:
        return Fraction(form["flat"]) if is_due else NOTHING
    if "prorata" in form:
        time = excess if form["prorata"]["of"] == "excess" else seconds if is_due else NOTHING
        time *= Fraction(form["prorata"]["multiple"])
        return time / 3600 if remedy["unit"] == "hours" else time / (found.scope * CELL) * 100
    steps = form["steps"]
    if steps["of"] == "shortfall":
        amount, every, after = max(NOTHING, target - percentage), Fraction(steps["every"]), Fraction(steps["after"])
    else:
        amount = excess if steps["of"] == "excess" else seconds if is_due else NOTHING
        every, after = Fraction(hours(steps["every"])), Fraction(hours(steps["after"]))
    if not amount or amount < after:
        has_threshold = steps["of"] != "shortfall" and (own or remedy["has_minimum"])
        return Fraction(steps["base"]) if amount and has_threshold else NOTHING
    exact = (amount - after) / every
    whole = {"exact": exact, "started": Fraction(ceil(exact)), "completed": Fraction(floor(exact))}[steps["count"]]
    return Fraction(steps["base"]) + whole * Fraction(steps["give"])


def hours(text: str) -> int:
    """``"12h"`` in seconds."""
    return int(text.removesuffix("h")) * 3600


def tiered(tiers: Sequence[dict[str, str]], percentage: Fraction, seconds: Fraction) -> Fraction:
    """The deepest band that holds."""
    best = NOTHING
    for tier in tiers:
        holds = (
            ("below" in tier and percentage < Fraction(tier["below"]))
            or ("at_most" in tier and percentage <= Fraction(tier["at_most"]))
            or ("down_over" in tier and seconds > hours(tier["down_over"]))
            or ("down_from" in tier and seconds >= hours(tier["down_from"]))
        )
        best = max(best, Fraction(tier["give"])) if holds else best
    return best
