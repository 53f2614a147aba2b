"""Outages as an agreement sees them: where one begins, how long it must last to count, and what of it counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from monitor.sla.clauses import Measure, Weight
from monitor.sla.combine import split
from monitor.sla.facts import Line, Piece, Report, Share, extend
from monitor.timeline.span import Span, Spans, total, union

NOTHING, WHOLE = Fraction(0), Fraction(1)


def weight(piece: Piece, weights: Weight) -> Fraction:
    """The part of a piece's time that is down."""
    if piece.severity in ("down", "partial"):
        whole = weights.major if piece.severity == "down" else weights.partial
        return whole if piece.share == WHOLE else whole * piece.share
    return weights.degraded if piece.severity == "degraded" else NOTHING


@dataclass(frozen=True)
class Found:
    """The outages in a line, those too short to count, and the line with its beginnings where the agreement puts them."""

    line: Line
    outages: Spans
    ignored: Spans


def find(line: Line, measure: Measure, resolution: int = 0, reports: Sequence[Report] = ()) -> Found:
    """Outages are runs of time that counts as down, without data or with; other time without data does not end one."""
    if measure.outage_starts in ("last-good", "midpoint") and resolution:
        back = resolution if measure.outage_starts == "last-good" else resolution // 2
        line = _earlier(line, measure, back)
    if measure.outage_starts == "reported":
        line = _reported(line, measure, reports)
    kept: list[Span] = []
    ignored: list[Span] = []
    for run in _runs(line, measure):
        span = Span(run[0].span.start, run[-1].span.end)
        down = total(piece.span for piece in run if _lasts(piece, measure))
        if down < measure.min_outage or (down == measure.min_outage and not measure.min_outage_inclusive):
            ignored.append(span)
        elif measure.min_outage_counts == "excess" and measure.min_outage:
            edge = _after(run, measure)
            ignored.append(Span(span.start, edge))
            if edge < span.end:
                kept.append(Span(edge, span.end))
        else:
            kept.append(span)
    return Found(line, tuple(kept), union(ignored))


def _lasts(piece: Piece, measure: Measure) -> bool:
    """True for what an outage is long by: a state that is held is its after-effect, and does not make a short one long."""
    return measure.no_data != "hold" or piece.severity != "unknown"


def _after(run: Sequence[Piece], measure: Measure) -> int:
    """The instant at which an outage has reached the minimum, and still is or is again; its end when there is none."""
    seconds = measure.min_outage
    for piece in run:
        passed = piece.span.seconds if _lasts(piece, measure) else 0
        if seconds < passed or not seconds:
            return piece.span.start + seconds
        seconds -= passed
    return run[-1].span.end


def weighed(line: Line, measure: Measure) -> Iterator[tuple[Piece, Fraction]]:
    """Each piece with the part of it that is down: of time without data what the terms make of it."""
    known = (weight(piece, measure.weight) for piece in line if piece.severity != "unknown")
    held = next(known, NOTHING) if measure.no_data == "hold" else Fraction(measure.no_data == "down")
    for piece in line:
        if piece.severity != "unknown":
            part = weight(piece, measure.weight)
            held = part if measure.no_data == "hold" else held
            yield piece, part
        else:
            yield piece, NOTHING if piece.reason == "empty-slice" else held


def _runs(line: Line, measure: Measure) -> Iterator[list[Piece]]:
    """The outages of a line, each as its pieces that are down."""
    run: list[Piece] = []
    for piece, part in weighed(line, measure):
        if part:
            run.append(piece)
        elif run and (piece.severity != "unknown" or piece.reason == "not-watched"):
            yield run
            run = []
    if run:
        yield run


def _spans(line: Line, measure: Measure) -> Spans:
    return tuple(Span(run[0].span.start, run[-1].span.end) for run in _runs(line, measure))


def near(line: Line, span: Span) -> Line:
    """The pieces of a line that share time with the span."""
    first = bisect_right(line, span.start, key=lambda piece: piece.span.end)
    last = bisect_left(line, span.end, key=lambda piece: piece.span.start)
    return line[first:last]


def _earlier(line: Line, measure: Measure, back: int) -> Line:
    """The line with each outage beginning so many seconds earlier, in the time that was up before it."""
    starts = union(Span(span.start - back, span.start) for span in _spans(line, measure))
    found: list[Piece] = []
    for piece, is_before in split(line, starts):
        if is_before and piece.severity in ("up", "degraded"):
            extend(found, piece.span.start, piece.span.end, "down", measure.outage_starts)
        else:
            extend(found, piece.span.start, piece.span.end, piece.severity, piece.reason, piece.share)
    return tuple(found)


def _reported(line: Line, measure: Measure, reports: Sequence[Report]) -> Line:
    """The line in which only what comes after the customer's report is down; an outage that nobody reported was none."""
    times = sorted(report.at for report in reports)
    kept: list[Span] = []
    for span in _spans(line, measure):
        at = next((at for at in times if at < span.end and at >= span.start), None)
        if at is not None:
            kept.append(Span(at, span.end))
    found: list[Piece] = []
    for piece, counts in split(line, tuple(kept)):
        is_bad = piece.severity in ("down", "partial", "degraded")
        severity, reason = (piece.severity, piece.reason) if counts or not is_bad else ("up", "not-reported")
        extend(found, piece.span.start, piece.span.end, severity, reason, piece.share)
    return tuple(found)


def shared(line: Line, shares: Sequence[Share]) -> Line:
    """The line with each piece of downtime weighed by the part of the customers that it hit; 1 where nobody said.

    Where two parts are told of the same time the larger one holds.
    """
    for share in sorted(shares, key=lambda each: each.share):
        pieces: list[Piece] = []
        for piece, is_hit in split(line, (share.span,)):
            pieces.append(
                replace(piece, share=share.share) if is_hit and piece.severity in ("down", "partial") else piece
            )
        line = tuple(pieces)
    return line
