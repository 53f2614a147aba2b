"""A year of statements against the obvious program: a walk over the minutes of each month.

A thousand components with fifty outages each, a hundred agreements over ten of them: all needed, a monthly objective with tiers,
maintenance forgiven, a cap over twelve months, and fees. Made are all twelve statements of every agreement, in one process and in
two. The rival only adds up minutes and looks up a tier, without ledger, steps or cap; it is timed on a few agreements.
"""

from __future__ import annotations

import random
import sys
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction

from monitor.agreements import read_tables
from monitor.sla.chain import Memory
from monitor.sla.facts import Facts, Fee, Piece, Window, drawn
from monitor.sla.periods import asked
from monitor.sla.statement import Versions, statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

AGREEMENTS, COMPONENTS, OUTAGES = 100, 10, 50
YEAR = asked("2026", "UTC")
MONTHS = [Period(f"2026-{n:02d}", "UTC", asked(f"2026-{n:02d}", "UTC")) for n in range(1, 13)]
TIERS = ((95, 50), (99, 25), (99.9, 10))
CONTRACT = """
[agreement]
id = "acme"
timezone = "UTC"
currency = "EUR"
[version]
effective_from = 2026-01-01
[[objective]]
id = "uptime"
of = {{ {mode} = [{names}] }}
target = "99.9"
[[objective.exclude]]
kind = "maintenance"
treat = "forgive"
notice = "48h"
[[objective.remedy]]
tiers = [{{ below = "99.9", give = "10" }}, {{ below = "99", give = "25" }}, {{ below = "95", give = "50" }}]
cap = [{{ percent = "10", over = "12-months" }}]
"""
Job = tuple[Versions, Facts]


def agreement(mode: str) -> Versions:
    """The terms, as their author writes them."""
    names = ", ".join(f'"c{n}"' for n in range(COMPONENTS))
    reading = read_tables({"acme.toml": tomllib.loads(CONTRACT.format(mode=mode, names=names))}, None)
    assert not reading.faults, reading.faults
    return reading.versions[0]


def year(seed: int, outages: int) -> Facts:
    """What happened to ten components: outages of one to ninety minutes, four windows of maintenance, a fee a month."""
    chance = random.Random(seed)
    lines, windows, fees = {}, [], []
    for n in range(COMPONENTS):
        pieces = []
        for _ in range(outages):
            start = chance.randrange(YEAR.start, YEAR.end - 5400)
            pieces.append(Piece(Span(start, start + chance.randrange(60, 5400)), "down"))
        lines[f"c{n}"] = drawn(YEAR, pieces)
        fees += [Fee(f"c{n}", month.span, Fraction(chance.randrange(1000, 9999), 100)) for month in MONTHS]
    for _ in range(4):
        start = chance.randrange(YEAR.start, YEAR.end - 14_400)
        windows.append(Window("", Span(start, start + 14_400), "maintenance", start - 5 * 86_400))
    return Facts(lines, tuple(windows), fees=tuple(fees))


def twelve(job: Job) -> int:
    """All statements of the year; how many."""
    versions, facts = job
    memory = Memory()
    return sum(len(statement(versions, month, facts, YEAR.end, memory=memory).assessments) > 0 for month in MONTHS)


def naive(facts: Facts) -> int:
    """The rival: each minute of each month, is a component down, and is it not excused. The sum of the credits."""
    credit = 0
    outages = [piece.span for line in facts.lines.values() for piece in line if piece.severity == "down"]
    for month in MONTHS:
        down = total = 0
        mine = [span for span in outages if span.clip(month.span)]
        excused = [window.span for window in facts.windows if window.span.clip(month.span)]
        for minute in range(month.span.start, month.span.end, 60):
            total += 1
            if any(minute in span for span in mine) and not any(minute in span for span in excused):
                down += 1
        percentage = 100 - 100 * down / total
        credit += next((give for below, give in TIERS if percentage < below), 0)
    return credit


def timed(jobs: list[Job], processes: int) -> float:
    """Seconds for all jobs: of the processor in one process, of the clock in several."""
    clock = time.process_time if processes == 1 else time.perf_counter
    begun = clock()
    if processes == 1:
        made = sum(map(twelve, jobs))
    else:
        with ProcessPoolExecutor(processes) as pool:
            made = sum(pool.map(twelve, jobs, chunksize=10))
    assert made == 12 * len(jobs)
    return clock() - begun


def main() -> None:
    """Print the figures."""
    terms = agreement("all")
    jobs = [(terms, year(seed, OUTAGES)) for seed in range(AGREEMENTS)]
    one, two = timed(jobs, 1), timed(jobs, 2)
    sample = jobs[:2]
    begun = time.process_time()
    for _, facts in sample:
        naive(facts)
    rival = (time.process_time() - begun) * AGREEMENTS / len(sample)
    some = jobs[:20]
    twice = [(terms, year(seed, 2 * OUTAGES)) for seed in range(len(some))]
    ratio = timed(twice, 1) / timed(some, 1)
    each = [(agreement("each"), facts) for _, facts in some]
    singly = timed(each, 1) * AGREEMENTS / len(each)
    sys.stdout.write(
        f"{12 * AGREEMENTS} statements over {AGREEMENTS * COMPONENTS} components with {OUTAGES} outages:"
        f" {one:.2f} s in one process, {two:.2f} s in two; walking the minutes {rival:.0f} s (scaled from {len(sample)}),"
        f" ratio {one / rival:.3f}\n"
        f"twice the outages: {ratio:.2f} times as long; each component judged by itself: {singly:.1f} s (scaled)\n"
    )


if __name__ == "__main__":
    main()
