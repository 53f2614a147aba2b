"""One story, told by a command, by a program and by a person in a browser: whoever reads or is told cannot tell which it was."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from alike import left_behind
from chromium import chromium
from driving import BY, Command, Person, Program
from lives import MAILBOX, SECRET, WHY, Acme, acme

TROUBLE = [
    "Investigating", "Acknowledged", "Identified", "Identified", "Monitoring", "Resolved", "Postmortem", "Times corrected",
]  # fmt: skip
WORK = ["[Scheduled] New disks", "[Scheduled] New disks", "[In progress] New disks", "[Verifying] New disks",
        "[Completed] New disks", "[Scheduled] New router", "[Cancelled] New router"]  # fmt: skip
NEWS = [f"[{step}] Orders are slow" for step in TROUBLE]
LABELLED = ["[Labelled] Old"]
# That somebody works on it is no news to subscribers.
TOLD = [each for each in NEWS if "Acknowledged" not in each] + WORK + LABELLED
WELL = {"Api": "operational", "Web": "operational"}
WORKED_ON = WELL | {"Web": "under_maintenance"}
HURT = {"Api": "degraded_performance", "Web": "degraded_performance"}
BROKEN = {"Api": "major_outage", "Web": "degraded_performance"}


@dataclass(frozen=True)
class Lived:
    """An installation that was stopped, and what is left of it."""

    acme: Acme
    left: dict[str, Any]

    def page(self, path: str) -> str:
        """The words of a page."""
        return str(self.left[path])

    def json(self, name: str) -> Any:
        """A document."""
        return json.loads(self.left[name])


def by_person(found: Acme) -> None:
    """All of it, in a real Chromium."""
    with chromium() as browser:
        person = Person(browser.new_page(), found.admin)
        person.enter("jansen")
        found.live(person)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lived]:
    """Three installations that live beside one another, each in its way."""
    with ExitStack() as stack, ThreadPoolExecutor(2) as beside:
        each = {way: stack.enter_context(acme(tmp_path_factory.mktemp(way))) for way in ("command", "api", "admin")}
        command, api, admin = (found for found, _ in each.values())
        lives = [
            beside.submit(command.live, Command(command.meetlat)),
            beside.submit(api.live, Program(api.admin, each["api"][1])),
        ]
        by_person(admin)
        for life in lives:
            life.result()
        return {way: Lived(found, left_behind(found)) for way, (found, _) in each.items()}


def test_nobody_can_tell_which_way_it_was(ways: dict[str, Lived]) -> None:
    """Pages in two languages, the API, three kinds of feeds, the calendar, mails and posts are alike to the letter."""
    for name, found in ways["command"].left.items():
        assert ways["api"].left[name] == found, name
        assert ways["admin"].left[name] == found, name


def test_the_pages_tell_it(ways: dict[str, Lived]) -> None:
    """Each word with who said it, newest first; times that were corrected with the old ones; the label with its reason and name."""
    told = ways["command"]
    page = told.page("/incidents/<trouble>")
    assert page.startswith(
        "Orders are slow Postmortem , Minor impact, P3 Told Affected Api : Operational Web : Operational"
    )
    assert (
        f"The beginning was told as <time>. <time> , {BY} Corrected The end was told as <time>. <time> , {BY}" in page
    )
    said = page.partition(" Updates ")[2].removesuffix(f" {BY}").split(f" {BY} ")
    assert said == [
        "Times corrected <time> The graphs say so.",
        "Postmortem <time> A disk was full. We bought more.",
        "Resolved <time> It is over.",
        "Monitoring <time> It works; we watch it.",
        "Identified <time> Half of it works again. Api : Degraded performance",
        "Identified <time> It is the database.",
        "Acknowledged <time>",
        "Investigating <time> We look into it. Api : Major outage Web : Degraded performance",
    ]
    assert "Opgelost <time> Het is voorbij." in told.page("/nl/incidents/<trouble>")
    work = told.page("/maintenances/<disks>")
    assert work.startswith(
        "New disks Completed , maintenance Window Affected Web From <time> To <time> (<while>) Begun <time>"
    )
    assert [each.split(" <time> ")[1] for each in work.partition(" Updates ")[2].removesuffix(f" {BY}").split(f" {BY} ")] == [
        "All is well.", "They are in.", "We begin early.", "An hour later, and longer.", "We replace disks. Web",
    ]  # fmt: skip
    assert "Geannuleerd <time> Die kwam niet." in told.page("/nl/maintenances/<router>")
    assert f"{BY} labels it as force majeure: {WHY}" in told.page("/incidents/<outage>")


def test_programs_read_it(ways: dict[str, Lived]) -> None:
    """The API: each update in its order, what it changed, the states of the components after each step; feeds; the calendar."""
    told = ways["command"]
    (incident,) = told.json("incidents")
    order = [
        "postmortem",
        "postmortem",
        "resolved",
        "monitoring",
        "identified",
        "identified",
        "investigating",
        "investigating",
    ]
    assert [each["status"] for each in incident["incident_updates"]] == order
    assert (incident["impact"], incident["started_at"]) == ("minor", "<instant 0>")
    changed = [
        [one["new_status"] for one in each["affected_components"] or ()] for each in incident["incident_updates"]
    ]
    assert changed == [
        [], [], ["operational"] * 2, [], ["degraded_performance"], [], [], ["major_outage", "degraded_performance"],
    ]  # fmt: skip
    assert [each["status"] for each in told.json("maintenances")] == ["completed", "completed"]
    seen = told.json("standings")
    assert [each["components"] for each in seen] == [BROKEN] * 3 + [HURT] * 2 + [WELL] * 5 + [WORKED_ON] * 2 + [
        WELL
    ] * 3
    assert [each["incidents"] for each in seen] == [[each] for each in order[:2:-1]] + [[]] * 10
    stages: list[list[str]] = [[]] * 8 + [["scheduled"]] * 2 + [["in_progress"], ["verifying"], [], ["scheduled"], []]
    assert [each["maintenances"] for each in seen] == stages
    for form, title in (
        ("rss", r"<item><title>(.*?)</title>"),
        ("atom", r"</id><title>(.*?)</title>"),
        ("json", r'"title": "(\[.*?)"'),
    ):
        for kind, titles in (("incident", NEWS), ("maintenance", WORK)):
            assert re.findall(title, told.page(f"{form} {kind}"))[-len(titles) :] == titles[::-1], form
    calendar = told.page("calendar")
    events = re.findall(r"SUMMARY:(.*?)\s.*?SEQUENCE:(\d).*?STATUS:(\w+)", calendar.replace(" ", "_"), re.DOTALL)
    assert events == [("New_disks", "4", "CONFIRMED"), ("New_router", "1", "CANCELLED")]


@pytest.mark.parametrize("way", ["command", "api", "admin"])
def test_everyone_is_told_once(ways: dict[str, Lived], way: str) -> None:
    """A mail, a signed post and an alert for each step, each with a key of its own, in the order in which it happened."""
    acme = ways[way].acme
    assert [each.told["title"] for each in acme.posts] == TOLD
    assert [each.to for each in acme.mailing.letters] == [MAILBOX] * (1 + len(TOLD))
    letters = [each.mail for each in acme.letters]
    for letter, post in zip(letters, acme.posts, strict=True):
        assert letter["Message-ID"].startswith(f"<{post.headers['webhook-id']}.")
        assert re.fullmatch(rf"<{acme.form}/leave/nl/\S+>", letter["List-Unsubscribe"])
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letters[4]["Subject"] == "[Opgelost] Bestellen gaat traag"
    assert acme.letters[4].text.startswith("Het is voorbij.")
    assert "<strong>uit</strong>" in acme.letters[0].html
    alerts = acme.hooks.at("/ops")
    # The outage that is labelled is of a component of which their rule does not speak.
    assert [each.told["title"] for each in alerts] == ["[Down] Orders are slow", "[Resolved] Orders are slow", *WORK]
    assert all(each.is_signed_with(acme.secret) for each in acme.hooks.at("/theirs"))
    assert all(each.is_signed_with(SECRET) for each in alerts)
    for posts in (acme.hooks.at("/theirs"), alerts):
        assert len({each.headers["webhook-id"] for each in posts}) == len(posts)
    assert len({each["Message-ID"] for each in letters}) == len(letters)
    assert "ERROR" not in acme.meetlat.log()


def test_the_audit_trail_says_which_way_it_was(ways: dict[str, Lived]) -> None:
    """Customers cannot tell; the audit trail can, of each step and of the label."""
    for way, found in ways.items():
        rows = [line for line in found.acme.trail.splitlines() if re.search(r"  (incident|maintenance|label) ", line)]
        assert len(rows) == len(NEWS) + len(WORK) + 1
        assert all(f"  {way}" in row for row in rows), rows
