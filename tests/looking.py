"""What a browser can be asked about a page: what axe finds in it, and whether it is wider than its window."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=320, height=640)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
CONTRAST = RULES | {"runOnly": ["color-contrast"]}  # the one rule that the colour scheme can change
OVERFLOWS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true })"


def violations(page: Page, rules: dict[str, list[str]] = RULES) -> list[str]:
    """What axe finds, a line for each, with the element. Loads axe once a page."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [f"{page.url}: {each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
