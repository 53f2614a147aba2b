"""What there is to see of telling, in numbers: who asked to be told, and what became of each message. Never an address.

For who only looks: the file is opened to read, and one that is not there yet holds nobody and nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from monitor.store import engine as engines
from monitor.store import telling_tables as t
from monitor.store.outbox import GIVEN_UP, LINE, SENT, telling_path
from monitor.telling.message import CONFIRMATION, Message
from monitor.telling.receiver import Wish

D, M = t.deliveries.c, t.messages.c


@dataclass(frozen=True)
class Reached:
    """How far a message came over one lane (a channel, or a way of subscribers): how many deliveries are in each state.

    ``failing`` are those that failed and are tried again, ``waiting`` those that were not tried yet.
    """

    lane: str
    sent: int = 0
    waiting: int = 0
    failing: int = 0
    given_up: int = 0


@dataclass(frozen=True)
class Shown:
    """A message: its key, when it happened in seconds, its title in the first language of the page, and how far it came."""

    key: str
    at: int
    title: str
    reached: tuple[Reached, ...]


@dataclass(frozen=True)
class Asked:
    """How many subscribers there are, by way, by kind, and by the component they chose; ``everything`` chose none."""

    ways: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    components: Mapping[str, int] = field(default_factory=dict)
    everything: int = 0


def asked(wishes: Iterable[Wish]) -> Asked:
    """Count them."""
    every = list(wishes)
    return Asked(
        Counter(each.way for each in every),
        Counter(kind for each in every for kind in each.kinds),
        Counter(name for each in every for name in each.components),
        sum(not each.components for each in every),
    )


def wishes(url: str) -> list[Wish]:
    """What each subscriber wants. StoreError when the file cannot be read."""
    return [Wish.of(json.loads(row.wish)) for row in _rows(url, sa.select(t.subscribers.c.wish))]


def newest(url: str, limit: int = 30) -> list[Shown]:
    """The last messages, newest first, without the links that people are sent to confirm. StoreError as in ``wishes``."""
    query = sa.select(M.id).where(~M.key.startswith(CONFIRMATION)).order_by(M.id.desc()).limit(limit)
    return _shown(url, query)[::-1]


def told_of(url: str, account: str, subject: str) -> list[Shown]:
    """What was told of an incident or of maintenance to subscribers, oldest first. StoreError as in ``wishes``."""
    first = f"{account}/{subject}/"
    return _shown(url, sa.select(M.id).where(M.key >= first, M.key < f"{account}/{subject}0"))  # "0" comes after "/"


def _shown(url: str, which: sa.Select[Any]) -> list[Shown]:
    failed = (D.error != "").label("failed")
    joined = sa.select(M.id, M.key, M.document, D.lane, D.state, failed, sa.func.count().label("n"))
    joined = joined.join(t.deliveries, D.message == M.id).where(M.id.in_(which))
    rows = _rows(url, joined.group_by(M.id, D.lane, D.state, failed).order_by(M.id, D.lane))
    found: dict[int, list[sa.Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)
    return [_message(each) for each in found.values()]


def _message(rows: Sequence[sa.Row[Any]]) -> Shown:
    message = Message.of(json.loads(rows[0].document))
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.lane, Counter())[_state(row)] += row.n
    reached = tuple(Reached(lane, **each) for lane, each in counts.items())
    return Shown(rows[0].key, message.at, next(iter(message.words.values())).title, reached)


def _state(row: sa.Row[Any]) -> str:
    if row.state in (SENT, GIVEN_UP):
        return "sent" if row.state == SENT else "given_up"
    return "failing" if row.failed else "waiting"


def _rows(url: str, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    path = telling_path(url)
    if not path.exists():
        return []
    engine = engines.reading(path, line=LINE)
    try:
        with engines.faults(), engine.connect() as connection:
            return connection.execute(query).all()
    finally:
        engine.dispose()
