"""Tokens by OAuth 2.0 client credentials (RFC 6749, section 4.4): asked for once, used until they end."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote_plus, urlencode

from monitor.http_client import Answer, Question
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


async def token(oauth: OAuth, trust: Trust, proxy: str, tools: Tools, course: Course) -> tuple[str, bool]:
    """A token that should still be good, and whether it is one that was kept. NoAnswerError when none is given."""
    now = tools.clock.monotonic_ms()
    ends, kept = tools.tokens.get((oauth, trust, proxy), (0, ""))
    if now < ends:
        return kept, True
    given, lasts_ms = _read(await _asked(oauth.question(trust, proxy), tools, course))
    if len(tools.tokens) >= KEPT:
        tools.tokens.clear()  # reloads may bring ever new ones
    tools.tokens[(oauth, trust, proxy)] = (now + lasts_ms - SPARE_MS, given)
    return given, False


async def _asked(question: Question, tools: Tools, course: Course) -> Answer:
    """The answer of who gives tokens. What it took is no part of what the target took."""
    apart = Course(place=f" for the token{course.place}")
    try:
        return await fetch(question, tools, apart, hops=0)
    except NoAnswerError as failure:
        raise NoAnswerError(failure.kind, f"token: {failure.evidence}") from failure
    except NoSuchNameError as error:
        raise NoSuchNameError(f"token: {error}") from error
    except BaseException:
        course.phase, course.place = apart.phase, apart.place
        raise


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
