"""What opens something: session keys and tokens. 256 random bits each, shown once; what is kept is their hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

PREFIX = "meetlat_"
_TOKEN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
_SESSION = re.compile(r"[A-Za-z0-9_-]{43}")


def fresh_session() -> str:
    """The key of a session, for a cookie."""
    return secrets.token_urlsafe(32)


def fresh_token() -> str:
    """A token. Its beginning says what it is, so that programs that look for leaked ones know it."""
    return PREFIX + secrets.token_urlsafe(32)


def is_session(text: str) -> bool:
    """Whether it could be one."""
    return bool(_SESSION.fullmatch(text))


def is_token(text: str) -> bool:
    """Whether it could be one."""
    return bool(_TOKEN.fullmatch(text))


def digest(key: str) -> str:
    """What is kept of it. One hash is enough: nobody guesses 256 bits."""
    return hashlib.sha256(key.encode()).hexdigest()


def form_key(session: str) -> str:
    """What stands in each form of a session, and proves that the form is ours."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_key(session: str, given: str) -> bool:
    """Whether a form came from a page of this session. Compared in constant time."""
    return hmac.compare_digest(form_key(session).encode(), given.encode("utf-8", "surrogatepass"))
