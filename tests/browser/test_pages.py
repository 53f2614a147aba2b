"""The public pages in a real Chromium: for everyone, on any screen, with or without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from looking import CONTRAST, NARROW, OPEN, OVERFLOWS, WIDE, violations
from playwright.sync_api import Browser, Page, ViewportSize, expect
from running import Meetlat

MONTH = datetime.now(ZoneInfo("Europe/Amsterdam")).strftime("%Y-%m")
PAGES = [
    "/",
    "/components/api",
    "/components/web",
    "/history",
    f"/history/{MONTH}",
    "/sla",
    "/sla/acme",
    f"/sla/acme/{MONTH}",
    "/how-we-calculate",
    "/subscribe",
    "/incidents/trouble",
    "/maintenances/work",
    "/nowhere",
]
FOUND = {
    "/": r'href="(/groups/[^"]+)"',
    "/components/web": r'href="(/incidents/web-\d+)"',
}  # what is named by the site itself
WIDEST = ViewportSize(width=1920, height=1080)
# What has the focus: its text, and whether it is marked and on the screen.
FOCUSED = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return {text: it.textContent.trim(), number: [...document.querySelectorAll('*')].indexOf(it), shown,
          visible: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight};
}"""
REACHABLE = """() => [...document.querySelectorAll('*')].map((it, i) => [it, i])
  .filter(([it]) => it.matches('a[href], summary, button, input, select, [tabindex="0"]') && it.checkVisibility())
  .map(([, i]) => i)"""


def paths(site: Meetlat) -> list[str]:
    """Every kind of page of the site, in its first language: those above, a group and a measured outage."""
    found = [re.search(pattern, site.get(path)[1]) for path, pattern in FOUND.items()]
    assert all(found)
    return PAGES + [each[1] for each in found if each]


def every(site: Meetlat) -> list[str]:
    """The same in each language; at its own path the overview of the first one too."""
    return [prefix + path for prefix in ("", "/nl") for path in paths(site)] + ["/en/"]


@contextmanager
def opened(
    browser: Browser, site: Meetlat, size: ViewportSize = WIDE, **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the complaints of the browser about it, to which it adds."""
    context = browser.new_context(base_url=site.url, viewport=size, **options)
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("requestfailed", lambda request: complaints.append(f"{page.url}: {request.url} failed"))
    page.on("dialog", lambda dialog: complaints.append(f"{page.url}: {dialog.message}"))
    yield page, complaints
    context.close()


def unwelcome(complaints: list[str]) -> list[str]:
    """Without what Chromium says about the page that is meant to be missing, or of an icon when the page is left before it came."""
    return [
        each
        for each in complaints
        if not ("/nowhere" in each and "404" in each) and not re.search(r"/static/icon\S*\.svg failed$", each)
    ]


@pytest.mark.parametrize("language", ["", "/nl"], ids=["en", "nl"])
def test_every_page_is_accessible(browser: Browser, site: Meetlat, language: str) -> None:
    """In both languages, light and dark, on a large screen and a small one: axe finds nothing and nothing scrolls sideways."""
    with opened(browser, site, bypass_csp=True) as (page, complaints):
        for path in paths(site):
            page.goto(language + path)
            for size in (WIDEST, WIDE, NARROW):
                page.set_viewport_size(size)
                assert page.evaluate(OVERFLOWS) == 0, path
            page.evaluate(OPEN)
            assert page.evaluate(OVERFLOWS) == 0, f"{path} with its tables open"
            for size in (NARROW, WIDE):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme="light")
                assert not violations(page), size
                page.emulate_media(color_scheme="dark")
                assert not violations(page, CONTRAST), size
        assert not unwelcome(complaints)


def test_the_inspector_sees_what_is_wrong(browser: Browser, site: Meetlat) -> None:
    """A text too faint to be read, planted on the page, is found: what finds nothing has looked."""
    with opened(browser, site, bypass_csp=True) as (page, _):
        page.goto("/history")
        page.evaluate("document.querySelector('h1').setAttribute('style', 'color: #ccc')")
        assert ["color-contrast" in each for each in violations(page)] == [True]


def test_pages_with_little_to_say_are_accessible(browser: Browser, empty: Meetlat, silent: Meetlat) -> None:
    """Before anything was measured, and while the monitor is silent, too."""
    for site, said in ((empty, "No data yet"), (silent, "Monitoring is interrupted")):
        with opened(browser, site, NARROW, bypass_csp=True) as (page, complaints):
            for path in ("/nl/", "/nl/components/api", "/sla/acme", "/"):
                page.goto(path)
                assert page.evaluate(OVERFLOWS) == 0, path
                assert not violations(page)
            assert page.locator("h1").inner_text() == said
            assert not complaints


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_every_page_works_with_and_without_script(browser: Browser, site: Meetlat, script: bool) -> None:
    """Under the policy that is served, the browser has nothing to say; headings are there, and tables open when clicked."""
    with opened(browser, site, java_script_enabled=script) as (page, complaints):
        for path in every(site):
            page.goto(path)
            assert page.locator("h1").count() == 1, path
            assert page.locator("h1").inner_text().strip(), path
            for summary in page.locator("summary").all():
                if summary.locator("xpath=..").get_attribute("open") is None:
                    summary.click()
                assert summary.locator("xpath=../*[2]").is_visible(), path
        assert not unwelcome(complaints)


def test_every_link_leads_somewhere(browser: Browser, site: Meetlat) -> None:
    """Whoever follows the links from the overview finds every page of the list, and no broken one."""
    with opened(browser, site, java_script_enabled=False) as (page, _):
        seen, ahead = set[str](), ["/"]
        while ahead:
            path = ahead.pop()
            if path in seen:
                continue
            seen.add(path)
            assert page.request.get(path).status == 200, path
            if not path.endswith(".rss"):
                page.goto(path)
                links = page.locator("a[href]").evaluate_all("all => all.map(each => each.href)")
                ahead += [urlsplit(link).path for link in links if link.startswith(site.url)]
    assert set(every(site)) - {"/nowhere", "/nl/nowhere"} <= seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_reached_by_keyboard(browser: Browser, site: Meetlat, scheme: Literal["light", "dark"]) -> None:
    """Tab comes to every link, table and fold in the order of the page, and where it is can be seen."""
    with opened(browser, site, NARROW, color_scheme=scheme) as (page, _):
        for path in paths(site):
            page.goto(path)
            page.evaluate(OPEN)
            expected = page.evaluate(REACHABLE)
            reached = []
            for _step in expected:
                page.keyboard.press("Tab")
                focused = page.evaluate(FOCUSED)
                assert focused["shown"], f"{path}: no focus to be seen on {focused['text'][:80]!r}"
                assert focused["visible"], f"{path}: out of sight is {focused['text'][:80]!r}"
                reached.append(focused["number"])
            assert reached == expected, path


def test_the_keyboard_skips_to_the_content_and_opens_tables(browser: Browser, site: Meetlat) -> None:
    """The first stop leads past the navigation; Enter opens a fold."""
    with opened(browser, site) as (page, _):
        page.goto("/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        page.goto("/components/api")
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("details table").first.is_visible()


def test_hostile_text_stays_text(browser: Browser, site: Meetlat) -> None:
    """Markup in names and in what probes were told is shown or left out, never obeyed; nor is a change of writing direction."""
    with opened(browser, site, bypass_csp=True) as (page, complaints):
        for path in every(site):
            page.goto(path)
            assert page.evaluate("window.hacked === undefined"), path
            assert page.locator("script:not([src^='/static/']), img").count() == 0, path
            assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(page.content()), path
        page.goto("/components/api")
        assert "<script>window.hacked=1</script>" in page.locator("h1").inner_text()
        assert not unwelcome(complaints)


def test_paper_and_stillness(browser: Browser, site: Meetlat) -> None:
    """On paper: dark on white without the navigation, also of a dark screen; nothing moves where stillness is asked for."""
    with opened(browser, site, color_scheme="dark", reduced_motion="reduce") as (page, _):
        for path in paths(site):
            page.goto(path)
            assert page.evaluate("document.getAnimations().length") == 0, path
            page.emulate_media(media="print")
            assert not page.locator("nav").is_visible(), path
            assert page.locator("h1").is_visible(), path
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", path
            page.emulate_media(media="screen")


def test_few_colours_are_enough(browser: Browser, site: Meetlat) -> None:
    """Where the system chooses the colours, each block of the bars keeps an outline."""
    with opened(browser, site, forced_colors="active") as (page, _):
        page.goto("/")
        strokes = page.locator(".bars path").evaluate_all("all => all.map(each => getComputedStyle(each).stroke)")
        assert strokes
        assert "none" not in strokes


def test_a_frozen_copy_says_that_it_is_old(browser: Browser, site: Meetlat) -> None:
    """A page that a cache or an export still shows says of when its data is, once that is too long ago."""
    for late, is_said in ((timedelta(), False), (timedelta(hours=3), True)):
        with opened(browser, site) as (page, complaints):
            page.clock.install(time=datetime.now(UTC) + late)
            page.goto("/")
            assert page.locator("#frozen").is_visible() == is_said
            assert not complaints


def test_silence_is_said_once(browser: Browser, silent: Meetlat) -> None:
    """A page that says that the monitor is silent needs not say that it is old as well."""
    with opened(browser, silent) as (page, complaints):
        page.goto("/")
        assert page.locator(".stale:visible").count() == 1
        assert not complaints


def test_the_overview_renews_itself(browser: Browser, site: Meetlat) -> None:
    """After a minute the page asks for a new one and shows it, without a reload and without a word in the console."""
    with opened(browser, site) as (page, complaints):
        page.clock.install()
        page.goto("/")
        page.evaluate("document.querySelector('h1').textContent = 'old'")
        page.clock.run_for(61_000)
        expect(page.locator("h1")).not_to_have_text(
            "old"
        )  # asked from outside: the policy of the page forbids to evaluate words
        assert not complaints
