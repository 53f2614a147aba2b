"""Outages over the edges of what is shown keep their true times, and what lies further away is not read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from drawn import START, STEP, timeline_of, watch
from hypothesis import given
from hypothesis import strategies as st
from shown import configured

from monitor.clock import Clock
from monitor.config import Config
from monitor.store import open_reader, open_record
from monitor.timeline.fold import Folding, Mark, Redraw
from monitor.timeline.model import Reason, State, Stretch, Timeline
from monitor.timeline.outage import outages
from monitor.timeline.period import days, parse_month
from monitor.timeline.record import Batch
from monitor.timeline.span import Span
from statuspage.pages.edges import begins_earlier, ends_later, standing
from statuspage.views import DAYS, Facts

DAY = 86_400
YEAR = Span(START, START + 400 * DAY)
SHOWN = days(YEAR.end - 1, DAYS, "Europe/Amsterdam")[0].span.start
MONTH = parse_month("2026-06", "Europe/Amsterdam").span


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """One component."""
    return configured(tmp_path_factory.mktemp("config"))


@dataclass
class Known:
    """A reader of a record that holds this timeline, which remembers what it was asked for."""

    timeline: Timeline
    asked: list[Span] = field(default_factory=list)

    def since(self) -> int:
        """Its beginning."""
        return self.timeline[0].span.start

    def events(self) -> tuple[()]:
        """Nobody said anything."""
        return ()

    def timelines(self, span: Span, components: Collection[str] | None = None) -> dict[str, Timeline]:
        """As much of it as lies in the span."""
        self.asked.append(span)
        found = ((each.span.clip(span), each) for each in self.timeline)
        return {"api": tuple(Stretch(part, each.state, each.reason) for part, each in found if part)}


def facts(config: Config, known: Known) -> Facts:
    """The pages at the end of the timeline."""
    reader: Any = known
    return Facts(config, reader, known.timeline[-1].span.end - 1)


def outage(start: int, end: int) -> Known:
    """A record of more than a year with one outage."""
    return Known(
        (
            Stretch(Span(YEAR.start, start), State.OPERATIONAL),
            Stretch(Span(start, end), State.DOWN, Reason.CONNECT),
            Stretch(Span(end, YEAR.end), State.OPERATIONAL),
        )
    )


def test_only_what_is_shown_is_read(config: Config) -> None:
    """Ninety days of the overview, a month of the history: however old the record is, and wherever outages lie within."""
    known = outage(SHOWN + DAY, SHOWN + 2 * DAY)
    facts(config, known).rows()
    assert known.asked == [Span(SHOWN, YEAR.end)]
    known = outage(MONTH.start + DAY, MONTH.end - DAY)
    facts(config, known).month("2026-06")
    assert known.asked == [MONTH]


def test_an_outage_that_began_before_what_is_shown_keeps_its_times(config: Config) -> None:
    """As far back as it reaches is read, about twice that at most, and its seconds in the ninety days are those in them."""
    known = outage(SHOWN - 5 * DAY, SHOWN + DAY)
    (row,) = facts(config, known).rows()
    (found,) = row.outages
    assert (found.start, found.end, found.down_seconds) == (SHOWN - 5 * DAY, SHOWN + DAY, 6 * DAY)
    assert row.tally.down == DAY
    assert min(span.start for span in known.asked) >= SHOWN - 11 * DAY


def test_an_outage_over_both_ends_of_a_month_keeps_its_times(config: Config) -> None:
    """In the month it has only the seconds of the month."""
    known = outage(MONTH.start - 3 * DAY, MONTH.end + 3 * DAY)
    (month,) = facts(config, known).month("2026-06")
    (found,), tally = month.outages, month.tally
    assert (found.start, found.end) == (MONTH.start - 3 * DAY, MONTH.end + 3 * DAY)
    assert tally.down == MONTH.seconds
    assert Span(min(s.start for s in known.asked), max(s.end for s in known.asked)).seconds < MONTH.seconds + 15 * DAY


@given(st.text(".dx? ", min_size=12, max_size=60), st.data())
def test_edges_are_where_outages_are_cut(drawing: str, data: st.DataObject) -> None:
    """Wherever a timeline is cut in two: unless an outage may reach over the cut, each half has its outages whole."""
    whole = timeline_of("." + drawing + ".")
    cut = data.draw(st.integers(whole[0].span.start + 1, whole[-1].span.end - 1))
    halves = [Known(whole).timelines(span)["api"] for span in (Span(START, cut), Span(cut, whole[-1].span.end))]
    over = [each for each in outages("api", whole) if each.start < cut and (each.end is None or each.end > cut)]
    if over:
        assert ends_later(halves[0])
        assert begins_earlier(halves[1])
    elif not ends_later(halves[0]) and not begins_earlier(halves[1]):
        assert tuple(each for half in halves for each in outages("api", half)) == outages("api", whole)


def test_reading_a_day_costs_the_same_in_an_old_record(tmp_path: Path) -> None:
    """The steps that SQLite takes for the last day do not grow with what lies before it."""
    young, old = steps(tmp_path / "young.db", 50), steps(tmp_path / "old.db", 5000)
    assert old < young * 1.2


def steps(path: Path, count: int) -> int:
    """Steps of SQLite for the last ten of so many changes of state."""
    url, end = f"sqlite:///{path}", START + count * STEP
    marks = tuple(
        Mark(START + i * STEP, State.DOWN if i % 2 else State.OPERATIONAL, Reason.CONNECT if i % 2 else None)
        for i in range(count)
    )
    record = open_record(url, Clock())
    record.watch([watch()], START)
    key = ("api-health", "local")
    record.append(Batch(START, redraws=((key, Redraw(START, marks)),), foldings={key: Folding(cover=end)}))
    record.close()
    reader, taken = open_reader(url), 0

    def count_step() -> None:
        nonlocal taken
        taken += 1

    with reader._engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.set_progress_handler(count_step, 1)
    assert len(reader.timelines(Span(end - 10 * STEP, end))["api"]) == 10
    reader.close()
    return taken


@pytest.mark.parametrize(
    ("drawing", "slots", "silence", "state"),
    [
        ("....", 4, 60, State.OPERATIONAL),
        ("..xx", 5, 60, State.DOWN),
        ("....", 6, 30, State.UNKNOWN),
        ("....", 6, 120, State.OPERATIONAL),
        ("...?", 4, 600, State.UNKNOWN),
    ],
)
def test_moments_that_are_not_written_yet_change_nothing(drawing: str, slots: int, silence: int, state: State) -> None:
    """A short silence at the end is no change; a long one is, and so is one whose reason is known."""
    found = standing(timeline_of(drawing, slots), silence)
    assert found
    assert found.state is state
    assert standing((), silence) is None
