"""What people said, on the pages: beside what was measured, in both languages, and whatever was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from drawn import START, STEP
from shown import NASTY, SECOND, client, parsed, showing
from telling import incident_step, maintenance_step

from monitor.incidents.event import Event
from monitor.timeline.model import State
from statuspage import headers
from statuspage.pages.overall import told

HOSTILE = (
    f"{NASTY} **bold** [x](javascript:alert(1)) ![i](https://evil.example/p.png) <img src=x onerror=alert(1)>\u202e"
)
LINK = "What was told about it"


def opened(at: int, **said: Any) -> Event:
    """An incident of the api, in hostile words."""
    said = {"titles": {"en": f"Slow {NASTY}", "nl": f"Traag {NASTY}"}, "start": START + 4 * STEP} | said
    return incident_step(1, "investigating", START + at, text=HOSTILE, **said)


def test_an_open_incident_is_first(tmp_path: Path) -> None:
    """On the overview with its newest update, above what is measured; the banner is never better than it."""
    update = incident_step(2, "identified", START + 500, text="The *cause* is known.", impact="major")
    site = showing(tmp_path, "....ccc....", opened(400, components={"api": "degraded"}), update)
    text = parsed(site, "/")
    assert text.index("Current incidents") < text.index("The last 14 days")
    assert "<em>cause</em>" in text
    assert "Identified, Major impact" in text
    assert re.search(r"<h1[^>]*>Partial outage</h1>", text), "measured up again, and told as a major incident"
    dutch = parsed(site, "/nl/")
    for said in (
        "Lopende incidenten",
        "Traag &lt;script&gt;",
        "Oorzaak gevonden, Grote gevolgen",
        '<div class="prose" lang="en">',
    ):
        assert said in dutch


def test_measured_times_beside_told_ones(tmp_path: Path) -> None:
    """The permalink has every update with an anchor, what was measured, and how long the telling took."""
    site = showing(
        tmp_path, "....ccc....",
        opened(400), incident_step(2, "acknowledged", START + 410, text=HOSTILE), incident_step(3, "resolved", START + 500),
        incident_step(4, "corrected", START + 550, start=START + 200),
        later=100,
    )  # fmt: skip
    text = parsed(site, "/incidents/x")
    for number in range(1, 5):
        assert f'id="x-{number}"' in text
    assert text.index('id="x-4"') < text.index('id="x-1"'), "newest first"
    assert "The first word was published 2 minutes 40 seconds after the first measured failure." in text
    assert "That it was over was published 1 minute 20 seconds after it was measured." in text
    assert "The beginning was told as 1 Jan 2026 01:04:00 CET." in text
    assert "<strong>bold</strong>" in text
    assert LINK not in text, "it does not lead to itself"
    assert "J. Jansen" in text
    assert "De eerste melding kwam 2 minuten 40 seconden na de eerste gemeten fout." in parsed(site, "/nl/incidents/x")
    assert site.get("/incidents/x").headers["Cache-Control"] == headers.OVER


def test_a_measured_outage_links_to_what_was_told(tmp_path: Path) -> None:
    """Everywhere it is shown by itself, and only when the incident is of its component and time."""
    site = showing(tmp_path, "....ccc....", opened(400), incident_step(2, "resolved", START + 500))
    for page in ("/components/api", "/history/2026-01"):
        assert f'<a href="/incidents/x">{LINK}</a>' in parsed(site, page)
    assert "Slow" in parsed(site, "/history/2026-01")
    other = showing(tmp_path / "other", "....ccc....", opened(400, components={"web": "down"}), more=SECOND)
    assert LINK not in parsed(other, "/")
    assert "No outage of these components was measured" in parsed(other, "/incidents/x")


def test_told_before_it_was_measured(tmp_path: Path) -> None:
    """Praise where it is due."""
    site = showing(tmp_path, "....ccc....", opened(60, start=START + 60))
    assert "The first word was published 3 minutes before the first measured failure." in parsed(site, "/incidents/x")


def test_what_is_told_afterwards_is_marked(tmp_path: Path) -> None:
    """That it was backfilled is on its page."""
    told_late = incident_step(1, "resolved", START + 600, start=START + 240, end=START + 420)
    site = showing(tmp_path, "....ccc....", told_late)
    assert "This was told afterwards." in parsed(site, "/incidents/x")
    assert "Current incidents" not in parsed(site, "/")


def test_maintenance_lies_over_the_state(tmp_path: Path) -> None:
    """While it runs its components are under maintenance, and not held against the whole; an outage is shown all the same."""
    work = maintenance_step(1, "scheduled", START, text=HOSTILE, start=START + 120, end=START + 900)
    site = showing(tmp_path, "...ccc", work, more=SECOND)
    text = parsed(site, "/")
    assert "Maintenance in progress" in text
    assert "Current outages" in text
    assert '<span class="state maintenance">' in text
    assert "Under maintenance" in text
    assert "In onderhoud" in parsed(site, "/nl/")
    assert ": Under maintenance" in parsed(site, "/components/api")
    assert "In progress" in parsed(site, "/maintenances/x")
    assert "Work" in parsed(site, "/history/2026-01")


def test_upcoming_maintenance(tmp_path: Path) -> None:
    """On the overview and under its own address, with how long ahead it was announced and when that was recorded."""
    work = maintenance_step(1, "scheduled", START + 60, start=START + 7260, end=START + 9000, announced=START - 60)
    moved = maintenance_step(2, "scheduled", START + 90, end=START + 9600)
    site = showing(tmp_path, "......", work, moved)
    assert "Scheduled maintenance" in parsed(site, "/")
    text = parsed(site, "/maintenances/x")
    for said in ("2 hours 2 minutes ahead", "recorded 1 Jan 2026 01:01:00 CET", "1 hour 59 minutes ahead", "Scheduled"):
        assert said in text
    assert "2 uur 2 minuten vooraf" in parsed(site, "/nl/maintenances/x")
    gone = site.get("/incidents/x")
    assert (gone.status_code, gone.headers["Location"]) == (308, "/maintenances/x")


def test_an_overrun_is_shown(tmp_path: Path) -> None:
    """What goes on past its end says for how long."""
    work = maintenance_step(1, "scheduled", START, start=START + 60, end=START + 120)
    site = showing(tmp_path, ".....", work, maintenance_step(2, "in_progress", START + 60))
    assert "2 minutes 1 second past its end" in parsed(site, "/")
    assert "Overrun" in parsed(site, "/maintenances/x")


@pytest.mark.parametrize("path", ["/incidents/nothing", "/maintenances/nothing", "/nl/incidents/x%00"])
def test_what_nobody_told(tmp_path: Path, path: str) -> None:
    """There is no such page."""
    assert client(tmp_path, "...").get(path).status_code == 404


UP, DOWN, UNKNOWN = State.OPERATIONAL, State.DOWN, State.UNKNOWN


@pytest.mark.parametrize(
    ("states", "impacts", "said"),
    [
        ([(UP, False)], [], "operational"),
        ([(UP, False)], ["none"], "operational"),
        ([(UP, False)], ["minor"], "degraded"),
        ([(UP, False)], ["minor", "critical"], "down"),
        ([(DOWN, False)], ["minor"], "down"),
        ([(UP, False), (DOWN, True)], [], "maintenance"),
        ([(DOWN, False), (UP, True)], [], "down"),
        ([(DOWN, True)], [], "maintenance"),
        ([(UNKNOWN, False), (UP, True)], [], "unknown"),
        ([], [], "unknown"),
    ],
)
def test_the_whole_page_in_one_word(states: list[tuple[State, bool]], impacts: list[str], said: str) -> None:
    """The worst of what is measured and what is told; maintenance is not held against the whole."""
    assert told(states, impacts) == said


def test_a_component_has_what_was_told_of_it(tmp_path: Path) -> None:
    """On its page, with its feeds and badges; nothing of what was told of another."""
    site = showing(tmp_path, "....ccc....", opened(400), more=SECOND)
    page = parsed(site, "/components/api")
    assert '<a href="/incidents/x"><span>Slow &lt;script&gt;' in page
    other = parsed(site, "/nl/components/web")
    assert "Over de laatste 90 dagen zijn geen incidenten gemeld." in other
    for address in ("/components/api/feed.rss", "/badge/api/uptime.svg"):
        assert f'<a href="https://status.acme.example{address}">' in page
        assert site.get(address).status_code == 200


def test_a_component_that_is_gone_breaks_nothing(tmp_path: Path) -> None:
    """Its incident is shown under its id, without a link, on every page, in the feeds and in both APIs, open and resolved."""
    events = [opened(400, components={"gone": "down", "api": "degraded"}, impact="major")]
    for n, step in enumerate(("identified", "resolved"), 2):
        site = showing(tmp_path / step, "....ccc....", *events)
        for page in ("/", "/nl/", "/incidents/x", "/nl/incidents/x", "/history/2026-01", "/components/api"):
            text = parsed(site, page)
            assert "gone" in text, page
            assert "/components/gone" not in text
        for path in ("/feed.rss", "/feed.json", "/api/v2/summary.json", "/api/v2/incidents.json", "/api/v1/incidents"):
            assert site.get(path).status_code == 200
        events.append(incident_step(n, step, START + 500 + n, components={"gone": "degraded"}))
