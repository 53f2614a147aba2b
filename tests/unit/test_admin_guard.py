"""Who may do what in the admin: each role and each token at each route, and every request that is not ours."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from operating import DEED, HOST, OURS, Browser, Office, Program, office
from werkzeug.test import Client

from monitor.people.model import Role, Scope

# What each role gets at each route, in the order viewer, operator, owner: "y" let in, "-" refused. Strangers get none of these.
PAGES = {
    "GET /": "yyy",
    "GET /account": "yyy",
    "POST /account/password": "yyy",
    "POST /account/sessions": "yyy",
    "POST /leave": "yyy",
    "GET /incidents": "yyy",
    "GET /incidents/<name>": "yyy",
    "GET /incidents/new": "-yy",
    "POST /incidents/new": "-yy",
    "POST /incidents/<name>": "-yy",
    "POST /drafts/<name>/publish": "-yy",
    "POST /drafts/<name>/discard": "-yy",
    "GET /maintenances": "yyy",
    "GET /maintenances/<name>": "yyy",
    "GET /maintenances/new": "-yy",
    "POST /maintenances/new": "-yy",
    "POST /maintenances/<name>": "-yy",
    "GET /telling": "yyy",
    "GET /labels": "yyy",
    "GET /labels/new": "-yy",
    "POST /labels/new": "-yy",
    "GET /audit": "--y",
    "GET /people": "--y",
    "POST /people/sessions": "--y",
    "POST /people/tokens": "--y",
}
# And each scope of a token: read, incidents:write, maintenance:write, labels:write.
PROGRAMS = {
    "GET /api/v1/incidents": "y---",
    "GET /api/v1/incidents/<name>": "y---",
    "POST /api/v1/incidents": "-y--",
    "POST /api/v1/incidents/<name>/updates": "-y--",
    "GET /api/v1/maintenances": "y---",
    "GET /api/v1/maintenances/<name>": "y---",
    "POST /api/v1/maintenances": "--y-",
    "POST /api/v1/maintenances/<name>/updates": "--y-",
    "GET /api/v1/labels": "y---",
    "POST /api/v1/labels": "---y",
}
OPEN = {
    "GET /login",
    "POST /login",
    "GET /healthz",
    "GET /look/<name>",
    "GET /api/v1/openapi.json",
    "GET /login/oidc",
    "GET /login/oidc/back",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """The admin, with somebody in each role; jansen is the operator."""
    with office(tmp_path) as made:
        made.operator("viewer", Role.VIEWER)
        made.operator("owner", Role.OWNER)
        yield made


def ask(who: Browser | Program, route: str) -> int:
    """What somebody gets at a route; 404 and 422 come after they were let in."""
    method, _, path = route.partition(" ")
    path = re.sub("<[^>]+>", "none", path)
    if method == "GET":
        return who.get(path).status_code
    return who.post(path, {}).status_code


def test_every_route_is_on_a_list(house: Office) -> None:
    """A route that nobody thought about fails here, and is shut to everybody until somebody does."""
    found = {
        f"{method} {rule.rule}"
        for rule in house.app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in ("GET", "POST")
    }
    assert found == set(PAGES) | set(PROGRAMS) | OPEN
    methods = {method for rule in house.app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_route_that_is_not_on_the_list_is_shut(house: Office) -> None:
    """Even to an owner."""
    house.app._got_first_request = False
    house.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    house.app.add_url_rule("/api/v1/forgotten", "api_forgotten", lambda: "open")
    assert house.browser("owner").get("/forgotten").status_code == 403
    assert house.browser().get("/forgotten").status_code == 303
    assert house.program(operator="owner").get("/api/v1/forgotten").status_code == 403


@pytest.mark.parametrize("route", PAGES)
def test_each_role_at_each_page(house: Office, route: str) -> None:
    """Every cell of the table; and a stranger, or whoever says what role they would like, gets nothing at all."""
    for name, cell in zip(("viewer", "jansen", "owner"), PAGES[route], strict=True):
        status = ask(house.browser(name), route)
        assert (status != 403) == (cell == "y"), f"{name}: {status}"
        assert status < 500
    stranger = house.browser()
    assert ask(stranger, route) in (303, 401)
    pretending = house.bare().client.open(
        re.sub("<[^>]+>", "none", route.partition(" ")[2]),
        method=route.partition(" ")[0],
        base_url=f"http://{HOST}",
        headers=OURS | {"X-Role": "owner", "Cookie": "role=owner; meetlat=owner"},
        query_string={"role": "owner"},
    )
    assert pretending.status_code in (303, 401)


@pytest.mark.parametrize("route", PROGRAMS)
def test_each_scope_at_each_route(house: Office, route: str) -> None:
    """Every cell; with the token of somebody who became a viewer what writes is shut; without a token all of it is."""
    for scope, cell in zip(Scope, PROGRAMS[route], strict=True):
        status = ask(house.program(scope, name=scope.replace(":", "-")), route)
        assert (status != 403) == (cell == "y"), f"{scope}: {status}"
        assert status != 401
        assert status < 500
    everything = house.program(name="all", operator="viewer")
    assert (ask(everything, route) != 403) == (PROGRAMS[route] == "y---")
    assert ask(Program(Client(house.app), ""), route) == 401
    assert ask(house.browser("owner"), route) == 401, "a session is no token"


BAD = [
    "",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "Basic eDp5",
    "Bearer " + "é" * 50,
    f"Bearer meetlat_{'x' * 43}",
    "Bearer " + "x" * 20_000,
]


@pytest.mark.parametrize("field", BAD, ids=range(len(BAD)))
def test_what_is_no_token_opens_nothing_and_breaks_nothing(house: Office, field: str) -> None:
    """Absent, garbage, letters of another alphabet, far too long: 401, which says how it is to be asked."""
    answer = Client(house.app).get("/api/v1/incidents", base_url=f"http://{HOST}", headers={"Authorization": field})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert set(answer.json or ()) == {"error"}


def test_a_token_that_was_revoked_opens_nothing(house: Office) -> None:
    """At once, in the same second; so does one whose operator was disabled."""
    program = house.program()
    assert program.get("/api/v1/incidents").status_code == 200
    house.people.revoke("deploy", house.clock.now(), DEED)
    assert program.get("/api/v1/incidents").status_code == 401
    other = house.program(name="other")
    house.people.change("jansen", DEED, disabled=True)
    assert other.get("/api/v1/incidents").status_code == 401


FOREIGN = [
    {},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": f"https://{HOST}"},
    {"Origin": f"http://{HOST}.evil.example"},
    {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Referer": f"http://{HOST}/"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_another_site_does_nothing(house: Office, headers: dict[str, str]) -> None:
    """Not from a stranger's page, nor from one that hides where it is; not even with the key of a form of ours."""
    browser = house.browser("jansen")
    fields = {"subject": "abcdefghijkl", "title.en": "x", "text.en": "x", "component.api": "down", "do": "publish"}
    assert browser.post("/incidents/new", fields, headers).status_code == 403
    assert browser.post("/login", {"name": "jansen", "password": "x"}, headers).status_code == 403
    assert not house.book().incidents
    assert browser.post("/incidents/new", fields).status_code == 303


@pytest.mark.parametrize("key", ["", "x", "0" * 64, "é", "of another", "of before"])
def test_a_form_without_its_key_does_nothing(house: Office, key: str) -> None:
    """Missing, wrong, of another session or of one before: refused, and nothing is changed."""
    browser = house.browser("jansen")
    before = browser.key
    if key == "of another":
        browser.key = house.browser("owner").key
    elif key == "of before":
        browser.enter("jansen")
        browser.key = before
    else:
        browser.key = key
    for route in PAGES:
        if route.startswith("POST"):
            assert ask(browser, route) == 400, route
    assert browser.get("/").status_code == 200


def test_a_form_of_an_earlier_session_loses_no_words(house: Office) -> None:
    """Who logged in anew in another window gets back what they wrote, and nothing is published; a password is not shown."""
    browser = house.browser("jansen")
    before = browser.key
    browser.enter("jansen")
    said = {"key": before, "title.en": "Slow", "text.en": "We look <b>.", "password": "secret words", "do": "publish"}
    answer = browser.post("/incidents/new", said)
    assert answer.status_code == 400
    assert "Nothing was published" in answer.text
    assert "We look &lt;b&gt;." in answer.text
    assert 'href="/incidents/new"' in answer.text
    assert "secret words" not in answer.text
    assert not house.book().incidents


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", f"{HOST}.evil.example", "", "localhost:8082"]
)
def test_it_answers_to_its_own_name_only(house: Office, host: str) -> None:
    """A name that was pointed at it by somebody else gets nothing, so that no page of theirs can speak to it."""
    for path in ("/", "/login", "/healthz", "/api/v1/openapi.json", "/look/admin.css"):
        answer = Client(house.app).get(path, base_url=f"http://{HOST}", headers={"Host": host})
        assert answer.status_code == 400
        assert host not in answer.text or not host
    for own in (HOST, "localhost:8081"):
        assert Client(house.app).get("/login", base_url=f"http://{own}").status_code == 200


def test_every_answer_is_kept_by_nobody_and_runs_nothing(house: Office) -> None:
    """Pages, forms, faults, redirects: no-store, a policy without anything inline, no frame, no type to be guessed, no cookie."""
    browser = house.browser("owner")
    paths = [re.sub("<[^>]+>", "none", route.partition(" ")[2]) for route in [*PAGES, *PROGRAMS, *sorted(OPEN)]]
    for path in [*paths, "/nowhere", "/look/meetlat.css"]:
        for answer in (
            browser.get(path),
            house.browser().get(path),
            browser.post(path, {}, {}),
            browser.client.put(path),
        ):
            fields = answer.headers
            assert fields["Cache-Control"] == "no-store", path
            assert fields["X-Content-Type-Options"] == "nosniff"
            assert "unsafe" not in fields["Content-Security-Policy"]
            assert "default-src 'none'" in fields["Content-Security-Policy"]
            assert fields["Referrer-Policy"] == "same-origin"
            assert "Access-Control-Allow-Origin" not in fields
            assert "Set-Cookie" not in fields
            assert "<script" not in answer.text
            assert " style=" not in answer.text
            assert not re.search(r"\son[a-z]+=", answer.text)


def test_looking_changes_nothing(house: Office) -> None:
    """Whoever opens every page leaves record and people as they were, but for when they were seen."""
    browser = house.browser("owner")
    before = dump(house)
    for route in [*PAGES, *PROGRAMS, *OPEN]:
        method, _, path = route.partition(" ")
        if method == "GET":
            browser.get(re.sub("<[^>]+>", "none", path))
            browser.client.head(path, base_url=f"http://{HOST}")
            browser.client.options(path, base_url=f"http://{HOST}")
    assert dump(house) == before


def dump(house: Office) -> list[str]:
    """Everything in both files."""
    record = Path(house.config.storage.url.reveal().removeprefix("sqlite:///"))
    lines: list[str] = []
    for file in (record, record.with_name("meetlat-people.db")):
        raw = sqlite3.connect(file)
        lines += raw.iterdump()
        raw.close()
    return lines


def test_what_is_too_much_is_refused(house: Office) -> None:
    """A body of a megabyte, a million fields: refused, never broken."""
    browser, program = house.browser("jansen"), house.program()
    assert browser.post("/incidents/new", {"text.en": "x" * 1_000_000}).status_code in (400, 413)
    assert browser.post("/incidents/new", {f"f{n}": "x" for n in range(5000)}).status_code in (400, 413, 422)
    assert program.post("/api/v1/incidents", {"title": {"en": "x" * 1_000_000}}).status_code == 413
