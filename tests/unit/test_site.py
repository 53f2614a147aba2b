"""The public site, through its HTTP interface, over a real record."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

import feedparser
import html5lib
import pytest
from drawn import LETTERS, START, STEP
from flask.testing import FlaskClient
from shown import PAGES, SECOND, client, configured

from monitor.timeline.model import Reason, State, Stretch, Timeline
from monitor.timeline.period import parse_month
from monitor.timeline.span import Span
from statuspage.app import JS
from statuspage.charts import ticks
from statuspage.i18n import speak
from statuspage.pages.overall import overall
from statuspage.pages.sentences import OVERALL, SENTENCES
from statuspage.views import Facts

CROSSED = parse_month("2026-02", "Europe/Amsterdam").span.start
SITE = Path(__file__).parents[2] / "statuspage"


class Crossing:
    """A record of one outage over the end of January in Amsterdam."""

    def since(self) -> int:
        """An hour before."""
        return CROSSED - 3600

    def timelines(self, span: Span, components: Collection[str] | None = None) -> dict[str, Timeline]:
        """Up, down for twenty minutes, up: as much of it as lies in the span."""
        edges = [(-3600, -600, State.OPERATIONAL), (-600, 600, State.DOWN), (600, 90_000, State.OPERATIONAL)]
        found = ((Span(CROSSED + a, CROSSED + b).clip(span), state) for a, b, state in edges)
        return {
            "api": tuple(
                Stretch(part, state, Reason.CONNECT if state is State.DOWN else None) for part, state in found if part
            )
        }


@pytest.fixture
def site(tmp_path: Path) -> FlaskClient:
    """A site that saw one outage of three minutes."""
    return client(tmp_path, "....ccc....")


@pytest.mark.parametrize("prefix", ["", "/nl"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_and_safe(site: FlaskClient, page: str, prefix: str) -> None:
    """In both languages: well-formed, named, with the security headers, without cookie, foreign script or probed address."""
    answer = site.get(prefix + page)
    assert answer.status_code == 200, answer.text
    document = html5lib.HTMLParser(strict=False).parse(answer.text)
    assert document.find(".//{http://www.w3.org/1999/xhtml}h1") is not None
    assert re.findall("<script[^>]*>", answer.text) == [f'<script src="/static/meetlat.js?v={JS}" defer>']
    assert "secret-path" not in answer.text
    assert ' style="' not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_overview_tells_the_state_and_the_outage(site: FlaskClient) -> None:
    """Up again: all is well as of the newest answer, and the past outage stands there with its seconds and the zone."""
    text = site.get("/").text
    under = text.partition("</h1>")[2].partition("</p>")[0]
    assert "Data as of" in under
    assert "1 Jan 2026 01:10:00 CET" in under
    assert '<a href="/en/">Reload</a>' in under
    assert "All systems operational" in text
    assert "It did not accept connections." in text
    assert "1 Jan 2026 01:04:00 CET" in text
    assert "Alle systemen werken normaal" in site.get("/nl/").text


def test_an_open_outage_is_on_top(tmp_path: Path) -> None:
    """While it lasts, the page says so in its heading and its title."""
    text = client(tmp_path, "...ccc").get("/").text
    assert re.search(r"<h1[^>]*>Major outage</h1>", text)
    assert "<title>Major outage" in text
    assert "still down" in text


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ("X", "Major outage"),
        ("XX", "Major outage"),
        ("XU", "Partial outage"),
        ("X-", "Partial outage"),
        ("DU", "Degraded performance"),
        ("-U", "No data"),
        ("UU", "All systems operational"),
        ("", "No data"),
    ],
)
def test_the_overall_state_in_one_word(states: str, said: str) -> None:
    """An outage is partial while some components are not down, and major when all are."""
    letters = {letter: state for state, letter in LETTERS.items()}
    assert OVERALL[overall(letters[each] for each in states)] == said


def test_some_components_down_is_a_partial_outage(tmp_path: Path) -> None:
    """The heading and the title say so, in both languages; the component itself has its whole outage."""
    two = client(tmp_path, "...ccc", more=SECOND)
    assert re.search(r"<h1[^>]*>Partial outage</h1>", two.get("/").text)
    assert "<title>Partial outage" in two.get("/").text
    assert "<title>Gedeeltelijke storing" in two.get("/nl/").text
    assert ": Major outage" in two.get("/components/api").text


def test_stale_data_is_said(tmp_path: Path) -> None:
    """When the monitor is silent the page says since when, shows no state, and the health check fails."""
    silent = client(tmp_path, "....", later=3600)
    assert "The monitor has not reported since 1 Jan 2026 01:03:00 CET" in silent.get("/").text
    assert "All systems operational" not in silent.get("/").text
    assert silent.get("/healthz").status_code == 503


def test_a_short_silence_is_no_interruption(tmp_path: Path) -> None:
    """The banner waits for three of the longest intervals, and for a minute at least."""
    quiet = client(tmp_path, "....", later=3 * STEP)
    assert "has not reported" not in quiet.get("/").text
    assert quiet.get("/healthz").status_code == 200
    late = client(tmp_path / "late", "....", later=3 * STEP + 1)
    assert "has not reported" in late.get("/").text
    assert late.get("/healthz").status_code == 503


def test_an_outage_over_the_end_of_a_month_has_its_true_end(tmp_path: Path) -> None:
    """In the month in which it began and in the one in which it ended stands the same outage, and in neither is it open."""
    config = configured(tmp_path)
    facts = Facts(config, Crossing(), CROSSED + 7200)  # type: ignore[arg-type]  # a reader, as far as it is asked
    for label in ("2026-01", "2026-02"):
        (month,) = facts.month(label)
        (outage,), tally = month.outages, month.tally
        assert (outage.start, outage.end) == (CROSSED - 600, CROSSED + 600)
        assert tally.down == 600, label


def test_no_name_turns_the_writing_direction(tmp_path: Path) -> None:
    """Characters that would mirror the text after them are left out, in the title, in headings and in sentences."""
    turned = client(tmp_path, "...", more=SECOND.replace('name = "Web"', 'name = "Web \\u202Egnp"'))
    for page in ("/", "/nl/", "/components/web", "/history/2026-01", "/how-we-calculate"):
        assert "Web gnp" in turned.get(page).text
        assert "\u202e" not in turned.get(page).text


def test_every_reason_has_a_sentence() -> None:
    """Whatever the record may say, the page has a fixed sentence for it."""
    assert set(SENTENCES) == set(Reason)


def test_a_missing_page_speaks_the_language_of_its_path(site: FlaskClient) -> None:
    """Also a path that leads nowhere."""
    assert "Deze pagina bestaat niet" in site.get("/nl/nowhere/at/all").text
    assert "There is no such page" in site.get("/nowhere/at/all").text


def test_nothing_measured_yet(tmp_path: Path) -> None:
    """Before the first observation every page is there, says so, and shows no percentage."""
    empty = client(tmp_path, "")
    for page in ["/", "/components/api", "/history", "/sla", "/sla/acme", "/how-we-calculate", "/feed.rss"]:
        assert empty.get(page).status_code == 200, page
    assert "No data yet" in empty.get("/").text
    assert empty.get("/healthz").status_code == 503


def test_the_ledger_on_the_page_sums_to_the_period(site: FlaskClient) -> None:
    """The seconds in the table of the agreement's page add up to the time that has passed."""
    text = site.get("/sla/acme/2026-01").text
    seconds = [int(found) for found in re.findall(r'class="seconds">(\d+)</td>', text)]
    assert sum(seconds) == int(re.findall(r"Ledger: (\d+) s", text)[0]) == 3600 + 10 * STEP + 1
    assert "down. It did not accept connections." in text
    assert "1 Jan 2026 01:04:00 CET" in text
    dutch = site.get("/nl/sla/acme/2026-01").text
    assert "gestoord. Het nam geen verbindingen aan." in dutch
    assert "99,9%" in dutch


def test_the_feed_is_read_by_a_reader(site: FlaskClient) -> None:
    """Two items, newest first, with stable ids, different dates, links of their own, and the same bytes each time."""
    answer = site.get("/feed.rss")
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    assert answer.mimetype == "application/rss+xml"
    assert [entry.title[:6] for entry in feed.entries] == ["[Resol", "[Down]"]
    assert len({entry.id for entry in feed.entries}) == 2
    assert feed.entries[0].published_parsed > feed.entries[1].published_parsed
    assert len({entry.link for entry in feed.entries}) == 2
    assert feed.feed.link == "https://status.acme.example/"
    for entry in feed.entries:
        path, _, place = entry.link.removeprefix("https://status.acme.example").partition("#")
        assert f'id="{place}"' in site.get(path).text, "a link of the feed leads to its outage"
    assert site.get("/feed.rss").data == answer.data
    again = site.get("/feed.rss", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert [entry.id for entry in feedparser.parse(site.get("/nl/feed.rss").data).entries] == [
        e.id for e in feed.entries
    ]


def test_the_chart_says_what_its_axes_are(site: FlaskClient) -> None:
    """Milliseconds stand along it and hours of the page's zone under it, midnight as the day; the table has every figure."""
    text = site.get("/components/api").text
    scale = re.findall(r"<span>([\d.]+ ms)</span>", text)
    assert scale == ["50 ms", "25 ms", "0 ms"]
    marks = re.findall(r'<text x="([\d.]+)%" y="140">(.+?)</text>', text)
    assert [word for _, word in marks] == ["06:00", "12:00", "18:00"]
    assert '<line x1="94.791%"' in text, (
        "midnight is five quarters before the end, at 01:15 in Amsterdam: too near for a text"
    )
    assert re.search(r'<th scope="row">1 Jan 2026 01:00 CET</th><td>\d+ ms</td><td>\d+ ms</td>', text)
    assert "1 jan" in site.get("/nl/components/api").text


def test_texts_below_a_chart_do_not_meet_on_a_small_screen() -> None:
    """Whatever the hour: on 320 pixels, of which the chart has 230, a text of 44 pixels keeps its place and meets no other."""
    for quarter in range(24):
        places = [each * 900 for each in range(quarter, 97, 24)]
        edges = [
            (float(each.x[:-1]) * 2.3 - 22, float(each.x[:-1]) * 2.3 + 22)
            for each in ticks(0, 86_400, places)
            if each.is_labelled
        ]
        assert len(edges) >= 3
        assert edges[0][0] >= 0
        assert edges[-1][1] <= 230
        assert all(before[1] + 4 <= after[0] for before, after in pairwise(edges)), quarter


@pytest.mark.parametrize(
    ("top", "said"), [(1000, "0.5 ms"), (5000, "2.5 ms"), (1_000_000, "500 ms"), (5_000_000, "2.5 s")]
)
def test_half_of_a_scale_is_exact(top: int, said: str) -> None:
    """The figure in the middle of the axis is not rounded, and has the unit of the top."""
    assert speak("en", "UTC").scale(top // 2, top) == said


@pytest.mark.parametrize(
    "path",
    ["/components/x", "/history/2026-13", "/history/2031-01", "/sla/x", "/sla/acme/x", "/xx/", "/en/history", "/%00"],
)
def test_what_is_not_there(site: FlaskClient, path: str) -> None:
    """Unknown things are 404, with a page."""
    answer = site.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    for word in ('rel="canonical"', "hreflang=", "og:url"):
        assert word not in answer.text.partition("</head>")[0], "nobody is sent back to it"
    assert '<a href="/nl/" lang="nl"' in answer.text or '<a href="/" lang="en"' in answer.text, (
        "nor to another that is missing"
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_knows_its_own_address(site: FlaskClient, path: str) -> None:
    """And that of itself in the other language."""
    base = "https://status.acme.example"
    for own, code, other in ((path, "nl", f"/nl{path}"), (f"/nl{path}", "en", path)):
        head = site.get(own).text.partition("</head>")[0]
        assert f'<link rel="canonical" href="{base}{own}">' in head
        assert f'<meta property="og:url" content="{base}{own}">' in head
        assert f'<link rel="alternate" hreflang="{code}" href="{base}{other}">' in head


def test_nothing_can_be_written(site: FlaskClient) -> None:
    """Every route reads."""
    for rule in site.application.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}
    assert site.post("/").status_code == 405


def test_the_health_check_passes_while_observations_come(site: FlaskClient) -> None:
    """Two hundred and the second of the newest observation."""
    answer = site.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "newest": START + 10 * STEP}
