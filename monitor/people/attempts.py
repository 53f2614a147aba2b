"""How often somebody may try a password, before anything is hashed.

An address that fails too often has to wait, and with it nobody else. One account that is tried from many addresses has to wait as
well, except from where its owner logged in before: a crowd cannot lock her out of the place where she works.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field

WINDOW_MS = 15 * 60_000
OF_PAIR, OF_ADDRESS, OF_ACCOUNT = 6, 30, 60
MOST_KEYS = 20_000

Key = tuple[str, str]


@dataclass
class Attempts:
    """Failures of the last quarter of an hour, in memory, for as long as the process lives. Safe to use from several threads."""

    _failed: OrderedDict[Key, deque[int]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, account: str, address: str, now_ms: int, *, is_known: bool) -> bool:
        """True when it may be tried now, which is a failure until ``forgive``. ``is_known``: it was right from there before."""
        net = network(address)
        limits = [(("pair", f"{account} {net}"), OF_PAIR), (("address", net), OF_ADDRESS)]
        if not is_known:
            limits.append((("account", account), OF_ACCOUNT))
        with self._lock:
            if any(len(self._recent(key, now_ms)) >= most for key, most in limits):
                return False
            for key, _ in limits:
                self._failed.setdefault(key, deque()).append(now_ms)
                self._failed.move_to_end(key)
            while len(self._failed) > MOST_KEYS:  # whoever tries names without end pushes out what is oldest
                self._failed.popitem(last=False)
            return True

    def forgive(self, account: str, address: str) -> None:
        """It was right: what was counted against this account from there is forgotten, and one try of the address."""
        net = network(address)
        with self._lock:
            self._failed.pop(("pair", f"{account} {net}"), None)
            if tries := self._failed.get(("address", net)):
                tries.pop()

    def _recent(self, key: Key, now_ms: int) -> deque[int]:
        found = self._failed.get(key, deque())
        while found and found[0] <= now_ms - WINDOW_MS:
            found.popleft()
        return found


def network(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, which one household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
