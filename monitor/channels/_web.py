"""Addresses of webhooks as operators write them."""

from __future__ import annotations

from urllib.parse import urlsplit


def web(url: str) -> str:
    """An address that begins with http:// or https://. ValueError, which does not repeat it, for any other."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or any(letter <= " " for letter in url):
        raise ValueError("url: allowed is an address that begins with http:// or https://")
    return url
