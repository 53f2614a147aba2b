"""Which certificates are believed: TLS contexts, built once each, because building one costs as much as a hundred questions."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

KEPT = 1000
DAY = 86_400
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@dataclass(frozen=True)
class Trust:
    """``ca`` is the PEM text of the issuers that are believed, None for those of the system; ``minimum`` a version of TLS.

    ``protocols`` are those that are offered for what is said within (ALPN, RFC 7301); none are by default. ``own`` are
    our certificate and its key, in PEM, which a server may ask for.
    """

    ca: str | None = None
    is_verified: bool = True
    minimum: str = "1.2"
    protocols: tuple[str, ...] = ()
    own: str = field(default="", repr=False)

    def context(self) -> ssl.SSLContext:
        """A new context. ValueError when ``ca`` holds no certificate, or ``own`` no certificate with its key."""
        try:
            made = ssl.create_default_context(cadata=self.ca)
        except ssl.SSLError as error:
            raise ValueError("holds no certificate in PEM") from error
        # A certificate without a key identifier passes on each version of Python, or an upgrade would take targets down.
        made.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        made.minimum_version = VERSIONS[self.minimum]
        if self.protocols:
            made.set_alpn_protocols(list(self.protocols))
        if not self.is_verified:
            made.check_hostname = False
            made.verify_mode = ssl.CERT_NONE
        if self.own:
            _show(made, self.own)
        return made


def _show(context: ssl.SSLContext, own: str) -> None:
    """Have the context show our certificate. OpenSSL reads it from a file only: one that nobody else can read, for a moment."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(own)
        file.flush()
        try:
            context.load_cert_chain(file.name, password=lambda: b"")  # or it would ask whoever sits at the terminal
        except ssl.SSLError as error:
            raise ValueError("holds no certificate in PEM with its own key, which must not be encrypted") from error


class Contexts:
    """The contexts in use."""

    def __init__(self) -> None:
        self._made: dict[Trust, ssl.SSLContext] = {}

    def of(self, trust: Trust) -> ssl.SSLContext:
        """The context of a trust, built when it is first asked for."""
        found = self._made.get(trust)
        if found is None:
            if len(self._made) >= KEPT:
                self._made.clear()  # reloads may bring ever new ones
            found = self._made[trust] = trust.context()
        return found


def end_of(certificate: Mapping[str, Any] | None) -> int | None:
    """When a verified certificate, as ``getpeercert`` gives it, ends: seconds since the epoch."""
    end = (certificate or {}).get("notAfter")
    return _seconds(end) if isinstance(end, str) else None


@lru_cache(KEPT)
def _seconds(end: str) -> int:
    return ssl.cert_time_to_seconds(end)
