"""What people say, in tests: events with as little around them as there can be."""

from __future__ import annotations

from typing import Any

from monitor.incidents.event import INCIDENT, MAINTENANCE, Event, Said

T0 = 1_767_225_600  # 2026-01-01T00:00:00Z, where drawings start too
HOUR = 3600


def step(account: str, number: int, name: str, at: int = T0, text: str = "words", **said: Any) -> Event:
    """The event of that number; the first one says all that it must."""
    if number == 1:
        first = {"titles": {"en": "Trouble"}, "components": {"api": "down"}}
        if account == MAINTENANCE:
            first = {"titles": {"en": "Work"}, "components": {"api": "maintenance"}}
            said = {"start": T0 + HOUR, "end": T0 + 2 * HOUR} | said
        said = first | said
    return Event(account, "x", number, at, "J. Jansen", name, {"en": text}, Said(**said))


def incident_step(number: int, name: str, at: int = T0, **said: Any) -> Event:
    """An event of an incident."""
    return step(INCIDENT, number, name, at, **said)


def maintenance_step(number: int, name: str, at: int = T0, **said: Any) -> Event:
    """An event of a maintenance from one to two hours after T0."""
    return step(MAINTENANCE, number, name, at, **said)
