"""Those who asked to be told: wishes that wait to be confirmed, and subscriptions. In the file of the outbox, never in the record.

No token is kept. A link holds the name of what it is about and a code (HMAC-SHA256, 256 bits) that only the key beside the file can
make; what it is about exists once, for a limited time, and is gone when it was used.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from monitor.clock import Clock
from monitor.store import engine as engines
from monitor.store import telling_tables as t
from monitor.store.outbox import LINE, key_beside, open_outbox, post, telling_path
from monitor.telling.message import Message
from monitor.telling.payload import PREFIX
from monitor.telling.receiver import Subscriber, Wish

ASKED_SECONDS = 86_400  # for which a link to confirm is good
TRIES, TRY_SECONDS = 20, 0.25
KEPT_SECONDS = 90 * 86_400  # for which it is known who is no longer there
MOST_ASKED = 3  # links that are good at the same time for one address
CONFIRM, LEAVE, MANAGE, SIGN, WHO = "confirm", "leave", "manage", "sign", "who"
REQUEST = "request:"  # what the receiver of a link to confirm begins with


@dataclass(frozen=True)
class Ending:
    """The end of a subscription by itself: the name of the subscriber, who is not kept, and why nobody is there any more."""

    subscriber: str
    way: str
    at: int
    why: str


@dataclass(frozen=True)
class Keys:
    """What is made of the key beside the file."""

    key: bytes

    def code(self, what: str, name: str) -> str:
        """The code for a purpose and a name: 43 letters, digits, hyphens and underscores."""
        made = hmac.digest(self.key, f"{what}:{name}".encode(), "sha256")
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def token(self, what: str, name: str) -> str:
        """What stands in a link."""
        return f"{name}.{self.code(what, name)}"

    def named(self, what: str, token: str) -> str | None:
        """The name in a token of ours; None for any other. Compared in constant time."""
        name, _, code = token.partition(".")
        is_ours = hmac.compare_digest(code.encode("utf-8", "replace"), self.code(what, name).encode())
        return name if is_ours and name else None

    def secret(self, address: str) -> str:
        """With what is signed for a webhook of a subscriber, in the form of the Standard Webhooks."""
        made = hmac.digest(self.key, f"{SIGN}:{address}".encode(), "sha256")
        return f"{PREFIX}{base64.b64encode(made).decode()}"

    def name(self, wish: Wish) -> str:
        """What a subscription is called: always the same for an address, so that a link to leave is good for ever."""
        return hmac.digest(self.key, f"{WHO}:{wish.way}:{wish.address}".encode(), "sha256").hex()[:32]


def open_subscribers(url: str, clock: Clock) -> Subscribers:
    """The subscribers beside the record of that address; the file is made when there is none. StoreError when it cannot be."""
    path = telling_path(url)
    for left in reversed(range(TRIES)):
        try:
            if not path.exists():
                open_outbox(url, clock).close()
            return Subscribers(engines.appending(path, LINE), clock, Keys(key_beside(url)))
        except engines.StoreError:  # a teller that starts beside us may be making it at this moment
            if not left:
                raise
            with suppress(engines.StoreError):  # or there is none, and the file is of before
                open_outbox(url, clock).close()
            time.sleep(TRY_SECONDS)
    raise AssertionError


class Subscribers:
    """Every method raises StoreError when the file cannot be read or written."""

    def __init__(self, engine: sa.Engine, clock: Clock, keys: Keys) -> None:
        self._engine = engine
        self._clock = clock
        self.keys = keys
        self._lock = threading.Lock()  # one connection, and several threads that serve forms

    def ask(self, wish: Wish, message: Message) -> str | None:
        """Keep a wish until it is confirmed, and have a link sent with this message; its token. None when links enough are good for
        the address already: whoever asks must not be able to tell.
        """
        now = self._clock.now()
        name = secrets.token_hex(16)
        with self._writing() as connection:
            self._clear(connection, now)
            same = (t.requests.c.way == wish.way) & (t.requests.c.address == wish.address)
            count: int = connection.execute(sa.select(sa.func.count()).select_from(t.requests).where(same)).scalar_one()
            if count >= MOST_ASKED:
                return None
            values = {"id": name, "way": wish.way, "address": wish.address, "wish": json.dumps(wish.plain()), "at": now}
            connection.execute(sa.insert(t.requests).values(**values))
            told = replace(message, key=f"{message.key}/{name}", at=now)
            post(connection, told, [(wish.way, REQUEST + name)], now * 1000)
        return self.keys.token(CONFIRM, name)

    def asked(self, token: str) -> Wish | None:
        """The wish that a link would confirm; None when the link is not ours, was used, or is too old."""
        name = self.keys.named(CONFIRM, token)
        return self.wish_of(name) if name else None

    def wish_of(self, request: str) -> Wish | None:
        """A wish that waits to be confirmed."""
        query = sa.select(t.requests.c.wish).where(
            t.requests.c.id == request, t.requests.c.at > self._clock.now() - ASKED_SECONDS
        )
        found = self._rows(query)
        return Wish.of(json.loads(found[0].wish)) if found else None

    def confirm(self, token: str) -> Subscriber | None:
        """Make the wish a subscription, in the place of another at that address. None as in ``asked``."""
        name, wish = self.keys.named(CONFIRM, token), self.asked(token)
        if name is None or wish is None:
            return None
        return self.add(wish, name)

    def add(self, wish: Wish, request: str | None = None) -> Subscriber | None:
        """A subscription at once, in the place of another at that address; None when its request is gone meanwhile."""
        with self._writing() as connection:
            if request:
                gone = connection.execute(sa.delete(t.requests).where(t.requests.c.id == request))
                if not gone.rowcount:
                    return None
            return self._add(connection, wish)

    def add_all(self, wishes: Iterable[Wish]) -> int:
        """Subscriptions of people who are known to have asked for them, all or none; how many."""
        with self._writing() as connection:
            return len([self._add(connection, each) for each in wishes])

    def _add(self, connection: sa.Connection, wish: Wish) -> Subscriber:
        made = Subscriber(self.keys.name(wish), wish, self._clock.now())
        connection.execute(sa.delete(t.subscribers).where(t.subscribers.c.id == made.id))
        values = {"id": made.id, "way": wish.way, "address": wish.address, "wish": json.dumps(wish.plain())}
        connection.execute(sa.insert(t.subscribers).values(at=made.since, **values))
        return made

    def leaving(self, token: str) -> Subscriber | None:
        """Whose subscription a link would end; None when it is not ours or they left already."""
        name = self.keys.named(LEAVE, token)
        return self.subscriber(name) if name else None

    def managing(self, token: str) -> Subscriber | None:
        """Whose subscription a link would change; None when it is not ours or they left."""
        name = self.keys.named(MANAGE, token)
        return self.subscriber(name) if name else None

    def change(self, name: str, wish: Wish) -> bool:
        """Have a subscription, which stays at its address, tell something else. False when it ended meanwhile."""
        s = t.subscribers.c
        mine = (s.id == name) & (s.way == wish.way) & (s.address == wish.address)
        with self._writing() as connection:
            found = connection.execute(sa.update(t.subscribers).where(mine).values(wish=json.dumps(wish.plain())))
        return bool(found.rowcount)

    def leave(self, token: str) -> bool:
        """End the subscription of a link. False when the link is not ours; to leave twice is no mistake."""
        name = self.keys.named(LEAVE, token)
        if name is None:
            return False
        self.remove(name)
        return True

    def remove(self, name: str) -> bool:
        """End a subscription; what waits to be sent to it is given up by whoever finds it gone. True when there was one."""
        with self._writing() as connection:
            found = connection.execute(sa.delete(t.subscribers).where(t.subscribers.c.id == name))
        return bool(found.rowcount)

    def refused(self, name: str, times: int, why: str) -> bool:
        """One more message was refused because nobody is there any more. After so many one after the other the subscription ends,
        and that is kept; True when it did.
        """
        s = t.subscribers.c
        with self._writing() as connection:
            connection.execute(sa.update(t.subscribers).where(s.id == name).values(refused=s.refused + 1))
            query = sa.select(s.way).where(s.id == name, s.refused >= times)
            way = connection.execute(query).scalar()
            if way is None:
                return False
            connection.execute(sa.delete(t.subscribers).where(s.id == name))
            values = {"subscriber": name, "way": way, "at": self._clock.now(), "why": why}
            connection.execute(sa.insert(t.endings).values(**values))
        return True

    def reached(self, name: str) -> None:
        """A message was taken: somebody is there."""
        s = t.subscribers.c
        with self._writing() as connection:
            connection.execute(sa.update(t.subscribers).where(s.id == name, s.refused > 0).values(refused=0))

    def endings(self) -> list[Ending]:
        """Whose subscription ended by itself, oldest first."""
        rows = self._rows(sa.select(t.endings).order_by(t.endings.c.id))
        return [Ending(row.subscriber, row.way, row.at, row.why) for row in rows]

    def subscriber(self, name: str) -> Subscriber | None:
        """The subscriber of that name."""
        found = self._rows(sa.select(t.subscribers).where(t.subscribers.c.id == name))
        return _subscriber(found[0]) if found else None

    def every(self) -> list[Subscriber]:
        """All subscribers, in the order in which they came."""
        rows = self._rows(sa.select(t.subscribers).order_by(t.subscribers.c.at, t.subscribers.c.id))
        return [_subscriber(row) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def forget(self) -> None:
        """Let go of wishes that nobody confirmed, and of endings that are long ago."""
        now = self._clock.now()
        with self._writing() as connection:
            self._clear(connection, now)
            connection.execute(sa.delete(t.endings).where(t.endings.c.at <= now - KEPT_SECONDS))

    def _clear(self, connection: sa.Connection, now: int) -> None:
        r = t.requests.c
        is_ahead = r.at > now + ASKED_SECONDS  # by a clock that was
        connection.execute(sa.delete(t.requests).where((r.at <= now - ASKED_SECONDS) | is_ahead))

    def _rows(self, query: Any) -> list[sa.Row[Any]]:
        with self._lock, engines.faults(), self._engine.connect() as connection:
            return list(connection.execute(query).all())

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._lock, engines.faults(), self._engine.begin() as connection:
            yield connection


def _subscriber(row: sa.Row[Any]) -> Subscriber:
    return Subscriber(row.id, Wish.of(json.loads(row.wish)), row.at, row.refused)
