"""Which addresses anybody on the internet could reach too. What strangers name is asked there only, judged as an address and never
as a text: names and spellings are looked up first, and the connection goes to what was judged.

The table is our own, because the one in ``ipaddress`` calls 64:ff9b::7f00:1, 2002:7f00:1:: and multicast global.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DENIED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared between customers of a carrier
        "127.0.0.0/8",
        "169.254.0.0/16",  # link local, with the metadata of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "::/96",  # unspecified, loopback, IPv4-compatible
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")
METADATA = tuple(ipaddress.ip_network(each) for each in ("169.254.169.254/32", "fd00:ec2::254/128"))


def is_public(text: str, also: Iterable[Network] = ()) -> bool:
    """Whether the address, and each that is embedded in it, is public or in one of the networks ``also``. Metadata never is."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    every, more = list(_embedded(address)), tuple(also)
    if "%" in text or any(_within(each, METADATA) for each in every):
        return False
    return all(not _within(each, DENIED) for each in every) or (len(every) == 1 and _within(every[0], more))


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == each.version and address in each for each in networks)


def _embedded(address: Address) -> Iterator[Address]:
    """The address, and the IPv4 address to which it leads, when it does. A mapped one is only the latter."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    yield address
    if address.sixtofour:
        yield address.sixtofour
    elif address in NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    elif address.teredo:
        yield from address.teredo
