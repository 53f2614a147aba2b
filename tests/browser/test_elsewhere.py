"""Logging in with a provider of identities, in a real Chromium: there, and back to where one wanted to go."""

from __future__ import annotations

from pathlib import Path

from identities import provider
from looking import violations
from playwright.sync_api import Browser
from running import answers, eventually, free_port, installed
from samples import AGREEMENT, MAIN


def test_there_and_back(browser: Browser, tmp_path: Path) -> None:
    """The button is for everyone; the provider's answer logs in, and the next page knows who one is."""
    port = free_port()
    with provider() as there, installed(tmp_path) as meetlat:
        table = f'[admin]\nport = {port}\n[admin.oidc]\nissuer = "{there.issuer}"\nclient_id = "meetlat"\n'
        meetlat.write("meetlat.toml", MAIN + table + 'client_secret = "s3cret:of/ours"\nname = "Acme ID"\n')
        meetlat.write("agreements/acme.toml", AGREEMENT)
        config = ("--config", str(meetlat.config))
        meetlat.run("operator", "add", "jansen", *config, text="correct horse battery\n")
        meetlat.run("operator", "link", "jansen", there.subject, *config)
        meetlat.start("admin")
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: answers(f"{url}/healthz"), "the admin")
        context = browser.new_context(base_url=url, bypass_csp=True)
        page = context.new_page()
        page.goto("/account")
        assert not violations(page)
        page.get_by_role("link", name="Log in with Acme ID").click()
        page.wait_for_url(f"{url}/account")
        assert page.get_by_role("link", name="jansen").first.is_visible()
        meetlat.run("operator", "unlink", "jansen", *config)
        page.goto("/account")
        assert page.get_by_role("heading", name="Log in").is_visible()
        context.close()
