"""Tokens by OAuth 2.0 client credentials (RFC 6749, section 4.4): asked for once, used until they end."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote_plus, urlencode

from monitor.http_client import Answer, HttpClient, Question, Timings
from monitor.json_rules import parsed
from monitor.probes import Course, Tools
from monitor.probes._fetch import fetch
from monitor.probes._web import address, text_of
from monitor.reach import NoAnswerError
from monitor.resolver import NoSuchNameError
from monitor.table import Secret
from monitor.trust import Trust
from monitor.values import one_of, words

KEPT = 1000
SPARE_MS = 30_000
LONGEST = 8192
Key = tuple["OAuth", Trust, str]


@dataclass(frozen=True, kw_only=True)
class OAuth:
    """The token is asked of ``token_url``, perhaps for a ``scope``. ``auth`` says where the client's id and secret go: into a
    header, as in basic authentication, or into the body.
    """

    token_url: Annotated[str, address]
    client_id: Annotated[str, words]
    client_secret: Secret
    scope: Annotated[str, words] | None = None
    auth: Annotated[str, one_of("basic", "body")] = "basic"

    def question(self, trust: Trust, proxy: str) -> Question:
        """What is asked for a token."""
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        form = {"grant_type": "client_credentials"} | ({"scope": self.scope} if self.scope else {})
        if self.auth == "basic":
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret.reveal())}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self.client_id, "client_secret": self.client_secret.reveal()}
        return Question(self.token_url, "POST", headers, urlencode(form).encode(), trust=trust, proxy=proxy)


class _Watched(HttpClient):
    """The same client, which tells how far it has come while it is still asking."""

    def __init__(self, inner: HttpClient) -> None:
        self._inner = inner
        self._timings: Timings | None = None

    @property
    def phase(self) -> str:
        """What is waited for now."""
        return self._timings.phase if self._timings else "dns"

    async def ask(self, question: Question, addresses: Sequence[str], timings: Timings) -> Answer:
        """Ask."""
        self._timings = timings
        return await self._inner.ask(question, addresses, timings)


@dataclass
class Flight:
    """A token that is being asked for: once for all who wait for it, and only as long as somebody does."""

    task: asyncio.Task[str]
    client: _Watched
    waiting: int = 0


async def token(oauth: OAuth, trust: Trust, proxy: str, tools: Tools, course: Course) -> tuple[str, bool]:
    """A token that should still be good, and whether it is one that was kept. NoAnswerError when none is given."""
    key = (oauth, trust, proxy)
    ends, kept = tools.tokens.get(key, (0, ""))
    if tools.clock.monotonic_ms() < ends:
        return kept, True
    flight = tools.flights.get(key)
    if flight is None:
        client = _Watched(tools.http)
        asking = asyncio.create_task(_fetched(key, replace(tools, http=client)), name="token")
        flight = tools.flights[key] = Flight(asking, client)
        flight.task.add_done_callback(lambda done: _landed(key, done, tools))
    return await _waited(flight, course), False


async def _waited(flight: Flight, course: Course) -> str:
    """The token of a flight. Who waits has a deadline of his own; when the last has gone, nobody asks any more."""
    place, course.place = course.place, f" for the token{course.place}"
    flight.waiting += 1
    try:
        given = await asyncio.shield(flight.task)
    except asyncio.CancelledError:
        course.phase = flight.client.phase
        raise
    finally:
        flight.waiting -= 1
        if not flight.waiting:
            flight.task.cancel()
    course.phase, course.place = "dns", place
    return given


def forget(token: str, oauth: OAuth, trust: Trust, proxy: str, tools: Tools) -> None:
    """A token was refused: it is not used again. One that was given since then is."""
    if tools.tokens.get((oauth, trust, proxy), (0, ""))[1] == token:
        del tools.tokens[(oauth, trust, proxy)]


def _landed(key: Key, done: asyncio.Task[str], tools: Tools) -> None:
    if tools.flights.get(key, None) and tools.flights[key].task is done:
        del tools.flights[key]
    if not done.cancelled():
        done.exception()  # told to who waited; when nobody does any more, to nobody


async def _fetched(key: Key, tools: Tools) -> str:
    """Ask, and keep what is given. What it took is no part of what the target took."""
    oauth, trust, proxy = key
    now = tools.clock.monotonic_ms()
    try:
        answer = await fetch(oauth.question(trust, proxy), tools, Course(), hops=0)
    except NoAnswerError as failure:
        raise NoAnswerError(failure.kind, f"token: {failure.evidence}") from failure
    except NoSuchNameError as error:
        raise NoSuchNameError(f"token: {error}") from error
    given, lasts_ms = _read(answer)
    if len(tools.tokens) >= KEPT:
        tools.tokens.clear()  # reloads may bring ever new ones
    tools.tokens[key] = (now + lasts_ms - SPARE_MS, given)
    return given


def _read(answer: Answer) -> tuple[str, int]:
    """The token and how many milliseconds it lasts."""
    if answer.status != 200:
        raise NoAnswerError("blocked" if answer.status == 429 else "status", f"token: status {answer.status}")
    try:
        document = parsed(text_of(answer)[0])
    except ValueError as error:
        raise NoAnswerError("body", f"token: {error}") from error
    given: Any = document.get("access_token") if isinstance(document, dict) else None
    if not isinstance(given, str) or not given.isascii() or not given.isprintable() or not 0 < len(given) <= LONGEST:
        raise NoAnswerError("body", "token: there is none in the answer")
    if str(document.get("token_type", "bearer")).lower() != "bearer":
        raise NoAnswerError("body", "token: it is of a type that is not known")
    seconds = str(document.get("expires_in", 0))
    return given, int(seconds) * 1000 if seconds.isascii() and seconds.isdigit() and len(seconds) < 10 else 0
