"""Which certificates are shown while one endpoint is asked, over whatever protocol, believed or not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

from monitor.clock import Clock
from monitor.commands._x509 import certificate
from monitor.probes._course import Listener
from monitor.sla.periods import instant
from monitor.trust import DAY, Contexts, Trust

VERSIONS = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "WRONG_SSL_VERSION"}
WAITING = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
NAMES = 20


class HeardContexts(Contexts):
    """Contexts whose handshakes are told to a listener."""

    def __init__(self, listener: Listener, clock: Clock) -> None:
        super().__init__()
        self._listener = listener
        self._clock = clock

    def of(self, trust: Trust) -> ssl.SSLContext:
        """One of its own for each handshake."""
        made = trust.context()
        heard = _Heard(self._listener, self._clock, made.verify_mode != ssl.CERT_NONE)
        # What a server shows that is not believed is told nowhere else: the handshake ends before anybody could ask.
        made._msg_callback = heard.message  # type: ignore[attr-defined]

        class Secured(ssl.SSLObject):
            def do_handshake(self) -> None:
                heard.handshake(self, super().do_handshake)

        class SecuredSocket(ssl.SSLSocket):
            def do_handshake(self, block: bool = False) -> None:
                heard.handshake(self, lambda: super(SecuredSocket, self).do_handshake(block))

        made.sslobject_class, made.sslsocket_class = Secured, SecuredSocket
        return made


class _Heard:
    """One handshake: the certificates that were shown in it, and how it ended."""

    def __init__(self, listener: Listener, clock: Clock, is_verified: bool) -> None:
        self._listener = listener
        self._clock = clock
        self._is_verified = is_verified
        self._shown: list[bytes] = []

    def message(self, _: Any, direction: str, version: Any, __: Any, kind: Any, words: bytes) -> None:
        """One message of the handshake, as Python's ssl passes them on."""
        if direction == "read" and getattr(kind, "name", "") == "CERTIFICATE":
            try:
                self._shown = list(_chain(words, getattr(version, "name", "") == "TLSv1_3"))
            except IndexError:
                self._shown = []

    def handshake(self, tls: ssl.SSLObject | ssl.SSLSocket, do: Any) -> None:
        """Do a part of it; tell how it ended, when it did."""
        try:
            do()
        except WAITING:
            raise
        except ssl.SSLError as error:
            self._failed(error)
            raise
        cipher = tls.cipher()
        self._listener.say(f"TLS: {tls.version()}, {cipher[0] if cipher else 'no cipher'}")
        self._tell()
        self._listener.check("version", "", True, str(tls.version()))
        if self._is_verified:
            for key in ("verify", "name"):
                self._listener.check(key, "", True, f"the issuer is believed, the name is {tls.server_hostname}")

    def _failed(self, error: ssl.SSLError) -> None:
        self._listener.say(f"TLS: no agreement, {error.reason or type(error).__name__}")
        self._tell()
        if isinstance(error, ssl.SSLCertVerificationError):
            for key in ("verify", "name"):
                self._listener.check(key, "", False, error.verify_message)
        elif error.reason in VERSIONS:
            self._listener.check("version", "", False, error.reason or "")

    def _tell(self) -> None:
        if not self._shown:
            return
        more = len(self._shown) - 1
        self._listener.say(f"certificate{'' if self._is_verified else ', not verified'}:")
        try:
            found = certificate(self._shown[0])
        except ValueError:
            self._listener.say("  cannot be read")
            return
        left = (found.end - self._clock.now()) // DAY
        for line in (
            f"subject: {found.subject or 'empty'}",
            f"names: {', '.join(found.names[:NAMES]) or 'none'}{', …' if len(found.names) > NAMES else ''}",
            f"issuer: {found.issuer or 'empty'}",
            f"serial: {found.serial}",
            f"not before: {instant(found.start)}",
            f"certificate ends {instant(found.end)}, {left} days left",
            f"key: {found.key}, signature: {found.signature}",
            f"chain: {more} more {'certificate' if more == 1 else 'certificates'} shown",
        ):
            self._listener.say(f"  {line}")


def _chain(words: bytes, is_new: bool) -> Iterator[bytes]:
    """The certificates in a message Certificate: of TLS 1.3 (RFC 8446, 4.4.2), or older (RFC 5246, 7.4.2)."""
    at = 4
    if is_new:
        at += 1 + words[at]
    at += 3
    while at < len(words):
        size = int.from_bytes(words[at : at + 3], "big")
        yield words[at + 3 : at + 3 + size]
        at += 3 + size
        if is_new:
            at += 2 + int.from_bytes(words[at : at + 2], "big")
