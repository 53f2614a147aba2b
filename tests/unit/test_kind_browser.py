"""What a journey in a real Chromium makes of pages on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from pathlib import Path
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest
from certified import Office, office
from playwright.async_api import Playwright
from programs import program
from running import eventually, free_port
from serving import COMMON, Serve, answer, bound, moved, says, serving, silent

from monitor.clock import Clock
from monitor.config import load
from monitor.pictures import IN_ALL, OF_EACH, Pictures
from monitor.probes import _chromium, browser, observe, open_tools
from monitor.probes._journey import Move
from monitor.table import ConfigError, Secret
from monitor.timeline.model import Observation, Outcome, Reason

__all__ = ["office"]
KEY = Secret("${KEY}", "hush")
LOGIN = """<h1>Shop</h1><form action="/in"><input name="user"><input name="key" type="password"><button>Sign in</button></form>
<p id="late" hidden>at last</p><script>setTimeout(() => document.getElementById("late").hidden = false, 300)</script>
<a id="ill" href="/ill">ill</a> <a id="gone" href="http://127.0.0.1:64999/">gone</a>"""
PAGES = {
    "/": answer("200 OK", LOGIN, "Content-Type: text/html"),
    "/in?user=me&key=hush": answer("200 OK", "<h1>Welcome, me</h1>", "Content-Type: text/html"),
    "/ill": answer("500 Oops", "<script>", "Content-Type: text/html"),
    "/busy": answer("429 Busy", "", "Retry-After: 9"),
    "/file": answer("200 OK", "x", "Content-Type: application/octet-stream"),
    "/part": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<h1>",
}


async def shop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A shop with a form, a page that comes late, and pages that are wrong."""
    path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
    writer.write(PAGES.get(path) or answer("404 Not Found"))
    await writer.drain()


def probe(port: int, *steps: Move, **settings: Any) -> browser.Settings:
    """A probe that begins with the first page of that port."""
    first = settings.pop("first", Move(goto=f"http://127.0.0.1:{port}/"))
    common = COMMON | {"interval": 60_000, "timeout": 20_000, "executable": program("chromium", "chromium")}
    sandbox = os.geteuid() != 0
    return browser.Settings(**(common | {"sandbox": sandbox} | settings), steps=(first, *steps))


def seen(serve: Serve | None, *steps: Move, state: Path | None = None, tls: Any = None, **settings: Any) -> Observation:
    """What it sees of a server that behaves like this."""

    async def ask() -> Observation:
        async with contextlib.AsyncExitStack() as stack:
            port = await stack.enter_async_context(serving(serve, tls)) if serve else free_port()
            first = Move(goto=str(settings.pop("url", "http://127.0.0.1:{port}/")).replace("{port}", str(port)))
            tools = await stack.enter_async_context(open_tools(Clock(), state))
            return await observe(probe(port, *steps, first=first, **settings), "local", 1000, tools)

    return asyncio.run(ask())


def test_a_journey_is_made(tmp_path: Path) -> None:
    """Through a form with a secret, a script that takes its time, and words that must be seen; no picture is kept of it."""
    found = seen(
        shop,
        Move(expect="h1", text="Shop"),
        Move(text="at last"),
        Move(fill="[name=user]", value=Secret("me", "me")),
        Move(fill="[name=key]", value=KEY),
        Move(click="text=Sign in"),
        Move(text="Welcome, me", within=4000),
        state=tmp_path,
    )
    assert found.outcome is Outcome.PASS, found
    assert found.phases.connect_us is not None
    assert list(tmp_path.iterdir()) == []
    assert seen(shop, degraded_above=0).reason is Reason.SLOW


def test_what_failed_can_be_looked_at(tmp_path: Path) -> None:
    """A picture, which only we may read, named in the observation."""
    found = seen(shop, Move(name="greeting", text="Welcome", within=200), state=tmp_path / "state")
    assert (found.outcome, found.reason) == (Outcome.FAIL, Reason.BODY)
    said, _, name = found.verdict.detail.partition(" [")
    assert said == "step 2 (greeting): the text was not there within 200ms"
    kept = tmp_path / "state/pictures" / name.removesuffix("]")
    assert kept.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_pictures_are_not_kept_for_ever(tmp_path: Path) -> None:
    """The newest few of each probe, and of all together no more than a folder of them."""
    pictures = Pictures(tmp_path)
    for number in range(OF_EACH + 3):
        pictures.keep("a-b", number * 1000, b"x")
        pictures.keep("b", number * 1000, b"y")
    assert len(list(tmp_path.iterdir())) == 2 * OF_EACH
    assert pictures.keep("b", 9_000_123, b"z") == "19700101T023000.123Z.b.png"
    for number in range(IN_ALL + 10):
        pictures.keep(f"p{number}", number * 1000, b"x")
    assert len(list(tmp_path.iterdir())) == IN_ALL
    assert Pictures(None).keep("b", 0, b"x") == ""


@pytest.mark.parametrize(
    ("serve", "steps", "outcome", "reason", "detail"),
    [
        (shop, [Move(expect="#late", text="never", within=300)], Outcome.FAIL, Reason.BODY, "the text was not there within 300ms"),
        (shop, [Move(click="#none", within=100)], Outcome.FAIL, Reason.BODY, "what '#none' finds was not there within 100ms"),
        (shop, [Move(click="h1[", within=100)], Outcome.UNKNOWN, Reason.INTERNAL, "step 2: its selector cannot be read"),
        (shop, [Move(click="#ill"), Move(text="Welcome", within=900)], Outcome.FAIL, Reason.STATUS, "status 500"),
        (shop, [Move(click="#gone"), Move(text="Welcome", within=900)], Outcome.FAIL, Reason.CONNECT, "Connection refused"),
        (shop, [Move(goto="http://169.254.169.254/key")], Outcome.UNKNOWN, Reason.POLICY, "169.254.169.254 is a metadata address"),
        (moved("/"), [], Outcome.FAIL, Reason.REDIRECT, "step 1: the browser says ERR_TOO_MANY_REDIRECTS"),
        (moved("http://169.254.169.254/key"), [], Outcome.FAIL, Reason.REDIRECT, "led on: 169.254.169.254 is a metadata address"),
        (moved(f"http://{'a' * 64}.example/"), [], Outcome.FAIL, Reason.DNS, "Misformatted domain name"),
        (says(b""), [], Outcome.FAIL, Reason.CLOSED, "step 1: the browser says ERR_EMPTY_RESPONSE"),
        (says(b"\0\1\2\3junk\r\n" * 3), [], Outcome.FAIL, Reason.PROTOCOL, "step 1: the browser says ERR_INVALID_HTTP_RESPONSE"),
        (None, [], Outcome.FAIL, Reason.CONNECT, "step 1: Connection refused"),
    ],
)  # fmt: skip
def test_each_end_has_its_reason(
    serve: Serve | None, steps: list[Move], outcome: Outcome, reason: Reason, detail: str
) -> None:
    """What is not on the page, pages that are wrong, redirects, and servers that are none; metadata are never asked."""
    found = seen(serve, *steps)
    assert (found.outcome, found.reason) == (outcome, reason), found
    assert found.verdict.detail.endswith(detail)


@pytest.mark.parametrize(
    ("path", "outcome", "reason"),
    [
        ("ill", Outcome.FAIL, Reason.STATUS),
        ("none", Outcome.FAIL, Reason.STATUS),
        ("busy", Outcome.UNKNOWN, Reason.BLOCKED),
        ("file", Outcome.FAIL, Reason.PROTOCOL),
        ("part", Outcome.FAIL, Reason.CLOSED),
    ],
)
def test_each_first_page_has_its_reason(path: str, outcome: Outcome, reason: Reason) -> None:
    """Statuses, a file in the place of a page, half a page."""
    found = seen(shop, url=f"http://127.0.0.1:{{port}}/{path}")
    assert (found.outcome, found.reason) == (outcome, reason), found


def test_silence_is_a_timeout() -> None:
    """Within the deadline of the probe."""
    found = seen(silent, timeout=5000)
    assert (found.outcome, found.reason, found.verdict.detail) == (
        Outcome.FAIL,
        Reason.TIMEOUT,
        "step 1: it was not done in time",
    )
    found = seen(shop, Move(text="never", within=60_000), timeout=5000)
    assert (found.outcome, found.reason) == (Outcome.FAIL, Reason.TIMEOUT)


def test_a_name_is_asked_of_our_own_name_servers() -> None:
    """Not of those that a browser would choose, so that who is to blame is found as for other probes."""
    found = seen(None, url="http://a.invalid/")
    assert found.reason in (Reason.DNS, Reason.RESOLVER), found


def test_a_certificate_must_be_believed(office: Office) -> None:
    """Unless any is."""
    url = "https://localhost:{port}/"
    assert seen(shop, tls=office.context(), url=url).reason is Reason.TLS
    assert seen(shop, tls=office.context(), url=url, verify=False).outcome is Outcome.PASS


@pytest.mark.parametrize("settings", [{"executable": "/usr/bin/chromium-none"}, {"executable": "/bin/true"}])
def test_a_browser_that_does_not_start_accuses_nobody(settings: dict[str, Any]) -> None:
    """One that is not there, one that is none."""
    found = seen(shop, **settings)
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.INTERNAL), found


def test_who_finds_no_free_browser_accuses_nobody() -> None:
    """The others go on."""

    async def ask() -> Observation:
        async with serving(shop) as port, open_tools(Clock()) as tools, tools.browsers, tools.browsers:
            return await observe(probe(port, timeout=2000), "local", 1000, tools)

    found = asyncio.run(ask())
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.OVERLOAD)


def _children() -> set[str]:
    """The processes that we started and that have not ended."""
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


@pytest.mark.parametrize("pause", [0.1, 0.5, 1.0, 1.5])
def test_a_journey_that_is_given_up_leaves_nothing(pause: float) -> None:
    """Whether the browser was about to start, or was on its way."""
    before = _children()

    async def ask() -> None:
        async with serving(silent) as port, open_tools(Clock()) as tools:
            asked = asyncio.ensure_future(observe(probe(port), "local", 1000, tools))
            await asyncio.sleep(pause)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            await asyncio.to_thread(eventually, lambda: _children() <= before, "the end of the browser", 20)

    asyncio.run(ask())


def test_a_driver_that_comes_late_is_told_to_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is given up on a slow machine does not wait for it, and yet it does not stay."""
    monkeypatch.setattr(_chromium, "PATIENCE", 0.05)
    driver = AsyncMock()

    async def slow() -> Playwright:
        await asyncio.sleep(0.2)
        return cast("Playwright", driver)

    async def ask() -> None:
        asked = asyncio.ensure_future(_chromium._started(slow()))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        driver.stop.assert_not_awaited()
        await asyncio.gather(*_chromium.LEAVING)

    asyncio.run(ask())
    driver.stop.assert_awaited_once()


def test_without_the_extra_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the configuration is read, not at night."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    [said] = bound(browser.Settings, step=[{"goto": "http://a.example/"}])
    assert said.endswith("needs the package playwright, which is not installed; it comes with meetlat[browser]")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"step": []}, "allowed are 1 to 30 steps"),
        ({"step": [{"click": "a"}]}, "step[0] must be a goto"),
        ({"step": [{"goto": "http://a.example/", "click": "a"}]}, "step[0]: allowed is one of: goto, fill, click"),
        ({"step": [{"goto": "http://a.example/"}, {"fill": "a"}]}, "step[1]: fill and value go together"),
        ({"step": [{"goto": "file:///etc/passwd"}]}, "step[0].goto: allowed is an address that begins with http"),
        ({"step": {"goto": "http://a.example/"}, "timeout": "1s"}, "timeout is at least 2s for this kind"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, Any], said: str) -> None:
    """One fault each."""
    found = bound(browser.Settings, **table)
    assert len(found) == 1, found
    assert said in found[0]


def test_only_an_allowed_browser_is_run(tmp_path: Path) -> None:
    """Its path stands in the table of the operator; and what protects less than it could is said."""
    main = (Path(__file__).parents[2] / "config/meetlat.toml").read_text().partition("[[component]]")[0]
    step = '[[component]]\nid = "a"\nname = "A"\n[[component.probe]]\nid = "it"\nkind = "browser"\n'
    step += (
        'executable = "/bin/true"\nsandbox = false\n[[component.probe.step]]\ngoto = "https://a.example/?key=hush"\n'
    )
    (tmp_path / "meetlat.toml").write_text(main + step)
    with pytest.raises(ConfigError, match="executable is not in"):
        load(tmp_path, {})
    (tmp_path / "meetlat.toml").write_text(main + step + '[probes]\ncommands = ["/bin/true"]\n')
    made = load(tmp_path, {}).components[0].probes[0]
    assert made.warnings() == ("sandbox = false: a page that breaks out of the browser is on this machine",)
    assert "hush" not in f"{made.shown()}"
