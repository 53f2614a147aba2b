"""Values as they stand in TOML: each parser gives the value, or a ValueError that says what is allowed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo


def identifier(value: object) -> str:
    """Lower case letters, digits and hyphens: it stands in addresses."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value):
        raise ValueError("allowed are lower case letters, digits and hyphens")
    return value


def zone(value: object) -> str:
    """The name of a time zone."""
    try:
        return ZoneInfo(str(value)).key
    except (ValueError, OSError, KeyError) as error:
        raise ValueError('allowed is the name of a time zone, such as "Europe/Amsterdam"') from error


def web_address(value: object) -> str:
    """An absolute http or https address."""
    parts = urlsplit(value) if isinstance(value, str) else None
    if not parts or parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("allowed is an address that begins with http:// or https://")
    return str(value)


def port(value: object) -> int:
    """A TCP port."""
    if type(value) is not int or not 1 <= value <= 65_535:
        raise ValueError("allowed is a whole number from 1 to 65535")
    return value


def count(value: object) -> int:
    """A whole number from 1 to 20."""
    if type(value) is not int or not 1 <= value <= 20:
        raise ValueError("allowed is a whole number from 1 to 20")
    return value
