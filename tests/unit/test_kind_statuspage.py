"""What is made of a supplier's own status page."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from running import free_port
from serving import COMMON, Serve, answer, bound, observed, says, serving, silent, then

from monitor.probes import statuspage
from monitor.timeline.model import Observation, Outcome, Reason


def page(indicator: str = "none", more: str = "", **components: str) -> Serve:
    """A page with this indicator and these components."""
    parts = [{"id": f"id-{name}", "name": name, "status": status} for name, status in components.items()]
    return says(answer("200 OK", json.dumps({"status": {"indicator": indicator}, "components": parts, "x": more})))


async def ask(serve: Serve | None, **settings: Any) -> Observation:
    """One observation of this page, or of none."""
    if serve is None:
        return await observed(statuspage.Settings(**COMMON, url=f"http://127.0.0.1:{free_port()}/"))
    async with serving(serve) as port:
        return await observed(statuspage.Settings(**(COMMON | {"url": f"http://127.0.0.1:{port}/"} | settings)))


@pytest.mark.parametrize(
    ("serve", "settings", "outcome", "reason"),
    [
        (page(), {}, Outcome.PASS, None),
        (page("minor"), {}, Outcome.DEGRADED, Reason.STATUS),
        (page("maintenance"), {}, Outcome.DEGRADED, Reason.STATUS),
        (page("major"), {}, Outcome.FAIL, Reason.STATUS),
        (page("critical"), {}, Outcome.FAIL, Reason.STATUS),
        (page("<script>"), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (page("major", api="operational"), {"component": "api"}, Outcome.PASS, None),
        (page(api="partial_outage"), {"component": "id-api"}, Outcome.DEGRADED, Reason.STATUS),
        (page(api="degraded_performance"), {"component": "api"}, Outcome.DEGRADED, Reason.STATUS),
        (page(api="under_maintenance"), {"component": "api"}, Outcome.DEGRADED, Reason.STATUS),
        (page(api="major_outage"), {"component": "api"}, Outcome.FAIL, Reason.STATUS),
        (page(api="operational"), {"component": "web"}, Outcome.UNKNOWN, Reason.BLOCKED),
        (page(more="x" * 200_000), {}, Outcome.PASS, None),
        (page(more="x" * 1_100_000), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("200 OK", "[]")), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("200 OK", '{"status": 1}')), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("200 OK", "<html>")), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(answer("503 No")), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (says(b""), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (then(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000), {}, Outcome.UNKNOWN, Reason.BLOCKED),
        (silent, {"timeout": 1200}, Outcome.UNKNOWN, Reason.BLOCKED),
        (None, {}, Outcome.UNKNOWN, Reason.BLOCKED),
    ],
)
def test_each_answer_has_its_outcome(
    serve: Serve | None, settings: dict[str, Any], outcome: Outcome, reason: Reason | None
) -> None:
    """What it says of all and of a part; and that a page which says nothing accuses nobody."""
    found = asyncio.run(ask(serve, **settings))
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert "script" not in found.verdict.detail


def test_the_document_may_be_named_itself() -> None:
    """Where it is not in the usual place."""
    probe = statuspage.Settings(**COMMON, url="https://a.example/status/summary.json?key=hush")
    assert "hush" not in probe.target() + repr(probe.shown())
    assert statuspage.Settings(**COMMON, url="https://a.example/s.json").document() == "https://a.example/s.json"
    assert statuspage.Settings(**COMMON, url="https://a.example").document().endswith("example/api/v2/summary.json")
    assert bound(statuspage.Settings, url="a.example")
