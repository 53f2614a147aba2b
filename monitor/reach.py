"""Reaching one of the addresses of a name, and whose fault it is when none can be reached."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
HEAD_START = 0.25  # seconds that an address has before the next one is tried beside it
OURS = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM, errno.EPERM, errno.EACCES}
KINDS = {
    "network": {errno.ENETUNREACH, errno.ENETDOWN},
    # A router far away may say this of the target, and our own machine of its own line: by itself it accuses nobody.
    "unreachable": {errno.EHOSTUNREACH, errno.EHOSTDOWN},
    "connect": {errno.ECONNREFUSED},
    "timeout": {errno.ETIMEDOUT},
    "closed": {errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE},
}


class NoAnswerError(Exception):
    """The exchange did not end in an answer. ``kind`` is one of KINDS, internal, tls or protocol."""

    def __init__(self, kind: str, evidence: str) -> None:
        super().__init__(evidence)
        self.kind = kind
        self.evidence = evidence


def chain(error: BaseException) -> list[BaseException]:
    """An error and what caused it: the class of the outermost alone does not tell."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def fault_of(error: BaseException) -> NoAnswerError | None:
    """What the error numbers of the system, anywhere in the chain, say; None when they do not tell."""
    numbers = {each.errno for each in chain(error) if isinstance(each, OSError) and each.errno}
    kinds = ["internal"] if numbers & OURS else [kind for kind, known in KINDS.items() if numbers & known]
    return NoAnswerError(kinds[0], ", ".join(map(os.strerror, sorted(numbers)))) if kinds else None


def fault_of_tls(error: BaseException) -> NoAnswerError | None:
    """What TLS, anywhere in the chain, says; None when it says nothing. Never what the target wrote."""
    for each in chain(error):
        if isinstance(each, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return NoAnswerError("closed", "the connection was closed in the middle of TLS")
        if isinstance(each, ssl.SSLCertVerificationError):
            return NoAnswerError("tls", f"{each.verify_message} (verify code {each.verify_code})")
        if isinstance(each, ssl.SSLError):
            return NoAnswerError("tls", each.reason or "TLS failed")
    return None


async def reach(
    addresses: Sequence[str], connect: Callable[[str], Awaitable[T]], close: Callable[[T], Awaitable[None]]
) -> T:
    """The first connection that is made. Each address gets a head start; then the next is tried beside it.

    When none can be reached, the failure that tells most about whose fault it is. The deadline is the caller's.
    """
    if len(addresses) == 1:
        return await connect(addresses[0])
    waiting = list(addresses)
    trying: dict[asyncio.Future[T], str] = {}
    failed: dict[str, Exception] = {}
    try:
        while waiting or trying:
            if waiting:
                address = waiting.pop(0)
                trying[asyncio.ensure_future(connect(address))] = address
            pause = HEAD_START if waiting else None
            done, _ = await asyncio.wait(trying, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                address, error = trying.pop(attempt), attempt.exception()
                if error is None:
                    return attempt.result()
                if not isinstance(error, Exception):
                    raise error
                failed[address] = error
        raise _telling([failed[address] for address in addresses if _family(address) == _family(addresses[0])])
    finally:
        await _give_up(list(trying), close)


async def _give_up(attempts: Sequence[asyncio.Future[T]], close: Callable[[T], Awaitable[None]]) -> None:
    """Cancel what was still being tried; close what came in at the same moment."""
    for attempt in attempts:
        attempt.cancel()
    for made in await asyncio.gather(*attempts, return_exceptions=True):
        if not isinstance(made, BaseException):
            await close(made)


def _family(address: str) -> int:
    return ipaddress.ip_address(address).version


def _telling(errors: Sequence[Exception]) -> Exception:
    """Of the failures of one family (the other may not exist here): one of ours accuses nobody, so it goes first."""
    for error in errors:
        fault = fault_of(error)
        if fault is None or fault.kind in ("internal", "network", "unreachable"):
            return error
    return errors[0]
