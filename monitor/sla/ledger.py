"""The ledger: a period as a partition, each second posted once, with how it counts and the clause that says so."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from monitor.sla.clauses import Measure
from monitor.sla.exclude import Taken
from monitor.sla.facts import Line, Piece
from monitor.sla.outage import near, weight
from monitor.timeline.span import Span, Spans

ACCOUNTS = ("up", "degraded", "partial", "down", "unknown")


@dataclass(frozen=True, slots=True)
class Entry:
    """One span, posted to one account: up, degraded, partial, down or unknown.

    ``treatment``: ``counted``; ``forgiven`` (it stays in the denominator and is not down); ``removed`` (in neither part).
    ``down`` is the part of it that counts as down, from 0 to 1. ``clause`` is the key of what decided, empty when nothing had to.
    """

    span: Span
    account: str
    treatment: str
    down: Fraction = Fraction(0)
    reason: str | None = None
    clause: str = ""

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.span.seconds

    @property
    def is_counted(self) -> bool:
        """True when it is in the denominator."""
        return self.treatment != "removed"


@dataclass(frozen=True)
class Ledger:
    """A partition of ``span``."""

    span: Span
    entries: tuple[Entry, ...]

    def seconds(self, account: str) -> int:
        """What was posted to an account, however it counts."""
        return sum(entry.seconds for entry in self.entries if entry.account == account)

    @cached_property
    def counted(self) -> int:
        """The denominator, in seconds."""
        return sum(entry.seconds for entry in self.entries if entry.is_counted)

    @cached_property
    def down(self) -> Fraction:
        """The seconds that count as down."""
        return self.down_within(self.span)

    def down_within(self, span: Span, *, is_known: bool = False) -> Fraction:
        """The seconds of a part of the period that count as down; ``is_known``: without those of which nothing is known."""
        first = bisect_right(self.entries, span.start, key=lambda entry: entry.span.end)
        last = bisect_left(self.entries, span.end, key=lambda entry: entry.span.start)
        whole, parts = 0, Fraction(0)
        for entry in self.entries[first:last]:
            is_meant = entry.down and entry.is_counted and not (is_known and entry.account == "unknown")
            part = entry.span.clip(span) if is_meant else None
            if part and entry.down == 1:
                whole += part.seconds
            elif part:
                parts += entry.down * part.seconds
        return parts + whole


@dataclass(frozen=True)
class Cuts:
    """The sets of spans that decide how time counts."""

    service: Spans
    agreed: Spans
    taken: Taken
    ignored: Spans
    is_deemed_up: bool = False


def post(line: Line, cuts: Cuts, measure: Measure, span: Span) -> Ledger:
    """Post each second of the span. The line covers it."""
    taken, eased = cuts.taken.every, cuts.taken.eased
    layers = [cuts.service, cuts.agreed, cuts.ignored, *(each.spans for each in taken), *(spans for _, spans in eased)]
    entries: list[Entry] = []
    state = _Held(_before(line, span, measure))
    for piece, inside in overlay(line, layers, span):
        entry = _entry(piece, inside, cuts, measure, state)
        last = entries[-1] if entries else None
        if last and _says(last) == _says(entry) and last.span.end == entry.span.start:
            entries[-1] = Entry(Span(last.span.start, entry.span.end), *_says(entry))
        else:
            entries.append(entry)
    return Ledger(span, tuple(entries))


def _says(entry: Entry) -> tuple[str, str, Fraction, str | None, str]:
    return entry.account, entry.treatment, entry.down, entry.reason, entry.clause


@dataclass
class _Held:
    """The last known state, for terms under which time without data keeps it."""

    down: Fraction | None = None


def _entry(piece: Piece, inside: Sequence[bool], cuts: Cuts, measure: Measure, held: _Held) -> Entry:
    in_service, is_agreed, is_ignored, *others = inside
    taken, eased = cuts.taken.every, cuts.taken.eased
    is_excluded, is_eased = others[: len(taken)], others[len(taken) :]
    part = weight(piece, measure.weight)
    if piece.severity != "unknown":
        held.down = part
    if not in_service:
        if cuts.is_deemed_up:
            return Entry(piece.span, "up", "counted", Fraction(0), "before-service", "first_period")
        return Entry(piece.span, piece.severity, "removed", Fraction(0), "before-service", "first_period")
    if not is_agreed:
        return Entry(piece.span, piece.severity, "removed", Fraction(0), piece.reason, "hours")
    for each, is_taken in zip(taken, is_excluded, strict=True):
        if is_taken and (each.clause.treat == "remove" or part or _would_count(piece, measure, held)):
            treatment = "removed" if each.clause.treat == "remove" else "forgiven"
            reason = piece.reason or each.clause.kind
            return Entry(piece.span, piece.severity, treatment, Fraction(0), reason, f"exclude[{each.index}]")
    entry = Entry(piece.span, piece.severity, "counted", part, piece.reason)
    if piece.severity == "unknown":
        entry = _unknown(piece, measure, held)
    if entry.down and is_ignored:
        return Entry(piece.span, piece.severity, "forgiven", Fraction(0), piece.reason, "measure.min_outage")
    limits = [most for (most, _), is_in in zip(eased, is_eased, strict=True) if is_in]
    return replace(entry, down=min([entry.down, *limits])) if limits else entry


def _before(line: Line, span: Span, measure: Measure) -> Fraction | None:
    """What the last known state before the span weighs; when there is none, the first known one."""
    place = bisect_left(line, span.start, key=lambda piece: piece.span.start)
    around = (*reversed(line[:place]), *line[place:]) if measure.no_data == "hold" else ()
    return next((weight(piece, measure.weight) for piece in around if piece.severity != "unknown"), None)


def _would_count(piece: Piece, measure: Measure, held: _Held) -> bool:
    """True for time without data that the terms would otherwise count as down."""
    return piece.severity == "unknown" and bool(_unknown(piece, measure, held).down)


def _unknown(piece: Piece, measure: Measure, held: _Held) -> Entry:
    if piece.reason == "empty-slice":
        return Entry(piece.span, "unknown", "removed", Fraction(0), piece.reason, "measure.empty_slice")
    policy = measure.no_data
    if policy == "hold" and held.down is None:
        policy = "exclude"
    if policy == "exclude":
        return Entry(piece.span, "unknown", "removed", Fraction(0), piece.reason, "measure.no_data")
    down = {"up": Fraction(0), "down": Fraction(1), "hold": held.down or Fraction(0)}[policy]
    return Entry(piece.span, "unknown", "counted", down, piece.reason, "measure.no_data")


def overlay(line: Line, layers: Sequence[Spans], span: Span) -> Iterator[tuple[Piece, tuple[bool, ...]]]:
    """The pieces of a line within a span, cut at the edges of sets of spans, each with which of the sets it lies in."""
    places = [bisect_right(layer, span.start, key=lambda each: each.end) for layer in layers]
    for piece in near(line, span):
        part = piece.span.clip(span)
        at, end = (part.start, part.end) if part else (0, 0)
        while at < end:
            edge, inside = end, []
            for n, layer in enumerate(layers):
                while places[n] < len(layer) and layer[places[n]].end <= at:
                    places[n] += 1
                is_in = places[n] < len(layer) and layer[places[n]].start <= at
                if places[n] < len(layer):
                    edge = min(edge, layer[places[n]].end if is_in else layer[places[n]].start)
                inside.append(is_in)
            yield Piece(Span(at, edge), piece.severity, piece.reason, piece.share), tuple(inside)
            at = edge
