"""Names become addresses, without a thread: c-ares with a deadline of its own and a short memory. The door to aiodns."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from pathlib import Path

import aiodns

from monitor.clock import Clock

KEPT_MS = 30_000
KEPT_NAMES = 10_000
SECONDS = 4.0
HOSTS = Path("/etc/hosts")
NO_SUCH_NAME = {1, 4, 8}  # ARES_ENODATA, ARES_ENOTFOUND, ARES_EBADNAME: an answer was given, and it was no
DENIED = {"169.254.169.254", "fd00:ec2::254"}  # the metadata services of clouds


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
        self._kept: dict[str, tuple[int, str]] = {}

    async def address(self, host: str) -> str:
        """An address of the host. NoSuchNameError, UnresolvableError or DeniedError when there is none to use."""
        found = await self._look_up(host.rstrip(".").lower())
        if _is_denied(found):
            raise DeniedError(f"{host} is a metadata address")
        return found

    async def close(self) -> None:
        """Let go of the sockets."""
        if self._resolver:
            await self._resolver.close()

    async def _look_up(self, host: str) -> str:
        try:
            return str(ipaddress.ip_address(host.strip("[]")))
        except ValueError:
            pass
        local = _hosts().get(host) or ("127.0.0.1" if host == "localhost" or host.endswith(".localhost") else None)
        if local:
            return local
        now = self._clock.monotonic_ms()
        kept = self._kept.get(host)
        if kept and kept[0] > now:
            return kept[1]
        found = await self._ask(host)
        if len(self._kept) >= KEPT_NAMES:
            self._kept.clear()  # a target may redirect to ever new names
        self._kept[host] = (now + KEPT_MS, found)
        return found

    async def _ask(self, host: str) -> str:
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
        for node in sorted(answer.nodes, key=lambda node: int(node.family != socket.AF_INET)):
            address = node.addr[0]
            return address.decode() if isinstance(address, bytes) else str(address)
        raise NoSuchNameError("no address")


def _is_denied(address: str) -> bool:
    """Whatever way it is written: with a zone, or IPv4 inside IPv6."""
    plain = ipaddress.ip_address(address.partition("%")[0])
    return str(getattr(plain, "ipv4_mapped", None) or plain) in DENIED


def _hosts() -> dict[str, str]:
    try:
        lines = HOSTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    entries = [line.partition("#")[0].split() for line in reversed(lines)]
    return {name.lower(): words[0] for words in entries if words for name in words[1:]}
