"""Half-open spans of whole UTC seconds, and the algebra on sets of them.

A *set of spans* is a tuple that is sorted, disjoint and without two spans that touch: ``union`` makes one from anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """``[start, end)`` in seconds since the epoch, UTC. Never empty and never backwards: ValueError."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a span must end after it starts: [{self.start}, {self.end})")

    @property
    def seconds(self) -> int:
        """Length, in seconds."""
        return self.end - self.start

    def __contains__(self, instant: int) -> bool:
        return self.start <= instant < self.end

    def clip(self, other: Span) -> Span | None:
        """The part of this span that lies inside ``other``, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


Spans = tuple[Span, ...]


def union(*sets: Iterable[Span]) -> Spans:
    """The seconds that lie in any of the sets, as a set of spans."""
    merged: list[Span] = []
    for span in sorted(span for spans in sets for span in spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def intersect(one: Spans, other: Spans) -> Spans:
    """The seconds that lie in both sets of spans."""
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        common = one[i].clip(other[j])
        if common:
            found.append(common)
        if one[i].end <= other[j].end:
            i += 1
        else:
            j += 1
    return tuple(found)


def subtract(one: Spans, other: Spans) -> Spans:
    """The seconds of ``one`` that do not lie in ``other``; both are sets of spans."""
    left: list[Span] = []
    j = 0
    for span in one:
        start = span.start
        while j < len(other) and other[j].end <= start:
            j += 1
        k = j
        while k < len(other) and other[k].start < span.end:
            if other[k].start > start:
                left.append(Span(start, other[k].start))
            start = max(start, other[k].end)
            k += 1
        if start < span.end:
            left.append(Span(start, span.end))
    return tuple(left)


def total(spans: Iterable[Span]) -> int:
    """The summed length, in seconds."""
    return sum(span.seconds for span in spans)
