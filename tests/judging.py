"""A monitor that judges turn by turn, without a record, and what several probes see, drawn."""

from __future__ import annotations

from collections.abc import Sequence

from drawn import START, STEP, VERDICTS

from monitor.judge import judge, rewatch
from monitor.timeline.blind import Blind
from monitor.timeline.fold import Folding, timeline
from monitor.timeline.model import Observation, Phases, Timeline, Watch
from monitor.timeline.record import JournalEntry, Key, Notice, Standing
from monitor.timeline.span import Span

Seen = tuple[Observation, Watch]


def drawn(terms: Sequence[Watch], drawings: Sequence[str]) -> list[Seen]:
    """What each of them saw, one drawing each, spread over the interval, in the order in which it was seen."""
    seen: list[Seen] = []
    for i, (each, drawing) in enumerate(zip(terms, drawings, strict=True)):
        for slot, letter in enumerate(drawing):
            if letter != " ":
                at = (START + slot * STEP) * 1000 + i * STEP * 1000 // len(terms)
                took = Phases(2_000_000 if letter == "x" else 20_000)
                seen.append((Observation(each.probe, "local", at, at + 3, took, VERDICTS[letter]), each))
    return sorted(seen, key=lambda pair: pair[0].end_ms)


class Told:
    """A monitor that judges turn by turn, without a record."""

    def __init__(self, terms: Sequence[Watch], *, is_guarded: bool = False) -> None:
        self.standing: Standing = rewatch(Standing(), terms, START, is_guarded=is_guarded).standing
        self.notices: list[Notice] = []
        self.journal: list[JournalEntry] = []

    def turn(self, seen: Sequence[Seen], now: int, *line: Blind) -> None:
        """Judge."""
        turn = judge(self.standing, seen, now, line)
        self.standing = turn.standing
        self.notices += turn.notices
        self.journal += turn.journal

    def turns(self, seen: Sequence[Seen]) -> None:
        """Judge one after the other, each when it had ended."""
        for each in seen:
            self.turn([each], each[0].end_ms // 1000 + 1)

    def timeline(self, probe: str, slots: int) -> Timeline:
        """What one probe showed."""
        key: Key = (probe, "local")
        cover = self.standing.foldings.get(key, Folding()).cover
        return timeline(self.standing.marks.get(key, ()), cover, Span(START, START + slots * STEP))

    def told(self) -> list[tuple[str, str]]:
        """What was told of which component."""
        return [(notice.component, notice.kind) for notice in self.notices]
