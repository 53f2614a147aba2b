"""Pictures of every kind of page of the demonstration, to be looked at: each language and theme, a wide screen and a narrow one."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright
from running import eventually, free_port

SCREENS = ((1100, 900), (320, 700))
MOST = 3  # pages of one kind
EXTRA = ("/nl/", "/nl/nowhere", "/en/nowhere", "/embed", "/en/embed")
OUTAGES = r'href="((?:/en)?/incidents/[a-z]+-\d{14})"'  # they are in no sitemap: there are very many


def main() -> None:
    """Write the pictures to the folder that is named, and say how many."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "pictures")
    out.mkdir(parents=True, exist_ok=True)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "monitor", "demo", f"{folder}/demo", "--port", str(port)]
        serving = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: _read(f"{base}/healthz") is not None, "the demonstration", 120)
            print(f"{_pictures(base, out)} pictures in {out}")
        finally:
            serving.terminate()
            serving.wait()


def _read(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return str(answer.read().decode())
    except OSError:
        return None


def _paths(base: str) -> list[str]:
    """Of each kind of page in the sitemap the first few."""
    found: dict[str, list[str]] = {}
    for url in re.findall("<loc>(.*?)</loc>", _read(f"{base}/sitemap.xml") or ""):
        path = "/" + url.split("/", 3)[3]
        kind = re.sub(r"[^/]+$", "*", path) if path.count("/") > 1 else path
        found.setdefault(kind, []).append(path)
    measured = [re.search(OUTAGES, _read(f"{base}{prefix}/components/vpn") or "") for prefix in ("", "/en")]
    shown = [each[1] for each in measured if each]
    return [path for paths in found.values() for path in paths[:MOST]] + shown + list(EXTRA)


def _pictures(base: str, out: Path) -> int:
    made = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width, height in SCREENS:
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                for path in _paths(base):
                    page.goto(base + path)
                    name = path.strip("/").replace("/", "-") or "overview"
                    page.screenshot(path=out / f"{name}-{scheme}-{width}.png", full_page=True)
                    made += 1
                page.close()
        browser.close()
    return made


if __name__ == "__main__":
    main()
