"""The second factor: codes that change each thirty seconds (RFC 6238), of a secret that is shown once. The door to pyotp."""

from __future__ import annotations

import hmac
import re

import pyotp

STEP = 30
AROUND = 1  # steps that a clock may be off, either way


def fresh_secret() -> str:
    """160 random bits, in base 32."""
    return pyotp.random_base32(32)


def address(secret: str, name: str, issuer: str) -> str:
    """What an app reads, as text or as a picture of it."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, now: int, used: int) -> int | None:
    """The step that the code is of; None when it is wrong, or of a step that is not after the last one that was ``used``."""
    plain = re.sub(r"[\s-]", "", code)
    if not re.fullmatch("[0-9]{6}", plain):
        return None
    maker = pyotp.TOTP(secret)
    found = None
    for step in range(now // STEP - AROUND, now // STEP + AROUND + 1):
        if hmac.compare_digest(maker.at(step * STEP), plain) and step > used:
            found = step
    return found
