"""What only some may see: agreements with one customer, and private components. Whoever has a link signed with the site's key sees
them, without an account or a cookie; to everybody else they are not there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from itsdangerous import BadSignature, Signer

from monitor.config import Config
from monitor.sla.agreement import Agreement
from monitor.sla.statement import Versions
from monitor.store import Reader

AGREEMENT, COMPONENT = "agreement", "component"


def hidden(config: Config) -> frozenset[str]:
    """The ids of the components that the public side does not know."""
    return frozenset(each.id for each in config.components if each.private)


def veil(reader: Reader, config: Config, shown: Collection[str] = ()) -> Reader:
    """The record as everybody may see it, but for what is ``shown``: without what is private, and without what was private when it
    was taken out of the configuration.
    """
    gone = reader.veiled().difference(each.id for each in config.components)
    return reader.hiding(hidden(config).difference(shown) | gone)


def is_private(config: Config, versions: Versions) -> bool:
    """True for an agreement with one customer, and for one about a private component in any of its versions."""
    unseen = hidden(config)
    is_for_one = versions.newest.head.kind == "customer"
    return is_for_one or not unseen.isdisjoint(names(versions))


def public(config: Config) -> dict[str, Versions]:
    """The agreements that anybody may see, by id."""
    return {versions.newest.id: versions for versions in config.agreements if not is_private(config, versions)}


def about(config: Config, component: str) -> list[Agreement]:
    """The agreements about a component that anybody may see, as they stand now."""
    return [each.newest for each in public(config).values() if component in each.newest.names()]


def names(versions: Versions) -> frozenset[str]:
    """The components that an agreement is about, in any of its versions."""
    return frozenset(name for terms in versions.every for name in terms.names())


def veiled(config: Config, shown: Collection[str] = ()) -> Config:
    """The configuration as the public side knows it: no page made from it can show what is private, but for what is ``shown``."""
    unseen = hidden(config).difference(shown)
    components = tuple(each for each in config.components if each.id not in unseen)
    return replace(
        config,
        components=tuple(
            replace(each, needs=tuple(name for name in each.needs if name not in unseen)) for each in components
        ),
        agreements=tuple(public(config).values()),
        groups=tuple(each for each in config.groups if each.name in {c.group for c in components}),
        maintenance=(),
    )


def signature(config: Config, name: str, what: str = AGREEMENT) -> str | None:
    """What opens an agreement or a component; None when the site has no key."""
    if config.site.key is None:
        return None
    return Signer(config.site.key.reveal(), salt=what).get_signature(name).decode()


def opens(config: Config, name: str, given: str, what: str = AGREEMENT) -> bool:
    """True when what was given was signed with the site's key for this. Compared in constant time."""
    if config.site.key is None:
        return False
    try:
        Signer(config.site.key.reveal(), salt=what).unsign(f"{name}.{given}")
    except (BadSignature, UnicodeError):
        return False
    return True
