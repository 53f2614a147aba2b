"""Contracts and histories by chance, each both in the letters of the oracle and in the terms an operator writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import groupby
from random import Random
from typing import Any

from calculated import at, terms
from oracle import CELL, DAY, ORIGIN, WEEK, Clause, Terms, Window

from monitor.sla import facts
from monitor.sla.facts import Facts, Fee, Line, Piece
from monitor.sla.statement import Versions
from monitor.timeline.period import Period
from monitor.timeline.span import Span

BEGIN = at(f"{ORIGIN.isoformat()}T00:00")
SIZE = 3 * WEEK
NAMES = ("web", "api", "mail")
SEVERITY = {".": "up", "d": "degraded", "p": "partial", "x": "down", "?": "unknown"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def span(first: int, last: int) -> Span:
    """Cells as seconds."""
    return Span(BEGIN + first * CELL, BEGIN + last * CELL)


def week(number: int = 1) -> Period:
    """The periods: the first is W22, the one in the middle, which is judged, W23."""
    return Period(f"2026-W{22 + number}", "UTC", span(number * WEEK, (number + 1) * WEEK))


def contract(chance: Random) -> Terms:
    """Terms on measuring; half of the contracts leave most of them out."""
    one = chance.choice
    found = Terms(count=one((1, 1, 2, 3)), mode=one(("all", "any")), no_data=one(("exclude", "up", "down", "hold")))
    if chance.random() < 0.2:
        return found
    if chance.random() < 0.3:
        found = replace(found, slice=one((1, 2, 4)), partial_slice=one(("exact", "drop", "whole")))
    else:
        found = replace(
            found, partial=one((Fraction(1), Fraction(3, 10))), degraded=one((Fraction(0), Fraction(1, 10)))
        )
    if chance.random() < 0.6:
        found = replace(
            found, min_outage=one((1, 2, 3)), inclusive=one((True, False)), excess=one((True, False, False))
        )
    if chance.random() < 0.5:
        found = replace(found, opening=tuple(chance.random() < 0.7 for _ in range(WEEK)))
    if chance.random() < 0.3:
        found = replace(found, begin=DAY * chance.randrange(7, 15), first_period=one(("prorate", "deemed-up")))
    if not any(found.opening):
        found = replace(found, opening=(True,) * WEEK)
    return replace(found, clauses=tuple(clause(chance) for _ in range(one((0, 1, 1, 2, 3)))))


def clause(chance: Random) -> Clause:
    """An exclusion."""
    one = chance.choice
    found = Clause(one(("maintenance", "customer")), one(("forgive", "remove")), one((0, 0, 1, 4)))
    if chance.random() < 0.4:
        found = replace(found, max=one((1, 2, 5)), max_per=one(("period", "calendar-month")))
    return replace(found, overrun=one(("counts", "counts", "excluded")))


def row(chance: Random, *, has_gaps: bool) -> str:
    """What happened to a component: runs of states, more often up than not."""
    found = ""
    while len(found) < SIZE:
        letter = chance.choice("....xxx?pd" + "_" * has_gaps)
        found += letter * (chance.randrange(1, 9) if letter == "." else chance.randrange(1, 5))
    return found[:SIZE]


def history(chance: Random, given: Terms) -> tuple[list[str], list[Window]]:
    """Rows, and windows that were announced or labelled."""
    rows = [row(chance, has_gaps=given.count == 1) for _ in range(given.count)]
    windows = []
    for _ in range(chance.randrange(5) if given.clauses else 0):
        start = chance.randrange(SIZE - 8)
        told = None if chance.random() < 0.2 else start - chance.randrange(6)
        component = None if chance.random() < 0.5 else chance.randrange(given.count)
        kind = chance.choice(("maintenance", "maintenance", "customer"))
        windows.append(Window(component, kind, start, start + chance.randrange(1, 8), told))
    return rows, windows


def line(drawing: str) -> Line:
    """A row as a line: cells that nobody watched are left out."""
    found, cell = [], 0
    for letter, run in groupby(drawing):
        length = len(list(run))
        if letter != "_":
            found.append(Piece(span(cell, cell + length), SEVERITY[letter]))
        cell += length
    return tuple(found)


def known(rows: list[str], windows: list[Window]) -> Facts:
    """A history as the engine takes it."""
    lines = {name: line(drawing) for name, drawing in zip(NAMES, rows, strict=False)}
    return Facts(lines, tuple(announced(each) for each in windows))


def priced(facts: Facts, fees: list[Fraction]) -> Facts:
    """The same with what the components cost over the week in the middle."""
    rows = (Fee(name, week().span, fee) for name, fee in zip(NAMES, fees, strict=False))
    return replace(facts, fees=tuple(rows))


def announced(each: Window) -> facts.Window:
    """A window as the engine takes it."""
    name = "" if each.component is None else NAMES[each.component]
    told = None if each.announced is None else BEGIN + each.announced * CELL
    return facts.Window(name, span(each.start, each.end), each.kind, told)


def remedy(chance: Random, given: Terms) -> dict[str, Any]:
    """A remedy with one form, or the greater of two."""
    found: dict[str, Any] = {"has_minimum": given.min_outage > 0, "unit": chance.choice(("percent", "hours"))}
    found["kind"] = "extension" if found["unit"] == "hours" else "credit"
    found |= {"cap": [], "money_rounding": chance.choice(("half-up", "half-even", "down", "up"))}
    found["money_rounding_on"] = chance.choice(("total", "line"))
    if chance.random() < 0.5:
        found["cap"] = [{found["unit"]: chance.choice(("20", "7.5")), "over": "period"}]
    if chance.random() < 0.3:
        found["allowance"] = chance.choice(("6h", "12h", "30h"))
    if chance.random() < 0.2:
        return found | {"greater_of": [form(chance), form(chance)]}
    return found | form(chance)


def form(chance: Random) -> dict[str, Any]:
    """Tiers on availability or on time, steps, pro rata or flat."""
    one = chance.choice
    kind = one(("below", "at_most", "time", "steps", "steps", "prorata", "flat"))
    if kind in ("below", "at_most"):
        edges = sorted(chance.sample(("90", "96.4", "75", "50", "92.5", "85"), chance.randrange(1, 4)), reverse=True)
        gives = sorted(chance.sample((5, 10, 25, 50, 100), len(edges)))
        return {"tiers": [{kind: edge, "give": str(give)} for edge, give in zip(edges, gives, strict=True)]}
    if kind == "time":
        lengths = sorted(chance.sample((6, 12, 18, 24, 48, 72), 3))
        gives = sorted(chance.sample((5, 10, 25, 50), 3))
        key = one(("down_over", "down_from"))
        return {"tiers": [{key: f"{edge}h", "give": str(give)} for edge, give in zip(lengths, gives, strict=True)]}
    if kind == "steps":
        of = one(("shortfall", "downtime", "excess"))
        every, after = (
            (one(("0.5", "2.5")), one(("1", "5"))) if of == "shortfall" else (one(("5h", "6h")), one(("6h", "12h")))
        )
        count = one(("started", "completed", "exact"))
        return {
            "steps": {"of": of, "every": every, "count": count, "give": "2.5", "after": after, "base": one(("0", "3"))}
        }
    if kind == "prorata":
        return {"prorata": {"multiple": one(("1", "10", "0.5")), "of": one(("downtime", "excess"))}}
    return {"flat": one(("5", "10"))}


def inline(value: object) -> str:
    """A TOML value."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def hours(cells: int) -> str:
    """A length in cells."""
    return f"{cells * CELL // 3600}h"


def toml(given: Terms, target: str, remedies: list[dict[str, Any]]) -> str:
    """A contract as its author writes it."""
    of = NAMES[0] if given.count == 1 else {given.mode: list(NAMES[: given.count])}
    measure: dict[str, object] = {"no_data": given.no_data, "min_outage": hours(given.min_outage)}
    measure |= {"min_outage_inclusive": given.inclusive, "min_outage_counts": "excess" if given.excess else "whole"}
    measure["weight"] = {"partial": str(given.partial), "degraded": str(given.degraded)}
    if given.slice:
        measure |= {"method": "bad-slices", "slice": hours(given.slice), "bad_slice": "whole-slice-down"}
        measure["partial_slice"] = given.partial_slice
    found: dict[str, object] = {"id": "uptime", "of": of, "target": target, "period": "week", "measure": measure}
    found |= {"first_period": given.first_period, "exclude": [excluding(each) for each in given.clauses]}
    found["hours"] = "24x7" if all(given.opening) else "open"
    found["remedy"] = [{key: value for key, value in each.items() if key != "has_minimum"} for each in remedies]
    calendar = {day: opening(given.opening[n * DAY : n * DAY + DAY]) for n, day in enumerate(DAYS)}
    begin = (ORIGIN + timedelta(days=given.begin // DAY)).isoformat()
    tables: list[tuple[str, dict[str, Any]]] = [("[[calendar]]", {"id": "open"} | calendar), ("[[objective]]", found)]
    text = f"[version]\neffective_from = {begin}\n" if given.begin else ""
    for name, table in tables:
        text += name + "\n" + "".join(f"{key} = {inline(value)}\n" for key, value in table.items())
    return text


def opening(cells: tuple[bool, ...]) -> list[str]:
    """The opening times of a day."""
    return [f"{n * 6:02d}:00-{n * 6 + 6:02d}:00" for n, is_open in enumerate(cells) if is_open]


def excluding(each: Clause) -> dict[str, str]:
    """An exclusion as its author writes it."""
    found = {"kind": each.kind, "treat": each.treat, "notice": hours(each.notice), "overrun": each.overrun}
    return found | ({"max": hours(each.max), "max_per": each.max_per} if each.max is not None else {})


def agreed(given: Terms, target: str = "95", remedies: list[dict[str, Any]] | None = None) -> Versions:
    """A contract as the engine holds it."""
    return terms(toml(given, target, remedies or []))
