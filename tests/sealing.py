"""Sealed statements for the tests of what is published about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calculated import at, computed, terms
from shown import Still, configured

from monitor.config import Config
from monitor.sla.statement import Versions
from monitor.store import open_desk

CLAIMED = """
[[objective]]
id = "uptime"
of = "api"
target = "99.9"
[[objective.remedy]]
id = "credit"
tiers = [{ below = "99.9", give = "10" }, { below = "99.0", give = "25" }]
[claim]
automatic = false
notify = { within = 5, unit = "days", from = "period-end" }
submit = { within = 30, unit = "days", from = "period-end" }
"""
ZONE = "Europe/Amsterdam"


def claimed(text: str = CLAIMED) -> Versions:
    """An agreement whose credit must be reported and claimed."""
    return terms(text, ZONE)


def statement(down: int = 3600, period: str = "2026-01", text: str = CLAIMED) -> dict[str, Any]:
    """What it says about a month with so many seconds down: an hour is below 99.9 %, and costs 10 %."""
    return computed(claimed(text), period, seconds=down)


def seal(
    folder: Path, when: str, made: dict[str, Any], reason: str = "", *, name: str = "acme", config: Config | None = None
) -> None:
    """Keep it in the record of a folder, at a moment."""
    record = (config or configured(folder)).storage.url.reveal()
    desk = open_desk(record, Still(at(when)))
    assert desk.seal(name, made["period"]["label"], made | {"agreement": name}, reason)
    desk.close()
