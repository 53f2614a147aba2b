"""What strangers put into parameters and headers is data at every door: it is answered, refused, and changes nothing."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from doors import FORM, Door, doors
from markupsafe import escape
from werkzeug.test import TestResponse

from statuspage import app

# What each address reads, by how it begins; all others are asked with all of these at once.
READ = {
    "/api/v2/": ["page", "per_page", "limit"],
    "/feed": ["kind", "key"], "/components/api/feed": ["kind", "key"], "/sla/api": ["key"], "/components/api": ["key"],
    "/login": ["next"], "/incidents/new": ["template", "component", "outage"], "/incidents/api": ["step"],
    "/labels/new": ["outage", "component", "start", "end"], "/audit": ["before"],
}  # fmt: skip
EVERY = ["kind", "key", "page", "limit", "sort", "order", "group_by", "column", "id", "lang", "q", "filter", "fields"]
# True and false beside each other: who gets two answers has asked the database a question.
PAIRS = [
    ("' OR '1'='1", "' OR '1'='2"), ("' AND 1=1--", "' AND 1=2--"), ('" OR ""="', '" OR ""="x'), ("1 AND 1=1", "1 AND 1=2"),
    ("1) OR (1=1", "1) OR (1=2"), ("') OR ('a'='a", "') OR ('a'='b"), ("api' AND 'a'='a", "api' AND 'a'='b"),
    ("1/**/OR/**/1=1", "1/**/OR/**/1=2"), ("api%' AND '%'='", "api%' AND '%'='x"),
]  # fmt: skip
ALONE = [
    "'", '"', "\\", "';", "'; DROP TABLE events;--", "' UNION SELECT sql FROM sqlite_master--", "1 UNION SELECT 1,2,3,4,5,6,7,8--",
    "'||(SELECT 1)||'", "(SELECT CASE WHEN 1 THEN 1 END)", "'; ATTACH DATABASE '/tmp/x.db' AS x;--", "' AND load_extension('x')--",
    "' AND randomblob(1000000000)--", "\x00' OR 1=1", "\u02bc OR 1=1", "1;SELECT pg_sleep(9)--", "%27 OR 1=1", "🐎'", "-1", "NaN",
    "9" * 400, "1e309", "[]", "{}", "null", "{{7*7}}", "${7*7}", "<svg onload=1>", "\r\nX-Evil: 1", "../" * 40,
]  # fmt: skip
FORGED = {
    "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "6666", "Forwarded": "for=6.6.6.6;host=evil.example;proto=gopher", "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil", "X-Real-IP": "6.6.6.6", "X-HTTP-Method-Override": "POST", "X-Forwarded-Server": "evil.example",
    "True-Client-IP": "6.6.6.6", "X-Host": "evil.example", "Via": "1.1 evil.example", "Origin": "https://evil.example",
    "Referer": "https://evil.example/", "Cookie": "meetlat=evil; role=owner; session=evil",
}  # fmt: skip


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Door]]:
    """All three."""
    with doors(tmp_path_factory.mktemp("doors")) as found:
        yield {each.name: each for each in found}


def addresses(door: Door) -> list[str]:
    """Each address that answers GET, with what is there filled in."""
    filled = {form.format("api") for _, form in door.paths()}
    found = {rule.rule for rule in door.routes.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())}
    return sorted(found | filled)


def read_by(door: Door, path: str) -> list[str]:
    """The parameters that this address reads."""
    if path.startswith(("/api/v1/", "/badge/")) and door.name == "page":
        described: dict[str, Any] = json.loads(door.get("/api/v1/openapi.json").text)["paths"]
        form = re.sub(r"(?<=/)api(?=[/.]|$)(?<!^/api)", "{id}", path)
        found: dict[str, Any] = next(
            (each["get"] for name, each in described.items() if re.sub("{[^}]+}", "{id}", name) == form), {}
        )
        return [each["name"] for each in found.get("parameters", ()) if each.get("in") == "query"]
    return next((names for start, names in READ.items() if path.startswith(start)), [])


def without(answer: TestResponse, text: str) -> str:
    """An answer, without what was asked for and without how long ago and how often it was."""
    found = answer.get_data().decode("utf-8", "replace")
    for written in (
        text,
        quote(text),
        quote_plus(text),
        str(escape(text)),
        json.dumps(text)[1:-1],
        str(escape(quote(text))),
    ):
        found = found.replace(written, "")
    return re.sub(r'name="(subject|key)" value="[^"]*"', "", found)


@pytest.mark.parametrize("name", ["page", "admin", "form"])
def test_no_parameter_is_a_question_to_the_database(every: dict[str, Door], name: str) -> None:
    """True and false get one answer, to the letter but for what was asked; nothing breaks, and nothing changes."""
    door, before = every[name], every[name].dump()
    for path in addresses(door):
        asked = [*([each] for each in read_by(door, path)), EVERY]
        for names in asked:
            some = 2 if names is EVERY else len(ALONE)
            for yes, no in PAIRS[:some]:
                answers = [door.get(path, query=urlencode(dict.fromkeys(names, text))) for text in (yes, no)]
                assert answers[0].status_code == answers[1].status_code < 500, (path, names, yes)
                assert without(answers[0], yes) == without(answers[1], no), (path, names, yes)
            for text in ALONE[:some]:
                assert door.get(path, query=urlencode(dict.fromkeys(names, text))).status_code < 500, (
                    path,
                    names,
                    text,
                )
        assert door.get(path, query=urlencode([(text, "1") for text in (*ALONE, *dict(PAIRS))])).status_code < 500, path
    assert door.dump() == before


@pytest.mark.parametrize("name", ["page", "admin", "form"])
def test_no_name_in_an_address_is_a_question_either(every: dict[str, Door], name: str) -> None:
    """Nor what stands in a path."""
    door, before = every[name], every[name].dump()
    for _, form in door.paths():
        for yes, no in PAIRS:
            answers = [door.get(form.format(quote(text, safe=""))) for text in (yes, no)]
            assert answers[0].status_code == answers[1].status_code < 500, (form, yes)
            assert without(answers[0], yes) == without(answers[1], no), (form, yes)
        for text in ALONE:
            assert door.get(form.format(quote(text, safe=""))).status_code < 500, (form, text)
    assert door.dump() == before


@pytest.mark.parametrize("name", ["page", "form"])
def test_what_is_forged_on_the_way_changes_nothing(every: dict[str, Door], name: str) -> None:
    """What proxies say, what browsers say, whatever name we are asked by: the same answer, with no word of it."""
    door = every[name]
    for path in [*addresses(door), "/nowhere", "//nowhere//x", "/nl"]:
        usual, forged = door.get(path), door.get(path, **FORGED)
        assert usual.status_code == forged.status_code, path
        assert usual.get_data() == forged.get_data(), path
        named = door.get(path, Host="evil.example:6666")
        assert named.status_code == usual.status_code, path
        for answer in (forged, named):
            assert b"evil" not in answer.get_data() or answer.status_code == 308, (
                path
            )  # nobody reads that of a redirect
            assert not any("evil" in value for _, value in answer.headers), path


@pytest.mark.parametrize("name", ["page", "form"])
def test_visitors_get_no_cookie_and_other_sites_no_credentials(every: dict[str, Door], name: str) -> None:
    """What is public is the same for everybody; other sites may read documents for programs, and never in somebody's name."""
    door = every[name]
    for path in [*addresses(door), "/nowhere"]:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = door.get(path, method, **FORGED)
            assert "Set-Cookie" not in answer.headers, path
            assert "Cookie" not in answer.headers.get("Vary", ""), path
            assert "Access-Control-Allow-Credentials" not in answer.headers, path
            allowed = answer.headers.get("Access-Control-Allow-Origin")
            assert allowed in (None, "*"), path
            assert not (
                allowed and answer.mimetype == "text/html" and answer.status_code == 200 and answer.get_data()
            ), path
            assert not (allowed and name == "form"), path


@pytest.mark.parametrize("name", ["page", "admin", "form"])
def test_looking_at_everything_changes_nothing(every: dict[str, Door], name: str) -> None:
    """Whoever opens every address, and follows what is on it, leaves all that is kept as it was."""
    door, before, seen = every[name], every[name].dump(), set[str]()
    waiting = [*addresses(door)]
    while waiting and len(seen) < 300:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = door.get(path.partition("?")[0], method, path.partition("?")[2])
            assert answer.status_code < 500, path
        if answer.mimetype == "text/html" or path.endswith("/"):
            found = re.findall(
                r'href="(/[^"#]*)"', door.get(path.partition("?")[0]).get_data().decode("utf-8", "replace")
            )
            waiting += [unescape(each) for each in found]
    assert len(seen) >= {"page": 60, "admin": 15, "form": 5}[name]
    assert door.dump() == before


def test_the_page_is_only_read(every: dict[str, Door]) -> None:
    """Whatever else is tried at any address of it is refused, and nothing is kept of it."""
    door = every["page"]
    before = door.dump()
    for path in addresses(door):
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            assert door.get(path, method).status_code in (404, 405), (method, path)
    assert door.dump() == before


def test_nobody_sends_us_a_file(every: dict[str, Door]) -> None:
    """No form of any door takes one, and one that is sent all the same is kept nowhere."""
    templates = Path(app.__file__).parent
    forms = [each.read_text("utf-8") for each in templates.rglob("*.html")]
    assert sum("<form" in each for each in forms) > 5
    assert not any('type="file"' in each or "enctype" in each for each in forms)
    assert not any("request.files" in each.read_text("utf-8") for each in templates.rglob("*.py"))
    door = every["form"]
    before = door.dump()
    files = {"address": (io.BytesIO(b"GIF89a"), "../../x.gif"), "kind": "incident"}
    answer = door.client.post("/en/", base_url=door.url, data=files, buffered=True)
    assert answer.status_code == 400
    assert door.dump() == before


def test_a_slash_too_few_leads_to_our_own_name(every: dict[str, Door]) -> None:
    """Below a path of a proxy too; and never to the name by which somebody asked."""
    door = every["form"]
    assert door.get("/en").location == f"{FORM}/en/"
    assert door.get("/en", Host="evil.example").location == f"{FORM}/en/"
    assert every["page"].get("/nl", Host="evil.example").location == "/nl/"
