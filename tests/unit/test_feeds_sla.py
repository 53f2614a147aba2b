"""What feeds and calendars say about closed periods and about claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import feedparser
import pytest
from calculated import DAY, at, computed, terms
from feed_rules import obey
from flask.testing import FlaskClient
from icalendar import Calendar, Component
from sealing import CLAIMED, ZONE, claimed, seal, statement
from shown import Still, client, configured

from monitor.clock import Clock
from monitor.config import Page
from monitor.sla.facts import Piece
from monitor.store import open_reader, open_record
from monitor.timeline.record import Edition
from monitor.timeline.span import Span
from statuspage.app import create_app
from statuspage.feeds.deadlines import reminders
from statuspage.feeds.item import Item, Place
from statuspage.feeds.results import results
from statuspage.i18n import speak

BASE = "https://status.acme.example"
SEALED = "2026-02-01T00:10"
NOTIFY, SUBMIT = "2026-02-05", "2026-03-02"  # five and thirty days after 31 January


def site_at(folder: Path, when: str) -> FlaskClient:
    """The site over the record of a folder, at a moment."""
    config = configured(folder)
    url = config.storage.url.reveal()
    return create_app(config, lambda unseen: open_reader(url, unseen), Still(at(when))).test_client()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A record in which nothing was observed yet."""
    open_record(configured(tmp_path).storage.url.reveal(), Clock()).close()
    return tmp_path


def place(code: str = "en") -> Place:
    """A site in one language."""
    return Place(Page("Acme", BASE, ZONE, ("en", "nl")), speak(code, ZONE), "" if code == "en" else f"/{code}")


def edition(made: dict[str, Any], number: int = 1, sealed: str = SEALED, reason: str = "") -> Edition:
    """A sealed statement."""
    return Edition(made["period"]["label"], number, at(sealed), reason, made)


def only(made: dict[str, Any], code: str = "en") -> Item:
    """The only item of one sealed statement."""
    (item,) = results([edition(made)], {"api": "API"}, place(code))
    return item


def test_a_missed_month_in_one_line() -> None:
    """Measured, agreed, decided, what that gives and until when: in the reader's language, cut and never rounded up."""
    item = only(statement(3600))
    assert item.title == "[SLA missed] acme – January 2026: 99.865% (agreed 99.9%)"
    assert item.text == (
        "API: 99.865%, agreed 99.9%, missed. Due: credit, 10 % of the fee."
        " Report it by 5 February 2026. Claim it by 2 March 2026."
    )
    dutch = only(statement(3600), "nl")
    assert dutch.title == "[SLA gemist] acme – januari 2026: 99,865% (afgesproken 99,9%)"
    assert "uiterlijk" in dutch.text
    assert dutch.id == item.id == "tag:status.acme.example,2026:statement/acme/2026-01/v1"
    assert item.tags == ("sla", "missed", "acme")
    assert item.published == at(SEALED)


def test_a_month_that_was_met() -> None:
    """It says so, and that nothing is due."""
    item = only(statement(60))
    assert item.title.startswith("[SLA met] ")
    assert "Due" not in item.text


def test_the_table_of_an_item_has_what_the_statement_has() -> None:
    """Down time, what was allowed, what was left out and why, time without data, and the clause; links are absolute."""
    text = CLAIMED.replace("[claim]", '[[objective.exclude]]\nkind = "maintenance"\ntreat = "remove"\n[claim]')
    html = only(statement(3600, text=text)).html
    for said in ("1 hour", "44 minutes", "January 2026 (Europe/Amsterdam)", "objective.uptime", "this monitor"):
        assert said in html, said
    assert f'href="{BASE}/sla/acme/2026-01.json"' in html


def test_exact_figures_stand_in_our_json() -> None:
    """Fractions as text, the edition and what it replaces, and the last days."""
    own = only(statement(3600)).own
    (objective,) = own["objectives"]
    assert (own["result"], own["statement"], own["supersedes"]) == ("missed", 1, None)
    assert (objective["target"], objective["availability"], objective["down_seconds"]) == ("99.9", "743/744", 3600)
    (remedy,) = objective["remedies"]
    assert (remedy["number"], remedy["unit"], remedy["claim"]["submit_by"]) == ("10", "percent", SUBMIT)
    json.dumps(own)


def test_money_is_between_customer_and_provider() -> None:
    """Whatever the fees were and however a credit is written, no amount of money stands in a feed."""
    flat = CLAIMED.replace('{ below = "99.9", give = "10" }', '{ below = "99.9", give = "777" }')
    flat = flat.replace('id = "credit"', 'id = "credit"\nunit = "money"').replace('give = "25"', 'give = "888"')
    made = computed(terms(flat, ZONE), "2026-01", seconds=3600, fees={"2026-01": "31337"})
    item = only(made)
    for said in (item.title, item.text, item.html, json.dumps(item.own)):
        assert "777" not in said
    paid = only(computed(claimed(), "2026-01", seconds=3600, fees={"2026-01": "31337"}))
    for said in (paid.title, paid.text, paid.html, json.dumps(paid.own)):
        assert "3133" not in said
    assert "Due: credit." in item.text


def test_several_objectives_are_counted_in_the_title() -> None:
    """One of two missed: the statement is missed, and each has its own sentence and row."""
    text = CLAIMED.replace("[claim]", '[[objective]]\nid = "web"\nof = "web"\ntarget = "90"\n[claim]')
    item = only(statement(3600, text=text))
    assert item.title.endswith("January 2026: 1 of 2 objectives missed")
    assert item.html.count("<tr>") == 3


def test_time_without_data_gives_both_bounds() -> None:
    """Where it could change the verdict that is said, with both; a month of which nothing is known has no verdict at all."""
    begin = at("2026-01-01T00:00+01:00")
    pieces = [Piece(Span(begin, begin + 2000), "down"), Piece(Span(begin + 2000, begin + 3000), "unknown")]
    made = computed(claimed(), "2026-01", pieces={"api": pieces})
    assert only(made).title == "[SLA met] acme – January 2026: 99.925% (99.887% – 99.925%) (agreed 99.9%)"
    assert "What was not measured could change that." in only(made).text
    unknown = [Piece(Span(begin, begin + 31 * DAY), "unknown")]
    item = only(computed(claimed(), "2026-01", pieces={"api": unknown}))
    assert item.title == "[SLA undetermined] acme – January 2026: no figure (agreed 99.9%)"


def test_a_correction_is_a_new_item(folder: Path) -> None:
    """It names the edition whose place it takes, and why; the old item stays as it was."""
    seal(folder, SEALED, statement(3600))
    before = feedparser.parse(site_at(folder, "2026-02-01T01:00").get("/feed.atom").data).entries
    seal(folder, "2026-02-02T12:00", statement(30_000), "an outage was not seen at first")
    after = feedparser.parse(site_at(folder, "2026-02-02T13:00").get("/feed.atom").data).entries
    assert [entry.id.rpartition("/")[2] for entry in after] == ["v2", "v1"]
    assert after[0].title.startswith("[SLA corrected] ")
    assert "Takes the place of edition 1: an outage was not seen at first." in after[0].summary
    assert dict(after[1]) == dict(before[0])


def test_statements_sealed_in_one_second_are_published_one_after_the_other(folder: Path) -> None:
    """Each is given a second of its own when it is kept, so that a reader sees all of them."""
    for month in ("2026-01", "2026-02", "2026-03"):
        seal(folder, "2026-04-01T00:10", statement(period=month))
    answer = site_at(folder, "2026-04-01T00:11").get("/sla/feed.json")
    obey("json", answer.data, f"{BASE}/sla/feed.json")
    dates = [item["date_published"][-9:] for item in json.loads(answer.data)["items"]]
    assert dates == ["00:10:02Z", "00:10:01Z", "00:10:00Z"]


def reminded(editions: list[Edition], when: str) -> list[tuple[str, int]]:
    """The ids and dates of the reminders there are at a moment, oldest first."""
    return [(item.id.partition("deadline/")[2], item.published) for item in reminders(editions, place(), at(when))]


def test_a_deadline_is_told_when_it_is_a_week_away() -> None:
    """Not a second earlier; a nearer one comes right after the result; one that passed before the seal never comes."""
    made = [edition(statement(3600))]
    first = ("acme/2026-01/notify/2026-02-05", at(SEALED) + 1)
    last = ("acme/2026-01/submit/2026-03-02", at("2026-02-23T00:00+01:00"))
    assert reminded(made, SEALED) == []
    assert reminded(made, "2026-02-22T23:59:59+01:00") == [first]
    assert reminded(made, "2026-02-23T00:00+01:00") == [first, last]
    assert reminded(made, "2031-01-01T00:00") == [first, last]
    assert reminded([edition(statement(3600), sealed="2026-02-06T00:00+01:00")], "2031-01-01T00:00") == [last]


def test_what_a_statement_announced_stays_when_another_follows() -> None:
    """A deadline that was told is not taken back; one that was not told yet and is gone never comes; none comes twice."""
    missed, met = statement(3600), statement(0)
    early = [edition(missed), edition(met, 2, "2026-02-10T12:00", "x")]
    assert [name for name, _ in reminded(early, "2026-04-01T00:00")] == ["acme/2026-01/notify/2026-02-05"]
    late = [edition(missed), edition(met, 2, "2026-02-25T12:00", "x")]
    assert len(reminded(late, "2026-04-01T00:00")) == 2
    same = [edition(missed), edition(statement(30_000), 2, "2026-02-25T12:00", "x")]
    assert reminded(same, "2026-04-01T00:00") == reminded([edition(missed)], "2026-04-01T00:00")


def test_each_day_of_a_claim_adds_what_it_should(folder: Path) -> None:
    """Day by day over two months: an item that was told stays as it was, at its place, and nothing comes twice."""
    seal(folder, SEALED, statement(3600))
    told: list[tuple[str, str]] = []
    days = [f"2026-0{month}-{day:02d}T12:00" for month in (2, 3) for day in range(1, 29)]
    for n, day in enumerate(days):
        if n == 20:
            seal(folder, "2026-02-21T08:00", statement(30_000), "corrected")
        answer = site_at(folder, day).get("/sla/acme/feed.rss")
        obey("rss", answer.data, f"{BASE}/sla/acme/feed.rss")
        now = [(entry.id, entry.published) for entry in reversed(feedparser.parse(answer.data).entries)]
        assert now[: len(told)] == told
        told = now
    assert [name.partition("2026:")[2].partition("/")[0] for name, _ in told] == [
        "statement",
        "deadline",
        "statement",
        "deadline",
    ]


def events(site: FlaskClient, path: str = "/sla/acme/claims.ics") -> dict[str, Component]:
    """The events of the calendar, by their UIDs."""
    read = Calendar.from_ical(site.get(path).data)
    found = {str(event["UID"]): event for event in read.walk("VEVENT")}
    assert len(found) == len(read.walk("VEVENT"))
    return found


def test_the_calendar_of_claims(folder: Path) -> None:
    """All-day events on the last days, read back by a calendar program's library, with lines as RFC 5545 wants them."""
    seal(folder, SEALED, statement(3600))
    site = site_at(folder, "2026-02-01T12:00")
    answer = site.get("/sla/acme/claims.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Last-Modified"] == "Sun, 01 Feb 2026 00:10:00 GMT"
    lines = answer.data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    for wanted in (
        b"VERSION:2.0",
        b"METHOD:PUBLISH",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        b"X-PUBLISHED-TTL:PT1H",
        b"SOURCE;VALUE=URI:https://status.acme.example/sla/acme/claims.ics",
        b"DTSTART;VALUE=DATE:20260302",
        b"DTEND;VALUE=DATE:20260303",
        b"DTSTAMP:20260201T001000Z",
        b"TRANSP:TRANSPARENT",
    ):
        assert wanted in lines, wanted
    found = events(site)
    assert set(found) == {
        "claim-acme-2026-01-notify-uptime-api-credit@status.acme.example",
        "claim-acme-2026-01-submit-uptime-api-credit@status.acme.example",
    }
    assert all(event.errors == [] and event["STATUS"] == "CONFIRMED" for event in found.values())
    dutch = events(site, "/nl/sla/acme/claims.ics")
    assert set(dutch) == set(found)
    assert any("Claimen uiterlijk op 2 maart 2026" in str(event["SUMMARY"]) for event in dutch.values())
    again = site.get("/sla/acme/claims.ics", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_claim_that_was_taken_back_is_cancelled(folder: Path) -> None:
    """A calendar keeps what it is not told to remove: the event stays, cancelled, one version on; and can come back."""
    seal(folder, SEALED, statement(3600))
    submit = "claim-acme-2026-01-submit-uptime-api-credit@status.acme.example"
    versions = []
    for n, down in enumerate((3600, 3600, 0, 30_000, 30_000)):
        if n:
            seal(folder, f"2026-02-0{n + 1}T00:10", statement(down), "looked at again")
        event = events(site_at(folder, "2026-02-20T12:00"))[submit]
        versions.append((event["SEQUENCE"], str(event["STATUS"]), event["DTSTAMP"].to_ical()[6:8]))
    assert versions == [
        (0, "CONFIRMED", b"01"),
        (0, "CONFIRMED", b"01"),
        (1, "CANCELLED", b"03"),
        (2, "CONFIRMED", b"04"),
        (2, "CONFIRMED", b"04"),
    ]


def test_a_deadline_in_hours_is_on_its_day(folder: Path) -> None:
    """Seventy-two hours after an outage end on a day of the agreement's zone; the hour stands in words."""
    text = CLAIMED.replace(
        'notify = { within = 5, unit = "days", from = "period-end" }',
        'notify = { within = 72, unit = "hours", from = "incident-end" }',
    )
    made = statement(3600, text=text)
    seal(folder, "2026-01-02T00:10", made)
    found = events(site_at(folder, "2026-02-01T12:00"))
    (event,) = [each for name, each in found.items() if "notify" in name]
    assert event["DTSTART"].to_ical() == b"20260104"
    assert "4 Jan 2026 01:00:00 CET" in str(event["SUMMARY"])
    assert len(reminded([edition(made, sealed="2026-01-02T00:10")], "2026-01-02T00:11")) == 1


def test_without_claims_the_calendar_is_empty(tmp_path: Path) -> None:
    """It is there before anything was sealed, and for no unknown agreement."""
    site = client(tmp_path, "")
    assert events(site) == {}
    assert site.get("/sla/x/claims.ics").status_code == 404
