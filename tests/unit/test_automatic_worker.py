"""Incidents that open by themselves, on a real record: whatever ends the worker, each outage has one and never two."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from drawn import START, STEP, observations, watch
from samples import AGREEMENT, MAIN

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.incidents.automatic import Due
from monitor.incidents.book import book
from monitor.incidents.drafts import waiting
from monitor.incidents.event import Event, Said
from monitor.judge import judge, rewatch
from monitor.store import Reader, Record, open_desk, open_record
from monitor.stories import FOLLOWER, Stories, followed
from monitor.timeline.record import Batch

DRAWING = "....xxxxx....xx....cccc..."
Told = tuple[str, str, int | None]  # an incident: its name, its phase, its end
ON = '[incidents]\nautomatic = "open-and-resolve"\nminimum = "3m"\n'


def configured(folder: Path, more: str = ON) -> Config:
    """With incidents that open by themselves."""
    (folder / "agreements").mkdir(exist_ok=True)
    (folder / "meetlat.toml").write_text(MAIN + more)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    return load(folder, {"MEETLAT_STATE": str(folder / "state")})


def opened(config: Config) -> Record:
    """The record, for writing."""
    return open_record(config.storage.url.reveal(), Clock())


class Killed(Exception):  # noqa: N818 -- the plug is no error
    """The plug is pulled."""


def see(record: Record, n: int) -> None:
    """One turn of judging the observation of that place in the drawing."""
    now = START + n * STEP
    seen = [each for each in observations(DRAWING) if each.slot_ms == now * 1000]
    stands = rewatch(record.standing(now), record.watches(), now).standing
    turn = judge(stands, [(each, record.watches()[0]) for each in seen], now)
    record.append(Batch(now, tuple(seen), turn.redraws, turn.foldings, turn.notices))


def live(folder: Path, steps: Sequence[str], config: Config) -> list[Told]:
    """Live through the drawing; at each turn one of the steps: all goes well, or the plug is pulled somewhere in it."""
    record = opened(config)
    record.watch([watch()], START)
    for n, step in enumerate(steps):
        now = START + n * STEP
        try:
            see(record, n)
            if step == "between":
                raise Killed
            if step == "within":
                broken(record)
            followed(record, config, now)
            if step == "after":
                raise Killed
        except Killed:
            record.close()
            record = opened(config)
            followed(record, config, now)  # a worker that begins looks at once
    found = [(each.id, str(each.phase), each.end) for each in book(record.reader.events()).incidents]
    record.close()
    return sorted(found)


class Cut(tuple[Event, ...]):
    """What is lost when one begins to keep it."""

    def __iter__(self) -> Iterator[Event]:
        raise Killed


def broken(record: Record) -> None:
    """Whatever follows is lost in the middle of being kept, when the first half of it is in the file already."""
    follow = record.follow
    Found = tuple[Sequence[Event], Sequence[Event], int]  # noqa: N806 -- a type

    def half(name: str, due: Callable[[Reader], Found]) -> None:
        def cut(reader: Reader) -> Found:
            events, _, at = due(reader)
            return events, Cut(), at

        follow(name, cut)

    record.follow = half  # type: ignore[method-assign]


WHOLE = ["well"] * len(DRAWING)


def test_each_outage_that_is_long_enough_has_one(tmp_path: Path) -> None:
    """Of three outages the one of two minutes has none."""
    found = live(tmp_path, WHOLE, configured(tmp_path))
    assert [(phase, end) for _, phase, end in found] == [
        ("resolved", START + 9 * STEP),
        ("resolved", START + 23 * STEP),
    ]


@pytest.mark.parametrize("step", ["between", "within", "after"])
@pytest.mark.parametrize("n", range(len(DRAWING)))
def test_the_plug_is_pulled_at_each_moment(tmp_path: Path, well: list[Told], step: str, n: int) -> None:
    """Between the notice and the incident, while that is being kept, and after: in the end the record says the same."""
    steps = [*WHOLE[:n], step, *WHOLE[n + 1 :]]
    assert live(tmp_path, steps, configured(tmp_path)) == well


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """What the record says when nothing happens to it."""
    folder = tmp_path_factory.mktemp("well")
    return live(folder, WHOLE, configured(folder))


def events(folder: Path, config: Config, more: Sequence[tuple[int, Event]] = ()) -> tuple[list[Event], list[Event]]:
    """What is said and what is drafted over the whole drawing, with what people say before each turn."""
    record = opened(config)
    record.watch([watch()], START)
    desk = open_desk(config.storage.url.reveal(), Clock())
    for n in range(len(DRAWING)):
        see(record, n)
        desk.tell(*(event for at, event in more if at == n))
        followed(record, config, START + n * STEP)
    found = list(record.reader.events()), list(record.reader.drafts())
    desk.close()
    record.close()
    return found


def test_drafts_wait_for_people(tmp_path: Path) -> None:
    """Nothing is published, and two drafts wait, of outages that are over."""
    config = configured(tmp_path, ON.replace("open-and-resolve", "draft"))
    said, drafts = events(tmp_path, config)
    assert said == []
    assert [each.phase for each in waiting(drafts, book(said))] == ["resolved", "resolved"]


def test_a_history_is_not_told_anew(tmp_path: Path) -> None:
    """Who turns it on after outages that are over has no incidents of them; neither has who turns it off in between."""
    config = configured(tmp_path, "")
    record = opened(config)
    record.watch([watch()], START)
    on = configured(tmp_path)
    for n in range(len(DRAWING)):
        see(record, n)
        followed(record, on if n in (0, 1, 12) else config, START + n * STEP)
    followed(record, on, START + 99 * STEP)
    assert record.reader.events() == ()
    assert record.reader.followed(FOLLOWER) is not None
    record.close()


def test_a_person_who_speaks_first_is_the_only_one(tmp_path: Path) -> None:
    """In the turn in which it would be opened, and of the second outage only."""
    mine = Event("incident", "mine", 1, START + 20 * STEP, "J", "investigating", {"en": "x"}, Said(
        {"en": "Mine"}, components={"api": "down"}, start=START + 19 * STEP
    ))  # fmt: skip
    said, _ = events(tmp_path, configured(tmp_path), [(20, mine)])
    assert [(each.id, each.is_own) for each in book(said).incidents] == [("mine", False), (said[0].subject, True)]


@dataclass(frozen=True)
class Ticking(Clock):
    """A clock that is set by hand."""

    seconds: list[int] = field(default_factory=lambda: [START])

    def now(self) -> int:
        """As it was set last."""
        return self.seconds[-1]


async def at_once(work: Callable[[], Due]) -> Due:
    """In this very thread."""
    return work()


def test_nothing_is_read_while_nothing_is_due(tmp_path: Path) -> None:
    """A monitor that measured no change does not look; one that did looks again in the second in which something is due."""
    clock, config = Ticking(), configured(tmp_path)
    record, stories = opened(config), Stories(clock, at_once)
    record.watch([watch()], START)
    assert not stories.is_due
    for n in range(7):
        see(record, n)
    stories.met()
    clock.seconds.append(START + 6 * STEP)
    asyncio.run(stories.look(record, config))
    found = [stories.is_due]
    assert record.reader.events() == ()
    clock.seconds.append(START + 7 * STEP)
    assert [*found, stories.is_due] == [False, True]
    asyncio.run(stories.look(record, config))
    assert len(record.reader.events()) == 1, "the outage is three minutes old"
    record.close()


def test_a_record_that_cannot_be_written_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is said in the log, and probing goes on."""
    clock, config = Ticking(), configured(tmp_path)
    stories = Stories(clock, at_once)
    record = opened(config)
    record.close()
    with sqlite3.connect(tmp_path / "state/meetlat.db") as file:
        file.execute("DROP TABLE drafts")
    file.close()
    asyncio.run(stories.look(record, config))
    assert "no incident could be told to the record yet" in caplog.text
    found = [stories.is_due]
    clock.seconds.append(START + 60)
    assert [*found, stories.is_due] == [False, True]
