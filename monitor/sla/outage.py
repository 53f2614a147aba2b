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

NOTHING = Fraction(0)


def weight(piece: Piece, weights: Weight) -> Fraction:
    """The part of a piece's time that is down."""
    if piece.severity in ("down", "partial"):
        whole = weights.major if piece.severity == "down" else weights.partial
        return whole if piece.share == 1 else whole * piece.share
    return weights.degraded if piece.severity == "degraded" else NOTHING


@dataclass(frozen=True)
class Found:
    """The outages in a line, those too short to count, and the line with its beginnings where the agreement puts them."""

    line: Line
    outages: Spans
    ignored: Spans


def find(line: Line, measure: Measure, resolution: int = 0, reports: Sequence[Report] = ()) -> Found:
    """Outages are runs of time that counts as down; time without data between two of them does not end one."""
    if measure.outage_starts in ("last-good", "midpoint") and resolution:
        back = resolution if measure.outage_starts == "last-good" else resolution // 2
        line = _earlier(line, measure, back)
    spans = _runs(line, measure.weight)
    if measure.outage_starts == "reported":
        line, spans = _reported(line, spans, reports)
    kept: list[Span] = []
    ignored: list[Span] = []
    for span in spans:
        parts = [
            part for piece in near(line, span) if weight(piece, measure.weight) and (part := piece.span.clip(span))
        ]
        down = total(parts)
        if down < measure.min_outage or (down == measure.min_outage and not measure.min_outage_inclusive and down):
            ignored.append(span)
        elif measure.min_outage_counts == "excess" and measure.min_outage:
            edge = _after(parts, measure.min_outage)
            ignored.append(Span(span.start, edge))
            if edge < span.end:
                kept.append(Span(edge, span.end))
        else:
            kept.append(span)
    return Found(line, tuple(kept), union(ignored))


def _after(parts: Sequence[Span], seconds: int) -> int:
    """The instant at which an outage has been down for so long, and still is or is again; its end when there is none."""
    for part in parts:
        if seconds < part.seconds:
            return part.start + seconds
        seconds -= part.seconds
    return parts[-1].end


def presumed(line: Line, measure: Measure, ignored: Spans = ()) -> Spans:
    """The time without data that the terms count as down."""
    return union(span for span, _ in supposed(line, measure, ignored))


def supposed(line: Line, measure: Measure, ignored: Spans = ()) -> Iterator[tuple[Span, Fraction]]:
    """Each span without data that the terms count as down, and the part of it that is down."""
    if measure.no_data not in ("down", "hold"):
        return
    always = Fraction(1) if measure.no_data == "down" else None
    pieces = list(split(line, ignored))
    known = [NOTHING if is_ignored else weight(piece, measure.weight) for piece, is_ignored in pieces
             if piece.severity != "unknown"]  # fmt: skip
    held = known[0] if known else NOTHING
    for piece, is_ignored in pieces:
        if piece.severity != "unknown":
            held = NOTHING if is_ignored else weight(piece, measure.weight)
        elif piece.reason != "empty-slice" and (part := always or held):
            yield piece.span, part


def _runs(line: Line, weights: Weight) -> Spans:
    runs: list[Span] = []
    start = end = None
    for piece in line:
        if weight(piece, weights):
            start = piece.span.start if start is None else start
            end = piece.span.end
        elif start is not None and end is not None and (piece.severity != "unknown" or piece.reason == "not-watched"):
            runs.append(Span(start, end))
            start = end = None
    if start is not None and end is not None:
        runs.append(Span(start, end))
    return tuple(runs)


def near(line: Line, span: Span) -> Line:
    """The pieces of a line that share time with the span."""
    first = bisect_right(line, span.start, key=lambda piece: piece.span.end)
    last = bisect_left(line, span.end, key=lambda piece: piece.span.start)
    return line[first:last]


def _earlier(line: Line, measure: Measure, back: int) -> Line:
    """The line with each outage beginning so many seconds earlier, in the time that was up before it."""
    starts = union(Span(span.start - back, span.start) for span in _runs(line, measure.weight))
    found: list[Piece] = []
    for piece, is_before in split(line, starts):
        if is_before and piece.severity in ("up", "degraded"):
            extend(found, piece.span.start, piece.span.end, "down", measure.outage_starts)
        else:
            extend(found, piece.span.start, piece.span.end, piece.severity, piece.reason, piece.share)
    return tuple(found)


def _reported(line: Line, spans: Spans, reports: Sequence[Report]) -> tuple[Line, Spans]:
    """Only what comes after the customer's report counts; an outage that nobody reported does not."""
    times = sorted(report.at for report in reports)
    kept: list[Span] = []
    for span in spans:
        at = next((at for at in times if at < span.end and at >= span.start), None)
        if at is not None:
            kept.append(Span(at, span.end))
    found: list[Piece] = []
    for piece, counts in split(line, tuple(kept)):
        is_bad = piece.severity in ("down", "partial", "degraded")
        severity, reason = (piece.severity, piece.reason) if counts or not is_bad else ("up", "not-reported")
        extend(found, piece.span.start, piece.span.end, severity, reason, piece.share)
    return tuple(found), tuple(kept)


def shared(line: Line, shares: Sequence[Share]) -> Line:
    """The line with each piece of downtime weighed by the part of the customers that it hit; 1 where nobody said."""
    for share in shares:
        pieces: list[Piece] = []
        for piece, is_hit in split(line, (share.span,)):
            pieces.append(
                replace(piece, share=share.share) if is_hit and piece.severity in ("down", "partial") else piece
            )
        line = tuple(pieces)
    return line
