"""What people say of trouble and of work: every step that may follow, and none that may not."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from telling import HOUR, T0, incident_step, maintenance_step

from monitor.incidents import incident, maintenance
from monitor.incidents.book import book
from monitor.incidents.event import Event, Said, StepError
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import INCIDENTS, MAINTENANCES, Note, Phase, Stage, proposed_impact
from monitor.incidents.maintenance import Maintenance
from monitor.timeline.span import Span

WAYS: dict[str, list[str]] = {
    "": [],
    "investigating": ["investigating"],
    "identified": ["identified"],
    "monitoring": ["investigating", "monitoring"],
    "resolved": ["investigating", "resolved"],
    "postmortem": ["resolved", "postmortem"],
}
STAGES: dict[str, list[str]] = {
    "": [],
    "scheduled": ["scheduled"],
    "in_progress": ["scheduled", "in_progress"],
    "verifying": ["scheduled", "in_progress", "verifying"],
    "completed": ["scheduled", "in_progress", "completed"],
    "cancelled": ["scheduled", "cancelled"],
}


def after(names: list[str]) -> Incident | None:
    """An incident that went this way."""
    found = None
    for number, name in enumerate(names, 1):
        found = incident.told(found, incident_step(number, name, T0 + number))
    return found


def worked(*steps: tuple[str, int, dict[str, Any]]) -> Maintenance:
    """A maintenance that went this way: step, seconds after T0, and what is said."""
    found = None
    for number, (name, later, said) in enumerate(steps, 1):
        found = maintenance.told(found, maintenance_step(number, name, T0 + later, **said))
    assert found
    return found


@pytest.mark.parametrize(("standing", "name"), [*product(WAYS, [*Phase, *Note])])
def test_every_pair_of_steps_of_an_incident(standing: str, name: str) -> None:
    """From each phase each step is taken or refused as the table says, and a refused one changes nothing."""
    before = after(WAYS[standing])
    said = {"start": T0 - 60} if name == Note.CORRECTED else {}
    event = incident_step(len(WAYS[standing]) + 1, name, T0 + 100, **said)
    if name in INCIDENTS[standing]:
        made = incident.told(before, event)
        assert made.phase == (standing if name in set(Note) else name)
        assert made.newest == event
    else:
        with pytest.raises(StepError, match=standing or "cannot begin"):
            incident.told(before, event)


@pytest.mark.parametrize(("standing", "name"), [*product(STAGES, Stage)])
def test_every_pair_of_steps_of_a_maintenance(standing: str, name: str) -> None:
    """From each stage each step is taken or refused as the table says."""
    before = worked(*((each, 10, {}) for each in STAGES[standing])) if standing else None
    event = maintenance_step(len(STAGES[standing]) + 1, name, T0 + HOUR)
    if name in MAINTENANCES[standing]:
        assert maintenance.told(before, event).stage == name
    else:
        with pytest.raises(StepError):
            maintenance.told(before, event)


def test_an_incident_from_the_first_word_to_the_last() -> None:
    """Impact as the worst component makes it, all well again at the end, each word kept in its order."""
    found = after(["investigating", "identified", "monitoring", "resolved", "postmortem"])
    assert found
    assert (found.impact, found.start, found.end, found.opened) == ("critical", T0 + 1, T0 + 4, T0 + 1)
    assert found.components == {"api": "operational"}
    assert [each.step for each in found.events] == [each for each in Phase if each is not Phase.MERGED]
    assert found.backfilled is False


def test_times_are_corrected_and_the_old_ones_kept() -> None:
    """Whoever reads it sees what was told first, who corrected it, and when."""
    ended = after(["investigating", "resolved"])
    assert ended
    found = incident.told(ended, incident_step(3, "corrected", T0 + 50, start=T0 - 600, end=T0 + 1))
    assert (found.start, found.end, found.phase) == (T0 - 600, T0 + 1, "resolved")
    assert [(each.what, each.old, each.new, each.at) for each in found.corrections] == [
        ("start", T0 + 1, T0 - 600, T0 + 50),
        ("end", T0 + 2, T0 + 1, T0 + 50),
    ]


@pytest.mark.parametrize(
    ("way", "name", "said", "why"),
    [
        ([], "investigating", {"start": T0 + 500}, "future"),
        ([], "investigating", {"end": T0}, "resolved has an end"),
        ([], "investigating", {"titles": {}}, "title"),
        ([], "investigating", {"components": {}}, "component"),
        ([], "investigating", {"components": {"api": "broken"}}, "no state"),
        ([], "investigating", {"impact": "huge"}, "no impact"),
        ([], "investigating", {"severity": "P9"}, "no severity"),
        ([], "investigating", {"titles": {"en": "two\nlines"}}, "one line"),
        (["investigating"], "resolved", {"end": T0 - 5}, "before it starts"),
        (["investigating"], "identified", {"start": T0}, "correction"),
        (["investigating"], "identified", {"end": T0}, "resolving"),
        (["investigating"], "corrected", {}, "a start or an end"),
        (["investigating"], "corrected", {"end": T0 + 5}, "not ended"),
        (["investigating", "resolved"], "corrected", {"start": T0 + 50}, "before it starts"),
        (["investigating", "acknowledged"], "acknowledged", {}, "already"),
    ],
)
def test_what_cannot_be_is_refused(way: list[str], name: str, said: dict[str, Any], why: str) -> None:
    """Each with a reason that says what is wrong."""
    with pytest.raises(StepError, match=why):
        incident.told(after(way), incident_step(len(way) + 1, name, T0 + 100, **said))


def test_words_that_cannot_be_kept_are_refused() -> None:
    """Too long, nobody's, or no Unicode."""
    for event in (
        incident_step(1, "investigating", text="x" * 20_001),
        incident_step(1, "investigating", text="\ud800"),
        Event("incident", "x", 1, T0, " ", "investigating", {}, Said({"en": "T"}, components={"api": "down"})),
    ):
        with pytest.raises(StepError):
            incident.told(None, event)


@pytest.mark.parametrize(
    ("states", "impact"),
    [
        ({}, "none"),
        ({"a": "operational"}, "none"),
        ({"a": "degraded", "b": "operational"}, "minor"),
        ({"a": "degraded", "b": "partial"}, "major"),
        ({"a": "down"}, "critical"),
    ],
)
def test_the_worst_component_proposes_the_impact(states: dict[str, str], impact: str) -> None:
    """An operator may say otherwise."""
    assert proposed_impact(states) == impact


def test_what_nobody_begins_runs_by_its_plan() -> None:
    """Scheduled, in progress from its start to its end, completed from then on; nobody has to be awake for it."""
    found = worked(("scheduled", 0, {}))
    assert [found.standing(T0 + at) for at in (0, HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR)] == [
        "scheduled", "scheduled", "in_progress", "in_progress", "completed",
    ]  # fmt: skip
    assert found.over(T0 + 2 * HOUR) == T0 + 2 * HOUR
    assert found.overrun(T0 + 9 * HOUR) == 0


def test_an_overrun_is_told() -> None:
    """What was begun by hand goes on until somebody says that it is over."""
    found = worked(("scheduled", 0, {}), ("in_progress", HOUR, {}))
    assert (found.is_running(T0 + 3 * HOUR), found.overrun(T0 + 3 * HOUR)) == (True, HOUR)
    done = worked(("scheduled", 0, {}), ("in_progress", HOUR, {}), ("completed", 2 * HOUR + 60, {}))
    assert (done.overrun(T0 + 9 * HOUR), done.over(T0 + 9 * HOUR)) == (60, T0 + 2 * HOUR + 60)
    assert done.windows() == ((Span(T0 + HOUR, T0 + 2 * HOUR), T0),), "an overrun was not announced"


@pytest.mark.parametrize(
    ("steps", "windows"),
    [
        ([], [(HOUR, 2 * HOUR, 0)]),
        ([("cancelled", 10, {})], []),
        ([("completed", HOUR + 60, {})], [(HOUR, HOUR + 60, 0)]),
        ([("in_progress", HOUR, {"end": T0 + 3 * HOUR})], [(HOUR, 2 * HOUR, 0), (2 * HOUR, 3 * HOUR, HOUR)]),
        ([("scheduled", 60, {"start": T0 + 2 * HOUR, "end": T0 + 3 * HOUR})], [(2 * HOUR, 3 * HOUR, 60)]),
        (
            [("scheduled", 60, {"end": T0 + HOUR + 9}), ("scheduled", 90, {"end": T0 + 2 * HOUR})],
            [(HOUR, HOUR + 9, 0), (HOUR + 9, 2 * HOUR, 90)],
        ),
    ],
)
def test_no_window_is_better_announced_than_it_was(
    steps: list[tuple[str, int, dict[str, Any]]], windows: list[tuple[int, int, int]]
) -> None:
    """Time that was added later, or taken back and added again, counts as announced when it was added."""
    found = worked(("scheduled", 0, {}), *steps).windows()
    assert [(span.start - T0, span.end - T0, at - T0) for span, at in found] == windows


@pytest.mark.parametrize(
    ("later", "claimed", "counts"), [(0, -86_400, -86_400), (HOUR, -86_400, HOUR), (HOUR + 5, None, HOUR + 5)]
)
def test_a_late_record_proves_no_early_announcement(later: int, claimed: int | None, counts: int) -> None:
    """That it was announced yesterday is believed only when the record had it before the window began."""
    said = {} if claimed is None else {"announced": T0 + claimed}
    assert worked(("scheduled", later, said)).plans[0].announced == T0 + counts


@pytest.mark.parametrize(
    ("steps", "name", "at", "said", "why"),
    [
        ([], "scheduled", 0, {"end": T0 + HOUR}, "before it starts"),
        ([], "scheduled", 0, {"announced": T0 + 5}, "future"),
        ([], "scheduled", 0, {"kind": "party"}, "no kind"),
        ([], "scheduled", 0, {"titles": None}, "title"),
        ([("scheduled", 0, {})], "completed", 5, {}, "cancel it"),
        ([("scheduled", 0, {})], "scheduled", HOUR, {"start": T0 + 5 * HOUR, "end": T0 + 6 * HOUR}, "start stands"),
        ([("scheduled", 0, {})], "scheduled", 5, {"end": T0 + 60}, "before it starts"),
        ([("scheduled", 0, {}), ("in_progress", 5, {})], "completed", HOUR, {"end": T0 + 9 * HOUR}, "does not move"),
    ],
)
def test_a_maintenance_that_cannot_be(
    steps: list[tuple[str, int, dict[str, Any]]], name: str, at: int, said: dict[str, Any], why: str
) -> None:
    """Each refused with its reason."""
    before = worked(*steps) if steps else None
    with pytest.raises(StepError, match=why):
        maintenance.told(before, maintenance_step(len(steps) + 1, name, T0 + at, **said))


def test_an_event_out_of_turn_is_refused() -> None:
    """An event goes on from the one before it, of the same account and subject."""
    with pytest.raises(StepError, match="not event 3"):
        incident.told(after(["investigating"]), incident_step(3, "identified"))
    with pytest.raises(StepError):
        maintenance.told(None, incident_step(1, "investigating"))


def test_the_book_sorts_and_finds() -> None:
    """Newest first; what is open, what runs, what is to come; what tells of a component at a time."""
    events = [incident_step(1, "investigating"), Event("maintenance", "y", 1, T0, "J", "scheduled", {}, Said(
        {"en": "Work"}, components={"api": "maintenance"}, start=T0 + HOUR, end=T0 + 2 * HOUR,
    ))]  # fmt: skip
    found = book(events)
    assert [each.id for each in found.open()] == ["x"]
    assert [each.id for each in found.upcoming(T0)] == ["y"]
    assert [each.id for each in found.running(T0 + HOUR)] == ["y"]
    assert found.about("api", T0 - 60, T0 + 60) == found.incident("x")
    assert found.about("api", T0 - 60, T0) is None
    assert found.about("web", T0 - 60, None) is None
    assert found.within(Span(T0 + HOUR, T0 + HOUR + 1)) == (found.incidents, found.maintenances)
