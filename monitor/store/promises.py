"""What was asked of the API under a key: what is going to be said for it, and, once it was, what was answered.

The plan is kept before anything is said, so that whoever asks again after a crash in between gets the same thing said, once.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from monitor.store import engine as engines
from monitor.store import people_tables as t

KEPT_SECONDS = 7 * 86_400
A = t.answers.c


@dataclass(frozen=True)
class Promise:
    """``asked`` is the hash of the request, ``plan`` what is to be said, ``answer`` None until it was."""

    asked: str
    plan: str
    answer: str | None


class Promises:
    """The part of the people store that keeps them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def promise(self, token: str, key: str, asked: str, plan: str, now: int) -> Promise:
        """Keep a plan under a key of a token, for a week, unless there is one; the one that counts is given back."""
        row = {"token": token, "key": key, "asked": asked, "plan": plan, "at": now}
        with engines.faults():
            try:
                with self._engine.begin() as connection:
                    connection.execute(sa.delete(t.answers).where(A.at < now - KEPT_SECONDS))
                    connection.execute(sa.insert(t.answers).values(**row))
            except IntegrityError:
                kept = self.promised(token, key)
                if kept is None:
                    raise
                return kept
        return Promise(asked, plan, None)

    def promised(self, token: str, key: str) -> Promise | None:
        """What is kept under a key."""
        with engines.faults(), self._engine.connect() as connection:
            row = connection.execute(sa.select(t.answers).where(A.token == token, A.key == key)).first()
        return Promise(row.asked, row.plan, row.answer) if row else None

    def fulfil(self, token: str, key: str, answer: str) -> None:
        """It was said, and this is the answer from now on."""
        with engines.faults(), self._engine.begin() as connection:
            connection.execute(sa.update(t.answers).where(A.token == token, A.key == key).values(answer=answer))

    def forget(self, token: str, key: str) -> None:
        """It could not be said, and was not: the key is free again."""
        with engines.faults(), self._engine.begin() as connection:
            connection.execute(sa.delete(t.answers).where(A.token == token, A.key == key, A.answer.is_(None)))
