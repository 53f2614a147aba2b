"""The people store: operators, their sessions and tokens, and the audit trail. A file of its own beside the record, 0600.

Several threads and several processes use it at once. What is to be seen and done as one is one statement with a condition. Each
change is committed together with its row of the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from monitor.people.model import Deed, Operator, Role, Scope, Session, Token
from monitor.store import engine as engines
from monitor.store import people_tables as t
from monitor.store.promises import Promises

LINE = engines.Line("p002", "people")
SEEN_SECONDS = 60  # how exactly it is kept when a session or a token was used
KEPT_PLACES = 90 * 86_400
KEPT_SESSIONS = 7 * 86_400  # long after they ended by themselves
OPS, S = t.operators.c, t.sessions.c


class PeopleError(engines.StoreError):
    """What was asked cannot be done to these people; the text says why."""


def has_people(url: str) -> bool:
    """Whether anybody may operate here: there is an operator who is not disabled."""
    if not engines.beside(engines.path_of(url), "people").exists():
        return False
    people = open_people(url)
    try:
        return any(not each.is_disabled for each in people.operators())
    finally:
        people.close()


def open_people(url: str) -> People:
    """The people store beside the record of that address; made when there is none. StoreError when it cannot be used."""
    return People(engines.sharing(engines.beside(engines.path_of(url), "people"), LINE))


class People(Promises):
    """Everything that is kept of people and programs. Every method raises StoreError when the file cannot be used."""

    def add(self, operator: Operator, password: str, deed: Deed) -> None:
        """A new operator, with the hash of a password. PeopleError when the name is taken."""
        row = {
            "name": operator.name,
            "shown": operator.shown,
            "role": str(operator.role),
            "password": password,
            "step": 0,
            "disabled": False,
            "created": operator.created,
        }
        try:
            self._do(deed, sa.insert(t.operators).values(**row))
        except IntegrityError as error:
            raise PeopleError(f"there is an operator {operator.name!r} already") from error

    def operators(self) -> tuple[Operator, ...]:
        """All of them, by name."""
        return tuple(_operator(row) for row in self._rows(sa.select(t.operators).order_by(OPS.name)))

    def operator(self, name: str) -> Operator | None:
        """The operator of that name."""
        rows = self._rows(sa.select(t.operators).where(OPS.name == name))
        return _operator(rows[0]) if rows else None

    def password(self, name: str) -> str | None:
        """The hash of an operator's password; None for one who is not there or disabled."""
        rows = self._rows(sa.select(OPS.password).where(OPS.name == name, ~OPS.disabled))
        return rows[0].password if rows else None

    def secret(self, name: str) -> tuple[str | None, int]:
        """The secret of the second factor, and the last step of it that was used."""
        rows = self._rows(sa.select(OPS.secret, OPS.step).where(OPS.name == name))
        return (rows[0].secret, rows[0].step) if rows else (None, 0)

    def use_step(self, name: str, step: int) -> bool:
        """Use up a step of the second factor, and all before it; False when that was done already."""
        return bool(self._do(None, sa.update(t.operators).where(OPS.name == name, OPS.step < step).values(step=step)))

    def rehash(self, name: str, old: str, password: str) -> None:
        """The same password, hashed as it is done today; unless it was changed meanwhile."""
        same = (OPS.name == name) & (OPS.password == old)
        self._do(None, sa.update(t.operators).where(same).values(password=password))

    def change(self, name: str, deed: Deed, *, keep: str = "", **values: Any) -> None:
        """Change an operator: ``password``, ``role``, ``secret``, ``disabled``, ``shown``. All sessions end but ``keep``.

        PeopleError when there is none of that name, or when nobody would be left who may do everything.
        """
        if "secret" in values:
            values["step"] = 0
        change = sa.update(t.operators).where(OPS.name == name).values(**values)
        if values.get("disabled") or values.get("role", Role.OWNER) != Role.OWNER:
            other = t.operators.alias()
            left = sa.select(other.c.name).where(other.c.name != name, other.c.role == Role.OWNER, ~other.c.disabled)
            change = change.where((OPS.role != Role.OWNER) | OPS.disabled | left.exists())
        end = sa.delete(t.sessions).where(S.operator == name, S.digest != keep)
        if not self._do(deed, change, end):
            if self.operator(name) is None:
                raise PeopleError(f"there is no operator {name!r}")
            raise PeopleError(f"{name} is the last owner: make somebody else owner first")

    def link(self, name: str, issuer: str, subject: str, deed: Deed) -> None:
        """From now on whom the provider calls so is this operator. PeopleError when there is none, or it is somebody already."""
        if self.operator(name) is None:
            raise PeopleError(f"there is no operator {name!r}")
        try:
            self._do(deed, sa.insert(t.links).values(issuer=issuer, subject=subject, operator=name))
        except IntegrityError as error:
            raise PeopleError(f"{subject!r} is an operator already") from error

    def unlink(self, name: str, deed: Deed) -> None:
        """No provider says any more that somebody is this operator; all sessions end. PeopleError when none did."""
        end = sa.delete(t.sessions).where(S.operator == name)
        if not self._do(deed, sa.delete(t.links).where(t.links.c.operator == name), end):
            raise PeopleError(f"nobody is linked to {name!r}")

    def linked(self, issuer: str, subject: str) -> str | None:
        """The operator whom the provider calls so, unless disabled."""
        at = t.links.c
        joined = sa.select(OPS.name).join(t.links, at.operator == OPS.name)
        rows = self._rows(joined.where(at.issuer == issuer, at.subject == subject, ~OPS.disabled))
        return rows[0].name if rows else None

    def open_session(
        self, digest: str, name: str, address: str, network: str, now: int, deed: Deed, *, password: str | None = None
    ) -> bool:
        """Somebody logged in, from a place that is known from now on. False, and nothing done, when they are disabled, or when the
        hash ``password`` that they were let in by is theirs no more: to look at it takes a while, in which it may be changed.
        """
        session = {"digest": digest, "operator": name, "created": now, "seen": now, "address": address}
        values = [sa.literal(each) for each in session.values()]
        is_theirs = sa.true() if password is None else OPS.password == password
        still = sa.select(*values).where(sa.exists().where(OPS.name == name, ~OPS.disabled, is_theirs))
        done = self._do(
            deed,
            sa.insert(t.sessions).from_select(list(session), still),
            sa.insert(t.places).prefix_with("OR REPLACE").values(operator=name, network=network, seen=now),
            sa.delete(t.places).where(t.places.c.seen < now - KEPT_PLACES),
            sa.delete(t.sessions).where(S.created < now - KEPT_SESSIONS),
        )
        return bool(done)

    def session(self, digest: str, now: int, idle: int, longest: int) -> Session | None:
        """The session of that key, unless it ended: so long idle, so old, its operator disabled. It is seen by this."""
        found = next(iter(self._sessions(S.digest == digest)), None)
        if found is None or found.operator.is_disabled:
            return None
        if now - found.seen >= idle or now - found.created >= longest or now < found.created - SEEN_SECONDS:
            self._do(None, sa.delete(t.sessions).where(S.digest == digest))
            return None
        if now - found.seen >= SEEN_SECONDS:
            self._do(None, sa.update(t.sessions).where(S.digest == digest).values(seen=now))
        return found

    def sessions(self, now: int, idle: int, longest: int, name: str | None = None) -> tuple[Session, ...]:
        """The sessions that go on, the newest first: of one operator or of all."""
        going_on = (S.seen > now - idle) & (S.created > now - longest)
        return self._sessions(going_on if name is None else going_on & (S.operator == name))

    def _sessions(self, which: sa.ColumnElement[bool]) -> tuple[Session, ...]:
        joined = sa.select(t.sessions.c.created.label("since"), S.digest, S.seen, S.address, t.operators)
        rows = self._rows(
            joined.join(t.operators, OPS.name == S.operator).where(which).order_by(S.created.desc(), S.digest)
        )
        return tuple(Session(row.digest, _operator(row), row.since, row.seen, row.address) for row in rows)

    def end_session(self, digest: str, deed: Deed, name: str | None = None) -> bool:
        """End one: anybody's, or only of this operator. False when it had ended already."""
        which = (S.digest == digest) if name is None else (S.digest == digest) & (S.operator == name)
        return bool(self._do(deed, sa.delete(t.sessions).where(which)))

    def is_known(self, name: str, network: str) -> bool:
        """Whether the operator logged in from there before."""
        p = t.places.c
        return bool(self._rows(sa.select(p.operator).where(p.operator == name, p.network == network)))

    def add_token(self, token: Token, digest: str, deed: Deed) -> None:
        """A new token, by its hash."""
        row = {
            "id": token.id,
            "digest": digest,
            "operator": token.operator,
            "by": token.by,
            "scopes": " ".join(token.scopes),
            "created": token.created,
            "expires": token.expires,
        }
        self._do(deed, sa.insert(t.tokens).values(**row))

    def token(self, digest: str, now: int) -> tuple[Token, Operator] | None:
        """The token of that hash and who stands for it, unless it is over or its operator disabled. It is used by this."""
        rows = self._rows(sa.select(t.tokens).where(t.tokens.c.digest == digest))
        token = _token(rows[0]) if rows else None
        operator = self.operator(token.operator) if token else None
        if token is None or operator is None or operator.is_disabled or not token.is_good(now):
            return None
        if token.used is None or now - token.used >= SEEN_SECONDS:
            self._do(None, sa.update(t.tokens).where(t.tokens.c.id == token.id).values(used=now))
        return token, operator

    def tokens(self) -> tuple[Token, ...]:
        """All there ever were, the newest first."""
        return tuple(_token(row) for row in self._rows(sa.select(t.tokens).order_by(t.tokens.c.created.desc(), "id")))

    def revoke(self, name: str, now: int, deed: Deed) -> None:
        """End a token, at once. PeopleError when there is none of that id, or it was revoked."""
        which = (t.tokens.c.id == name) & t.tokens.c.revoked.is_(None)
        if not self._do(deed, sa.update(t.tokens).where(which).values(revoked=now)):
            raise PeopleError(f"there is no token {name!r} that could be revoked")

    def note(self, deed: Deed) -> None:
        """Append to the audit trail."""
        self._do(deed)

    def deeds(
        self, limit: int = 200, before: int | None = None, who: str | None = None
    ) -> tuple[tuple[int, Deed], ...]:
        """The newest rows of the audit trail with their numbers, newest first; of those before a number, of one person."""
        a = t.audit.c
        query = sa.select(t.audit).order_by(a.id.desc()).limit(limit)
        if before is not None:
            query = query.where(a.id < before)
        if who is not None:
            query = query.where(a.who == who)
        rows = self._rows(query)
        return tuple((r.id, Deed(r.at, r.who, r.way, r.address, r.what, r.about, r.detail)) for r in rows)

    def _do(self, deed: Deed | None, *changes: sa.Executable) -> int:
        """Do these as one, and note it when the first changed anything. How many rows the first changed."""
        with engines.faults(IntegrityError), self._engine.begin() as connection:
            counts = [connection.execute(change).rowcount for change in changes[:1]]
            if counts and not counts[0]:
                return 0
            for change in changes[1:]:
                connection.execute(change)
            if deed:
                connection.execute(sa.insert(t.audit).values(**_plain(deed)))
            return counts[0] if counts else 1

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with engines.faults(), self._engine.connect() as connection:
            return connection.execute(query).all()


def _plain(deed: Deed) -> dict[str, Any]:
    return {name: getattr(deed, name) for name in ("at", "who", "way", "address", "what", "about", "detail")}


def _operator(row: sa.Row[Any]) -> Operator:
    return Operator(row.name, row.shown, Role(row.role), row.created, bool(row.disabled), row.secret is not None)


def _token(row: sa.Row[Any]) -> Token:
    scopes = tuple(Scope(each) for each in row.scopes.split())
    return Token(row.id, row.operator, row.by, scopes, row.created, row.expires, row.used, row.revoked)
