"""To which addresses this process connects: all that is tried is written down, and nothing gets out of the machine."""

from __future__ import annotations

import errno
import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_tried: list[list[tuple[str, int]]] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not _tried or not isinstance(arguments[1], tuple):
        return
    address, port = arguments[1][:2]
    _tried[-1].append((str(address), port))
    if not ipaddress.ip_address(address).is_loopback:
        raise OSError(errno.ENETUNREACH, "a test connects to nobody else")


sys.addaudithook(_heard)  # for as long as the process lives; it hears nothing unless it is asked


@contextmanager
def connections() -> Iterator[list[tuple[str, int]]]:
    """What is tried within, as addresses and ports. Loopback is connected to; whatever else is tried fails."""
    _tried.append([])
    try:
        yield _tried[-1]
    finally:
        _tried.pop()
