"""The site as files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from shown import client, configured
from v2_schemas import SCHEMAS

from monitor.store import open_reader
from statuspage import export


def exported(folder: Path, drawing: str) -> list[export.File]:
    """The files of a site that saw these observations."""
    client(folder, drawing)
    config = configured(folder)
    return export.files(config, lambda unseen: open_reader(config.storage.url.reveal(), unseen))


def test_every_page_in_every_language_is_a_file(tmp_path: Path) -> None:
    """Overview, component, month, agreement and statement, the feed, and what the pages are drawn with."""
    names = {file.path for file in exported(tmp_path, "....ccc....")}
    for page in ("index.html", "components/api/index.html", "history/2026-01/index.html", "sla/acme/index.html"):
        assert {page, f"nl/{page}"} <= names
    assert {
        "feed.rss",
        "nl/feed.json",
        "components/api/feed.atom",
        "sla/acme/claims.ics",
        "history.rss",
        "statement.schema.json",
        "static/meetlat.css",
        "static/meetlat.js",
        "sla/acme/2026-01.json",
    } <= names


def test_what_feeds_and_documents_lead_to_is_there(tmp_path: Path) -> None:
    """Pages of outages under both of their names, however long ago; and a page for what is not there."""
    made = {file.path: file.body.decode("utf-8", "replace") for file in exported(tmp_path, "....ccc....")}
    feed, document = made["feed.rss"], json.loads(made["api/v2/incidents.json"])
    told = re.findall(r"<link>https://status\.acme\.example/(incidents/[^#<]+)", feed)
    assert told
    for path in (*told, urlsplit(document["incidents"][0]["shortlink"]).path.strip("/")):
        assert "did not accept connections" in made[f"{path}/index.html"]
    assert f'href="/{told[0]}"' in made["history/2026-01/index.html"]
    assert "There is no such page" in made["404.html"]


def test_programs_read_the_files_too(tmp_path: Path) -> None:
    """The v2 documents and the badges have the same bytes at the same addresses."""
    made = {file.path: file.body for file in exported(tmp_path, "....ccc....")}
    site = client(tmp_path / "asked", "....ccc....")
    for path in (*(f"api/v2/{name}.json" for name in SCHEMAS), "badge/api/status.svg", "nl/badge/acme/sla.json"):
        assert made[path] == site.get(f"/{path}").data


def test_an_equal_record_gives_equal_bytes(tmp_path: Path) -> None:
    """Exported twice, at different moments, nothing differs."""
    assert exported(tmp_path / "a", "....ccc....") == exported(tmp_path / "b", "....ccc....")


def test_the_folder_is_replaced_in_one_step(tmp_path: Path) -> None:
    """What was there before is gone, what is there now is complete, and no path leads out of it."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "old").write_text("old")
    made = [export.File("index.html", "text/html", b"new"), export.File("../../out", "text/plain", b"no")]
    export.write(folder, made, {"X-Test": "yes"})
    assert sorted(each.name for each in folder.iterdir()) == ["_headers", "index.html"]
    told = (folder / "_headers").read_text()
    assert "X-Test: yes" in told
    assert not (tmp_path.parent / "out").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_other_sites_may_read_the_files_that_are_for_programs(tmp_path: Path) -> None:
    """Documents, badges and feeds carry the same permission as on the running site; pages and pictures do not."""
    folder = tmp_path / "out"
    export.write(folder, exported(tmp_path, "....ccc...."), {})
    parts = (part.partition("\n") for part in (folder / "_headers").read_text().split("\n/"))
    told = {path: rest for path, _, rest in parts}
    for path in (
        "api/v2/summary.json",
        "badge/api/status.svg",
        "feed.rss",
        "nl/components/api/feed.json",
        "maintenance.ics",
    ):
        assert "  Access-Control-Allow-Origin: *" in told[path], path
    assert "Access-Control" not in told["static/meetlat.css"]


def test_a_write_that_was_cut_off_loses_nothing(tmp_path: Path) -> None:
    """Between the two steps of the swap the old files lie beside the folder: they are found again."""
    folder = tmp_path / "out"
    export.write(folder, [export.File("index.html", "text/html", b"old")], {})
    folder.rename(tmp_path / ".out.old")
    export.write(folder, [export.File("index.html", "text/html", b"new")], {})
    assert (folder / "index.html").read_bytes() == b"new"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out"]


def test_each_page_carries_its_policy(tmp_path: Path) -> None:
    """A server that takes no notice of our headers serves safe pages all the same: the policy is in them, but for framing."""
    pages = [file for file in exported(tmp_path, "....ccc....") if file.kind.startswith("text/html")]
    site = client(tmp_path / "asked", "....ccc....")
    sent = site.get("/").headers["Content-Security-Policy"]
    assert {"404.html", "index.html", "nl/index.html"} <= {file.path for file in pages}
    for file in pages:
        (policy,) = re.findall(
            '<meta charset="utf-8">\n<meta http-equiv="([^"]+)" content="([^"]+)">', file.body.decode()
        )
        assert policy == ("Content-Security-Policy", sent.replace("; frame-ancestors 'none'", ""))
    assert "http-equiv" not in site.get("/").text
