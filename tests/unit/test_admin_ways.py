"""What a form may say, and that it says what commands and programs say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from operating import PASSWORD, Office, fields, office

from monitor.__main__ import cli
from monitor.incidents.event import INCIDENT
from monitor.people.model import Role

OPENED = {"subject": "slow", "title.en": "Slow", "text.en": "We look.", "component.api": "down", "do": "publish"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """The admin beside an outage that goes on; the API is down since the fourth minute."""
    with office(tmp_path) as made:
        yield made


def test_what_is_not_in_a_form_cannot_be_said(house: Office) -> None:
    """Who says it, when, as which number, of what kind: none of it is taken from whoever asks."""
    browser = house.browser("jansen")
    page = fields(browser.get("/incidents/new?component=api").text)
    more = {
        "by": "The boss",
        "at": "1",
        "number": "7",
        "role": "owner",
        "account": "maintenance",
        "backfilled": "1",
        "merged": "x",
    }
    more |= {"opened": "1", "operator": "boss", "name": "boss", "automatic": "1", "said": "{}"}
    assert browser.post("/incidents/new", page | more | {"title.en": "Slow", "do": "publish"}).status_code == 303
    (made,) = house.book().incidents
    (event,) = made.events
    assert (event.by, event.at, event.number, event.account) == ("Jansen of Acme", house.clock.now(), 1, INCIDENT)
    assert (made.backfilled, made.merged, event.said.automatic) == (False, None, None)
    sent = {"old": PASSWORD, "new": "quite another set of words", "again": "quite another set of words"}
    browser.post("/account/password", sent | {"role": "owner", "name": "boss", "shown": "The boss", "disabled": "0"})
    (operator,) = house.people.operators()
    assert (operator.name, operator.shown, operator.role) == ("jansen", "Jansen of Acme", Role.OPERATOR)


def test_three_ways_make_the_same(house: Office) -> None:
    """The life of an incident by command, by form and by API: the same steps with the same words and facts, whoever said them."""
    times, words = {"started": "2026-01-01T00:02:00Z"}, ["We look.", "A rollout.", "Taken back."]
    steps = [("identified", words[1]), ("resolved", words[2])]
    browser, program = house.browser("jansen"), house.program()
    page = fields(browser.get("/incidents/new").text) | {
        "title.en": "Slow",
        "text.en": words[0],
        "component.api": "degraded",
    }
    place = browser.post("/incidents/new", page | {"start": times["started"], "do": "publish"}).location or ""
    body = {
        "title": {"en": "Slow"},
        "text": {"en": words[0]},
        "components": {"api": "degraded"},
        "started_at": times["started"],
    }
    made = (program.post("/api/v1/incidents", body).json or {})["id"]
    folder = ["--config", str(house.folder), "--language", "en", "--by", "J. Jansen"]
    opened = [
        "incident",
        "open",
        "Slow",
        "--component",
        "api=degraded",
        "--started",
        times["started"],
        "--text",
        words[0],
    ]
    typed = CliRunner().invoke(cli, [*opened, *folder]).output.split()[0]
    for number, (step, text) in enumerate(steps, 1):
        house.clock.move(60)
        sent = {"after": str(number), "step": step, "text.en": text, "do": "publish"}
        assert browser.post(place, sent).status_code == 303
        assert (
            program.post(f"/api/v1/incidents/{made}/updates", {"phase": step, "text": {"en": text}}).status_code == 201
        )
        command = (
            ["incident", "resolve", typed] if step == "resolved" else ["incident", "update", typed, "--phase", step]
        )
        assert CliRunner().invoke(cli, [*command, "--text", text, *folder]).exit_code == 0
    lives = [
        [(event.step, dict(event.texts), event.said.plain()) for event in each.events]
        for each in house.book().incidents
    ]
    assert len(lives) == 3
    assert lives[0] == lives[1] == lives[2]
