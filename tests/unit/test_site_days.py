"""The days and months of a component, and what leads from them to what happened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from shown import client

from monitor.timeline.model import Outage, Reason
from monitor.timeline.period import days_of, parse_month
from statuspage.pages.trouble import by_day, days_of_each


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw one outage of three minutes."""
    return client(tmp_path, "....ccc....")


def test_a_component_has_its_months(tmp_path: Path) -> None:
    """Each calendar month of the page's zone with a floored figure, a link to what happened in it, and what was agreed about it."""
    drawing = "." * 200 + "cc" + "." * 598  # two minutes of thirteen hours and twenty minutes
    site = client(tmp_path, drawing, later=40 * 86_400)
    text = site.get("/components/api").text
    months = text[text.index("Availability by calendar month, in Europe/Amsterdam") :].partition("</table>")[0]
    rows = re.findall(r'<a href="(.+?)">(.+?)</a></th><td>(.+?)</td><td>(.+?)</td>', months)
    assert [(each[0], each[1], each[3]) for each in rows] == [
        ("/history/2026-02", "February 2026", "0 seconds"),
        ("/history/2026-01", "January 2026", "2 minutes"),
    ]
    assert rows[0][2] == "no data yet"
    assert rows[1][2].startswith("99.75% "), "of 800 minutes 2, floored"
    assert site.get("/history/2026-01").text.count(rows[1][2]) == 1, "the month itself says the same"
    assert '<a href="/sla/acme">' in text
    assert "Beschikbaarheid per kalendermaand" in site.get("/nl/components/api").text


def test_days_with_trouble_are_links_to_their_outages(site: FlaskClient) -> None:
    """For who cannot point at a bar: in the table behind the bars, and under those of a month, in words."""
    text = site.get("/components/api").text
    day = re.search(r'<tr><th scope="row">1 January 2026</th>(.*?)</tr>', text)
    assert day
    led = re.search(r'<a href="(/incidents/api-\d+)">1 Jan 2026 01:04:00 CET</a>', day[1])
    assert led
    assert site.get(led[1]).status_code == 200
    month = site.get("/history/2026-01").text
    anchor = re.search(r'<li><a href="#(day-\d+)">1 January 2026</a></li>', month)
    assert anchor
    below = month.partition(f'<h3 id="{anchor[1]}">1 January 2026</h3>')[2]
    assert f'href="{led[1]}"' in below


def test_outages_by_day() -> None:
    """One that lasts over midnight stands under both days, one that goes on under today; nothing stands under a quiet day."""
    days = days_of(parse_month("2026-01", "Europe/Amsterdam"))
    noon = [each.span.start + 43_200 for each in days]
    over, short, still = (
        Outage("api", start, end, 60, Reason.CONNECT)
        for start, end in ((noon[1], noon[2]), (noon[4], noon[4] + 60), (noon[6], None))
    )
    exact = Outage("web", days[8].span.start - 60, days[8].span.start, 60, Reason.CONNECT)
    earlier = Outage("web", days[0].span.start - 600, noon[0], 60, Reason.CONNECT)
    found = by_day([still, short, over, exact, earlier], days, noon[7])
    assert {days.index(day) + 1: found[day] for day in found} == {
        8: [still, exact], 7: [still], 5: [short], 3: [over], 2: [over], 1: [earlier],
    }  # fmt: skip
    assert days_of_each(found)["web"] == [days[7], days[0]]


def test_bars_lead_in_words_to_the_days_with_trouble(site: FlaskClient) -> None:
    """From the overview to the table behind the bars of a component, and on its page down to it."""
    assert '<a href="/components/api#days">1 day with trouble</a>' in site.get("/").text
    assert '<a href="/nl/components/api#days">1 dag met problemen</a>' in site.get("/nl/groups/platform").text
    page = site.get("/components/api").text
    assert '<a href="#days">1 day with trouble</a>' in page
    assert '<details id="days">' in page


def test_quiet_days_lead_nowhere(tmp_path: Path) -> None:
    """Where there was no trouble nothing says so twice."""
    assert "#days" not in client(tmp_path, "....").get("/").text
