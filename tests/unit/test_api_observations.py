"""Observations through HTTP: page by page, each once, of the component and the time that were asked for."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from drawn import START, STEP, observations, watch
from flask.testing import FlaskClient
from shown import SECOND, Still, client, configured, held_to

from monitor.clock import Clock
from monitor.sla.periods import instant
from monitor.store import open_reader, open_record
from monitor.timeline.record import Batch
from statuspage.app import create_app

DRAWING = "..ccc..dd?xx..."


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw everything there is to see."""
    return client(tmp_path, DRAWING, more=SECOND)


def ask(site: FlaskClient, path: str) -> Any:
    """A JSON document."""
    answer = site.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def pages(site: FlaskClient, form: str, limit: int) -> list[list[dict[str, Any]]]:
    """All observations of January, page by page, as the links lead."""
    path: str | None = f"/api/v1/components/api/observations.{form}?from={instant(START)}&limit={limit}"
    found = []
    while path:
        answer = site.get(path)
        assert answer.status_code == 200, answer.text
        if form == "csv":
            found.append(list(csv.DictReader(io.StringIO(answer.text))))
        else:
            found.append([json.loads(line) for line in answer.text.splitlines()])
        link = re.fullmatch('<https://status.acme.example(.*)>; rel="next"', answer.headers.get("Link", ""))
        path = link[1] if link else None
    return found


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("limit", [1, 4, 15, 1000])
def test_observations_come_in_pages(site: FlaskClient, form: str, limit: int) -> None:
    """Each once and in order, never more than asked for on one page, and the same in both forms."""
    found = pages(site, form, limit)
    assert all(len(page) <= limit for page in found)
    rows = [row for page in found for row in page]
    wanted = observations(DRAWING)
    assert [row["outcome"] for row in rows] == [each.outcome.value for each in wanted]
    assert [row["reason"] or None for row in rows] == [each.reason.word if each.reason else None for each in wanted]
    assert [int(row["duration_us"]) for row in rows] == [each.phases.total_us for each in wanted]
    assert rows[1]["slot"] == "2026-01-01T00:01:00.000Z"
    assert rows[1]["began"] == "2026-01-01T00:01:00.003Z"
    described = ask(site, "openapi.json")
    for row in rows if form == "jsonl" else ():
        held_to(described, {"$ref": "#/components/schemas/Observation"}, row)


def test_observations_are_those_of_the_component_at_the_time(tmp_path: Path) -> None:
    """A probe that moved to another component takes nothing along; a silence of months is one page, not a hundred."""
    config = configured(tmp_path, SECOND)
    url = config.storage.url.reveal()
    record = open_record(url, Clock())
    record.watch([watch()], START)
    record.append(Batch(START, tuple(observations("...x"))))
    moved, months = START + 4 * STEP, 100 * 86_400
    record.watch([watch(component="web")], moved)
    record.append(Batch(moved, tuple(observations("xx", start=moved))))
    record.append(Batch(moved, tuple(observations("c", start=START + months))))
    record.close()
    site = create_app(config, lambda unseen: open_reader(url, unseen), Still(START + months + STEP)).test_client()
    query = f"from={instant(START)}&to={instant(START + months + 1)}"
    seen = site.get(f"/api/v1/components/api/observations.jsonl?{query}")
    assert [json.loads(line)["outcome"] for line in seen.text.splitlines()] == ["pass", "pass", "pass", "fail"]
    assert len(pages(site, "csv", 1000)) == 2
    first = site.get(f"/api/v1/components/web/observations.jsonl?{query}")
    assert len(first.text.splitlines()) == 2
    second = site.get(re.findall("<https://status.acme.example(.*)>", first.headers["Link"])[0])
    assert json.loads(second.text)["reason"] == "connect"
    assert "Link" not in second.headers
