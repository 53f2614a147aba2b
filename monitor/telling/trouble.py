"""What may be wrong, as a rule of the operators sees it: outages that were told of, and incidents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from monitor.incidents.book import Book
from monitor.incidents.incident import Incident
from monitor.incidents.lifecycle import IMPACTS, SEVERITIES
from monitor.telling.message import INCIDENT, OUTAGE
from monitor.timeline.record import Notice

WORST = SEVERITIES[0]


@dataclass(frozen=True)
class Trouble:
    """One thing that is or was wrong. ``reason`` is the word for it of a measured outage, ``title`` what people call it.

    ``covers`` are the outages that an incident tells of: with them it is not told apart.
    """

    key: str
    kind: str
    components: tuple[str, ...]
    start: int
    end: int | None
    severity: str
    is_acknowledged: bool = False
    reason: str = ""
    title: str = ""
    covers: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As values of JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Trouble:
        """The opposite of ``plain``."""
        return cls(**dict(plain) | {"components": tuple(plain["components"]), "covers": tuple(plain["covers"])})


def severity_of(incident: Incident) -> str:
    """What people said, or what its impact comes to: critical is P1, none P4."""
    return incident.severity or SEVERITIES[len(IMPACTS) - 1 - IMPACTS.index(incident.impact)]


def troubles(notices: Iterable[Notice], book: Book, news: Collection[str], language: str) -> dict[str, Trouble]:
    """All that goes on, and what ended and is among the ``news``, by key. ``notices`` are the newest ones, in any order.

    An outage is as severe as the incident that tells of it, and acknowledged when that is; without one it is as severe as can be.
    """
    newest: dict[str, Notice] = {}
    for notice in sorted(notices, key=lambda each: each.at):
        newest[notice.outage] = notice
    found: dict[str, Trouble] = {}
    for notice in newest.values():
        key = f"{OUTAGE}/{notice.outage}"
        if notice.end is None or key in news:
            found[key] = _outage(key, notice, book)
    for incident in book.apart():
        key = f"{INCIDENT}/{incident.id}"
        if incident.phase.is_open or (key in news and not incident.backfilled):
            found[key] = _incident(key, incident, newest.values(), language)
    return found


def _outage(key: str, notice: Notice, book: Book) -> Trouble:
    incident = book.about(notice.component, notice.start, notice.end)
    span = (notice.start, notice.end)
    told = Trouble(key, OUTAGE, (notice.component,), *span, WORST, reason=notice.reason.word)
    if incident is None:
        return told
    return replace(told, severity=severity_of(incident), is_acknowledged=incident.acknowledged is not None)


def _incident(key: str, incident: Incident, notices: Iterable[Notice], language: str) -> Trouble:
    covers = [f"{OUTAGE}/{each.outage}" for each in notices if incident.shares(each.component, each.start, each.end)]
    return Trouble(
        key,
        INCIDENT,
        tuple(incident.components),
        incident.start,
        incident.end if not incident.phase.is_open else None,
        severity_of(incident),
        incident.acknowledged is not None,
        "",
        incident.titles.get(language) or next(iter(incident.titles.values())),
        tuple(covers),
    )
