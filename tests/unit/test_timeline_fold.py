"""From observations to states and outages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from drawn import START, STEP, marks, observations, read, timeline_of, watch

from monitor.timeline.fold import Folding, fold, timeline
from monitor.timeline.model import Observation, Outcome, Phases, Reason, State, Stretch, Verdict, Watch
from monitor.timeline.outage import outages
from monitor.timeline.quorum import combine
from monitor.timeline.span import Span


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("......", "UUUUUU"),
        ("..x...", "UUUUUU"),  # one failure is no outage
        ("..xx..", "UUXXUU"),  # two are, from the first of them
        ("..xxx.x..", "UUXXXXXUU"),  # a success that is not followed by another does not end it
        ("..x.x.", "UUUUUU"),
        ("..x?x..", "UUX-XUU"),  # unknown neither breaks a run nor lengthens it
        ("..x    x..", "UUXX---XUU"),
        ("..xx    xx..", "UUXXX---XXUU"),
        ("..    ..", "UUU---UU"),  # the last one speaks for one and a half intervals
        ("dd..", "DDUU"),
        ("..xdd.", "UUUDDU"),
        ("xx..", "XXUU"),
        ("x...", "-UUU"),  # never confirmed, and nothing was known before
        ("??..", "--UU"),
        ("dx..", "DDUU"),  # an unconfirmed failure leaves the state as it was
    ],
)
def test_states_after_confirmation(drawing: str, expected: str) -> None:
    """What is drawn on the left is what a customer reads on the right, slot by slot."""
    assert read(timeline_of(drawing)) == expected


def test_an_observation_speaks_for_one_and_a_half_intervals_at_most() -> None:
    """After the last observation the state holds for 90 s at an interval of 60 s, then nothing is claimed."""
    drawn = timeline_of("..", slots=5)
    assert drawn == (
        Stretch(Span(START, START + 150), State.OPERATIONAL),
        Stretch(Span(START + 150, START + 300), State.UNKNOWN, Reason.NO_OBSERVATION),
    )


def test_a_late_observation_leaves_no_hole() -> None:
    """An observation that begins twenty seconds late is the end of what the one before it says."""
    late = observations("..")[1]
    late = Observation(late.probe, late.location, late.slot_ms, late.slot_ms + 20_000, late.phases, late.verdict)
    kept, folding = marks([observations(".")[0], late], watch())
    drawn = timeline(kept, folding.cover, Span(START, START + 120))
    assert [stretch.state for stretch in drawn] == [State.OPERATIONAL]


def test_a_slot_is_heard_once() -> None:
    """A second observation of the same slot, or of one that has passed, changes nothing: the first stays."""
    _, folding = marks(observations("..x"), watch())
    again, redraw = fold(folding, observations("..x")[2], watch())
    assert again == folding
    assert redraw is None


@pytest.mark.parametrize("drawing", ["", "..", "..x", "..xx", "xx.", "..x   ?", "d?x"])
def test_a_fold_survives_being_written_down(drawing: str) -> None:
    """Restarting from the record continues exactly where the fold stood."""
    _, folding = marks(observations(drawing), watch())
    assert Folding.loads(folding.dumps()) == folding


def test_a_fold_of_an_earlier_version_goes_on() -> None:
    """What it did not write down is not known, and nothing else is lost."""
    _, folding = marks(observations("..xx?x"), watch())
    old = json.dumps(json.loads(folding.dumps())[:8])
    assert Folding.loads(old) == replace(folding, at=None, results="")


def test_an_outage_reports_its_first_reason_and_skips_blind_time() -> None:
    """Two minutes down, four without a word, two down: one outage of four minutes over eight."""
    found = outages("api", timeline_of("..cx    xx.."))
    assert len(found) == 1
    assert (found[0].start, found[0].end) == (START + 2 * STEP, START + 10 * STEP)
    assert found[0].reason is Reason.CONNECT
    assert found[0].down_seconds == (4 * STEP) + STEP // 2  # an observation speaks half an interval longer


def test_an_outage_with_nothing_known_after_it_is_still_open() -> None:
    """The monitor stopping is no recovery."""
    found = outages("api", timeline_of("..xx", slots=9))
    assert [outage.is_open for outage in found] == [True]


def both(first: str, second: str, need: int) -> str:
    """The component made of two drawn probes."""
    parts = [(watch("a", need=need), timeline_of(first)), (watch("b", need=need), timeline_of(second))]
    return read(combine(parts, Span(START, START + len(first) * STEP)))


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (0, "UUXXXXUU--DD"),  # all are needed
        (1, "UUUXXUUUUUUU"),  # one is enough
    ],
)
def test_two_probes_make_one_component(need: int, expected: str) -> None:
    """All of them needed, or redundant."""
    assert both("..xxx...??dd", "...xxx......", need) == expected


def test_time_before_a_probe_was_configured_is_its_own_answer() -> None:
    """Nobody watched: not up, not down, and not the monitor's fault either."""
    begun = Watch("a", "api", "local", START + 2 * STEP, START + 4 * STEP, 60_000, 2, 2)
    drawn = combine([(begun, timeline_of("......"))], Span(START, START + 6 * STEP))
    assert read(drawn) == "--UU--"
    assert drawn[0].reason is Reason.NOT_WATCHED


def test_only_the_wire_can_say_fail() -> None:
    """A failure without evidence, or with a cause that is ours, cannot even be written down."""
    with pytest.raises(ValueError, match="evidence"):
        Verdict.failed(Reason.TIMEOUT, "")
    with pytest.raises(ValueError, match="cannot have the reason"):
        Verdict.failed(Reason.RESOLVER, "our resolver is broken")
    with pytest.raises(ValueError, match="cannot have the reason"):
        Verdict.unknown(Reason.TIMEOUT)
    with pytest.raises(ValueError, match="with reason"):
        Verdict(Outcome.PASS, Reason.SLOW)


def test_what_a_target_says_is_kept_on_one_line_and_short() -> None:
    """Control characters, line breaks and lone surrogates never reach the record."""
    verdict = Verdict.failed(Reason.BODY, "a\r\nb\x00\x1b[31m\ud800" + "y" * 1000)
    assert verdict.detail.isprintable()
    assert len(verdict.detail) == 200
    assert Observation("p", "local", 0, 5, Phases(1), verdict).late_ms == 5
