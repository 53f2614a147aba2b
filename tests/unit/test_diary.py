"""The last two weeks on the overview, day by day."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from drawn import START, STEP
from shown import client, parsed, showing
from telling import incident_step, maintenance_step

from monitor.incidents.book import Book
from monitor.timeline.model import Outage, Reason
from monitor.timeline.period import days
from statuspage.pages.diary import MOST, diary, seen
from statuspage.pages.tally import Run, Tally

DAY = 86_400
CALENDAR = days(START + 14 * DAY, 14, "Europe/Amsterdam")


def listed(page: str) -> dict[str, str]:
    """What stands under each day, as text."""
    part = page[page.index('id="past"') :].partition("</section>")[0]
    return {
        day: " ".join(re.sub(r"<[^>]+>", " ", under).split())
        for day, under in re.findall(r"<h3>(.*?)</h3>(.*?)(?=<h3>|<p><a|$)", part, re.DOTALL)
    }


def test_every_day_is_there_and_only_a_watched_one_was_quiet(tmp_path: Path) -> None:
    """Fourteen days, newest first. "No incidents" is said of days that were watched; of those ahead of the record, "no data"."""
    found = listed(client(tmp_path, "....ccc....").get("/").text)
    assert len(found) == 14
    assert next(iter(found)) == "1 January 2026"
    assert "It did not accept connections." in found["1 January 2026"]
    assert found["31 December 2025"] == "No data."
    quiet = client(tmp_path / "b", "." * 9)
    assert listed(quiet.get("/").text)["1 January 2026"] == "No incidents."
    dutch = listed(quiet.get("/nl/").text)
    assert (dutch["1 januari 2026"], dutch["31 december 2025"]) == ("Geen incidenten.", "Geen gegevens.")


def test_a_day_links_to_what_is_told_and_what_is_measured(tmp_path: Path) -> None:
    """A measured outage to its own page, and to what people told of it. Work that was done is there too."""
    measured = client(tmp_path, "....ccc....")
    address = re.search(r'<strong><a href="(/incidents/[^"]+)">', measured.get("/").text)
    assert address is not None
    assert "did not accept" in measured.get(address[1]).text
    told = incident_step(1, "investigating", START + 400, start=START + 4 * STEP)
    work = maintenance_step(1, "scheduled", START, start=START + 60, end=START + 300)
    site = showing(tmp_path / "b", "....ccc....", told, replace(work, subject="work"))
    under = listed(parsed(site, "/"))["1 January 2026"]
    assert "Trouble Investigating" in under
    assert "Work Completed" in under
    assert "did not accept connections" in under, "what is told does not take the place of what was measured"
    assert under.count("did not accept connections") == 1, "it stands inside what is told"
    assert under.index("Trouble") < under.index("did not accept connections")


def test_work_to_come_or_cancelled_happened_on_no_day(tmp_path: Path) -> None:
    """It stands among what is planned, or nowhere."""
    planned = maintenance_step(1, "scheduled", START, start=START + 3600, end=START + 7200)
    assert listed(parsed(showing(tmp_path, "." * 9, planned), "/"))["1 January 2026"] == "No incidents."
    gone = maintenance_step(2, "cancelled", START + 30)
    past = maintenance_step(1, "scheduled", START, start=START + 60, end=START + 300)
    assert listed(parsed(showing(tmp_path / "b", "." * 9, past, gone), "/"))["1 January 2026"] == "No incidents."


def test_what_lasts_stands_under_each_day_that_it_touched() -> None:
    """To the second: one that ends at midnight does not touch the day that begins then."""
    begin, end = CALENDAR[3].span.start + 60, CALENDAR[6].span.start
    outage = Outage("api", begin, end, end - begin, Reason.TIMEOUT)
    pages = diary(START + 14 * DAY, CALENDAR, Book(), [(outage,)], set(range(14)))
    assert [n for n, page in enumerate(reversed(pages)) if page.outages] == [3, 4, 5]


def test_a_day_of_very_many_is_cut_and_says_so() -> None:
    """The newest are listed, the rest are counted."""
    at = CALENDAR[9].span.start
    many = tuple(Outage("api", at + n, at + n + 1, 1, Reason.TIMEOUT) for n in range(40, 0, -2))
    page = diary(START + 14 * DAY, CALENDAR, Book(), [many], set())[4]
    assert (len(page.outages), page.more) == (MOST, 20 - MOST)
    assert page.outages[0].start == at + 40


def test_a_day_is_known_when_anything_was_seen_of_it() -> None:
    """Of any component; days ahead of the two weeks are left out."""
    one = (Run(0, 80, Tally(up=1)), Run(80, 10, Tally(unknown=1)))
    other = (Run(0, 89, Tally(unknown=1)), Run(89, 1, Tally(down=1)))
    assert seen([one, other], 76, 14) == {0, 1, 2, 3, 13}
    assert seen([], 76, 14) == set()
