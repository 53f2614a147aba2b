"""Names become addresses, without a thread: c-ares with a deadline of its own and a short memory. The door to aiodns."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

import aiodns

from monitor.clock import Clock

KEPT_MS = 30_000
KEPT_NAMES = 10_000
SECONDS = 4.0
TRIED = 4
HOSTS = Path("/etc/hosts")
NO_SUCH_NAME = {1, 4, 8}  # ARES_ENODATA, ARES_ENOTFOUND, ARES_EBADNAME: an answer was given, and it was no
# The metadata services of clouds, which give keys to whoever asks: Amazon's two and that of its containers, Alibaba, Google.
DENIED = {"169.254.169.254", "fd00:ec2::254", "169.254.170.2", "100.100.100.200", "fd20:ce::254"}
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 behind a translator (RFC 6052)
Net = ipaddress.IPv4Network | ipaddress.IPv6Network


class NoSuchNameError(Exception):
    """A name server answered: the name has no address."""


class UnresolvableError(Exception):
    """No name server gave an answer: that says nothing about the name."""


class DeniedError(Exception):
    """The name leads to an address that is never asked."""


class Resolver:
    """Addresses of names."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._resolver: aiodns.DNSResolver | None = None
        self._kept: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._forbidden: tuple[Net, ...] = ()

    def forbid(self, networks: Sequence[Net]) -> None:
        """From now on nothing in these is asked either."""
        self._forbidden = tuple(networks)

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Addresses of the host, in the order to try them: at most four of each family, in turns, IPv4 first.

        NoSuchNameError, UnresolvableError or DeniedError when there is none to use.
        """
        found = await self._look_up(host.rstrip(".").lower())
        if any(_is_denied(address) for address in found):
            raise DeniedError(f"{host} is a metadata address")
        if self._forbidden and any(_is_in(address, self._forbidden) for address in found):
            raise DeniedError(f"{host} is in a network that is forbidden")
        return found

    async def close(self) -> None:
        """Let go of the sockets."""
        if self._resolver:
            await self._resolver.close()

    async def _look_up(self, host: str) -> tuple[str, ...]:
        literal = _literal(host)
        if literal:
            return (literal,)
        local = _hosts().get(host, [])
        if not local and (host == "localhost" or host.endswith(".localhost")):
            local = ["127.0.0.1", "::1"]
        if local:
            return in_turns(local)
        now = self._clock.monotonic_ms()
        kept = self._kept.get(host)
        if kept and kept[0] > now:
            return kept[1]
        found = await self._ask(host)
        if len(self._kept) >= KEPT_NAMES:
            self._kept.clear()  # a target may redirect to ever new names
        self._kept[host] = (now + KEPT_MS, found)
        return found

    async def _ask(self, host: str) -> tuple[str, ...]:
        if self._resolver is None:
            self._resolver = aiodns.DNSResolver(timeout=SECONDS / 2, tries=2)
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._resolver.getaddrinfo(host, type=1)
        except aiodns.error.DNSError as error:
            code, *text = error.args
            said = str(text[0]) if text else str(code)
            if code in NO_SUCH_NAME:
                raise NoSuchNameError(said) from error
            raise UnresolvableError(said) from error
        except TimeoutError as error:
            raise UnresolvableError("no name server answered") from error
        found = [node.addr[0] for node in answer.nodes]
        addresses = in_turns([each.decode() if isinstance(each, bytes) else str(each) for each in found])
        if not addresses:
            raise NoSuchNameError("no address")
        return addresses


def in_turns(addresses: Sequence[str]) -> tuple[str, ...]:
    """The first four of each family, in turns: when one family is silent, the other is not far behind."""
    families = [[a for a in addresses if (":" in a) == is_6][:TRIED] for is_6 in (False, True)]
    return tuple(a for pair in zip_longest(*families) for a in pair if a is not None)


def is_literal(host: str) -> bool:
    """Whether it is an address, which needs no looking up."""
    return bool(_literal(host))


@lru_cache(KEPT_NAMES)
def _literal(host: str) -> str:
    """An address that is written in the place of a name; nothing for a name."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return ""


@lru_cache(KEPT_NAMES)
def _is_denied(address: str) -> bool:
    return any(str(each) in DENIED for each in _meant(address))


@lru_cache(KEPT_NAMES)
def _is_in(address: str, networks: tuple[Net, ...]) -> bool:
    return any(each in network for each in _meant(address) for network in networks)


def _meant(address: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Whatever way it is written: with a zone, or IPv4 inside IPv6; there both, for a network may name either."""
    plain = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(plain, ipaddress.IPv4Address):
        return [plain]
    inner = plain.ipv4_mapped or plain.sixtofour
    if plain in TRANSLATED or (int(plain) >> 32 == 0 and int(plain) > 1):
        inner = ipaddress.IPv4Address(int(plain) & 0xFFFFFFFF)
    return [plain, inner] if inner else [plain]


def _hosts() -> dict[str, list[str]]:
    try:
        told = HOSTS.stat()
        return _read(HOSTS, told.st_mtime_ns, told.st_size)
    except OSError:
        return {}


@lru_cache(1)
def _read(hosts: Path, *_: int) -> dict[str, list[str]]:
    """What the file of names says, read again when it has changed."""
    found: dict[str, list[str]] = {}
    lines = hosts.read_text("utf-8", "replace").splitlines()
    for address, *names in filter(None, (line.partition("#")[0].split() for line in lines)):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            continue
        if "%" not in address:  # a zone would be looked up by a thread of the shared pool
            for name in names:
                found.setdefault(name.lower(), []).append(address)
    return found
