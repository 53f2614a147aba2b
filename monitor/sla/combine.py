"""The components of an objective put together, counts turned into time, and slices of the clock judged as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from heapq import heapify, heapreplace
from itertools import pairwise

from monitor.sla.clauses import Measure
from monitor.sla.facts import SEVERITIES, Count, Line, Piece, extend
from monitor.timeline.span import Span, Spans, union

NOT_WATCHED = "not-watched"
BAD = ("down", "partial")
WHOLE = Fraction(1)


def together(lines: Sequence[Line], mode: str, span: Span) -> Line:
    """One line over the span: for ``all`` the worst of them at each moment, for ``any`` the best. Outside a line all is unknown."""
    choose = min if mode == "any" else max
    filled = [_filled(line, span) for line in lines]
    if len(filled) == 1:
        return filled[0]
    left = [iter(line) for line in filled]
    pieces = [next(line) for line in left]
    badness = [_badness(piece) for piece in pieces]
    ends = [(piece.span.end, n) for n, piece in enumerate(pieces)]
    heapify(ends)
    found: list[Piece] = []
    at = span.start
    while at < span.end:
        until = ends[0][0]
        one = pieces[badness.index(choose(badness))]
        extend(found, at, until, one.severity, one.reason, one.share)
        while until < span.end and ends[0][0] == until:
            n = ends[0][1]
            pieces[n] = next(left[n])
            badness[n] = _badness(pieces[n])
            heapreplace(ends, (pieces[n].span.end, n))
        at = until
    return tuple(found)


def _badness(piece: Piece) -> tuple[int, Fraction]:
    return SEVERITIES.index(piece.severity), piece.share


def _filled(line: Line, span: Span) -> Line:
    if line and (line[0].span.start, line[-1].span.end) == (span.start, span.end) and _is_whole(line):
        return line
    found: list[Piece] = []
    at = span.start
    for piece in line:
        part = piece.span.clip(span)
        if part is None:
            continue
        extend(found, at, part.start, "unknown", NOT_WATCHED)
        extend(found, part.start, part.end, piece.severity, piece.reason, piece.share)
        at = part.end
    extend(found, at, span.end, "unknown", NOT_WATCHED)
    return tuple(found)


def _is_whole(line: Line) -> bool:
    return all(one.span.end == other.span.start for one, other in pairwise(line))


def from_counts(counts: Sequence[Count], measure: Measure, span: Span) -> Line:
    """Counts as a line: a bad slice is down as a whole, or (mean of slices) each slice is down for the share that failed.

    Time without counts is left out.
    """
    size = measure.slice or 60
    found: list[Piece] = []
    at = span.start
    for count in sorted(counts, key=lambda count: count.start):
        part = Span(count.start, count.start + size).clip(span)
        if part is None or part.start < at:
            continue
        extend(found, part.start, part.end, *_slice(count, measure))
        at = part.end
    return tuple(found)


def _slice(count: Count, measure: Measure) -> tuple[str, str | None, Fraction]:
    if not count.total:
        severity = {"up": "up", "down": "down", "exclude": "unknown"}[measure.empty_slice]
        return severity, "empty-slice", WHOLE
    failed = Fraction(count.total - count.good, count.total)
    if measure.method == "bad-slices":
        limit = measure.bad_slice.error_rate_over if measure.bad_slice else None
        is_bad = failed * 100 > limit if limit is not None else failed == 1
        return ("down", "error-rate", WHOLE) if is_bad else ("up", None, WHOLE)
    return ("down", "error-rate", failed) if failed else ("up", None, WHOLE)


def by_slices(line: Line, measure: Measure, origin: int) -> Line:
    """Downtime in whole slices of the clock, counted from ``origin``: parts of a slice are dropped, or make all of it down."""
    if measure.method != "bad-slices" or not measure.slice or measure.partial_slice == "exact" or not line:
        return line
    size, is_whole = measure.slice, measure.partial_slice == "whole"
    down = union(piece.span for piece in line if piece.severity in BAD)
    kept: list[Span] = []
    for span in down:
        start, end = span.start - (span.start - origin) % size, span.end + (origin - span.end) % size
        if not is_whole:
            start, end = start if start == span.start else start + size, end if end == span.end else end - size
        if start < end:
            kept.append(Span(start, end))
    found: list[Piece] = []
    for piece, is_kept in split(line, union(kept)):
        is_bad = piece.severity in BAD
        if is_bad == is_kept:
            extend(found, piece.span.start, piece.span.end, piece.severity, piece.reason, piece.share)
        else:
            extend(found, piece.span.start, piece.span.end, "down" if is_kept else "up", "partial-slice")
    return tuple(found)


def split(line: Line, spans: Spans) -> Iterator[tuple[Piece, bool]]:
    """The pieces of a line cut at the edges of a set of spans, each with whether it lies in them."""
    place = 0
    for piece in line:
        at = piece.span.start
        while at < piece.span.end:
            while place < len(spans) and spans[place].end <= at:
                place += 1
            inside = place < len(spans) and spans[place].start <= at
            edge = piece.span.end
            if place < len(spans):
                edge = min(edge, spans[place].end if inside else spans[place].start)
            yield replace(piece, span=Span(at, edge)), inside
            at = edge
