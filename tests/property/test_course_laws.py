"""The course of a maintenance agrees with the maintenance, whenever one looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from telling import T0, maintenance_step

from monitor.incidents.course import Turn, of_maintenance
from monitor.incidents.event import StepError
from monitor.incidents.maintenance import Maintenance, told

STEPS = ("scheduled", "in_progress", "verifying", "completed", "cancelled", "stopped")
moves = st.tuples(st.sampled_from(STEPS), st.integers(1, 60), st.none() | st.integers(1, 200))


@given(
    window=st.tuples(st.integers(-50, 100), st.integers(1, 100)),
    moves=st.lists(moves, max_size=5),
    looks=st.lists(st.integers(0, 400), min_size=2, max_size=2),
)
def test_a_course_ends_where_the_maintenance_stands(
    window: tuple[int, int], moves: list[tuple[str, int, int | None]], looks: list[int]
) -> None:
    """And only grows: what was told is never told otherwise; no key stands twice, no second goes back."""
    start = T0 + window[0]
    said = {"remind": (5, 30), "repeat": "FREQ=DAILY"}
    found = told(None, maintenance_step(1, "scheduled", T0, start=start, end=start + window[1], **said))
    at = T0
    history: list[tuple[int, Maintenance]] = [(at, found)]
    for step, wait, end in moves:
        at += wait
        later = {} if end is None else {"end": T0 + end}
        try:
            found = told(found, maintenance_step(len(found.events) + 1, step, at, **later))
        except StepError:
            continue
        history.append((at, found))
    before: tuple[Turn, ...] = ()
    for now in sorted({*(T0 + each for each in looks), *(second for second, _ in history)}):
        known = [each for second, each in history if second <= now][-1]
        course = of_maintenance(known, now)
        assert course[: len(before)] == before
        before = course
        assert course[-1].stands == known.standing(now)
        assert len({each.key for each in course}) == len(course)
        times = [each.at for each in course]
        assert times == sorted(times)
        states: dict[str, str] = {}
        for turn in course:
            for name, (old, new) in turn.changes.items():
                assert states.get(name, "operational") == old
                states[name] = new
        running = known.is_running(now)
        assert states.get("api", "operational") == ("maintenance" if running else "operational")
