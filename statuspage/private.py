"""Links by which a customer sees an agreement that is not public: signed with the site's key, without an account or a cookie."""

from __future__ import annotations

from itsdangerous import BadSignature, Signer

from monitor.config import Config
from monitor.sla.statement import Versions

SALT = "agreement"


def is_private(versions: Versions) -> bool:
    """True for an agreement with one customer: the public side answers as if it were not there."""
    return versions.newest.head.kind == "customer"


def signature(config: Config, name: str) -> str | None:
    """What opens an agreement; None when the site has no key."""
    if config.site.key is None:
        return None
    return Signer(config.site.key.reveal(), salt=SALT).get_signature(name).decode()


def opens(config: Config, name: str, given: str) -> bool:
    """True when what was given was signed with the site's key for this agreement. Compared in constant time."""
    if config.site.key is None:
        return False
    try:
        Signer(config.site.key.reveal(), salt=SALT).unsign(f"{name}.{given}")
    except (BadSignature, UnicodeError):
        return False
    return True
