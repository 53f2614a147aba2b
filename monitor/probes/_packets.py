"""From a name to an answer in one packet. For the kinds that speak over UDP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from monitor.datagram import exchange
from monitor.probes import Course, Tools
from monitor.reach import NoAnswerError, fault_of, reach

T = TypeVar("T")


async def resolved(host: str, tools: Tools, course: Course) -> Sequence[str]:
    """The addresses of a host; from then on it is the answer that is waited for."""
    begun = tools.clock.ticks_us()
    addresses = await tools.resolver.addresses(host)
    course.dns_us, course.phase = tools.clock.ticks_us() - begun, "answer"
    return addresses


async def answered(
    addresses: Sequence[str],
    port: int,
    ask: Callable[[], bytes],
    take: Callable[[bytes], T | None],
    tools: Tools,
    course: Course,
) -> T:
    """What ``take`` makes of the answer. NoAnswerError when there is none."""
    begun = tools.clock.ticks_us()
    with course.look("answer"):
        try:
            found = await reach(addresses, lambda address: exchange(address, port, ask, take), _forget)
        except OSError as error:
            raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error
    course.first_byte_us = tools.clock.ticks_us() - begun
    return found


async def _forget(_: object) -> None:
    """A second answer is not needed."""
