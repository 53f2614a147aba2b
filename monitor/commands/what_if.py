"""``meetlat what-if``: any agreement on any list of outages, without a monitor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from monitor import imports
from monitor.agreements import read_file
from monitor.commands._printed import lines
from monitor.imports import Place, Told
from monitor.sla.document import document
from monitor.sla.facts import Piece
from monitor.sla.periods import asked
from monitor.sla.quantity import length
from monitor.sla.statement import Versions, statement
from monitor.timeline.period import Period
from monitor.timeline.span import Span

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command
@click.argument("agreement", metavar="AGREEMENT", type=FILE)
@click.option("--period", metavar="PERIOD", help="2026-10, 2026-Q4, 2026, 2026-W40 or 2026-10-05; default: this month.")
@click.option("--outages", "outages_file", type=FILE, help="CSV: component,start,end,state,label.")
@click.option(
    "--down", metavar="TIME", help="Instead of a file: one outage of this length, such as 43m, in each component."
)
@click.option("--fees", "fees_file", type=FILE, help="CSV: component,period,amount.")
@click.option("--counts", "counts_file", type=FILE, help="CSV: component,start,good,total.")
@click.option("--granted", "granted_file", type=FILE, help="CSV: objective,remedy,component,period,give,amount.")
@click.option("--tickets", "tickets_file", type=FILE, help="CSV: ticket,at,event,priority.")
@click.option("--term-end", metavar="DATE", help="The last day of the contract's term, for deadlines that run from it.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole statement as JSON.")
def command(
    agreement: Path,
    period: str | None,
    outages_file: Path | None,
    down: str | None,
    fees_file: Path | None,
    counts_file: Path | None,
    granted_file: Path | None,
    tickets_file: Path | None,
    term_end: str | None,
    as_json: bool,
) -> None:
    """Say what AGREEMENT (a TOML file) would give for a list of outages. No monitor and no configuration is needed.

    All other time counts as up and the whole period as passed. Rows outside the period count where the terms look back: for
    triggers, ladders and caps.
    """
    versions, warnings = read_file(agreement)
    terms = versions.newest
    rules = tuple(terms.rule(objective) for objective in terms.objectives)
    place = Place(terms.timezone, rules, terms.names(), terms.names())
    try:
        label = period or _this_month(terms.timezone)
        span = asked(label, terms.timezone, rules)
        told = _told(outages_file, down, place, span)
        end = asked(term_end, terms.timezone).end if term_end else None
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    reach = _periods(versions, span)
    facts = told.facts(Span(min(span.start, reach.start) - 370 * 86_400, max(span.end, reach.end)), terms.names())
    facts = replace(
        facts,
        fees=imports.fees(fees_file, place) if fees_file else (),
        counts=imports.counts(counts_file, place) if counts_file else {},
        granted=imports.granted(granted_file, place) if granted_file else (),
        tickets=imports.tickets(tickets_file, place) if tickets_file else None,
        term_end=end,
    )
    notes = (*(str(each) for each in warnings), *_notes(told, reach))
    if span.end <= versions.begin:
        notes += (f"these terms hold only from {versions.every[0].effective_from}: taken as if they had held before",)
        versions = _as_if_always(versions)
    made = statement(versions, Period(label, terms.timezone, span), facts, max(span.end, reach.end))
    found = document(replace(made, warnings=notes))
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else "\n".join(lines(found)))


def _as_if_always(versions: Versions) -> Versions:
    """The first version as if it had always been in force."""
    first = versions.every[0]
    return Versions(
        (replace(first, version=replace(first.version, effective_from=date(1970, 1, 1))), *versions.every[1:])
    )


def _this_month(zone: str) -> str:
    from monitor.clock import Clock
    from monitor.timeline.period import month_of

    return month_of(Clock().now(), zone).label


def _told(file: Path | None, down: str | None, place: Place, span: Span) -> Told:
    if file and down:
        raise ValueError("give --outages or --down, not both")
    if file:
        return imports.outages(file, place)
    pieces: dict[str, tuple[Piece, ...]] = {}
    if down:
        outage = Span(span.start, min(span.start + _length(down), span.end))
        pieces = {name: (Piece(outage, "down"),) for name in place.components}
    return Told(pieces, (), (), ())


def _length(down: str) -> int:
    try:
        if seconds := length(down):
            return seconds
        raise ValueError("is no time at all")
    except ValueError as error:
        raise ValueError(f"--down: {down!r} {error}") from error


def _notes(told: Told, reach: Span) -> Iterator[str]:
    """What somebody should know of rows that may not count."""
    rows = [piece.span for pieces in told.pieces.values() for piece in pieces] + [each.span for each in told.windows]
    outside = {span for span in rows if not span.clip(reach)}
    if outside:
        yield f"{len(outside)} outages or windows lie outside the period: they count where the terms look back, and not in it"


def _periods(versions: Versions, span: Span) -> Span:
    """The whole of the periods that share time with the span."""
    terms = versions.newest
    found = [each.span for o in terms.objectives for each in terms.rule(o).overlapping(span)]
    return Span(min(each.start for each in found), max(each.end for each in found))
