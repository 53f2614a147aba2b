"""Which addresses strangers may name: every range, every embedding, judged as an address."""

from __future__ import annotations

import ipaddress

import pytest

from monitor.public import DENIED, is_public

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("network", DENIED, ids=str)
def test_each_range_is_denied_from_its_first_to_its_last(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> None:
    """Both ends of it, and not only its middle."""
    assert not is_public(str(network.network_address))
    assert not is_public(str(network.broadcast_address))


@pytest.mark.parametrize("address", INSIDE)
def test_no_embedding_leads_inside(address: str) -> None:
    """Mapped, compatible, 6to4, NAT64, Teredo: whatever holds an address is judged by it too."""
    plain = int(ipaddress.IPv4Address(address))
    embedded = [
        f"::ffff:{address}",
        f"::{address}",
        str(ipaddress.IPv6Address((0x2002 << 112) | (plain << 80))),
        str(ipaddress.IPv6Address((0x0064FF9B << 96) | plain)),
        str(ipaddress.IPv6Address((0x20010000 << 96) | (plain ^ 0xFFFFFFFF))),
    ]
    for each in (address, *embedded):
        assert not is_public(each), each


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "223.255.255.255"]
)
def test_what_is_public_is_public(address: str) -> None:
    """Also where a network translates its addresses."""
    assert is_public(address)


@pytest.mark.parametrize(
    "text", ["", "localhost", "0177.0.0.1", "0x7f.1", "2130706433", "fe80::1%eth0", "８.8.8.8", "8.8.8.8 "]
)
def test_what_is_no_address_is_not_public(text: str) -> None:
    """Spellings are for whoever looks names up; here only an address counts."""
    assert not is_public(text)


def test_a_network_of_the_operator_may_be_reached() -> None:
    """That network and no other; metadata services never."""
    own = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("169.254.0.0/16"))
    assert is_public("10.1.2.3", own)
    assert is_public("::ffff:10.1.2.3", own)
    assert not is_public("192.168.1.1", own)
    assert not is_public("169.254.169.254", own)
    assert not is_public("2002:0a01:0203::", own)
