"""Certificates on loopback: an issuer that probes trust, and servers it vouches for."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

NOW = datetime.now(UTC)


@dataclass
class Office:
    """An issuer of certificates that probes trust."""

    ca: trustme.CA

    @property
    def pem(self) -> str:
        """What an operator would write as ``ca``."""
        return self.ca.cert_pem.bytes().decode()

    def context(self, name: str = "localhost", days: tuple[int, int] = (-10, 10)) -> ssl.SSLContext:
        """What a server with a certificate of that name, valid within these days from now, uses."""
        return _context(self.ca.issue_cert(name, not_before=_day(days[0]), not_after=_day(days[1])))


def _day(days: int) -> datetime:
    return NOW + timedelta(days=days)


def _context(cert: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The issuer, trusted as an operator would have it trusted."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return Office(ca)
