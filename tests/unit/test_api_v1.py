"""Our own API, through HTTP, over a real record: each answer is as the OpenAPI document says."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drawn import START, STEP
from flask.testing import FlaskClient
from shown import NASTY, SECOND, Still, client, configured, held_to

from monitor.clock import Clock
from monitor.settlement import Settlement, named
from monitor.sla.document import document
from monitor.sla.periods import instant
from monitor.store import open_reader, open_record
from statuspage import headers
from statuspage.app import create_app

DRAWING = "..ccc..dd?xx..."
SAMPLES = {"component": "api", "agreement": "acme", "period": "2026-01"}
WRONG = [
    ("components?x=1", "x", "there is no such parameter; there are: none"),
    ("outages?x=1", "x", "there is no such parameter; there are: component, from, to"),
    ("outages?component=nobody", "component", "allowed: api, web"),
    ("outages?from=yesterday", "from", "allowed is an instant such as 2026-03-02T10:12:00Z"),
    ("outages?from=2026-02-30T00:00:00Z", "from", "allowed is an instant such as 2026-03-02T10:12:00Z"),
    ("outages?from=2026-01-01", "from", "allowed is an instant such as 2026-03-02T10:12:00Z"),
    ("outages?from=0001-01-01T00:00:00Z", "from", "allowed is an instant such as 2026-03-02T10:12:00Z"),
    ("outages?from=٢٠٢٦-01-01T00:00:00Z", "from", "allowed is an instant such as 2026-03-02T10:12:00Z"),
    ("outages?to=", "to", "allowed is an instant such as 2026-03-02T10:12:00Z"),
    ("outages?from=2031-01-01T00:00:00Z", "from", "allowed is an instant that has passed and lies ahead of `to`"),
    ("outages?to=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to", "is given more than once"),
    ("components/api/observations.csv?limit=0", "limit", "allowed is a whole number from 1 to 10000"),
    ("components/api/observations.csv?limit=10001", "limit", "allowed is a whole number from 1 to 10000"),
    ("components/api/observations.csv?limit=1e3", "limit", "allowed is a whole number from 1 to 10000"),
    ("components/api/observations.csv?cursor=-1", "cursor", "allowed is what the link to the next page holds"),
    (
        "components/api/observations.csv?cursor=zzzzzzzzzzzzz",
        "cursor",
        "allowed is what the link to the next page holds",
    ),
    ("agreements/acme/statements/2026-01?edition=x", "edition", "allowed is a whole number from 1 to 1000000"),
]


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw everything there is to see."""
    return client(tmp_path, DRAWING, more=SECOND)


def ask(site: FlaskClient, path: str) -> Any:
    """A JSON document."""
    answer = site.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_each_answer_is_as_it_is_described(site: FlaskClient) -> None:
    """Every path of the description is there, every route is described, and every answer fits its schema."""
    described = ask(site, "openapi.json")
    assert described["openapi"] == "3.1.0"
    rules = {
        re.sub(r"<[^>]*\bany\((\w+),(\w+)\):\w+>", r"\1", rule.rule)
        for rule in site.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    shapes = {re.sub(r"{\w+}", "<>", path).replace(".jsonl", ".csv") for path in described["paths"]}
    assert shapes == {re.sub("<[^>]*>", "<>", rule) for rule in rules}
    for path, operations in described["paths"].items():
        answer = site.get(path.format(**SAMPLES))
        assert answer.status_code == 200, path
        content = operations["get"]["responses"]["200"]["content"]
        assert answer.mimetype in content
        if answer.is_json:
            held_to(described, content[answer.mimetype]["schema"], answer.get_json())
        assert {each["name"] for each in operations["get"]["parameters"] if each["in"] == "path"} == set(
            re.findall(r"{(\w+)}", path)
        )
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_before_anything_is_recorded_every_path_answers(tmp_path: Path) -> None:
    """Without a record: empty, unknown, and as described."""
    empty = client(tmp_path, "")
    described = ask(empty, "openapi.json")
    for path, operations in described["paths"].items():
        answer = empty.get(path.format(**SAMPLES))
        assert answer.status_code == 200, path
        if answer.is_json:
            content = operations["get"]["responses"]["200"]["content"]
            held_to(described, content["application/json"]["schema"], answer.get_json())
    assert ask(empty, "components")["components"][0]["state"] == "unknown"
    assert ask(empty, "components/api/timeline")["stretches"][0]["reason"] == "not-watched"


@pytest.mark.parametrize(("path", "parameter", "detail"), WRONG)
def test_a_question_that_is_not_understood_is_not_answered(
    site: FlaskClient, path: str, parameter: str, detail: str
) -> None:
    """400, with the parameter and what is allowed, as problem details."""
    answer = site.get(f"/api/v1/{path}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == headers.NEVER
    assert answer.get_json()["errors"] == [{"parameter": parameter, "detail": detail}]
    held_to(ask(site, "openapi.json"), {"$ref": "#/components/schemas/Problem"}, answer.get_json())


def test_all_faults_of_a_question_are_told_at_once(site: FlaskClient) -> None:
    """Nobody has to ask four times."""
    found = site.get("/api/v1/components/api/observations.csv?from=x&to=y&limit=0&cursor=!&z=").get_json()
    assert [each["parameter"] for each in found["errors"]] == ["z", "from", "to", "limit", "cursor"]


@pytest.mark.parametrize(
    "path",
    [
        "components/nobody",
        "components/nobody/timeline",
        "components/nobody/observations.csv",
        "components/api/observations.xml",
        "agreements/nobody",
        "agreements/acme/statements/x",
        "agreements/acme/statements/2031-01",
        "agreements/acme/statements/2026-01?edition=7",
        "nothing",
        "",
    ],
)
def test_what_is_not_there(site: FlaskClient, path: str) -> None:
    """404 as problem details."""
    answer = site.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.get_json() == {"type": "about:blank", "title": "Not Found", "status": 404}


def test_a_timeline_is_a_partition_of_what_was_asked(site: FlaskClient) -> None:
    """Each second of the span is in one stretch and in one total, whatever lies around it."""
    asked = f"from={instant(START - 100)}&to={instant(START + 630)}"
    found = ask(site, f"components/api/timeline?{asked}")
    stretches = found["stretches"]
    assert stretches[0]["start"] == found["from"] == "2025-12-31T23:58:20Z"
    assert stretches[-1]["end"] == found["to"]
    assert all(one["end"] == other["start"] for one, other in pairwise(stretches))
    totals = {key: value for key, value in found["totals"].items() if key.endswith("_seconds")}
    assert sum(totals.values()) == sum(each["seconds"] for each in stretches) == 730
    assert totals["down_seconds"] == 210
    assert (stretches[0]["state"], stretches[0]["reason"]) == ("unknown", "not-watched")


def test_outages_have_their_true_edges(site: FlaskClient) -> None:
    """Also where they reach out of the span that was asked for; those of another component are not among them."""
    path = f"outages?from={instant(START + 3 * STEP)}&to={instant(START + 4 * STEP)}"
    (found,) = ask(site, path)["outages"]
    assert (found["start"], found["end"]) == (instant(START + 2 * STEP), instant(START + 5 * STEP))
    assert (found["component"], found["down_seconds"], found["reason"]) == ("api", 180, "connect")
    assert len(ask(site, "outages")["outages"]) == 2
    assert ask(site, "outages?component=web")["outages"] == []


def test_a_statement_is_the_document(tmp_path: Path) -> None:
    """As on the page; and each edition that was sealed, for ever."""
    site = client(tmp_path, DRAWING)
    assert ask(site, "agreements/acme/statements/2026-01") == site.get("/sla/acme/2026-01.json").get_json()
    config = configured(tmp_path)
    url, later = config.storage.url.reveal(), START + 40 * 86_400
    reader = open_reader(url)
    made = document(Settlement(config.agreements[0], reader, later).made(named(config.agreements[0], "2026-01")))
    reader.close()
    record = open_record(url, Clock())
    assert record.seal("acme", "2026-01", made)
    record.close()
    sealed = create_app(config, lambda unseen: open_reader(url, unseen), Still(later)).test_client()
    assert ask(sealed, "agreements/acme/statements/2026-01?edition=1") == json.loads(json.dumps(made))
    (edition,) = ask(sealed, "agreements/acme")["sealed"]
    assert (edition["period"], edition["edition"]) == ("2026-01", 1)
    over = sealed.get("/api/v1/agreements/acme/statements/2026-01")
    assert over.headers["Cache-Control"] == headers.OVER


def test_what_was_asked_and_answered_is_nowhere(site: FlaskClient) -> None:
    """Neither the address that is probed, nor the probe's name, nor what it heard, on any path for programs."""
    asked = 0
    for rule in site.application.url_map.iter_rules():
        if not re.match(r"/api/v|(/<[^>]*>)?/badge/|/metrics", rule.rule):
            continue
        path = re.sub(r"<any\(\w+,(\w+)\):\w+>", r"\1", rule.rule).replace("<string(length=2):lang>", "nl")
        path = path.replace("agreements/<name>", "agreements/acme").replace("sla/<name>", "sla/acme")
        name = "acme" if "/sla." in path else "api"
        answer = site.get(path.replace("<name>", name).replace("<label>", "2026-01"))
        assert answer.status_code == 200, path
        asked += 1
        for secret in ("secret-path", "api-health", "refused", "no answer", "1200 ms", "no resolver"):
            assert secret not in answer.text, path
    assert asked == 32


def test_hostile_names_are_only_text(site: FlaskClient) -> None:
    """They come out as they were written, in a document that no browser runs."""
    answer = site.get("/api/v1/components/api")
    assert answer.get_json()["name"] == f"API {NASTY}"
    assert answer.mimetype == "application/json"
    assert answer.headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["components", "components/api/observations.csv", "agreements/acme/statements/2026-01"]
)
def test_who_has_it_gets_no_second_copy(site: FlaskClient, path: str) -> None:
    """The same bytes have the same tag, a head has no body, and a script of any site may read it."""
    answer = site.get(f"/api/v1/{path}")
    again = site.get(f"/api/v1/{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    head = site.head(f"/api/v1/{path}")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
    assert site.options(f"/api/v1/{path}").headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert site.post(f"/api/v1/{path}").headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["outages", "outages?component=api", "components/api/timeline"])
def test_a_long_span_is_answered_in_parts(tmp_path: Path, path: str) -> None:
    """The newest 400 days, and a link to what lies ahead; following the links covers the whole span once."""
    site = client(tmp_path, "....ccc....")
    address = f"/api/v1/{path}{'&' if '?' in path else '?'}from=2022-06-01T00:00:00Z"
    covered: list[tuple[str, str]] = []
    while address:
        answer = site.get(address)
        assert answer.status_code == 200
        covered.append((answer.get_json()["from"], answer.get_json()["to"]))
        link = answer.headers.get("Link", "")
        address = link.partition(">")[0].removeprefix("<https://status.acme.example")
        assert not link or link.endswith('; rel="prev"')
    assert len(covered) == 4
    assert covered[-1][0] == "2022-06-01T00:00:00Z"
    assert all(later[0] == earlier[1] for later, earlier in pairwise(covered))
