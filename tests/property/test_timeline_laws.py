"""The laws of the timeline, for drawings nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from drawn import START, STEP, marks, observations, read, timeline_of, watch
from hypothesis import given
from hypothesis import strategies as st

from monitor.timeline.fold import Folding, fold, timeline
from monitor.timeline.model import Reason, State, Stretch, Timeline, Watch
from monitor.timeline.outage import outages
from monitor.timeline.quorum import combine
from monitor.timeline.span import Span, Spans, intersect, subtract, total, union

drawings = st.text(alphabet="..xxc?d ", max_size=40)
terms = st.builds(watch, confirm=st.integers(1, 4), recover=st.integers(1, 3))
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8).map(
    lambda pairs: union(Span(start, start + length) for start, length in pairs)
)


def seconds(of: Spans) -> set[int]:
    """The slow meaning of a set of spans."""
    return {second for span in of for second in range(span.start, span.end)}


def is_partition(drawn: Timeline, span: Span) -> bool:
    """No hole, no overlap, neighbours differ."""
    edges = [drawn[0].span.start, *(stretch.span.end for stretch in drawn)]
    starts = [stretch.span.start for stretch in drawn]
    differ = all((a.state, a.reason) != (b.state, b.reason) for a, b in pairwise(drawn))
    return edges[0] == span.start and edges[-1] == span.end and starts == edges[:-1] and differ


def slowly(drawing: str, confirm: int, recover: int) -> Iterator[str]:
    """An independent reading of the rules over the whole drawing at once, one letter for each half slot."""
    sides: list[str] = []  # which side stands after each observation that is evidence
    heard = [(i, "x" if letter in "xc" else "u") for i, letter in enumerate(drawing) if letter in "xc.d"]
    side = ""
    runs = []
    for n, (i, letter) in enumerate(heard):
        need = confirm if letter == "x" else (recover if side == "x" else 1)
        following = [other for _, other in heard[n : n + need]]
        if letter != side and following == [letter] * need:
            side = letter
        sides.append(side)
        runs.append(i)
    state = dict(zip(runs, sides, strict=True))
    last_up = ""
    shown = "-"
    age = 2
    for i, letter in enumerate(drawing):
        if letter in ".d":
            last_up = {".": "U", "d": "D"}[letter]
        if letter == " ":
            age += 1
        else:
            age = 0
            if letter == "?":
                shown = "-"
            elif state[i] == "x":
                shown = "X"
            else:
                shown = last_up or "-"
        yield shown if age <= 1 else "-"
        yield shown if age == 0 else "-"


def halves(drawn: Timeline) -> str:
    """A timeline read twice a slot."""
    return read(drawn, STEP // 2)


@given(drawings.filter(bool), terms)
def test_the_fold_equals_a_slow_independent_reading(drawing: str, given_terms: Watch) -> None:
    """For any sequence of observations, the incremental fold shows what the rules say when read over the whole at once."""
    assert halves(timeline_of(drawing, confirm=given_terms.confirm, recover=given_terms.recover)) == "".join(
        slowly(drawing, given_terms.confirm, given_terms.recover)
    )


@given(drawings, drawings, terms)
def test_stopping_and_starting_again_changes_nothing(first: str, second: str, given_terms: Watch) -> None:
    """fold(a + b) = fold(fold(a), b): a restart at any point, through the written record, gives the same marks."""
    begun, stood = marks(observations(first), given_terms)
    rest = observations(second, start=START + len(first) * STEP)
    again = marks(rest, given_terms, Folding.loads(stood.dumps()), begun)
    assert again == marks(observations(first + second), given_terms)


@given(drawings, terms, st.integers(-3, 30), st.integers(1, 40))
def test_a_timeline_partitions_any_span(drawing: str, given_terms: Watch, begin: int, length: int) -> None:
    """Every second of any span has exactly one state."""
    kept, folding = marks(observations(drawing), given_terms)
    span = Span(START + begin * STEP, START + (begin + length) * STEP)
    assert is_partition(timeline(kept, folding.cover, span), span)


@given(st.lists(drawings, min_size=1, max_size=4), st.integers(0, 4), st.randoms())
def test_probes_combine_in_any_order(several: list[str], need: int, chance: object) -> None:
    """The component's states do not depend on the order of its probes, and partition the span."""
    span = Span(START, START + 45 * STEP)
    parts = [(watch(f"p{i}", need=need), timeline_of(drawing, slots=45)) for i, drawing in enumerate(several)]
    drawn = combine(parts, span)
    assert is_partition(drawn, span)
    assert read(combine(parts[::-1], span)) == read(drawn)


@given(drawings.filter(bool), drawings.filter(bool))
def test_needing_more_probes_is_never_better(first: str, second: str) -> None:
    """A component that needs all its probes is down at least whenever the one that needs any of them is."""
    span = Span(START, START + 40 * STEP)

    def down(need: int) -> set[int]:
        parts = [
            (watch("a", need=need), timeline_of(first, slots=40)),
            (watch("b", need=need), timeline_of(second, slots=40)),
        ]
        return seconds(tuple(s.span for s in combine(parts, span) if s.state is State.DOWN))

    assert down(1) <= down(0)


@given(drawings.filter(bool), terms)
def test_outages_hold_exactly_the_seconds_down(drawing: str, given_terms: Watch) -> None:
    """No down second is lost or counted twice, and each outage names evidence as its reason."""
    drawn = timeline_of(drawing, confirm=given_terms.confirm, recover=given_terms.recover)
    found = outages("api", drawn)
    down = [stretch.span for stretch in drawn if stretch.state is State.DOWN]
    assert sum(outage.down_seconds for outage in found) == total(down)
    assert all(outage.reason.is_evidence for outage in found)
    assert [outage.start for outage in found] == sorted({outage.start for outage in found})


@given(spans, spans)
def test_spans_are_a_lattice_of_seconds(one: Spans, other: Spans) -> None:
    """Union, intersection and difference mean what they mean for sets of seconds, and stay sorted and disjoint."""
    assert seconds(union(one, other)) == seconds(one) | seconds(other)
    assert seconds(intersect(one, other)) == seconds(one) & seconds(other)
    assert seconds(subtract(one, other)) == seconds(one) - seconds(other)
    assert total(union(one, other)) + total(intersect(one, other)) == total(one) + total(other)
    for result in (union(one, other), intersect(one, other), subtract(one, other)):
        assert list(result) == sorted(result)
        assert all(a.end < b.start for a, b in pairwise(result))


def test_a_stretch_says_why_it_is_unknown() -> None:
    """Silence has a reason of its own."""
    drawn = timeline_of(".   ")
    assert drawn[-1] == Stretch(Span(START + 90, START + 240), State.UNKNOWN, Reason.NO_OBSERVATION)


@given(drawings, terms)
def test_the_short_way_of_the_usual_pass_comes_to_the_same(drawing: str, terms: Watch) -> None:
    """Having been blind before all of this changes nothing, and is folded by the general rules."""
    folding = Folding()
    for seen in observations(drawing):
        general = fold(folding, seen, terms, dark=0)
        assert fold(folding, seen, terms) == general
        folding = general[0]
