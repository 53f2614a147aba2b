"""The form by which visitors ask to be told, in a real Chromium: from the keyboard, without scripts, on a telephone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from receiving import Mailing, mail_table, receiving
from running import eventually, free_port
from telling_run import Told, told
from werkzeug.serving import make_server

from monitor.clock import Clock
from statuspage.signup import Below, create_app

HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[tuple[Told, Mailing, str]]:
    """An installation with a teller that runs, its mailboxes, and the address of the form."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/to"
    with receiving() as (_, mailing), told(tmp_path) as found:
        tables = f'{mail_table(mailing)}\n[subscribe]\nurl = "{url}"\nways = ["email", "webhook"]\n'
        main = (found.folder / "meetlat.toml").read_text().partition("\n[storage]")[0]
        found.write(tables, main.replace('name = "Web"', f'name = "Web {HOSTILE}"'))
        found.start()
        sign_up = found.config.telling.sign_up
        assert sign_up
        subscribers = found.subscribers()
        server = make_server("127.0.0.1", port, Below(create_app(found.config, sign_up, subscribers, Clock()), url))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found, mailing, url
        server.shutdown()
        server.server_close()
        subscribers.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_form_to_the_confirmation(browser: Browser, acme: tuple[Told, Mailing, str], scheme: str) -> None:
    """Typed and sent with the keyboard, without a script; axe finds nothing on any page of it; names are text."""
    found, mailing, url = acme
    page = browser.new_page(
        viewport={"width": 320, "height": 700}, color_scheme="dark" if scheme == "dark" else "light", bypass_csp=True
    )
    page.goto(f"{url}/en/")
    check(page)
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.focus("#address")
    page.keyboard.type("jan@acme.example")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=is on its way")
    check(page)
    link = eventually(lambda: mailing.letters, "the link")[0].link("confirm")
    page.goto(link)
    check(page)
    page.click("text=Confirm")
    page.wait_for_selector("text=you will be told")
    page.close()
    subscribers = found.subscribers()
    assert [each.wish.kinds for each in subscribers.every()] == [("incident", "maintenance")]
    subscribers.close()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_subscription_is_changed_on_a_telephone(
    browser: Browser, acme: tuple[Told, Mailing, str], language: str
) -> None:
    """With the keyboard, at 320 pixels; axe finds nothing before and after, and names are text."""
    found, _, url = acme
    to, subscribers = found.subscribe("jan@acme.example"), found.subscribers()
    page = browser.new_page(viewport={"width": 320, "height": 700}, bypass_csp=True)
    page.goto(f"{url}/subscription/{language}/{subscribers.keys.token('manage', to.id)}")
    check(page)
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.focus("[name=kind][value=statement]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    check(page)
    assert "statement" not in subscribers.every()[0].wish.kinds
    page.close()
    subscribers.close()


def check(page: object) -> None:
    """Nothing that axe finds."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
