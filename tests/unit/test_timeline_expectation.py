"""When an endpoint should have called, and what it means that it did or did not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from drawn import marks
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.timeline.expectation import Terms, judge
from monitor.timeline.fold import timeline
from monitor.timeline.model import Observation, Outcome, Phases, Verdict, Watch
from monitor.timeline.signals import Life, Sign, Signal, live
from monitor.timeline.span import Span

MINUTE = 60_000
HOUR = 60 * MINUTE
HOURLY = Terms(every=HOUR, cron=None, zone="UTC", grace=10 * MINUTE)
NIGHTLY = Terms(every=None, cron="0 3 * * *", zone="Europe/Amsterdam", grace=10 * MINUTE)
RUNNING = Terms(every=HOUR, cron=None, zone="UTC", grace=10 * MINUTE, longest=30 * MINUTE)


def at(text: str) -> int:
    """Milliseconds since the epoch of a time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def said(*signals: tuple[int, Sign] | tuple[int, Sign, int]) -> Life:
    """What is known after these; nobody listened before moment 0."""
    rest = [Signal("p", each[0], each[1], each[2] if len(each) > 2 else None) for each in signals]
    return live(Life(), [Signal("p", -HOUR, Sign.UNHEARD, 0), *rest])


def word(verdict: Verdict) -> str:
    """Its outcome, and its reason."""
    return f"{verdict.outcome} {verdict.reason.word}" if verdict.reason else str(verdict.outcome)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, "pass"),
        (60, "pass"),
        (61, "degraded late"),
        (70, "degraded late"),
        (71, "fail missed"),
        (999, "fail missed"),
    ],
)
def test_a_call_is_in_time_then_late_then_missed(minutes: int, expected: str) -> None:
    """An hour after the last one it is due, and ten minutes of grace later it was missed."""
    life = said((5 * HOUR, Sign.SUCCESS))
    assert word(judge(life, HOURLY, 5 * HOUR + minutes * MINUTE)) == expected


def test_who_never_called_is_unknown_until_it_should_have() -> None:
    """From when somebody listens the first call has as long as any other; without anybody listening nothing is known."""
    assert word(judge(Life(), HOURLY, HOUR)) == "unknown no-observation"
    assert word(judge(said(), HOURLY, HOUR)) == "unknown no-observation"
    assert word(judge(said(), HOURLY, HOUR + MINUTE)) == "degraded late"
    assert word(judge(said(), HOURLY, HOUR + 11 * MINUTE)) == "fail missed"


def test_a_reported_failure_lasts_until_a_success() -> None:
    """Whatever else it says meanwhile, and with its exit code."""
    failed = said((HOUR, Sign.SUCCESS), (HOUR + MINUTE, Sign.FAIL, 3))
    verdict = judge(failed, HOURLY, HOUR + 2 * MINUTE)
    assert word(verdict) == "fail reported"
    assert "exit code 3 at 1970-01-01T01:01:00Z" in verdict.detail
    started = live(failed, [Signal("p", HOUR + 3 * MINUTE, Sign.START)])
    assert word(judge(started, HOURLY, HOUR + 4 * MINUTE)) == "fail reported"
    healed = live(started, [Signal("p", HOUR + 5 * MINUTE, Sign.SUCCESS)])
    assert word(judge(healed, HOURLY, HOUR + 6 * MINUTE)) == "pass"
    assert healed.run_us == 2 * MINUTE * 1000


def test_the_run_time_lies_between_start_and_success() -> None:
    """A success without a start has none, unless it is the same call made again because its answer was lost."""
    life = said((0, Sign.START), (90_000, Sign.SUCCESS))
    assert life.run_us == 90_000_000
    assert live(life, [Signal("p", 95_000, Sign.SUCCESS)]).run_us == 90_000_000
    assert live(life, [Signal("p", 190_000, Sign.SUCCESS)]).run_us is None


def test_a_run_may_take_as_long_as_it_may() -> None:
    """Longer is degraded, without an end in the grace it is down; one that ended too late is degraded until the next."""
    life = said((0, Sign.SUCCESS), (HOUR, Sign.START))
    words = [word(judge(life, RUNNING, HOUR + minutes * MINUTE)) for minutes in (30, 31, 40, 41)]
    assert words == ["pass", "degraded late", "degraded late", "fail missed"]
    ended = live(life, [Signal("p", HOUR + 35 * MINUTE, Sign.SUCCESS)])
    assert word(judge(ended, RUNNING, HOUR + 36 * MINUTE)) == "degraded slow"
    assert word(judge(live(life, [Signal("p", HOUR + MINUTE, Sign.SUCCESS)]), RUNNING, HOUR + 2 * MINUTE)) == "pass"


def test_a_start_after_a_missed_call_heals_nothing() -> None:
    """Only a success does."""
    life = said((0, Sign.SUCCESS), (2 * HOUR, Sign.START))
    assert word(judge(life, RUNNING, 2 * HOUR + MINUTE)) == "fail missed"


def test_without_a_limit_to_its_run_a_start_is_no_call() -> None:
    """Then the grace has to cover the run."""
    life = said((0, Sign.SUCCESS), (HOUR, Sign.START))
    assert word(judge(life, HOURLY, HOUR + 11 * MINUTE)) == "fail missed"


def test_a_clock_that_is_a_little_ahead_calls_for_the_moment_to_come() -> None:
    """A nightly call twenty seconds before three is the call of that night, and one at two is not."""
    early = said((at("2026-11-25T01:59:40"), Sign.SUCCESS))
    assert word(judge(early, NIGHTLY, at("2026-11-25T02:30:00"))) == "pass"
    assert word(judge(early, NIGHTLY, at("2026-11-26T02:10:01"))) == "fail missed"
    wrong = said((at("2026-11-25T01:00:00"), Sign.SUCCESS))
    assert word(judge(wrong, NIGHTLY, at("2026-11-25T02:30:00"))) == "fail missed"


def test_nobody_listened_while_it_should_have_called() -> None:
    """Then it is unknown whether it did, until the next night; a pause at noon changes nothing, also not in an outage."""
    night = (at("2026-11-25T02:00:30"), Sign.SUCCESS)
    off = said(night, (at("2026-11-26T01:00:00"), Sign.UNHEARD, at("2026-11-26T02:05:00")))
    words = [word(judge(off, NIGHTLY, at(f"2026-11-{day}T02:30:00"))) for day in (25, 26, 27)]
    assert words == ["pass", "unknown no-observation", "fail missed"]
    noon = said(night, (at("2026-11-26T11:00:00"), Sign.UNHEARD, at("2026-11-26T11:10:00")))
    assert word(judge(noon, NIGHTLY, at("2026-11-26T02:30:00"))) == "fail missed"
    assert word(judge(noon, NIGHTLY, at("2026-11-26T12:00:00"))) == "fail missed"


def test_a_short_pause_ends_no_outage() -> None:
    """What was missed before a restart is missed after it; what was not yet, is not because of it."""
    restart = (3 * HOUR, Sign.UNHEARD, 3 * HOUR + MINUTE)
    assert word(judge(said((0, Sign.SUCCESS), restart), HOURLY, 3 * HOUR + 2 * MINUTE)) == "fail missed"
    long = (3 * HOUR, Sign.UNHEARD, 3 * HOUR + 11 * MINUTE)
    assert word(judge(said((0, Sign.SUCCESS), long), HOURLY, 3 * HOUR + 12 * MINUTE)) == "unknown no-observation"
    before = said((2 * HOUR + 30 * MINUTE, Sign.SUCCESS), restart)
    assert word(judge(before, HOURLY, 3 * HOUR + 45 * MINUTE)) == "unknown no-observation"


def test_many_pauses_are_kept_in_few_spans() -> None:
    """A monitor that is restarted a thousand times while nothing calls remembers that in bounded space."""
    pauses = [(2 * i * HOUR, Sign.UNHEARD, (2 * i + 1) * HOUR) for i in range(1, 1000)]
    life = said(*pauses)
    assert len(life.unheard) == 50
    assert life.unheard[-1] == (1998 * HOUR, 1999 * HOUR)
    assert not life.is_heard(4 * HOUR, 4 * HOUR + 1)


START = datetime(2026, 3, 28, 12, tzinfo=UTC)
EARLY = 1  # minute, in the latter half of which a call is for the moment to come
STEPS = 2 * 24 * 12  # two days of five minutes, with a change of the clocks in them
minutes = st.integers(0, STEPS - 1).map(lambda n: n * 5)
spans = st.tuples(minutes, st.integers(1, 40).map(lambda n: n * 5))


def expected(
    due: list[int], calls: list[int], gaps: list[tuple[int, int]], every: int | None, grace: int, now: int
) -> str:
    """What to say at a minute, by looking at each minute before it. Slow, and too simple to be wrong."""
    last = max((call for call in calls if call <= now), default=None)
    base = 0 if last is None else last
    moments = [base + n * every for n in range(1, 10_000)] if every else [each for each in due if each > base]
    deaf = {minute for gap in gaps if last is None or gap[1] > last for minute in range(*gap)}

    def is_missed(then: int) -> bool | None:
        over = [each for each in moments if each + grace < then]
        if not over:
            return None
        window = range(then - every - grace, then) if every else range(over[-1] - EARLY, over[-1] + grace)
        if deaf.isdisjoint(window):
            return True
        end = max(minute for minute in deaf if minute < then) + 1
        begin = next(minute for minute in range(end - 1, -3000, -1) if minute - 1 not in deaf)
        return end - begin <= grace and bool(is_missed(begin))

    found = is_missed(now)
    if found is not None:
        return "fail" if found else "unknown"
    if moments[0] < now:
        begin = moments[0] - (every or EARLY)
        return "degraded" if deaf.isdisjoint(range(begin, now)) else "unknown"
    return "unknown" if last is None else "pass"


@given(
    st.sampled_from([("45 2 * * *", 2, 45), ("30 1 * * *", 1, 30), ("0 * * * *", None, 0), None]),
    st.sampled_from(["Europe/Amsterdam", "UTC", "America/New_York", "Asia/Kathmandu"]),
    st.integers(1, 12).map(lambda n: n * 5),
    st.lists(minutes, max_size=6, unique=True),
    st.lists(spans, max_size=4),
    minutes,
)
@example(
    ("0 * * * *", None, 0), "Asia/Kathmandu", 5, [], [(355, 200)], 565
)  # nobody listened until the moment it was due
def test_judging_is_a_walk_over_all_minutes(
    rule: tuple[str, int | None, int] | None,
    zone: str,
    grace: int,
    calls: list[int],
    gaps: list[tuple[int, int]],
    now: int,
) -> None:
    """Whatever was called and whenever nobody listened, in any zone and over a change of the clocks."""
    origin, every = int(START.timestamp()) * 1000, 90 if rule is None else None
    due: list[int] = []
    for minute in range(5 * STEPS + 2880):
        local = (START + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
        is_twice = rule is not None and rule[1] is not None and local.fold
        is_gap = False
        if rule is not None and rule[1] is not None:  # after the gap, when the time itself was skipped
            before = (START + timedelta(minutes=minute - 1)).astimezone(ZoneInfo(zone))
            jump = local.replace(tzinfo=None) - before.replace(tzinfo=None)
            wanted = local.replace(hour=rule[1], minute=rule[2], tzinfo=None)
            is_gap = jump > timedelta(hours=1) and before.replace(tzinfo=None) < wanted < local.replace(tzinfo=None)
        fits = rule is not None and rule[1] in (None, local.hour) and local.minute == rule[2]
        if (fits and not is_twice) or is_gap:
            due.append(minute)
    terms = Terms(every and every * MINUTE, rule[0] if rule else None, zone, grace * MINUTE)
    gaps = [(begin, begin + length) for begin, length in gaps]
    facts = [Signal("p", origin + call * MINUTE, Sign.SUCCESS) for call in calls if call <= now]
    facts += [
        Signal("p", origin + begin * MINUTE, Sign.UNHEARD, origin + min(end, now) * MINUTE)
        for begin, end in gaps
        if begin < now
    ]
    facts.sort(key=lambda each: each.number or each.at_ms)
    life = live(Life(), [Signal("p", 0, Sign.UNHEARD, origin), *facts])
    found = judge(life, terms, origin + now * MINUTE)
    clipped = [(begin, min(end, now)) for begin, end in gaps if begin < now]
    assert found.outcome == Outcome(expected(due, calls, clipped, every, grace, now)), found


def test_a_missed_night_is_drawn_from_its_grace_to_the_next_success() -> None:
    """Looked at each minute: up until three, degraded in the grace, down until the backup is made by hand, and up again."""
    terms = Watch("nightly", "backup", "local", 0, None, MINUTE, confirm=1, recover=1)
    first, evening, by_hand = at("2026-11-25T02:00:20"), at("2026-11-25T20:00:00"), at("2026-11-26T07:30:30")
    signals = [Signal("nightly", 0, Sign.UNHEARD, first - HOUR), Signal("nightly", first, Sign.SUCCESS)]
    seen: list[Observation] = []
    for now in range(evening, at("2026-11-26T09:00:00"), MINUTE):
        if now > by_hand and signals[-1].at_ms != by_hand:
            signals.append(Signal("nightly", by_hand, Sign.SUCCESS))
        verdict = judge(live(Life(), signals), NIGHTLY, now)
        seen.append(Observation("nightly", "local", now, now, Phases(0), verdict))
    kept, folding = marks(seen, terms)
    drawn = timeline(kept, folding.cover, Span(evening // 1000, at("2026-11-26T09:00:00") // 1000))
    found = [(datetime.fromtimestamp(each.span.start, UTC).strftime("%H:%M"), str(each.state)) for each in drawn]
    assert found == [("20:00", "operational"), ("02:01", "degraded"), ("02:11", "down"), ("07:31", "operational")]
