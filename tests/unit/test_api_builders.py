"""The documents of the v2 API as values: the roll-up, and every state that can be, told by people too."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn import START
from hypothesis import given
from hypothesis import strategies as st
from shown import SECOND, configured
from v2_schemas import INCIDENT_STATUS, MAINTENANCE_STATUS, SCHEMAS, check, incidents, maintenances, shape

from monitor.config import Config
from monitor.timeline.model import State
from monitor.timeline.span import Span
from statuspage.api.ids import public_id
from statuspage.api.incident import Change, Incident, Update
from statuspage.api.rollup import rollup
from statuspage.api.standing import Standing
from statuspage.api.statuspage_v2 import Board

UP, SLOW, PART, DOWN, WORK = (
    "operational",
    "degraded_performance",
    "partial_outage",
    "major_outage",
    "under_maintenance",
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Two components, one of them in a group."""
    folder: Path = tmp_path_factory.mktemp("config")
    return configured(folder, SECOND)


@pytest.mark.parametrize(
    ("leaves", "impacts", "said"),
    [
        ([], [], "none: All Systems Operational"),
        ([UP, UP], [], "none: All Systems Operational"),
        ([DOWN, DOWN], [], "critical: Major System Outage"),
        ([DOWN], [], "critical: Major System Outage"),
        ([DOWN, UP], [], "major: Partial System Outage"),
        ([DOWN, PART], [], "major: Partial System Outage"),
        ([PART, PART], [], "major: Partial System Outage"),
        ([PART], [], "major: Partial System Outage"),
        ([PART, UP], [], "minor: Minor Service Outage"),
        ([PART, SLOW, WORK], [], "minor: Minor Service Outage"),
        ([SLOW, SLOW], [], "minor: Degraded System Service"),
        ([SLOW], [], "minor: Partially Degraded Service"),
        ([SLOW, UP], [], "minor: Partially Degraded Service"),
        ([SLOW, WORK], [], "minor: Partially Degraded Service"),
        ([WORK, UP], [], "maintenance: Service Under Maintenance"),
        ([WORK], [], "maintenance: Service Under Maintenance"),
        ([UP], ["none"], "none: All Systems Operational"),
        ([UP], ["minor"], "minor: Minor Service Outage"),
        ([WORK], ["minor"], "minor: Minor Service Outage"),
        ([SLOW], ["minor"], "minor: Partially Degraded Service"),
        ([PART, UP], ["major", "none"], "major: Partial System Outage"),
        ([DOWN, UP], ["critical", "minor"], "critical: Major System Outage"),
        ([DOWN], ["minor"], "critical: Major System Outage"),
    ],
)
def test_the_roll_up(leaves: list[str], impacts: list[str], said: str) -> None:
    """Each row of the table, and an open incident never beside a banner that is better than it."""
    assert ": ".join(rollup(leaves, impacts)) == said


def test_ids_are_known_again() -> None:
    """The same for ever: these are printed here so that no change of code changes them."""
    assert public_id("component", "api") == "uv2q1ped7pi1"
    assert public_id("group", "api") != public_id("component", "api")


words = st.text(max_size=20)
ids = st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=12, max_size=12)
changes = st.builds(
    Change, st.sampled_from(["api", "web", "gone"]), st.just(UP), st.sampled_from([UP, SLOW, PART, DOWN, WORK])
)


def told(statuses: list[str], impacts: list[str], window: Span | None) -> st.SearchStrategy[Incident]:
    """Incidents as a person may tell them."""
    update = st.builds(
        Update,
        ids,
        st.integers(START, START + 10**7),
        st.sampled_from(statuses),
        words,
        st.lists(changes, max_size=2).map(tuple),
    )
    updates = st.lists(update, min_size=1, max_size=4).map(
        lambda found: tuple(sorted(found, key=lambda each: each.at, reverse=True))
    )
    components = st.sampled_from([(), ("api",), ("api", "web"), ("gone",)])
    return st.builds(
        Incident, ids, words, st.sampled_from(impacts), st.just(START), updates, components, st.just(window)
    )


@given(
    states=st.tuples(st.sampled_from(State), st.sampled_from(State)),
    troubles=st.lists(told(INCIDENT_STATUS, ["none", "minor", "major", "critical"], None), max_size=3),
    works=st.lists(told(MAINTENANCE_STATUS, ["maintenance"], Span(START, START + 60)), max_size=3),
)
def test_a_closed_world(
    config: Config, states: tuple[State, State], troubles: list[Incident], works: list[Incident]
) -> None:
    """Whatever is measured and told: only known values, updates newest first, and each id that is named is there."""
    standings = tuple(
        Standing(each, state, START, START) for each, state in zip(config.components, states, strict=True)
    )
    still = [tuple(each for each in found if each.is_open) for found in (troubles, works)]
    board = Board(config, standings, *still)
    summary = board.summary()
    check(summary, SCHEMAS["summary"])
    check(board.listed("x", troubles), shape(x=incidents(INCIDENT_STATUS)))
    check(board.listed("x", works), shape(x=maintenances(MAINTENANCE_STATUS)))
    known = {each["id"] for each in summary["components"]}
    assert {each["group_id"] for each in summary["components"]} <= known | {None}
    for each in (*summary["incidents"], *summary["scheduled_maintenances"]):
        times = [update["created_at"] for update in each["incident_updates"]]
        assert times == sorted(times, reverse=True)
        named = {found["code"] for update in each["incident_updates"] for found in update["affected_components"] or ()}
        assert named <= known
        assert {found["id"] for found in each["components"]} <= known
    if any(each.impact == "critical" for each in still[0]):
        assert summary["status"]["indicator"] == "critical"


def test_a_running_maintenance_lies_over_a_component(config: Config) -> None:
    """What its newest word says of the component is shown, unless something worse was measured."""
    update = Update("a" * 12, START, "in_progress", "Begun.", (Change("api", UP, WORK),))
    work = Incident("b" * 12, "Upgrade", "maintenance", START, (update,), ("api",), Span(START, START + 60))
    for state, status in ((State.OPERATIONAL, WORK), (State.DOWN, DOWN)):
        standings = tuple(Standing(each, state, START, START) for each in config.components[:1])
        summary = Board(config, standings, (), (work,)).summary()
        assert summary["components"][1]["status"] == status
        (found,) = summary["scheduled_maintenances"]
        assert found["scheduled_for"] == "2026-01-01T00:00:00.000Z"
        assert found["shortlink"].endswith(f"/maintenances/{'b' * 12}")
