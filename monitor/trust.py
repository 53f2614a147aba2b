"""Which certificates are believed: TLS contexts, built once each, because building one costs as much as a hundred questions."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEPT = 1000
DAY = 86_400
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@dataclass(frozen=True)
class Trust:
    """``ca`` is the PEM text of the issuers that are believed, None for those of the system; ``minimum`` a version of TLS.

    ``protocols`` are those that are offered for what is said within (ALPN, RFC 7301); none are by default.
    """

    ca: str | None = None
    is_verified: bool = True
    minimum: str = "1.2"
    protocols: tuple[str, ...] = ()

    def context(self) -> ssl.SSLContext:
        """A new context. ValueError when ``ca`` holds no certificate."""
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
        return made


class Contexts:
    """The contexts in use."""

    def __init__(self) -> None:
        self._made: dict[Trust, ssl.SSLContext] = {}

    def of(self, trust: Trust) -> ssl.SSLContext:
        """The context of a trust, built when it is first asked for."""
        if trust not in self._made:
            if len(self._made) >= KEPT:
                self._made.clear()  # reloads may bring ever new ones
            self._made[trust] = trust.context()
        return self._made[trust]


def end_of(certificate: Mapping[str, Any] | None) -> int | None:
    """When a verified certificate, as ``getpeercert`` gives it, ends: seconds since the epoch."""
    end = (certificate or {}).get("notAfter")
    return ssl.cert_time_to_seconds(end) if isinstance(end, str) else None
