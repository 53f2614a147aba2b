"""Letting people in: a name, a password and a code become a session, or nothing that says what was wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_bytes

from monitor.clock import Clock
from monitor.people import codes, keys, passwords
from monitor.people.attempts import Attempts, network
from monitor.people.model import NAME, Deed, Operator, Session, Token
from monitor.store import People

IDLE, LONGEST = 2 * 3600, 12 * 3600  # seconds without being seen, and altogether
BY_PAGE, BY_API = "admin", "api"
ELSEWHERE = ".elsewhere"  # what is counted for logins by a provider; no operator is called so


class TooOftenError(Exception):
    """Too many tries; later again."""


@dataclass
class Access:
    """Who is let in. It holds what was tried of late, so there is one for as long as the process lives.

    That is not kept on disk: a try of a stranger would then be a write, a way to fill the file and to hold its lock. Who can
    restart the process can read the file of people anyway; a restart gives a guesser one more round of tries, which is noted.
    """

    people: People
    clock: Clock
    attempts: Attempts = field(default_factory=Attempts)
    # Seals what browsers keep of a login elsewhere.
    secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)

    def __post_init__(self) -> None:
        passwords.get_ready()

    def enter(self, name: str, password: str, code: str, address: str) -> str | None:
        """The key of a new session; None when anything was wrong. TooOftenError before anything is hashed; BusyError."""
        name = name if NAME.fullmatch(name) else ""
        if not self._may_try(name, address):
            raise TooOftenError
        kept = self.people.password(name) if name else None
        is_right = passwords.is_right(password, kept)
        if kept is None or not is_right or not self._second(name, code):
            known = name and self.people.operator(name)  # what nobody is called may be a password in the wrong field
            self.people.note(self._deed(name if known else "?", address, "refused"))
            return None
        self.attempts.forgive(name, address)
        key = self._opened(name, address, self._deed(name, address, "logged in"), kept)
        if key is None:
            return None  # it was changed, or who has it was disabled, while we looked
        if passwords.is_old(kept):
            self.people.rehash(name, kept, passwords.hashed(password))
        return key

    def may_try_elsewhere(self, address: str) -> bool:
        """Whether an answer of a provider of identities may be tried from there now. It is a failure until it was good.

        Nobody guesses a code of a provider's, so that only addresses wait: a crowd cannot lock the others out.
        """
        return self.attempts.begin(ELSEWHERE, address, self.clock.monotonic_ms(), is_known=True)

    def enter_by(self, issuer: str, subject: str, address: str) -> str | None:
        """The key of a new session of whom the provider calls so; None when it is nobody who may be let in."""
        name = self.people.linked(issuer, subject)
        if name is None:
            self.refuse(address, "by its provider nobody")
            return None
        self.attempts.forgive(ELSEWHERE, address)
        return self._opened(name, address, self._deed(name, address, "logged in", "by its provider"))

    def confirm(self, name: str, password: str, address: str) -> bool:
        """Whether it is the password of somebody who is in already. TooOftenError and BusyError as in ``enter``."""
        if not self._may_try(name, address):
            raise TooOftenError
        if not passwords.is_right(password, self.people.password(name)):
            return False
        self.attempts.forgive(name, address)
        return True

    def session(self, key: str) -> Session | None:
        """Who is in by this key."""
        if not keys.is_session(key):
            return None
        return self.people.session(keys.digest(key), self.clock.now(), IDLE, LONGEST)

    def token(self, key: str) -> tuple[Token, Operator] | None:
        """Which program this token is of, and who stands for it."""
        return self.people.token(keys.digest(key), self.clock.now()) if keys.is_token(key) else None

    def leave(self, session: Session, address: str) -> None:
        """End a session."""
        self.people.end_session(session.key, self._deed(session.operator.name, address, "logged out"))

    def _opened(self, name: str, address: str, deed: Deed, password: str | None = None) -> str | None:
        key, now = keys.fresh_session(), self.clock.now()
        is_open = self.people.open_session(
            keys.digest(key), name, address, network(address), now, deed, password=password
        )
        return key if is_open else None

    def _may_try(self, name: str, address: str) -> bool:
        is_known = bool(name) and self.people.is_known(name, network(address))
        return self.attempts.begin(name, address, self.clock.monotonic_ms(), is_known=is_known)

    def _second(self, name: str, code: str) -> bool:
        secret, used = self.people.secret(name)
        if secret is None:
            return True
        step = codes.step_of(secret, code, self.clock.now(), used)
        return step is not None and self.people.use_step(name, step)

    def refuse(self, address: str, why: str) -> None:
        """Note that somebody came back from a provider and was not let in."""
        self.people.note(self._deed("?", address, "refused", why))

    def _deed(self, name: str, address: str, what: str, detail: str = "") -> Deed:
        return Deed(self.clock.now(), name, BY_PAGE, address, what, "", detail)
