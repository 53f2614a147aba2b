"""A monitor that could not see accuses nobody, and finds what lasts longer than its blindness."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn import START, STEP, read, watch
from judging import Told, drawn

from monitor.judge import rewatch
from monitor.timeline.blind import CANARIES, Blind
from monitor.timeline.model import Watch


def hosts(count: int, confirm: int = 2) -> list[Watch]:
    """Watches of as many components, each on a host of its own."""
    return [replace(watch(f"p{i}", f"c{i}", confirm=confirm), host=f"h{i}.example") for i in range(count)]


def test_all_that_fails_at_once_is_our_own_line() -> None:
    """Ten hosts that fail for three minutes: unknown from the first failure on, no outage, nothing told, and it is written down."""
    monitor = Told(hosts(10))
    monitor.turns(drawn(hosts(10), ["...xxx..."] * 10))
    assert monitor.told() == []
    assert [read(monitor.timeline(f"p{i}", 9)) for i in (0, 9)] == ["UUU---UUU", "-UU----UU"]
    begun, ended = monitor.journal
    assert (begun.kind, begun.at, begun.detail) == ("blind", START + 3 * STEP, "correlated of 10")
    assert (ended.kind, ended.at) == ("sighted", START + 6 * STEP + 3 * STEP // 10)


@pytest.mark.parametrize("confirm", [1, 2])
def test_a_real_outage_within_our_blindness_is_found_when_it_lasts(confirm: int) -> None:
    """From the first failure that was seen again."""
    monitor = Told(hosts(10, confirm))
    monitor.turns(drawn(hosts(10, confirm), ["...xxxxxxx", *["...xxx...."] * 9]))
    assert monitor.told() == [("c0", "opened")]
    assert monitor.notices[0].start in (START + 6 * STEP, START + 7 * STEP)


@pytest.mark.parametrize(("count", "failing"), [(4, 4), (5, 3), (10, 6)])
def test_few_hosts_or_a_few_of_many_are_outages(count: int, failing: int) -> None:
    """Fewer than five hosts say nothing about our line; nor do three of five or six of ten that fail."""
    drawings = ["...xxx...."] * failing + [".........."] * (count - failing)
    monitor = Told(hosts(count, 1))
    monitor.turns(drawn(hosts(count, 1), drawings))
    assert sorted({component for component, _ in monitor.told()}) == [f"c{i}" for i in range(failing)]
    assert monitor.journal == []


def test_an_outage_is_told_as_soon_as_enough_others_have_answered() -> None:
    """One of ten hosts fails: after four others have answered it cannot be our line, and nobody waits any longer."""
    terms = hosts(10, 1)
    monitor = Told(terms)
    seen = drawn(terms, ["...x", *["...."] * 9])
    monitor.turns(seen)
    (notice,) = monitor.notices
    failed = next(observation for observation, _ in seen if observation.reason)
    assert notice.start == failed.at
    assert notice.at - failed.end_ms // 1000 <= 5 * STEP // 10 + 1


def test_a_host_that_was_down_already_does_not_count() -> None:
    """Six hosts that fail one after the other, hours apart, are six outages."""
    terms = hosts(10, 1)
    monitor = Told(terms)
    monitor.turns(drawn(terms, ["." * (i * 4 + 1) + "x" * (40 - i * 4) if i < 8 else "." * 41 for i in range(10)]))
    assert len(monitor.told()) == 8
    assert monitor.journal == []


def test_probes_of_one_host_are_one_target() -> None:
    """Nine probes of one host and one of another that fail are no proof."""
    terms = [replace(each, host="h0.example") for each in hosts(9, 1)] + hosts(10, 1)[9:]
    monitor = Told(terms)
    monitor.turns(drawn(terms, ["...xxx..."] * 10))
    assert len(monitor.told()) == 20
    assert monitor.journal == []


def test_with_canaries_only_they_tell() -> None:
    """All hosts fail and the canaries sing: these are outages."""
    monitor = Told(hosts(10), is_guarded=True)
    monitor.turns(drawn(hosts(10), ["...xxx..."] * 10))
    assert len(monitor.told()) == 20


def test_what_fails_while_no_canary_answers_is_unknown_since_blindness_began() -> None:
    """Back-dated to then, also for what was under way, until a probe sees something again."""
    terms = hosts(2)
    dark = Blind(START + 2 * STEP + 10, None, CANARIES)
    monitor = Told(terms, is_guarded=True)
    seen = drawn(terms, ["...xx...", "...xx..."])
    early = [pair for pair in seen if pair[0].at < START + 3 * STEP]
    late = [pair for pair in seen if pair[0].at >= START + 3 * STEP]
    monitor.turns(early)
    monitor.turn((), START + 2 * STEP + 12, dark)
    monitor.turns([pair for pair in late if pair[0].at < START + 5 * STEP])
    monitor.turn((), START + 5 * STEP, replace(dark, end=START + 5 * STEP))
    monitor.turns([pair for pair in late if pair[0].at >= START + 5 * STEP])
    assert monitor.told() == []
    first, second = monitor.timeline("p0", 8), monitor.timeline("p1", 8)
    assert [each.span.start for each in first if each.reason and each.reason.word == "blind"] == [dark.start]
    # The other one was asked, and answered, after blindness had begun.
    assert [each.span.start for each in second if each.reason and each.reason.word == "blind"] == [
        START + 3 * STEP + STEP // 2
    ]
    assert [(entry.kind, entry.at) for entry in monitor.journal] == [
        ("blind", dark.start),
        ("sighted", START + 5 * STEP),
    ]


def test_a_failure_that_ended_in_the_dark_is_not_counted_although_it_began_before() -> None:
    """A question that was under way when the line broke."""
    terms = hosts(1, 1)
    monitor = Told(terms, is_guarded=True)
    monitor.turn((), START, Blind(START + 3 * STEP + 1, None, CANARIES))
    monitor.turns(drawn(terms, ["...x"]))
    assert monitor.told() == []


def test_blindness_by_correlation_survives_a_pause() -> None:
    """The monitor is stopped while blind; what it sees first afterwards does not end that: enough must answer."""
    monitor = Told(hosts(10, 1))
    monitor.turns(drawn(hosts(10, 1), ["...xxx" + " " * 20 + "xxx..."] * 10))
    assert monitor.told() == []
    assert [entry.kind for entry in monitor.journal] == ["blind", "sighted"]


def test_canaries_that_are_configured_end_what_was_only_suspected() -> None:
    """And the rule for those without is not used any more."""
    terms = hosts(10, 1)
    monitor = Told(terms)
    monitor.turns(drawn(terms, ["...xx"] * 10))
    monitor.standing = rewatch(monitor.standing, terms, START + 5 * STEP, is_guarded=True).standing
    monitor.turn((), START + 5 * STEP)
    assert [entry.kind for entry in monitor.journal] == ["blind", "sighted"]


def test_a_host_that_failed_while_we_could_still_see_was_no_victim_of_our_line() -> None:
    """One is down, the others answer; half a minute later our line breaks. Blindness begins with the others."""
    terms = hosts(10, 1)
    monitor = Told(terms)
    monitor.turns(drawn(terms, ["...xxxxxxx", *["....xxx..."] * 9]))
    assert monitor.told() == [("c0", "opened")]
    assert monitor.notices[0].start == START + 3 * STEP
    assert monitor.journal[0].at == START + 4 * STEP + STEP // 10
    assert monitor.journal[0].detail == "correlated of 9"
