"""However long ago an outage was told of and however many there were since: its page is there, and what lists it leads to it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from drawn import START, STEP, observations, watch
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from shown import Still, client, configured

from monitor.clock import Clock
from monitor.incidents.telling import opening, tell
from monitor.judge import judge, rewatch
from monitor.store import open_reader, open_record
from monitor.timeline.model import Observation, Outage, Reason
from monitor.timeline.record import Batch, Notice
from statuspage.api.ids import public_id
from statuspage.app import create_app
from statuspage.pages.naming import tellings

MANY = 600
LENGTH = 16  # slots from one to the next: often enough, and not so often that it is unstable
DRAWING = "." + ("cc" + "." * (LENGTH - 2)) * MANY
FIRST = "api-20260101000300"  # the name of the first outage, which was told in the slot after its second failure


def batched(every: list[Observation], size: int) -> Iterator[tuple[Observation, ...]]:
    """So many at a time."""
    return (tuple(every[n : n + size]) for n in range(0, len(every), size))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of very many outages, each told when it was confirmed and when it was over."""
    made = tmp_path_factory.mktemp("many")
    record = open_record(configured(made).storage.url.reveal(), Clock())
    record.watch([watch()], START)
    terms = record.watches()[0]
    standing = rewatch(record.standing(START), record.watches(), START).standing
    for seen in batched(observations(DRAWING), 2):
        turn = judge(standing, [(each, terms) for each in seen], seen[-1].at)
        standing = turn.standing
        record.append(Batch(seen[-1].at, seen, turn.redraws, turn.foldings, turn.notices))
    record.close()
    return made


@pytest.fixture(scope="module")
def site(folder: Path) -> FlaskClient:
    """The site over it."""
    config = configured(folder)
    now = START + len(DRAWING) * STEP
    return create_app(config, lambda unseen: open_reader(config.storage.url.reveal(), unseen), Still(now)).test_client()


@pytest.mark.parametrize("path", ["/history/2026-01", "/components/api", "/groups/platform"])
def test_every_listed_outage_leads_to_its_page(site: FlaskClient, path: str) -> None:
    """None of them stands there without a link, the oldest no less than the newest."""
    text = site.get(path).text
    listed = re.findall(r"<li><strong>(.*?)</strong> It did not accept connections", text)
    assert listed
    assert [each for each in listed if not each.startswith('<a href="/incidents/api-')] == []
    if "groups" not in path:  # that page has the newest alone
        assert len(listed) == MANY
        assert f'href="/incidents/{FIRST}"' in text


def test_the_oldest_has_a_page_under_both_of_its_names(site: FlaskClient) -> None:
    """Its own, and the one by which programs know it; what is the name of nothing leads nowhere."""
    assert "did not accept connections" in site.get(f"/incidents/{FIRST}").text
    for prefix in ("", "/nl"):
        answer = site.get(f"{prefix}/incidents/{public_id('incident', FIRST)}")
        assert (answer.status_code, answer.headers["Location"]) == (308, f"{prefix}/incidents/{FIRST}")
    for absent in ("api-20260101000201", "api-20269901000300", "web-20260101000300", "api-", "abcdefghijkl", "x" * 500):
        assert site.get(f"/incidents/{absent}").status_code == 404


def test_finding_an_outage_reads_no_whole_table(folder: Path) -> None:
    """SQLite seeks what it is asked for, so that the cost does not grow with the age of the record."""
    url = configured(folder).storage.url.reveal()
    reader = open_reader(url)
    asked: list[tuple[str, tuple[int | str, ...]]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool) -> None:
        asked.append((text, values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    assert [each.kind for each in reader.notices_of(FIRST)] == ["closed", "opened"]
    assert len(reader.notices_within({"api"}, START, START + LENGTH * STEP)) == 2
    assert reader.opened_after(START + len(DRAWING) * STEP) == ()
    assert reader.notice_before("api", START) is None
    assert len(reader.told(50)) == 100
    assert len(reader.told(MANY + 1)) == 2 * MANY
    assert reader.told_open() == ()
    assert reader.last_told() == {"api": reader.notices(1)[0].at}
    sa.event.remove(sa.Engine, "before_cursor_execute", note)
    reader.close()
    plain = sqlite3.connect(url.removeprefix("sqlite:///"))
    about = [(text, values) for text, values in asked if "FROM notices" in text]
    assert len(about) >= 12
    for text, values in about:
        plan = plain.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall()
        is_walk = "LIMIT" in text and "DESC" in text  # from the newest on, until there are enough
        assert is_walk or not [row for row in plan if "SCAN notices" in str(row[3])], text
    plain.close()


@given(st.text(alphabet="abc-0123456789", min_size=1, max_size=20), st.integers(0, 4_000_000_000))
def test_a_name_says_where_its_notices_begin(component: str, at: int) -> None:
    """Whatever the component is called."""
    (notice,) = tell(component, [Outage(component, at - 60, None, 60, Reason.CONNECT)], None, at)
    assert opening(notice.outage) == (component, at)


@pytest.mark.parametrize(
    "name", ["", "api", "-20260101000000", "api-2026", "api-20261301000000", "api-２０２６０１０１００００００"]
)
def test_what_is_no_name(name: str) -> None:
    """It says nothing."""
    assert opening(name) is None


def test_what_was_told_as_one_has_one_name() -> None:
    """From its beginning to its end, or for good while it is open; another component's is none of it."""
    notices = [
        Notice(900, "b", "api", "opened", 800, None, Reason.CONNECT, 10),
        Notice(500, "a", "api", "closed", 100, 400, Reason.CONNECT, 90),
        Notice(110, "a", "api", "opened", 100, None, Reason.CONNECT, 10),
    ]
    (newer, older) = tellings(notices)["api"]

    def of(start: int, end: int | None) -> list[str]:
        outage = Outage("api", start, end, 10, Reason.CONNECT)
        return [each.outage for each in (newer, older) if each.tells_of(outage)]

    assert [of(100, 120), of(200, 220), of(390, 400), of(400, 500), of(90, 100)] == [["a"], ["a"], ["a"], [], []]
    assert [of(810, 820), of(2000, None), of(500, 801)] == [["b"], ["b"], ["b"]]


def test_an_outage_amid_many_leads_to_the_page_of_them_all(tmp_path: Path) -> None:
    """While a component is unstable one outage is told of: all of that time lead there."""
    site = client(tmp_path, "." + "cc.." * 60)
    text = site.get("/components/api").text
    names = re.findall(r"<li><strong>(.*?)</strong> It did not accept connections", text)
    assert len(names) == 60
    assert all(each.startswith('<a href="/incidents/api-') for each in names)
