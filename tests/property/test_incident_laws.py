"""The laws of what people say: a fold over events, from which nothing is ever lost."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from telling import HOUR, T0, incident_step, maintenance_step

from monitor.incidents import incident, maintenance
from monitor.incidents.book import book
from monitor.incidents.event import Event, Said, StepError
from monitor.incidents.lifecycle import Note, Phase, Stage
from monitor.timeline.span import total

OPTIONAL = st.none() | st.integers(-5 * HOUR, 5 * HOUR)
TRIES = st.lists(st.tuples(st.sampled_from([*Phase, *Note]), st.integers(0, HOUR), OPTIONAL, OPTIONAL), max_size=12)
WORK = st.lists(st.tuples(st.sampled_from(list(Stage)), st.integers(0, HOUR), OPTIONAL, OPTIONAL), max_size=12)


def taken(tries: list[tuple[str, int, int | None, int | None]], account: str) -> list[Event]:
    """Those of the tried events that were not refused."""
    kept: list[Event] = []
    at, found = T0, None
    for name, later, start, end in tries:
        at += later
        said = {key: T0 + value for key, value in (("start", start), ("end", end)) if value is not None}
        try:
            if account == "incident":
                event = incident_step(len(kept) + 1, name, at, **said)
                found = incident.told(found, event)
            else:
                event = maintenance_step(len(kept) + 1, name, at, **said)
                found = maintenance.told(found, event)  # type: ignore[arg-type, assignment]
        except StepError:
            continue
        kept.append(event)
    return kept


@given(TRIES)
def test_the_fold_of_an_incident(tries: list[tuple[str, int, int | None, int | None]]) -> None:
    """Whatever was tried: every event that was taken is kept in its order, and the times make sense at each moment."""
    events = taken(tries, "incident")
    for many in range(1, len(events) + 1):
        (found,) = book(events[:many]).incidents
        assert found.events == tuple(events[:many])
        assert found.phase.is_open == (found.end is None)
        assert found.end is None or found.start <= found.end <= found.newest.at
        assert len(found.corrections) >= sum(each.step == Note.CORRECTED for each in found.events)


@given(WORK)
def test_the_windows_of_a_maintenance(tries: list[tuple[str, int, int | None, int | None]]) -> None:
    """Whatever was tried: windows are disjoint parts of the newest plan, none announced after it was recorded, and no later event
    makes a second of it announced earlier.
    """
    events = taken(tries, "maintenance")
    for many in range(1, len(events) + 1):
        (found,) = book(events[:many]).maintenances
        windows = found.windows()
        assert total(span for span, _ in windows) <= found.end - found.start
        assert all(one.end <= other.start for (one, _), (other, _) in pairwise(windows))
        assert all(found.events[0].at <= at <= found.newest.at for _, at in windows)
        if many > 1:
            (before,) = book(events[: many - 1]).maintenances
            for span, at in windows:
                for earlier, was in before.windows():
                    assert not span.clip(earlier) or at >= was


@given(
    st.builds(
        Said, titles=st.none() | st.dictionaries(st.text(), st.text()), start=OPTIONAL, impact=st.none() | st.text()
    )
)
def test_what_is_said_comes_back(said: Said) -> None:
    """As JSON, and from it again."""
    text = json.dumps(said.plain())
    assert Said.of(json.loads(text)) == said
