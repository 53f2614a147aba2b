"""How long is a domain name still registered, by RDAP (RFC 9083)?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._hearsay import HearsayError, each_of, heard
from monitor.probes._web import address, ending
from monitor.timeline.model import Reason, Verdict
from monitor.trust import DAY
from monitor.values import host, whole

HOUR = 3_600_000
GATE = "https://rdap.org/"
LOST = {"client hold", "server hold", "redemption period", "pending delete"}


def _domain(value: object) -> str:
    """A domain name, such as ``example.org``."""
    name = host(value).rstrip(".").lower()
    if not name.isascii() or "." not in name or name.rpartition(".")[2].isdigit() or ":" in name:
        raise ValueError("allowed is a domain name in ASCII, such as example.org")
    return name


@dataclass(frozen=True, kw_only=True)
class DomainDays:
    """A registration that ends within so many days is degraded, or failed."""

    degrade: Annotated[int, whole(0, 3650)] = 30
    fail: Annotated[int, whole(0, 3650)] = 0


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """The registry is asked about ``domain``. A pass is a registration with more days left than ``days`` says, that is not on hold
    and not about to be deleted.

    ``server`` is the address of the registry's own RDAP service, without the word domain; else the way to it is asked of
    rdap.org. A registry that does not answer says nothing about the name: unknown. So is one that does not know the name, unless
    it is the ``server``. Registries want to be asked seldom: once a day is enough.
    """

    domain: Annotated[str, _domain]
    server: Annotated[str, address] = GATE
    days: DomainDays = field(default_factory=DomainDays)

    asserted: ClassVar[tuple[str, ...]] = ("the registry knows it", "not on hold", "days")

    def target(self) -> str:
        """The name."""
        return self.domain

    def warnings(self) -> tuple[str, ...]:
        """That a registry is asked too often."""
        return ("a registry wants to be asked once an hour at most",) if self.interval < HOUR else ()


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Ask the registry."""
    try:
        with course.look("the registry knows it"):
            document = await heard(f"{probe.server.rstrip('/')}/domain/{probe.domain}", tools, course)
            end = _end(document)
    except HearsayError as error:
        if error.status == 404 and probe.server != GATE:
            return Verdict.failed(Reason.DNS, "the registry does not know the name")
        return Verdict.unknown(Reason.BLOCKED, str(error))
    return course.judged(_checks(probe, document, end, tools.clock.now())) or Verdict.passed()


def _checks(probe: Settings, document: dict[str, object], end: int, now: int) -> Iterator[Check]:
    said = document.get("status")
    told = [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
    lost = LOST.intersection(told)
    wrong = Verdict.failed(Reason.DNS, f"the registry says {min(lost)}") if lost else None
    yield Check("not on hold", wrong, ", ".join(told))
    wrong = ending(end, now, probe.days.degrade, probe.days.fail, Reason.DNS, "the registration")
    yield Check("days", wrong, f"{(end - now) // DAY} days left")


def _end(document: dict[str, object]) -> int:
    """When the registration ends, in seconds since the epoch."""
    found = [each.get("eventDate") for each in each_of(document, "events") if each.get("eventAction") == "expiration"]
    try:
        end = datetime.fromisoformat(str(found[0])) if found else None
        if end:
            return int((end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        pass
    raise HearsayError("the registry does not say when it ends")
