"""A login that a browser began elsewhere and has not come back from. Its cookie is all that there is of it, sealed by us.

So nothing of strangers is kept: state, nonce and verifier follow from the cookie and a secret that lives as long as the process.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

SECONDS = 600
_COOKIE = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,12})\.([A-Za-z0-9_-]{0,900})\.[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Pending:
    """``name`` is random and its own; ``wanted`` is the place of ours to go to afterwards."""

    secret: bytes = field(repr=False)
    name: str = field(repr=False)
    until: int
    wanted: str

    @classmethod
    def fresh(cls, secret: bytes, now: int, wanted: str) -> Pending:
        """One that begins now."""
        return cls(secret, secrets.token_urlsafe(32), now + SECONDS, wanted)

    @classmethod
    def of(cls, secret: bytes, cookie: str, now: int) -> Pending | None:
        """The one of this cookie; None when it is not ours, or too old."""
        found = _COOKIE.fullmatch(cookie)
        body, _, seal = cookie.rpartition(".")
        if not found or not hmac.compare_digest(
            _made(secret, "seal", body), seal
        ):  # what is not ours is not read any further
            return None
        name, until, wanted = found.groups()
        made = cls(secret, name, int(until), base64.urlsafe_b64decode(wanted + "=" * (-len(wanted) % 4)).decode())
        return made if now < made.until <= now + SECONDS else None

    @property
    def cookie(self) -> str:
        """What the browser keeps."""
        body = f"{self.name}.{self.until}.{url_text(self.wanted.encode())}"
        return f"{body}.{_made(self.secret, 'seal', body)}"

    @property
    def state(self) -> str:
        """What comes back with the answer."""
        return _made(self.secret, "state", self.name)

    @property
    def nonce(self) -> str:
        """What the provider signs with the answer."""
        return _made(self.secret, "nonce", self.name)

    @property
    def verifier(self) -> str:
        """What nobody but us knows of the question until it is answered (RFC 7636)."""
        return _made(self.secret, "verifier", self.name)

    @property
    def challenge(self) -> str:
        """What the provider knows of the verifier."""
        return url_text(hashlib.sha256(self.verifier.encode()).digest())

    def is_answer(self, state: str) -> bool:
        """Whether what came back is the answer to this. Compared in constant time."""
        return hmac.compare_digest(self.state.encode(), state.encode("utf-8", "surrogatepass"))


def url_text(found: bytes) -> str:
    """Bytes in letters that stand in any address (RFC 4648, 5), without padding."""
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def _made(secret: bytes, what: str, of: str) -> str:
    return url_text(hmac.digest(secret, f"{what} {of}".encode(), "sha256"))
