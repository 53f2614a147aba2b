"""What is to be told to whom, and whether it was: followed from the record, committed with the place up to which it was followed.

It lies in a file of its own beside the record. A message that is there with the cursor that made it is sent at least once, and once
unless the process is killed between sending it and noting that.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from monitor.clock import Clock
from monitor.store import engine as engines
from monitor.store import telling_tables as t
from monitor.telling.alarm import Alarm
from monitor.telling.message import Message
from monitor.telling.retry import LATEST_MS

LINE = engines.Line("t002", "telling")
WAITING, SENT, GIVEN_UP = 0, 1, 2
KEPT_MS = 30 * 86_400_000
MOST = 400  # deliveries in one go
CLEARED = 20_000  # rows at most in one go
D = t.deliveries.c


def telling_path(url: str) -> Path:
    """The file beside the record of that address. StoreError for an address that is none."""
    return engines.beside(engines.path_of(url), "telling")


@dataclass(frozen=True)
class Delivery:
    """One message that is to be sent to one receiver, over a lane."""

    id: int
    message: Message
    lane: str
    receiver: str
    tried: int
    made_ms: int


@dataclass(frozen=True)
class Failing:
    """What could not be sent: for how long, how often it was tried, why not, and whether it was given up."""

    lane: str
    receiver: str
    title: str
    made_ms: int
    tried: int
    error: str
    is_given_up: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery: sent, to be tried again at ``due_ms``, or given up; and whether that counts as a try."""

    id: int
    state: int
    error: str = ""
    due_ms: int = 0
    counts: bool = True


def open_outbox(url: str, clock: Clock) -> Outbox:
    """The outbox of the record of that address, for its one teller. StoreError when it cannot be, or another teller has it."""
    path = telling_path(url)
    held = engines.lock(path)
    try:
        return Outbox(engines.writing(path, check=True, line=LINE), held, clock)
    except BaseException:
        held.close()
        raise


def key_beside(url: str) -> bytes:
    """The key from which links and secrets of subscribers are made; made when it is first asked for, and nobody else's to read."""
    path = telling_path(url).with_suffix(".key")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (
        not path.exists()
    ):  # of those who make one at the same time the first wins, and who is killed meanwhile is in nobody's way
        new = path.with_suffix(f".{secrets.token_hex(8)}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    return path.read_bytes()


class Outbox:
    """The outbox as its teller sees it. Every method raises StoreError when the file cannot be read or written."""

    def __init__(self, engine: sa.Engine, held: IO[bytes], clock: Clock) -> None:
        self.engine = engine
        self._held = held
        self._clock = clock

    def cursors(self) -> dict[str, int]:
        """How far each log was followed; nothing at first."""
        with engines.faults(), self.engine.connect() as connection:
            return {row.log: row.at for row in connection.execute(sa.select(t.cursors))}

    def alarms(self) -> dict[str, Alarm]:
        """Where each rule stands."""
        return _alarms(self.engine)

    def keep(
        self,
        cursors: Mapping[str, int],
        alarms: Mapping[str, Alarm],
        posts: Sequence[tuple[Message, Sequence[tuple[str, str]]]],
    ) -> int:
        """Commit how far the logs were followed, where the rules stand, and each message with its receivers (lane, receiver).

        All of it or nothing. Gives how many deliveries were made; a message that is kept already makes none.
        """
        with engines.faults(), self.engine.begin() as connection:
            for log, at in cursors.items():
                connection.execute(sa.delete(t.cursors).where(t.cursors.c.log == log))
                connection.execute(sa.insert(t.cursors).values(log=log, at=at))
            for rule, alarm in alarms.items():
                connection.execute(sa.delete(t.alarms).where(t.alarms.c.rule == rule))
                connection.execute(sa.insert(t.alarms).values(rule=rule, standing=json.dumps(alarm.plain())))
            return sum(post(connection, message, to, self._clock.now_ms()) for message, to in posts)

    def knows(self, key: str) -> bool:
        """Whether a message of that key was for anybody."""
        with engines.faults(), self.engine.connect() as connection:
            query = sa.select(t.messages.c.id).where(t.messages.c.key == key)
            return connection.execute(query).first() is not None

    def due(self, lane: str, limit: int, busy: Collection[str] = (), *, fresh: bool) -> list[list[Delivery]]:
        """What is to be sent over a lane now to receivers that are not ``busy``: to each its own, in order, so that nobody hears
        the end first. ``fresh`` are those of which the oldest was not tried yet, the others failed before.
        """
        now = self._clock.now_ms()
        first = sa.select(sa.func.min(D.id)).where(D.state == WAITING, D.lane == lane).group_by(D.receiver)
        tried = D.tried == 0 if fresh else D.tried > 0
        # What is due later than anything can be was put off by a clock that was ahead.
        is_due = (D.due_ms <= now) | (D.due_ms > now + LATEST_MS)
        heads = sa.select(D.receiver).where(D.id.in_(first), is_due, tried, D.receiver.not_in(list(busy)))
        with engines.faults(), self.engine.connect() as connection:
            receivers = list(connection.execute(heads.order_by(D.id).limit(limit)).scalars())
            mine = sa.select(t.deliveries).where(D.state == WAITING, D.lane == lane, D.receiver.in_(receivers))
            rows = connection.execute(mine.where(is_due).order_by(D.id).limit(max(limit, MOST))).all()
            wanted = {row.message for row in rows}
            told = connection.execute(sa.select(t.messages).where(t.messages.c.id.in_(wanted))).all()
        messages = {row.id: Message.of(json.loads(row.document)) for row in told}
        found: dict[str, list[Delivery]] = {}
        for row in rows:
            made = Delivery(row.id, messages[row.message], row.lane, row.receiver, row.tried, row.made_ms)
            found.setdefault(row.receiver, []).append(made)
        return list(found.values())

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Keep what became of deliveries, one or more, in one commit."""
        with engines.faults(), self.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE deliveries SET state = ?, error = ?, due_ms = ?, tried = tried + ? WHERE id = ?",
                [(each.state, each.error, each.due_ms, int(each.counts), each.id) for each in outcomes],
            )

    def forget(self, lanes: Collection[str] = ()) -> int:
        """Let go of what is long ago, with its receivers; how many deliveries that were. What still waits after so long is for a
        lane that there is no more, and news to nobody; on ``lanes``, which there are, a clock that jumped ahead loses nothing.
        """
        now = self._clock.now_ms()
        with engines.faults(), self.engine.begin() as connection:
            ahead = sa.update(t.deliveries).where(D.made_ms > now + LATEST_MS)
            connection.execute(ahead.values(made_ms=now))  # by a clock that was ahead: or it would be kept until then
            is_done = (D.state != WAITING) | D.lane.not_in(list(lanes))
            gone = sa.select(D.id).where(D.made_ms < now - KEPT_MS, is_done).limit(CLEARED)
            count = connection.execute(sa.delete(t.deliveries).where(D.id.in_(gone))).rowcount
            if count:
                used = sa.select(D.message)
                connection.execute(sa.delete(t.messages).where(t.messages.c.id.not_in(used)))
        return count

    def close(self) -> None:
        """Give the file to the next teller."""
        self.engine.dispose()
        self._held.close()


def post(connection: sa.Connection, message: Message, to: Iterable[tuple[str, str]], now_ms: int) -> int:
    """Keep a message and its deliveries; how many these are. One that is kept already is not told again."""
    known = connection.execute(sa.select(t.messages.c.id).where(t.messages.c.key == message.key)).scalar()
    rows = list(to)
    if known is not None or not rows:
        return 0
    document = json.dumps(message.plain(), ensure_ascii=False)
    made = connection.execute(sa.insert(t.messages).values(key=message.key, document=document))
    assert made.inserted_primary_key is not None  # noqa: S101 -- SQLite always gives one
    number = made.inserted_primary_key[0]
    connection.exec_driver_sql(
        "INSERT INTO deliveries (message, lane, receiver, state, tried, made_ms, due_ms, error)"
        " VALUES (?, ?, ?, 0, 0, ?, ?, '')",
        [(number, lane, receiver, now_ms, now_ms) for lane, receiver in rows],
    )
    return len(rows)


def alarms_of(url: str) -> dict[str, Alarm]:
    """Where each rule stands, for who only looks. StoreError when there is no outbox yet."""
    engine = engines.reading(telling_path(url), line=LINE)
    try:
        return _alarms(engine)
    finally:
        engine.dispose()


def _alarms(engine: sa.Engine) -> dict[str, Alarm]:
    with engines.faults(), engine.connect() as connection:
        rows = connection.execute(sa.select(t.alarms)).all()
    return {row.rule: Alarm.of(json.loads(row.standing)) for row in rows}


def failing(url: str, limit: int = 100) -> tuple[dict[str, int], list[Failing]]:
    """How many deliveries wait on each lane, and the newest of those that failed. StoreError when there is no outbox yet."""
    engine = engines.reading(telling_path(url), line=LINE)
    try:
        with engines.faults(), engine.connect() as connection:
            waits = sa.select(D.lane, sa.func.count().label("n")).where(D.state == WAITING).group_by(D.lane)
            counts = {row.lane: row.n for row in connection.execute(waits)}
            bad = sa.select(t.deliveries, t.messages.c.document).join(t.messages, t.messages.c.id == D.message)
            bad = bad.where(D.error != "", D.state != SENT).order_by(D.id.desc()).limit(limit)
            rows = connection.execute(bad).all()
    finally:
        engine.dispose()
    return counts, [_failing(row) for row in rows]


def _failing(row: sa.Row[Any]) -> Failing:
    words = next(iter(Message.of(json.loads(row.document)).words.values()))
    return Failing(row.lane, row.receiver, words.title, row.made_ms, row.tried, row.error, row.state == GIVEN_UP)
