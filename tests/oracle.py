"""A second, deliberately slow reading of the rules for availability and remedies, cell by cell, that shares no code with the first.

Time is cut into cells of six hours, four a day, counted from Monday 25 May 2026 in UTC; a period is a week of 28 cells. What
happened is drawn with a letter a cell: ``.`` up, ``d`` degraded, ``p`` partial, ``x`` down, ``?`` no data, ``_`` nobody watched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

CELL, DAY, WEEK = 21_600, 4, 28
ORIGIN = date(2026, 5, 25)
GOOD_TO_BAD = ".d?_px"
NOTHING, WHOLE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Window:
    """Cells ``[start, end)`` of one component (None: of all), announced in a cell (None: never)."""

    component: int | None
    kind: str
    start: int
    end: int
    announced: int | None


@dataclass(frozen=True)
class Clause:
    """An exclusion; lengths in cells."""

    kind: str
    treat: str
    notice: int = 0
    max: int | None = None
    max_per: str = "period"
    overrun: str = "counts"


@dataclass(frozen=True)
class Terms:
    """The terms on measuring. ``opening``: which of the 28 cells of a week are agreed."""

    count: int = 1
    mode: str = "all"
    no_data: str = "exclude"
    partial: Fraction = WHOLE
    degraded: Fraction = NOTHING
    min_outage: int = 0
    inclusive: bool = True
    excess: bool = False
    slice: int = 0
    partial_slice: str = "exact"
    opening: tuple[bool, ...] = (True,) * WEEK
    clauses: tuple[Clause, ...] = ()
    begin: int = 0
    first_period: str = "prorate"


@dataclass
class Sums:
    """What a period comes to, in cells: the denominator, what is down of it, agreed time (known or not), a mark for each cell."""

    counted: int = 0
    down: Fraction = NOTHING
    scope: int = 0
    marks: list[tuple[str, str, Fraction]] = field(default_factory=list)

    @property
    def availability(self) -> Fraction | None:
        """The part of the counted time that was not down."""
        return 1 - self.down / self.counted if self.counted else None


def judged(terms: Terms, rows: Sequence[str], windows: Sequence[Window], first: int, last: int) -> Sums:
    """The cells from ``first`` up to ``last``, each judged by itself."""
    line = sliced(terms, combined(terms, rows))
    held = holding(terms, line)
    outages, ignored = outages_of(terms, line, held)
    taken, eased = exclusions(terms, windows, rows, outages, line)
    found = Sums()
    for cell in range(first, last):
        mark = letter, treatment, down = judged_cell(
            terms, cell, line[cell], cell in ignored, held[cell], taken.get(cell)
        )
        if cell in eased and treatment == "counted":
            down = min(down, eased[cell])
            mark = letter, treatment, down
        found.marks.append(mark)
        is_taken = cell in taken and taken[cell].treat == "remove"
        is_in_scope = cell >= terms.begin and terms.opening[cell % WEEK] and not is_taken
        found.scope += treatment != "removed" or (is_in_scope and letter in "?_")
        if treatment != "removed":
            found.counted += 1
            found.down += down
    return found


def judged_cell(
    terms: Terms, cell: int, letter: str, is_ignored: bool, held: Fraction | None, clause: Clause | None
) -> tuple[str, str, Fraction]:
    """One cell: its letter, whether it is counted, forgiven or removed, and the part of it that is down."""
    if cell < terms.begin:
        return (".", "counted", NOTHING) if terms.first_period == "deemed-up" else (letter, "removed", NOTHING)
    if not terms.opening[cell % WEEK]:
        return letter, "removed", NOTHING
    would, treatment = weight_of(terms, letter), "counted"
    is_excused = clause is not None and (clause.treat == "remove" or would > 0)
    if letter in "?_":
        is_out = terms.no_data == "exclude" or (terms.no_data == "hold" and held is None)
        would = {"down": WHOLE, "hold": held or NOTHING}.get(terms.no_data, NOTHING)
        treatment = "removed" if is_out else "counted"
        is_excused = clause is not None and (clause.treat == "remove" or would > 0)
    if is_ignored and would and treatment == "counted":
        would, treatment = NOTHING, "forgiven"
    if clause is not None and is_excused:
        return letter, "removed" if clause.treat == "remove" else "forgiven", NOTHING
    return letter, treatment, would


def combined(terms: Terms, rows: Sequence[str]) -> str:
    """All are needed: the worst at each moment; one is enough: the best."""
    choose = min if terms.mode == "any" else max
    return "".join(choose(column, key=GOOD_TO_BAD.index) for column in zip(*rows, strict=True))


def sliced(terms: Terms, line: str) -> str:
    """Slices of the clock that are down in part: dropped, or down as a whole."""
    if not terms.slice or terms.partial_slice == "exact":
        return line
    found = ""
    for at in range(0, len(line), terms.slice):
        part = line[at : at + terms.slice]
        bad = [letter in "px" for letter in part]
        if terms.partial_slice == "drop" and not all(bad):
            part = "".join("." if is_bad else letter for letter, is_bad in zip(part, bad, strict=True))
        elif terms.partial_slice == "whole" and any(bad):
            part = "".join(letter if is_bad else "x" for letter, is_bad in zip(part, bad, strict=True))
        found += part
    return found


def weight_of(terms: Terms, letter: str) -> Fraction:
    """The part of a cell that counts as down."""
    if letter in ".?_":
        return NOTHING
    return WHOLE if letter == "x" else terms.partial if letter == "p" else terms.degraded


def supposed(terms: Terms, letter: str, held: Fraction | None) -> Fraction:
    """The part of a cell that is down, without data as well."""
    if letter in "?_":
        return {"down": WHOLE, "hold": held or NOTHING}.get(terms.no_data, NOTHING)
    return weight_of(terms, letter)


def outages_of(terms: Terms, line: str, held: Sequence[Fraction | None]) -> tuple[list[tuple[int, int]], set[int]]:
    """The outages that count, and the cells of downtime that do not: of shorter ones, or below the minimum."""
    runs: list[list[int]] = []
    is_open = False
    for cell, letter in enumerate(line):
        if supposed(terms, letter, held[cell]):
            if is_open:
                runs[-1].append(cell)
            else:
                runs.append([cell])
            is_open = True
        elif letter != "?":
            is_open = False
    outages, ignored = [], set()
    for run in runs:
        seen = [cell for cell in run if terms.no_data != "hold" or line[cell] not in "?_"]
        counts = len(seen) > terms.min_outage or (terms.inclusive and len(seen) == terms.min_outage)
        below = seen[: terms.min_outage] if terms.excess else []
        left = [cell for cell in run if not below or cell > below[-1]] if counts else []
        ignored |= set(run) - set(left)
        if left:
            outages.append((left[0], left[-1] + 1))
    return outages, ignored


def holding(terms: Terms, line: str) -> list[Fraction | None]:
    """What time without data holds: the last known state, at the beginning the first; None when nothing is ever known."""
    known = [cell for cell, letter in enumerate(line) if letter not in "?_"]
    found: list[Fraction | None] = []
    source = known[0] if known else None
    for cell, letter in enumerate(line):
        source = cell if letter not in "?_" else source
        found.append(None if source is None else weight_of(terms, line[source]))
    return found


def exclusions(
    terms: Terms,
    windows: Sequence[Window],
    rows: Sequence[str],
    outages: Sequence[tuple[int, int]],
    line: str,
) -> tuple[dict[int, Clause], dict[int, Fraction]]:
    """Which clause takes a cell: the first that can, within its notice, up to its maximum, where nobody is down without excuse.

    Of components that are all needed each is excused by itself, and one that is not excused is down as much as it is: that is
    the second thing returned, for cells in which another one is excused. Redundant components must all have been announced.
    """
    groups = [(n,) for n in range(terms.count)] if terms.mode == "all" else [tuple(range(terms.count))]
    parts = [outages if len(groups) == 1 else own_outages(terms, rows[names[0]]) for names in groups]
    taken: list[dict[int, Clause]] = [{} for _ in groups]
    for clause in terms.clauses:
        every = [announced(clause, windows, names, part, len(line)) for names, part in zip(groups, parts, strict=True)]
        every = [cells - set(of) for cells, of in zip(every, taken, strict=True)]
        used: dict[Any, int] = {}
        for cell in sorted(set.union(*every)):
            is_down = any(start <= cell < end for start, end in outages)
            if clause.max is not None:
                if not terms.opening[cell % WEEK] or (clause.treat == "forgive" and not is_down):
                    continue
                unit = cell // WEEK if clause.max_per == "period" else (ORIGIN + timedelta(days=cell // DAY)).month
                used[unit] = used.get(unit, 0) + 1
                if used[unit] > clause.max:
                    continue
            for cells, of in zip(every, taken, strict=True):
                if cell in cells:
                    of[cell] = clause
    found: dict[int, Clause] = {}
    eased: dict[int, Fraction] = {}
    guilt = [own_weights(terms, row) for row in rows]
    for cell in sorted(set().union(*taken)):
        clauses = [of[cell] for of in taken if cell in of]
        guilty = [guilt[n][cell] for n, of in enumerate(taken) if len(taken) > 1 and cell not in of]
        if any(guilty):
            eased[cell] = max(guilty)
        else:
            found[cell] = next(clause for clause in terms.clauses if any(clause is each for each in clauses))
    return found, eased


def own_outages(terms: Terms, row: str) -> list[tuple[int, int]]:
    """The outages of one component, however short."""
    line = whole_slices(terms, row)
    return outages_of(replace(terms, min_outage=0), line, holding(terms, line))[0]


def own_weights(terms: Terms, row: str) -> list[Fraction]:
    """How much of each cell one component is down by itself."""
    line = whole_slices(terms, row)
    held = holding(terms, line)
    return [supposed(terms, letter, held[cell]) for cell, letter in enumerate(line)]


def whole_slices(terms: Terms, row: str) -> str:
    """A slice that is down in part is down as a whole where the terms say so; nothing is dropped from a component alone."""
    return sliced(terms, row) if terms.partial_slice == "whole" else row


def announced(
    clause: Clause, windows: Sequence[Window], names: Sequence[int], outages: Sequence[tuple[int, int]], size: int
) -> set[int]:
    """The cells that were announced in time for all of these components."""
    of: list[set[int]] = [set() for _ in names]
    for each in windows:
        is_late = clause.notice and (each.announced is None or each.announced > each.start - clause.notice)
        if each.kind == clause.kind and not is_late:
            for place, component in enumerate(names):
                if each.component in (None, component):
                    of[place] |= set(range(each.start, each.end))
    cells = set.intersection(*of)
    if clause.overrun == "excluded":
        for start, end in outages:
            ends = [cell + 1 for cell in cells if cell + 1 not in cells and start < cell + 1 < end]
            cells |= set(range(min(ends), end)) if ends else set()
    return {cell for cell in cells if cell < size}
