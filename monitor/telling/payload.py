"""What programs get: one JSON object with a version, described by ``payload.schema.json``, and its signature.

Signed as the Standard Webhooks say (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body, so that a library of
any language can check it. Who gets the same id twice has got a repetition.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from monitor.sla.periods import instant
from monitor.telling.message import Message

VERSION = 1
PREFIX = "whsec_"


def payload(message: Message, language: str, page: Mapping[str, str]) -> dict[str, Any]:
    """The message as programs get it. ``page`` has the name and the address of the page."""
    code, words = message.spoken(language)
    return {
        "version": VERSION,
        "id": message.id,
        "kind": message.kind,
        "at": instant(message.at),
        "page": dict(page),
        "language": code,
        "title": words.title,
        "text": words.text,
        "url": words.url,
        "components": list(message.components),
        "data": {key: value for key, value in message.own.items() if key != "about"},
    }


def body_of(payload: Mapping[str, Any]) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def signed(secret: str, name: str, at: int, body: bytes) -> dict[str, str]:
    """The headers that go with a body: its id, the second in which it is sent, and the signature over all three."""
    digest = hmac.digest(key_of(secret), b".".join((name.encode(), str(at).encode(), body)), "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def key_of(secret: str) -> bytes:
    """The key in a secret: what follows ``whsec_`` is base64, any other is taken as it is. ValueError for what is not base64."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
