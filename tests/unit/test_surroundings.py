"""What stands around the pages: robots, sitemap, security.txt, the small page for other sites, and how the page looks."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from shown import URL, client

from monitor.config import load
from monitor.table import ConfigError
from monitor.theme import contrast
from statuspage import headers

BASE = "https://status.acme.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def site(folder: Path, page: str = "", more: str = "") -> FlaskClient:
    """The site with these further keys of [page] and further tables."""
    return client(folder, "....ccc....", more=more, page=f"{URL}\n{page}")


def test_a_sitemap_names_pages_that_are_there(tmp_path: Path) -> None:
    """Each in every language with the others beside it, and each answers 200; robots.txt leads to it."""
    made = site(tmp_path)
    found = ElementTree.fromstring(made.get("/sitemap.xml").data)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    places = [each.text or "" for each in found.findall("s:url/s:loc", names)]
    assert {
        f"{BASE}/",
        f"{BASE}/nl/",
        f"{BASE}/components/api",
        f"{BASE}/nl/groups/platform",
        f"{BASE}/sla/acme",
    } <= set(places)
    assert len(set(places)) == len(places)
    for place in places:
        assert made.get(place.removeprefix(BASE)).status_code == 200, place
    assert len(found.findall("s:url/x:link", names)) == 2 * len(places)
    assert f"Sitemap: {BASE}/sitemap.xml" in made.get("/robots.txt").text


def test_search_engines_can_be_asked_to_stay_away(tmp_path: Path) -> None:
    """By robots.txt and by a header on every page; then there is no sitemap."""
    made = site(tmp_path, "index = false")
    assert "Disallow: /\n" in made.get("/robots.txt").text
    assert made.get("/").headers["X-Robots-Tag"] == "noindex"
    assert made.get("/sitemap.xml").status_code == 404
    assert "X-Robots-Tag" not in site(tmp_path / "b", "").get("/").headers


def test_finders_of_holes_are_told_where(tmp_path: Path) -> None:
    """RFC 9116: a contact and an end within a year; without a contact there is no file."""
    text = site(tmp_path, 'security = "mailto:security@acme.example"').get("/.well-known/security.txt").text
    assert text.startswith("Contact: mailto:security@acme.example\n")
    assert "Expires: 2027-01-01T00:00:00Z\n" in text
    assert site(tmp_path / "b").get("/.well-known/security.txt").status_code == 404


def test_only_named_sites_may_show_the_small_page(tmp_path: Path) -> None:
    """It names what is not well, allows those sites and no other to frame it, and is not there when none is named."""
    made = site(tmp_path, more='[site]\nembed = ["https://www.acme.example", "http://localhost:3000"]')
    answer = made.get("/embed")
    assert answer.headers["Content-Security-Policy"].endswith(
        "frame-ancestors https://www.acme.example http://localhost:3000"
    )
    assert "Data as of" in answer.text
    assert 'lang="nl"' in made.get("/nl/embed").text
    assert made.get("/").headers["Content-Security-Policy"] == headers.SECURITY["Content-Security-Policy"]
    assert "/embed" in made.get("/widget.js").text
    bare = site(tmp_path / "b")
    assert [bare.get(path).status_code for path in ("/embed", "/nl/embed", "/widget.js")] == [404] * 3


def test_a_page_can_look_like_its_owner(tmp_path: Path) -> None:
    """Logo, colours and style sheet are served under names made of their bytes; links stand in the head."""
    (tmp_path / "logo.png").write_bytes(PNG)
    (tmp_path / "own.css").write_text("h1{letter-spacing:.01em}")
    theme = (
        '[theme]\nlogo = "logo.png"\ncss = "own.css"\n[theme.light]\nlink = "#5b21b6"\n[theme.dark]\nlink = "#c4b5fd"'
    )
    made = site(tmp_path, 'links = [{ name = "Home <b>", url = "https://acme.example/" }]', theme)
    page = made.get("/").text
    (css,), (logo,) = re.findall(r"/theme/\w+\.css", page), re.findall(r"/theme/\w+\.png", page)
    style = made.get(css)
    assert style.text == (
        ":root{--link:#5b21b6}@media screen and (prefers-color-scheme:dark){:root{--link:#c4b5fd}}h1{letter-spacing:.01em}"
    )
    assert (style.mimetype, style.headers["Cache-Control"]) == ("text/css", headers.FILE)
    picture = made.get(logo)
    assert (picture.data, picture.mimetype) == (PNG, "image/png")
    assert '<a href="https://acme.example/">Home &lt;b&gt;</a>' in page
    assert made.get("/theme/other.css").status_code == 404
    assert "/theme/" not in site(tmp_path / "b").get("/").text


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('logo = "absent.png"', "theme.logo: cannot read the file"),
        ('logo = "meetlat.toml"', "theme.logo: allowed is a PNG, JPEG or WebP picture"),
        ('css = "large.css"', "theme.css: the file has 100001 bytes"),
        ('light = { link = "blue" }', "theme.light.link: allowed is a colour"),
        ('dark = { links = "#ffffff" }', "theme.dark.links: allowed: bg"),
    ],
)
def test_a_theme_that_cannot_be_used_is_refused(tmp_path: Path, table: str, fault: str) -> None:
    """With the place and what is allowed there."""
    (tmp_path / "large.css").write_text("x" * 100_001)
    with pytest.raises(ConfigError) as raised:
        site(tmp_path, more=f"[theme]\n{table}")
    assert any(fault in str(each) for each in raised.value.faults)


def test_colours_that_are_hard_to_read_are_warned_of(tmp_path: Path) -> None:
    """Text on its background below a contrast of 4.5, whichever of both was changed; the page is made all the same."""
    site(tmp_path, more='[theme]\nlight = { up = "#40cc11" }\ndark = { bg = "#777777" }')
    warned = [str(each) for each in load(tmp_path, {"MEETLAT_STATE": str(tmp_path)}).warnings]
    assert any("theme.light.up: up on bg has a contrast of 2.1; text needs 4.5" in each for each in warned)
    assert sum("theme.dark.bg" in each for each in warned) >= 5


def test_contrast_is_that_of_the_guidelines() -> None:
    """Black on white is 21, and the usual example grey just passes."""
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == 21
    assert 4.5 < contrast("#767676", "#ffffff") < 4.6


def test_icon_picture_and_description_follow_the_state(tmp_path: Path) -> None:
    """Each state has a shape of its own; other pages have the plain icon; all that is named is there."""
    made = site(tmp_path)
    overview, other = made.get("/").text, made.get("/subscribe").text
    assert "/static/icon-operational.svg" in overview
    assert f'content="{BASE}/static/og-operational.png"' in overview
    assert '<link rel="canonical" href="https://status.acme.example/">' in overview
    assert "/static/icon.svg" in other
    for state in ("operational", "degraded", "partial", "down", "unknown", "maintenance"):
        for path in (f"/static/icon-{state}.svg", f"/static/og-{state}.png"):
            with made.get(path) as answer:
                assert answer.status_code == 200
    with made.get("/favicon.ico") as icon:
        assert icon.data[:4] == b"\0\0\1\0"
