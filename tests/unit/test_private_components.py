"""A private component is seen by whoever has its link; to everybody else it is not there, wherever they look."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import START, STEP, observations, watch
from flask.testing import FlaskClient
from samples import AGREEMENT
from shown import CONFIG, Still

from monitor.clock import Clock
from monitor.config import Config, load
from monitor.housekeeping import announced
from monitor.incidents.event import Event, Said
from monitor.judge import judge, rewatch
from monitor.store import open_desk, open_reader, open_record
from monitor.timeline.record import Batch
from statuspage import export
from statuspage.app import create_app
from statuspage.private import COMPONENT, signature

SECRET = """
[[group]]
name = "Platform"
[[group]]
name = "Vault9group"
[[component]]
id = "vault9"
name = "Vault9 name"
group = "Vault9group"
private = true
[[component.probe]]
id = "vault9-probe"
kind = "tcp"
host = "127.0.0.1"
port = 9
[site]
key = "${KEY}"
"""
ABOUT = AGREEMENT.replace('id = "acme"', 'id = "vault9-terms"').replace('of = "api"', 'of = "vault9"')


def configured(folder: Path) -> Config:
    """A public component with an agreement, a private one with another."""
    (folder / "agreements").mkdir()
    (folder / "meetlat.toml").write_text(CONFIG + SECRET)
    (folder / "agreements/acme.toml").write_text(AGREEMENT)
    (folder / "agreements/own.toml").write_text(ABOUT)
    return load(folder, {"MEETLAT_STATE": str(folder / "state"), "KEY": "a key"})


def recorded(config: Config) -> None:
    """An outage of each, an incident about the private one alone, and one about both."""
    url = config.storage.url.reveal()
    record = open_record(url, Clock())
    watches = [watch(), watch(probe="vault9-probe", component="vault9")]
    record.watch(watches, START)
    stands = rewatch(record.standing(START), record.watches(), START).standing
    for probe in ("api-health", "vault9-probe"):
        seen = observations("...ccc....", probe)
        terms = next(each for each in record.watches() if each.probe == probe)
        turn = judge(stands, [(each, terms) for each in seen], START + 10 * STEP)
        record.append(Batch(START, tuple(seen), turn.redraws, turn.foldings, turn.notices))
        stands = turn.standing
    record.close()
    desk = open_desk(url, Clock())
    try:
        for subject, states in (("i-vault9", {"vault9": "down"}), ("i-both", {"vault9": "down", "api": "down"})):
            said = Said({"en": f"Trouble {subject[2:6]}"}, "major", None, states, START)
            desk.tell(Event("incident", subject, 1, START + 60, "ops", "investigating", {"en": "We look."}, said))
    finally:
        desk.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Everything there is to hide."""
    made = configured(tmp_path)
    recorded(made)
    return made


def client(config: Config) -> FlaskClient:
    """The site over it."""
    url = config.storage.url.reveal()
    return create_app(config, lambda unseen: open_reader(url, unseen), Still(START + 11 * STEP)).test_client()


def test_nothing_public_names_a_private_component(config: Config) -> None:
    """No page, feed, badge or document that can be reached holds its id, its name, its group, its probe or its terms."""
    url = config.storage.url.reveal()
    also = [
        "/metrics",
        "/api/v1/components",
        "/api/v1/outages",
        "/api/v1/agreements",
        "/api/v1/openapi.json",
        "/feed.json",
    ]
    also += ["/history.rss", "/sla/feed.rss", "/maintenance.ics", "/robots.txt", "/sitemap.xml"]
    made = export.files(config, lambda unseen: open_reader(url, unseen), also)
    assert {"index.html", "components/api/index.html", "metrics", "api/v1/outages", "api/v2/summary.json"} <= {
        f.path for f in made
    }
    for file in made:
        assert b"ault9" not in file.body, file.path
        assert "ault9" not in file.path
    assert b"i-both" in next(file.body for file in made if file.path == "index.html")


@pytest.mark.parametrize(
    "path",
    [
        "/components/{}",
        "/nl/components/{}",
        "/components/{}/feed.rss",
        "/badge/{}/status.svg",
        "/badge/{}/status.json",
        "/api/v1/components/{}",
        "/api/v1/components/{}/timeline",
        "/api/v1/components/{}/observations.csv",
        "/sla/{}",
        "/sla/{}/2026-01.json",
        "/api/v1/agreements/{}",
        "/groups/{}",
        "/incidents/{}",
    ],
)
def test_a_hidden_thing_answers_as_one_that_is_not_there(config: Config, path: str) -> None:
    """Byte for byte, but for the word that was asked for; with a wrong key too."""
    site = client(config)
    for word in ("vault9", "vault9-terms", "vault9group", "i-vault9"):
        absent = "".join("x" if letter.isalnum() else letter for letter in word)
        for key in ("", "?key=wrong"):
            if key and path.startswith(("/api/", "/badge/")):
                continue  # they take no key
            hidden, missing = site.get(path.format(word) + key), site.get(path.format(absent) + key)
            assert hidden.status_code == missing.status_code == 404, word
            assert hidden.data.replace(word.encode(), absent.encode()) == missing.data
            assert hidden.headers.get("Cache-Control") == missing.headers.get("Cache-Control")


def test_whoever_has_its_link_sees_it(config: Config) -> None:
    """Its page with its outage, its feed with the same, and the statement of its agreement; nothing of it may be kept."""
    site = client(config)
    key = signature(config, "vault9", COMPONENT)
    page = site.get(f"/components/vault9?key={key}")
    assert "Vault9 name" in page.text
    assert re.search(r"<li>.*Vault9 name", page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert f"/components/vault9/feed.rss?key={key}" in page.text
    feed = site.get(f"/components/vault9/feed.rss?key={key}")
    assert "Vault9 name" in feed.text
    assert feed.headers["Cache-Control"] == "no-store"
    terms = site.get(f"/sla/vault9-terms/2026-01.json?key={signature(config, 'vault9-terms')}")
    assert terms.status_code == 200
    assert terms.get_json()["objectives"][0]["down_seconds"] > 0


def test_a_key_opens_one_thing(config: Config) -> None:
    """The key of an agreement does not open a component of the same name, nor the other way round."""
    site = client(config)
    assert site.get(f"/components/vault9?key={signature(config, 'vault9')}").status_code == 404
    assert site.get(f"/sla/vault9-terms?key={signature(config, 'vault9-terms', COMPONENT)}").status_code == 404


def test_a_link_to_one_private_component_tells_nothing_of_another(tmp_path: Path) -> None:
    """What was told of both stands on its page, with its name and without the other's name or id; in its feeds too."""
    (tmp_path / "agreements").mkdir()
    other = SECRET[SECRET.index("[[component]]") : SECRET.index("[site]")].replace("vault9", "crypt7")
    other = other.replace("Vault9 name", "Crypt7 name")
    (tmp_path / "meetlat.toml").write_text(CONFIG + SECRET.replace("[site]", other + "[site]"))
    (tmp_path / "agreements/own.toml").write_text(ABOUT)
    config = load(tmp_path, {"MEETLAT_STATE": str(tmp_path / "state"), "KEY": "a key"})
    recorded(config)
    desk = open_desk(config.storage.url.reveal(), Clock())
    said = Said({"en": "Trouble below"}, "major", None, {"vault9": "down", "crypt7": "down"}, START)
    desk.tell(Event("incident", "i-below", 1, START + 60, "ops", "investigating", {"en": "We look."}, said))
    said = Said({"en": "Trouble deeper"}, "major", None, {"crypt7": "down"}, START)
    desk.tell(Event("incident", "i-deeper", 1, START + 60, "ops", "investigating", {"en": "We look."}, said))
    desk.close()
    site = client(config)
    own = f"?key={signature(config, 'vault9', COMPONENT)}"
    page = site.get(f"/components/vault9{own}").text
    assert "Trouble below" in page
    assert "<li>Vault9 name: Major outage</li>" in page
    paths = [f"/components/vault9{rest}{own}" for rest in ("", "/feed.rss", "/feed.json", "/maintenance.ics")]
    for path in (*paths, f"/sla/vault9-terms?key={signature(config, 'vault9-terms')}"):
        told = site.get(path)
        assert told.status_code in (200, 404), path
        assert "rypt7" not in told.text, path
        assert "deeper" not in told.text, path


def test_the_page_of_a_private_component_leads_to_pages_that_are_there(config: Config) -> None:
    """What only its visitors may see has no page of its own; it is told on this one."""
    site = client(config)
    page = site.get(f"/components/vault9?key={signature(config, 'vault9', COMPONENT)}").text
    assert "Trouble" in page
    assert "did not accept connections" in page
    for link in re.findall(r'<a [^>]*href="(?:https://status\.acme\.example)?(/[^"#]*)', page):
        assert site.get(link).status_code == 200, link


def test_what_was_private_stays_so_when_it_is_taken_out(tmp_path: Path) -> None:
    """Nothing of it is public from then on either: not its outage, not its incident, nowhere. What was public in the end is."""
    config = configured(tmp_path)
    recorded(config)
    url = config.storage.url.reveal()
    paths = (
        "/",
        "/feed.json",
        "/feed.rss",
        "/api/v2/incidents.json",
        "/api/v1/incidents",
        "/history/2026-01",
        "/incidents/i-vault9",
    )
    gone = replace(config, components=tuple(each for each in config.components if each.id != "vault9"))
    open_again = replace(config, components=tuple(replace(each, private=False) for each in config.components))

    def seen(now: Config) -> set[str]:
        site = create_app(now, lambda unseen: open_reader(url, unseen), Still(START + 20 * STEP)).test_client()
        return {path for path in paths if "vault9" in site.get(path).text.casefold()}

    for known, leaks in ((config, False), (open_again, True), (config, False)):
        record = open_record(url, Clock())
        announced(record, known, START + 10 * STEP)
        entries = len(record.reader.journal())
        announced(record, known, START + 11 * STEP)
        assert len(record.reader.journal()) == entries, "it is kept once"
        record.close()
        assert bool(seen(gone)) == leaks
    assert seen(config) == set()
