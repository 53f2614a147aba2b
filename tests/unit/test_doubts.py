"""What the page and the API say beside states: failures that were no outage, unstable, blind, and because of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import START, STEP, watch
from flask.testing import FlaskClient
from judging import drawn
from shown import SECOND, Still, configured

from monitor.clock import Clock
from monitor.judge import judge, rewatch
from monitor.store import open_reader, open_record
from monitor.timeline.blind import CANARIES, Blind
from monitor.timeline.model import Watch
from monitor.timeline.record import Batch
from statuspage.app import create_app

API = watch("api-health", "api")
WEB = replace(watch("web-health", "web"), needs=("api",))


def site(folder: Path, terms: Sequence[Watch], drawings: Sequence[str], *line: Blind) -> FlaskClient:
    """The site over what was seen, judged one observation at a time."""
    config = configured(folder, SECOND.replace('name = "Web"', 'name = "Web"\nneeds = ["api"]'))
    url = config.storage.url.reveal()
    record = open_record(url, Clock())
    record.watch(terms, START)
    standing = rewatch(record.standing(START), record.watches(), START, is_guarded=True).standing
    news = list(line)
    seen = drawn(terms, drawings)
    for pair in seen:
        now = pair[0].end_ms // 1000 + 1
        turn = judge(standing, [pair], now, news)
        news.clear()
        standing = turn.standing
        record.append(Batch(now, (pair[0],), turn.redraws, turn.foldings, turn.notices, turn.journal))
    record.close()
    app = create_app(config, lambda hidden: open_reader(url, hidden), Still(second=seen[-1][0].at + 5))
    return app.test_client()


def test_a_single_failure_is_shown_as_no_outage(tmp_path: Path) -> None:
    """On the page of the component and in the API; one that was confirmed is not among them."""
    client = site(tmp_path, [API], ["..x....xx..."])
    page = client.get("/components/api").text
    assert "Failures of the last 24 hours that were no outage" in page
    found = client.get("/api/v1/components/api/unconfirmed").json
    assert found is not None
    assert [each["at"] for each in found["failures"]] == ["2026-01-01T00:02:00.003Z"]
    assert (
        "Failures of the last 24 hours" not in site(tmp_path / "b", [API], ["....xx......"]).get("/components/api").text
    )


def test_an_unstable_component_is_called_so(tmp_path: Path) -> None:
    """On the overview, on its own page and in the API, in both languages, until it is stable again."""
    client = site(tmp_path, [API], ["." * 5 + "xx.." * 6])
    for path in ("/", "/components/api"):
        assert "Unstable: it has been going up and down since" in client.get(path).text
    assert "Instabiel" in client.get("/nl/").text
    found = client.get("/api/v1/components/api").json
    assert found is not None
    assert found["unstable_since"].startswith("2026-01-01T00:")
    calm = site(tmp_path / "b", [API], ["." * 5 + "xx.." * 6 + "." * 21])
    assert "Unstable" not in calm.get("/").text
    assert calm.get("/api/v1/components").json["components"][0]["unstable_since"] is None  # type: ignore[index]


def test_the_page_says_when_the_monitor_could_not_see(tmp_path: Path) -> None:
    """From when to when; what failed then is unknown for that reason, on the page, in the API, and in the statement."""
    dark = Blind(START + 2 * STEP + 10, START + 6 * STEP, CANARIES)
    client = site(tmp_path, [API], ["...xxx......"], dark)
    page = client.get("/").text
    assert "When our monitor could not see" in page
    assert '<time datetime="2026-01-01T00:02:10Z">' in page
    assert "No incidents." in page
    assert "No outages in the last 90 days." in client.get("/components/api").text
    found = client.get("/api/v1/blind?from=2026-01-01T00:00:00Z").json
    assert found is not None
    assert found["blind"] == [{"start": "2026-01-01T00:02:10Z", "end": "2026-01-01T00:06:00Z", "cause": "canaries"}]
    line = client.get("/api/v1/components/api/timeline?from=2026-01-01T00:00:00Z").json
    assert line is not None
    assert [(each["state"], each["reason"]) for each in line["stretches"]] == [
        ("operational", None),
        ("unknown", "blind"),
        ("operational", None),
    ]
    assert "Our monitor itself could not see." in client.get("/sla/acme/2026-01").text
    assert "Onze monitor zag zelf niets." in client.get("/nl/sla/acme/2026-01").text


@pytest.mark.parametrize(("web", "cause"), [("...xxx......", "api"), ("........xx..", None)])
def test_an_outage_says_because_of_what(tmp_path: Path, web: str, cause: str | None) -> None:
    """On the page and in the API; in the figures it counts like any other."""
    client = site(tmp_path, [API, WEB], ["...xxx......", web])
    found = client.get("/api/v1/outages?component=web&from=2026-01-01T00:00:00Z").json
    assert found is not None
    assert [each["because"] for each in found["outages"]] == [cause]
    assert found["outages"][0]["down_seconds"] > 0
    assert ("Because of API " in client.get("/components/web").text) == (cause is not None)
    about = client.get("/api/v1/components/web").json
    assert about is not None
    assert about["needs"] == ["api"]
