"""Logging in with a provider of identities: whom it names is let in when operators said who that is, and nobody else ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from identities import CLIENT, CURVE, OTHER, PUBLIC, RSA, TABLE, Provider, provider, published
from operating import DEED, HOST, Browser, Office, office
from werkzeug.test import TestResponse

from monitor.access import ELSEWHERE, TooOftenError
from monitor.people.pending import SECONDS, Pending

Sign = Callable[[dict[str, Any]], str]


@pytest.fixture
def there() -> Iterator[Provider]:
    """A provider."""
    with provider() as found:
        yield found


@pytest.fixture
def house(tmp_path: Path, there: Provider) -> Iterator[Office]:
    """An admin that knows it, and that jansen is known there."""
    with office(tmp_path, more=TABLE.format(issuer=there.issuer)) as made:
        there.now = made.clock.now
        made.people.link("jansen", there.issuer, there.subject, DEED)
        yield made


def begun(browser: Browser, wanted: str = "/incidents") -> str:
    """The address at the provider to which somebody is led."""
    answer = browser.get(f"/login/oidc?next={wanted}")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def sent_back(address: str) -> str:
    """The path to which the provider leads back."""
    there = urlsplit(address)
    asking = HTTPConnection(there.netloc, timeout=10)
    asking.request("GET", f"{there.path}?{there.query}")
    back = urlsplit(asking.getresponse().headers["Location"])
    asking.close()
    assert back.netloc == HOST
    return f"{back.path}?{back.query}"


def came_back(browser: Browser) -> TestResponse:
    """There and back again."""
    return browser.get(sent_back(begun(browser)))


def is_in(browser: Browser) -> bool:
    """Whether somebody is logged in."""
    return browser.get("/account").status_code == 200


def test_who_is_known_there_is_let_in(house: Office, there: Provider) -> None:
    """The question says all that it must and nothing secret; the way on is a page of ours, and the session dies as any other."""
    browser = house.browser()
    assert "Log in with Acme ID" in browser.get("/login?next=/incidents").text
    address = begun(browser)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid")
    assert asked["redirect_uri"] == f"http://{HOST}/login/oidc/back"
    assert asked["code_challenge_method"] == "S256"
    assert "s3cret" not in address
    answer = browser.get(sent_back(address))
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/incidents">' in answer.text
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(each.startswith("meetlat=") and "SameSite=Strict" in each and "HttpOnly" in each for each in cookies)
    assert is_in(browser)
    newest = house.people.deeds(1)[0][1]
    assert (newest.who, newest.what, newest.detail) == ("jansen", "logged in", "by its provider")
    house.people.change("jansen", DEED, disabled=True)
    assert not is_in(browser)
    assert came_back(house.browser()).status_code == 401


def test_what_was_begun_is_answered_once_and_by_whom_it_was_begun(house: Office) -> None:
    """Another browser, another state, too late, or a second time: nobody is let in."""
    browser, other = house.browser(), house.browser()
    path = sent_back(begun(browser))
    assert other.get(path).status_code == 400
    assert browser.get(path.replace("state=", "state=x")).status_code == 400
    browser = house.browser()
    path = sent_back(begun(browser))
    house.clock.move(SECONDS)
    assert browser.get(path).status_code == 400
    browser = house.browser()
    path = sent_back(begun(browser))
    assert browser.get(path).status_code == 200
    assert browser.get(path).status_code == 400, "its cookie is gone"
    again = house.browser()
    begun(again)
    assert again.get(path).status_code == 400
    assert not is_in(again)


def signed(key: object, algorithm: str, **head: str) -> Sign:
    """As somebody would sign."""
    return lambda claims: jwt.encode(claims, key, algorithm, {"kid": "one"} | head)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "sign"),
    [
        ({"nonce": "another"}, None),
        ({"nonce": None}, None),
        ({"aud": "somebody"}, None),
        ({"aud": [CLIENT, "somebody"]}, None),
        ({"azp": "somebody"}, None),
        ({"iss": "https://evil.example"}, None),
        ({"exp": 1_000}, None),
        ({"exp": None}, None),
        ({"iat": 1_000}, None),
        ({"iat": "now"}, None),
        ({"sub": ""}, None),
        ({"sub": 7}, None),
        ({"sub": "somebody"}, None),
        ({}, signed(OTHER, "RS256")),
        ({}, signed(OTHER, "RS256", kid="two")),
        ({}, signed(RSA, "RS512")),
        ({}, signed(CURVE, "ES256")),
        ({}, signed(None, "none")),
        ({}, lambda claims: jwt.api_jws.encode(b"{}", RSA, "RS256", {"kid": "one"})),
        ({}, lambda claims: "a.b.c"),
        ({}, lambda claims: "é" * 9),
    ],
)  # fmt: skip
def test_what_is_not_signed_for_us_now_lets_nobody_in(
    house: Office, there: Provider, claims: dict[str, Any], sign: Sign | None
) -> None:
    """One sentence for all of it, a row in the audit trail, and no session."""
    there.claims, there.sign = claims, sign
    browser = house.browser()
    answer = came_back(browser)
    assert answer.status_code == 401
    assert "You were not let in." in answer.text
    assert not is_in(browser)
    newest = house.people.deeds(1)[0][1]
    assert (newest.who, newest.what) == ("?", "refused")


def test_a_public_key_is_no_secret(house: Office, there: Provider) -> None:
    """A token that is sealed with what everybody knows is not believed."""
    import base64
    import hmac
    import json

    def sealed(claims: dict[str, Any]) -> str:
        parts = [json.dumps(each).encode() for each in ({"alg": "HS256", "kid": "one"}, claims)]
        text = b".".join(base64.urlsafe_b64encode(each).rstrip(b"=") for each in parts)
        seal = base64.urlsafe_b64encode(hmac.digest(PUBLIC, text, "sha256")).rstrip(b"=")
        return (text + b"." + seal).decode()

    there.sign = sealed
    assert came_back(house.browser()).status_code == 401


def test_a_key_that_is_new_is_asked_for(house: Office, there: Provider) -> None:
    """A provider that changed its key is believed, a curve as well as a prime; it is not asked twice within moments."""
    assert came_back(house.browser()).status_code == 200
    there.keys = [published(CURVE, "two", alg="ES256")]
    there.sign = signed(CURVE, "ES256", kid="two")
    before = there.asked.count("/keys")
    assert came_back(house.browser()).status_code == 401, "just asked"
    assert there.asked.count("/keys") == before
    house.clock.move(11)
    assert came_back(house.browser()).status_code == 200
    assert there.asked.count("/keys") == before + 1


def test_a_provider_that_wants_the_secret_in_the_body_gets_it(house: Office, there: Provider) -> None:
    """As its document says."""
    there.told = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert came_back(house.browser()).status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"jwks_uri": "http://127.0.0.1:9/keys"},
    ],
)  # fmt: skip
def test_a_provider_that_is_not_right_leads_nowhere(house: Office, there: Provider, told: dict[str, Any]) -> None:
    """Its document is of another, or leads to nothing that may be asked: one sentence, and the password still works."""
    there.told = told
    browser = house.browser()
    answer = browser.get("/login/oidc")
    assert answer.status_code == 503
    assert "The provider does not answer as it should." in answer.text
    assert browser.enter("jansen").status_code == 303


def test_a_provider_that_is_away_or_talks_without_end_holds_nobody(house: Office, there: Provider) -> None:
    """What is too long is not read, and it is not asked again at once."""
    there.padding = 1 << 20
    assert house.browser().get("/login/oidc").status_code == 503
    asked = len(there.asked)
    assert house.browser().get("/login/oidc").status_code == 503
    assert len(there.asked) == asked
    house.clock.move(11)
    there.padding = 0
    assert came_back(house.browser()).status_code == 200


def test_too_many_answers_that_are_none_wait(house: Office) -> None:
    """From one address; others are not held up."""
    browser = house.browser()
    for _ in range(6):
        begun(browser)
        state = Pending.of(house.access.secret, cookie(browser), house.clock.now())
        assert state
        assert browser.get(f"/login/oidc/back?code=x&state={state.state}").status_code == 401
    path = sent_back(begun(browser))
    assert browser.get(path).status_code == 429
    assert came_back(house.browser(address="192.0.2.200")).status_code == 200


def test_a_crowd_locks_nobody_out(house: Office) -> None:
    """Neither many who fail from many places, nor names that nobody can have, nor many who are let in."""
    for number in range(70):
        stranger = f"198.51.{number}.1"
        assert house.access.may_try_elsewhere(stranger)
        with suppress(TooOftenError):
            house.access.enter("NO NAME", "x" * 20, "", stranger)
    for _ in range(40):
        assert house.access.may_try_elsewhere("192.0.2.1")
        house.access.attempts.forgive(ELSEWHERE, "192.0.2.1")
    assert came_back(house.browser()).status_code == 200


def cookie(browser: Browser) -> str:
    """What the browser keeps of a login that was begun."""
    found = browser.client.get_cookie("meetlat-elsewhere", domain="127.0.0.1")
    return found.value if found else ""


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https:evil", "/\\evil.example", "javascript:alert(1)", "/a%0d%0ab"]
)
def test_it_leads_to_places_of_ours_only(house: Office, wanted: str) -> None:
    """Whatever was asked for."""
    browser = house.browser()
    answer = browser.get(sent_back(begun(browser, wanted)))
    assert 'content="0; url=/' in answer.text
    assert "evil" not in answer.text


def test_a_cookie_that_is_not_ours_is_none() -> None:
    """Cut, changed or of another process."""
    pending = Pending.fresh(b"ours", 100, "/incidents")
    assert Pending.of(b"ours", pending.cookie, 100) == pending
    assert Pending.of(b"theirs", pending.cookie, 100) is None
    for at in range(0, len(pending.cookie), 7):
        changed = "A" if pending.cookie[at] != "A" else "B"
        assert Pending.of(b"ours", pending.cookie[:at] + changed + pending.cookie[at + 1 :], 100) is None, at
    assert Pending.of(b"ours", "", 100) is None
    name, until, _, seal = pending.cookie.split(".")
    for wanted in ("", "A", "_" * 899, "-" * 901):
        assert Pending.of(b"ours", f"{name}.{until}.{wanted}.{seal}", 100) is None, wanted


def test_without_a_table_there_is_nothing(tmp_path: Path) -> None:
    """No button, no route."""
    with office(tmp_path) as house:
        assert "Log in with" not in house.browser().get("/login").text
        assert house.browser().get("/login/oidc").status_code == 404
        assert house.browser().get("/login/oidc/back?code=a&state=b").status_code == 404
