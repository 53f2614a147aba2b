"""The admin in a real Chromium, on a phone: the life of an incident and of maintenance by taps, and every page for everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from looking import CONTRAST, NARROW, OPEN, OVERFLOWS, WIDE, violations
from playwright.sync_api import Browser, Page
from running import Meetlat, eventually

PASSWORD = "correct horse battery"
PAGES = [
    "/",
    "/incidents",
    "/incidents/trouble",
    "/incidents/trouble?step=resolved",
    "/incidents/new",
    "/incidents/new?component=web&template=looking",
    "/maintenances",
    "/maintenances/work",
    "/maintenances/new",
    "/telling",
    "/labels",
    "/labels/new",
    "/audit",
    "/people",
    "/account",
    "/nowhere",
]
SMALL = """() => [...document.querySelectorAll('main button, main .button, main select, main input, main textarea')]
  .filter(it => it.checkVisibility() && it.getBoundingClientRect().height < 24).map(it => it.outerHTML)"""


@contextmanager
def at(browser: Browser, url: str, name: str = "", **options: object) -> Iterator[tuple[Page, list[str]]]:
    """A phone at the admin, in the hands of somebody; and what the browser complains of."""
    context = browser.new_context(base_url=url, viewport=NARROW, **options)  # type: ignore[arg-type]
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: complaints.append(f"{page.url}: {dialog.message}"))
    if name:
        page.goto("/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{url}/")
    yield page, complaints
    context.close()


def test_every_page_is_for_everyone(browser: Browser, operated: tuple[Meetlat, str]) -> None:
    """Light and dark, on a phone and on a large screen: axe finds nothing, nothing scrolls sideways, a finger hits each button."""
    _, url = operated
    with at(browser, url, "boss", bypass_csp=True) as (page, complaints):
        for path in ["/login", *PAGES]:
            page.goto(path)
            page.evaluate(OPEN)
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme="light")
                assert page.evaluate(OVERFLOWS) == 0, path
                assert not violations(page), path
                page.emulate_media(color_scheme="dark")
                assert not violations(page, CONTRAST), path
            assert not page.evaluate(SMALL), path
        assert not [each for each in complaints if "/nowhere" not in each]
    with at(browser, url, bypass_csp=True) as (page, _):
        page.goto("/login?next=/labels")
        page.get_by_label("Name").fill("jansen")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        assert "do not go together" in page.get_by_role("alert").inner_text()
        assert not violations(page)


def test_the_life_of_an_incident_by_taps(browser: Browser, operated: tuple[Meetlat, str]) -> None:
    """Two taps from what is down to what customers read; then said more, resolved: each as it was shown beforehand."""
    meetlat, url = operated
    with at(browser, url, "jansen") as (page, complaints):
        page.goto("/incidents/new?component=web&template=looking")
        assert "Wij zoeken het uit." in page.locator(".seen").last.inner_text()
        page.get_by_role("button", name="Publish now").click()
        page.wait_for_url(re.compile("/incidents/[a-z0-9-]+$"))
        name = page.url.rsplit("/", 1)[1]
        public = eventually(
            lambda: meetlat.get(f"/incidents/{name}")[1] if meetlat.get(f"/incidents/{name}")[0] == 200 else None,
            "its page",
        )
        assert "<em>look</em>" in public
        page.get_by_role("button", name="Acknowledge").click()
        page.get_by_label("Text (English)").fill("It is the **disk**.")
        page.get_by_label("Phase").select_option("identified")
        page.get_by_role("button", name="Preview").click()
        assert page.locator(".seen strong", has_text="disk").count()
        assert "disk" not in meetlat.get(f"/incidents/{name}")[1]
        page.get_by_role("button", name="Publish", exact=True).click()
        page.goto("/")
        page.locator("article", has_text="Trouble with Web").get_by_role("link", name="Resolve it").click()
        assert page.get_by_label("Phase").input_value() == "resolved"
        page.get_by_label("Text (English)").fill("The disk was replaced.")
        page.get_by_role("button", name="Publish", exact=True).click()
        eventually(lambda: "The disk was replaced." in meetlat.get(f"/incidents/{name}")[1], "the last word")
        assert "jansen" in meetlat.get(f"/incidents/{name}")[1]
        assert not complaints


def test_the_life_of_a_maintenance_by_taps(browser: Browser, operated: tuple[Meetlat, str]) -> None:
    """Scheduled, seen by customers, cancelled."""
    meetlat, url = operated
    begin = datetime.now(ZoneInfo("Europe/Amsterdam")) + timedelta(days=2)
    with at(browser, url, "jansen") as (page, complaints):
        page.goto("/maintenances/new")
        page.get_by_label("Title (English)").fill("New disks")
        page.get_by_label("Begins").fill(f"{begin:%Y-%m-%dT%H:%M}")
        page.get_by_label("Ends").fill(f"{begin + timedelta(hours=2):%Y-%m-%dT%H:%M}")
        page.get_by_label("Web").check()
        page.get_by_role("button", name="Preview").click()
        assert "New disks" in page.locator(".seen").first.inner_text()
        page.get_by_role("button", name="Publish").click()
        page.wait_for_url(re.compile("/maintenances/(?!new)[a-z0-9-]+$"))
        name = page.url.rsplit("/", 1)[1]
        eventually(lambda: meetlat.get(f"/maintenances/{name}")[0] == 200, "its page")
        page.get_by_label("Stage").select_option("cancelled")
        page.get_by_label("Text (English)").fill("Not needed.")
        page.get_by_role("button", name="Publish").click()
        eventually(lambda: "Not needed." in meetlat.get(f"/maintenances/{name}")[1], "that it is cancelled")
        assert not complaints


def test_an_outage_is_labelled_by_taps(browser: Browser, operated: tuple[Meetlat, str]) -> None:
    """From the list of outages to a label that says who and why."""
    _, url = operated
    with at(browser, url, "jansen") as (page, complaints):
        page.goto("/labels")
        page.get_by_role("link", name=re.compile("^Label the outage of Web")).first.click()
        page.get_by_label("Kind").select_option("force-majeure")
        page.get_by_label("Why").fill("A flood.")
        page.get_by_role("button", name="Publish the label").click()
        page.wait_for_url(f"{url}/labels")
        assert "A flood." in page.locator("main").inner_text()
        assert not complaints


def test_another_site_cannot_use_it(browser: Browser, operated: tuple[Meetlat, str]) -> None:
    """A page of somebody else that sends a form here, or shows it in a frame, gets nowhere: the cookie is not sent along."""
    _, url = operated
    with at(browser, url, "jansen") as (page, _):
        page.goto("about:blank")
        page.set_content(
            f'<form method="post" action="{url}/leave"><button>Win</button></form><iframe src="{url}/"></iframe>'
        )
        page.get_by_role("button", name="Win").click()
        page.wait_for_url(f"{url}/leave")
        assert "403" in page.locator("h1").inner_text()
        page.goto("/account")
        assert page.get_by_role("button", name="Log out", exact=True).count()
        page.get_by_role("button", name="Log out", exact=True).click()
        page.wait_for_url(f"{url}/login")
        page.goto("/account")
        assert page.url.startswith(f"{url}/login")
