"""The laws of judging at the edge: blind, confirmed early, flapping, restarted in between."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from drawn import START, STEP, VERDICTS, marks, watch
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import Told, drawn

from monitor.clock import Clock
from monitor.judge import judge, rewatch
from monitor.store import Record, open_record
from monitor.timeline.blind import CANARIES, Blind
from monitor.timeline.fold import Folding, Mark, fold
from monitor.timeline.model import Observation, Outcome, Phases, State, Verdict, Watch
from monitor.timeline.record import Batch, JournalEntry, Standing

Seen = tuple[Observation, Watch]
# Mostly well, sometimes all dead together, so that the line breaks in many examples.
LETTERS = st.sampled_from("....xxd?c ")
BROKEN = st.tuples(st.integers(0, 20), st.integers(0, 8))


# Confirm, recover, what five to eight hosts saw, and times at which nothing answered.
Flock = tuple[int, int, list[str], list[tuple[int, int]]]
flocks = st.tuples(
    st.integers(1, 3),
    st.integers(1, 2),
    st.lists(st.text(LETTERS, max_size=24), min_size=5, max_size=8),
    st.lists(BROKEN, max_size=2),
)


def made(flock: Flock) -> tuple[list[Watch], list[Seen]]:
    """The terms, and what was seen in the order in which it was."""
    confirm, recover, texts, broken = flock
    built_on = [(), ("c0",), ("c1",), *[()] * 5]
    terms = [
        replace(watch(f"p{i}", f"c{i}", confirm=confirm, recover=recover), host=f"h{i}.example", needs=built_on[i])
        for i in range(len(texts))
    ]
    drawings = [list(text.ljust(24, ".")) for text in texts]
    for begin, length in broken:
        for drawing in drawings:
            drawing[begin : begin + length] = "x" * len(drawing[begin : begin + length])
    return terms, drawn(terms, ["".join(each) for each in drawings])


def turns(seen: Sequence[Seen], cuts: Sequence[int]) -> list[Sequence[Seen]]:
    """What was seen, cut into turns."""
    edges = sorted({0, len(seen), *(cut % (len(seen) + 1) for cut in cuts)})
    return [seen[a:b] for a, b in pairwise(edges)]


def spans_of(journal: Sequence[JournalEntry]) -> list[Blind]:
    """When it was blind, as the journal has it."""
    found: list[Blind] = []
    for entry in journal:
        if entry.kind == "blind":
            found.append(Blind(entry.at, None, entry.detail))
        else:
            found[-1] = replace(found[-1], end=entry.at)
    return found


def slowly(seen: Observation, blinds: Sequence[Blind]) -> Observation:
    """What an observation counts as, with every blind span known."""
    end = seen.start_ms / 1000 + seen.phases.total_us / 1_000_000
    ours = seen.outcome is Outcome.FAIL or (
        seen.reason is not None and seen.reason.word in ("resolver", "network", "blind")
    )
    dark = [b for b in blinds if b.start <= end and (b.end is None or seen.start_ms < b.end * 1000)]
    return replace(seen, verdict=VERDICTS["?"]) if ours and dark else seen


def counted(history: Sequence[Seen], monitor: Told) -> dict[str, list[tuple[int, Outcome]]]:
    """Second and outcome of all that was judged, by an oracle that knows the end."""
    blinds = spans_of(monitor.journal)
    held = {(each.probe, each.slot_ms) for each, _ in monitor.standing.held}
    found: dict[str, list[tuple[int, Outcome]]] = {}
    for each, _ in history:
        if (each.probe, each.slot_ms) not in held:
            found.setdefault(each.probe, []).append((each.at, slowly(each, blinds).outcome))
    return found


def letters(outcomes: Sequence[Outcome], confirm: int, recover: int) -> list[str]:
    """The side that stands after each known observation, read over the whole at once: the rule of confirmation, said again."""
    known = [
        (n, "x" if each is Outcome.FAIL else "u") for n, each in enumerate(outcomes) if each is not Outcome.UNKNOWN
    ]
    side, sides = "u", ["?"] * len(outcomes)
    for place, (n, letter) in enumerate(known):
        need = confirm if letter == "x" else (recover if side == "x" else 1)
        run = [other for _, other in known[place : place + need]]
        side = letter if run == [letter] * need else side
        sides[n] = side
    return sides


@given(flocks, st.lists(st.integers(0, 10_000), max_size=12))
def test_turn_by_turn_is_what_is_judged_when_all_is_known(flock: Flock, cuts: list[int]) -> None:
    """However observations arrive: what was judged is what an oracle says that knows all blindness beforehand."""
    terms, seen = made(flock)
    monitor = Told(terms)
    for part in turns(seen, cuts):
        monitor.turn(part, max((each.end_ms for each, _ in part), default=START * 1000) // 1000 + 1)
    for probe, outcomes in counted(seen, monitor).items():
        line = monitor.timeline(probe, 30)
        expected = letters([outcome for _, outcome in outcomes], terms[0].confirm, terms[0].recover)
        for (at, outcome), side in zip(outcomes, expected, strict=True):
            state = next(each.state for each in line if at in each.span)
            if outcome is Outcome.UNKNOWN:
                assert state is State.UNKNOWN
            else:
                assert (state is State.DOWN) == (side == "x")


@given(flocks, st.lists(st.integers(0, 10_000), max_size=12))
def test_nothing_is_told_that_is_not_measured(flock: Flock, cuts: list[int]) -> None:
    """Each notice is of a failure that counts; opened and closed take turns; each has a second of its own."""
    terms, seen = made(flock)
    monitor = Told(terms)
    for part in turns(seen, cuts):
        monitor.turn(part, max((each.end_ms for each, _ in part), default=START * 1000) // 1000 + 1)
    failed = {
        (terms[int(probe[1:])].component, at)
        for probe, outcomes in counted(seen, monitor).items()
        for at, outcome in outcomes
        if outcome is Outcome.FAIL
    }
    assert all((notice.component, notice.start) in failed for notice in monitor.notices)
    for term in terms:
        kinds = [kind for component, kind in monitor.told() if component == term.component]
        assert kinds == (["opened", "closed"] * len(kinds))[: len(kinds)]
    assert len({notice.at for notice in monitor.notices}) == len(monitor.notices)


def kept(
    record: Record, terms: Sequence[Watch], parts: Sequence[Sequence[Seen]], stops: set[int], *, forgets: bool
) -> Standing:
    """Where it stands after these turns, with a reload ahead of some of them; with ``forgets`` each is a restart."""
    record.watch(terms, START)
    in_force = {each.probe: each for each in record.watches()}
    standing = rewatch(record.standing(START), record.watches(), START).standing
    for n, part in enumerate(parts):
        now = max((each.end_ms for each, _ in part), default=START * 1000) // 1000 + 1
        if n in stops:
            again = rewatch(record.standing(now) if forgets else standing, record.watches(), now)
            record.append(Batch(now, notices=again.notices))
            standing = again.standing
        turn = judge(standing, [(each, in_force[each.probe]) for each, _ in part], now)
        standing = turn.standing
        facts = tuple(each for each, _ in part)
        record.append(Batch(now, facts, turn.redraws, turn.foldings, turn.notices, turn.journal))
    return standing


@settings(max_examples=20)
@given(flocks, st.lists(st.integers(0, 10_000), max_size=8), st.sets(st.integers(0, 8), min_size=1))
def test_a_restart_at_any_moment_changes_nothing(flock: Flock, cuts: list[int], stops: set[int]) -> None:
    """Blind, waiting to be judged, half confirmed, unstable: the same states, notices and journal as without the restart."""
    terms, seen = made(flock)
    parts = turns(seen, cuts)
    found = []
    for forgets in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            record = open_record(f"sqlite:///{Path(folder)}/meetlat.db", Clock())
            standing = kept(record, terms, parts, stops, forgets=forgets)
            reader = record.reader
            told = (standing.told, reader.notices(1000), reader.journal(1000))
            found.append((standing.foldings, standing.marks, standing.held, told))
            record.close()
    assert found[0] == found[1]


@given(
    st.text("..xd ", min_size=1, max_size=20),
    st.integers(0, 20 * STEP),
    st.integers(1, 10 * STEP),
    st.integers(1, 3),
)
def test_blindness_is_unknown_from_its_first_second_until_something_is_seen(
    drawing: str, begin: int, length: int, confirm: int
) -> None:
    """For one probe and one blind span: unknown from its beginning, or from the first failure in it if something was seen after."""
    terms = watch(confirm=confirm)
    blind = Blind(START + begin, START + begin + length, CANARIES)
    (term,), seen = [terms], [each for each, _ in drawn([terms], [drawing])]
    monitor = Told([term], is_guarded=True)
    monitor.turn((), START, blind)
    monitor.turns([(each, term) for each in seen])
    line = monitor.timeline(term.probe, len(drawing) + 4)
    for n, each in enumerate(seen):
        if slowly(each, [blind]).outcome is not Outcome.UNKNOWN:
            continue
        before = seen[n - 1].at if n else None
        first = each.at if before is None or before >= blind.start else min(each.at, blind.start)
        after = seen[n + 1].at if n + 1 < len(seen) else first + 1
        states = {s.state for s in line if s.span.start < after and s.span.end > first}
        assert State.DOWN not in states or after > blind.start
        assert next(s.state for s in line if each.at in s.span) is State.UNKNOWN
        assert next(s.state for s in line if first in s.span) is State.UNKNOWN


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(".x")), min_size=1, max_size=30), st.integers(1, 3))
def test_what_is_asked_again_counts_in_its_order(asked: list[tuple[int, str]], confirm: int) -> None:
    """Slots and what is asked again within them, folded in order, once each: like any other row of observations."""
    seen: list[Observation] = []
    for n, (again, letter) in enumerate(asked):
        for nth in range(again + 1):
            slot = (START + n * STEP) * 1000 + nth
            verdict: Verdict = VERDICTS[letter]
            seen.append(Observation("api-health", "local", slot, slot + nth * 10_000, Phases(1000), verdict))
    kept_marks, folding = marks(seen, watch(confirm=confirm))
    twice: list[Mark] = []
    state = Folding()
    for each in (each for pair in zip(seen, seen, strict=True) for each in pair):
        state, redraw = fold(state, each, watch(confirm=confirm))
        if redraw:
            twice = [mark for mark in twice if mark.at < redraw.start] + list(redraw.marks)
    assert (twice, state) == (kept_marks, folding)
    assert (folding.standing is State.DOWN) == (
        letters([each.outcome for each in seen], confirm, 2)[-1] == "x" if seen else False
    )
