"""What is made of a registry's answer about a domain."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from running import free_port
from serving import COMMON, Serve, answer, bound, observed, says, serving, silent

from monitor.probes import domain
from monitor.probes.domain import DomainDays
from monitor.timeline.model import Observation, Outcome, Reason


def registry(days: int | None, *status: str, date: str = "") -> Serve:
    """A registry that says the name ends in so many days, or on a date, and is in this status."""
    end = date or (datetime.now(UTC) + timedelta(days=days or 0, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    events = [{"eventAction": "registration", "eventDate": "2001-01-01T00:00:00Z"}]
    events += [] if days is None else [{"eventAction": "expiration", "eventDate": end}]
    return says(answer("200 OK", json.dumps({"events": events, "status": ["active", *status]})))


async def ask(serve: Serve | None, **settings: Any) -> Observation:
    """One observation by this registry, or by none."""
    common = COMMON | {"domain": "example.org"} | settings
    if serve is None:
        return await observed(domain.Settings(**common, server=f"http://127.0.0.1:{free_port()}/"))
    async with serving(serve) as port:
        return await observed(domain.Settings(**common, server=f"http://127.0.0.1:{port}/rdap/"))


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (registry(90), {}, Outcome.PASS, None),
        (registry(20), {}, Outcome.DEGRADED, Reason.DNS),
        (registry(20), {"days": DomainDays(degrade=10)}, Outcome.PASS, None),
        (registry(5), {"days": DomainDays(fail=7)}, Outcome.FAIL, Reason.DNS),
        (registry(-5), {}, Outcome.FAIL, Reason.DNS),
        (registry(90, "server hold"), {}, Outcome.FAIL, Reason.DNS),
        (registry(90, "pending delete"), {}, Outcome.FAIL, Reason.DNS),
        (registry(90, "<script>"), {}, Outcome.PASS, None),
        (registry(None), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (registry(1, date="<script>"), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (registry(1, date="9999-12-31T23:59:59-14:00"), {}, Outcome.PASS, None),
        (registry(1, date="2001-02-03"), {}, Outcome.FAIL, Reason.DNS),
        (says(answer("404 No")), {}, Outcome.FAIL, Reason.DNS),
        (says(answer("429 No")), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("200 OK", '{"events": [1, {}]}')), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (silent, {"timeout": 1200}, Outcome.UNKNOWN, Reason.BLOCKED),
        (None, {}, Outcome.UNKNOWN, Reason.BLOCKED),
    ],
)
def test_each_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """Long, soon, over, on hold, not known; and that a registry which says nothing accuses nobody."""
    found = asyncio.run(ask(serve, **settings))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "script" not in found.verdict.detail


def test_who_asks_too_often_is_warned() -> None:
    """Registries turn such away."""
    assert domain.Settings(**COMMON, domain="example.org").warnings()
    assert not domain.Settings(**(COMMON | {"interval": 3_600_000}), domain="example.org").warnings()


@pytest.mark.parametrize("name", ["example", "192.0.2.1", "a b.example", "één.example", "::1"])
def test_what_is_no_domain_is_refused(name: str) -> None:
    """An address, a single word, characters that a registry does not take."""
    assert len(bound(domain.Settings, domain=name)) == 1
