"""Getting into the admin, and being put out of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from operating import DEED, HASHED, OURS, PASSWORD, Office, office
from werkzeug.test import TestResponse

from monitor.access import IDLE, LONGEST
from monitor.people import codes
from monitor.people.attempts import OF_PAIR
from monitor.people.model import Role

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "/%0d%0aX: y\r\n",
    "/\tx",
    "",
    "\\\\x",
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """The admin, with one operator."""
    with office(tmp_path) as made:
        yield made


def is_in(answer: TestResponse) -> bool:
    """Whether somebody was let in."""
    return answer.status_code == 303 and "meetlat=" in answer.headers.get("Set-Cookie", "")


def test_a_name_and_a_password_open_it(house: Office) -> None:
    """Who is not in is sent to log in, and from there to where they wanted to go."""
    browser = house.browser()
    asked = browser.get("/incidents/new?component=api")
    assert (asked.status_code, asked.location) == (303, "/login?next=%2Fincidents%2Fnew%3Fcomponent%3Dapi")
    answer = browser.post("/login", {"name": "jansen", "password": PASSWORD, "next": "/incidents/new?component=api"})
    assert (answer.status_code, answer.location) == (303, "/incidents/new?component=api")
    assert "Jansen of Acme" in browser.get("/").text


def test_the_cookie_is_for_us_alone(house: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No script reads it and no other site sends it along; behind https it goes over nothing else, and to no other host."""
    cookie = house.browser().enter("jansen").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    secure = '[admin]\nurl = "https://admin.acme.example:443"'
    with office(tmp_path_factory.mktemp("secure"), more=secure) as behind:
        client = behind.browser().client
        sent = {"name": "jansen", "password": PASSWORD}
        ours = {"Origin": "https://admin.acme.example"}
        answer = client.post("/login", base_url="https://admin.acme.example", data=sent, headers=ours)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-meetlat=")
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert client.get("/", base_url="https://admin.acme.example").status_code == 200


def test_nothing_says_what_was_wrong(house: Office) -> None:
    """A name that is not there, a wrong password, a disabled operator and a wrong code get the same answer, letter for letter."""
    for name in ("gone", "coded", "boss"):
        house.operator(name, Role.OWNER)
    house.people.change("gone", DEED, disabled=True)
    house.people.change("coded", DEED, secret=codes.fresh_secret())
    tried = [
        ("nobody", PASSWORD),
        ("jansen", "wrong"),
        ("gone", PASSWORD),
        ("coded", PASSWORD),
        ("\ud7ff", "x"),
        ("", ""),
    ]
    answers = [house.browser().enter(name, password) for name, password in tried]
    assert {each.status_code for each in answers} == {401}
    assert (
        len({each.text.replace(f'value="{name}"', 'value=""') for each, (name, _) in zip(answers, tried, strict=True)})
        == 1
    )
    assert not any("Set-Cookie" in each.headers for each in answers)


def test_each_login_is_another_session_and_leaving_ends_it(house: Office) -> None:
    """The key is new each time, the one before is no good any more in the same browser, and after leaving none is."""
    browser = house.browser()
    keys = [browser.enter("jansen").headers["Set-Cookie"].partition(";")[0] for _ in range(2)]
    assert keys[0] != keys[1]
    assert house.bare().get("/", Cookie=keys[1]).status_code == 200
    assert house.bare().get("/", Cookie=keys[0]).status_code == 303
    assert browser.post("/leave").status_code == 303
    assert house.bare().get("/", Cookie=keys[1]).status_code == 303
    for bad in ("meetlat=", "meetlat=\x7f", f"meetlat={'x' * 43}", f"meetlat={'x' * 8000}", "meetlat=é"):
        assert house.bare().get("/", Cookie=bad).status_code == 303


def test_a_session_ends_by_itself(house: Office) -> None:
    """Two hours unseen, or half a day altogether: it has to be opened again. What was written by then is not lost."""
    browser = house.browser("jansen")
    house.clock.move(IDLE - 1)
    assert browser.get("/").status_code == 200
    house.clock.move(IDLE)
    assert browser.get("/").status_code == 303
    browser = house.browser("jansen")
    for _ in range(0, LONGEST, 3600):
        house.clock.move(3600)
        answer = browser.get("/")
    assert answer.status_code == 303
    late = browser.post("/incidents/new", {"text.en": "Half an hour of <b>writing</b>", "do": "publish"})
    assert late.status_code == 401
    assert "Half an hour of &lt;b&gt;writing" in late.text
    assert "A long reason" in browser.post("/labels/new", {"why": "A long reason"}).text
    assert not house.book().incidents


CHANGES = [{"password": HASHED}, {"role": Role.VIEWER}, {"disabled": True}, {"secret": "JBSWY3DPEHPK3PXP"}]


@pytest.mark.parametrize("change", CHANGES, ids=["password", "role", "disabled", "second factor"])
def test_whoever_is_in_is_out_when_it_changes(house: Office, change: dict[str, Any]) -> None:
    """The very next request of a session that was built on something else is refused."""
    browser = house.browser("jansen")
    assert browser.get("/").status_code == 200
    house.people.change("jansen", DEED, **change)
    assert browser.get("/").status_code == 303


def test_a_password_is_changed_by_who_knows_it(house: Office) -> None:
    """The old one is asked, the new one is looked at, every session ends, and the new one opens."""
    browser, other = house.browser("jansen"), house.browser("jansen")
    new = "quite another set of words"
    for fields, why in [
        ({"old": "wrong", "new": new, "again": new}, "not your password"),
        ({"old": PASSWORD, "new": new, "again": "x"}, "not typed the same"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "at least"),
    ]:
        answer = browser.post("/account/password", fields)
        assert answer.status_code == 422
        assert why in answer.text
        assert new not in answer.text
    assert browser.post("/account/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert other.get("/").status_code == browser.get("/").status_code == 303
    assert house.browser().enter("jansen").status_code == 401
    assert is_in(house.browser().enter("jansen", new))


def test_a_second_factor_is_asked_and_no_code_is_good_twice(house: Office) -> None:
    """Without the code the password opens nothing; whoever saw one typed cannot type it again."""
    secret = codes.fresh_secret()
    house.people.change("jansen", DEED, secret=secret)
    code = pyotp.TOTP(secret).at(house.clock.now())
    assert not is_in(house.browser().enter("jansen"))
    assert not is_in(house.browser().enter("jansen", code="000000" if code != "000000" else "000001"))
    assert not is_in(house.browser().enter("jansen", "wrong", code))
    assert is_in(house.browser().enter("jansen", code=code))
    assert not is_in(house.browser().enter("jansen", code=code))
    house.clock.move(30)
    assert is_in(house.browser().enter("jansen", code=pyotp.TOTP(secret).at(house.clock.now())))


def test_tries_are_counted_before_anything_is_hashed(house: Office) -> None:
    """From one address a few tries, then a wait, even with the right password; from elsewhere it opens, and later there too."""
    flood = house.browser(address="203.0.113.9")
    statuses = [flood.enter("jansen", "wrong").status_code for _ in range(OF_PAIR + 3)]
    assert statuses == [401] * OF_PAIR + [429] * 3
    assert flood.enter("jansen").status_code == 429
    assert is_in(house.browser(address="192.0.2.2").enter("jansen"))
    house.clock.move(15 * 60 + 1)
    assert is_in(flood.enter("jansen"))


def test_each_try_costs_one_hash_whoever_it_is_and_none_when_it_must_wait(
    house: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that how long it takes does not say which names there are, and a flood costs nothing."""
    counted: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        counted.append("x")
        return bool(verify(self, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    house.operator("gone")
    house.people.change("gone", DEED, disabled=True)
    for name in ("jansen", "nobody", "gone", "No Name", ""):
        before = len(counted)
        assert house.browser(address=f"192.0.2.{before}").enter(name, "a wrong password").status_code == 401
        assert len(counted) == before + 1, name
    flood = house.browser(address="203.0.113.9")
    for _ in range(OF_PAIR):
        flood.enter("jansen", "wrong")
    before = len(counted)
    assert {flood.enter("jansen", "wrong").status_code for _ in range(50)} == {429}
    assert len(counted) == before


def test_one_household_with_many_addresses_is_one(house: Office) -> None:
    """Of IPv6, which the server writes in brackets, 64 bits count; the audit trail has the address without them."""
    tries = [house.browser(address=f"[2001:db8::{n}]").enter("jansen", "wrong") for n in range(1, OF_PAIR + 2)]
    assert [each.status_code for each in tries] == [401] * OF_PAIR + [429]
    assert house.people.deeds(1)[0][1].address == f"2001:db8::{OF_PAIR}"


def test_a_name_that_nobody_has_is_not_noted(house: Office) -> None:
    """It may be a password that was typed into the wrong field."""
    house.browser().enter("hunter2hunter2", "x")
    house.browser().enter("jansen", "x")
    assert [deed.who for _, deed in house.people.deeds(2)] == ["jansen", "?"]


def test_who_is_behind_a_proxy_is_believed_only_of_a_proxy(
    house: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Without a stated proxy what a visitor says of their address changes nothing; with one, what that says."""
    for n in range(OF_PAIR):
        house.browser(address="203.0.113.9").enter("jansen", "wrong", **{"X-Forwarded-For": f"10.0.0.{n}"})
    forged = house.browser(address="203.0.113.9").enter("jansen", "wrong", **{"X-Forwarded-For": "10.9.9.9"})
    assert forged.status_code == 429
    with office(tmp_path_factory.mktemp("proxy"), more="[admin]\nproxies = 1") as behind:
        for n in range(OF_PAIR):
            field = {"X-Forwarded-For": f"10.0.0.{n}, 203.0.113.9"}
            behind.browser(address="127.0.0.1").enter("jansen", "wrong", **field)
        again = behind.browser(address="127.0.0.1").enter(
            "jansen", "wrong", **{"X-Forwarded-For": "1.1.1.1, 203.0.113.9"}
        )
        other = behind.browser(address="127.0.0.1").enter("jansen", **{"X-Forwarded-For": "203.0.113.9, 192.0.2.2"})
        assert again.status_code == 429
        assert is_in(other)
        addresses = {deed.address for _, deed in behind.people.deeds() if deed.what in ("refused", "logged in")}
        assert addresses == {"203.0.113.9", "192.0.2.2"}


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_sent_to_another_site(house: Office, place: str) -> None:
    """Whatever stands in the address of the login, it leads to a page of ours."""
    browser = house.browser()
    answer = browser.post("/login", {"name": "jansen", "password": PASSWORD, "next": place})
    assert answer.location == "/"
    assert browser.client.get("/login", query_string={"next": place}, base_url="http://127.0.0.1:8081").location == "/"


def test_nothing_secret_is_in_a_log_or_on_a_page(house: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Password, code, session key, token and second factor appear nowhere, in the audit trail neither."""
    caplog.set_level(logging.DEBUG)
    secret = codes.fresh_secret()
    house.operator("boss", Role.OWNER)
    house.people.change("boss", DEED, secret=secret)
    browser = house.browser()
    code = pyotp.TOTP(secret).at(house.clock.now())
    answer = browser.enter("boss", code=code)
    browser.enter("boss", "a wrong password", code)
    program = house.program(operator="boss")
    assert program.get("/api/v1/incidents").status_code == 200
    key = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    assert browser.get("/people").status_code == 200
    pages = [browser.get(path).text for path in ("/", "/people", "/audit", "/account")]
    seen = "\n".join(
        [*pages, caplog.text, str(house.people.deeds()), str(house.people.sessions(house.clock.now(), 9999, 9999))]
    )
    for hidden in (PASSWORD, "a wrong password", code, key, program.token, secret, HASHED):
        assert hidden not in seen


def test_there_is_no_other_way_in(house: Office) -> None:
    """No account to begin with, none that can be made here, and no set-up that could be run again."""
    for path in ("/register", "/signup", "/setup", "/install", "/admin", "/reset", "/operators", "/people/new"):
        assert house.browser().get(path).status_code == 404
        assert house.browser().post(path, {"name": "x", "password": PASSWORD}, OURS).status_code == 404
    for name, password in (("admin", "admin"), ("root", ""), ("meetlat", "meetlat"), ("", "")):
        assert house.browser().enter(name, password).status_code == 401
    assert [each.name for each in house.people.operators()] == ["jansen"]
