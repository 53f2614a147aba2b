"""Values as they stand in TOML: each parser gives the value, or a ValueError that says what is allowed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_NAME = re.compile(r"(?=.{1,254}$)[\w-]{1,63}(\.[\w-]{1,63})*\.?")


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
    """An absolute http or https address without user and password. What was found is not repeated: it may hold a secret."""
    refused = ValueError("allowed is an address that begins with http:// or https://")
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        name, at = (parts.hostname, parts.port) if parts else (None, None)
    except ValueError:
        raise refused from None
    if not parts or parts.scheme not in ("http", "https") or not name or at == 0:
        raise refused
    if "@" in parts.netloc:
        raise ValueError("an address must not hold a user or password")
    host(name)
    return str(value)


def authority(value: object) -> str:
    """A name and since when it is ours, as in ``tag:`` addresses (RFC 4151): ``status.acme.example,2026``."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?,\d{4}(-\d\d){0,2}", value):
        raise ValueError('allowed is the name of a host and a year, such as "status.acme.example,2026"')
    return value


def host(value: object) -> str:
    """A host: a name, or an address without a zone."""
    if not isinstance(value, str) or not (_NAME.fullmatch(value) or _is_address(value)):
        raise ValueError("allowed is the name of a host, or its address without brackets, port and zone")
    return value


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone would be looked up by a thread of a pool that all probes share


def origin(value: object) -> str:
    """Where a page of others comes from: scheme, host and perhaps a port, such as ``https://www.acme.example``."""
    if not isinstance(value, str) or not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", value):
        raise ValueError('allowed is a scheme with a host, such as "https://www.acme.example"')
    return value.lower()


def contact(value: object) -> str:
    """Where somebody can be told something: ``mailto:security@acme.example`` or a web address."""
    if not isinstance(value, str) or not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://[^\s]+)", value):
        raise ValueError('allowed is "mailto:somebody@acme.example" or an address that begins with https://')
    return value


def port(value: object) -> int:
    """A port, from 1 to 65535."""
    if type(value) is not int or not 1 <= value <= 65_535:
        raise ValueError("allowed is a whole number from 1 to 65535")
    return value


def count(value: object) -> int:
    """A whole number from 1 to 20."""
    if type(value) is not int or not 1 <= value <= 20:
        raise ValueError("allowed is a whole number from 1 to 20")
    return value


def whole(least: int, most: int) -> Callable[[object], int]:
    """A parser of whole numbers between these."""

    def parse(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(parse.__doc__)
        return value

    parse.__doc__ = f"allowed is a whole number from {least} to {most}"
    return parse


def one_of(*known: str) -> Callable[[object], str]:
    """A parser of one of these words."""

    def parse(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(parse.__doc__)
        return value

    parse.__doc__ = f"allowed: {', '.join(known)}"
    return parse


def words(value: object) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError("allowed is a text that is not empty")
    return value


def network(value: object) -> IPv4Network | IPv6Network:
    """A network of addresses, such as ``10.0.0.0/8``, ``fd00::/8`` or ``192.0.2.1``."""
    try:
        if isinstance(value, str):
            return ip_network(value)
    except ValueError:
        pass
    raise ValueError('allowed is a network of addresses, such as "10.0.0.0/8" or "fd00::/8", without bits of a host')


def program(value: object) -> str:
    """The whole path of a program, such as ``/usr/lib/nagios/plugins/check_disk``."""
    if not isinstance(value, str) or not re.fullmatch(r"(/[\w.+-]+)+", value) or "/../" in value:
        raise ValueError("allowed is the whole path of a program")
    return value
